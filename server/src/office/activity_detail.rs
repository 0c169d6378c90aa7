//! One activity with its sign-ups and check-in facts, live; and the same as a roster workbook.

use std::collections::BTreeSet;

use axum::{
    Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    ActivityId, Lang, OrganizationId, PersonId, RecordRef, api::office::ActivityDetail,
    operation::Area, permission::Ability,
};
use serde::Deserialize;
use sqlx::AnyConnection;

use super::{gathering, names};
use crate::{
    AppState, Error, Result,
    areas::{activities, guests},
    audit,
    auth::Member,
    extract::{Path, Query, revised},
    reports::roster::Roster,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/office/activities/{id}", get(detail))
        .route("/api/office/activities/{id}/roster.xlsx", get(roster))
}

async fn detail(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<ActivityId>,
) -> Result<Response> {
    member.require(Ability::EditActivities)?;
    let mut connection = state.db.snapshot().await?;
    let detail = load(&mut connection, member.organization_id, id).await?;
    Ok(revised(detail.activity.revision, detail))
}

#[derive(Deserialize)]
struct Language {
    #[serde(default)]
    lang: Lang,
}

async fn roster(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<ActivityId>,
    Query(Language { lang }): Query<Language>,
) -> Result<Response> {
    member.require(Ability::EditActivities)?;
    let mut tx = state.db.begin_for(member.organization_id).await?;
    let detail = load(&mut tx, member.organization_id, id).await?;
    // Names leave the system with this file: who took them is kept.
    audit::by(
        &mut tx,
        &member,
        state.clock.now(),
        "roster_export",
        Some(RecordRef::new(Area::Activities, id)),
        &detail.activity.title,
    )
    .await?;
    tx.commit().await?;
    let bytes = Roster::new(&detail, lang).workbook(lang)?;
    let headers = [
        (
            header::CONTENT_TYPE,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"roster.xlsx\"; filename*=UTF-8''%E7%AD%BE%E5%88%B0%E8%A1%A8.xlsx",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, bytes).into_response())
}

pub(super) async fn load(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    id: ActivityId,
) -> Result<ActivityDetail> {
    let stored = activities::store::find(connection, organization, id)
        .await?
        .ok_or(Error::NotFound)?;
    let sign_ups = gathering::sign_ups(connection, organization, id).await?;
    let attendances = gathering::attendances(connection, organization, id).await?;
    let mut ids: BTreeSet<PersonId> = BTreeSet::from([stored.activity.organizer_id]);
    let guests = guests::store::of_activity(connection, organization, id).await?;
    ids.extend(guests.iter().map(|it| it.recorded_by));
    ids.extend(sign_ups.iter().map(|it| it.person_id));
    ids.extend(
        attendances
            .iter()
            .flat_map(|it| [it.person_id, it.recorded_by]),
    );
    let people = names::people(connection, organization, &ids).await?;
    Ok(ActivityDetail {
        organizer_name: names::name_of(&people, stored.activity.organizer_id),
        activity: stored.activity,
        code_word: stored.code_word,
        sign_ups,
        attendances,
        guests,
        people,
    })
}
