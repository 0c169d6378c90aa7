//! Committing: an operation and its bytes become durable in one strict transaction, are read back,
//! and only then are called saved.

use domain::{
    Change, Operation, Refusal,
    decide::{self, Decision},
    ids::OpId,
    keys,
    operation::SCHEMA_VERSION,
    small,
};
use serde_json::value::RawValue;

use crate::{
    environment::new_id,
    overlay::{Ahead, Decide, Overlay},
    records::{self, About, BlobKind, Device, Entry, Tx, Upload, meta},
    replica::Replica,
    storage::{Mode, StorageError, Store},
    types::{CommitError, NewOperation, Saved},
};

/// A single operation must fit a push with room to spare, in bytes.
const OPERATION_BYTES: usize = 200 * 1024;

/// A blob on its way into the store.
pub(crate) struct NamedBlob {
    pub(crate) sha256: String,
    pub(crate) photo: String,
    pub(crate) kind: BlobKind,
    pub(crate) media_type: String,
    pub(crate) bytes: Vec<u8>,
}

impl Replica {
    /// Saves an operation with its blobs; it will be sent by itself.
    pub async fn commit(&self, new: NewOperation) -> Result<Saved, CommitError> {
        let saved = self.commit_all(vec![new]).await?;
        first(saved)
    }

    /// The same for a change without answers, such as a check-in: it needs no form, and the code that reads
    /// forms isn't there before the first screen.
    ///
    /// Returns as soon as the store has it for good, so that a person is told so at once;
    /// [`Replica::tell_saved`] must follow.
    pub async fn keep_fact(&self, new: NewOperation) -> Result<Saved, CommitError> {
        if matches!(new.change, Change::Submissions(_)) {
            return Err(CommitError::Refused(Refusal::WrongRecord));
        }
        let saved = self.keep(&[new], decide::replay).await?;
        first(saved)
    }

    /// Tells the screens and the sync loop of what was saved.
    pub async fn tell_saved(&self) {
        self.changed().await;
        self.wake();
        self.ask_to_persist().await;
    }

    /// Saves several operations whole or not at all, in this order.
    pub async fn commit_all(&self, list: Vec<NewOperation>) -> Result<Vec<Saved>, CommitError> {
        self.ask_to_persist().await;
        let saved = self.keep(&list, decide::decide).await?;
        self.changed().await;
        self.wake();
        Ok(saved)
    }

    async fn keep(&self, list: &[NewOperation], decide: Decide) -> Result<Vec<Saved>, CommitError> {
        let blobs = list.iter().flat_map(|new| &new.blobs);
        self.check_space(blobs.map(|blob| blob.bytes.len()).sum())
            .await?;
        match self.try_commit(list, decide).await {
            // The transaction left nothing behind; a broken connection is opened anew.
            Err(CommitError::Storage(StorageError::Lost(_))) => self.try_commit(list, decide).await,
            other => other,
        }
    }

    async fn try_commit(
        &self,
        list: &[NewOperation],
        decide: Decide,
    ) -> Result<Vec<Saved>, CommitError> {
        let tx = self.0.storage.begin(Mode::Strict).await?;
        let mut blobs = Vec::new();
        for new in list {
            for blob in &new.blobs {
                let sha256 = keys::sha256_hex(&blob.bytes);
                blobs.push(NamedBlob {
                    photo: sha256.clone(),
                    sha256,
                    kind: BlobKind::Full,
                    media_type: blob.media_type.clone(),
                    bytes: blob.bytes.clone(),
                });
            }
        }
        let saved = self.put_operations(&*tx, list, decide).await?;
        if !blobs.is_empty() {
            let order = current_order(&*tx).await?;
            put_blobs(&*tx, &blobs, true, order).await?;
        }
        tx.commit().await?;
        if let Err(error) = self.read_back(&blobs).await {
            self.take_back(&saved).await?;
            return Err(error.into());
        }
        Ok(saved)
    }

    /// Numbers operations, decides them locally and writes them to the outbox.
    pub(crate) async fn put_operations(
        &self,
        tx: &Tx,
        list: &[NewOperation],
        decide: Decide,
    ) -> Result<Vec<Saved>, CommitError> {
        let (overlay, device) = futures::try_join!(self.overlay_for(tx, list), device(tx))?;
        self.put_decided(tx, list, overlay, device, decide).await
    }

