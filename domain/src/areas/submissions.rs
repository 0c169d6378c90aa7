//! Submissions: filled-in field forms, from the first sending to the office's decision.
//!
//! A draft lives on the phone only. `Submit` makes the record, `Amend` corrects it (three-way merge
//! by question against the base revision). The office's decision is made online (class C) and is
//! no operation.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    forms::Answers,
    ids::{ActivityId, DepartmentId, PersonId, PremisesId, SubmissionId},
    time::{Capture, Timestamp},
};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Submission {
    pub id: SubmissionId,
    pub revision: i64,
    pub form_id: String,
    pub form_version: String,
    pub activity_id: Option<ActivityId>,
    /// The premises that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub premises_id: Option<PremisesId>,
    pub author_id: PersonId,
    pub department_id: Option<DepartmentId>,
    pub answers: Answers,
    /// One line for lists, made from the answers when they were captured.
    pub title: String,
    pub state: ReviewState,
    /// The office's words when it returned the record.
    #[serde(default)]
    pub review_note: String,
    pub capture: Capture,
    /// When the server took the last version; `None` while only on the phone.
    #[serde(default)]
    pub received_at: Option<Timestamp>,
    /// Questions that two people changed at once, each with both values; a person chooses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<FieldConflict>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewState {
    /// Waits for the office.
    Submitted,
    /// The office asks for a correction.
    Returned,
    Approved,
    /// Taken back by its author, or set aside by the office; kept.
    Voided,
}

impl ReviewState {
    pub const ALL: [Self; 4] = [
        Self::Submitted,
        Self::Returned,
        Self::Approved,
        Self::Voided,
    ];

    /// Whether it may still be corrected, and is still to be approved.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Submitted | Self::Returned)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Returned => "returned",
            Self::Approved => "approved",
            Self::Voided => "voided",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldConflict {
    pub question: String,
    pub ours: Option<crate::forms::Answer>,
    pub theirs: Option<crate::forms::Answer>,
    pub by: PersonId,
}

crate::tagged! {
    "SubmissionChange", tag = "type";
    #[derive(Clone, Debug, PartialEq)]
    pub enum SubmissionChange {
        Submit {
            form_id: String,
            form_version: String,
            #[serde(default)]
            activity_id: Option<ActivityId>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            premises_id: Option<PremisesId>,
            title: String,
            answers: Answers,
        },
        /// Corrects answers; carries only the questions that changed (`None` clears one) and the values
        /// they had in the base revision.
        Amend {
            title: String,
            changed: BTreeMap<String, Option<crate::forms::Answer>>,
            was: BTreeMap<String, Option<crate::forms::Answer>>,
        },
        /// The author takes the record back.
        Void { reason: String },
    }
}
