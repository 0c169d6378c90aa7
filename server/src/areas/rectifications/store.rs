//! SQL for rectifications.

use chrono::NaiveDate;
use domain::{
    OrganizationId, PersonId, RectificationId, Timestamp,
    api::rectifications::Act,
    areas::{
        evidence::Subject,
        rectifications::{Card, Problem, Rectification, State},
    },
};
use sqlx::{AnyConnection, Row as _, any::AnyRow};
use uuid::Uuid;

use crate::{Error, Result, Tx, bulk};

/// Loads rectifications by id; ids that aren't known here are left out.
pub async fn load(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    ids: &[Uuid],
) -> Result<Vec<Rectification>> {
    let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    bulk::by_ids(
        connection,
        organization,
        "select id, revision, state, problem, after_subjects, created_at, closed_at
         from rectifications where organization_id = $1 and id in",
        &ids,
        "",
    )
    .await?
    .iter()
    .map(decode)
    .collect()
}

pub async fn find(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    id: RectificationId,
) -> Result<Option<Rectification>> {
    Ok(load(connection, organization, &[id.0]).await?.pop())
}

/// Those in a state: the nearest deadline first, of closed ones those that were closed last.
pub async fn in_state(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    state: State,
    limit: i64,
) -> Result<Vec<Rectification>> {
    sqlx::query(
        "select id, revision, state, problem, after_subjects, created_at, closed_at
         from rectifications where organization_id = $1 and state = $2
         order by closed_at desc, due_on, id limit $3",
    )
    .bind(organization.to_string())
    .bind(state.as_str())
    .bind(limit)
    .fetch_all(connection)
    .await?
    .iter()
    .map(decode)
    .collect()
}

/// How many there are in a state, and how many of these were due before a day.
pub async fn count(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    state: State,
    today: NaiveDate,
) -> Result<(i64, i64)> {
    let row = sqlx::query(
        "select cast(count(*) as bigint) as n,
             cast(coalesce(sum(case when due_on < $3 then 1 else 0 end), 0) as bigint) as late
         from rectifications where organization_id = $1 and state = $2",
    )
    .bind(organization.to_string())
    .bind(state.as_str())
    .bind(today.to_string())
    .fetch_one(connection)
    .await?;
    Ok((row.try_get("n")?, row.try_get("late")?))
}

/// Writes a new one (revision 1) or the next revision; 412 when that isn't the next one. The caller
/// publishes the row.
pub async fn put(tx: &mut Tx, organization: OrganizationId, one: &Rectification) -> Result<()> {
    let problem = &one.problem;
    let written = sqlx::query(
        "insert into rectifications
             (id, organization_id, revision, state, due_on, department_id, person_id, problem,
              after_subjects, created_at, closed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict (id) do update set
             revision = excluded.revision, state = excluded.state, due_on = excluded.due_on,
             department_id = excluded.department_id, person_id = excluded.person_id,
             problem = excluded.problem, after_subjects = excluded.after_subjects,
             closed_at = excluded.closed_at
         where rectifications.organization_id = excluded.organization_id
             and rectifications.revision = excluded.revision - 1",
    )
    .bind(one.id.to_string())
    .bind(organization.to_string())
    .bind(one.revision)
    .bind(one.state.as_str())
    .bind(problem.due_on.to_string())
    .bind(problem.department_id.map(|id| id.to_string()))
    .bind(problem.person_id.map(|id| id.to_string()))
    .bind(serde_json::to_string(problem)?)
    .bind(serde_json::to_string(&one.after)?)
    .bind(one.created_at.0)
    .bind(one.closed_at.map(|at| at.0))
    .execute(&mut **tx)
    .await?;
    if written.rows_affected() != 1 {
        return Err(Error::Stale);
    }
    sqlx::query(
        "delete from rectification_sources where organization_id = $1 and rectification_id = $2",
    )
    .bind(organization.to_string())
    .bind(one.id.to_string())
    .execute(&mut **tx)
    .await?;
    bulk::write(
        tx,
        "insert into rectification_sources
             (organization_id, subject_area, subject_id, rectification_id) values",
        4,
        "on conflict do nothing",
        &problem.before,
        |query, subject| {
            query
                .bind(organization.to_string())
                .bind(subject.area.as_str())
                .bind(subject.id.to_string())
                .bind(one.id.to_string())
        },
    )
    .await
}

/// Ids of the submissions that became problems.
pub async fn sources(
    connection: &mut AnyConnection,
    organization: OrganizationId,
) -> Result<Vec<Uuid>> {
    let rows = sqlx::query(
        "select distinct subject_id from rectification_sources
         where organization_id = $1 and subject_area = 'submissions'",
    )
    .bind(organization.to_string())
    .fetch_all(connection)
    .await?;
    let mut ids = Vec::with_capacity(rows.len());
    for row in rows {
        ids.push(row.try_get::<String, _>("subject_id")?.parse()?);
    }
    Ok(ids)
}

/// A line of its history.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The revision that it made.
    pub revision: i64,
    pub at: Timestamp,
    pub by: PersonId,
    pub act: Act,
    pub note: String,
}

pub async fn note(
    tx: &mut Tx,
    organization: OrganizationId,
    id: Uuid,
    rectification: RectificationId,
    entry: &Entry,
) -> Result<()> {
    sqlx::query(
        "insert into rectification_events
             (id, organization_id, rectification_id, revision, at, person_id, act, note)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(id.to_string())
    .bind(organization.to_string())
    .bind(rectification.to_string())
    .bind(entry.revision)
    .bind(entry.at.0)
    .bind(entry.by.to_string())
    .bind(bulk::word(&entry.act)?)
    .bind(entry.note.as_str())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The oldest first.
pub async fn history(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    id: RectificationId,
) -> Result<Vec<Entry>> {
    let rows = sqlx::query(
        "select revision, at, person_id, act, note from rectification_events
         where organization_id = $1 and rectification_id = $2 order by revision",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Entry {
                revision: row.try_get("revision")?,
                at: Timestamp(row.try_get("at")?),
                by: row.try_get::<String, _>("person_id")?.parse()?,
                act: bulk::variant(row.try_get("act")?)?,
                note: row.try_get("note")?,
            })
        })
        .collect()
}

/// Problems as phones read them; what is closed is left out.
pub async fn cards(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    ids: &[Uuid],
) -> Result<Vec<Card>> {
    let found = load(connection, organization, ids).await?;
    let open = found.into_iter().filter(|one| one.state != State::Closed);
    Ok(open.map(card).collect())
}

pub fn card(one: Rectification) -> Card {
    let Problem {
        problem,
        place,
        measures,
        due_on,
        department_id,
        person_id,
        ..
    } = one.problem;
    Card {
        id: one.id,
        revision: one.revision,
        problem,
        place,
        measures,
        due_on,
        state: one.state,
        department_id,
        person_id,
    }
}

fn decode(row: &AnyRow) -> Result<Rectification> {
    let after: Vec<Subject> = serde_json::from_str(&row.try_get::<String, _>("after_subjects")?)?;
    Ok(Rectification {
        id: row.try_get::<String, _>("id")?.parse()?,
        revision: row.try_get("revision")?,
        problem: serde_json::from_str(&row.try_get::<String, _>("problem")?)?,
        state: bulk::variant(row.try_get("state")?)?,
        after,
        created_at: Timestamp(row.try_get("created_at")?),
        closed_at: row.try_get::<Option<i64>, _>("closed_at")?.map(Timestamp),
    })
}
