//! Rescue: everything unsent in one file, for the office to import through the same push.
//!
//! The operations are the raw envelopes, so that importing is idempotent. Not encrypted yet.

use domain::keys;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::{
    records::{self, Entry, Upload},
    replica::Replica,
    storage::{Mode, StorageError, Store},
    types::{Account, Draft},
};

#[derive(Serialize)]
struct RescueFile {
    format: &'static str,
    account: Account,
    operations: Vec<Box<RawValue>>,
    blobs: Vec<RescuedBlob>,
    drafts: Vec<Draft>,
}

#[derive(Serialize)]
struct RescuedBlob {
    sha256: String,
    media_type: String,
    /// base64url without padding
    bytes: String,
}

impl Replica {
    /// The bytes of a JSON file with all that the server doesn't hold, drafts included.
    pub async fn rescue(&self) -> Result<Vec<u8>, StorageError> {
        let tx = self.0.storage.begin(Mode::Read).await?;
        let entries: Vec<Entry> = records::list(&*tx, Store::Outbox, "").await?;
        let uploads: Vec<Upload> = records::list(&*tx, Store::Uploads, "").await?;
        let drafts = records::list(&*tx, Store::Drafts, "").await?;
        let mut blobs = Vec::new();
        for upload in uploads {
            if upload.stored_at.is_some() {
                continue;
            }
            if let Some(bytes) = tx.get_bytes(&upload.sha256).await? {
                blobs.push(RescuedBlob {
                    sha256: upload.sha256,
                    media_type: upload.media_type,
                    bytes: keys::to_base64url(&bytes),
                });
            }
        }
        let file = RescueFile {
            format: "minglu-rescue-1",
            account: self.account(),
            operations: entries.into_iter().map(|entry| entry.operation).collect(),
            blobs,
            drafts,
        };
        serde_json::to_vec(&file).map_err(|error| StorageError::Unavailable(error.to_string()))
    }
}
