//! Bytes that nothing names any more: taken out of the store, a 256th of all blobs each hour.
//!
//! A blob that a photo, a thumbnail, a signature, a document or an undecided operation names is never touched, nor is
//! a young one: its record may be on its way. Leaves out pieces of uploads (`left_over`).

use domain::{OrganizationId, Timestamp, time::HOUR_MS};
use futures::TryStreamExt as _;
use object_store::{ObjectStore as _, ObjectStoreExt as _, path::Path};

use super::path;
use crate::{AppState, Tx, error::Result, feed};

/// How old what nothing names must be.
const AGE_DAYS: i64 = 30;
/// So many of one organization are taken out at a time, under its lock.
const AT_ONCE: i64 = 200;

/// What one sweep took out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Blobs that nothing named.
    pub blobs: usize,
    /// Objects that were no blob (the server stopped before it noted them).
    pub objects: usize,
}

/// Takes out what is in the folder whose turn it is.
pub async fn sweep(state: &AppState) -> Result<Swept> {
    let hour = state.clock.now().0.div_euclid(HOUR_MS);
    sweep_folder(state, hour.rem_euclid(256) as u8).await
}

/// Takes out what is in one of the 256 folders of each organization.
pub async fn sweep_folder(state: &AppState, folder: u8) -> Result<Swept> {
    let mut swept = Swept::default();
    let before = state.clock.now().plus_days(-AGE_DAYS);
    let organizations: Vec<String> = sqlx::query_scalar("select id from organizations order by id")
        .fetch_all(state.db.read())
        .await?;
    for organization in organizations {
        let organization: OrganizationId = organization.parse()?;
        swept.blobs += forget_blobs(state, organization, folder, before).await?;
        swept.objects += remove_objects(state, organization, folder, before).await?;
    }
    Ok(swept)
}

/// Forgets blobs that nothing names; their objects are then no blobs any more.
async fn forget_blobs(
    state: &AppState,
    organization: OrganizationId,
    folder: u8,
    before: Timestamp,
) -> Result<usize> {
    let mut tx = state.db.begin().await?;
    // Nobody adds a photo meanwhile.
    feed::lock(&mut tx, organization).await?;
    let forgotten = sqlx::query(
        "delete from blobs where organization_id = $1 and sha256 in (
             select b.sha256 from blobs b
             where b.organization_id = $1 and b.sha256 >= $2 and b.sha256 < $3 and b.stored_at < $4
               and not exists (select 1 from attachments a
                               where a.organization_id = $1 and a.blob = b.sha256)
               and not exists (select 1 from attachments a
                               where a.organization_id = $1 and a.thumbnail = b.sha256)
               and not exists (select 1 from attendances a
                               where a.organization_id = $1 and a.signature = b.sha256)
               and not exists (select 1 from guests g
                               where g.organization_id = $1 and g.signature = b.sha256)
               and not exists (select 1 from files f
                               where f.organization_id = $1 and f.sha256 = b.sha256)
               and not exists (select 1 from inbox i
                               where i.organization_id = $1 and i.verdict in ('quarantined', 'held')
                                 and i.raw like '%' || b.sha256 || '%')
             order by b.sha256 limit $5)",
    )
    .bind(organization.to_string())
    .bind(format!("{folder:02x}"))
    // After every digit.
    .bind(format!("{folder:02x}g"))
    .bind(before.0)
    .bind(AT_ONCE)
    .execute(&mut *tx)
    .await?
    .rows_affected();
    tx.commit().await?;
    Ok(forgotten as usize)
}

/// Removes old objects that are no blobs.
async fn remove_objects(
    state: &AppState,
    organization: OrganizationId,
    folder: u8,
    before: Timestamp,
) -> Result<usize> {
    let place = Path::from(format!("blobs/{organization}/{folder:02x}"));
    let old = old_objects(state, &place, before).await?;
    let mut removed = 0;
    for object in old {
        let name = object.filename().unwrap_or_default().to_owned();
        if object != path(organization, &name) {
            continue;
        }
        let mut tx = state.db.begin_for(organization).await?;
        // An upload that ends now looks whether its object is there, under the same lock.
        feed::lock(&mut tx, organization).await?;
        if !is_blob(&mut tx, organization, &name).await? {
            state.blobs.delete(&object).await?;
            removed += 1;
        }
        tx.commit().await?;
    }
    Ok(removed)
}

async fn is_blob(tx: &mut Tx, organization: OrganizationId, sha256: &str) -> Result<bool> {
    Ok(super::store::blob(tx, organization, sha256)
        .await?
        .is_some())
}

/// The objects in a folder that were last written before then.
pub(super) async fn old_objects(
    state: &AppState,
    place: &Path,
    before: Timestamp,
) -> Result<Vec<Path>> {
    let mut old = Vec::new();
    let mut listed = state.blobs.list(Some(place));
    while let Some(object) = listed.try_next().await? {
        if Timestamp(object.last_modified.timestamp_millis()) < before {
            old.push(object.location);
        }
    }
    Ok(old)
}
