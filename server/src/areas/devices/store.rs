//! SQL for the list of devices.

use domain::{DeviceId, OrganizationId, PersonId, Timestamp, api::office::DeviceLine};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use crate::{Result, Tx};

/// Those with unsent records first, the longest unseen of them at the top.
pub async fn list(
    connection: &mut AnyConnection,
    organization: OrganizationId,
) -> Result<Vec<DeviceLine>> {
    sqlx::query(
        "select d.id, d.name, d.person_id, p.name as person_name, d.outbox, d.oldest, d.blobs,
                d.persisted, d.free_bytes, d.app_build, d.last_seen_at, d.revoked_at, d.emptied_at
         from devices d
         join people p on p.id = d.person_id and p.organization_id = d.organization_id
         where d.organization_id = $1
         order by case when d.outbox + d.blobs > 0 then 0 else 1 end, d.last_seen_at, d.id",
    )
    .bind(organization.to_string())
    .fetch_all(connection)
    .await?
    .iter()
    .map(decode)
    .collect()
}

/// Whose a device is, and whether it was shut out.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    pub person_id: PersonId,
    pub revoked: bool,
}

/// `None` when there is none such here.
pub async fn standing(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    id: DeviceId,
) -> Result<Option<Standing>> {
    sqlx::query("select person_id, revoked_at from devices where id = $1 and organization_id = $2")
        .bind(id.to_string())
        .bind(organization.to_string())
        .fetch_optional(connection)
        .await?
        .map(|row| {
            Ok(Standing {
                person_id: row.try_get::<String, _>("person_id")?.parse()?,
                revoked: row.try_get::<Option<i64>, _>("revoked_at")?.is_some(),
            })
        })
        .transpose()
}

/// Takes the device's session and its certificates away, from this moment.
pub async fn revoke(
    tx: &mut Tx,
    organization: OrganizationId,
    id: DeviceId,
    at: Timestamp,
) -> Result<()> {
    sqlx::query(
        "update devices set revoked_at = coalesce(revoked_at, $1)
         where id = $2 and organization_id = $3",
    )
    .bind(at.0)
    .bind(id.to_string())
    .bind(organization.to_string())
    .execute(&mut **tx)
    .await?;
    sqlx::query(
        "update certificates set revoked_at = coalesce(revoked_at, $1)
         where device_id = $2 and organization_id = $3",
    )
    .bind(at.0)
    .bind(id.to_string())
    .bind(organization.to_string())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn decode(row: &AnyRow) -> Result<DeviceLine> {
    Ok(DeviceLine {
        id: row.try_get::<String, _>("id")?.parse()?,
        name: row.try_get("name")?,
        person_id: row.try_get::<String, _>("person_id")?.parse()?,
        person_name: row.try_get("person_name")?,
        outbox: row.try_get("outbox")?,
        oldest: row.try_get::<Option<i64>, _>("oldest")?.map(Timestamp),
        blobs: row.try_get("blobs")?,
        persisted: row
            .try_get::<Option<i64>, _>("persisted")?
            .map(|persisted| persisted != 0),
        free_bytes: row.try_get("free_bytes")?,
        app_build: row.try_get("app_build")?,
        last_seen_at: Timestamp(row.try_get("last_seen_at")?),
        revoked_at: row.try_get::<Option<i64>, _>("revoked_at")?.map(Timestamp),
        emptied: row.try_get::<Option<i64>, _>("emptied_at")?.is_some(),
    })
}
