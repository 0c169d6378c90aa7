//! Pull: pages of rows, each stored with its cursor in one transaction, and the check that the store
//! then agrees with the server.

use std::{cell::Cell, pin::Pin};

use domain::{
    Area, Outcome, RecordRef, Row,
    api::sync::{HELD_MS, PULL_TIMES, ScopeSummary},
    time::DAY_MS,
};
use futures::future::{FutureExt as _, LocalBoxFuture, MaybeDone, maybe_done};

use super::{
    SyncReport,
    committing::Committing,
    forgotten::forget_guests,
    history,
    later_verdicts::hear_verdict,
    problems::{drop_problem, put_problem},
};
use crate::{
    client::{HeardTime, Page, Pulled},
    error::SyncError,
    records::{self, Pull, Sent, SyncedHead, SyncedRow, SyncedText, Tx, meta},
    replica::Replica,
    storage::{Mode, StorageError, Store},
    types::Problem,
};

/// More pages than any honest server sends in one run.
const PAGES: usize = 2_000;
/// What comes within this time, comes twice as large the next time.
const QUICK_MS: i64 = 1_000;
/// How long after a pull began the screens wait for its first page, and then for the next ones, in ms: a
/// quick pull ends before.
const FIRST_SHOW_MS: i64 = 1_000;
const SHOW_MS: i64 = 5_000;

impl Replica {
    pub(super) async fn pull(&self, report: &mut SyncReport) -> Result<(), SyncError> {
        let stored = Stored::default();
        let ended = self.pull_pages(&stored).await;
        report.pulled += stored.rows.get();
        if stored.unshown.get() {
            self.show_rows().await;
        }
        ended
    }

    async fn show_rows(&self) {
        self.0.engine.rows_changed();
        self.changed().await;
    }

