//! SQL for standards.

use domain::{OrganizationId, StandardId, Timestamp, areas::standards::Standard};
use sqlx::{AnyConnection, Row as _};

use crate::{Error, Result, Tx};

/// A version of the standard as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    pub id: StandardId,
    pub revision: i64,
    pub standard: Standard,
}

/// The version that the organization works by now, if it has one.
pub async fn current(
    connection: &mut AnyConnection,
    organization: OrganizationId,
) -> Result<Option<Version>> {
    let row = sqlx::query(
        "select id, revision, body from standards
         where organization_id = $1 and state = 'current'",
    )
    .bind(organization.to_string())
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        Ok(Version {
            id: row
                .try_get::<String, _>("id")?
                .parse()
                .map_err(Error::internal)?,
            revision: row.try_get("revision")?,
            standard: serde_json::from_str(&row.try_get::<String, _>("body")?)?,
        })
    })
    .transpose()
}

/// Writes a standard as the organization's current one; there must be none.
pub async fn insert_current(
    tx: &mut Tx,
    organization: OrganizationId,
    id: StandardId,
    standard: &Standard,
    now: Timestamp,
) -> Result<()> {
    sqlx::query(
        "insert into standards
             (id, organization_id, title, body, created_at, revision, state, published_at)
         values ($1, $2, $3, $4, $5, 1, 'current', $5)",
    )
    .bind(id.to_string())
    .bind(organization.to_string())
    .bind(&standard.title)
    .bind(serde_json::to_string(standard)?)
    .bind(now.0)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