    /// What these operations are decided by.
    pub(crate) async fn overlay_for(
        &self,
        tx: &Tx,
        list: &[NewOperation],
    ) -> Result<Overlay, StorageError> {
        let mut ahead = Ahead::default();
        for new in list {
            ahead.add(decide::needs_of(new.record, &new.change));
        }
        let (account, now) = (self.account(), self.best_now());
        Overlay::load_with(tx, &account, now, &ahead, &self.0.shelf).await
    }

    pub(crate) async fn put_decided(
        &self,
        tx: &Tx,
        list: &[NewOperation],
        mut overlay: Overlay,
        mut device: Device,
        decide: Decide,
    ) -> Result<Vec<Saved>, CommitError> {
        let account = self.account();
        let now = self.best_now();
        let mut saved = Vec::new();
        for new in list {
            let operation = self.envelope(new, &account, &mut device);
            if let Decision::Refuse(refusal) = overlay.lay(tx, &operation, decide).await?
                && !is_ignorance(&refusal)
            {
                return Err(CommitError::Refused(refusal));
            }
            let raw = to_raw(&operation)?;
            if raw.get().len() > OPERATION_BYTES {
                return Err(CommitError::Refused(Refusal::TooLong {
                    field: operation.record.area.as_str().to_owned(),
                    limit: OPERATION_BYTES as i64,
                }));
            }
            device.order += 1;
            let entry = Entry {
                order: device.order,
                op_id: operation.op_id,
                record: About::new(operation.record)?,
                captured_at: now,
                blobs: operation.blobs.clone(),
                operation: raw,
                attempts: 0,
                last_error: None,
            };
            records::put(tx, Store::Outbox, &entry.key(), &entry).await?;
            if let Some(draft) = new.discard_draft {
                tx.delete(Store::Drafts, &draft.hyphenated().to_string())
                    .await?;
            }
            saved.push(Saved {
                op_id: operation.op_id,
                record: operation.record,
                at: now,
            });
        }
        records::put(tx, Store::Meta, meta::DEVICE, &device).await?;
        Ok(saved)
    }

    fn envelope(
        &self,
        new: &NewOperation,
        account: &crate::types::Account,
        device: &mut Device,
    ) -> Operation {
        let clock = self.0.clock.get();
        let reading = self.reading();
        device.seq += 1;
        let own = new.blobs.iter().map(|blob| keys::sha256_hex(&blob.bytes));
        let blobs = small::set(own.chain(names_in(&new.change)));
        Operation {
            op_id: OpId(new_id(&*self.0.environment)),
            device_id: account.device_id,
            device_seq: device.seq,
            device_epoch: device.epoch,
            schema_version: SCHEMA_VERSION,
            organization_id: account.organization_id,
            actor_id: account.person_id,
            record: new.record,
            base_revision: new.base_revision,
            change: new.change.clone(),
            blobs: blobs.into_iter().collect(),
            capture: records::capture(
                new.occurred_at,
                reading.wall,
                self.0.environment.utc_offset_minutes(),
                clock.offset_ms(),
                clock.since_heard_ms(reading),
            ),
            app_build: self.0.environment.app_build(),
        }
    }

    /// Compares what the store returns with what was written.
    pub(crate) async fn read_back(&self, blobs: &[NamedBlob]) -> Result<(), StorageError> {
        if blobs.is_empty() {
            return Ok(());
        }
        let tx = self.0.storage.begin(Mode::Read).await?;
        for blob in blobs {
            let stored = tx.get_bytes(&blob.sha256).await?;
            if stored.is_none_or(|stored| keys::sha256_hex(&stored) != blob.sha256) {
                return Err(StorageError::Corrupt);
            }
        }
        Ok(())
    }

    /// Removes operations that were never shown as saved.
    async fn take_back(&self, saved: &[Saved]) -> Result<(), StorageError> {
        let tx = self.0.storage.begin(Mode::Strict).await?;
        let entries: Vec<Entry> = records::list(&*tx, Store::Outbox, "").await?;
        for entry in entries {
            if entry.attempts == 0 && saved.iter().any(|saved| saved.op_id == entry.op_id) {
                tx.delete(Store::Outbox, &entry.key()).await?;
                for blob in &entry.blobs {
                    tx.delete(Store::Uploads, blob).await?;
                }
            }
        }
        tx.commit().await
    }