    /// Stores page after page; while one is committed, the next is handed over, the one after it read and
    /// another on its way.
    async fn pull_pages(&self, stored: &Stored) -> Result<(), SyncError> {
        let mut show_at = self.now_monotonic() + FIRST_SHOW_MS;
        let tx = self.0.storage.begin(Mode::Read).await?;
        let mut stand = self.stand(tx.get(Store::Meta, meta::PULL).await?);
        // What the server received before a request is in its answer, or in a later page.
        let unsettled = tx.list(Store::Sent, Sent::UNSETTLED).await?;
        let unsettled: Vec<String> = unsettled.into_iter().map(|(key, _)| key).collect();
        drop(tx);
        let committing = Committing::default();
        // The page that is read, and the one behind it.
        let (mut ahead, mut behind): (Option<Asked>, Option<Coming<'_>>) = (None, None);
        for _ in 0..PAGES {
            let mut asked = match ahead.take() {
                Some(asked) if asked.cursor == stand.state.cursor => asked,
                // The first one, or another tab stored a page meanwhile.
                _ => {
                    behind = None;
                    committing.all().await?;
                    self.ask(stand.state.cursor.clone(), 1).await
                }
            };
            let following = match asked.split_end(&stand.state) {
                Some(end) => Some(Box::pin(MaybeDone::Done(end)) as Coming<'_>),
                None => behind.take().or_else(|| self.follow(&asked)),
            };
            if asked.answer.is_err() {
                committing.all().await?;
            }
            let (page, heard) = asked.answer?;
            let store = async {
                self.hear(heard).await?;
                self.put_page(page, &stand, &unsettled, stored, &committing)
                    .await
            };
            let read = async {
                let Some(mut following) = following else {
                    return Ok((None, None));
                };
                following.as_mut().await;
                let asked = following.as_mut().take_output();
                let mut behind = asked.as_ref().and_then(|asked| self.follow(asked));
                if let Some(behind) = &mut behind {
                    // So that it goes out; its answer is read when its turn comes.
                    let _on_its_way = futures::poll!(behind.as_mut());
                }
                Ok::<_, SyncError>((asked, behind))
            };
            let both = async { futures::try_join!(store, read) };
            let ((next, stands), coming) = committing.beside(both).await?;
            if next == Next::Done {
                committing.all().await?;
                self.refresh_account().await?;
                return Ok(());
            }
            // Screens read whole lists: with each of many pages that would cost more than the pull.
            let now = self.now_monotonic();
            if now >= show_at {
                committing.all().await?;
                if stored.unshown.replace(false) {
                    show_at = now + SHOW_MS;
                    self.show_rows().await;
                }
            }
            stand = stands;
            (ahead, behind) = coming;
        }
        committing.all().await
    }

    async fn ask(&self, cursor: Option<String>, times: i64) -> Asked {
        let device = self.account().device_id;
        let begun = self.now_monotonic();
        let answer = self.client().pull(cursor.as_deref(), times, device).await;
        let was_quick = self.now_monotonic() - begun <= QUICK_MS;
        Asked {
            cursor,
            answer,
            next_times: if was_quick {
                (2 * times).min(PULL_TIMES)
            } else {
                1
            },
        }
    }

    /// The page after one that came, if there is one.
    fn follow(&self, asked: &Asked) -> Option<Coming<'_>> {
        let (page, _) = asked.answer.as_ref().ok().filter(|(page, _)| page.more)?;
        let cursor = page.cursor.clone();
        let asking = self.ask(Some(cursor), asked.next_times);
        Some(Box::pin(maybe_done(asking.boxed_local())))
    }

    /// Hands a page over to the store and has it committed; says where the store then stands. `unsettled`: what
    /// was sent and no pull had settled before the page was asked for.
    async fn put_page<'a>(
        &'a self,
        page: Page,
        asked: &Stand,
        unsettled: &[String],
        stored: &'a Stored,
        committing: &Committing<'a>,
    ) -> Result<(Next, Stand), SyncError> {
        let tx = self.0.storage.begin(Mode::Write).await?;
        let before = tx.get(Store::Meta, meta::PULL);
        // The store answers behind the commit of the page before. Meanwhile this one is handed over, unless it
        // is the last, which is compared with all that is there.
        let (before, put) = if page.more {
            let put = self.put_rows(&*tx, &page, &asked.state, unsettled);
            let (before, put) = futures::try_join!(before, put)?;
            (before, Some(put))
        } else {
            (before.await?, None)
        };
        if before != asked.text {
            // Another tab stored a page meanwhile; this one starts where nobody stands.
            return Ok((Next::Again, self.stand(before)));
        }
        let put = match put {
            Some(put) => put,
            None => self.put_rows(&*tx, &page, &asked.state, unsettled).await?,
        };
        // A page that ends a reset may also drop rows.
        let came = page.rows.len();
        let has_changes = came > 0 || asked.state.resetting || page.reset;
        let after = records::text(&put.state)?;
        let stand = Stand {
            state: put.state,
            text: Some(after.clone()),
        };
        let commit = async move {
            tx.put(Store::Meta, meta::PULL, after.clone()).await?;
            tx.commit().await?;
            stored.rows.set(stored.rows.get() + came);
            stored.unshown.set(stored.unshown.get() || has_changes);
            // Where rows were dropped, what lies in memory counts no more.
            if !put.has_swept && !put.restored {
                let changes = page.rows.into_iter().map(Pulled::into_change);
                let mut listed = self.0.shelf.borrow_mut();
                listed.change(before.as_deref(), after, changes);
            }
            if put.restored {
                self.wake();
            }
            if let Some(trust) = &page.trust {
                self.0.trust.borrow_mut().clone_from(trust);
            }
            Ok(())
        };
        committing.begin(commit.boxed_local()).await?;
        Ok((put.next, stand))
    }

