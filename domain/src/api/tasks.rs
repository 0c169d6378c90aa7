//! The office's task list: kept, imported, and what of it is done.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    areas::{
        evidence::Subject,
        tasks::{Plan, Task},
    },
    decimal::Decimal,
    ids::TaskId,
    tasks::{Occurrence, Round, Standing},
    text::Text,
    time::Timestamp,
};

/// `GET /api/office/tasks`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskList {
    /// The server's day.
    pub today: NaiveDate,
    /// The years that the tasks span; `None` without tasks.
    pub round: Option<Round>,
    /// By number.
    pub tasks: Vec<TaskLine>,
    /// Items of the current standard that no task serves, in its order.
    pub uncovered: Vec<UncoveredItem>,
    /// What isn't in the list any more and can be taken back into it.
    #[serde(default)]
    pub withdrawn: Vec<WithdrawnTask>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawnTask {
    pub id: TaskId,
    pub number: i64,
    pub title: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskLine {
    pub task: Task,
    pub standing: Standing,
    /// What is to be done next: the earliest that isn't done.
    pub next: Option<Occurrence>,
    /// How many are overdue.
    pub overdue: i64,
    /// All of them until the round's end.
    pub occurrences: Vec<OccurrenceLine>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OccurrenceLine {
    pub from: NaiveDate,
    pub by: NaiveDate,
    pub done: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UncoveredItem {
    pub code: String,
    pub title: String,
    pub points: Decimal,
}

/// `GET /api/office/tasks/{id}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskDetail {
    pub today: NaiveDate,
    pub line: TaskLine,
    /// The items that it serves, with their words where the current standard has them.
    pub items: Vec<(String, String)>,
    /// The latest first.
    pub completions: Vec<Completion>,
}

/// That an occurrence of a task is done, and what shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion {
    /// The deadline that names the occurrence; the day itself for what is done as needed.
    pub occurrence: NaiveDate,
    pub subjects: Vec<SubjectLine>,
    /// The office's reason, where no record shows it.
    pub reason: String,
    pub by_name: String,
    pub at: Timestamp,
}

/// Something that shows what was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectLine {
    pub subject: Subject,
    pub title: String,
    /// When it was, or was added.
    pub at: Option<Timestamp>,
    /// Who made it.
    pub by_name: String,
    /// Names of thumbnails, few.
    #[serde(default)]
    pub photos: Vec<String>,
}

/// `POST /api/office/tasks/{id}/finish` with `If-Match` → [`Task`]: with at least one subject or a reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finish {
    pub occurrence: NaiveDate,
    #[serde(default)]
    pub subjects: Vec<Subject>,
    #[serde(default)]
    pub reason: String,
}

/// `POST /api/office/tasks/{id}/reopen` with `If-Match` → [`Task`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reopen {
    pub occurrence: NaiveDate,
}

/// `GET /api/office/subjects?from=&until=&q=` → `Vec<SubjectLine>`: records, activities and files of these
/// days that can show that something was done, the latest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectFilter {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

/// `POST /api/office/tasks/preview?first_year=2026`, a workbook or a pasted table as
/// `application/octet-stream`. Nothing is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskPreview {
    pub columns: Vec<TaskColumn>,
    pub rows: Vec<TaskRow>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskColumn {
    pub heading: String,
    /// What it is taken for; empty if it is left out.
    pub taken: Text,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskRow {
    /// The row's number in the sheet, from 1.
    pub number: usize,
    pub plan: Plan,
    /// The department in the table's words.
    pub department: String,
    #[serde(default)]
    pub problems: Vec<Text>,
    #[serde(default)]
    pub hints: Vec<Text>,
    /// A task of this title and stage that is in the list already, which is left as it is.
    #[serde(default)]
    pub known: Option<TaskId>,
}

impl TaskRow {
    pub fn is_new(&self) -> bool {
        self.problems.is_empty() && self.known.is_none()
    }
}

/// `POST /api/office/tasks/import` → [`super::premises::Imported`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskImport {
    pub rows: Vec<Plan>,
}
