//! SQL for standards.

use domain::{
    OrganizationId, StandardId, Timestamp,
    api::standards::{StandardLine, StandardState},
    areas::standards::{Standard, WantedStandard},
};
use sqlx::{AnyConnection, Row as _, any::AnyRow};
use uuid::Uuid;

use crate::{Error, Result, Tx, bulk};

/// A version of the standard as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    pub line: StandardLine,
    /// The version that it replaced when it was published.
    pub previous: Option<StandardId>,
    pub standard: Standard,
}

/// The version that the organization works by now, if it has one.
pub async fn current(
    connection: &mut AnyConnection,
    organization: OrganizationId,
) -> Result<Option<Version>> {
    let row = sqlx::query(
        "select id, revision, state, title, body, created_at, published_at, previous_id
         from standards where organization_id = $1 and state = 'current'",
    )
    .bind(organization.to_string())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(decode).transpose()
}

pub async fn find(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    id: StandardId,
) -> Result<Option<Version>> {
    let row = sqlx::query(
        "select id, revision, state, title, body, created_at, published_at, previous_id
         from standards where organization_id = $1 and id = $2",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(decode).transpose()
}

/// All versions without their content: the current one, drafts, retired ones, each the latest first.
pub async fn lines(
    connection: &mut AnyConnection,
    organization: OrganizationId,
) -> Result<Vec<StandardLine>> {
    sqlx::query(
        "select id, revision, state, title, created_at, published_at from standards
         where organization_id = $1
         order by case state when 'current' then 0 when 'draft' then 1 else 2 end,
             created_at desc, id desc",
    )
    .bind(organization.to_string())
    .fetch_all(connection)
    .await?
    .iter()
    .map(line)
    .collect()
}

/// What phones are told of these versions: only the current one is theirs.
pub async fn wanted(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    ids: &[Uuid],
) -> Result<Vec<WantedStandard>> {
    let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    let rows = bulk::by_ids(
        connection,
        organization,
        "select id, revision, state, title, body, created_at, published_at, previous_id
         from standards where organization_id = $1 and id in",
        &ids,
        "",
    )
    .await?;
    let mut wanted = Vec::new();
    for row in &rows {
        let version = decode(row)?;
        if version.line.state == StandardState::Current {
            let line = version.line;
            wanted.push(version.standard.wanted(line.id, line.revision));
        }
    }
    Ok(wanted)
}

/// Writes a new version.
pub async fn insert(tx: &mut Tx, organization: OrganizationId, version: &Version) -> Result<()> {
    let line = &version.line;
    sqlx::query(
        "insert into standards
             (id, organization_id, title, body, created_at, revision, state, published_at,
              previous_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(line.id.to_string())
    .bind(organization.to_string())
    .bind(&version.standard.title)
    .bind(serde_json::to_string(&version.standard)?)
    .bind(line.created_at.0)
    .bind(line.revision)
    .bind(line.state.as_str())
    .bind(line.published_at.map(|at| at.0))
    .bind(version.previous.map(|id| id.to_string()))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Writes a version's next revision; 412 when it isn't the next one.
pub async fn update(tx: &mut Tx, organization: OrganizationId, version: &Version) -> Result<()> {
    let line = &version.line;
    let written = sqlx::query(
        "update standards set title = $1, body = $2, revision = $3, state = $4, published_at = $5,
             previous_id = $6
         where organization_id = $7 and id = $8 and revision = $3 - 1",
    )
    .bind(&version.standard.title)
    .bind(serde_json::to_string(&version.standard)?)
    .bind(line.revision)
    .bind(line.state.as_str())
    .bind(line.published_at.map(|at| at.0))
    .bind(version.previous.map(|id| id.to_string()))
    .bind(organization.to_string())
    .bind(line.id.to_string())
    .execute(&mut **tx)
    .await?;
    if written.rows_affected() == 1 {
        Ok(())
    } else {
        Err(Error::Stale)
    }
}

/// Writes a standard as the organization's current one; there must be none. The caller publishes it.
pub async fn insert_current(
    tx: &mut Tx,
    organization: OrganizationId,
    id: StandardId,
    standard: &Standard,
    now: Timestamp,
) -> Result<WantedStandard> {
    let version = Version {
        line: StandardLine {
            id,
            revision: 1,
            state: StandardState::Current,
            title: standard.title.clone(),
            created_at: now,
            published_at: Some(now),
        },
        previous: None,
        standard: standard.clone(),
    };
    insert(tx, organization, &version).await?;
    Ok(standard.wanted(id, 1))
}

fn decode(row: &AnyRow) -> Result<Version> {
    let previous: Option<String> = row.try_get("previous_id")?;
    Ok(Version {
        line: line(row)?,
        previous: previous.map(|id| id.parse()).transpose()?,
        standard: serde_json::from_str(&row.try_get::<String, _>("body")?)?,
    })
}

fn line(row: &AnyRow) -> Result<StandardLine> {
    Ok(StandardLine {
        id: row.try_get::<String, _>("id")?.parse()?,
        revision: row.try_get("revision")?,
        state: bulk::variant(row.try_get("state")?)?,
        title: row.try_get("title")?,
        created_at: Timestamp(row.try_get("created_at")?),
        published_at: row
            .try_get::<Option<i64>, _>("published_at")?
            .map(Timestamp),
    })
}
