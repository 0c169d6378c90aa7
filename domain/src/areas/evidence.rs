//! Evidence (佐证): that a record, a photo, a file or an activity proves an item of the standard.
//!
//! One record proves many items and is never typed twice. Leaves out what the items are
//! (`super::standards`).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    evidence_kind::EvidenceKind,
    ids::{ActivityId, DepartmentId, EvidenceId, FileId, PersonId, StandardId},
    time::Timestamp,
};

/// One line of the evidence ledger (台账).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    pub id: EvidenceId,
    pub standard_id: StandardId,
    /// The item's code.
    pub item: String,
    /// What it is, as the item asks for it.
    pub kind: EvidenceKind,
    pub subject: Subject,
    /// The year that it is evidence for.
    pub year: i32,
    /// The passage that proves the item: up to 500 characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub passage: String,
    pub added_by: PersonId,
    pub added_at: Timestamp,
}

/// What proves the item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Subject {
    pub area: SubjectArea,
    pub id: Uuid,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectArea {
    Submissions,
    Attachments,
    Files,
    Activities,
}

impl SubjectArea {
    pub const ALL: [Self; 4] = [
        Self::Submissions,
        Self::Attachments,
        Self::Files,
        Self::Activities,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Submissions => "submissions",
            Self::Attachments => "attachments",
            Self::Files => "files",
            Self::Activities => "activities",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|area| area.as_str() == text)
    }
}

/// A document that the office keeps: a notice, a plan, minutes, a scanned certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    pub id: FileId,
    pub revision: i64,
    /// The blob's name.
    pub sha256: String,
    pub bytes: i64,
    pub media_type: String,
    /// As it was called when it was uploaded, without folders.
    pub file_name: String,
    pub title: String,
    pub kind: EvidenceKind,
    /// The day that stands on it (`2026-03-05`); without one it is undated material.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dated_on: Option<String>,
    /// 文号.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub document_no: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department_id: Option<DepartmentId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity_id: Option<ActivityId>,
    pub added_by: PersonId,
    pub added_at: Timestamp,
    pub withdrawn: bool,
}
