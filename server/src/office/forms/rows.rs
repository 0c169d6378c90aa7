//! What was written with a form: how much, and page by page for exports.

use std::collections::BTreeMap;

use domain::{OrganizationId, Timestamp, areas::submissions::Submission};
use sqlx::{AnyConnection, Row as _};
use uuid::Uuid;

use crate::{Result, areas::submissions::store};

/// Submissions in a page of an export.
pub(super) const PAGE: i64 = 200;

/// How many submissions each form has.
pub(super) async fn counts(
    connection: &mut AnyConnection,
    organization: OrganizationId,
) -> Result<BTreeMap<String, i64>> {
    let rows = sqlx::query(
        "select form_id, cast(count(*) as bigint) as n from submissions
         where organization_id = $1 group by form_id",
    )
    .bind(organization.to_string())
    .fetch_all(connection)
    .await?;
    let mut counts = BTreeMap::new();
    for row in rows {
        counts.insert(row.try_get("form_id")?, row.try_get("n")?);
    }
    Ok(counts)
}

pub(super) async fn count_all(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    form_id: &str,
) -> Result<i64> {
    let count = sqlx::query_scalar(
        "select cast(count(*) as bigint) from submissions
         where organization_id = $1 and form_id = $2",
    )
    .bind(organization.to_string())
    .bind(form_id)
    .fetch_one(connection)
    .await?;
    Ok(count)
}

/// How many submissions one version has.
pub(super) async fn count(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    form_id: &str,
    version: &str,
) -> Result<i64> {
    let count = sqlx::query_scalar(
        "select cast(count(*) as bigint) from submissions
         where organization_id = $1 and form_id = $2 and form_version = $3",
    )
    .bind(organization.to_string())
    .bind(form_id)
    .bind(version)
    .fetch_one(connection)
    .await?;
    Ok(count)
}

/// Where a page ends.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Position {
    at: Timestamp,
    id: Uuid,
}

/// The next submissions of a form in the order of their arrival, and where the page behind them begins;
/// `None` behind the last.
pub(super) async fn page(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    form_id: &str,
    after: Position,
) -> Result<(Vec<Submission>, Option<Position>)> {
    let rows = sqlx::query(
        "select id, revision, form_id, form_version, activity_id, premises_id, author_id, department_id, title,
                state, review_note, received_at, answers, capture, conflicts
         from submissions
         where organization_id = $1 and form_id = $2
             and (received_at > $3 or (received_at = $3 and id > $4))
         order by received_at, id limit $5",
    )
    .bind(organization.to_string())
    .bind(form_id)
    .bind(after.at.0)
    .bind(after.id.to_string())
    .bind(PAGE)
    .fetch_all(connection)
    .await?;
    let page = rows.iter().map(store::decode).collect::<Result<Vec<_>>>()?;
    let last = page.last().filter(|_| page.len() as i64 == PAGE);
    let next = last.map(|last| Position {
        at: last.received_at.unwrap_or_default(),
        id: last.id.0,
    });
    Ok((page, next))
}
