//! Drafts: forms that are being filled in, with their photos and files, on this device only.
//!
//! Submitting turns a draft into operations in one transaction. Leaves out the form's questions.

use std::collections::BTreeMap;

use domain::{
    Area, AttachmentId, Change, RecordRef, Row,
    areas::{
        attachments::{AttachmentChange, BlobFacts, PhotoFacts},
        submissions::SubmissionChange,
    },
    decide,
    forms::{Answer, Answers},
    keys, small,
};
use uuid::Uuid;

use crate::{
    commit::{self, NamedBlob},
    environment::new_id,
    overlay::Overlay,
    records::{self, BlobKind, Entry, Sent, Tx, Upload, meta},
    replica::Replica,
    storage::{Mode, StorageError, Store},
    types::{CaptureInput, CommitError, Draft, DraftPhoto, NewFile, NewOperation, NewPhoto, Saved},
};

/// The reason that a correction gives when it drops a photo.
const DROPPED: &str = "更正时移除";

impl Replica {
    /// Saves a draft. Its photos count only the first time (those of a submission to be corrected);
    /// later they change by [`Replica::add_draft_photo`] and [`Replica::remove_draft_photo`].
    pub async fn save_draft(&self, draft: &Draft) -> Result<(), StorageError> {
        let tx = self.0.storage.begin(Mode::Strict).await?;
        let known: Option<Draft> = records::get(&*tx, Store::Drafts, &key(draft.id)).await?;
        let mut draft = draft.clone();
        if let Some(known) = known {
            draft.photos = known.photos;
        } else if draft.amends.is_some() {
            // What the author saw when starting: the merge compares with this, not with what
            // arrives in the meantime.
            let mut overlay =
                Overlay::load(&*tx, &self.account(), self.best_now(), &self.0.shelf).await?;
            let subject = RecordRef::new(Area::Submissions, draft.id);
            if let Some(Row::Submissions(seen)) = overlay.row(&*tx, subject).await? {
                records::put(&*tx, Store::Meta, &base_key(draft.id), &seen.answers).await?;
            }
        }
        records::put(&*tx, Store::Drafts, &key(draft.id), &draft).await?;
        tx.commit().await?;
        self.drafts_changed().await;
        Ok(())
    }

    /// All drafts, the one changed last first.
    pub async fn drafts(&self) -> Result<Vec<Draft>, StorageError> {
        let tx = self.0.storage.begin(Mode::Read).await?;
        let mut drafts: Vec<Draft> = records::list(&*tx, Store::Drafts, "").await?;
        small::sort_by_key(&mut drafts, |draft| {
            std::cmp::Reverse((draft.updated_at, draft.id))
        });
        Ok(drafts)
    }

    pub async fn draft(&self, id: Uuid) -> Result<Option<Draft>, StorageError> {
        let tx = self.0.storage.begin(Mode::Read).await?;
        records::get(&*tx, Store::Drafts, &key(id)).await
    }

    /// Deletes a draft and those of its photos that nothing else needs.
    pub async fn delete_draft(&self, id: Uuid) -> Result<(), StorageError> {
        let tx = self.0.storage.begin(Mode::Write).await?;
        tx.delete(Store::Drafts, &key(id)).await?;
        tx.delete(Store::Meta, &base_key(id)).await?;
        drop_unneeded(&*tx).await?;
        tx.commit().await?;
        self.drafts_changed().await;
        Ok(())
    }

