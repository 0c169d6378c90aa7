//! Pieces that no upload counts: written just before the server was killed, or not yet removed then.

use std::collections::HashSet;

use domain::{Timestamp, time::DAY_MS};
use futures::TryStreamExt as _;
use object_store::{ObjectStoreExt as _, path::Path};

use super::{receive::PIECES, store};
use crate::{AppState, error::Result};

/// Removes those that are older than a day, which no request is still writing; says how many.
pub async fn remove_left_over(state: &AppState) -> Result<usize> {
    let end = state.clock.now().plus_ms(-DAY_MS);
    let mut old = Vec::new();
    let mut listed = state.blobs.list(Some(&Path::from(PIECES)));
    while let Some(object) = listed.try_next().await? {
        if Timestamp(object.last_modified.timestamp_millis()) < end {
            old.push(object.location);
        }
    }
    if old.is_empty() {
        return Ok(0);
    }
    // After the list: whatever is in it and counts, is counted by now.
    let mut connection = state.db.read().acquire().await?;
    let counted: HashSet<String> = store::counted(&mut connection).await?;
    old.retain(|place| !counted.contains(place.as_ref()));
    for place in &old {
        state.blobs.delete(place).await?;
    }
    Ok(old.len())
}
