//! Blobs: the bytes of photos go up by tus 1.0 once the record that names them is received:
//! thumbnails first, then full photos, in the order of capture.
//!
//! A blob counts as stored only on the server's word: it checks the whole hash before it says that
//! an upload has reached its full length.

use domain::{Text, keys, small};

use super::SyncReport;
use crate::{
    client::{Created, TusAnswer},
    error::SyncError,
    records::{self, Entry, Upload},
    replica::Replica,
    storage::{Mode, StorageError, Store},
    types::Problem,
};

/// Bytes per request: little is sent again after a cut.
const PIECE_BYTES: usize = 512 * 1024;
/// How often one round starts the same upload anew before it rests.
const STARTS: usize = 3;
/// How often one round asks for the offset within one start.
const STEPS: usize = 200;

enum Sent {
    Stored,
    /// Another start or a rest may help.
    NotYet,
    /// It can never be sent.
    Lost(Problem),
}

impl Sent {
    fn refused(sha256: &str, message: Text) -> Self {
        Self::Lost(Problem::PhotoRefused {
            sha256: sha256.to_owned(),
            message,
        })
    }
}

impl Replica {
    pub(super) async fn send_blobs(&self, report: &mut SyncReport) -> Result<(), SyncError> {
        for upload in self.pending_uploads().await? {
            match self.send_blob(&upload).await {
                Ok(Sent::Stored) => {
                    self.0.engine.rests.succeeded(&upload.sha256);
                    self.update_upload(&upload.sha256, |upload| {
                        upload.stored_at = Some(self.best_now());
                        upload.location = None;
                        upload.last_error = None;
                    })
                    .await?;
                    report.stored += 1;
                    self.changed().await;
                }
                Ok(Sent::NotYet) => {
                    let now = self.now_monotonic();
                    self.0.engine.rests.begin(&upload.sha256, now, None);
                }
                Ok(Sent::Lost(problem)) => {
                    // In this order: after a crash between the two it is found lost again.
                    self.note_problem(&problem).await?;
                    self.update_upload(&upload.sha256, |upload| upload.lost = true)
                        .await?;
                    self.changed().await;
                }
                Err(error) => {
                    self.update_upload(&upload.sha256, |upload| {
                        upload.last_error = Some(error.text());
                    })
                    .await?;
                    if error.ends_round() {
                        return Err(error);
                    }
                    let now = self.now_monotonic();
                    self.0.engine.rests.begin(&upload.sha256, now, None);
                    report.note(error);
                }
            }
        }
        Ok(())
    }

    /// What may go up now: wanted, not stored, named by no operation that still waits.
    async fn pending_uploads(&self) -> Result<Vec<Upload>, StorageError> {
        let tx = self.0.storage.begin(Mode::Read).await?;
        let uploads: Vec<Upload> = records::list(&*tx, Store::Uploads, "").await?;
        let entries: Vec<Entry> = records::list(&*tx, Store::Outbox, "").await?;
        let waiting = small::set(entries.into_iter().flat_map(|entry| entry.blobs));
        let now = self.now_monotonic();
        let mut pending: Vec<Upload> = uploads
            .into_iter()
            .filter(|upload| {
                upload.is_pending()
                    && !waiting.contains(&upload.sha256)
                    && !self.0.engine.rests.is_resting(&upload.sha256, now)
            })
            .collect();
        small::sort_by_key(&mut pending, |upload| (upload.kind, upload.order));
        Ok(pending)
    }

    async fn send_blob(&self, upload: &Upload) -> Result<Sent, SyncError> {
        let sha256 = &upload.sha256;
        let tx = self.0.storage.begin(Mode::Read).await?;
        let bytes = tx.get_bytes(sha256).await?;
        drop(tx);
        let Some(bytes) = bytes.filter(|bytes| keys::sha256_hex(bytes) == *sha256) else {
            // Perhaps another phone sent the same bytes; else a person must know.
            return Ok(if self.client().is_stored(sha256).await? {
                Sent::Stored
            } else {
                Sent::Lost(Problem::PhotoLost {
                    sha256: sha256.clone(),
                })
            });
        };
        match self.upload(upload, &bytes).await {
            Err(SyncError::TooLarge) => Ok(Sent::refused(sha256, SyncError::TooLarge.text())),
            Err(SyncError::Server {
                status: 415 | 422,
                message,
            }) => Ok(Sent::refused(sha256, message)),
            other => other,
        }
    }

    async fn upload(&self, upload: &Upload, bytes: &[u8]) -> Result<Sent, SyncError> {
        let mut location = upload.location.clone();
        for _ in 0..STARTS {
            let at = match location.take() {
                Some(at) => at,
                None => match self.create(upload, bytes.len()).await? {
                    Created::At(at) => at,
                    Created::Stored => return Ok(Sent::Stored),
                },
            };
            if self.send_pieces(&at, bytes).await? {
                return Ok(Sent::Stored);
            }
            self.update_upload(&upload.sha256, |upload| upload.location = None)
                .await?;
        }
        Ok(Sent::NotYet)
    }

    /// Creates the upload and remembers where it is, so that it resumes after a crash.
    async fn create(&self, upload: &Upload, size: usize) -> Result<Created, SyncError> {
        let device = self.account().device_id;
        let created = self
            .client()
            .create_upload(&upload.sha256, size as i64, &upload.media_type, device)
            .await?;
        if let Created::At(location) = &created {
            self.update_upload(&upload.sha256, |upload| {
                upload.location = Some(location.clone());
                upload.attempts = upload.attempts.saturating_add(1);
            })
            .await?;
        }
        Ok(created)
    }

    /// Sends what the server lacks; `false` when the upload must start anew.
    async fn send_pieces(&self, location: &str, bytes: &[u8]) -> Result<bool, SyncError> {
        let mut answer = self.client().upload_offset(location).await?;
        for _ in 0..STEPS {
            match answer {
                TusAnswer::Offset(offset) => {
                    let rest = usize::try_from(offset)
                        .ok()
                        .and_then(|offset| bytes.get(offset..));
                    let Some(rest) = rest else {
                        // The server has more than there is.
                        self.client().delete_upload(location).await?;
                        return Ok(false);
                    };
                    if rest.is_empty() {
                        return Ok(true);
                    }
                    let piece = &rest[..rest.len().min(PIECE_BYTES)];
                    answer = self.client().send_piece(location, offset, piece).await?;
                }
                TusAnswer::AskAgain => answer = self.client().upload_offset(location).await?,
                TusAnswer::Gone | TusAnswer::Mismatch => return Ok(false),
            }
        }
        Ok(false)
    }

    async fn update_upload(
        &self,
        sha256: &str,
        change: impl FnOnce(&mut Upload),
    ) -> Result<(), StorageError> {
        let tx = self.0.storage.begin(Mode::Write).await?;
        if let Some(mut upload) = records::get::<Upload>(&*tx, Store::Uploads, sha256).await? {
            change(&mut upload);
            records::put(&*tx, Store::Uploads, sha256, &upload).await?;
        }
        self.0.engine.unless_full(tx.commit().await)
    }
}
