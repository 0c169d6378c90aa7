//! `/api/office/premises`: add and edit. Nothing is deleted; what closed is put out of use.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{post, put},
};
use domain::{
    PremisesId, RecordRef, Row, api::premises::PremisesInput, areas::premises::Premises,
    operation::Area, permission::Ability,
};

use super::{input, store};
use crate::{
    AppState, Error, Result, Tx, audit,
    auth::Member,
    extract::{IfMatch, Json, Path, revised},
    feed, ids,
};

pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/office/premises", post(create))
        .route("/api/office/premises/{id}", put(edit))
}

async fn create(
    State(state): State<AppState>,
    member: Member,
    Json(typed): Json<PremisesInput>,
) -> Result<Response> {
    member.require(Ability::EditPremises)?;
    let typed = input::tidy(typed);
    input::check(&typed)?;
    let mut tx = state.db.begin_for(member.organization_id).await?;
    feed::lock(&mut tx, member.organization_id).await?;
    let premises = input::apply(ids::new(&state.clock), 0, typed);
    write(&state, tx, &member, &premises, "premises_create").await?;
    Ok((StatusCode::CREATED, revised(premises.revision, premises)).into_response())
}

async fn edit(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<PremisesId>,
    seen: IfMatch,
    Json(typed): Json<PremisesInput>,
) -> Result<Response> {
    member.require(Ability::EditPremises)?;
    let typed = input::tidy(typed);
    input::check(&typed)?;
    let mut tx = state.db.begin_for(member.organization_id).await?;
    feed::lock(&mut tx, member.organization_id).await?;
    let old = store::find(&mut tx, member.organization_id, id)
        .await?
        .ok_or(Error::NotFound)?;
    seen.check(old.revision)?;
    let act = match (old.active, typed.active) {
        (true, false) => "premises_close",
        (false, true) => "premises_reopen",
        _ => "premises_edit",
    };
    let premises = input::apply(id, old.revision, typed);
    write(&state, tx, &member, &premises, act).await?;
    Ok(revised(premises.revision, premises))
}

async fn write(
    state: &AppState,
    mut tx: Tx,
    member: &Member,
    premises: &Premises,
    act: &str,
) -> Result<()> {
    store::put(&mut tx, member.organization_id, premises).await?;
    audit::by(
        &mut tx,
        member,
        state.clock.now(),
        act,
        Some(RecordRef::new(Area::Premises, premises.id)),
        &premises.name,
    )
    .await?;
    let row = [Row::Premises(Box::new(premises.clone()))];
    feed::publish(&mut tx, member.organization_id, &row).await?;
    tx.commit().await?;
    Ok(())
}
