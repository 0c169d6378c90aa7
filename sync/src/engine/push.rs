//! Push: the outbox goes out in batches; each operation moves to *sent* on its own verdict.
//!
//! A batch holds one operation per record at most, so that a `retry` can't let a later operation on
//! the same record overtake. A batch that fails whole is halved until the item at fault is alone; it
//! rests, and from then on goes last and alone, so that it never holds up the others.

use std::collections::BTreeSet;

use domain::{
    Area, OpId, Outcome, RecordRef, Row, Timestamp, Verdict,
    api::sync::{DeviceNotice, PUSH_BYTES, PUSH_OPERATIONS},
    small,
};

use super::{SyncReport, later_verdicts::note_verdict, problems::put_problem};
use crate::{
    commit,
    error::SyncError,
    records::{self, Entry, Sent, meta},
    replica::Replica,
    storage::{Mode, StorageError, Store},
    types::Problem,
};

/// Room for the heartbeat and the brackets around the operations, in bytes.
const ENVELOPE_BYTES: usize = 4 * 1024;
/// Requests that may fail whole in one round before it is given up.
const FAILURES: u32 = 12;

impl Replica {
    pub(super) async fn push(&self, report: &mut SyncReport) -> Result<(), SyncError> {
        let mut limit = PUSH_OPERATIONS;
        let mut failures = 0;
        loop {
            let batch = self.next_batch(limit).await?;
            if batch.is_empty() {
                return Ok(());
            }
            let ids = small::set(batch.iter().map(|entry| entry.op_id));
            self.0.in_flight.borrow_mut().clone_from(&ids);
            let pushed = self.push_batch(&batch).await;
            self.0.in_flight.borrow_mut().clear();
            match pushed {
                Ok(received) => {
                    report.received += received;
                    limit = (limit * 2).min(PUSH_OPERATIONS);
                    self.changed().await;
                }
                Err(error @ SyncError::Storage(_)) => return Err(error),
                Err(error) => {
                    failures += 1;
                    self.note_failure(&batch, &error).await?;
                    if error.ends_round() || failures >= FAILURES {
                        return Err(error);
                    }
                    if batch.len() > 1 {
                        limit = batch.len().div_ceil(2);
                    } else {
                        let id = batch[0].op_id.to_string();
                        self.0.engine.rests.begin(&id, self.now_monotonic(), None);
                        report.note(error);
                    }
                }
            }
        }
    }

    /// The next operations in the order of capture, and notes that they go out.
    async fn next_batch(&self, limit: usize) -> Result<Vec<Entry>, StorageError> {
        let tx = self.0.storage.begin(Mode::Write).await?;
        let entries: Vec<Entry> = records::list(&*tx, Store::Outbox, "").await?;
        let now = self.now_monotonic();
        let mut taken: BTreeSet<String> = BTreeSet::new();
        let mut bytes = ENVELOPE_BYTES;
        let mut batch = Vec::new();
        let mut suspect = None;
        for entry in entries {
            let id = entry.op_id.to_string();
            let free = taken.insert(entry.record.name());
            if !free || self.0.engine.rests.is_resting(&id, now) {
                continue;
            }
            if self.0.engine.rests.has_failed(&id) {
                suspect = suspect.or(Some(entry));
                continue;
            }
            let size = entry.operation.get().len() + 1;
            let full = batch.len() >= limit || bytes + size > PUSH_BYTES;
            if full && !batch.is_empty() {
                break;
            }
            bytes += size;
            batch.push(entry);
        }
        if batch.is_empty() {
            batch.extend(suspect);
        }
        for entry in &mut batch {
            entry.attempts = entry.attempts.saturating_add(1);
            records::put(&*tx, Store::Outbox, &entry.key(), entry).await?;
        }
        self.0.engine.unless_full(tx.commit().await)?;
        Ok(batch)
    }

    async fn push_batch(&self, batch: &[Entry]) -> Result<usize, SyncError> {
        let heartbeat = self.heartbeat().await?;
        let told = (heartbeat.outbox, heartbeat.blobs);
        let operations = batch.iter().map(|entry| entry.operation.clone()).collect();
        let (pushed, heard) = self.client().push(heartbeat, operations).await?;
        self.0.engine.told.replace(Some(told));
        self.hear(heard).await?;
        self.note_history(pushed.epoch).await?;
        let received = self.take_verdicts(batch, &pushed.verdicts).await?;
        if let Some(notice) = pushed.notice {
            self.heed(notice).await?;
        }
        Ok(received)
    }

