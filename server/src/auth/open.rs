//! Opening a session: the device's row, the session's row, the cookie, and what the app is told.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    DeviceId, OrganizationId, PersonId, Timestamp,
    api::session::{DeviceInfo, DeviceKind, Session},
    time::DAY_MS,
};
use sqlx::Row as _;

use super::{COOKIE, Member, expiry, kind_text, role_from};
use crate::{
    AppState, Tx, audit,
    error::{Error, Result},
    extract::Json,
    ids, tokens, validate,
};

/// What proved who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    Password,
    /// A one-time link: the password may be set without the old one.
    Link,
    /// A fresh password, given while joining.
    Joined,
}

/// A session that was opened; the cookie's secret exists only here.
#[derive(Debug)]
pub struct Opened {
    pub token: String,
    pub device_id: DeviceId,
    pub kind: DeviceKind,
}

/// Opens a session for a person who has proved who they are.
pub async fn open(
    state: &AppState,
    tx: &mut Tx,
    organization: OrganizationId,
    person: PersonId,
    device: &DeviceInfo,
    proof: Proof,
) -> Result<Opened> {
    let now = state.clock.now();
    let device_id = place_device(state, tx, organization, person, device, now).await?;
    let token = tokens::secret()?;
    sqlx::query("delete from sessions where device_id = $1 and organization_id = $2")
        .bind(device_id.to_string())
        .bind(organization.to_string())
        .execute(&mut **tx)
        .await?;
    sqlx::query(
        "insert into sessions (token_hash, organization_id, person_id, device_id, kind,
             created_at, last_seen_at, expires_at, by_link)
         values ($1, $2, $3, $4, $5, $6, $6, $7, $8)",
    )
    .bind(tokens::hash(&token))
    .bind(organization.to_string())
    .bind(person.to_string())
    .bind(device_id.to_string())
    .bind(kind_text(device.kind))
    .bind(now.0)
    .bind(expiry(state, device.kind, now).0)
    .bind(i64::from(proof == Proof::Link))
    .execute(&mut **tx)
    .await?;
    let detail = match proof {
        Proof::Password => "password",
        Proof::Link => "one-time link",
        Proof::Joined => "joined",
    };
    audit::note(
        tx,
        organization,
        now,
        Some(person),
        Some(device_id),
        "session.opened",
        None,
        detail,
    )
    .await?;
    Ok(Opened {
        token,
        device_id,
        kind: device.kind,
    })
}

/// Finds or makes the device's row. An id that belongs to somebody else, or that was revoked, is not
/// taken: the installation gets a new one. An id that nobody knows is kept: the database may have
/// been restored from before it, and the phone's unsent work bears it.
async fn place_device(
    state: &AppState,
    tx: &mut Tx,
    organization: OrganizationId,
    person: PersonId,
    device: &DeviceInfo,
    now: Timestamp,
) -> Result<DeviceId> {
    let name = match validate::label(&device.name, 60) {
        name if name.is_empty() => "?".to_owned(),
        name => name,
    };
    let build = validate::label(&device.app_build, 40);
    for id in device
        .device_id
        .into_iter()
        .chain([ids::new(&state.clock), ids::new(&state.clock)])
    {
        let made = sqlx::query(
            "insert into devices (id, organization_id, person_id, name, kind, app_build,
                 created_at, last_seen_at)
             values ($1, $2, $3, $4, $5, $6, $7, $7)
             on conflict (id) do update set
                 name = excluded.name, kind = excluded.kind, app_build = excluded.app_build,
                 last_seen_at = excluded.last_seen_at
             where devices.person_id = excluded.person_id
                 and devices.organization_id = excluded.organization_id
                 and devices.revoked_at is null",
        )
        .bind(id.to_string())
        .bind(organization.to_string())
        .bind(person.to_string())
        .bind(&name)
        .bind(kind_text(device.kind))
        .bind(&build)
        .bind(now.0)
        .execute(&mut **tx)
        .await?
        .rows_affected();
        if made == 1 {
            return Ok(id);
        }
    }
    Err(Error::internal("no device id was free"))
}

/// What the app is told about its session.
pub async fn describe(
    state: &AppState,
    organization: OrganizationId,
    person: PersonId,
    device_id: DeviceId,
    kind: DeviceKind,
) -> Result<Session> {
    let row = sqlx::query(
        "select p.name, p.role, p.department_id, o.name as organization_name
         from people p join organizations o on o.id = p.organization_id
         where p.id = $1 and p.organization_id = $2",
    )
    .bind(person.to_string())
    .bind(organization.to_string())
    .fetch_optional(state.db.read())
    .await?
    .ok_or(Error::Unauthenticated)?;
    let department: Option<String> = row.try_get("department_id")?;
    Ok(Session {
        organization_id: organization,
        organization_name: row.try_get("organization_name")?,
        person_id: person,
        name: row.try_get("name")?,
        role: role_from(&row.try_get::<String, _>("role")?)?,
        department_id: department.map(|id| id.parse()).transpose()?,
        device_id,
        server_time: state.clock.now(),
        idle_minutes: (kind == DeviceKind::Desktop).then_some(state.settings.idle_minutes),
        trust: state.trust(organization).await?,
        photo_limit: state.settings.photo_limit,
    })
}

/// The reply to whoever has just opened a session: the session, and the cookie.
pub async fn welcome(
    state: &AppState,
    organization: OrganizationId,
    person: PersonId,
    opened: &Opened,
) -> Result<Response> {
    let session = describe(state, organization, person, opened.device_id, opened.kind).await?;
    with_cookie(
        Json(session).into_response(),
        &cookie(state, &opened.token, opened.kind),
    )
}

/// The reply to whoever asks for the session again. The cookie of a phone lives on with it, but is sent only
/// where the session's end was slid as well: the reply to a page that somebody has just left for another
/// account would else put the old cookie in the place of the new one.
pub async fn refresh(state: &AppState, member: &Member, token: &str) -> Result<Response> {
    let session = describe(
        state,
        member.organization_id,
        member.person_id(),
        member.device_id,
        member.kind,
    )
    .await?;
    let response = Json(session).into_response();
    if member.kind == DeviceKind::Phone && member.renewed {
        with_cookie(response, &cookie(state, token, member.kind))
    } else {
        Ok(response)
    }
}

/// The reply to a log-out.
pub fn goodbye(state: &AppState) -> Result<Response> {
    let secure = if state.settings.is_https() {
        "; Secure"
    } else {
        ""
    };
    with_cookie(
        StatusCode::NO_CONTENT.into_response(),
        &format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}"),
    )
}

fn with_cookie(mut response: Response, cookie: &str) -> Result<Response> {
    let value = HeaderValue::from_str(cookie).map_err(Error::internal)?;
    response.headers_mut().insert(header::SET_COOKIE, value);
    Ok(response)
}

/// A phone's cookie is kept; a desktop's ends with the browser at the latest.
fn cookie(state: &AppState, token: &str, kind: DeviceKind) -> String {
    let age = match kind {
        DeviceKind::Phone => {
            let seconds = state.settings.phone_days.saturating_mul(DAY_MS / 1_000);
            format!("; Max-Age={seconds}")
        }
        DeviceKind::Desktop => String::new(),
    };
    let secure = if state.settings.is_https() {
        "; Secure"
    } else {
        ""
    };
    format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax{age}{secure}")
}
