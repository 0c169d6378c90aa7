//! `/api/office/activities`: list, make, edit, cancel, a new code word.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use domain::{
    ActivityId, OrganizationId, RecordRef, Row,
    api::office::{ActivityInput, ActivityLine},
    areas::activities::{Activity, ActivityState, Gate},
    operation::Area,
    permission::Ability,
    time::Timestamp,
};
use serde::Deserialize;

use super::{
    input,
    store::{self, Stored},
};
use crate::{
    AppState, Error, Result, Tx, audit,
    auth::Member,
    extract::{IfMatch, Json, Path, Query, revised},
    feed, ids, tokens,
};

pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/office/activities", get(list).post(create))
        .route("/api/office/activities/{id}", put(edit))
        .route("/api/office/activities/{id}/code-word", post(new_code_word))
}

/// Most activities in one answer; the office asks month by month.
const LINES: i64 = 500;

#[derive(Deserialize)]
struct Span {
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

async fn list(
    State(state): State<AppState>,
    member: Member,
    Query(span): Query<Span>,
) -> Result<Json<Vec<ActivityLine>>> {
    member.require(Ability::EditActivities)?;
    let now = state.clock.now();
    let from = span.from.unwrap_or(now.plus_days(-31));
    let until = span.until.unwrap_or(now.plus_days(92));
    let mut connection = state.db.read().acquire().await?;
    let listed = store::list(&mut connection, member.organization_id, from, until, LINES).await?;
    Ok(Json(
        listed
            .into_iter()
            .map(|it| ActivityLine {
                activity: it.activity,
                organizer_name: it.organizer_name,
                coming: it.coming,
                arrived: it.arrived,
            })
            .collect(),
    ))
}

async fn create(
    State(state): State<AppState>,
    member: Member,
    Json(input): Json<ActivityInput>,
) -> Result<Response> {
    member.require(Ability::EditActivities)?;
    input::check(&input)?;
    let mut tx = state.db.begin_for(member.organization_id).await?;
    feed::lock(&mut tx, member.organization_id).await?;
    check_references(&mut tx, member.organization_id, &input).await?;
    let blank = Activity {
        id: ids::new(&state.clock),
        revision: 0,
        title: String::new(),
        kind: input.kind,
        place: String::new(),
        details: String::new(),
        starts_at: input.starts_at,
        ends_at: input.ends_at,
        organizer_id: input.organizer_id,
        department_id: None,
        capacity: None,
        items: Vec::new(),
        state: ActivityState::Planned,
        public: false,
    };
    let stored = Stored {
        activity: input::apply(blank, input),
        code_word: code_word()?,
    };
    write(&state, tx, &member, &stored, "activity_create").await?;
    Ok((StatusCode::CREATED, answer(stored.activity)).into_response())
}

async fn edit(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<ActivityId>,
    seen: IfMatch,
    Json(input): Json<ActivityInput>,
) -> Result<Response> {
    member.require(Ability::EditActivities)?;
    input::check(&input)?;
    let mut tx = state.db.begin_for(member.organization_id).await?;
    feed::lock(&mut tx, member.organization_id).await?;
    let old = store::find(&mut tx, member.organization_id, id)
        .await?
        .ok_or(Error::NotFound)?;
    seen.check(old.activity.revision)?;
    check_references(&mut tx, member.organization_id, &input).await?;
    let act = match (old.activity.state, input.cancelled) {
        (ActivityState::Planned, true) => "activity_cancel",
        (ActivityState::Cancelled, false) => "activity_restore",
        _ => "activity_edit",
    };
    let stored = Stored {
        activity: input::apply(old.activity, input),
        code_word: old.code_word,
    };
    write(&state, tx, &member, &stored, act).await?;
    Ok(answer(stored.activity))
}

/// The old word counts no longer: for when it got around.
async fn new_code_word(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<ActivityId>,
) -> Result<Json<Gate>> {
    member.require(Ability::EditActivities)?;
    let mut tx = state.db.begin_for(member.organization_id).await?;
    feed::lock(&mut tx, member.organization_id).await?;
    let mut stored = store::find(&mut tx, member.organization_id, id)
        .await?
        .ok_or(Error::NotFound)?;
    stored.activity.revision += 1;
    stored.code_word = code_word()?;
    write(&state, tx, &member, &stored, "code_word_new").await?;
    Ok(Json(stored.gate()))
}

async fn write(
    state: &AppState,
    mut tx: Tx,
    member: &Member,
    stored: &Stored,
    act: &str,
) -> Result<()> {
    store::put(&mut tx, member.organization_id, stored).await?;
    audit::by(
        &mut tx,
        member,
        state.clock.now(),
        act,
        Some(RecordRef::new(Area::Activities, stored.activity.id)),
        &stored.activity.title,
    )
    .await?;
    let rows = [
        Row::Activities(stored.activity.clone()),
        Row::Gates(stored.gate()),
    ];
    feed::publish(&mut tx, member.organization_id, &rows).await?;
    tx.commit().await?;
    Ok(())
}

/// The organizer and the department must be of this organization.
async fn check_references(
    tx: &mut Tx,
    organization: OrganizationId,
    input: &ActivityInput,
) -> Result<()> {
    if !store::is_member(tx, organization, input.organizer_id).await? {
        return Err(Error::invalid(
            "organizer_id",
            "找不到这位组织者，请重新选择",
            "This organizer isn't known. Please choose again",
        ));
    }
    if let Some(department) = input.department_id
        && !store::is_department(tx, organization, department).await?
    {
        return Err(Error::invalid(
            "department_id",
            "找不到这个科室，请重新选择",
            "This department isn't known. Please choose again",
        ));
    }
    Ok(())
}

/// Six random digits.
pub(crate) fn code_word() -> Result<String> {
    let number = u32::from_be_bytes(tokens::random()?) % 1_000_000;
    Ok(format!("{number:06}"))
}

fn answer(activity: Activity) -> Response {
    revised(activity.revision, activity)
}
