//! Log-in, joining by invitation, and who I am.

use serde::{Deserialize, Serialize};

use crate::{
    areas::people::Role,
    ids::{DepartmentId, DeviceId, OrganizationId, PersonId},
    proofs::Trust,
    text::Text,
    time::Timestamp,
};

/// A request with this header comes from a page or a sync that runs by itself: it keeps no desktop
/// logged in that nobody sits at.
pub const UNATTENDED: &str = "x-minglu-background";
/// The person on whose behalf a device's store asks. On anybody else's session the request isn't answered:
/// in one browser several accounts may follow one another, and each has a store of its own.
pub const PERSON: &str = "x-minglu-person";

/// `POST /api/session` → [`Session`]; sets the session cookie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogIn {
    /// Mobile number or user name.
    pub login: String,
    pub password: String,
    /// Needed only where the same log-in exists in several organizations (409 `choose_organization`).
    #[serde(default)]
    pub organization_id: Option<OrganizationId>,
    pub device: DeviceInfo,
}

/// The body of 409 `choose_organization`: an [`ApiError`](super::ApiError) and what to choose from.
/// Told only to somebody whose password was right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChooseOrganization {
    pub code: String,
    pub message: Text,
    pub organizations: Vec<OrganizationChoice>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationChoice {
    pub id: OrganizationId,
    pub name: String,
}

/// `POST /api/session/one-time` → [`Session`]: the link `/login?token=…` printed by the command line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneTimeLogIn {
    pub token: String,
    pub device: DeviceInfo,
}

/// The installation that logs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceInfo {
    /// Kept by the installation for this account; `None` the first time: the server gives one.
    #[serde(default)]
    pub device_id: Option<DeviceId>,
    /// Such as `Android Chrome`, shown in the list of devices.
    pub name: String,
    pub kind: DeviceKind,
    pub app_build: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceKind {
    /// Stays logged in for 30 days.
    Phone,
    /// Is logged out after 30 idle minutes.
    Desktop,
}

/// `GET /api/session` → [`Session`], 401 without one; `DELETE /api/session` ends it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub organization_id: OrganizationId,
    pub organization_name: String,
    pub person_id: PersonId,
    pub name: String,
    pub role: Role,
    pub department_id: Option<DepartmentId>,
    pub device_id: DeviceId,
    pub server_time: Timestamp,
    /// Desktop: log out after so many idle minutes; `None` on phones.
    #[serde(default)]
    pub idle_minutes: Option<i64>,
    pub trust: Trust,
    /// Largest photo in bytes.
    pub photo_limit: i64,
}

/// `GET /api/invitations/{code}` → what a newcomer sees before joining (also server-rendered at
/// `/join/{code}`). 404 `invitation_unknown`, 410 `invitation_expired` or `invitation_used_up`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationCard {
    pub organization_name: String,
    pub role: Role,
    pub department_name: Option<String>,
    pub expires_at: Timestamp,
}

/// `POST /api/invitations/{code}/join` → [`Session`]; sets the session cookie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Join {
    pub name: String,
    /// `^1[3-9]\d{9}$`
    pub mobile: String,
    pub password: String,
    /// The newcomer read and agreed to the privacy notice of this version.
    pub privacy_notice: String,
    pub device: DeviceInfo,
}

/// The privacy notice that [`Join`] must name.
pub const PRIVACY_NOTICE: &str = "2026-11";
/// Shortest password, in characters.
pub const PASSWORD_MIN: usize = 8;

/// `POST /api/session/password` (logged in).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangePassword {
    /// Not needed after a one-time link.
    #[serde(default)]
    pub current: Option<String>,
    pub new: String,
}

/// `GET /api/public/activities/{id}`: what `/a/{id}` shows to anybody, if the activity is public.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicActivity {
    pub organization_name: String,
    pub title: String,
    pub place: String,
    pub details: String,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub cancelled: bool,
}
