//! The office's standards: reading a city's own table, drafts, publishing, and what becomes of the
//! evidence that the version before had.
//!
//! Leaves out how a table is understood (`domain::standard_table`).

mod carry;
mod change;
mod read;

use axum::{
    Router,
    extract::{DefaultBodyLimit, State},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use domain::{
    StandardId,
    api::standards::{STANDARD_BYTES, StandardDetail, StandardLine},
    permission::Ability,
    standard_check::check,
};

use crate::{
    AppState, Error, Result,
    areas::{
        forms::workbook::WORKBOOK_LIMIT,
        standards::store::{self, Version},
    },
    auth::Member,
    extract::{Json, Path, revised},
    office::download,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/office/standards/read", post(read::file))
        .layer(DefaultBodyLimit::max(WORKBOOK_LIMIT))
        .merge(
            Router::new()
                .route("/api/office/standards/reread", post(read::sheet))
                .route("/api/office/standards", get(list).post(change::create))
                .route("/api/office/standards/{id}", get(detail).put(change::edit))
                .layer(DefaultBodyLimit::max(STANDARD_BYTES)),
        )
        .route("/api/office/standards/current", get(current))
        .route("/api/office/standards/{id}/standard.json", get(as_json))
        .route("/api/office/standards/{id}/moves", get(carry::moves))
        .route("/api/office/standards/{id}/publish", post(change::publish))
        .route("/api/office/standards/{id}/carry", post(carry::later))
}

/// The version as it is imported again, here or elsewhere.
async fn as_json(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<StandardId>,
) -> Result<Response> {
    member.require(Ability::Review)?;
    let mut connection = state.db.read().acquire().await?;
    let version = store::find(&mut connection, member.organization_id, id).await?;
    let standard = version.ok_or(Error::NotFound)?.standard;
    let name = format!("{}.json", standard.title);
    let headers = download::headers("application/json", "standard.json", &name);
    Ok((headers, serde_json::to_vec_pretty(&standard)?).into_response())
}

async fn list(State(state): State<AppState>, member: Member) -> Result<Json<Vec<StandardLine>>> {
    member.require(Ability::Review)?;
    let mut connection = state.db.read().acquire().await?;
    let lines = store::lines(&mut connection, member.organization_id).await?;
    Ok(Json(lines))
}

async fn current(State(state): State<AppState>, member: Member) -> Result<Response> {
    member.require(Ability::Review)?;
    let mut connection = state.db.read().acquire().await?;
    let version = store::current(&mut connection, member.organization_id).await?;
    let version = version.ok_or(Error::NotFound)?;
    Ok(shown(version))
}

async fn detail(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<StandardId>,
) -> Result<Response> {
    member.require(Ability::Review)?;
    let mut connection = state.db.read().acquire().await?;
    let version = store::find(&mut connection, member.organization_id, id).await?;
    Ok(shown(version.ok_or(Error::NotFound)?))
}

fn shown(version: Version) -> Response {
    let detail = StandardDetail {
        remarks: check(&version.standard),
        line: version.line,
        standard: version.standard,
    };
    revised(detail.line.revision, detail)
}