    /// Adds a photo to a saved draft: its bytes are stored, read back and compared before this
    /// returns.
    pub async fn add_draft_photo(
        &self,
        draft: Uuid,
        photo: NewPhoto,
    ) -> Result<DraftPhoto, CommitError> {
        self.ask_to_persist().await;
        self.check_space(photo.full.bytes.len() + photo.thumbnail.bytes.len())
            .await?;
        let full = keys::sha256_hex(&photo.full.bytes);
        let blobs = [
            (BlobKind::Full, photo.full),
            (BlobKind::Thumbnail, photo.thumbnail),
        ];
        let [blob, thumbnail] = blobs.each_ref().map(|(_, picture)| BlobFacts {
            sha256: keys::sha256_hex(&picture.bytes),
            size: picture.bytes.len() as i64,
            media_type: picture.media_type.clone(),
            width: picture.width,
            height: picture.height,
        });
        let blobs = blobs.map(|(kind, picture)| NamedBlob {
            sha256: keys::sha256_hex(&picture.bytes),
            photo: full.clone(),
            kind,
            media_type: picture.media_type,
            bytes: picture.bytes,
        });
        let photo = DraftPhoto {
            id: new_id(&*self.0.environment),
            question: photo.question,
            blob,
            thumbnail,
            source: photo.source,
            taken_at: photo.taken_at,
            caption: photo.caption,
            facts: photo.facts,
            existing: false,
        };
        self.add_to_draft(draft, photo, &blobs).await
    }

    /// As [`Replica::add_draft_photo`], for a recording or document.
    pub async fn add_draft_file(
        &self,
        draft: Uuid,
        file: NewFile,
    ) -> Result<DraftPhoto, CommitError> {
        self.ask_to_persist().await;
        self.check_space(file.bytes.len()).await?;
        let blob = BlobFacts {
            sha256: keys::sha256_hex(&file.bytes),
            size: file.bytes.len() as i64,
            media_type: file.media_type.clone(),
            width: 0,
            height: 0,
        };
        let named = NamedBlob {
            sha256: blob.sha256.clone(),
            photo: blob.sha256.clone(),
            kind: BlobKind::Full,
            media_type: file.media_type,
            bytes: file.bytes,
        };
        let photo = DraftPhoto {
            id: new_id(&*self.0.environment),
            question: file.question,
            thumbnail: blob.clone(),
            blob,
            source: file.source,
            taken_at: file.taken_at,
            caption: String::new(),
            facts: file.facts,
            existing: false,
        };
        self.add_to_draft(draft, photo, &[named]).await
    }

    async fn add_to_draft(
        &self,
        draft: Uuid,
        added: DraftPhoto,
        blobs: &[NamedBlob],
    ) -> Result<DraftPhoto, CommitError> {
        // The bytes first: a draft never names a photo that isn't proven to be there.
        let tx = self.0.storage.begin(Mode::Strict).await?;
        let order = commit::current_order(&*tx).await?;
        commit::put_blobs(&*tx, blobs, false, order).await?;
        tx.commit().await?;
        self.read_back(blobs).await?;
        let tx = self.0.storage.begin(Mode::Strict).await?;
        let mut known: Draft = records::get(&*tx, Store::Drafts, &key(draft))
            .await?
            .ok_or(CommitError::NoDraft)?;
        // Another tab may have cleaned up in between.
        commit::put_blobs(&*tx, blobs, false, order).await?;
        known.photos.push(added.clone());
        known.updated_at = self.best_now();
        records::put(&*tx, Store::Drafts, &key(draft), &known).await?;
        tx.commit().await?;
        self.drafts_changed().await;
        Ok(added)
    }

    /// Says what is to be seen on a photo of a draft. One that the server has already stays as it is.
    pub async fn describe_draft_photo(
        &self,
        draft: Uuid,
        photo: Uuid,
        caption: &str,
        facts: &PhotoFacts,
    ) -> Result<(), StorageError> {
        let tx = self.0.storage.begin(Mode::Strict).await?;
        let known: Option<Draft> = records::get(&*tx, Store::Drafts, &key(draft)).await?;
        if let Some(mut known) = known {
            let photos = known.photos.iter_mut();
            for kept in photos.filter(|kept| kept.id == photo && !kept.existing) {
                caption.clone_into(&mut kept.caption);
                kept.facts.clone_from(facts);
            }
            known.updated_at = self.best_now();
            records::put(&*tx, Store::Drafts, &key(draft), &known).await?;
        }
        tx.commit().await?;
        self.drafts_changed().await;
        Ok(())
    }

