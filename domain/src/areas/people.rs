//! People and departments as every phone of the organization may know them.
//!
//! Leaves out log-in data and mobile numbers: those never leave the server but to the office.

use serde::{Deserialize, Serialize};

use crate::ids::{DepartmentId, PersonId};

/// What a member may do. Each role may do all that the ones before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Volunteer,
    /// Staff on site.
    Recorder,
    /// The office.
    Reviewer,
    Administrator,
}

impl Role {
    pub const ALL: [Self; 4] = [
        Self::Volunteer,
        Self::Recorder,
        Self::Reviewer,
        Self::Administrator,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Volunteer => "volunteer",
            Self::Recorder => "recorder",
            Self::Reviewer => "reviewer",
            Self::Administrator => "administrator",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Volunteer => ("志愿者", "Volunteer"),
            Self::Recorder => ("记录员", "Recorder"),
            Self::Reviewer => ("办公室审核", "Reviewer"),
            Self::Administrator => ("管理员", "Administrator"),
        }
    }
}

/// A member's name card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: PersonId,
    pub revision: i64,
    pub name: String,
    pub department_id: Option<DepartmentId>,
    pub role: Role,
    pub active: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Department {
    pub id: DepartmentId,
    pub revision: i64,
    pub name: String,
    pub position: i64,
}
