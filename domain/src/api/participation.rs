//! Who took part in a year (人人参与): for the office to see whom nobody has invited yet.
//!
//! No counts of a person, no order but by department and name: it isn't an assessment of anybody.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    areas::people::Role,
    ids::{DepartmentId, PersonId},
};

/// `GET /api/office/participation?year=&month=`; `/api/office/participation/list.xlsx` are the names of those
/// who have not taken part yet, of one department with `&department=`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participation {
    pub year: i32,
    /// One of 1 to 12, or the whole year.
    pub month: Option<u32>,
    pub departments: Vec<DepartmentTurnout>,
    /// By department, and by name in the order of pinyin.
    pub not_yet: Vec<NotYet>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepartmentTurnout {
    /// `None`: those without a department.
    pub id: Option<DepartmentId>,
    pub name: String,
    pub took_part: i64,
    pub of: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotYet {
    pub id: PersonId,
    pub name: String,
    pub role: Role,
    pub department_id: Option<DepartmentId>,
    /// Signed up for something that is still to come.
    pub signed_up: bool,
    /// The day on which somebody joined who wasn't here all of the time.
    pub joined: Option<NaiveDate>,
}
