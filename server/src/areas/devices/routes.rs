//! `/api/office/devices`.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    routing::{get, post},
};
use domain::{DeviceId, api::office::DeviceLine, permission::Ability};

use super::store;
use crate::{
    AppState, audit,
    auth::Member,
    error::{Error, Result},
    extract::{Json, Path},
};

pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/office/devices", get(list))
        .route("/api/office/devices/{id}/revoke", post(revoke))
}

async fn list(State(state): State<AppState>, member: Member) -> Result<Json<Vec<DeviceLine>>> {
    member.require(Ability::SeeDevices)?;
    let mut connection = state.db.read().acquire().await?;
    store::list(&mut connection, member.organization_id)
        .await
        .map(Json)
}

/// Administrators revoke any device, everybody their own.
async fn revoke(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<DeviceId>,
) -> Result<StatusCode> {
    let organization = member.organization_id;
    let now = state.clock.now();
    let mut tx = state.db.begin_for(organization).await?;
    let known = store::standing(&mut tx, organization, id).await?;
    let owner = known.map(|device| device.person_id);
    if owner != Some(member.person_id()) {
        member.require(Ability::ManagePeople)?;
    }
    let owner = owner.ok_or(Error::NotFound)?;
    store::revoke(&mut tx, organization, id, now).await?;
    audit::by(
        &mut tx,
        &member,
        now,
        "device.revoked",
        None,
        &format!("device {id} of {owner}"),
    )
    .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
