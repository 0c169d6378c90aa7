//! The server's history: a server restored from a backup has another one, and lacks what came after it.
//!
//! A pull tells of it, and so does a push: who may not pull any more must hear it, too.

use domain::{Area, areas::guests};

use super::problems::forget_quarantine;
use crate::{
    records::{self, Entry, Pull, Sent, Tx, Upload, meta},
    replica::Replica,
    storage::{Mode, StorageError, Store},
};

impl Replica {
    /// Notes of which history the answer to a push is, before its verdicts are.
    pub(super) async fn note_history(&self, epoch: Option<i64>) -> Result<(), StorageError> {
        let tx = self.0.storage.begin(Mode::Read).await?;
        let known = self.pull_state(&*tx).await?.epoch;
        drop(tx);
        if epoch.is_none() || known == epoch {
            return Ok(());
        }
        let tx = self.0.storage.begin(Mode::Write).await?;
        let mut state = self.pull_state(&*tx).await?;
        note(&*tx, &mut state, epoch).await?;
        records::put(&*tx, Store::Meta, meta::PULL, &state).await?;
        tx.commit().await
    }
}

/// Notes of which history an answer is; true when it is another one than before.
pub(super) async fn note(
    tx: &Tx,
    state: &mut Pull,
    epoch: Option<i64>,
) -> Result<bool, StorageError> {
    let restored = epoch.is_some() && state.epoch.is_some_and(|_| epoch != state.epoch);
    if restored {
        send_again(tx).await?;
    }
    state.epoch = epoch.or(state.epoch);
    Ok(restored)
}

/// Puts back what this device was told is received: a server restored from a backup may lack it. What
/// it has all the same, it answers as a duplicate. Bytes that have left the device stay away.
async fn send_again(tx: &Tx) -> Result<(), StorageError> {
    for (key, text) in tx.list(Store::Sent, "").await? {
        let Ok(sent) = domain::json::read::<Sent>(&text) else {
            continue;
        };
        // Without the guest's name nothing is left to say.
        if guests::is_nameless(sent.operation.get()) {
            continue;
        }
        let captured_at = sent
            .operation()
            .map_or(sent.at, |operation| operation.capture.captured_at());
        let entry = Entry {
            order: sent.order,
            op_id: sent.op_id,
            record: sent.record,
            captured_at,
            blobs: sent.blobs,
            operation: sent.operation,
            attempts: 0,
            last_error: None,
        };
        records::put(tx, Store::Outbox, &entry.key(), &entry).await?;
        tx.delete(Store::Sent, &key).await?;
        // What stood in its way there is judged anew.
        forget_quarantine(tx, entry.op_id).await?;
    }
    // What was decided later belongs to the other history.
    let decided = format!("{}/", Area::LaterVerdicts.as_str());
    for (key, _) in tx.list(Store::Synced, &decided).await? {
        tx.delete(Store::Synced, &key).await?;
    }
    let uploads: Vec<Upload> = records::list(tx, Store::Uploads, "").await?;
    for mut upload in uploads {
        if upload.stored_at.take().is_some() {
            upload.location = None;
            records::put(tx, Store::Uploads, &upload.sha256, &upload).await?;
        }
    }
    Ok(())
}
