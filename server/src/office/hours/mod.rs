//! Service hours: who served where and for how long, corrected by the office with a reason, rounded as
//! the organization wants, and taken away as a list or as the draft of a certificate.
//!
//! A correction never touches a fact. Leaves out how presence is derived (`domain::areas::attendances`).

mod documents;
pub(super) mod lines;
mod store;

use std::collections::HashMap;

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use chrono::NaiveDate;
use domain::{
    Lang, PersonId, RecordRef,
    api::hours::{Correct, HourLine, Hours, MyConsent, MyCorrection, SetConsent, SetRounding},
    hours::MOST,
    operation::Area,
    permission::Ability,
};
use serde::Deserialize;
use uuid::Uuid;

use lines::{Served, Span};
pub(super) use store::rounding;

use crate::{
    AppState, Error, Result,
    areas::{activities, people},
    audit,
    auth::Member,
    extract::{Json, Query},
    ids,
    office::{download, organization_name},
    validate,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/office/hours", get(list))
        .route("/api/office/hours/correct", post(correct))
        .route("/api/office/hours/rounding", put(set_rounding))
        .route("/api/office/hours/consent", put(set_consent))
        .route("/api/office/hours/list.xlsx", get(workbook))
        .route("/api/office/hours/certificate.docx", get(certificate))
        .route("/api/my/hours", get(mine))
        .route("/api/my/hours/consent", get(my_consent).put(set_my_consent))
}

#[derive(Clone, Copy, Deserialize)]
struct Asked {
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
    #[serde(default)]
    lang: Lang,
    /// `1`: to be shown, with those only who agreed.
    #[serde(default)]
    public: u8,
}

async fn list(
    State(state): State<AppState>,
    member: Member,
    Query(asked): Query<Asked>,
) -> Result<Json<Hours>> {
    member.require(Ability::EditActivities)?;
    let span = Span::asked(asked.from, asked.until, state.clock.now())?;
    let mut connection = state.db.snapshot().await?;
    let organization = member.organization_id;
    let served = lines::of_period(&mut connection, organization, span).await?;
    Ok(Json(Hours {
        rounding: store::rounding(&mut connection, organization).await?,
        lines: all(served),
    }))
}

fn all(served: Vec<Served>) -> Vec<HourLine> {
    served.into_iter().flat_map(|it| it.lines).collect()
}

async fn correct(
    State(state): State<AppState>,
    member: Member,
    Json(asked): Json<Correct>,
) -> Result<Json<HourLine>> {
    member.require(Ability::EditActivities)?;
    let ask = ("请写明更正原因", "Please say why");
    let reason = validate::reason(&asked.reason, ask)?;
    if asked.minutes.is_some_and(|it| !(0..=MOST).contains(&it)) {
        return Err(Error::invalid(
            "minutes",
            "时长请填 0 到 1440 分钟",
            "Please give 0 to 1,440 minutes",
        ));
    }
    let organization = member.organization_id;
    let now = state.clock.now();
    let mut tx = state.db.begin_for(organization).await?;
    let activity = activities::store::find(&mut tx, organization, asked.activity_id)
        .await?
        .ok_or(Error::NotFound)?
        .activity;
    let find = |served: Vec<Served>| {
        let mut lines = all(served).into_iter();
        lines.find(|line| line.person_id == asked.person_id)
    };
    let before = lines::of(&mut tx, organization, vec![activity.clone()]).await?;
    let before = find(before).ok_or_else(|| {
        Error::refused(
            StatusCode::CONFLICT,
            "not_there",
            "此人在该活动没有签到或签退记录，请先在活动里登记到场",
            "This person has no check-in or check-out there. Please record the attendance first",
        )
    })?;
    let new = store::New {
        id: ids::at::<Uuid>(now),
        activity: asked.activity_id,
        person: asked.person_id,
        minutes: asked.minutes,
        was: before.minutes,
        reason: &reason,
        by: member.person_id(),
        at: now,
    };
    store::correct(&mut tx, organization, &new).await?;
    let minutes = asked.minutes.map_or("-".to_owned(), |it| it.to_string());
    let detail = format!(
        "{} {}: {} → {minutes} min; {reason}",
        activity.title, before.name, before.minutes
    );
    let subject = Some(RecordRef::new(Area::Activities, asked.activity_id));
    audit::by(&mut tx, &member, now, "hours_corrected", subject, &detail).await?;
    let after = lines::of(&mut tx, organization, vec![activity]).await?;
    tx.commit().await?;
    find(after).map(Json).ok_or(Error::NotFound)
}

async fn set_rounding(
    State(state): State<AppState>,
    member: Member,
    Json(SetRounding { rounding }): Json<SetRounding>,
) -> Result<Json<SetRounding>> {
    member.require(Ability::ManageDepartments)?;
    let organization = member.organization_id;
    let mut tx = state.db.begin_for(organization).await?;
    store::set_rounding(&mut tx, organization, rounding).await?;
    let now = state.clock.now();
    audit::by(
        &mut tx,
        &member,
        now,
        "hours_rounding",
        None,
        rounding.as_str(),
    )
    .await?;
    tx.commit().await?;
    Ok(Json(SetRounding { rounding }))
}

