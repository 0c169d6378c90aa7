//! What a device says about itself with each push, and what the server makes of it.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    DeviceId, OrganizationId, PersonId, Timestamp,
    api::sync::{DeviceNotice, Heartbeat},
};
use sqlx::{AnyConnection, Row as _};

use super::{batch::Item, inbox};
use crate::{
    bulk,
    error::{Error, Result},
};

/// Longest name of a build that is kept, in characters.
const BUILD: usize = 100;

/// Whose the devices are that operations name other than the one that sent them.
pub async fn owners(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    items: &[Item<'_>],
) -> Result<BTreeMap<DeviceId, PersonId>> {
    let other: BTreeSet<String> = items
        .iter()
        .filter_map(|item| Some((item.envelope.operation.as_ref().ok()?, item.sender)))
        .filter(|(operation, sender)| operation.device_id != sender.device_id)
        .map(|(operation, _)| operation.device_id.to_string())
        .collect();
    let ids: Vec<String> = other.into_iter().collect();
    let rows = bulk::select(
        connection,
        organization,
        "select id, person_id from devices where organization_id = $1 and id in",
        &ids,
        "",
    )
    .await?;
    let mut owners = BTreeMap::new();
    for row in rows {
        let (id, person): (String, String) = (row.try_get("id")?, row.try_get("person_id")?);
        owners.insert(id.parse()?, person.parse()?);
    }
    Ok(owners)
}

/// What one push brought, as far as the device's own account is concerned.
#[derive(Clone, Copy, Debug, Default)]
pub struct Brought {
    /// Operations of this push that the server now holds.
    pub received: i64,
    /// Those of them that came for the first time.
    pub new: i64,
    /// Sequence numbers were used before by other operations.
    pub cloned: bool,
}

/// Notes the heartbeat; says what the device should know about itself.
pub async fn beat(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    device: DeviceId,
    heartbeat: Option<&Heartbeat>,
    brought: Brought,
    now: Timestamp,
) -> Result<Option<DeviceNotice>> {
    let mut notice = None;
    if let Some(heartbeat) = heartbeat.filter(|it| it.device_id == device.to_string()) {
        notice = note(connection, organization, device, heartbeat, brought, now).await?;
    }
    if brought.cloned && notice.is_none() {
        let epoch = heartbeat.map_or(0, |it| it.device_epoch);
        let (highest, _) = inbox::epochs(connection, organization, device, epoch).await?;
        notice = Some(DeviceNotice::EpochUsed {
            next_epoch: highest.max(epoch).saturating_add(1),
        });
    }
    Ok(notice)
}

async fn note(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    device: DeviceId,
    heartbeat: &Heartbeat,
    brought: Brought,
    now: Timestamp,
) -> Result<Option<DeviceNotice>> {
    let last = sqlx::query(
        "select outbox, blobs, max_device_seq, device_epoch from devices
         where organization_id = $1 and id = $2",
    )
    .bind(organization.to_string())
    .bind(device.to_string())
    .fetch_optional(&mut *connection)
    .await?
    .ok_or(Error::Unauthenticated)?;
    let last_outbox: i64 = last.try_get("outbox")?;
    let last_blobs: i64 = last.try_get("blobs")?;
    let last_seq: i64 = last.try_get("max_device_seq")?;
    let last_epoch: i64 = last.try_get("device_epoch")?;

    // A repeated request that was held up on the way tells of the past.
    let is_repeat = brought.received > 0 && brought.new == 0;
    let fell_back = heartbeat.device_epoch == last_epoch && heartbeat.max_device_seq < last_seq;
    let mut emptied = fell_back && !is_repeat;
    if !emptied && !is_repeat && heartbeat.outbox == 0 && last_outbox > 0 {
        let (_, received) = inbox::epochs(connection, organization, device, last_epoch).await?;
        emptied = received < last_seq;
    }

    let outbox = heartbeat.outbox.saturating_sub(brought.received).max(0);
    let max_device_seq = if fell_back && is_repeat {
        last_seq
    } else {
        heartbeat.max_device_seq.max(0)
    };
    let build: String = heartbeat
        .app_build
        .chars()
        .filter(|c| !c.is_control())
        .take(BUILD)
        .collect();
    sqlx::query(
        "update devices set last_seen_at = $1, outbox = $2, oldest = $3, blobs = $4,
                max_device_seq = $5, device_epoch = $6, persisted = $7, free_bytes = $8,
                app_build = $9, emptied_at = coalesce($10, emptied_at)
         where organization_id = $11 and id = $12",
    )
    .bind(now.0)
    .bind(outbox)
    .bind(heartbeat.oldest.filter(|_| outbox > 0).map(|at| at.0))
    .bind(heartbeat.blobs.max(0))
    .bind(max_device_seq)
    .bind(heartbeat.device_epoch)
    .bind(heartbeat.persisted.map(i64::from))
    .bind(heartbeat.free_bytes)
    .bind(build)
    .bind(emptied.then_some(now.0))
    .bind(organization.to_string())
    .bind(device.to_string())
    .execute(connection)
    .await?;
    Ok(emptied.then_some(DeviceNotice::Emptied {
        outbox: last_outbox,
        blobs: last_blobs,
        at: now,
    }))
}
