//! SQL for check-in facts. A fact is written once and never changed.

use domain::{
    ActivityId, AttendanceId, Capture, DeviceId, OrganizationId, PersonId, Timestamp,
    areas::attendances::Attendance,
};
use sqlx::{AnyConnection, Row as _, any::AnyRow};
use uuid::Uuid;

use crate::{bulk, error::Result};

/// A fact with what only the server keeps of it.
#[derive(Clone, Debug)]
pub struct Recorded {
    pub fact: Attendance,
    pub device_id: DeviceId,
    /// The raw text of the code, or the digits; kept for a later check.
    pub evidence: Option<String>,
    pub capture: Capture,
    pub received_at: Timestamp,
}

/// Loads facts by id; ids that aren't known are left out.
pub async fn load(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    ids: &[Uuid],
) -> Result<Vec<Attendance>> {
    let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    let rows = bulk::by_ids(
        connection,
        organization,
        "select id, revision, activity_id, person_id, direction, at, method, recorded_by, proof,
                flags, signature
         from attendances where organization_id = $1 and id in",
        &ids,
        "",
    )
    .await?;
    rows.iter().map(decode).collect()
}

/// The facts at the activities that are about one of the people or came from one of the devices,
/// each with its device, earliest first. None of the lists may be empty.
pub async fn at_activities(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    activities: &[ActivityId],
    people: &[PersonId],
    devices: &[DeviceId],
) -> Result<Vec<(Attendance, DeviceId)>> {
    let mut query = sqlx::query(bulk::lists(
        &[
            (
                "select id, revision, activity_id, person_id, direction, at, method, recorded_by,
                        proof, flags, signature, device_id
                 from attendances where organization_id = $1 and activity_id in",
                activities.len(),
            ),
            ("and (person_id in", people.len()),
            ("or device_id in", devices.len()),
        ],
        2,
        ") order by at, id",
    ))
    .bind(organization.to_string());
    for id in activities {
        query = query.bind(id.to_string());
    }
    for id in people {
        query = query.bind(id.to_string());
    }
    for id in devices {
        query = query.bind(id.to_string());
    }
    let rows = query.fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            Ok((
                decode(row)?,
                row.try_get::<String, _>("device_id")?.parse()?,
            ))
        })
        .collect()
}

/// The facts of these people between two moments, at whatever activity, earliest first.
pub async fn of_people(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    people: &[PersonId],
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<Attendance>> {
    let mut found = Vec::new();
    for piece in bulk::pieces(people) {
        let mut query = sqlx::query(bulk::list(
            "select id, revision, activity_id, person_id, direction, at, method, recorded_by,
                    proof, flags, signature
             from attendances
             where organization_id = $1 and at >= $2 and at <= $3 and person_id in",
            4,
            piece.len(),
            "order by at, id",
        ))
        .bind(organization.to_string())
        .bind(from.0)
        .bind(until.0);
        for person in piece {
            query = query.bind(person.to_string());
        }
        for row in query.fetch_all(&mut *connection).await? {
            found.push(decode(&row)?);
        }
    }
    Ok(found)
}

/// Writes new facts.
pub async fn insert(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    facts: &[Recorded],
) -> Result<()> {
    let mut rows = Vec::with_capacity(facts.len());
    for recorded in facts {
        rows.push((
            recorded,
            bulk::word(&recorded.fact.direction)?,
            bulk::word(&recorded.fact.method)?,
            bulk::word(&recorded.fact.proof)?,
            serde_json::to_string(&recorded.fact.flags)?,
            serde_json::to_string(&recorded.capture)?,
        ));
    }
    let organization = organization.to_string();
    bulk::write(
        connection,
        "insert into attendances
             (id, organization_id, revision, activity_id, person_id, direction, at, method,
              recorded_by, device_id, proof, flags, signature, evidence, capture, received_at)
         values",
        16,
        "",
        &rows,
        |query, (recorded, direction, method, proof, flags, capture)| {
            let fact = &recorded.fact;
            query
                .bind(fact.id.to_string())
                .bind(organization.clone())
                .bind(fact.revision)
                .bind(fact.activity_id.to_string())
                .bind(fact.person_id.to_string())
                .bind(direction.as_str())
                .bind(fact.at.0)
                .bind(method.as_str())
                .bind(fact.recorded_by.to_string())
                .bind(recorded.device_id.to_string())
                .bind(proof.as_str())
                .bind(flags.as_str())
                .bind(fact.signature.as_deref())
                .bind(recorded.evidence.as_deref())
                .bind(capture.as_str())
                .bind(recorded.received_at.0)
        },
    )
    .await
}

/// Reads the columns that every query above selects.
fn decode(row: &AnyRow) -> Result<Attendance> {
    Ok(Attendance {
        id: row.try_get::<String, _>("id")?.parse::<AttendanceId>()?,
        revision: row.try_get("revision")?,
        activity_id: row.try_get::<String, _>("activity_id")?.parse()?,
        person_id: row.try_get::<String, _>("person_id")?.parse()?,
        direction: bulk::variant(row.try_get("direction")?)?,
        at: Timestamp(row.try_get("at")?),
        method: bulk::variant(row.try_get("method")?)?,
        recorded_by: row.try_get::<String, _>("recorded_by")?.parse()?,
        proof: bulk::variant(row.try_get("proof")?)?,
        flags: serde_json::from_str(&row.try_get::<String, _>("flags")?)?,
        signature: row.try_get("signature")?,
    })
}