    /// Refuses bytes that would fill the device; text is never refused by an estimate.
    pub(crate) async fn check_space(&self, size: usize) -> Result<(), CommitError> {
        const MARGIN: i64 = 5_000_000;
        if size == 0 {
            return Ok(());
        }
        let needed = (size as i64).saturating_mul(3).saturating_add(MARGIN);
        match self.0.environment.free_bytes().await {
            Some(free) if free < needed => Err(CommitError::StorageFull),
            _ => Ok(()),
        }
    }
}

fn first(saved: Vec<Saved>) -> Result<Saved, CommitError> {
    let nothing = || StorageError::Unavailable("nothing was saved".to_owned());
    let first = saved.into_iter().next();
    first.ok_or_else(|| CommitError::Storage(nothing()))
}

/// Whether the refusal only says that this device doesn't know enough; the server decides then.
fn is_ignorance(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::UnknownActivity
            | Refusal::UnknownPerson
            | Refusal::UnknownForm { .. }
            | Refusal::PredecessorMissing
    )
}

/// The blobs that a change names itself.
fn names_in(change: &domain::Change) -> Vec<String> {
    use domain::areas::{
        attachments::AttachmentChange,
        attendances::{AttendanceChange, Proof},
        guests::GuestChange,
    };
    match change {
        domain::Change::Attachments(AttachmentChange::Add {
            blob, thumbnail, ..
        }) => vec![blob.sha256.clone(), thumbnail.sha256.clone()],
        domain::Change::Attendances(AttendanceChange::Record {
            proof: Proof::Roster {
                signature: Some(name),
            },
            ..
        }) => vec![name.clone()],
        domain::Change::Guests(GuestChange::Arrive { signature, .. }) => {
            signature.iter().cloned().collect()
        }
        domain::Change::Attachments(
            AttachmentChange::Withdraw { .. } | AttachmentChange::Describe { .. },
        )
        | domain::Change::Attendances(_)
        | domain::Change::Guests(GuestChange::Leave { .. })
        | domain::Change::SignUps(_)
        | domain::Change::Submissions(_) => Vec::new(),
    }
}

pub(crate) fn to_raw(operation: &Operation) -> Result<Box<RawValue>, StorageError> {
    serde_json::value::to_raw_value(operation)
        .map_err(|error| StorageError::Unavailable(error.to_string()))
}

/// The device's counters. Unreadable ones are an error: starting over would overwrite entries.
pub(crate) async fn device(tx: &Tx) -> Result<Device, StorageError> {
    match tx.get(Store::Meta, meta::DEVICE).await? {
        Some(text) => domain::json::read(&text).map_err(|_| StorageError::Outdated),
        None => Ok(Device::default()),
    }
}

pub(crate) async fn current_order(tx: &Tx) -> Result<i64, StorageError> {
    Ok(device(tx).await?.order)
}

/// Writes bytes and what is known of them; a blob that is known already keeps its history.
pub(crate) async fn put_blobs(
    tx: &Tx,
    blobs: &[NamedBlob],
    wanted: bool,
    order: i64,
) -> Result<(), StorageError> {
    for blob in blobs {
        tx.put_bytes(&blob.sha256, &blob.bytes).await?;
        let known: Option<Upload> = records::get(tx, Store::Uploads, &blob.sha256).await?;
        let upload = match known {
            Some(known) => Upload {
                wanted: known.wanted || wanted,
                lost: false,
                ..known
            },
            None => Upload {
                sha256: blob.sha256.clone(),
                photo: blob.photo.clone(),
                kind: blob.kind,
                size: blob.bytes.len() as i64,
                media_type: blob.media_type.clone(),
                order,
                wanted,
                stored_at: None,
                location: None,
                lost: false,
                attempts: 0,
                last_error: None,
            },
        };
        records::put(tx, Store::Uploads, &blob.sha256, &upload).await?;
    }
    Ok(())
}

/// What is known of blobs that a draft stored.
pub(crate) async fn uploads(tx: &Tx, names: &[String]) -> Result<Vec<Upload>, StorageError> {
    let reading = names
        .iter()
        .map(|name| records::get(tx, Store::Uploads, name));
    let known = futures::future::try_join_all(reading).await?;
    Ok(known.into_iter().flatten().collect())
}

/// Marks them as wanted on the server.
pub(crate) async fn want(tx: &Tx, uploads: Vec<Upload>) -> Result<(), StorageError> {
    for mut upload in uploads {
        upload.wanted = true;
        records::put(tx, Store::Uploads, &upload.sha256, &upload).await?;
    }
    Ok(())
}
