//! The office's pages that show several areas at once, and its decisions that read them: this is where areas meet, as
//! `domain::decide` is where their rules do.

mod activity_detail;
mod bundle;
mod dashboard;
mod download;
mod evidence;
mod exports;
mod files;
mod forms;
mod gathering;
mod guests;
mod hours;
mod names;
mod packs;
mod participation;
mod photo_words;
mod premises;
mod quarantine;
mod rectifications;
mod reports;
mod rescue;
mod resemblances;
mod roster;
mod search;
mod self_assessment;
mod standards;
mod subjects;
mod submission_detail;
mod submission_review;
mod tables;
mod tasks;

use axum::Router;
use domain::OrganizationId;
use sqlx::AnyConnection;

use crate::{AppState, Result};

pub fn routes() -> Router<AppState> {
    Router::new()
        .merge(activity_detail::routes())
        .merge(bundle::routes())
        .merge(evidence::routes())
        .merge(exports::routes())
        .merge(files::routes())
        .merge(dashboard::routes())
        .merge(forms::routes())
        .merge(guests::routes())
        .merge(hours::routes())
        .merge(packs::routes())
        .merge(participation::routes())
        .merge(photo_words::routes())
        .merge(premises::routes())
        .merge(quarantine::routes())
        .merge(rectifications::routes())
        .merge(reports::routes())
        .merge(rescue::routes())
        .merge(search::routes())
        .merge(self_assessment::routes())
        .merge(standards::routes())
        .merge(roster::routes())
        .merge(submission_detail::routes())
        .merge(submission_review::routes())
        .merge(subjects::routes())
        .merge(tasks::routes())
}

/// What the organization calls itself.
async fn organization_name(
    connection: &mut AnyConnection,
    organization: OrganizationId,
) -> Result<String> {
    let name = sqlx::query_scalar("select name from organizations where id = $1")
        .bind(organization.to_string())
        .fetch_one(connection)
        .await?;
    Ok(name)
}
