//! What anybody may know without logging in.

use domain::{ActivityId, Timestamp, api::session::PublicActivity};
use sqlx::Row as _;

use crate::{
    AppState,
    error::{Error, Result},
};

/// A public activity; one that isn't public doesn't exist for a stranger.
pub async fn activity(state: &AppState, id: ActivityId) -> Result<PublicActivity> {
    let row = sqlx::query(
        "select o.name as organization_name, a.title, a.place, a.details, a.starts_at, a.ends_at,
                a.state
         from activities a join organizations o on o.id = a.organization_id
         where a.id = $1 and a.is_public = 1",
    )
    .bind(id.to_string())
    .fetch_optional(state.db.read())
    .await?
    .ok_or(Error::NotFound)?;
    Ok(PublicActivity {
        organization_name: row.try_get("organization_name")?,
        title: row.try_get("title")?,
        place: row.try_get("place")?,
        details: row.try_get("details")?,
        starts_at: Timestamp(row.try_get("starts_at")?),
        ends_at: Timestamp(row.try_get("ends_at")?),
        cancelled: row.try_get::<String, _>("state")? == "cancelled",
    })
}

/// The organization's name, where the server holds a single one.
pub async fn only_organization(state: &AppState) -> Result<Option<String>> {
    let mut names: Vec<String> =
        sqlx::query_scalar("select name from organizations order by id limit 2")
            .fetch_all(state.db.read())
            .await?;
    Ok(match names.len() {
        1 => names.pop(),
        _ => None,
    })
}
