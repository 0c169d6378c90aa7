//! SQL for the inbox: the raw envelope of every operation ever received, and what became of it.

use std::collections::HashMap;

use domain::{
    Area, DeviceId, OpId, OrganizationId, Outcome, PersonId, RecordRef, Refusal, Timestamp,
};
use sqlx::{AnyConnection, AnyPool, Row as _};
use uuid::Uuid;

use super::envelope::Envelope;
use crate::{bulk, error::Result};

/// What the inbox says about an operation that came before.
#[derive(Clone, Debug)]
pub struct Seen {
    pub hash: String,
    pub outcome: Outcome,
    pub received_at: Timestamp,
}

/// One new line; the device and the person are the session's, whatever the envelope claims.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    pub key: OpId,
    pub device_id: DeviceId,
    pub person_id: PersonId,
    pub envelope: &'a Envelope,
    pub outcome: &'a Outcome,
    pub received_at: Timestamp,
}

/// An operation that waits for a record.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub key: OpId,
    pub raw: String,
    pub until: Timestamp,
}

/// Looks ids up; those never seen are left out.
pub async fn load(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    keys: &[OpId],
) -> Result<HashMap<OpId, Seen>> {
    let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
    let rows = bulk::select(
        connection,
        organization,
        "select op_id, payload_hash, outcome, received_at from inbox
         where organization_id = $1 and op_id in",
        &keys,
        "",
    )
    .await?;
    let mut found = HashMap::with_capacity(rows.len());
    for row in rows {
        found.insert(
            row.try_get::<String, _>("op_id")?.parse()?,
            Seen {
                hash: row.try_get("payload_hash")?,
                outcome: serde_json::from_str(&row.try_get::<String, _>("outcome")?)?,
                received_at: Timestamp(row.try_get("received_at")?),
            },
        );
    }
    Ok(found)
}

/// Writes new lines.
pub async fn insert(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    entries: &[Entry<'_>],
) -> Result<()> {
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        rows.push((
            entry,
            serde_json::to_string(entry.outcome)?,
            waits(entry.outcome),
        ));
    }
    let organization = organization.to_string();
    bulk::insert(
        connection,
        "insert into inbox
             (organization_id, op_id, device_id, device_epoch, device_seq, person_id, payload_hash,
              raw, verdict, outcome, record_area, record_id, received_at, held_until, waits_for)
         values",
        15,
        "",
        &rows,
        |query, (entry, outcome, (held_until, waits_for))| {
            let envelope = entry.envelope;
            query
                .bind(organization.clone())
                .bind(entry.key.to_string())
                .bind(entry.device_id.to_string())
                .bind(envelope.device_epoch)
                .bind(envelope.device_seq)
                .bind(entry.person_id.to_string())
                .bind(envelope.hash.as_str())
                .bind(envelope.raw.as_str())
                .bind(entry.outcome.name())
                .bind(outcome.as_str())
                .bind(envelope.record.map_or("", |record| record.area.as_str()))
                .bind(
                    envelope
                        .record
                        .map_or_else(String::new, |record| record.id.to_string()),
                )
                .bind(entry.received_at.0)
                .bind(*held_until)
                .bind(waits_for.as_deref())
        },
    )
    .await
}

/// The operations that wait for one of the records, in the order in which they were made.
pub async fn waiting_for(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    records: &[RecordRef],
) -> Result<Vec<Waiting>> {
    let names: Vec<String> = records.iter().copied().map(name).collect();
    let rows = bulk::select(
        connection,
        organization,
        "select op_id, raw, held_until from inbox
         where organization_id = $1 and verdict = 'held' and waits_for in",
        &names,
        "order by received_at, device_epoch, device_seq, op_id",
    )
    .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        found.push(Waiting {
            key: row.try_get::<String, _>("op_id")?.parse()?,
            raw: row.try_get("raw")?,
            until: Timestamp(row.try_get::<Option<i64>, _>("held_until")?.unwrap_or(0)),
        });
    }
    Ok(found)
}

/// Notes what became of an operation that waited. That it was held stays visible in `held_until`.
pub async fn settle(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    key: OpId,
    outcome: &Outcome,
) -> Result<()> {
    let (_, waits_for) = waits(outcome);
    sqlx::query(
        "update inbox set verdict = $1, outcome = $2, waits_for = $3
         where organization_id = $4 and op_id = $5",
    )
    .bind(outcome.name())
    .bind(serde_json::to_string(outcome)?)
    .bind(waits_for)
    .bind(organization.to_string())
    .bind(key.to_string())
    .execute(connection)
    .await?;
    Ok(())
}

/// The organizations in which something has waited too long.
pub async fn organizations_with_expired(
    pool: &AnyPool,
    now: Timestamp,
) -> Result<Vec<OrganizationId>> {
    let rows = sqlx::query(
        "select id from organizations where exists (
             select 1 from inbox where inbox.organization_id = organizations.id
                and verdict = 'held' and held_until <= $1)",
    )
    .bind(now.0)
    .fetch_all(pool)
    .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        found.push(row.try_get::<String, _>("id")?.parse()?);
    }
    Ok(found)
}

/// Gives up on what has waited too long; says how many that were.
pub async fn expire(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    now: Timestamp,
) -> Result<u64> {
    let outcome = Outcome::Quarantined {
        refusal: Refusal::PredecessorMissing,
    };
    let done = sqlx::query(
        "update inbox set verdict = $1, outcome = $2, waits_for = null
         where organization_id = $3 and verdict = 'held' and held_until <= $4",
    )
    .bind(outcome.name())
    .bind(serde_json::to_string(&outcome)?)
    .bind(organization.to_string())
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// Which ids the inbox already has for these sequence numbers of a device.
pub async fn sequence(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    device: DeviceId,
    epoch: i64,
    first: i64,
    last: i64,
) -> Result<Vec<(i64, OpId)>> {
    let rows = sqlx::query(
        "select device_seq, op_id from inbox
         where device_id = $1 and device_epoch = $2 and device_seq >= $3 and device_seq <= $4
           and organization_id = $5",
    )
    .bind(device.to_string())
    .bind(epoch)
    .bind(first)
    .bind(last)
    .bind(organization.to_string())
    .fetch_all(connection)
    .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let id: Uuid = row.try_get::<String, _>("op_id")?.parse()?;
        found.push((row.try_get("device_seq")?, OpId(id)));
    }
    Ok(found)
}

/// The highest epoch that a device ever used, and how many operations came in `epoch`.
pub async fn epochs(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    device: DeviceId,
    epoch: i64,
) -> Result<(i64, i64)> {
    let row = sqlx::query(
        "select cast(coalesce(max(device_epoch), 0) as bigint) as highest,
                cast(coalesce(sum(case when device_epoch = $1 then 1 else 0 end), 0) as bigint)
                    as received
         from inbox where device_id = $2 and organization_id = $3",
    )
    .bind(epoch)
    .bind(device.to_string())
    .bind(organization.to_string())
    .fetch_one(connection)
    .await?;
    Ok((row.try_get("highest")?, row.try_get("received")?))
}

fn waits(outcome: &Outcome) -> (Option<i64>, Option<String>) {
    match outcome {
        Outcome::Held { waits_for, until } => (Some(until.0), Some(name(*waits_for))),
        _ => (None, None),
    }
}

fn name(record: RecordRef) -> String {
    format!("{}/{}", Area::as_str(record.area), record.id)
}
