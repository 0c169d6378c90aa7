//! The office's standards: reading a table into one, drafts, publishing, and what a new version means
//! for what was kept by the old one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    areas::standards::Standard, ids::StandardId, standard_check::Remark, standard_moves::Match,
    time::Timestamp,
};

/// Most bytes of a standard in one request.
pub const STANDARD_BYTES: usize = 4_000_000;

// `POST /api/office/standards/read`, a workbook, CSV, pasted table or our own JSON as
// `application/octet-stream` → `standard_table::Reading`. Nothing is written.
// `POST /api/office/standards/reread`, a corrected `standard_table::Sheet` → the same.

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StandardState {
    Draft,
    Current,
    Retired,
}

impl StandardState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Current => "current",
            Self::Retired => "retired",
        }
    }
}

/// `GET /api/office/standards` → `Vec<StandardLine>`, the current one first, then drafts, then the
/// retired ones, each the latest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandardLine {
    pub id: StandardId,
    pub revision: i64,
    pub state: StandardState,
    pub title: String,
    pub created_at: Timestamp,
    #[serde(default)]
    pub published_at: Option<Timestamp>,
}

/// `GET /api/office/standards/{id}`, or `current` for the one that is worked by.
/// `POST /api/office/standards` with a `Standard` makes a draft; `PUT /api/office/standards/{id}` with
/// `If-Match` changes one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StandardDetail {
    pub line: StandardLine,
    pub standard: Standard,
    /// What doesn't add up.
    pub remarks: Vec<Remark>,
}

/// `GET /api/office/standards/{id}/moves`: what the version means for what was kept by the one before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moves {
    /// The version that it is compared with: the current one, or the one that it replaced.
    #[serde(default)]
    pub previous: Option<StandardId>,
    /// The earlier items that have evidence, in their order.
    pub moves: Vec<Move>,
    /// What names items that don't exist, or that mean something else now.
    pub lost: Vec<Lost>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    pub from: String,
    pub title: String,
    /// The item to which its evidence goes by itself.
    #[serde(default)]
    pub to: Option<Match>,
    /// How many pieces prove the earlier item.
    pub evidence: i64,
    /// How many of them prove no item of this version.
    pub left: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lost {
    pub area: LostIn,
    pub title: String,
    /// Codes that the version doesn't have.
    pub codes: Vec<String>,
    /// Codes that stand for another item in a draft than in the current version.
    #[serde(default)]
    pub reused: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LostIn {
    Forms,
    Activities,
    Tasks,
    Rectifications,
    /// A year's self-assessment that is still open.
    SelfAssessments,
}

/// `POST /api/office/standards/{id}/publish` with `If-Match` → [`StandardDetail`]. Evidence goes to the
/// items that it is matched with, and to those that a person names here; what isn't moved stays with
/// the earlier version. `POST /api/office/standards/{id}/carry` → [`Moves`] does the same later.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carry {
    /// From an earlier item's code to one of this version's; `None` leaves its evidence behind.
    pub items: BTreeMap<String, Option<String>>,
}