    /// A page's rows and what else it says, but where the pull then stands.
    async fn put_rows(
        &self,
        tx: &Tx,
        page: &Page,
        asked: &Pull,
        unsettled: &[String],
    ) -> Result<Put, StorageError> {
        let mut state = asked.clone();
        let restored = history::note(tx, &mut state, page.epoch).await?;
        if page.reset || asked.cursor.is_none() {
            state.generation += 1;
            state.resetting = true;
            state.read_by = Some(self.0.environment.app_build());
        } else if !self.has_read(&state) {
            state.read_by = None;
        }
        let (mut gone, mut has_swept) = (Vec::new(), false);
        for row in &page.rows {
            match row {
                Pulled::Put { row, text } => {
                    match row {
                        Row::LaterVerdicts(verdict) => hear_verdict(tx, verdict).await?,
                        Row::Guests(guest) if guest.name.is_empty() => gone.push(row.record()),
                        _ => {}
                    }
                    let synced = SyncedText {
                        generation: state.generation,
                        digest: row.digest(),
                        row: text,
                    };
                    let key = records::record_key(row.record());
                    records::put(tx, Store::Synced, &key, &synced).await?;
                }
                Pulled::Remove { record } => {
                    tx.delete(Store::Synced, &records::record_key(*record))
                        .await?;
                    if record.area == Area::Guests {
                        gone.push(*record);
                    }
                }
            }
        }
        if page.unreadable > 0 {
            state.unread_by = Some(self.0.environment.app_build());
            put_problem(tx, &Problem::UpdateNeeded).await?;
        }
        state.cursor = Some(page.cursor.clone());
        let mut next = if page.more { Next::Again } else { Next::Done };
        if !page.more {
            let mut swept = None;
            if state.resetting {
                let (left, has_dropped, dropped) = sweep(tx, state.generation).await?;
                swept = Some(left);
                has_swept = has_dropped;
                // A row that this build can't read isn't gone, and one that was sent just now may be on its way.
                if state.unread_by.is_none() {
                    forget_guests(tx, Sent::SETTLED, &dropped).await?;
                }
                state.resetting = false;
                self.0.engine.verified.set(None);
            }
            if state.unread_by.is_none() {
                drop_problem(tx, &Problem::UpdateNeeded).await?;
            }
            // Of rows that this build can't read it can't say whether they are all there.
            if state.unread_by.is_some() {
                drop_problem(tx, &Problem::OutOfStep).await?;
            } else if let Some(summary) = page.summary
                && !self.agrees(tx, &mut state, page, swept, summary).await?
            {
                if state.healed {
                    put_problem(tx, &Problem::OutOfStep).await?;
                } else {
                    state.healed = true;
                    state.cursor = None;
                    next = Next::Again;
                }
            } else if state.healed {
                state.healed = false;
                drop_problem(tx, &Problem::OutOfStep).await?;
            }
            drop_problem(tx, &Problem::DeviceFull).await?;
            self.settle(tx, unsettled).await?;
            if let Some(trust) = &page.trust {
                records::put(tx, Store::Meta, meta::TRUST, trust).await?;
            }
            if let Some(pass) = &page.rescue {
                records::put(tx, Store::Meta, meta::RESCUE, pass).await?;
            }
        }
        forget_guests(tx, "", &gone).await?;
        Ok(Put {
            state,
            next,
            has_swept,
            restored,
        })
    }

    fn stand(&self, text: Option<String>) -> Stand {
        Stand {
            state: self.state_in(text.as_deref()),
            text,
        }
    }

    /// Where the pull stands. Rows that another build couldn't read are asked for again, with all others.
    pub(super) async fn pull_state(&self, tx: &Tx) -> Result<Pull, StorageError> {
        let text = tx.get(Store::Meta, meta::PULL).await?;
        Ok(self.state_in(text.as_deref()))
    }

    /// Whether this build was able to read every row that the store holds.
    fn has_read(&self, state: &Pull) -> bool {
        state.read_by.as_deref() == Some(&self.0.environment.app_build())
    }

    fn state_in(&self, text: Option<&str>) -> Pull {
        // An unreadable state means a pull from the start, which harms nothing.
        let read = text.and_then(|text| domain::json::read(text).ok());
        let mut state: Pull = read.unwrap_or_default();
        let build = self.0.environment.app_build();
        if state.unread_by.take_if(|by| *by != build).is_some() {
            state.cursor = None;
        }
        state
    }

    /// Whether the store holds what the server says that it should; `swept` is what a sweep left.
    async fn agrees(
        &self,
        tx: &Tx,
        state: &mut Pull,
        page: &Page,
        swept: Option<ScopeSummary>,
        summary: ScopeSummary,
    ) -> Result<bool, StorageError> {
        let engine = &self.0.engine;
        // Nothing came and nothing was ever found wrong: reading all rows again would tell nothing.
        if page.rows.is_empty() && engine.verified.get() == Some(summary) {
            return Ok(true);
        }
        let found = if let Some(swept) = swept {
            swept
        } else {
            let mut held = ScopeSummary::default();
            // A build must also be able to read them.
            let known = self.has_read(state);
            for (_, text) in tx.list(Store::Synced, "").await? {
                if let Some(head) = SyncedHead::read(&text)
                    && (known || domain::json::read::<SyncedRow>(&text).is_ok())
                {
                    count(&mut held, &head, &text);
                }
            }
            held
        };
        let agrees = found == summary;
        engine.verified.set(agrees.then_some(summary));
        if agrees && swept.is_none() {
            state.read_by = Some(self.0.environment.app_build());
        }
        Ok(agrees)
    }