    /// Takes a photo out of a draft.
    pub async fn remove_draft_photo(&self, draft: Uuid, photo: Uuid) -> Result<(), StorageError> {
        let tx = self.0.storage.begin(Mode::Write).await?;
        let known: Option<Draft> = records::get(&*tx, Store::Drafts, &key(draft)).await?;
        if let Some(mut known) = known {
            known.photos.retain(|kept| kept.id != photo);
            known.updated_at = self.best_now();
            records::put(&*tx, Store::Drafts, &key(draft), &known).await?;
            drop_unneeded(&*tx).await?;
        }
        tx.commit().await?;
        self.drafts_changed().await;
        Ok(())
    }

    /// Turns a draft, as it is given with the photos that are kept, into a submission, or into a
    /// correction; all or nothing.
    pub async fn submit_draft(
        &self,
        draft: &Draft,
        input: CaptureInput,
    ) -> Result<Saved, CommitError> {
        let saved = self.keep_submission(draft, input).await?;
        self.tell_saved().await;
        Ok(saved)
    }

    /// The first half of [`Replica::submit_draft`]: returns as soon as the store has it for good, so that a
    /// person is told so at once. [`Replica::tell_saved`] must follow.
    pub async fn keep_submission(
        &self,
        draft: &Draft,
        input: CaptureInput,
    ) -> Result<Saved, CommitError> {
        let tx = self.0.storage.begin(Mode::Strict).await?;
        // All at once, by the photos as they were given; those that are kept may be others.
        let expected = first_submission(draft, &input);
        let (at, names) = (key(draft.id), new_names(&draft.photos));
        let (known, mut overlay, device, mut uploads) = futures::try_join!(
            records::get::<Draft>(&*tx, Store::Drafts, &at),
            self.overlay_for(&*tx, &expected),
            commit::device(&*tx),
            commit::uploads(&*tx, &names),
        )?;
        let draft = Draft {
            photos: known.ok_or(CommitError::NoDraft)?.photos,
            ..draft.clone()
        };
        let operations = match draft.amends {
            None => first_submission(&draft, &input),
            Some(revision) => {
                self.correction(&*tx, &mut overlay, &draft, revision, &input)
                    .await?
            }
        };
        let kept = new_names(&draft.photos);
        if kept != names {
            uploads = commit::uploads(&*tx, &kept).await?;
        }
        let saved = self
            .put_decided(&*tx, &operations, overlay, device, decide::decide)
            .await?;
        commit::want(&*tx, uploads).await?;
        tx.delete(Store::Meta, &base_key(draft.id)).await?;
        tx.commit().await?;
        saved.first().copied().ok_or(CommitError::NoDraft)
    }

    async fn correction(
        &self,
        tx: &Tx,
        overlay: &mut Overlay,
        draft: &Draft,
        revision: i64,
        input: &CaptureInput,
    ) -> Result<Vec<NewOperation>, CommitError> {
        let subject = RecordRef::new(Area::Submissions, draft.id);
        let Some(Row::Submissions(existing)) = overlay.row(tx, subject).await? else {
            return Err(CommitError::NoDraft);
        };
        let base: Option<Answers> = records::get(tx, Store::Meta, &base_key(draft.id)).await?;
        let base = base.unwrap_or_else(|| existing.answers.clone());
        let mut operations = vec![amendment(draft, revision, input, &base)];
        let attached = overlay.local_rows(tx, Area::Attachments).await?;
        for local in attached {
            let Row::Attachments(attachment) = local.row else {
                continue;
            };
            let kept = draft.photos.iter().any(|photo| photo.id == attachment.id.0);
            if attachment.subject == subject && !attachment.withdrawn && !kept {
                operations.push(NewOperation {
                    base_revision: Some(attachment.revision),
                    ..NewOperation::new(
                        RecordRef::new(Area::Attachments, attachment.id),
                        Change::Attachments(AttachmentChange::Withdraw {
                            reason: DROPPED.to_owned(),
                        }),
                    )
                });
            }
        }
        operations.extend(new_photos(draft));
        Ok(operations)
    }
}