async fn set_consent(
    State(state): State<AppState>,
    member: Member,
    Json(asked): Json<SetConsent>,
) -> Result<Json<SetConsent>> {
    member.require(Ability::EditActivities)?;
    let organization = member.organization_id;
    let mut tx = state.db.begin_for(organization).await?;
    let person = people::store::find(&mut tx, organization, asked.person_id).await?;
    let person = person.ok_or(Error::NotFound)?;
    let (by, now) = (member.person_id(), state.clock.now());
    store::set_consent(&mut tx, organization, person.id, asked.consents, by, now).await?;
    let detail = format!("{} {}", person.name, asked.consents);
    audit::by(&mut tx, &member, now, "hours_consent", None, &detail).await?;
    tx.commit().await?;
    Ok(Json(asked))
}

async fn workbook(
    State(state): State<AppState>,
    member: Member,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    member.require(Ability::EditActivities)?;
    let span = Span::asked(asked.from, asked.until, state.clock.now())?;
    let organization = member.organization_id;
    let is_public = asked.public != 0;
    let now = state.clock.now();
    let (unit, rounding, lines, mobiles) = {
        let mut connection = state.db.snapshot().await?;
        let served = lines::of_period(&mut connection, organization, span).await?;
        let mut lines: Vec<HourLine> = served
            .into_iter()
            .filter(|it| !is_public || it.activity.kind.is_service())
            .flat_map(|it| it.lines)
            .filter(|line| !is_public || line.consents)
            .collect();
        lines.sort_by_key(|line| (line.starts_at, line.activity_id));
        let people: Vec<PersonId> = lines.iter().map(|line| line.person_id).collect();
        let mobiles = if is_public {
            HashMap::new()
        } else {
            store::mobiles(&mut connection, organization, &people).await?
        };
        let unit = organization_name(&mut connection, organization).await?;
        let rounding = store::rounding(&mut connection, organization).await?;
        (unit, rounding, lines, mobiles)
    };
    let mut tx = state.db.begin_for(organization).await?;
    let detail = format!("{}–{} {} rows", span.first, span.last, lines.len());
    audit::by(&mut tx, &member, now, "hours_export", None, &detail).await?;
    tx.commit().await?;
    let list = documents::List {
        unit: &unit,
        span,
        rounding,
        lines: &lines,
        mobiles: &mobiles,
        notice_from: lines::day(now).filter(|_| is_public),
    };
    let name = asked.lang.pick("服务时长", "Service hours");
    let name = format!("{unit} {name} {}–{}.xlsx", span.first, span.last);
    let headers = download::headers(download::XLSX, "hours.xlsx", &name);
    Ok((headers, list.workbook(asked.lang)?).into_response())
}

#[derive(Clone, Copy, Deserialize)]
struct OfPerson {
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
    person_id: Option<PersonId>,
}

async fn certificate(
    State(state): State<AppState>,
    member: Member,
    Query(asked): Query<OfPerson>,
) -> Result<Response> {
    member.require(Ability::EditActivities)?;
    let span = Span::asked(asked.from, asked.until, state.clock.now())?;
    let organization = member.organization_id;
    let now = state.clock.now();
    let id = asked.person_id.ok_or(Error::NotFound)?;
    let mut connection = state.db.snapshot().await?;
    let person = people::store::find(&mut connection, organization, id).await?;
    let person = person.ok_or(Error::NotFound)?;
    let served = lines::of_period(&mut connection, organization, span).await?;
    let mut lines: Vec<HourLine> = all(served)
        .into_iter()
        .filter(|line| line.person_id == person.id && line.minutes > 0 && line.kind.is_service())
        .collect();
    lines.sort_by_key(|line| line.starts_at);
    let unit = organization_name(&mut connection, organization).await?;
    let rounding = store::rounding(&mut connection, organization).await?;
    drop(connection);
    let mut tx = state.db.begin_for(organization).await?;
    audit::by(&mut tx, &member, now, "hours_draft", None, &person.name).await?;
    tx.commit().await?;
    let today = lines::day(now).unwrap_or_default();
    let draft = documents::draft(&unit, &person.name, span, rounding, &lines, today);
    let name = format!("{} 志愿服务记录底稿.docx", person.name);
    let headers = download::headers(download::DOCX, "service-draft.docx", &name);
    Ok((headers, draft.finish()?).into_response())
}

async fn mine(State(state): State<AppState>, member: Member) -> Result<Json<Vec<MyCorrection>>> {
    let mut connection = state.db.read().acquire().await?;
    let (organization, person) = (member.organization_id, member.person_id());
    store::of_person(&mut connection, organization, person)
        .await
        .map(Json)
}

async fn my_consent(State(state): State<AppState>, member: Member) -> Result<Json<MyConsent>> {
    let mut connection = state.db.read().acquire().await?;
    let all = store::consenting(&mut connection, member.organization_id).await?;
    let consents = all.contains(&member.person_id());
    Ok(Json(MyConsent { consents }))
}

/// Given and taken back by whom it is about; the office's note of it has no other effect.
async fn set_my_consent(
    State(state): State<AppState>,
    member: Member,
    Json(asked): Json<MyConsent>,
) -> Result<Json<MyConsent>> {
    let organization = member.organization_id;
    let (me, now) = (member.person_id(), state.clock.now());
    let mut tx = state.db.begin_for(organization).await?;
    store::set_consent(&mut tx, organization, me, asked.consents, me, now).await?;
    let detail = asked.consents.to_string();
    audit::by(&mut tx, &member, now, "hours_consent", None, &detail).await?;
    tx.commit().await?;
    Ok(Json(asked))
}
