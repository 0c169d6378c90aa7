//! The table: one line per route.

use std::sync::LazyLock;

use domain::areas::people::Role;
use serde_json::{Value, json};

use super::{
    bodies::{activity, certificate, device, join, log_in, premises},
    evidence, packs, standards, tasks,
    world::World,
};

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum May {
    Anyone,
    /// Whoever has a session, also of an account that was deactivated since: earlier work is received.
    Sender,
    Member,
    Recorder,
    Reviewer,
    Administrator,
    /// An administrator, or the owner of what is named.
    Owner,
}

impl May {
    /// The roles that are told that they may not.
    pub fn too_low(self) -> &'static [Role] {
        match self {
            Self::Anyone | Self::Sender | Self::Member => &[],
            Self::Recorder => &[Role::Volunteer],
            Self::Reviewer => &[Role::Volunteer, Role::Recorder],
            Self::Administrator | Self::Owner => &[Role::Volunteer, Role::Recorder, Role::Reviewer],
        }
    }
}

/// What the path's parameter names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    Nothing,
    Activity,
    Submission,
    Person,
    Device,
    Department,
    Premises,
    Evidence,
    Item,
    File,
    Standard,
    Task,
    Rectification,
    Guest,
    Photo,
    Invitation,
    Quarantined,
    Form,
    Upload,
    Blob,
    /// A code that is itself the permission.
    Code,
}

#[derive(Clone, Copy)]
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub may: May,
    pub names: Names,
    /// A body that is right.
    pub body: Option<fn(&World) -> Value>,
    /// Whether it needs `If-Match`.
    pub revised: bool,
    /// Its query, with values that are right.
    pub query: &'static str,
}

pub(super) const fn route(
    method: &'static str,
    path: &'static str,
    may: May,
    names: Names,
) -> Route {
    Route {
        method,
        path,
        may,
        names,
        body: None,
        revised: false,
        query: "",
    }
}

/// A route whose path names nothing.
pub(super) const fn whole(method: &'static str, path: &'static str, may: May) -> Route {
    route(method, path, may, Names::Nothing)
}

impl Route {
    pub(super) const fn takes(self, body: fn(&World) -> Value) -> Self {
        Self {
            body: Some(body),
            ..self
        }
    }

    pub(super) const fn revised(self) -> Self {
        Self {
            revised: true,
            ..self
        }
    }

    pub(super) const fn asked(self, query: &'static str) -> Self {
        Self { query, ..self }
    }

    pub fn writes(&self) -> bool {
        !matches!(self.method, "GET" | "HEAD" | "OPTIONS")
    }

    /// tus has its own headers instead of a JSON body.
    pub fn is_tus(&self) -> bool {
        self.path.starts_with("/api/blobs")
    }
}

const REVIEWS: &str = "/api/office/submissions/{id}/review";
const HELD: &str = "/api/office/quarantine/{op_id}";
const FORMS: &str = "/api/office/forms";
const FILTER: &str = "state=submitted&form_id=field_note&department_id=\
     01930000-0000-7000-8000-000000000001&author_id=01930000-0000-7000-8000-000000000001&from=1\
     &until=2&after=1~01930000-0000-7000-8000-000000000001&limit=7";

/// All of them.
pub static ROUTES: LazyLock<Vec<Route>> = LazyLock::new(|| {
    [
        BASE,
        evidence::ROUTES,
        packs::ROUTES,
        standards::ROUTES,
        tasks::ROUTES,
    ]
    .concat()
});

