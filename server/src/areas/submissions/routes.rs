//! `/api/office/submissions`: the review list and its counts.
//!
//! Leaves out one record's page and the decision (`office`, where areas meet).

use axum::{Router, extract::State, routing::get};
use domain::{
    api::{
        Page,
        office::{SubmissionCounts, SubmissionFilter, SubmissionLine},
    },
    permission::Ability,
};

use super::{counts, list};
use crate::{
    AppState, Result,
    auth::Member,
    extract::{Json, Query},
};

pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/office/submissions", get(page))
        .route("/api/office/submissions/counts", get(count))
}

async fn page(
    State(state): State<AppState>,
    member: Member,
    Query(filter): Query<SubmissionFilter>,
) -> Result<Json<Page<SubmissionLine>>> {
    member.require(Ability::Review)?;
    let mut connection = state.db.read().acquire().await?;
    let page = list::page(&mut connection, member.organization_id, &filter).await?;
    Ok(Json(page))
}

async fn count(State(state): State<AppState>, member: Member) -> Result<Json<SubmissionCounts>> {
    member.require(Ability::Review)?;
    let mut connection = state.db.read().acquire().await?;
    counts::all(&mut connection, member.organization_id)
        .await
        .map(Json)
}
