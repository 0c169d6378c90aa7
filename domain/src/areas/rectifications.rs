//! Rectification (整改): a problem from its finding to its closing by somebody else.
//!
//! Photos come from records by phone, which are linked, never typed again. Leaves out how problems are
//! found (self-check, patrols, assessors).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    areas::evidence::Subject,
    forms::{Answer, Answers, Form, Kind},
    ids::{DepartmentId, PersonId, RectificationId, TaskId},
    time::Timestamp,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rectification {
    pub id: RectificationId,
    pub revision: i64,
    pub problem: Problem,
    pub state: State,
    /// Records and files that show how it is now.
    #[serde(default)]
    pub after: Vec<Subject>,
    pub created_at: Timestamp,
    #[serde(default)]
    pub closed_at: Option<Timestamp>,
}

/// What the office writes about a problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    pub problem: String,
    pub found_by: FoundBy,
    pub found_on: NaiveDate,
    #[serde(default)]
    pub place: String,
    /// What is to be done.
    #[serde(default)]
    pub measures: String,
    #[serde(default)]
    pub department_id: Option<DepartmentId>,
    /// Who answers for it.
    #[serde(default)]
    pub person_id: Option<PersonId>,
    pub due_on: NaiveDate,
    /// Codes of the standard's items that it belongs to.
    #[serde(default)]
    pub items: Vec<String>,
    #[serde(default)]
    pub task_id: Option<TaskId>,
    /// Records and files that show how it was.
    #[serde(default)]
    pub before: Vec<Subject>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundBy {
    SelfCheck,
    Patrol,
    Inspection,
    Mock,
    Feedback,
}

impl FoundBy {
    pub const ALL: [Self; 5] = [
        Self::SelfCheck,
        Self::Patrol,
        Self::Inspection,
        Self::Mock,
        Self::Feedback,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::SelfCheck => "self_check",
            Self::Patrol => "patrol",
            Self::Inspection => "inspection",
            Self::Mock => "mock",
            Self::Feedback => "feedback",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }

    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::SelfCheck => ("对标自查", "Self-check"),
            Self::Patrol => ("日常巡查", "Patrol"),
            Self::Inspection => ("监督检查", "Inspection"),
            Self::Mock => ("模拟测评", "Mock assessment"),
            Self::Feedback => ("测评反馈", "Assessors’ feedback"),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Open,
    /// Said to be put right; somebody else has to look.
    Rectified,
    Closed,
}

impl State {
    pub const ALL: [Self; 3] = [Self::Open, Self::Rectified, Self::Closed];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Rectified => "rectified",
            Self::Closed => "closed",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Open => ("整改中", "To rectify"),
            Self::Rectified => ("待复核", "To be checked"),
            Self::Closed => ("已销号", "Closed"),
        }
    }
}

impl Rectification {
    /// Whether it should have been put right before this day.
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        self.state == State::Open && self.problem.due_on < today
    }
}

/// A problem as the phones of those who are to put it right know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    pub id: RectificationId,
    pub revision: i64,
    pub problem: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub measures: String,
    pub due_on: NaiveDate,
    pub state: State,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department_id: Option<DepartmentId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_id: Option<PersonId>,
}

impl Card {
    /// Puts what the problem says already into the form that answers it.
    pub fn prefill(&self, form: &Form, answers: &mut Answers) {
        let text = |text: &String| Some(Answer::Text(text.clone())).filter(|_| !text.is_empty());
        let known = [
            ("problem", Kind::Text, text(&self.problem)),
            ("place", Kind::Text, text(&self.place)),
            ("measure", Kind::Text, text(&self.measures)),
            ("due_date", Kind::Date, Some(Answer::Date(self.due_on))),
        ];
        for (name, kind, answer) in known {
            let asked = form.question(name).map(|question| &question.kind);
            if let (true, Some(answer)) = (asked == Some(&kind), answer) {
                answers.insert(name.to_owned(), answer);
            }
        }
    }
}
