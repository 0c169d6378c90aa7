//! Pull: pages of rows, each stored with its cursor in one transaction, and the check that the store
//! then agrees with the server.

use domain::{
    Area, OpId, Outcome, RecordRef, Row,
    api::sync::{HELD_MS, PulledRow, ScopeSummary},
    areas::later_verdicts::LaterVerdict,
    time::DAY_MS,
};

use super::{SyncReport, history};
use crate::{
    client::Page,
    error::SyncError,
    records::{self, Generation, Pull, Sent, SyncedRow, Tx, meta},
    replica::Replica,
    storage::{Mode, StorageError, Store},
    types::{Problem, quarantine_key},
};

/// More pages than any honest server sends in one run.
const PAGES: usize = 2_000;

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

    /// `unshown`: whether rows came since the screens were told.
    async fn pull_pages(
        &self,
        report: &mut SyncReport,
        unshown: &mut bool,
    ) -> Result<(), SyncError> {
        for number in 1..=PAGES {
            let tx = self.0.storage.begin(Mode::Read).await?;
            let state = self.pull_state(&*tx).await?;
            // What the server received before this request is in its answer, or in a later page.
            let unsettled = tx.list(Store::Sent, Sent::UNSETTLED).await?;
            drop(tx);
            let device = self.account().device_id;
            let asked = self.client().pull(state.cursor.as_deref(), device).await;
            let (page, heard) = asked?;
            self.hear(heard).await?;
            let unsettled: Vec<String> = unsettled.into_iter().map(|(key, _)| key).collect();
            let next = self.take_page(&page, &state, &unsettled).await?;
            report.pulled += page.rows.len();
            // A page that ends a reset may also drop rows.
            if !page.rows.is_empty() || state.resetting || page.reset {
                *unshown = true;
            }
            // Screens read whole lists: with each of many pages that would cost more than the pull. They
            // get the first page at once, then the 4th, the 16th …
            if *unshown && number.is_power_of_two() && number.ilog2().is_multiple_of(2) {
                *unshown = false;
                self.show_rows().await;
            }
            if next == Next::Done {
                self.refresh_account().await?;
                return Ok(());
            }
        }
        Ok(())
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
                PulledRow::Put { row } => {
                    if let Row::LaterVerdicts(verdict) = row {
                        hear_verdict(&mut *tx, verdict).await?;
                    }
                    let synced = SyncedRow {
                        generation: state.generation,
                        row: row.clone(),
                    };
                    let key = records::record_key(row.record());
                    records::put(&mut *tx, Store::Synced, &key, &synced).await?;
                }
                PulledRow::Remove { record } => {
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
            if state.resetting {
                sweep(&mut *tx, state.generation).await?;
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
                && !self.agrees(&*tx, page, summary).await?
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

    /// Whether the store holds what the server says that it should.
    async fn agrees(
        &self,
        tx: &Tx,
        page: &Page,
        summary: ScopeSummary,
    ) -> Result<bool, StorageError> {
        let engine = &self.0.engine;
        // Nothing came and nothing was ever found wrong: reading all rows again would tell nothing.
        if page.rows.is_empty() && engine.verified.get() == Some(summary) {
            return Ok(true);
        }
        let rows: Vec<SyncedRow> = records::list(tx, Store::Synced, "").await?;
        let found = ScopeSummary {
            count: rows.len() as i64,
            checksum: rows.iter().map(|synced| synced.row.digest()).sum(),
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

#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Again,
    Done,
}

/// Drops synced rows that a finished reset didn't name. Unsent work lies elsewhere and stays.
async fn sweep(tx: &mut Tx, generation: i64) -> Result<(), StorageError> {
    let found = tx.list(Store::Synced, "").await?;
    for (key, text) in found {
        let synced: Option<Generation> = serde_json::from_str(&text).ok();
        if synced.is_none_or(|synced| synced.generation != generation) {
            tx.delete(Store::Synced, &key).await?;
        }
    }
    Ok(())
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
        .filter_map(|(_, text)| serde_json::from_str::<Sent>(text).ok());
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
        _ => {
            let key = format!("{}{}", meta::PROBLEM, quarantine_key(op_id));
            return tx.delete(Store::Meta, &key).await;
        }
    };
    put_problem(tx, &problem).await
}

async fn put_problem(tx: &mut Tx, problem: &Problem) -> Result<(), StorageError> {
    let key = format!("{}{}", meta::PROBLEM, problem.key());
    records::put(tx, Store::Meta, &key, problem).await
}

pub(super) async fn drop_problem(tx: &mut Tx, problem: &Problem) -> Result<(), StorageError> {
    let key = format!("{}{}", meta::PROBLEM, problem.key());
    tx.delete(Store::Meta, &key).await
}
