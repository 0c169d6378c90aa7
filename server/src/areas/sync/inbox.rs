//! SQL for the inbox: the raw envelope of every operation ever received, and what became of it.

use std::collections::HashMap;

use domain::{
    Area, DeviceId, GuestId, OpId, OrganizationId, Outcome, PersonId, RecordRef, Refusal, Row,
    Timestamp, areas::guests, areas::later_verdicts::LaterVerdict,
};
use sqlx::{AnyConnection, AnyPool, Row as _, any::AnyRow};
use uuid::Uuid;

use super::envelope::Envelope;
use crate::{
    bulk,
    error::{Error, Result},
};

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

/// An operation that was received and isn't settled.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub key: OpId,
    pub raw: String,
    /// Until when it may wait for another record.
    pub until: Timestamp,
}

/// What is decided about an operation after its first verdict.
#[derive(Clone, Debug)]
pub struct Ruling {
    pub outcome: Outcome,
    pub at: Timestamp,
    /// Who in the office decided.
    pub by: Option<PersonId>,
    /// Why it isn't taken in; the outcome stays then.
    pub closed: Option<String>,
    /// The operation as it was taken in, if that isn't what came.
    pub corrected: Option<String>,
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

/// Takes a guest's name, unit and signature out of the envelopes that brought them. What came is told again
/// by the hash, which stays.
pub async fn forget_guest(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    guest: GuestId,
) -> Result<()> {
    let rows = sqlx::query(
        "select op_id, raw, corrected from inbox
         where organization_id = $1 and record_area = 'guests' and record_id = $2",
    )
    .bind(organization.to_string())
    .bind(guest.to_string())
    .fetch_all(&mut *connection)
    .await?;
    for row in rows {
        let corrected: Option<String> = row.try_get("corrected")?;
        sqlx::query(
            "update inbox set raw = $1, corrected = $2 where organization_id = $3 and op_id = $4",
        )
        .bind(guests::nameless(&row.try_get::<String, _>("raw")?))
        .bind(corrected.as_deref().map(guests::nameless))
        .bind(organization.to_string())
        .bind(row.try_get::<String, _>("op_id")?)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
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
    bulk::write(
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

/// Notes that an operation waits for another record now.
pub async fn wait_on(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    key: OpId,
    outcome: &Outcome,
) -> Result<()> {
    let (_, waits_for) = waits(outcome);
    sqlx::query(
        "update inbox set outcome = $1, waits_for = $2 where organization_id = $3 and op_id = $4",
    )
    .bind(serde_json::to_string(outcome)?)
    .bind(waits_for)
    .bind(organization.to_string())
    .bind(key.to_string())
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes what was decided; returns the row that tells the author. That an operation was held stays
/// visible in `held_until`.
pub async fn rule(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    key: OpId,
    ruling: &Ruling,
) -> Result<Row> {
    sqlx::query(
        "update inbox set verdict = $1, outcome = $2, waits_for = null, decisions = decisions + 1,
             decided_at = $3, decided_by = $4, closed = $5, corrected = $6
         where organization_id = $7 and op_id = $8",
    )
    .bind(ruling.outcome.name())
    .bind(serde_json::to_string(&ruling.outcome)?)
    .bind(ruling.at.0)
    .bind(ruling.by.map(|id| id.to_string()))
    .bind(ruling.closed.as_deref())
    .bind(ruling.corrected.as_deref())
    .bind(organization.to_string())
    .bind(key.to_string())
    .execute(&mut *connection)
    .await?;
    let mut rows = later_verdicts(connection, organization, &[key.0]).await?;
    let row = rows
        .pop()
        .ok_or_else(|| Error::internal("a decided operation isn't in the inbox"))?;
    Ok(Row::LaterVerdicts(Box::new(row)))
}

/// What was decided about these operations after their first verdicts.
pub async fn later_verdicts(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    ids: &[Uuid],
) -> Result<Vec<LaterVerdict>> {
    let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    let rows = bulk::select(
        connection,
        organization,
        "select op_id, decisions, person_id, record_area, record_id, outcome, decided_at,
                decided_by, closed
         from inbox where organization_id = $1 and decisions > 0 and op_id in",
        &ids,
        "",
    )
    .await?;
    rows.iter().map(later_verdict).collect()
}

fn later_verdict(row: &AnyRow) -> Result<LaterVerdict> {
    let area = Area::parse(&row.try_get::<String, _>("record_area")?);
    let id = row.try_get::<String, _>("record_id")?.parse::<Uuid>().ok();
    let by: Option<String> = row.try_get("decided_by")?;
    Ok(LaterVerdict {
        op_id: row.try_get::<String, _>("op_id")?.parse()?,
        revision: row.try_get("decisions")?,
        person_id: row.try_get::<String, _>("person_id")?.parse()?,
        record: area.zip(id).map(|(area, id)| RecordRef { area, id }),
        outcome: serde_json::from_str(&row.try_get::<String, _>("outcome")?)?,
        at: Timestamp(row.try_get::<Option<i64>, _>("decided_at")?.unwrap_or(0)),
        by: by.map(|id| id.parse()).transpose()?,
        closed: row.try_get("closed")?,
    })
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

/// Gives up on what has waited too long; returns the rows that tell the authors.
pub async fn expire(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    now: Timestamp,
) -> Result<Vec<Row>> {
    let late = sqlx::query(
        "select op_id from inbox
         where organization_id = $1 and verdict = 'held' and held_until <= $2",
    )
    .bind(organization.to_string())
    .bind(now.0)
    .fetch_all(&mut *connection)
    .await?;
    let ruling = Ruling {
        outcome: Outcome::Quarantined {
            refusal: Refusal::PredecessorMissing,
        },
        at: now,
        by: None,
        closed: None,
        corrected: None,
    };
    let mut rows = Vec::with_capacity(late.len());
    for row in late {
        let key: OpId = row.try_get::<String, _>("op_id")?.parse()?;
        rows.push(rule(connection, organization, key, &ruling).await?);
    }
    Ok(rows)
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
