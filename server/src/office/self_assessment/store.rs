//! SQL for self-assessments.

use std::collections::{BTreeMap, HashMap};

use domain::{
    DepartmentId, OrganizationId, PersonId, StandardId, Timestamp,
    scoring::Facts,
    self_assessment::{Marks, Stage},
};
use sqlx::{AnyConnection, Row as _, any::AnyQueryResult};

use crate::{Error, Result, Tx, bulk};

/// A year as it is stored.
#[derive(Clone, Debug, Default)]
pub(super) struct Year {
    /// 0: nothing is stored yet.
    pub revision: i64,
    pub marks: Marks,
    pub closed: Option<Closed>,
}

#[derive(Clone, Debug)]
pub(super) struct Closed {
    pub standard: StandardId,
    pub by: PersonId,
    pub at: Timestamp,
}

pub(super) async fn year(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    year: i32,
) -> Result<Year> {
    let row = sqlx::query(
        "select revision, marks, standard_id, closed_by, closed_at from self_assessments
         where organization_id = $1 and year = $2",
    )
    .bind(organization.to_string())
    .bind(i64::from(year))
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else {
        return Ok(Year::default());
    };
    let standard: Option<String> = row.try_get("standard_id")?;
    let by: Option<String> = row.try_get("closed_by")?;
    let at: Option<i64> = row.try_get("closed_at")?;
    let closed = match (standard, by, at) {
        (Some(standard), Some(by), Some(at)) => Some(Closed {
            standard: standard.parse()?,
            by: by.parse()?,
            at: Timestamp(at),
        }),
        _ => None,
    };
    Ok(Year {
        revision: row.try_get("revision")?,
        marks: serde_json::from_str(&row.try_get::<String, _>("marks")?)?,
        closed,
    })
}

/// The years of which something is stored.
pub(super) async fn years(
    connection: &mut AnyConnection,
    organization: OrganizationId,
) -> Result<Vec<i32>> {
    let years: Vec<i64> = sqlx::query_scalar(
        "select year from self_assessments where organization_id = $1
         union select year from self_assessment_opinions where organization_id = $1",
    )
    .bind(organization.to_string())
    .fetch_all(connection)
    .await?;
    let years = years.into_iter().map(i32::try_from);
    years
        .collect::<std::result::Result<_, _>>()
        .map_err(Error::internal)
}

/// Writes the next revision; 412 when that isn't the next one.
pub(super) async fn put_year(
    tx: &mut Tx,
    organization: OrganizationId,
    year: i32,
    stored: &Year,
) -> Result<()> {
    let closed = stored.closed.as_ref();
    let written = sqlx::query(
        "insert into self_assessments
             (organization_id, year, revision, marks, standard_id, closed_by, closed_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (organization_id, year) do update set
             revision = excluded.revision, marks = excluded.marks,
             standard_id = excluded.standard_id, closed_by = excluded.closed_by,
             closed_at = excluded.closed_at
         where self_assessments.revision = excluded.revision - 1",
    )
    .bind(organization.to_string())
    .bind(i64::from(year))
    .bind(stored.revision)
    .bind(serde_json::to_string(&stored.marks)?)
    .bind(closed.map(|it| it.standard.to_string()))
    .bind(closed.map(|it| it.by.to_string()))
    .bind(closed.map(|it| it.at.0))
    .execute(&mut **tx)
    .await?;
    next(&written)
}

/// What somebody found, with who it was by id.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub revision: i64,
    pub facts: Facts,
    pub narrative: String,
    pub by: PersonId,
    pub at: Timestamp,
}

/// What was said about items, by code and stage.
pub(super) type Opinions = BTreeMap<String, HashMap<Stage, Said>>;

/// All of a year.
pub(super) async fn opinions(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    year: i32,
) -> Result<Opinions> {
    let rows = sqlx::query(
        "select item, stage, revision, facts, narrative, said_by, said_at
         from self_assessment_opinions where organization_id = $1 and year = $2",
    )
    .bind(organization.to_string())
    .bind(i64::from(year))
    .fetch_all(connection)
    .await?;
    let mut found = Opinions::new();
    for row in rows {
        let said = Said {
            revision: row.try_get("revision")?,
            facts: serde_json::from_str(&row.try_get::<String, _>("facts")?)?,
            narrative: row.try_get("narrative")?,
            by: row.try_get::<String, _>("said_by")?.parse()?,
            at: Timestamp(row.try_get("said_at")?),
        };
        let stage = bulk::variant(row.try_get("stage")?)?;
        let item = found.entry(row.try_get("item")?).or_default();
        item.insert(stage, said);
    }
    Ok(found)
}

/// Writes the next revision of a stage's word; 412 when that isn't the next one.
pub(super) async fn put_opinion(
    tx: &mut Tx,
    organization: OrganizationId,
    year: i32,
    (item, stage): (&str, Stage),
    said: &Said,
) -> Result<()> {
    let written = sqlx::query(
        "insert into self_assessment_opinions
             (organization_id, year, item, stage, revision, facts, narrative, said_by, said_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (organization_id, year, item, stage) do update set
             revision = excluded.revision, facts = excluded.facts, narrative = excluded.narrative,
             said_by = excluded.said_by, said_at = excluded.said_at
         where self_assessment_opinions.revision = excluded.revision - 1",
    )
    .bind(organization.to_string())
    .bind(i64::from(year))
    .bind(item)
    .bind(stage.as_str())
    .bind(said.revision)
    .bind(serde_json::to_string(&said.facts)?)
    .bind(said.narrative.as_str())
    .bind(said.by.to_string())
    .bind(said.at.0)
    .execute(&mut **tx)
    .await?;
    next(&written)
}

/// Which department the office chose for an item; `None`: whom the standard names.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Chosen {
    /// 0: nobody chose yet.
    pub revision: i64,
    pub department: Option<DepartmentId>,
}

/// All of a year by item.
pub(super) async fn departments(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    year: i32,
) -> Result<BTreeMap<String, Chosen>> {
    let rows = sqlx::query(
        "select item, revision, department_id from self_assessment_departments
         where organization_id = $1 and year = $2",
    )
    .bind(organization.to_string())
    .bind(i64::from(year))
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let department: Option<String> = row.try_get("department_id")?;
            let chosen = Chosen {
                revision: row.try_get("revision")?,
                department: department.map(|id| id.parse()).transpose()?,
            };
            Ok((row.try_get("item")?, chosen))
        })
        .collect()
}

/// Writes the next revision; 412 when that isn't the next one.
pub(super) async fn put_department(
    tx: &mut Tx,
    organization: OrganizationId,
    year: i32,
    item: &str,
    chosen: Chosen,
) -> Result<()> {
    let written = sqlx::query(
        "insert into self_assessment_departments
             (organization_id, year, item, revision, department_id)
         values ($1, $2, $3, $4, $5)
         on conflict (organization_id, year, item) do update set
             revision = excluded.revision, department_id = excluded.department_id
         where self_assessment_departments.revision = excluded.revision - 1",
    )
    .bind(organization.to_string())
    .bind(i64::from(year))
    .bind(item)
    .bind(chosen.revision)
    .bind(chosen.department.map(|id| id.to_string()))
    .execute(&mut **tx)
    .await?;
    next(&written)
}

/// A revision that isn't the next one writes no row.
fn next(written: &AnyQueryResult) -> Result<()> {
    if written.rows_affected() == 1 {
        Ok(())
    } else {
        Err(Error::Stale)
    }
}
