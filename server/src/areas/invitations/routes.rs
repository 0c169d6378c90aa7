//! `/api/office/invitations` for the office, `/api/invitations/{code}` for newcomers.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::Response,
    routing::{delete, get, post},
};
use domain::{
    InvitationId, RecordRef, Row,
    api::{
        office::{Invitation, InvitationInput},
        session::{InvitationCard, Join, PRIVACY_NOTICE},
    },
    operation::Area,
    permission::Ability,
};

use super::store;
use crate::{
    AppState, audit,
    auth::{self, ClientAddress, Member, Proof},
    error::{Error, Result},
    extract::{Json, Path},
    feed, ids,
    organizations::{self, NewPerson},
    passwords, throttle, tokens, validate,
};

/// The length of a code: 50 bits, so that guessing one takes for ever.
const CODE_LENGTH: usize = 10;
const NAME_LIMIT: usize = 40;

pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/office/invitations", get(list).post(add))
        .route("/api/office/invitations/{id}", delete(end))
        .route("/api/invitations/{code}", get(card))
        .route("/api/invitations/{code}/join", post(join))
}

/// Administrators only: whoever sees a code may join with its role.
async fn list(State(state): State<AppState>, member: Member) -> Result<Json<Vec<Invitation>>> {
    member.require(Ability::ManagePeople)?;
    let mut connection = state.db.read().acquire().await?;
    store::list(&mut connection, member.organization_id)
        .await
        .map(Json)
}

async fn add(
    State(state): State<AppState>,
    member: Member,
    Json(input): Json<InvitationInput>,
) -> Result<Json<Invitation>> {
    member.require(Ability::ManagePeople)?;
    if !(1..=90).contains(&input.days) {
        return Err(Error::invalid(
            "days",
            "有效期应为 1 至 90 天",
            "It must be valid for 1 to 90 days",
        ));
    }
    if !(1..=1_000).contains(&input.max_uses) {
        return Err(Error::invalid(
            "max_uses",
            "名额应为 1 至 1000 人",
            "It must have 1 to 1,000 uses",
        ));
    }
    let organization = member.organization_id;
    let now = state.clock.now();
    let invitation = Invitation {
        id: ids::new(&state.clock),
        code: tokens::code(CODE_LENGTH)?,
        role: input.role,
        department_id: input.department_id,
        expires_at: now.plus_days(input.days),
        uses: 0,
        max_uses: input.max_uses,
        created_by_name: member.name.clone(),
        ended: false,
    };
    let mut tx = state.db.begin_for(organization).await?;
    if let Some(department) = input.department_id
        && !store::department_exists(&mut tx, organization, department).await?
    {
        return Err(Error::invalid(
            "department_id",
            "该科室不存在，请重新选择",
            "There is no such department. Please choose again",
        ));
    }
    store::add(&mut tx, organization, &invitation, member.person_id(), now).await?;
    audit::by(
        &mut tx,
        &member,
        state.clock.now(),
        "invitation.made",
        None,
        &invitation.id.to_string(),
    )
    .await?;
    tx.commit().await?;
    Ok(Json(invitation))
}

