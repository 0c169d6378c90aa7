//! What the office reads and decides, online. A decision carries the revision that was seen
//! (`If-Match: "<revision>"`); 412 `stale_revision` when it changed meanwhile.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    areas::{
        activities::{Activity, ActivityKind},
        attachments::Attachment,
        attendances::Attendance,
        guests::Guest,
        people::Role,
        sign_ups::SignUp,
        submissions::{ReviewState, Submission},
    },
    forms::{Answer, Answers, Form},
    ids::{
        ActivityId, AttachmentId, DepartmentId, DeviceId, InvitationId, OpId, PersonId,
        SubmissionId,
    },
    operation::Area,
    photos::Resemblance,
    refusal::Refusal,
    time::Timestamp,
    verdict::Outcome,
};

/// `GET /api/office/submissions?…` → `Page<SubmissionLine>`, newest arrival first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubmissionFilter {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<ReviewState>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department_id: Option<DepartmentId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author_id: Option<PersonId>,
    /// Happened at or after, ms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Happened before, ms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// 1 to 200; 50 unless told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SubmissionLine {
    pub id: SubmissionId,
    pub revision: i64,
    pub form_id: String,
    pub title: String,
    pub author_id: PersonId,
    pub author_name: String,
    pub department_name: Option<String>,
    pub state: ReviewState,
    pub occurred_at: Timestamp,
    pub received_at: Timestamp,
    pub photos: i64,
    pub photos_stored: i64,
    pub has_conflict: bool,
}

/// `GET /api/office/submissions/counts` → how many in each state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubmissionCounts {
    pub submitted: i64,
    pub returned: i64,
    pub approved: i64,
    pub voided: i64,
    pub quarantined: i64,
    /// When the record arrived that waits for longest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting_since: Option<Timestamp>,
}

/// `GET /api/office/submissions/{id}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SubmissionDetail {
    pub submission: Submission,
    pub form: Form,
    pub author_name: String,
    pub department_name: Option<String>,
    pub activity: Option<Activity>,
    pub attachments: Vec<Attachment>,
    /// Who wrote other words for its photos than those that stand.
    #[serde(default)]
    pub wrote_otherwise: Vec<PersonLine>,
    /// Where its photos were before; the most alike first, few for each photo.
    #[serde(default)]
    pub seen_before: Vec<SeenBefore>,
    /// The author's check-in facts at the activity, if there is one.
    pub attendances: Vec<Attendance>,
    /// Oldest first; the last one is the current.
    pub versions: Vec<SubmissionVersion>,
}

/// `POST /api/office/attachments/{id}/words` with `If-Match` → the new [`Attachment`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoWords {
    pub caption: String,
    /// Who is on it.
    #[serde(default)]
    pub people: String,
}

/// Another photo that resembles one of this record's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenBefore {
    /// The one of this record.
    pub photo: AttachmentId,
    pub resemblance: Resemblance,
    /// The record that has the other one: this one, if it has the same twice.
    pub record: SubmissionId,
    pub title: String,
    pub occurred_at: Timestamp,
    /// The other one's thumbnail, a blob's name.
    pub thumbnail: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SubmissionVersion {
    pub revision: i64,
    pub at: Timestamp,
    pub by_name: String,
    pub state: ReviewState,
    pub note: String,
    /// The whole record as of this revision.
    pub submission: Submission,
}

crate::tagged! {
    "Review", tag = "decision";
    /// `POST /api/office/submissions/{id}/review` with `If-Match` → the new [`Submission`].
    #[derive(Clone, Debug, PartialEq)]
    pub enum Review {
        Approve,
        /// The reason is what the author reads: 2 to 500 characters.
        Return {
            reason: String,
        },
        /// Settles a question that two people answered differently; the state stays.
        Choose {
            question: String,
            /// The one that stands or one of the others.
            value: Option<Answer>,
        },
    }
}

/// `GET /api/office/activities?from&until` → `Vec<ActivityLine>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityLine {
    pub activity: Activity,
    pub organizer_name: String,
    pub coming: i64,
    pub arrived: i64,
}

/// `POST /api/office/activities` → [`Activity`]; `PUT /api/office/activities/{id}` with `If-Match`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityInput {
    pub title: String,
    pub kind: ActivityKind,
    pub place: String,
    #[serde(default)]
    pub details: String,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub organizer_id: PersonId,
    #[serde(default)]
    pub department_id: Option<DepartmentId>,
    #[serde(default)]
    pub capacity: Option<i64>,
    #[serde(default)]
    pub items: Vec<String>,
    #[serde(default)]
    pub public: bool,
    #[serde(default)]
    pub cancelled: bool,
}

/// `GET /api/office/activities/{id}`; the page asks again every few seconds while it is open.
/// `GET /api/office/activities/{id}/roster.xlsx` is the roster as a workbook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityDetail {
    pub activity: Activity,
    pub code_word: String,
    pub organizer_name: String,
    pub sign_ups: Vec<SignUp>,
    pub attendances: Vec<Attendance>,
    /// Who came without being a member, earliest first; struck lines too.
    #[serde(default)]
    pub guests: Vec<Guest>,
    /// Names and departments of everybody above.
    pub people: Vec<PersonLine>,
}

