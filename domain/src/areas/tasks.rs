//! The task list (创建工作任务清单): what is to be done by whom, how often and until when.
//!
//! The office keeps it; staff's phones read of it what concerns them ([`Card`]). Leaves out when a task
//! is due (`crate::tasks`).

use serde::{Deserialize, Serialize};

use crate::{
    ids::{DepartmentId, PersonId, TaskId},
    tasks::{Occurrence, Schedule},
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    pub id: TaskId,
    pub revision: i64,
    pub plan: Plan,
}

/// What the office writes about a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The number in the office's list.
    pub number: i64,
    pub stage: Stage,
    pub title: String,
    #[serde(default)]
    pub details: String,
    /// Who leads it; `None` is all departments.
    #[serde(default)]
    pub department_id: Option<DepartmentId>,
    /// The departments that help, in the list's words.
    #[serde(default)]
    pub helpers: String,
    /// The leader in charge (分管领导), in the list's words.
    #[serde(default)]
    pub leader: String,
    /// Who answers for it, in the list's words: a post or a name.
    #[serde(default)]
    pub responsible: String,
    #[serde(default)]
    pub person_id: Option<PersonId>,
    pub schedule: Schedule,
    /// Results and evidence that are expected.
    #[serde(default)]
    pub evidence: String,
    #[serde(default)]
    pub done_when: String,
    /// Codes of the standard's items that it serves.
    #[serde(default)]
    pub items: Vec<String>,
    /// The form that records it, if one does.
    #[serde(default)]
    pub form_id: Option<String>,
    /// Withdrawn otherwise: kept for what was done.
    #[serde(default = "yes")]
    pub active: bool,
}

fn yes() -> bool {
    true
}

/// The round's three stages, a year each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Plan,
    Strengthen,
    Conclude,
    /// All three.
    Throughout,
}

impl Stage {
    pub const ALL: [Self; 4] = [
        Self::Plan,
        Self::Strengthen,
        Self::Conclude,
        Self::Throughout,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Strengthen => "strengthen",
            Self::Conclude => "conclude",
            Self::Throughout => "throughout",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == text)
    }

    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Plan => ("规划部署", "Plan and launch"),
            Self::Strengthen => ("实施推进", "Carry out"),
            Self::Conclude => ("总结迎检", "Conclude"),
            Self::Throughout => ("贯穿全程", "Throughout"),
        }
    }

    /// The stage that a table's words mean: `S1`, `第二阶段 固强补弱`, `总结迎检`.
    pub fn guess(words: &str) -> Option<Self> {
        let words = words.trim().to_lowercase();
        let named = Self::ALL.into_iter().find(|stage| {
            let (zh, en) = stage.name();
            words == stage.as_str() || words.contains(zh) || words == en.to_lowercase()
        });
        let hints = [
            ("s1", Self::Plan),
            ("第一", Self::Plan),
            ("规划", Self::Plan),
            ("s2", Self::Strengthen),
            ("第二", Self::Strengthen),
            ("实施", Self::Strengthen),
            ("固强", Self::Strengthen),
            ("s3", Self::Conclude),
            ("第三", Self::Conclude),
            ("总结", Self::Conclude),
            ("迎检", Self::Conclude),
            ("all", Self::Throughout),
            ("贯穿", Self::Throughout),
            ("全程", Self::Throughout),
        ];
        named.or_else(|| {
            let hint = hints.iter().find(|(hint, _)| words.contains(hint));
            hint.map(|(_, stage)| *stage)
        })
    }
}

/// A task as the phones of those whom it concerns know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    pub id: TaskId,
    pub revision: i64,
    pub title: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub evidence: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form_id: Option<String>,
    /// The person who answers for it, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_id: Option<PersonId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department_id: Option<DepartmentId>,
    /// What isn't done yet, until the round's end, the earliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<Occurrence>,
}
