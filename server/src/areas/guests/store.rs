//! SQL for guests: facts from phones, and what the office puts right about them.

use domain::{
    ActivityId, Capture, DeviceId, OrganizationId, PersonId, Timestamp, areas::guests::Guest,
};
use sqlx::{AnyConnection, Row as _, any::AnyRow};
use uuid::Uuid;

use crate::{
    Tx, bulk,
    error::{Error, Result},
};

/// A fact with what only the server keeps of it.
#[derive(Clone, Debug)]
pub struct Recorded {
    pub guest: Guest,
    pub device_id: DeviceId,
    pub capture: Capture,
    pub received_at: Timestamp,
}

/// What the office changed, and what stood there before.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    pub id: Uuid,
    pub at: Timestamp,
    pub by: PersonId,
    pub act: &'static str,
    /// As it was before.
    pub was: &'a Guest,
    pub reason: &'a str,
}

/// Loads guests by id; ids that aren't known are left out.
pub async fn load(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    ids: &[Uuid],
) -> Result<Vec<Guest>> {
    let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    let rows = bulk::by_ids(
        connection,
        organization,
        "select id, revision, activity_id, name, unit, at, left_at, recorded_by, signature, struck,
                person_id
         from guests where organization_id = $1 and id in",
        &ids,
        "",
    )
    .await?;
    rows.iter().map(decode).collect()
}

/// The guests of an activity, earliest first; struck ones too.
pub async fn of_activity(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    activity: ActivityId,
) -> Result<Vec<Guest>> {
    let rows = sqlx::query(
        "select id, revision, activity_id, name, unit, at, left_at, recorded_by, signature, struck,
                person_id
         from guests where organization_id = $1 and activity_id = $2 order by at, id",
    )
    .bind(organization.to_string())
    .bind(activity.to_string())
    .fetch_all(connection)
    .await?;
    rows.iter().map(decode).collect()
}

/// One guest with the circumstances of the capture.
pub async fn find(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    id: Uuid,
) -> Result<Option<Recorded>> {
    let row = sqlx::query(
        "select id, revision, activity_id, name, unit, at, left_at, recorded_by, signature, struck,
                person_id, device_id, capture, received_at
         from guests where organization_id = $1 and id = $2",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        Ok(Recorded {
            guest: decode(&row)?,
            device_id: row.try_get::<String, _>("device_id")?.parse()?,
            capture: serde_json::from_str(&row.try_get::<String, _>("capture")?)?,
            received_at: Timestamp(row.try_get("received_at")?),
        })
    })
    .transpose()
}

/// Writes new facts.
pub async fn insert(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    facts: &[Recorded],
) -> Result<()> {
    let mut rows = Vec::with_capacity(facts.len());
    for recorded in facts {
        rows.push((recorded, serde_json::to_string(&recorded.capture)?));
    }
    let organization = organization.to_string();
    bulk::write(
        connection,
        "insert into guests
             (id, organization_id, revision, activity_id, name, unit, at, left_at, recorded_by,
              device_id, signature, capture, received_at)
         values",
        13,
        "",
        &rows,
        |query, (recorded, capture)| {
            let guest = &recorded.guest;
            query
                .bind(guest.id.to_string())
                .bind(organization.clone())
                .bind(guest.revision)
                .bind(guest.activity_id.to_string())
                .bind(guest.name.as_str())
                .bind(guest.unit.as_str())
                .bind(guest.at.0)
                .bind(guest.left.map(|left| left.0))
                .bind(guest.recorded_by.to_string())
                .bind(recorded.device_id.to_string())
                .bind(guest.signature.as_deref())
                .bind(capture.as_str())
                .bind(recorded.received_at.0)
        },
    )
    .await
}

/// Writes when known guests left.
pub async fn leave(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    guests: impl Iterator<Item = &Guest>,
) -> Result<()> {
    for guest in guests {
        sqlx::query(
            "update guests set revision = $1, left_at = $2 where organization_id = $3 and id = $4",
        )
        .bind(guest.revision)
        .bind(guest.left.map(|left| left.0))
        .bind(organization.to_string())
        .bind(guest.id.to_string())
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Writes what the office made of it, and keeps what stood there before.
pub async fn change(
    tx: &mut Tx,
    organization: OrganizationId,
    guest: &Guest,
    entry: &Entry<'_>,
) -> Result<()> {
    let written = sqlx::query(
        "update guests set revision = $1, name = $2, unit = $3, signature = $4, struck = $5,
             person_id = $6
         where organization_id = $7 and id = $8 and revision = $9",
    )
    .bind(guest.revision)
    .bind(guest.name.as_str())
    .bind(guest.unit.as_str())
    .bind(guest.signature.as_deref())
    .bind(guest.struck.as_deref())
    .bind(guest.person_id.map(|id| id.to_string()))
    .bind(organization.to_string())
    .bind(guest.id.to_string())
    .bind(entry.was.revision)
    .execute(&mut **tx)
    .await?;
    if written.rows_affected() != 1 {
        return Err(Error::Stale);
    }
    sqlx::query(
        "insert into guest_changes
             (id, organization_id, guest_id, revision, at, person_id, act, was_name, was_unit, reason)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(entry.id.to_string())
    .bind(organization.to_string())
    .bind(guest.id.to_string())
    .bind(guest.revision)
    .bind(entry.at.0)
    .bind(entry.by.to_string())
    .bind(entry.act)
    .bind(entry.was.name.as_str())
    .bind(entry.was.unit.as_str())
    .bind(entry.reason)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes a guest's name out of what stood there before.
pub async fn forget_changes(tx: &mut Tx, organization: OrganizationId, guest: Uuid) -> Result<()> {
    sqlx::query(
        "update guest_changes set was_name = '', was_unit = '', reason = ''
         where organization_id = $1 and guest_id = $2",
    )
    .bind(organization.to_string())
    .bind(guest.to_string())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn decode(row: &AnyRow) -> Result<Guest> {
    Ok(Guest {
        id: row.try_get::<String, _>("id")?.parse()?,
        revision: row.try_get("revision")?,
        activity_id: row.try_get::<String, _>("activity_id")?.parse()?,
        name: row.try_get("name")?,
        unit: row.try_get("unit")?,
        at: Timestamp(row.try_get("at")?),
        left: row.try_get::<Option<i64>, _>("left_at")?.map(Timestamp),
        recorded_by: row.try_get::<String, _>("recorded_by")?.parse()?,
        signature: row.try_get("signature")?,
        struck: row.try_get("struck")?,
        person_id: row
            .try_get::<Option<String>, _>("person_id")?
            .map(|id| id.parse())
            .transpose()?,
    })
}