crate::tagged! {
    "GuestAct", tag = "act";
    /// `POST /api/office/guests/{id}` with `If-Match` → the new [`Guest`].
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum GuestAct {
        /// As the name is really written.
        Correct {
            name: String,
            #[serde(default)]
            unit: String,
        },
        /// The line is wrong: it stays, and isn't counted.
        Strike { reason: String },
        /// On the guest's request: name, unit and signature are gone for good, the count stays.
        Forget,
        /// With the person's agreement: an attendance of the member counts instead.
        Link { person_id: PersonId },
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonLine {
    pub id: PersonId,
    pub name: String,
    pub department_name: Option<String>,
}

/// `GET /api/office/devices` → `Vec<DeviceLine>`; `POST /api/office/devices/{id}/revoke`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceLine {
    pub id: DeviceId,
    pub name: String,
    pub person_id: PersonId,
    pub person_name: String,
    pub outbox: i64,
    pub oldest: Option<Timestamp>,
    pub blobs: i64,
    pub persisted: Option<bool>,
    pub free_bytes: Option<i64>,
    pub app_build: String,
    pub last_seen_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
    /// It came back empty while its last heartbeat named pending work.
    pub emptied: bool,
}

/// `GET /api/office/people` → `Vec<Member>` (reviewers see, administrators change).
/// `PATCH /api/office/people/{id}` with `If-Match` and [`MemberInput`];
/// `POST /api/office/people/{id}/one-time-link` → [`OneTimeLink`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub id: PersonId,
    pub revision: i64,
    pub name: String,
    /// Middle digits hidden.
    pub mobile: String,
    pub user_name: Option<String>,
    pub role: Role,
    pub department_id: Option<DepartmentId>,
    pub active: bool,
    pub last_seen_at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberInput {
    pub name: String,
    pub role: Role,
    pub department_id: Option<DepartmentId>,
    pub active: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneTimeLink {
    /// Path and query; the origin is the server's public address.
    pub path: String,
    pub expires_at: Timestamp,
}

/// `GET /api/office/departments` → `Vec<Department>`; `POST` adds one, `PATCH …/{id}` with
/// `If-Match` renames or moves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepartmentInput {
    pub name: String,
    pub position: i64,
}

/// `GET /api/office/invitations` → `Vec<Invitation>`; `POST` makes one; `DELETE …/{id}` ends it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    pub id: InvitationId,
    /// Part of the link `/join/{code}`.
    pub code: String,
    pub role: Role,
    pub department_id: Option<DepartmentId>,
    pub expires_at: Timestamp,
    pub uses: i64,
    pub max_uses: i64,
    pub created_by_name: String,
    pub ended: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationInput {
    pub role: Role,
    #[serde(default)]
    pub department_id: Option<DepartmentId>,
    /// 1 to 90 days.
    pub days: i64,
    /// 1 to 1,000.
    pub max_uses: i64,
}

/// `GET /api/office/quarantine?decided=…` → `Vec<QuarantineLine>`: received and kept whole, decided by
/// a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuarantineLine {
    pub op_id: OpId,
    pub person_name: String,
    pub device_name: String,
    pub received_at: Timestamp,
    /// Why it is here; what was decided keeps the last reason.
    #[serde(default)]
    pub refusal: Option<Refusal>,
    /// What it is about, as far as it says.
    #[serde(default)]
    pub area: Option<Area>,
    /// The record's line for lists; may be empty.
    #[serde(default)]
    pub title: String,
    /// Whether it holds answers that could be corrected.
    #[serde(default)]
    pub has_answers: bool,
    /// The raw envelope, as received, at most 4,000 characters of it.
    pub raw: String,
    /// Who is to look after it.
    #[serde(default)]
    pub assigned_to: Option<PersonId>,
    #[serde(default)]
    pub decided: Option<QuarantineDecision>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarantineDecision {
    pub at: Timestamp,
    pub by_name: String,
    /// Why it wasn't taken in; `None` when it was.
    #[serde(default)]
    pub closed: Option<String>,
    /// Whether answers were corrected.
    #[serde(default)]
    pub corrected: bool,
}

/// `GET /api/office/quarantine/{op_id}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuarantineDetail {
    pub line: QuarantineLine,
    /// The form that the operation fills in or corrects, where it is known.
    #[serde(default)]
    pub form: Option<Form>,
    /// What it says in the form's questions.
    #[serde(default)]
    pub answers: Answers,
    /// The whole raw envelope.
    pub raw: String,
}

/// `POST /api/office/receipts/check` with a [`crate::Receipt`], as a phone copies it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReceiptCheck {
    /// Whether this server signed it and nobody changed it since.
    pub genuine: bool,
    /// What is kept under its number; `None` if nothing is, or it is another organization's.
    #[serde(default)]
    pub kept: Option<KeptOperation>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptOperation {
    pub line: QuarantineLine,
    /// Whether the content is the one that the receipt is about.
    pub same_content: bool,
    /// What became of it by now.
    pub outcome: Outcome,
}

/// `POST /api/office/quarantine/{op_id}/accept`: takes the operation in. 409 with the reason when
/// that makes no sense.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// Corrected answers by question, as they are typed; empty text clears one.
    #[serde(default)]
    pub corrections: BTreeMap<String, String>,
}

/// `POST /api/office/quarantine/{op_id}/close`: it won't be taken in; the author reads why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    pub reason: String,
}

/// `POST /api/office/quarantine/{op_id}/assign`: who is to look after it; `None` is nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// Must be named, so that nobody is sent away by an empty body.
    #[serde(deserialize_with = "Option::deserialize")]
    pub person_id: Option<PersonId>,
}

/// `GET /api/office/activities/{id}/…` and other look-ups by id take the id as text.
pub type ActivityPath = ActivityId;