    /// What the pull has brought back need no longer be laid over the rows.
    async fn settle(&self, tx: &Tx, keys: &[String]) -> Result<(), StorageError> {
        let mut gone = Vec::new();
        for key in keys {
            let Some(sent) = records::get::<Sent>(tx, Store::Sent, key).await? else {
                continue;
            };
            if let Outcome::Held { .. } = sent.outcome.first() {
                let given_up = self.best_now().since(sent.at) > HELD_MS + DAY_MS;
                if !given_up
                    && let Some(record) = sent.record.record()
                    && records::synced(tx, record).await?.is_none()
                {
                    continue;
                }
            }
            // Its name may have gone before the answer came.
            if let Some(record) = sent.record.record().filter(|it| it.area == Area::Guests)
                && let Some(Row::Guests(guest)) = records::synced(tx, record).await?
                && guest.name.is_empty()
            {
                gone.push(record);
            }
            tx.delete(Store::Sent, key).await?;
            records::put(tx, Store::Sent, &sent.key(Sent::SETTLED), &sent).await?;
        }
        forget_guests(tx, Sent::SETTLED, &gone).await
    }
}

/// Where a pull stands, with the text that the store has of it.
struct Stand {
    state: Pull,
    text: Option<String>,
}

/// What the store has for good.
#[derive(Default)]
struct Stored {
    rows: Cell<usize>,
    /// Whether rows came since the screens were told.
    unshown: Cell<bool>,
}

/// What a page did to a transaction.
struct Put {
    state: Pull,
    next: Next,
    has_swept: bool,
    restored: bool,
}

/// A page that was asked for, and its answer once that is there.
type Coming<'a> = Pin<Box<MaybeDone<LocalBoxFuture<'a, Asked>>>>;

/// A page that was asked for, and what came.
struct Asked {
    cursor: Option<String>,
    answer: Result<(Page, HeardTime), SyncError>,
    /// As how many pages the next one may come.
    next_times: i64,
}

impl Asked {
    /// What ends a reset, apart from its last rows: they are kept like those before, and only then all that is
    /// there is read and compared.
    fn split_end(&mut self, state: &Pull) -> Option<Self> {
        let (page, heard) = self.answer.as_mut().ok()?;
        let is_reset = state.resetting || page.reset || state.cursor.is_none();
        if page.more || page.rows.is_empty() || !is_reset {
            return None;
        }
        page.more = true;
        let end = Page {
            rows: Vec::new(),
            cursor: page.cursor.clone(),
            more: false,
            reset: false,
            unreadable: 0,
            epoch: page.epoch,
            summary: page.summary.take(),
            trust: page.trust.take(),
            rescue: page.rescue.take(),
        };
        Some(Self {
            cursor: Some(page.cursor.clone()),
            answer: Ok((end, *heard)),
            next_times: self.next_times,
        })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Again,
    Done,
}

/// Drops synced rows that a finished reset didn't name, and sums up the others; whether it dropped any,
/// and which guests were among them. Unsent work lies elsewhere and stays.
async fn sweep(
    tx: &Tx,
    generation: i64,
) -> Result<(ScopeSummary, bool, Vec<RecordRef>), StorageError> {
    let (mut found, mut has_dropped, mut guests) = (ScopeSummary::default(), false, Vec::new());
    for (key, text) in tx.list(Store::Synced, "").await? {
        match SyncedHead::read(&text) {
            Some(head) if head.generation == generation => count(&mut found, &head, &text),
            _ => {
                tx.delete(Store::Synced, &key).await?;
                has_dropped = true;
                guests.extend(records::guest_of(&key));
            }
        }
    }
    Ok((found, has_dropped, guests))
}

fn count(found: &mut ScopeSummary, head: &SyncedHead, text: &str) {
    if let Some(digest) = head.digest(text) {
        found.count += 1;
        found.checksum += digest;
    }
}