const BASE: &[Route] = &[
    route("GET", "/api/health", May::Anyone, Names::Nothing),
    route("GET", "/shell", May::Anyone, Names::Nothing),
    route("GET", "/login", May::Anyone, Names::Nothing).asked("token=x"),
    route("POST", "/login", May::Anyone, Names::Nothing),
    route("GET", "/join/{code}", May::Anyone, Names::Code),
    route("POST", "/join/{code}", May::Anyone, Names::Code),
    route("GET", "/a/{id}", May::Anyone, Names::Activity),
    route(
        "GET",
        "/api/public/activities/{id}",
        May::Anyone,
        Names::Activity,
    ),
    route("GET", "/api/invitations/{code}", May::Anyone, Names::Code),
    route(
        "POST",
        "/api/invitations/{code}/join",
        May::Anyone,
        Names::Code,
    )
    .takes(join),
    route("GET", "/api/session", May::Member, Names::Nothing),
    route("POST", "/api/session", May::Anyone, Names::Nothing).takes(log_in),
    route("DELETE", "/api/session", May::Anyone, Names::Nothing),
    route("POST", "/api/session/one-time", May::Anyone, Names::Nothing)
        .takes(|_| json!({ "token": "x".repeat(43), "device": device() })),
    route("POST", "/api/session/password", May::Member, Names::Nothing)
        .takes(|_| json!({ "current": "x", "new": "一个好密码一二三" })),
    route("POST", "/api/sync/push", May::Sender, Names::Nothing)
        .takes(|_| json!({ "heartbeat": null, "operations": [] })),
    route("GET", "/api/sync/pull", May::Member, Names::Nothing).asked("cursor=AAAA&knows=premises"),
    route("POST", "/api/certificates", May::Member, Names::Nothing).takes(certificate),
    route("POST", "/api/rescue", May::Member, Names::Nothing),
    route("POST", "/api/blobs", May::Sender, Names::Nothing),
    route("OPTIONS", "/api/blobs", May::Anyone, Names::Nothing),
    route(
        "HEAD",
        "/api/blobs/uploads/{id}",
        May::Sender,
        Names::Upload,
    ),
    route(
        "PATCH",
        "/api/blobs/uploads/{id}",
        May::Sender,
        Names::Upload,
    ),
    route(
        "DELETE",
        "/api/blobs/uploads/{id}",
        May::Sender,
        Names::Upload,
    ),
    route(
        "OPTIONS",
        "/api/blobs/uploads/{id}",
        May::Anyone,
        Names::Nothing,
    ),
    route("GET", "/api/blobs/{sha256}", May::Member, Names::Blob),
    route("HEAD", "/api/blobs/{sha256}", May::Sender, Names::Blob),
    route("PATCH", "/api/blobs/{sha256}", May::Member, Names::Blob),
    whole("GET", "/api/office/submissions", May::Reviewer).asked(FILTER),
    whole("GET", "/api/office/submissions/counts", May::Reviewer),
    route(
        "GET",
        "/api/office/submissions/{id}",
        May::Reviewer,
        Names::Submission,
    ),
    route("POST", REVIEWS, May::Reviewer, Names::Submission)
        .takes(|_| json!({ "decision": "return", "reason": "请补充地点" }))
        .revised(),
    whole("GET", "/api/office/activities", May::Reviewer).asked("from=1&until=2"),
    whole("POST", "/api/office/activities", May::Reviewer).takes(activity),
    route(
        "GET",
        "/api/office/activities/{id}",
        May::Reviewer,
        Names::Activity,
    ),
    route(
        "PUT",
        "/api/office/activities/{id}",
        May::Reviewer,
        Names::Activity,
    )
    .takes(activity)
    .revised(),
    route(
        "POST",
        "/api/office/activities/{id}/code-word",
        May::Reviewer,
        Names::Activity,
    ),
    route(
        "GET",
        "/api/office/activities/{id}/roster.xlsx",
        May::Reviewer,
        Names::Activity,
    ),
    route(
        "POST",
        "/api/office/activities/{id}/roster/preview",
        May::Reviewer,
        Names::Activity,
    ),
    route(
        "POST",
        "/api/office/activities/{id}/roster/import",
        May::Reviewer,
        Names::Activity,
    )
    .takes(|_| json!({ "rows": [{ "name": "无此人" }] })),
    route(
        "POST",
        "/api/office/attachments/{id}/words",
        May::Reviewer,
        Names::Photo,
    )
    .takes(|_| json!({ "caption": "展板" }))
    .revised(),
    route(
        "POST",
        "/api/office/guests/{id}",
        May::Reviewer,
        Names::Guest,
    )
    .takes(|_| json!({ "act": "correct", "name": "周慧" }))
    .revised(),
    route("GET", "/api/office/devices", May::Reviewer, Names::Nothing),
    route(
        "POST",
        "/api/office/devices/{id}/revoke",
        May::Owner,
        Names::Device,
    ),
    route("GET", "/api/office/premises", May::Reviewer, Names::Nothing)
        .asked("q=x&kind=other&show=open"),
    route(
        "POST",
        "/api/office/premises",
        May::Reviewer,
        Names::Nothing,
    )
    .takes(premises),
    route(
        "GET",
        "/api/office/premises/list.xlsx",
        May::Reviewer,
        Names::Nothing,
    )
    .asked("lang=en&kind=other"),
    route(
        "GET",
        "/api/office/premises/{id}",
        May::Reviewer,
        Names::Premises,
    ),
    route(
        "PUT",
        "/api/office/premises/{id}",
        May::Reviewer,
        Names::Premises,
    )
    .takes(premises)
    .revised(),
    route(
        "POST",
        "/api/office/premises/preview",
        May::Reviewer,
        Names::Nothing,
    ),
    route(
        "POST",
        "/api/office/premises/import",
        May::Reviewer,
        Names::Nothing,
    )
    .takes(|world| json!({ "rows": [premises(world)] })),
    route("GET", "/api/office/people", May::Reviewer, Names::Nothing),
    route(
        "PATCH",
        "/api/office/people/{id}",
        May::Administrator,
        Names::Person,
    )
    .takes(|world| {
        json!({
            "name": "王五", "role": "recorder", "department_id": world.department,
            "active": true,
        })
    })
    .revised(),
    route(
        "POST",
        "/api/office/people/{id}/one-time-link",
        May::Administrator,
        Names::Person,
    ),
    whole("GET", "/api/office/departments", May::Reviewer),
    whole("POST", "/api/office/departments", May::Administrator)
        .takes(|_| json!({ "name": "新科室", "position": 3 })),
    route(
        "PATCH",
        "/api/office/departments/{id}",
        May::Administrator,
        Names::Department,
    )
    .takes(|_| json!({ "name": "改名科", "position": 4 }))
    .revised(),
    route(
        "GET",
        "/api/office/invitations",
        May::Administrator,
        Names::Nothing,
    ),
    route(
        "POST",
        "/api/office/invitations",
        May::Administrator,
        Names::Nothing,
    )
    .takes(|world| {
        json!({
            "role": "volunteer", "department_id": world.department, "days": 7, "max_uses": 3,
        })
    }),
    route(
        "DELETE",
        "/api/office/invitations/{id}",
        May::Administrator,
        Names::Invitation,
    ),
    route(
        "GET",
        "/api/office/quarantine",
        May::Reviewer,
        Names::Nothing,
    )
    .asked("decided=true"),
    route("GET", HELD, May::Reviewer, Names::Quarantined),
    route(
        "POST",
        "/api/office/quarantine/{op_id}/accept",
        May::Reviewer,
        Names::Quarantined,
    )
    .takes(|_| json!({ "corrections": { "title": "改好的主题" } })),
    route(
        "POST",
        "/api/office/quarantine/{op_id}/close",
        May::Reviewer,
        Names::Quarantined,
    )
    .takes(|_| json!({ "reason": "重复填写" })),
    route(
        "POST",
        "/api/office/quarantine/{op_id}/assign",
        May::Reviewer,
        Names::Quarantined,
    )
    .takes(|world| json!({ "person_id": world.author.id })),
    route("GET", FORMS, May::Reviewer, Names::Nothing),
    route("POST", FORMS, May::Administrator, Names::Nothing),
    route(
        "POST",
        "/api/office/forms/check",
        May::Administrator,
        Names::Nothing,
    ),
    route("GET", "/api/office/forms/{id}", May::Reviewer, Names::Form),
    route(
        "GET",
        "/api/office/forms/{id}/form.xlsx",
        May::Reviewer,
        Names::Form,
    )
    .asked("lang=en"),
    route(
        "GET",
        "/api/office/forms/{id}/records.csv",
        May::Reviewer,
        Names::Form,
    )
    .asked("lang=zh&personal=0"),
    route(
        "GET",
        "/api/office/forms/{id}/records.zip",
        May::Reviewer,
        Names::Form,
    )
    .asked("lang=zh&personal=0"),
    route(
        "POST",
        "/api/office/forms/{id}/offer",
        May::Administrator,
        Names::Form,
    )
    .revised(),
    route(
        "POST",
        "/api/office/forms/{id}/retire",
        May::Administrator,
        Names::Form,
    )
    .revised(),
    route(
        "PUT",
        "/api/office/forms/{id}/audience",
        May::Administrator,
        Names::Form,
    )
    .takes(|world| json!({ "staff": true, "departments": [world.department] }))
    .revised(),
    route(
        "POST",
        "/api/office/receipts/check",
        May::Reviewer,
        Names::Nothing,
    )
    .takes(|_| {
        json!({
            "op_id": "01930000-0000-7000-8000-000000000001", "payload_hash": "x",
            "verdict": "applied", "received_at": 1, "key_id": "1", "signature": "x",
        })
    }),
];
