//! Service hours as the office keeps them, and a member's own corrections.
//!
//! - `GET /api/office/hours?from=2026-01-01&until=2026-12-31` → [`Hours`]
//! - `POST /api/office/hours/correct` [`Correct`] → [`HourLine`]
//! - `PUT /api/office/hours/rounding` [`SetRounding`]; `PUT /api/office/hours/consent` [`SetConsent`]
//! - `GET /api/office/hours/list.xlsx?from=…&until=…&public=1`; `…/certificate.docx?person_id=…`
//! - `GET /api/my/hours` → `Vec<`[`MyCorrection`]`>`; `GET` and `PUT /api/my/hours/consent` [`MyConsent`]

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{ActivityId, PersonId, Timestamp, areas::activities::ActivityKind, hours::Rounding};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hours {
    pub rounding: Rounding,
    /// By the activities' start, the latest first, then by name.
    pub lines: Vec<HourLine>,
}

/// One person at one activity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HourLine {
    pub activity_id: ActivityId,
    pub activity: String,
    pub kind: ActivityKind,
    pub person_id: PersonId,
    pub name: String,
    pub department: Option<String>,
    pub starts_at: Timestamp,
    pub arrived: Option<Timestamp>,
    pub left: Option<Timestamp>,
    /// As the facts say.
    pub recorded: i64,
    /// What counts, before rounding.
    pub minutes: i64,
    pub correction: Option<Correction>,
    /// Something about the facts is to be looked at.
    pub doubtful: bool,
    /// The last day to record it in time.
    pub record_by: Option<NaiveDate>,
    /// Whether the person agreed that it is made public.
    pub consents: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// `None`: what was recorded counts again.
    pub minutes: Option<i64>,
    pub reason: String,
    pub by: String,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correct {
    pub activity_id: ActivityId,
    pub person_id: PersonId,
    /// `None`: what was recorded counts again.
    pub minutes: Option<i64>,
    /// 2 to 500 characters.
    pub reason: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetRounding {
    pub rounding: Rounding,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetConsent {
    pub person_id: PersonId,
    pub consents: bool,
}

/// Whether I agree that lists which are made public name me with my hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyConsent {
    pub consents: bool,
}

/// What counts for me at an activity instead of what was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyCorrection {
    pub activity_id: ActivityId,
    pub minutes: i64,
    pub reason: String,
}