    /// Moves what the server received to *sent*, in one transaction.
    async fn take_verdicts(
        &self,
        batch: &[Entry],
        verdicts: &[Option<Verdict>],
    ) -> Result<usize, StorageError> {
        let mut received = 0;
        let now = self.now_monotonic();
        let tx = self.0.storage.begin(Mode::Strict).await?;
        for (index, entry) in batch.iter().enumerate() {
            let id = entry.op_id.to_string();
            let verdict = find(verdicts, index, entry.op_id);
            let Some(verdict) = verdict.filter(|verdict| verdict.outcome.is_received()) else {
                let after = match verdict.map(|verdict| verdict.outcome.first()) {
                    Some(Outcome::Retry { after_ms }) => Some(*after_ms),
                    _ => None,
                };
                self.0.engine.rests.begin(&id, now, after);
                continue;
            };
            self.0.engine.rests.succeeded(&id);
            // Another tab may have been quicker.
            if tx.get(Store::Outbox, &entry.key()).await?.is_none() {
                continue;
            }
            received += 1;
            let sent = Sent {
                order: entry.order,
                op_id: entry.op_id,
                kept_as: verdict.kept_as,
                record: entry.record.clone(),
                blobs: entry.blobs.clone(),
                operation: entry.operation.clone(),
                outcome: verdict.outcome.clone(),
                receipt: verdict.receipt.clone(),
                at: self.best_now(),
            };
            records::put(&*tx, Store::Sent, &sent.key(Sent::UNSETTLED), &sent).await?;
            tx.delete(Store::Outbox, &entry.key()).await?;
            let later = RecordRef::new(Area::LaterVerdicts, sent.known_as());
            let record = entry.record.record();
            if let Some(Row::LaterVerdicts(later)) = records::synced(&*tx, later).await? {
                // Decided while the answer was under way.
                note_verdict(&*tx, &later, entry.op_id, record).await?;
            } else if let Outcome::Quarantined { refusal } = verdict.outcome.first() {
                let problem = Problem::Quarantined {
                    op_id: entry.op_id,
                    record,
                    refusal: refusal.clone(),
                };
                put_problem(&*tx, &problem).await?;
            }
        }
        tx.commit().await?;
        Ok(received)
    }

    async fn note_failure(&self, batch: &[Entry], error: &SyncError) -> Result<(), StorageError> {
        let tx = self.0.storage.begin(Mode::Write).await?;
        for entry in batch {
            let known: Option<Entry> = records::get(&*tx, Store::Outbox, &entry.key()).await?;
            if let Some(mut known) = known {
                known.last_error = Some(error.text());
                records::put(&*tx, Store::Outbox, &known.key(), &known).await?;
            }
        }
        self.0.engine.unless_full(tx.commit().await)
    }

    /// Heeds what the server says about this device.
    pub(super) async fn heed(&self, notice: DeviceNotice) -> Result<(), StorageError> {
        match notice {
            DeviceNotice::Emptied { outbox, blobs, at } => {
                let tx = self.0.storage.begin(Mode::Strict).await?;
                let known: Option<Timestamp> =
                    records::get(&*tx, Store::Meta, meta::EMPTIED).await?;
                // A repeated alarm is shown once.
                if known == Some(at) {
                    return Ok(());
                }
                let problem = Problem::Emptied { outbox, blobs, at };
                put_problem(&*tx, &problem).await?;
                records::put(&*tx, Store::Meta, meta::EMPTIED, &at).await?;
                tx.commit().await?;
                // By the next heartbeat the server hears that it was heard.
                self.0.engine.told.replace(None);
                Ok(())
            }
            DeviceNotice::EpochUsed { next_epoch } => {
                // Only later captures take the next epoch. What was captured keeps its numbers: the
                // other copy of this store may have sent it already, and the same id with other
                // numbers would look like a forgery.
                let tx = self.0.storage.begin(Mode::Strict).await?;
                let mut device = commit::device(&*tx).await?;
                if next_epoch > device.epoch {
                    device.epoch = next_epoch;
                    device.seq = 0;
                    records::put(&*tx, Store::Meta, meta::DEVICE, &device).await?;
                }
                tx.commit().await
            }
        }
    }
}

/// The verdict on an operation: by its id, or by its place where the server couldn't read the id.
fn find(verdicts: &[Option<Verdict>], index: usize, id: OpId) -> Option<&Verdict> {
    let named = verdicts.iter().flatten();
    named
        .clone()
        .find(|verdict| verdict.op_id == Some(id))
        .or_else(|| {
            let placed = verdicts.get(index)?.as_ref()?;
            placed.op_id.is_none().then_some(placed)
        })
}
