//! `/api/session`.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use domain::{
    api::session::{
        ChangePassword, ChooseOrganization, LogIn, OneTimeLogIn, OrganizationChoice, UNATTENDED,
    },
    time::DAY_MS,
};

use super::store::{self, Candidate};
use crate::{
    AppState, audit,
    auth::{self, ClientAddress, Member, Proof},
    error::{Error, Result},
    extract::Json,
    one_time_links, passwords, throttle, tokens, validate,
};

/// How long after a one-time log-in the password may be set without the old one.
const LINK_STANDS_MS: i64 = DAY_MS;
/// The most characters that a log-in or a password may have; more is only meant to cost time.
const TYPED_LIMIT: usize = 200;

pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/session", get(show).post(log_in).delete(log_out))
        .route("/api/session/one-time", post(one_time))
        .route("/api/session/password", post(change_password))
}

async fn show(
    State(state): State<AppState>,
    member: Member,
    headers: HeaderMap,
) -> Result<Response> {
    match auth::token(&headers) {
        Some(token) if !headers.contains_key(UNATTENDED) => {
            auth::refresh(&state, &member, token).await
        }
        _ => auth::describe(
            &state,
            member.organization_id,
            member.person_id(),
            member.device_id,
            member.kind,
        )
        .await
        .map(|session| Json(session).into_response()),
    }
}

/// Also for the form that is sent before the app runs.
pub async fn log_in(
    State(state): State<AppState>,
    ClientAddress(address): ClientAddress,
    Json(input): Json<LogIn>,
) -> Result<Response> {
    let login = input.login.trim();
    if login.chars().count() > TYPED_LIMIT || input.password.chars().count() > TYPED_LIMIT {
        return Err(wrong_credentials());
    }
    let counted = validate::as_mobile(login).unwrap_or_else(|| login.to_lowercase());
    let login_key = throttle::key("login", &counted);
    let address_key = throttle::key("address", &address);
    throttle::count(&state, &address_key, throttle::ADDRESS).await?;
    throttle::count(&state, &login_key, throttle::LOG_IN).await?;

    let candidates = {
        let mut connection = state.db.read().acquire().await?;
        // A NUL can't be in the database, and PostgreSQL refuses to look for one.
        if login.contains('\0') {
            Vec::new()
        } else {
            store::candidates(&mut connection, login, input.organization_id).await?
        }
    };
    let mut right: Vec<Candidate> = Vec::new();
    if candidates.is_empty() {
        passwords::verify(&state.settings, input.password.clone(), None).await?;
    }
    for candidate in candidates {
        let hash = candidate.password_hash.clone();
        if passwords::verify(&state.settings, input.password.clone(), hash).await? {
            right.push(candidate);
        }
    }
    if right.is_empty() {
        return Err(wrong_credentials());
    }
    let mut tx = state.db.begin().await?;
    throttle::clear(&mut tx, &login_key).await?;
    throttle::take_back(&mut tx, &address_key).await?;
    right.retain(|candidate| candidate.active);
    let chosen = match right.as_slice() {
        [] => {
            tx.commit().await?;
            return Err(Error::refused(
                StatusCode::FORBIDDEN,
                "deactivated",
                "账号已停用，如有疑问请联系办公室",
                "This account is deactivated. Please ask the office",
            ));
        }
        [one] => one,
        several => {
            tx.commit().await?;
            return Ok(choose_organization(several));
        }
    };
    let opened = auth::open(
        &state,
        &mut tx,
        chosen.organization_id,
        chosen.person_id,
        &input.device,
        Proof::Password,
    )
    .await?;
    tx.commit().await?;
    auth::welcome(&state, chosen.organization_id, chosen.person_id, &opened).await
}

fn wrong_credentials() -> Error {
    Error::refused(
        StatusCode::UNAUTHORIZED,
        "wrong_credentials",
        "账号或密码不正确；连续输错 5 次将锁定 15 分钟。忘记密码请向管理员索取登录链接",
        "Wrong log-in or password. After 5 failures it is locked for 15 minutes. If you forgot it, ask \
         an administrator for a log-in link",
    )
}

fn choose_organization(candidates: &[Candidate]) -> Response {
    let message = domain::Text::new(
        "您属于多个单位，请选择要进入的单位",
        "You belong to several organizations. Please choose one",
    );
    let body = ChooseOrganization {
        code: "choose_organization".to_owned(),
        message,
        organizations: candidates
            .iter()
            .map(|candidate| OrganizationChoice {
                id: candidate.organization_id,
                name: candidate.organization_name.clone(),
            })
            .collect(),
    };
    (StatusCode::CONFLICT, Json(body)).into_response()
}

async fn one_time(
    State(state): State<AppState>,
    ClientAddress(address): ClientAddress,
    Json(input): Json<OneTimeLogIn>,
) -> Result<Response> {
    let address_key = throttle::key("address", &address);
    throttle::count(&state, &address_key, throttle::ADDRESS).await?;
    let mut tx = state.db.begin().await?;
    let (organization, person) =
        one_time_links::redeem(&mut tx, &input.token, state.clock.now()).await?;
    throttle::take_back(&mut tx, &address_key).await?;
    let opened = auth::open(
        &state,
        &mut tx,
        organization,
        person,
        &input.device,
        Proof::Link,
    )
    .await?;
    tx.commit().await?;
    auth::welcome(&state, organization, person, &opened).await
}

/// Ends the session if there is one; nothing on the device is touched.
async fn log_out(State(state): State<AppState>, headers: HeaderMap) -> Result<Response> {
    if let Some(token) = auth::token(&headers) {
        let mut tx = state.db.begin().await?;
        if let Some((organization, person)) = store::end(&mut tx, &tokens::hash(token)).await? {
            audit::note(
                &mut tx,
                organization,
                state.clock.now(),
                Some(person),
                None,
                "session.closed",
                None,
                "",
            )
            .await?;
        }
        tx.commit().await?;
    }
    auth::goodbye(&state)
}

async fn change_password(
    State(state): State<AppState>,
    member: Member,
    Json(input): Json<ChangePassword>,
) -> Result<StatusCode> {
    let organization = member.organization_id;
    let person = member.person_id();
    let now = state.clock.now();
    let own = {
        let mut connection = state.db.read().acquire().await?;
        store::own_password(
            &mut connection,
            organization,
            person,
            &member.session,
            now.plus_ms(-LINK_STANDS_MS),
        )
        .await?
    };
    let key = throttle::key("password", &person.to_string());
    if own.hash.is_some() && !own.by_link {
        let current = input.current.unwrap_or_default();
        throttle::count(&state, &key, throttle::LOG_IN).await?;
        if current.chars().count() > TYPED_LIMIT
            || !passwords::verify(&state.settings, current, own.hash).await?
        {
            return Err(Error::invalid(
                "current",
                "当前密码不正确，请重新输入",
                "The current password is wrong. Please type it again",
            ));
        }
    }
    for login in [own.mobile.as_deref(), own.user_name.as_deref()] {
        passwords::check("new", &input.new, login.unwrap_or_default())?;
    }
    let hash = passwords::hash(&state.settings, input.new).await?;
    let mut tx = state.db.begin_for(organization).await?;
    throttle::clear(&mut tx, &key).await?;
    store::set_password(&mut tx, organization, person, &hash, &member.session).await?;
    audit::note(
        &mut tx,
        organization,
        now,
        Some(person),
        Some(member.device_id),
        "password.changed",
        None,
        "",
    )
    .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
