//! Ends an upload whose last byte is durable: the bytes are compared with their name, looked at, stored
//! under the name, and the records that wait for them are told.

use std::sync::Arc;

use axum::body::Bytes;
use domain::{
    Area, DeviceId, OrganizationId, PersonId, Refusal, Row, areas::attachments::Attachment,
};
use futures::TryStreamExt as _;
use object_store::{ObjectStoreExt as _, buffered::BufWriter, path::Path};
use tokio::io::AsyncWriteExt as _;

use super::{
    look::Look,
    path, receive,
    store::{self, Piece, Upload},
};
use crate::{
    AppState,
    areas::{attachments, submissions},
    error::{Error, Result},
    feed, ids,
};

/// Bytes held in memory while writing: also the smallest part that S3 takes.
const PART: usize = 5 * 1024 * 1024;

/// What the bytes turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Finished {
    Stored,
    /// They aren't what the upload named; it starts again at 0.
    Mismatch,
    Rejected(Refusal),
}

/// Ends the upload. Asking twice does no harm.
pub async fn finish(state: &AppState, upload: &Upload) -> Result<Finished> {
    let mut connection = state.db.read().acquire().await?;
    let pieces = store::pieces(&mut connection, upload).await?;
    drop(connection);
    if pieces.iter().map(|piece| piece.size).sum::<i64>() != upload.size {
        // Another request ended it or started it again in between.
        let mut connection = state.db.read().acquire().await?;
        let stored = store::blob(&mut connection, upload.organization_id, &upload.sha256).await?;
        return Ok(if stored.is_some() {
            Finished::Stored
        } else {
            Finished::Mismatch
        });
    }
    let outcome = store_whole(state, upload, &pieces).await?;
    let outcome = settle(state, upload, outcome).await?;
    receive::remove(state, &pieces).await;
    Ok(outcome)
}

/// Bytes that came whole, by another way than tus.
#[derive(Clone, Debug)]
pub struct Brought {
    pub organization_id: OrganizationId,
    pub person_id: PersonId,
    pub device_id: DeviceId,
    pub sha256: String,
    pub media_type: String,
}

/// Takes in what came whole. Nothing is noted about bytes that don't match their name.
pub async fn take_in(state: &AppState, brought: Brought, bytes: Bytes) -> Result<Finished> {
    let mut connection = state.db.read().acquire().await?;
    let known = store::blob(&mut connection, brought.organization_id, &brought.sha256).await?;
    drop(connection);
    if known.is_some() {
        return Ok(Finished::Stored);
    }
    if domain::keys::sha256_hex(&bytes) != brought.sha256 {
        return Ok(Finished::Mismatch);
    }
    let now = state.clock.now();
    let upload = Upload {
        id: ids::at(now),
        organization_id: brought.organization_id,
        device_id: brought.device_id,
        person_id: brought.person_id,
        sha256: brought.sha256,
        size: bytes.len() as i64,
        media_type: brought.media_type,
        stored_bytes: bytes.len() as i64,
        pieces: 0,
        expires_at: now,
    };
    let mut look = Look::new(&upload.media_type);
    look.update(&bytes);
    let outcome = judge(look).await?;
    if outcome == Finished::Stored {
        let place = path(upload.organization_id, &upload.sha256);
        state.blobs.put(&place, bytes.into()).await?;
    }
    settle(state, &upload, outcome).await
}

/// Notes what became of the upload, and tells the records that wait for it.
async fn settle(state: &AppState, upload: &Upload, outcome: Finished) -> Result<Finished> {
    let mut tx = state.db.begin_for(upload.organization_id).await?;
    feed::lock(&mut tx, upload.organization_id).await?;
    let place = path(upload.organization_id, &upload.sha256);
    let gone = outcome == Finished::Stored && state.blobs.head(&place).await.is_err();
    // The sweep may have taken an older object of that name for an orphan.
    let outcome = if gone { Finished::Mismatch } else { outcome };
    let now = state.clock.now();
    match &outcome {
        Finished::Mismatch => store::restart(&mut tx, upload).await?,
        Finished::Stored => {
            store::end(&mut tx, upload).await?;
            store::keep(&mut tx, upload, now).await?;
            tell(&mut tx, upload, None).await?;
        }
        Finished::Rejected(refusal) => {
            store::end(&mut tx, upload).await?;
            store::reject(&mut tx, upload, refusal, now).await?;
            tell(&mut tx, upload, Some(refusal)).await?;
        }
    }
    tx.commit().await?;
    Ok(outcome)
}

/// Headers are short, but a hostile one shouldn't stop the others' requests.
async fn judge(look: Look) -> Result<Finished> {
    let checked = tokio::task::spawn_blocking(move || look.judge())
        .await
        .map_err(Error::internal)?;
    Ok(match checked {
        Ok(()) => Finished::Stored,
        Err(refusal) => Finished::Rejected(refusal),
    })
}

/// Streams the pieces through the hash into the blob's place, which only comes into being at the end.
async fn store_whole(state: &AppState, upload: &Upload, pieces: &[Piece]) -> Result<Finished> {
    let place = path(upload.organization_id, &upload.sha256);
    let mut writer = BufWriter::with_capacity(Arc::clone(&state.blobs), place, PART);
    let mut hash = domain::keys::Sha256Stream::default();
    let mut look = Look::new(&upload.media_type);
    for piece in pieces {
        let object = state.blobs.get(&Path::from(piece.object.as_str())).await?;
        let mut stream = object.into_stream();
        while let Some(bytes) = stream.try_next().await? {
            hash.update(&bytes);
            look.update(&bytes);
            writer.put(bytes).await?;
        }
    }
    let outcome = if hash.finish_hex() == upload.sha256 {
        judge(look).await?
    } else {
        Finished::Mismatch
    };
    if outcome == Finished::Stored {
        let shut = writer.shutdown().await;
        shut.map_err(|error| object_store::Error::Generic {
            store: "blobs",
            source: error.into(),
        })?;
    } else {
        writer.abort().await?;
    }
    Ok(outcome)
}

/// Tells the records that name the bytes, and publishes them.
async fn tell(tx: &mut crate::Tx, upload: &Upload, refusal: Option<&Refusal>) -> Result<()> {
    let organization = upload.organization_id;
    let mut rows = Vec::new();
    let mut subjects = Vec::new();
    for attachment in attachments::store::with_blob(tx, organization, &upload.sha256).await? {
        // The thumbnail is no photo of the record, and a wrong type says nothing about the right one.
        let concerned = attachment.blob.sha256 == upload.sha256
            && (refusal.is_none() || attachment.blob.media_type == upload.media_type);
        if !concerned || attachment.stored {
            continue;
        }
        let changed = Attachment {
            revision: attachment.revision + 1,
            stored: refusal.is_none(),
            rejected: refusal.cloned(),
            ..attachment
        };
        attachments::store::update(tx, organization, &changed).await?;
        if changed.subject.area == Area::Submissions {
            subjects.push(changed.subject.id);
        }
        rows.push(Row::Attachments(changed));
    }
    subjects.sort_unstable();
    subjects.dedup();
    submissions::store::count_photos(tx, organization, &subjects).await?;
    feed::publish(tx, organization, &rows).await
}
