//! Newtypes for identifiers, so that a person's id can't be passed where an activity's is meant.
//!
//! Every id is a `UUIDv7`, written as lower-case hyphenated text in JSON and in the database.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )*};
}

ids! {
    /// Identifies an agency (or a city office) that works for the title.
    OrganizationId;
    /// Identifies a member of one organization: staff or volunteer.
    PersonId;
    /// Identifies a department (科室).
    DepartmentId;
    /// Identifies one installation of the app for one account.
    DeviceId;
    /// Identifies an operation; never reused.
    OpId;
    /// Identifies an activity (活动).
    ActivityId;
    /// Identifies one check-in or check-out fact.
    AttendanceId;
    /// Identifies the arrival of somebody who isn't a member.
    GuestId;
    /// Identifies a sign-up for an activity (报名).
    SignUpId;
    /// Identifies a filled-in form.
    SubmissionId;
    /// Identifies premises that are inspected (监管单位).
    PremisesId;
    /// Identifies the fact that a photo or file belongs to a record.
    AttachmentId;
    /// Identifies one version of an assessment standard (测评标准).
    StandardId;
    /// Identifies that something proves an item.
    EvidenceId;
    /// Identifies a document that the office keeps.
    FileId;
    /// Identifies a task of the task list (任务清单).
    TaskId;
    /// Identifies a problem that is to be rectified (整改).
    RectificationId;
    /// Identifies an invitation to join.
    InvitationId;
}
