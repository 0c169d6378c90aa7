//! Rectification in the office: the list, one problem with its history, and what may become one.

use serde::{Deserialize, Serialize};

use crate::{
    api::tasks::SubjectLine,
    areas::{
        evidence::Subject,
        rectifications::{Problem, Rectification},
    },
    ids::PersonId,
    time::Timestamp,
};

/// `GET /api/office/rectifications?show=` → `Vec<RectificationLine>`, what presses most first.
/// `POST` with a [`Problem`] → [`Rectification`]; `PUT /api/office/rectifications/{id}` with `If-Match`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RectificationLine {
    pub rectification: Rectification,
    pub department_name: Option<String>,
    pub person_name: Option<String>,
    pub overdue: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RectificationFilter {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show: Option<RectificationShow>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RectificationShow {
    /// Not closed.
    Open,
    Overdue,
    /// Said to be put right, to be looked at by somebody else.
    Rectified,
    Closed,
}

/// `GET /api/office/rectifications/{id}`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RectificationDetail {
    pub line: RectificationLine,
    pub before: Vec<SubjectLine>,
    pub after: Vec<SubjectLine>,
    pub task_title: Option<String>,
    pub items: Vec<(String, String)>,
    /// The oldest first.
    pub history: Vec<Event>,
    /// People who can't close it, since they put it right.
    pub rectified_by: Vec<PersonId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub at: Timestamp,
    pub by_name: String,
    pub act: Act,
    pub note: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    Added,
    Edited,
    Rectified,
    Closed,
    Reopened,
}

/// `POST /api/office/rectifications/{id}/rectified` with `If-Match` → [`Rectification`]: at least one record
/// or file that shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rectified {
    pub after: Vec<Subject>,
    #[serde(default)]
    pub note: String,
}

/// `POST …/close` and `POST …/reopen` with `If-Match`; a reason is needed to reopen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    #[serde(default)]
    pub note: String,
}

/// `GET /api/office/rectifications/sources` → records that tell of a problem and became none yet, the
/// latest first, each as it would be written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    pub line: SubjectLine,
    pub problem: Problem,
}
