//! The office's forms: which there are, publishing a version, who fills it in, what was written.
//!
//! Leaves out how a file is read (`areas::forms::workbook`) and what a form means (`domain::forms`).

mod change;
mod export;
mod lines;
mod rows;
mod upload;

use axum::{
    Router,
    extract::{DefaultBodyLimit, State},
    http::header,
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use domain::{
    Lang,
    api::forms::{FormDetail, FormLine},
    forms::Form,
    permission::Ability,
};
use serde::Deserialize;
use sqlx::AnyConnection;
use uuid::Uuid;

use crate::{
    AppState, Error, Result,
    areas::forms::{store::Version, workbook::WORKBOOK_LIMIT},
    auth::Member,
    extract::{Json, Path, Query, revised},
    reports::xlsform,
};

pub(super) fn routes() -> Router<AppState> {
    let whole_file = DefaultBodyLimit::max(WORKBOOK_LIMIT);
    Router::new()
        .route(
            "/api/office/forms",
            get(list).post(upload::publish).layer(whole_file),
        )
        .route(
            "/api/office/forms/check",
            post(upload::check).layer(whole_file),
        )
        .route("/api/office/forms/{id}", get(detail))
        .route("/api/office/forms/{id}/form.xlsx", get(as_workbook))
        .route("/api/office/forms/{id}/offer", post(change::offer))
        .route("/api/office/forms/{id}/retire", post(change::retire))
        .route("/api/office/forms/{id}/audience", put(change::audience))
        .route("/api/office/forms/{id}/records.csv", get(export::csv))
        .route("/api/office/forms/{id}/records.zip", get(export::archive))
}

async fn list(State(state): State<AppState>, member: Member) -> Result<Json<Vec<FormLine>>> {
    member.require(Ability::Review)?;
    let mut connection = state.db.snapshot().await?;
    lines::all(&mut connection, member.organization_id)
        .await
        .map(Json)
}

async fn detail(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<Uuid>,
) -> Result<Response> {
    member.require(Ability::Review)?;
    let mut connection = state.db.snapshot().await?;
    let detail = load(&mut connection, &member, id).await?;
    Ok(revised(detail.line.revision, detail))
}

/// One version with its form, compared with the current one.
async fn load(connection: &mut AnyConnection, member: &Member, id: Uuid) -> Result<FormDetail> {
    let organization = member.organization_id;
    let versions = lines::versions_of(connection, organization, id).await?;
    let form = lines::form_of(&versions, id)?;
    let line = lines::one(connection, organization, &versions).await?;
    let version = line.versions.iter().find(|it| it.id == id).cloned();
    let current = versions.iter().find(|it| it.row.current);
    let changes = match current.and_then(|it| it.row.form.read()) {
        Some(current) => form.changes_since(current),
        None => Vec::new(),
    };
    Ok(FormDetail {
        records: rows::count(connection, organization, &form.id, &form.version).await?,
        version: version.ok_or(Error::NotFound)?,
        line,
        form: form.clone(),
        changes,
    })
}

#[derive(Clone, Copy, Deserialize)]
struct Language {
    #[serde(default)]
    lang: Lang,
}

async fn as_workbook(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<Uuid>,
    Query(Language { lang }): Query<Language>,
) -> Result<Response> {
    member.require(Ability::Review)?;
    let mut connection = state.db.read().acquire().await?;
    let versions = lines::versions_of(&mut connection, member.organization_id, id).await?;
    let form = lines::form_of(&versions, id)?;
    let bytes = xlsform::workbook(&form.to_tables(), form.title.get(lang), lang)?;
    let media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let name = format!("{} {}.xlsx", form.title.get(lang), form.version);
    Ok((download(media_type, form, ".xlsx", &name), bytes).into_response())
}

/// The headers of a file that is saved under `name`, by old browsers under the form's id.
fn download(
    media_type: &'static str,
    form: &Form,
    ending: &str,
    name: &str,
) -> [(header::HeaderName, String); 3] {
    super::download::headers(media_type, &format!("{}{ending}", form.id), name)
}

/// The sum of the revisions of all versions: it grows with each change of any of them.
fn revision(versions: &[Version]) -> i64 {
    versions.iter().map(|it| it.row.revision).sum()
}
