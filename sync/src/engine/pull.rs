//! Pull: pages of rows, each stored with its cursor in one transaction, and the check that the store
//! then agrees with the server.

use std::pin::Pin;

use domain::{
    Area, OpId, Outcome, RecordRef, Row,
    api::sync::{HELD_MS, ScopeSummary},
    areas::later_verdicts::LaterVerdict,
    time::DAY_MS,
};
use futures::future::{FutureExt as _, LocalBoxFuture, MaybeDone, maybe_done};

use super::{
    SyncReport,
    forgotten::forget_guests,
    history,
    problems::{drop_problem, forget_quarantine, put_problem},
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
/// How long after the first page of a pull the screens wait for the next ones, in ms.
const SHOW_MS: i64 = 5_000;

impl Replica {
    pub(super) async fn pull(&self, report: &mut SyncReport) -> Result<(), SyncError> {
        let mut unshown = false;
        let ended = self.pull_pages(report, &mut unshown).await;
        if unshown {
            self.show_rows().await;
        }
        ended
    }

    async fn show_rows(&self) {
        self.0.engine.rows_changed();
        self.changed().await;
    }

    /// Stores page after page; while one is stored, the next is read and the one after it on its way.
    /// `unshown`: whether rows came since the screens were told.
    async fn pull_pages(
        &self,
        report: &mut SyncReport,
        unshown: &mut bool,
    ) -> Result<(), SyncError> {
        let mut shown_at = None;
        let tx = self.0.storage.begin(Mode::Read).await?;
        let mut state = self.pull_state(&*tx).await?;
        // What the server received before a request is in its answer, or in a later page.
        let unsettled = tx.list(Store::Sent, Sent::UNSETTLED).await?;
        let unsettled: Vec<String> = unsettled.into_iter().map(|(key, _)| key).collect();
        drop(tx);
        // The page that is read, and the one behind it.
        let (mut ahead, mut behind): (Option<Asked>, Option<Coming<'_>>) = (None, None);
        for _ in 0..PAGES {
            let asked = match ahead.take() {
                Some(asked) if asked.cursor == state.cursor => asked,
                // The first one, or another tab stored a page meanwhile.
                _ => {
                    behind = None;
                    self.ask(state.cursor.clone()).await
                }
            };
            let following = behind.take().or_else(|| self.follow(&asked));
            let (page, heard) = asked.answer?;
            self.hear(heard).await?;
            let came = page.rows.len();
            // A page that ends a reset may also drop rows.
            let has_changes = came > 0 || state.resetting || page.reset;
            let store = async {
                let taken = self.take_page(page, &state, &unsettled).await?;
                report.pulled += came;
                *unshown |= has_changes;
                // Screens read whole lists: with each of many pages that would cost more than the pull.
                let now = self.now_monotonic();
                if *unshown && shown_at.is_none_or(|at| now - at >= SHOW_MS) {
                    *unshown = false;
                    shown_at = Some(now);
                    self.show_rows().await;
                }
                Ok::<_, SyncError>(taken)
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
                Ok((asked, behind))
            };
            let ((next, stand), coming) = futures::try_join!(store, read)?;
            if next == Next::Done {
                self.refresh_account().await?;
                return Ok(());
            }
            state = stand;
            (ahead, behind) = coming;
        }
        Ok(())
    }

    async fn ask(&self, cursor: Option<String>) -> Asked {
        let device = self.account().device_id;
        let answer = self.client().pull(cursor.as_deref(), device).await;
        Asked { cursor, answer }
    }

    /// The page after one that came, if there is one.
    fn follow(&self, asked: &Asked) -> Option<Coming<'_>> {
        let (page, _) = asked.answer.as_ref().ok().filter(|(page, _)| page.more)?;
        let cursor = page.cursor.clone();
        Some(Box::pin(maybe_done(self.ask(Some(cursor)).boxed_local())))
    }

    /// Stores a page, and says where the store then stands. `unsettled`: what was sent and no pull had settled
    /// before the page was asked for.
    async fn take_page(
        &self,
        page: Page,
        asked: &Pull,
        unsettled: &[String],
    ) -> Result<(Next, Pull), StorageError> {
        let mut tx = self.0.storage.begin(Mode::Write).await?;
        let before = tx.get(Store::Meta, meta::PULL).await?;
        let mut state = self.state_in(before.as_deref());
        if state.cursor != asked.cursor {
            // Another tab stored a page meanwhile; this one starts where nobody stands.
            return Ok((Next::Again, state));
        }
        let restored = history::note(&mut *tx, &mut state, page.epoch).await?;
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
                        Row::LaterVerdicts(verdict) => hear_verdict(&mut *tx, verdict).await?,
                        Row::Guests(guest) if guest.name.is_empty() => gone.push(row.record()),
                        _ => {}
                    }
                    let synced = SyncedText {
                        generation: state.generation,
                        digest: row.digest(),
                        row: text,
                    };
                    let key = records::record_key(row.record());
                    records::put(&mut *tx, Store::Synced, &key, &synced).await?;
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
            put_problem(&mut *tx, &Problem::UpdateNeeded).await?;
        }
        state.cursor = Some(page.cursor.clone());
        let mut next = if page.more { Next::Again } else { Next::Done };
        if !page.more {
            let mut swept = None;
            if state.resetting {
                let (left, has_dropped, dropped) = sweep(&mut *tx, state.generation).await?;
                swept = Some(left);
                has_swept = has_dropped;
                // A row that this build can't read isn't gone, and one that was sent just now may be on its way.
                if state.unread_by.is_none() {
                    forget_guests(&mut *tx, Sent::SETTLED, &dropped).await?;
                }
                state.resetting = false;
                self.0.engine.verified.set(None);
            }
            if state.unread_by.is_none() {
                drop_problem(&mut *tx, &Problem::UpdateNeeded).await?;
            }
            // Of rows that this build can't read it can't say whether they are all there.
            if state.unread_by.is_some() {
                drop_problem(&mut *tx, &Problem::OutOfStep).await?;
            } else if let Some(summary) = page.summary
                && !self.agrees(&*tx, &mut state, &page, swept, summary).await?
            {
                if state.healed {
                    put_problem(&mut *tx, &Problem::OutOfStep).await?;
                } else {
                    state.healed = true;
                    state.cursor = None;
                    next = Next::Again;
                }
            } else if state.healed {
                state.healed = false;
                drop_problem(&mut *tx, &Problem::OutOfStep).await?;
            }
            drop_problem(&mut *tx, &Problem::DeviceFull).await?;
            self.settle(&mut *tx, unsettled).await?;
            if let Some(trust) = &page.trust {
                records::put(&mut *tx, Store::Meta, meta::TRUST, trust).await?;
            }
            if let Some(pass) = &page.rescue {
                records::put(&mut *tx, Store::Meta, meta::RESCUE, pass).await?;
            }
        }
        forget_guests(&mut *tx, "", &gone).await?;
        let after = records::text(&state)?;
        tx.put(Store::Meta, meta::PULL, after.clone()).await?;
        tx.commit().await?;
        // Where rows were dropped, what lies in memory counts no more.
        if !has_swept && !restored {
            let changes = page.rows.into_iter().map(Pulled::into_change);
            let mut listed = self.0.shelf.borrow_mut();
            listed.change(before.as_deref(), after, changes);
        }
        if restored {
            self.wake();
        }
        if let Some(trust) = &page.trust {
            self.0.trust.borrow_mut().clone_from(trust);
        }
        Ok((next, state))
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
    async fn settle(&self, tx: &mut Tx, keys: &[String]) -> Result<(), StorageError> {
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

/// A page that was asked for, and its answer once that is there.
type Coming<'a> = Pin<Box<MaybeDone<LocalBoxFuture<'a, Asked>>>>;

/// A page that was asked for, and what came.
struct Asked {
    cursor: Option<String>,
    answer: Result<(Page, HeardTime), SyncError>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Again,
    Done,
}

/// Drops synced rows that a finished reset didn't name, and sums up the others; whether it dropped any,
/// and which guests were among them. Unsent work lies elsewhere and stays.
async fn sweep(
    tx: &mut Tx,
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

/// Notes what a later verdict on an operation of this device asks its author to look at, and drops what
/// it settles.
async fn hear_verdict(tx: &mut Tx, verdict: &LaterVerdict) -> Result<(), StorageError> {
    let known = RecordRef::new(Area::LaterVerdicts, verdict.op_id);
    let known = records::synced(tx, known).await?;
    // What was heard before comes again when everything is pulled anew.
    if known.is_some_and(|row| row.revision() >= verdict.revision) {
        return Ok(());
    }
    let name = verdict.op_id.to_string();
    let sent = tx.list(Store::Sent, "").await?;
    let mut named = sent
        .iter()
        .filter(|(_, text)| text.contains(&name))
        .filter_map(|(_, text)| domain::json::read::<Sent>(text).ok());
    // One that is still in the outbox looks at it when its answer comes.
    match named.find(|sent| sent.known_as() == verdict.op_id) {
        Some(sent) => note_verdict(tx, verdict, sent.op_id, sent.record.record()).await,
        None => Ok(()),
    }
}

/// What the author is to look at by this verdict, and no longer by an earlier one.
pub(super) async fn note_verdict(
    tx: &mut Tx,
    verdict: &LaterVerdict,
    op_id: OpId,
    record: Option<RecordRef>,
) -> Result<(), StorageError> {
    let problem = match (&verdict.closed, verdict.outcome.first()) {
        (Some(reason), _) => Problem::NotTakenIn {
            op_id,
            record,
            reason: reason.clone(),
        },
        (None, Outcome::Quarantined { refusal }) => Problem::Quarantined {
            op_id,
            record,
            refusal: refusal.clone(),
        },
        _ => return forget_quarantine(tx, op_id).await,
    };
    put_problem(tx, &problem).await
}
