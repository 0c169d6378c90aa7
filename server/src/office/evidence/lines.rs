//! Single lines of the ledger: written, changed, taken out; each act is kept.

use std::slice;

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::{patch, post},
};
use domain::{
    EvidenceId,
    api::evidence::{EvidenceChange, NewEvidence},
    areas::evidence::Evidence,
    permission::Ability,
};

use super::{check_passage, check_year, standard_with};
use crate::{
    AppState, Error, Result,
    areas::evidence::{material, store},
    audit,
    auth::Member,
    extract::{Json, Path},
    ids,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/office/evidence", post(add))
        .route("/api/office/evidence/{id}", patch(change).delete(remove))
}

async fn add(
    State(state): State<AppState>,
    member: Member,
    Json(input): Json<NewEvidence>,
) -> Result<Response> {
    member.require(Ability::Review)?;
    let organization = member.organization_id;
    let now = state.clock.now();
    let (year, passage) = (check_year(input.year)?, check_passage(&input.passage)?);
    let mut tx = state.db.begin_for(organization).await?;
    let (standard_id, _) = standard_with(&mut tx, &member, &input.item).await?;
    let subject = input.subject;
    let known = material::load(&mut tx, organization, std::iter::once(subject)).await?;
    if !known.has(subject) {
        return Err(Error::invalid(
            "subject",
            "没有找到要归档的材料，请刷新后重新选择",
            "What is to be filed can’t be found. Please reload and choose again",
        ));
    }
    let evidence = Evidence {
        id: ids::new(&state.clock),
        standard_id,
        item: input.item,
        kind: input.kind,
        subject,
        year,
        passage,
        added_by: member.person_id(),
        added_at: now,
    };
    if store::insert(&mut tx, organization, slice::from_ref(&evidence)).await? == 0 {
        return Ok(StatusCode::OK.into_response());
    }
    audit::by(
        &mut tx,
        &member,
        now,
        "evidence_add",
        None,
        &detail(&evidence),
    )
    .await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(evidence)).into_response())
}

async fn change(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<EvidenceId>,
    Json(input): Json<EvidenceChange>,
) -> Result<Json<Evidence>> {
    member.require(Ability::Review)?;
    let organization = member.organization_id;
    let now = state.clock.now();
    let (year, passage) = (check_year(input.year)?, check_passage(&input.passage)?);
    let mut tx = state.db.begin_for(organization).await?;
    let before = store::find(&mut tx, organization, id)
        .await?
        .ok_or(Error::NotFound)?;
    let after = Evidence {
        kind: input.kind,
        year,
        passage,
        ..before.clone()
    };
    store::delete(&mut tx, organization, id).await?;
    if store::insert(&mut tx, organization, slice::from_ref(&after)).await? == 0 {
        return Err(Error::conflict(
            "evidence_exists",
            "这份材料已经这样归在该项下，不用重复归档",
            "It is filed there in this way already",
        ));
    }
    let said = format!("{} → {}", detail(&before), detail(&after));
    audit::by(&mut tx, &member, now, "evidence_change", None, &said).await?;
    tx.commit().await?;
    Ok(Json(after))
}

async fn remove(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<EvidenceId>,
) -> Result<StatusCode> {
    member.require(Ability::Review)?;
    let organization = member.organization_id;
    let mut tx = state.db.begin_for(organization).await?;
    let evidence = store::find(&mut tx, organization, id)
        .await?
        .ok_or(Error::NotFound)?;
    store::delete(&mut tx, organization, id).await?;
    let now = state.clock.now();
    audit::by(
        &mut tx,
        &member,
        now,
        "evidence_remove",
        None,
        &detail(&evidence),
    )
    .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A line in the audit.
pub(in crate::office) fn detail(evidence: &Evidence) -> String {
    format!(
        "{} {} {} {} {}",
        evidence.item,
        evidence.year,
        evidence.kind.as_str(),
        evidence.subject.area.as_str(),
        evidence.subject.id
    )
}
