//! Who signed up for an activity and who came, all of it.

use domain::{
    ActivityId, OrganizationId,
    areas::{attendances::Attendance, sign_ups::SignUp},
};
use sqlx::{AnyConnection, Row as _, any::AnyRow};
use uuid::Uuid;

use crate::{
    Result,
    areas::{attendances, sign_ups},
};

/// Sign-ups in the order in which they were made.
pub(super) async fn sign_ups(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    activity: ActivityId,
) -> Result<Vec<SignUp>> {
    let rows =
        sqlx::query("select id from sign_ups where organization_id = $1 and activity_id = $2")
            .bind(organization.to_string())
            .bind(activity.to_string())
            .fetch_all(&mut *connection)
            .await?;
    let mut found = sign_ups::store::load(connection, organization, &ids(&rows)?).await?;
    found.sort_by_key(|it| (it.at, it.id));
    Ok(found)
}

/// Check-in facts, earliest first.
pub(super) async fn attendances(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    activity: ActivityId,
) -> Result<Vec<Attendance>> {
    let rows =
        sqlx::query("select id from attendances where organization_id = $1 and activity_id = $2")
            .bind(organization.to_string())
            .bind(activity.to_string())
            .fetch_all(&mut *connection)
            .await?;
    let mut found = attendances::store::load(connection, organization, &ids(&rows)?).await?;
    found.sort_by_key(|it| (it.at, it.id));
    Ok(found)
}

fn ids(rows: &[AnyRow]) -> Result<Vec<Uuid>> {
    let mut ids = Vec::with_capacity(rows.len());
    for row in rows {
        ids.push(row.try_get::<String, _>("id")?.parse()?);
    }
    Ok(ids)
}