fn first_submission(draft: &Draft, input: &CaptureInput) -> Vec<NewOperation> {
    let submit = NewOperation {
        occurred_at: input.occurred_at,
        discard_draft: Some(draft.id),
        ..NewOperation::new(
            RecordRef::new(Area::Submissions, draft.id),
            Change::Submissions(SubmissionChange::Submit {
                form_id: draft.form_id.clone(),
                form_version: draft.form_version.clone(),
                activity_id: draft.activity_id,
                premises_id: draft.premises_id,
                title: input.title.clone(),
                answers: draft.answers.clone(),
            }),
        )
    };
    std::iter::once(submit).chain(new_photos(draft)).collect()
}

fn amendment(draft: &Draft, revision: i64, input: &CaptureInput, base: &Answers) -> NewOperation {
    let mut changed: BTreeMap<String, Option<Answer>> = BTreeMap::new();
    let mut was = BTreeMap::new();
    let questions = base.keys().chain(draft.answers.keys());
    for question in questions {
        let before = base.get(question);
        let after = draft.answers.get(question);
        if before != after {
            changed.insert(question.clone(), after.cloned());
            was.insert(question.clone(), before.cloned());
        }
    }
    NewOperation {
        base_revision: Some(revision),
        occurred_at: input.occurred_at,
        discard_draft: Some(draft.id),
        ..NewOperation::new(
            RecordRef::new(Area::Submissions, draft.id),
            Change::Submissions(SubmissionChange::Amend {
                title: input.title.clone(),
                changed,
                was,
            }),
        )
    }
}

/// The names of the bytes that these photos bring.
fn new_names(photos: &[DraftPhoto]) -> Vec<String> {
    let added = photos.iter().filter(|photo| !photo.existing);
    let names = added.flat_map(|photo| [&photo.blob.sha256, &photo.thumbnail.sha256]);
    names.cloned().collect()
}

fn new_photos(draft: &Draft) -> impl Iterator<Item = NewOperation> + '_ {
    let subject = RecordRef::new(Area::Submissions, draft.id);
    let added = draft.photos.iter().filter(|photo| !photo.existing);
    added.map(move |photo| {
        NewOperation::new(
            RecordRef::new(Area::Attachments, AttachmentId(photo.id)),
            Change::Attachments(AttachmentChange::Add {
                subject,
                question: photo.question.clone(),
                blob: photo.blob.clone(),
                thumbnail: photo.thumbnail.clone(),
                source: photo.source,
                taken_at: photo.taken_at,
                caption: photo.caption.clone(),
                facts: photo.facts.clone(),
            }),
        )
    })
}

/// Deletes bytes that were stored for a draft and that nothing names any more.
pub(crate) async fn drop_unneeded(tx: &Tx) -> Result<(), StorageError> {
    let drafts: Vec<Draft> = records::list(tx, Store::Drafts, "").await?;
    let uploads: Vec<Upload> = records::list(tx, Store::Uploads, "").await?;
    let entries: Vec<Entry> = records::list(tx, Store::Outbox, "").await?;
    let sent: Vec<Sent> = records::list(tx, Store::Sent, "").await?;
    for upload in uploads.iter().filter(|upload| !upload.wanted) {
        let name = &upload.sha256;
        let in_draft = drafts.iter().any(|draft| draft_names(draft, name));
        let in_outbox = entries.iter().any(|entry| entry.blobs.contains(name));
        let in_sent = sent.iter().any(|sent| sent.blobs.contains(name));
        if !in_draft && !in_outbox && !in_sent {
            tx.delete_bytes(name).await?;
            tx.delete(Store::Uploads, name).await?;
        }
    }
    Ok(())
}

pub(crate) fn draft_names(draft: &Draft, sha256: &str) -> bool {
    draft
        .photos
        .iter()
        .any(|photo| photo.blob.sha256 == sha256 || photo.thumbnail.sha256 == sha256)
}

fn base_key(id: Uuid) -> String {
    format!("{}{}", meta::DRAFT_BASE, id.hyphenated())
}

fn key(id: Uuid) -> String {
    id.hyphenated().to_string()
}
