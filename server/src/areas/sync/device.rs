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
    let rows = bulk::by_ids(
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

/// What the server knows of a device by its last heartbeat.
struct Last {
    outbox: i64,
    blobs: i64,
    max_device_seq: i64,
    device_epoch: i64,
    heard_at: Option<i64>,
    told_at: Option<i64>,
    store: Option<String>,
    /// The alarm that the device doesn't know of yet.
    alarm: Option<DeviceNotice>,
}

async fn last(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    device: DeviceId,
) -> Result<Last> {
    let row = sqlx::query(
        "select outbox, blobs, max_device_seq, device_epoch, heard_at, told_at, store, emptied_at,
                emptied_outbox, emptied_blobs
         from devices where organization_id = $1 and id = $2",
    )
    .bind(organization.to_string())
    .bind(device.to_string())
    .fetch_optional(connection)
    .await?
    .ok_or(Error::Unauthenticated)?;
    let at: Option<i64> = row.try_get("emptied_at")?;
    let missing: (Option<i64>, Option<i64>) = (
        row.try_get("emptied_outbox")?,
        row.try_get("emptied_blobs")?,
    );
    Ok(Last {
        outbox: row.try_get("outbox")?,
        blobs: row.try_get("blobs")?,
        max_device_seq: row.try_get("max_device_seq")?,
        device_epoch: row.try_get("device_epoch")?,
        heard_at: row.try_get("heard_at")?,
        told_at: row.try_get("told_at")?,
        store: row.try_get("store")?,
        alarm: match (at, missing) {
            (Some(at), (Some(outbox), Some(blobs))) => Some(DeviceNotice::Emptied {
                outbox,
                blobs,
                at: Timestamp(at),
            }),
            _ => None,
        },
    })
}

impl Last {
    /// Whether the device has told more since: the request was held up on the way. Who has heard nothing
    /// new meanwhile runs on and doesn't fall back; who has heard nothing at all, or nothing since it told more,
    /// is judged when it has. A time that is still to come was told by another clock and says nothing.
    fn is_after(&self, heartbeat: &Heartbeat, now: Timestamp) -> bool {
        let heard_before =
            |told: i64| heartbeat.heard_at.is_some_and(|heard| heard.0 < told) && told <= now.0;
        if self.told_at.is_some_and(heard_before) && self.fell_back(heartbeat) {
            return true;
        }
        match (heartbeat.heard_at, self.heard_at) {
            (Some(heard), Some(last)) => {
                let earlier = heard.0 < last || (heard.0 == last && self.fell_back(heartbeat));
                earlier && last <= now.0
            }
            // Without a store's name it is an older build, which never says what it has heard.
            (None, _) => heartbeat.store.is_some() && self.fell_back(heartbeat),
            _ => false,
        }
    }

    fn fell_back(&self, heartbeat: &Heartbeat) -> bool {
        heartbeat.device_epoch == self.device_epoch
            && heartbeat.max_device_seq < self.max_device_seq
    }

    /// Whether what was pending isn't in the store any more, though nobody received it.
    async fn is_gone(
        &self,
        connection: &mut AnyConnection,
        organization: OrganizationId,
        device: DeviceId,
        heartbeat: &Heartbeat,
    ) -> Result<bool> {
        if self.outbox + self.blobs == 0 {
            return Ok(false);
        }
        if let (Some(store), Some(last)) = (heartbeat.store, &self.store)
            && store.to_string() != *last
        {
            return Ok(true);
        }
        if self.fell_back(heartbeat) {
            return Ok(true);
        }
        // An older build doesn't name its store.
        if heartbeat.store.is_some() || heartbeat.outbox > 0 || self.outbox == 0 {
            return Ok(false);
        }
        let (_, received) =
            inbox::epochs(connection, organization, device, self.device_epoch).await?;
        Ok(received < self.max_device_seq)
    }

    /// The alarm, unless the device has it or is too old to say so.
    fn alarm(&self, heartbeat: &Heartbeat) -> Option<DeviceNotice> {
        let said = self.alarm.clone()?;
        let DeviceNotice::Emptied { at, .. } = said else {
            return None;
        };
        (heartbeat.heard_at.is_some() && heartbeat.emptied_at != Some(at)).then_some(said)
    }
}

async fn note(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    device: DeviceId,
    heartbeat: &Heartbeat,
    brought: Brought,
    now: Timestamp,
) -> Result<Option<DeviceNotice>> {
    let last = last(connection, organization, device).await?;
    if last.is_after(heartbeat, now) {
        return Ok(None);
    }
    // An older build doesn't say what it has heard, but what it brings a second time tells of the past.
    let is_repeat = brought.received > 0 && brought.new == 0;
    let emptied = !is_repeat
        && last
            .is_gone(connection, organization, device, heartbeat)
            .await?;
    let alarm = if emptied {
        Some(DeviceNotice::Emptied {
            outbox: last.outbox,
            blobs: last.blobs,
            at: now,
        })
    } else {
        last.alarm(heartbeat)
    };
    let missing = match &alarm {
        Some(DeviceNotice::Emptied { outbox, blobs, .. }) => Some((*outbox, *blobs)),
        _ => None,
    };

    let outbox = heartbeat.outbox.saturating_sub(brought.received).max(0);
    let max_device_seq = if is_repeat && last.fell_back(heartbeat) {
        last.max_device_seq
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
                app_build = $9, emptied_at = coalesce($10, emptied_at), emptied_outbox = $11,
                emptied_blobs = $12, heard_at = coalesce($13, heard_at), store = coalesce($14, store),
                told_at = $1
         where organization_id = $15 and id = $16",
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
    .bind(missing.map(|(outbox, _)| outbox))
    .bind(missing.map(|(_, blobs)| blobs))
    .bind(heartbeat.heard_at.map(|at| at.0))
    .bind(heartbeat.store.map(|store| store.to_string()))
    .bind(organization.to_string())
    .bind(device.to_string())
    .execute(connection)
    .await?;
    Ok(alarm)
}
