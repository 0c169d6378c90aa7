//! The operation: one act of one person, as it travels from the phone to the server.
//!
//! A public format: versioned, fields never re-purposed, old versions decoded for ever.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    areas::{
        attachments::AttachmentChange, attendances::AttendanceChange, guests::GuestChange,
        sign_ups::SignUpChange, submissions::SubmissionChange,
    },
    ids::{DeviceId, OpId, OrganizationId, PersonId},
    time::Capture,
};

/// The version that this build writes.
pub const SCHEMA_VERSION: u32 = 1;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    pub op_id: OpId,
    pub device_id: DeviceId,
    /// Dense per device and epoch: 1, 2, 3 … so that the server sees holes and clones.
    pub device_seq: i64,
    /// Grows when a device finds that its sequence was used before (restored from a backup).
    #[serde(default)]
    pub device_epoch: i64,
    pub schema_version: u32,
    pub organization_id: OrganizationId,
    pub actor_id: PersonId,
    pub record: RecordRef,
    /// The revision that the author saw; only for edits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_revision: Option<i64>,
    pub change: Change,
    /// SHA-256 names of the blobs that this operation needs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blobs: Vec<String>,
    #[serde(flatten)]
    pub capture: Capture,
    #[serde(default)]
    pub app_build: String,
}

/// Names any record of any area; what cuts across areas hangs on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RecordRef {
    pub area: Area,
    pub id: Uuid,
}

impl RecordRef {
    pub fn new(area: Area, id: impl Into<Uuid>) -> Self {
        Self {
            area,
            id: id.into(),
        }
    }
}

macro_rules! areas {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// The areas whose rows travel to phones. The name is the table's and the URL's.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Area {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
        }

        impl Area {
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            pub fn parse(text: &str) -> Option<Self> {
                match text { $($name => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

areas! {
    Activities = "activities",
    Gates = "gates",
    SignUps = "sign_ups",
    Attendances = "attendances",
    Submissions = "submissions",
    Attachments = "attachments",
    People = "people",
    Departments = "departments",
    Forms = "forms",
    LaterVerdicts = "later_verdicts",
    Premises = "premises",
    /// What premises remember of submissions; the id is the submission's.
    Visits = "visits",
    /// The current standard, as much of it as phones show.
    Standards = "standards",
    /// What the office's task list asks of a department or a person.
    Tasks = "tasks",
    /// Problems to be put right.
    Rectifications = "rectifications",
    /// Arrivals of people who aren't members.
    Guests = "guests",
}

crate::tagged! {
    "Change", tag = "area", content = "change";
    /// What a phone may ask for. A new variant makes the compiler name every place to visit.
    #[derive(Clone, Debug, PartialEq)]
    pub enum Change {
        SignUps(SignUpChange),
        Attendances(AttendanceChange),
        Submissions(SubmissionChange),
        Attachments(AttachmentChange),
        Guests(GuestChange),
    }
}

impl Change {
    pub fn area(&self) -> Area {
        match self {
            Self::SignUps(_) => Area::SignUps,
            Self::Attendances(_) => Area::Attendances,
            Self::Submissions(_) => Area::Submissions,
            Self::Attachments(_) => Area::Attachments,
            Self::Guests(_) => Area::Guests,
        }
    }
}

/// The hash of an operation's canonical form: JSON with sorted keys, whatever order it arrived in.
pub fn payload_hash(operation: &serde_json::Value) -> String {
    // serde_json keeps object keys sorted, so that equal values print equal bytes.
    crate::keys::sha256_hex(operation.to_string().as_bytes())
}

macro_rules! into_uuid {
    ($($id:ty),*) => {$(
        impl From<$id> for Uuid {
            fn from(id: $id) -> Self {
                id.0
            }
        }
    )*};
}

into_uuid!(
    crate::ids::ActivityId,
    crate::ids::AttendanceId,
    crate::ids::AttachmentId,
    crate::ids::OpId,
    crate::ids::SignUpId,
    crate::ids::SubmissionId,
    crate::ids::PersonId,
    crate::ids::DepartmentId,
    crate::ids::PremisesId,
    crate::ids::StandardId,
    crate::ids::EvidenceId,
    crate::ids::FileId,
    crate::ids::TaskId,
    crate::ids::RectificationId,
    crate::ids::GuestId
);
