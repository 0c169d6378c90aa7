//! Pull: pages of rows, each stored with its cursor in one transaction, and the check that the store
//! then agrees with the server.

use domain::{
    Area, OpId, Outcome, RecordRef, Row,
    api::sync::{HELD_MS, ScopeSummary},
    areas::later_verdicts::LaterVerdict,
    time::DAY_MS,
};

use super::{
    SyncReport, history,
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

    /// Stores page after page; while one is stored, the next is on its way and read. `unshown`: whether
    /// rows came since the screens were told.
    async fn pull_pages(
        &self,
        report: &mut SyncReport,
        unshown: &mut bool,
    ) -> Result<(), SyncError> {
        let mut shown_at = None;
        let mut ahead: Option<Asked> = None;
        for _ in 0..PAGES {
            let tx = self.0.storage.begin(Mode::Read).await?;
            let state = self.pull_state(&*tx).await?;
            // What the server received before a request is in its answer, or in a later page.
            let unsettled = tx.list(Store::Sent, Sent::UNSETTLED).await?;
            let unsettled: Vec<String> = unsettled.into_iter().map(|(key, _)| key).collect();
            drop(tx);
            let asked = match ahead.take() {
                Some(asked) if asked.cursor == state.cursor => asked,
                // Another tab stored a page meanwhile.
                _ => self.ask(state.cursor.clone(), unsettled.clone()).await,
            };
            let (page, heard) = asked.answer?;
            self.hear(heard).await?;
            let store = async {
                let next = self.take_page(&page, &state, &asked.unsettled).await?;
                report.pulled += page.rows.len();
                // A page that ends a reset may also drop rows.
                if !page.rows.is_empty() || state.resetting || page.reset {
                    *unshown = true;
                }
                // Screens read whole lists: with each of many pages that would cost more than the pull.
                let now = self.now_monotonic();
                if *unshown && shown_at.is_none_or(|at| now - at >= SHOW_MS) {
                    *unshown = false;
                    shown_at = Some(now);
                    self.show_rows().await;
                }
                Ok::<_, SyncError>(next)
            };
            let coming = async {
                Ok(if page.more {
                    Some(self.ask(Some(page.cursor.clone()), unsettled).await)
                } else {
                    None
                })
            };
            let (next, coming) = futures::try_join!(store, coming)?;
            if next == Next::Done {
                self.refresh_account().await?;
                return Ok(());
            }
            ahead = coming;
        }
        Ok(())
    }

    async fn ask(&self, cursor: Option<String>, unsettled: Vec<String>) -> Asked {
        let device = self.account().device_id;
        let answer = self.client().pull(cursor.as_deref(), device).await;
        Asked {
            cursor,
            unsettled,
            answer,
        }
    }

    async fn take_page(
        &self,
        page: &Page,
        asked: &Pull,
        unsettled: &[String],
    ) -> Result<Next, StorageError> {
        let mut tx = self.0.storage.begin(Mode::Write).await?;
        let mut state = self.pull_state(&*tx).await?;
        if state.cursor != asked.cursor {
            // Another tab stored a page meanwhile; this one starts where nobody stands.
            return Ok(Next::Again);
        }
        let restored = history::note(&mut *tx, &mut state, page.epoch).await?;
        if page.reset || asked.cursor.is_none() {
            state.generation += 1;
            state.resetting = true;
        }
        for row in &page.rows {
            match row {
                Pulled::Put { row, text } => {
                    if let Row::LaterVerdicts(verdict) = row {
                        hear_verdict(&mut *tx, verdict).await?;
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
                swept = Some(sweep(&mut *tx, state.generation).await?);
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
                && !self.agrees(&*tx, page, swept, summary).await?
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
        records::put(&mut *tx, Store::Meta, meta::PULL, &state).await?;
        tx.commit().await?;
        if restored {
            self.wake();
        }
        if let Some(trust) = &page.trust {
            self.0.trust.borrow_mut().clone_from(trust);
        }
        Ok(next)
    }

    /// Where the pull stands. Rows that another build couldn't read are asked for again, with all others.
    pub(super) async fn pull_state(&self, tx: &Tx) -> Result<Pull, StorageError> {
        // An unreadable state means a pull from the start, which harms nothing.
        let mut state: Pull = records::get(tx, Store::Meta, meta::PULL)
            .await?
            .unwrap_or_default();
        let build = self.0.environment.app_build();
        if state.unread_by.take_if(|by| *by != build).is_some() {
            state.cursor = None;
        }
        Ok(state)
    }

    /// Whether the store holds what the server says that it should; `swept` is what a sweep left.
    async fn agrees(
        &self,
        tx: &Tx,
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
            // The first time since the app was opened this build must also be able to read them.
            let known = engine.verified.get().is_some();
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
        Ok(agrees)
    }

    /// What the pull has brought back need no longer be laid over the rows.
    async fn settle(&self, tx: &mut Tx, keys: &[String]) -> Result<(), StorageError> {
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
            tx.delete(Store::Sent, key).await?;
            records::put(tx, Store::Sent, &sent.key(Sent::SETTLED), &sent).await?;
        }
        Ok(())
    }
}

/// A page that was asked for.
struct Asked {
    cursor: Option<String>,
    /// What no pull had settled before it was asked for.
    unsettled: Vec<String>,
    answer: Result<(Page, HeardTime), SyncError>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Again,
    Done,
}

/// Drops synced rows that a finished reset didn't name, and sums up the others. Unsent work lies
/// elsewhere and stays.
async fn sweep(tx: &mut Tx, generation: i64) -> Result<ScopeSummary, StorageError> {
    let mut found = ScopeSummary::default();
    for (key, text) in tx.list(Store::Synced, "").await? {
        match SyncedHead::read(&text) {
            Some(head) if head.generation == generation => count(&mut found, &head, &text),
            _ => tx.delete(Store::Synced, &key).await?,
        }
    }
    Ok(found)
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
