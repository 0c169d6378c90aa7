//! Tidying: what was sent is kept 30 days; a photo's bytes leave the device only after the server
//! confirmed them, its record was applied, and some days of grace.

use std::collections::BTreeSet;

use domain::{
    Area, RecordRef, Row, Timestamp, small,
    time::{DAY_MS, HOUR_MS},
};

use crate::{
    drafts::{self, draft_names},
    records::{self, Entry, Sent, Upload},
    replica::Replica,
    storage::{Mode, StorageError, Store},
    types::Draft,
};

/// How long a receipt is kept on the device, in ms.
const SENT_MS: i64 = 30 * DAY_MS;
/// How long bytes stay after the server confirmed them, in ms.
const GRACE_MS: i64 = 3 * DAY_MS;

impl Replica {
    pub(super) async fn tidy(&self) -> Result<(), StorageError> {
        let now = self.now_monotonic();
        let last = self.0.engine.tidied_at.get();
        if last.is_some_and(|last| now - last < HOUR_MS) {
            return Ok(());
        }
        self.0.engine.tidied_at.set(Some(now));
        let today = self.best_now();
        let tx = self.0.storage.begin(Mode::Write).await?;
        for (key, text) in tx.list(Store::Sent, Sent::SETTLED).await? {
            let sent: Option<Sent> = domain::json::read(&text).ok();
            let old = sent.filter(|sent| today.since(sent.at) > SENT_MS);
            if let Some(sent) = old
                && !is_open(&*tx, &sent).await?
            {
                tx.delete(Store::Sent, &key).await?;
            }
        }
        let needed = needed_blobs(&*tx).await?;
        let drafts: Vec<Draft> = records::list(&*tx, Store::Drafts, "").await?;
        let uploads: Vec<Upload> = records::list(&*tx, Store::Uploads, "").await?;
        for upload in uploads {
            let name = &upload.sha256;
            let in_draft = drafts.iter().any(|draft| draft_names(draft, name));
            if may_go(&upload, today) && !needed.contains(name) && !in_draft {
                tx.delete_bytes(name).await?;
                tx.delete(Store::Uploads, name).await?;
            }
        }
        drafts::drop_unneeded(&*tx).await?;
        tx.commit().await
    }
}

/// Whether its author is still to hear what becomes of it.
async fn is_open(tx: &records::Tx, sent: &Sent) -> Result<bool, StorageError> {
    let later = RecordRef::new(Area::LaterVerdicts, sent.known_as());
    Ok(sent.outcome.is_undecided()
        && match records::synced(tx, later).await? {
            Some(Row::LaterVerdicts(later)) => later.closed.is_none() && !later.is_taken_in(),
            _ => true,
        })
}

fn may_go(upload: &Upload, now: Timestamp) -> bool {
    upload
        .stored_at
        .is_some_and(|stored_at| now.since(stored_at) > GRACE_MS)
}

/// The blobs of operations that aren't received, or that a person in the office still decides on.
async fn needed_blobs(tx: &records::Tx) -> Result<BTreeSet<String>, StorageError> {
    let entries: Vec<Entry> = records::list(tx, Store::Outbox, "").await?;
    let sent: Vec<Sent> = records::list(tx, Store::Sent, "").await?;
    let undecided = sent.into_iter().filter(|sent| sent.outcome.is_undecided());
    let waiting = entries.into_iter().flat_map(|entry| entry.blobs);
    let undecided = undecided.flat_map(|sent| sent.blobs);
    Ok(small::set(waiting.chain(undecided)))
}
