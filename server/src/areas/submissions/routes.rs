//! `/api/office/submissions`: the review list, its counts, the decision.
//!
//! Leaves out one record's page (`office::submission_detail`, where areas meet).

use axum::{
    Router,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use domain::{
    SubmissionId,
    api::{
        Page,
        office::{Review, SubmissionCounts, SubmissionFilter, SubmissionLine},
    },
    areas::submissions::ReviewState,
    permission::Ability,
};

use super::{counts, list, review};
use crate::{
    AppState, Result,
    auth::Member,
    extract::{IfMatch, Json, Path, Query},
};

pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/office/submissions", get(page))
        .route("/api/office/submissions/counts", get(count))
        .route("/api/office/submissions/{id}/review", post(decide))
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
    let mut answer = SubmissionCounts {
        quarantined: counts::quarantined(&mut connection, member.organization_id).await?,
        waiting_since: counts::waiting_since(&mut connection, member.organization_id).await?,
        ..SubmissionCounts::default()
    };
    for (state, n) in counts::load(&mut connection, member.organization_id).await? {
        match state {
            ReviewState::Submitted => answer.submitted = n,
            ReviewState::Returned => answer.returned = n,
            ReviewState::Approved => answer.approved = n,
            ReviewState::Voided => answer.voided = n,
        }
    }
    Ok(Json(answer))
}

async fn decide(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<SubmissionId>,
    seen: IfMatch,
    Json(decision): Json<Review>,
) -> Result<Response> {
    let submission = review::decide(&state, &member, id, seen, &decision).await?;
    let tag = HeaderValue::from_str(&format!("\"{}\"", submission.revision));
    let mut response = Json(submission).into_response();
    if let Ok(tag) = tag {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}
