//! A guest whose name was taken out on request: it leaves what this device sent, too. What stays is that
//! something was sent, when, and the server's receipt for it.

use domain::{Area, RecordRef, areas::guests};
use serde_json::value::RawValue;

use crate::{
    records::{self, Sent, Tx},
    storage::{StorageError, Store},
};

/// Takes out of what was sent, as far as its keys begin so, what names these guests, with their signatures.
pub(super) async fn forget_guests(
    tx: &Tx,
    prefix: &str,
    gone: &[RecordRef],
) -> Result<(), StorageError> {
    if gone.is_empty() {
        return Ok(());
    }
    for (key, text) in tx.list(Store::Sent, prefix).await? {
        // Cheaper than reading all that was sent.
        if !text.contains(Area::Guests.as_str()) {
            continue;
        }
        let Ok(mut sent) = domain::json::read::<Sent>(&text) else {
            continue;
        };
        let record = sent.record.record();
        let was = sent.operation.get();
        if !record.is_some_and(|record| gone.contains(&record)) || guests::is_nameless(was) {
            continue;
        }
        let envelope = RawValue::from_string(guests::nameless(was));
        sent.operation = envelope.map_err(records::unwritable)?;
        for signature in std::mem::take(&mut sent.blobs) {
            tx.delete_bytes(&signature).await?;
            tx.delete(Store::Uploads, &signature).await?;
        }
        records::put(tx, Store::Sent, &key, &sent).await?;
    }
    Ok(())
}
