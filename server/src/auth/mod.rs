//! Who is asking: the session cookie, turned into a [`Member`].
//!
//! Leaves out log-in and log-out themselves (see the `sessions` area).

mod address;
mod open;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use domain::{
    DepartmentId, DeviceId, OrganizationId, PersonId, Timestamp,
    api::session::{DeviceKind, PERSON, UNATTENDED},
    areas::people::Role,
    permission::{self, Ability, Actor},
    time::MINUTE_MS,
};
use sqlx::{Row as _, any::AnyRow};

use crate::{
    AppState,
    error::{Error, Result},
    tokens,
};

pub use address::ClientAddress;
pub use open::{Opened, Proof, describe, goodbye, open, refresh, welcome};

pub const COOKIE: &str = "minglu_session";

/// The member on whose session a request came.
#[derive(Clone, Debug)]
pub struct Member {
    pub organization_id: OrganizationId,
    /// As of now; a pushed operation is judged as of its capture.
    pub actor: Actor,
    pub device_id: DeviceId,
    pub name: String,
    /// False only for [`PushMember`]: since then the account is deactivated.
    pub deactivated_at: Option<Timestamp>,
    /// Hash of the session's token.
    pub session: String,
    pub kind: DeviceKind,
    /// Whether this request slid the session's end.
    pub renewed: bool,
}

impl Member {
    /// 403 unless the role grants `ability`.
    pub fn require(&self, ability: Ability) -> Result<()> {
        if permission::may(self.actor.role, ability) {
            Ok(())
        } else {
            Err(Error::Forbidden)
        }
    }

    pub fn person_id(&self) -> PersonId {
        self.actor.person_id
    }

    /// The session of a request, also when the account was deactivated since: what was captured
    /// before is still received.
    pub async fn for_push(state: &AppState, headers: &HeaderMap) -> Result<Self> {
        let token = token(headers).ok_or(Error::Unauthenticated)?;
        let hash = tokens::hash(token);
        let row = sqlx::query(
            "select s.organization_id, s.person_id, s.device_id, s.kind, s.last_seen_at,
                    s.expires_at, d.revoked_at, p.name, p.role, p.department_id, p.active,
                    p.deactivated_at
             from sessions s
             join devices d on d.id = s.device_id and d.organization_id = s.organization_id
             join people p on p.id = s.person_id and p.organization_id = s.organization_id
             where s.token_hash = $1",
        )
        .bind(&hash)
        .fetch_optional(state.db.read())
        .await?
        .ok_or(Error::Unauthenticated)?;
        let now = state.clock.now();
        if row.try_get::<Option<i64>, _>("revoked_at")?.is_some() {
            return Err(Error::refused(
                StatusCode::UNAUTHORIZED,
                "device_revoked",
                "这台设备的登录已被管理员撤销；本机未发送的记录还在，请重新登录或联系办公室",
                "An administrator has revoked this device. Unsent records stay on it; please log in \
                 again or ask the office",
            ));
        }
        if row.try_get::<i64, _>("expires_at")? <= now.0 {
            return Err(Error::Unauthenticated);
        }
        let mut member = read(&row, hash)?;
        let wanted = headers.get(PERSON);
        if wanted.is_some_and(|wanted| *wanted != member.person_id().to_string()) {
            return Err(Error::Unauthenticated);
        }
        let seen = Timestamp(row.try_get("last_seen_at")?);
        if now.since(seen) >= MINUTE_MS && member.deactivated_at.is_none() {
            let attended = !headers.contains_key(UNATTENDED);
            // A disk without room for this is no reason to refuse what may not need any.
            match touch(state, &member, now, attended).await {
                Ok(()) => member.renewed = attended,
                Err(error) => tracing::warn!(%error, "that a device was seen can't be noted"),
            }
        }
        Ok(member)
    }
}

fn read(row: &AnyRow, session: String) -> Result<Member> {
    let role: String = row.try_get("role")?;
    let department: Option<String> = row.try_get("department_id")?;
    let kind: String = row.try_get("kind")?;
    let active: i64 = row.try_get("active")?;
    let deactivated: Option<i64> = row.try_get("deactivated_at")?;
    Ok(Member {
        organization_id: row.try_get::<String, _>("organization_id")?.parse()?,
        actor: Actor {
            person_id: row.try_get::<String, _>("person_id")?.parse()?,
            role: role_from(&role)?,
            department_id: department
                .map(|id| id.parse::<DepartmentId>())
                .transpose()?,
        },
        device_id: row.try_get::<String, _>("device_id")?.parse()?,
        name: row.try_get("name")?,
        deactivated_at: (active == 0).then_some(Timestamp(deactivated.unwrap_or(0))),
        session,
        kind: kind_from(&kind),
        renewed: false,
    })
}

/// Reads a role that the server itself wrote.
pub fn role_from(text: &str) -> Result<Role> {
    Role::parse(text).ok_or_else(|| Error::internal(format!("unknown role {text}")))
}

pub fn kind_text(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Phone => "phone",
        DeviceKind::Desktop => "desktop",
    }
}

fn kind_from(text: &str) -> DeviceKind {
    match text {
        "desktop" => DeviceKind::Desktop,
        _ => DeviceKind::Phone,
    }
}

/// When a session that is used at `now` ends, unless it is used again.
pub fn expiry(state: &AppState, kind: DeviceKind, now: Timestamp) -> Timestamp {
    match kind {
        DeviceKind::Phone => now.plus_days(state.settings.phone_days),
        DeviceKind::Desktop => now.plus_minutes(state.settings.idle_minutes),
    }
}

/// Notes that the device was heard of and, when a person is at it, slides the session's end; at most
/// once a minute, so that reading costs no write.
async fn touch(state: &AppState, member: &Member, now: Timestamp, attended: bool) -> Result<()> {
    let end = attended.then(|| expiry(state, member.kind, now).0);
    let mut tx = state.db.begin_for(member.organization_id).await?;
    sqlx::query(
        "update sessions set last_seen_at = $1, expires_at = coalesce($2, expires_at)
         where token_hash = $3",
    )
    .bind(now.0)
    .bind(end)
    .bind(&member.session)
    .execute(&mut *tx)
    .await?;
    sqlx::query("update devices set last_seen_at = $1 where id = $2 and organization_id = $3")
        .bind(now.0)
        .bind(member.device_id.to_string())
        .bind(member.organization_id.to_string())
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

/// The session's secret, from the request's cookies.
pub fn token(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, value)| *name == COOKIE && !value.is_empty())
        .map(|(_, value)| value)
}

impl FromRequestParts<AppState> for Member {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        let member = Self::for_push(state, &parts.headers).await?;
        if member.deactivated_at.is_some() {
            return Err(Error::refused(
                StatusCode::UNAUTHORIZED,
                "deactivated",
                "账号已停用；停用前的记录仍可发送，如有疑问请联系办公室",
                "This account is deactivated. What you recorded before can still be sent; please ask \
                 the office",
            ));
        }
        Ok(member)
    }
}

/// A [`Member`] for the routes that receive earlier work: the account may be deactivated.
#[derive(Clone, Debug)]
pub struct PushMember(pub Member);

impl FromRequestParts<AppState> for PushMember {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        Member::for_push(state, &parts.headers).await.map(Self)
    }
}
