//! Looks at the photos that arrived, one at a time and beside the requests: how each one looks is kept
//! and compared with those before it, so that a record's reviewer sees where a photo was before.
//!
//! Any number of processes may do it at once; looking twice does no harm.

use std::{collections::BTreeSet, io::Cursor, time::Duration};

use axum::body::Bytes;
use domain::{
    OrganizationId,
    photos::{Gray, Likeness},
};
use image::{ImageReader, Limits};
use object_store::ObjectStoreExt as _;

use crate::{
    AppState,
    areas::{attachments::likenesses, blobs},
    error::Result,
};

/// Photos between two questions for more.
const BATCH: i64 = 50;
/// A photo of 64 megapixels fits in.
const MEMORY: u64 = 320 * 1024 * 1024;

/// The longer side, px, at which it is looked at.
const SMALL: u32 = 1_280;

/// Runs for as long as the server does.
pub async fn run(state: AppState) {
    let mut times = tokio::time::interval(Duration::from_secs(15));
    times.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        times.tick().await;
        match fill(&state).await {
            Ok(0) => {}
            Ok(photos) => tracing::debug!(photos, "looked at photos"),
            Err(error) => tracing::warn!(%error, "photos wait to be looked at"),
        }
    }
}

/// Looks at all photos that wait, and says how many they were.
pub async fn fill(state: &AppState) -> Result<usize> {
    let mut looked_at = 0;
    // What can't be read now waits for the next time, and nothing behind it does.
    let mut skipped = BTreeSet::new();
    loop {
        let mut connection = state.db.read().acquire().await?;
        let limit = BATCH + skipped.len() as i64;
        let mut waiting = likenesses::waiting(&mut connection, limit).await?;
        drop(connection);
        waiting.retain(|photo| !skipped.contains(photo));
        if waiting.is_empty() {
            return Ok(looked_at);
        }
        for photo in waiting {
            let likeness = match &photo.likeness {
                Some(known) => known.parse().ok(),
                None => match read(state, photo.organization, &photo.sha256).await {
                    // Whatever the decoder did, this photo has nothing to recognize.
                    Ok(bytes) => tokio::task::spawn_blocking(move || look(&bytes))
                        .await
                        .unwrap_or_default(),
                    Err(object_store::Error::NotFound { .. }) => None,
                    Err(error) => {
                        tracing::warn!(?photo, %error, "a photo can't be read");
                        skipped.insert(photo);
                        continue;
                    }
                },
            };
            let mut tx = state.db.begin_for(photo.organization).await?;
            likenesses::keep(&mut tx, photo.organization, &photo.sha256, likeness).await?;
            tx.commit().await?;
            looked_at += 1;
        }
    }
}

async fn read(
    state: &AppState,
    organization: OrganizationId,
    sha256: &str,
) -> std::result::Result<Bytes, object_store::Error> {
    let object = state.blobs.get(&blobs::path(organization, sha256)).await?;
    object.bytes().await
}

/// `None` for what can't be opened, or has nothing to recognize.
fn look(bytes: &[u8]) -> Option<Likeness> {
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .ok()?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    // Small first: what follows needs many bytes for each pixel.
    let picture = reader.decode().ok()?.thumbnail(SMALL, SMALL).into_rgba8();
    let gray = Gray::from_rgba(
        picture.width() as usize,
        picture.height() as usize,
        &picture,
    )?;
    Likeness::of(&gray.reduced())
}
