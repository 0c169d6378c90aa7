//! Pieces that no upload counts: written just before the server was killed, or not yet removed then.

use std::collections::HashSet;

use domain::time::DAY_MS;
use object_store::{ObjectStoreExt as _, path::Path};

use super::{orphans::old_objects, receive::PIECES, store};
use crate::{AppState, error::Result};

/// Removes those that are older than a day, which no request is still writing; says how many.
pub async fn remove_left_over(state: &AppState) -> Result<usize> {
    let end = state.clock.now().plus_ms(-DAY_MS);
    let mut old = old_objects(state, &Path::from(PIECES), end).await?;
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
