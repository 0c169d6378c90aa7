//! The office's first page: where things stand, what is due, what is at risk. One answer.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    api::office::SubmissionCounts,
    decimal::Decimal,
    ids::{RectificationId, StandardId, SubmissionId, TaskId},
    self_assessment::Total,
    tasks::{Occurrence, Standing},
    time::Timestamp,
};

/// `GET /api/office/dashboard`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dashboard {
    pub today: NaiveDate,
    /// `None` without a current standard.
    pub coverage: Option<CoverageSummary>,
    pub tasks: TaskSummary,
    pub rectifications: RectificationSummary,
    pub counts: SubmissionCounts,
    /// The records that wait for longest, few.
    pub waiting: Vec<WaitingRecord>,
    /// Devices that hold what didn't arrive.
    pub unsent: Unsent,
}

/// Points by what is there for them in this year's ledger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CoverageSummary {
    pub standard_id: StandardId,
    pub title: String,
    pub year: i32,
    pub projects: Vec<ProjectCoverage>,
    /// The year's self-assessment, once something was said.
    #[serde(default)]
    pub self_assessed: Option<Total>,
    /// Items without anything, worth most first, few.
    pub empty: Vec<EmptyItem>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProjectCoverage {
    pub code: String,
    pub title: String,
    /// Points of items whose material is complete, begun, missing.
    pub complete: Decimal,
    pub partly: Decimal,
    pub empty: Decimal,
    /// So many items of each.
    pub items: [i64; 3],
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmptyItem {
    pub code: String,
    pub title: String,
    pub points: Decimal,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskSummary {
    pub all: i64,
    /// How many tasks stand where, in the order of [`Standing::ALL`].
    pub standings: Vec<(Standing, i64)>,
    /// Deadlines of each of the next weeks: how many, the first week from today.
    pub weeks: Vec<i64>,
    /// What is overdue or due within 30 days, the earliest first, few.
    pub due: Vec<DueTask>,
    /// How many are due in all.
    pub due_count: i64,
    /// Items of the standard without a task.
    pub uncovered: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueTask {
    pub id: TaskId,
    pub title: String,
    pub occurrence: Occurrence,
    pub department_name: Option<String>,
    pub standing: Standing,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RectificationSummary {
    pub open: i64,
    pub overdue: i64,
    /// To be looked at by somebody else.
    pub rectified: i64,
    pub closed: i64,
    /// The most pressing, few.
    pub pressing: Vec<PressingProblem>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PressingProblem {
    pub id: RectificationId,
    pub problem: String,
    pub due_on: NaiveDate,
    pub department_name: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingRecord {
    pub id: SubmissionId,
    pub title: String,
    pub received_at: Timestamp,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsent {
    pub devices: i64,
    pub records: i64,
    pub photos: i64,
    pub oldest: Option<Timestamp>,
    pub emptied: i64,
}
