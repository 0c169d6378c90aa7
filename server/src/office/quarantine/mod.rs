//! Quarantine: operations that were received and kept whole, but that a rule refused. The office reads
//! them here and decides: take one in (with corrected answers if need be), hand it to somebody, or
//! close it with a reason that the author reads.
//!
//! Also checks receipts against what is kept. Leaves out what an operation does (`areas::sync`,
//! `domain::decide`).

mod act;
mod store;

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    routing::{get, post},
};
use domain::{
    Area, Change, OpId, Receipt, RecordRef, Row,
    api::office::{
        Acceptance, Assignment, Closing, KeptOperation, QuarantineDetail, QuarantineLine,
        ReceiptCheck,
    },
    areas::submissions::{Submission, SubmissionChange},
    forms::{Answers, Form, set_answer},
    permission::Ability,
};
use serde::Deserialize;
use sqlx::AnyConnection;

use crate::{
    AppState, Error, Result,
    areas::sync::{read_kept, rows},
    auth::Member,
    extract::{Json, Path, Query},
};

pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/office/quarantine", get(list))
        .route("/api/office/quarantine/{op_id}", get(detail))
        .route("/api/office/quarantine/{op_id}/accept", post(accept))
        .route("/api/office/quarantine/{op_id}/close", post(close))
        .route("/api/office/quarantine/{op_id}/assign", post(assign))
        .route("/api/office/receipts/check", post(check_receipt))
}

#[derive(Debug, Deserialize)]
struct Parameters {
    /// What somebody decided on, instead of what waits.
    #[serde(default)]
    decided: bool,
}

async fn list(
    State(state): State<AppState>,
    member: Member,
    Query(parameters): Query<Parameters>,
) -> Result<Json<Vec<QuarantineLine>>> {
    member.require(Ability::Review)?;
    let mut connection = state.db.read().acquire().await?;
    let lines = store::load(&mut connection, member.organization_id, parameters.decided);
    Ok(Json(lines.await?))
}

async fn detail(
    State(state): State<AppState>,
    member: Member,
    Path(op_id): Path<OpId>,
) -> Result<Json<QuarantineDetail>> {
    member.require(Ability::Review)?;
    let organization = member.organization_id;
    let mut connection = state.db.read().acquire().await?;
    let kept = store::find(&mut connection, organization, op_id).await?;
    let mut detail = QuarantineDetail {
        line: kept.line,
        form: None,
        answers: Answers::new(),
        raw: kept.raw,
    };
    if let Ok(operation) = read_kept(&detail.raw)
        && operation.organization_id == organization
        && let Change::Submissions(change) = &operation.change
    {
        let found = form_of(&mut connection, &state, &member, operation.record, change).await?;
        let (form, existing) = found.unzip();
        detail.form = form;
        detail.answers = match change {
            SubmissionChange::Submit { answers, .. } => answers.clone(),
            SubmissionChange::Amend { changed, .. } => {
                let existing = existing.flatten();
                let mut answers = existing.map(|one| one.answers).unwrap_or_default();
                for (question, answer) in changed {
                    set_answer(&mut answers, question, answer.clone());
                }
                answers
            }
            SubmissionChange::Void { .. } => Answers::new(),
        };
    }
    Ok(Json(detail))
}

/// The form that a change fills in or corrects, and the submission that it corrects.
async fn form_of(
    connection: &mut AnyConnection,
    state: &AppState,
    member: &Member,
    record: RecordRef,
    change: &SubmissionChange,
) -> Result<Option<(Form, Option<Submission>)>> {
    let organization = member.organization_id;
    let (id, version, existing) = if let SubmissionChange::Submit {
        form_id,
        form_version,
        ..
    } = change
    {
        (form_id.clone(), form_version.clone(), None)
    } else {
        let record = RecordRef::new(Area::Submissions, record.id);
        let mut found = rows::load(connection, organization, &[record]).await?;
        let Some(Row::Submissions(one)) = found.remove(&record) else {
            return Ok(None);
        };
        (one.form_id.clone(), one.form_version.clone(), Some(*one))
    };
    let form = rows::form(connection, state, organization, &id, &version).await?;
    let form = form.and_then(|form| form.read().cloned());
    Ok(form.map(|form| (form, existing)))
}

/// Whether a receipt is this server's, and what became of its operation.
async fn check_receipt(
    State(state): State<AppState>,
    member: Member,
    Json(receipt): Json<Receipt>,
) -> Result<Json<ReceiptCheck>> {
    member.require(Ability::Review)?;
    let key = state.keys.trust(Vec::new()).key(&receipt.key_id);
    let mut connection = state.db.read().acquire().await?;
    let found = store::find(&mut connection, member.organization_id, receipt.op_id).await;
    let kept = match found {
        Ok(kept) => Some(KeptOperation {
            same_content: kept.hash == receipt.payload_hash,
            outcome: kept.outcome,
            line: kept.line,
        }),
        Err(Error::NotFound) => None,
        Err(error) => return Err(error),
    };
    Ok(Json(ReceiptCheck {
        genuine: key.is_some_and(|key| receipt.is_signed_by(&key)),
        kept,
    }))
}

async fn accept(
    State(state): State<AppState>,
    member: Member,
    Path(op_id): Path<OpId>,
    Json(acceptance): Json<Acceptance>,
) -> Result<StatusCode> {
    member.require(Ability::Review)?;
    act::accept(&state, &member, op_id, &acceptance).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn close(
    State(state): State<AppState>,
    member: Member,
    Path(op_id): Path<OpId>,
    Json(closing): Json<Closing>,
) -> Result<StatusCode> {
    member.require(Ability::Review)?;
    act::close(&state, &member, op_id, &closing).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn assign(
    State(state): State<AppState>,
    member: Member,
    Path(op_id): Path<OpId>,
    Json(assignment): Json<Assignment>,
) -> Result<StatusCode> {
    member.require(Ability::Review)?;
    act::assign(&state, &member, op_id, &assignment).await?;
    Ok(StatusCode::NO_CONTENT)
}