async fn end(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<InvitationId>,
) -> Result<StatusCode> {
    member.require(Ability::ManagePeople)?;
    let mut tx = state.db.begin_for(member.organization_id).await?;
    if !store::end(&mut tx, member.organization_id, id, state.clock.now()).await? {
        return Err(Error::NotFound);
    }
    audit::by(
        &mut tx,
        &member,
        state.clock.now(),
        "invitation.ended",
        None,
        &id.to_string(),
    )
    .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn card(
    State(state): State<AppState>,
    ClientAddress(address): ClientAddress,
    Path(code): Path<String>,
) -> Result<Json<InvitationCard>> {
    show_card(&state, &address, &code).await.map(Json)
}

/// What a newcomer sees; 404 or 410 with the reason when the code lets nobody in, 429 for an address
/// that tries many.
pub async fn show_card(state: &AppState, address: &str, code: &str) -> Result<InvitationCard> {
    let key = throttle::key("address", address);
    throttle::check(state, &key).await?;
    let card = read_card(state, code).await;
    if card.is_err() {
        throttle::count(state, &key, throttle::ADDRESS).await?;
    }
    card
}

async fn read_card(state: &AppState, code: &str) -> Result<InvitationCard> {
    if !is_code(code) {
        return Err(store::unknown());
    }
    let mut connection = state.db.read().acquire().await?;
    store::card(&mut connection, code, state.clock.now()).await
}

fn is_code(code: &str) -> bool {
    code.len() == CODE_LENGTH && code.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Also for the form that is sent before the app runs.
pub async fn join(
    State(state): State<AppState>,
    ClientAddress(address): ClientAddress,
    Path(code): Path<String>,
    Json(input): Json<Join>,
) -> Result<Response> {
    let name = validate::name("name", &input.name, NAME_LIMIT)?;
    let mobile = validate::mobile(&input.mobile)?;
    passwords::check("password", &input.password, &mobile)?;
    if input.privacy_notice != PRIVACY_NOTICE {
        return Err(Error::invalid(
            "privacy_notice",
            "隐私说明已更新，请刷新页面，阅读并同意后再加入",
            "The privacy notice has changed. Please reload, read it and agree to it",
        ));
    }
    let key = throttle::key("address", &address);
    throttle::count(&state, &key, throttle::ADDRESS).await?;
    read_card(&state, &code).await?;
    let organization = {
        let mut connection = state.db.read().acquire().await?;
        let organization = store::organization_of(&mut connection, &code)
            .await?
            .ok_or_else(store::unknown)?;
        if store::mobile_is_taken(&mut connection, organization, &mobile).await? {
            return Err(mobile_taken());
        }
        organization
    };
    let hash = passwords::hash(&state.settings, input.password).await?;
    let now = state.clock.now();
    let mut tx = state.db.begin_for(organization).await?;
    feed::lock(&mut tx, organization).await?;
    let Some(place) = store::take(&mut tx, &code, now).await? else {
        drop(tx);
        // The last place went while this newcomer was typing: say which it is.
        return match read_card(&state, &code).await {
            Err(error) => Err(error),
            Ok(_) => Err(Error::Unavailable { retry_after_s: 1 }),
        };
    };
    let person_id = ids::new(&state.clock);
    let person = organizations::add_person(
        &mut tx,
        organization,
        person_id,
        now,
        &NewPerson {
            name: &name,
            user_name: None,
            mobile: Some(&mobile),
            role: place.role,
            department_id: place.department_id,
        },
    )
    .await
    .map_err(taken_meanwhile)?;
    store::set_consent(&mut tx, organization, person_id, &hash, PRIVACY_NOTICE).await?;
    throttle::take_back(&mut tx, &key).await?;
    let opened = auth::open(
        &state,
        &mut tx,
        organization,
        person_id,
        &input.device,
        Proof::Joined,
    )
    .await?;
    audit::note(
        &mut tx,
        organization,
        now,
        Some(person_id),
        Some(opened.device_id),
        "person.joined",
        Some(RecordRef::new(Area::People, person_id)),
        &format!("privacy notice {PRIVACY_NOTICE}"),
    )
    .await?;
    feed::publish(&mut tx, organization, &[Row::People(person)]).await?;
    tx.commit().await?;
    auth::welcome(&state, organization, person_id, &opened).await
}

fn mobile_taken() -> Error {
    Error::conflict(
        "mobile_taken",
        "这个手机号已经加入，请直接登录；忘记密码请向管理员索取登录链接",
        "This number has joined already. Please log in; if you forgot the password, ask an \
         administrator for a log-in link",
    )
}

/// Two phones joined with the same number at the same moment: the database says so.
fn taken_meanwhile(error: Error) -> Error {
    match &error {
        Error::Internal(inner) => match inner.downcast_ref::<sqlx::Error>() {
            Some(sqlx::Error::Database(database)) if database.is_unique_violation() => {
                mobile_taken()
            }
            _ => error,
        },
        _ => error,
    }
}
