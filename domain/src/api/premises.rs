//! The office's list of premises: kept, imported, and with what was found there.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    api::office::PersonLine,
    areas::premises::{Premises, PremisesKind},
    forms::StoredForm,
    ids::PremisesId,
    text::Text,
    time::Timestamp,
    visits::History,
};

/// `GET /api/office/premises?…` → `Vec<PremisesLine>`, what needs attention first.
/// `GET /api/office/premises/list.xlsx?…&lang=` is the same as a workbook.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PremisesFilter {
    /// Part of the name, the address or a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<PremisesKind>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show: Option<PremisesShow>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PremisesShow {
    /// With findings that aren't put right.
    Open,
    /// With findings whose deadline has passed.
    Overdue,
    /// Never visited.
    Unvisited,
    /// No longer in use.
    Inactive,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PremisesLine {
    pub premises: Premises,
    #[serde(default)]
    pub last_visit: Option<Timestamp>,
    pub visits: i64,
    /// Findings that aren't put right.
    pub open: i64,
    /// The nearest deadline of these.
    #[serde(default)]
    pub due: Option<NaiveDate>,
    pub overdue: bool,
}

/// `GET /api/office/premises/{id}`
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PremisesDetail {
    pub premises: Premises,
    pub history: History,
    /// The forms in which the lines' words stand.
    pub forms: Vec<StoredForm>,
    pub people: Vec<PersonLine>,
}

impl PartialEq for PremisesDetail {
    fn eq(&self, other: &Self) -> bool {
        self.premises == other.premises
            && self.history == other.history
            && self.people == other.people
    }
}

/// `POST /api/office/premises` → [`Premises`]; `PUT /api/office/premises/{id}` with `If-Match`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PremisesInput {
    pub name: String,
    pub kind: PremisesKind,
    #[serde(default)]
    pub address: String,
    #[serde(default)]
    pub phone: String,
    #[serde(default)]
    pub credit_code: String,
    #[serde(default)]
    pub official_no: String,
    #[serde(default)]
    pub note: String,
    #[serde(default = "yes")]
    pub active: bool,
}

fn yes() -> bool {
    true
}

/// `POST /api/office/premises/preview`, a workbook (`.xlsx`) or a pasted table (tabs or commas) as
/// `application/octet-stream`. Nothing is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPreview {
    /// What was understood, as the table's own headings.
    pub columns: Vec<ImportColumn>,
    pub rows: Vec<ImportRow>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportColumn {
    pub heading: String,
    /// `None`: the column is left out.
    pub field: Option<ImportField>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportField {
    Name,
    Kind,
    Address,
    Phone,
    CreditCode,
    OfficialNo,
    Note,
}

impl ImportField {
    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Name => ("名称", "Name"),
            Self::Kind => ("类别", "Kind"),
            Self::Address => ("地址", "Address"),
            Self::Phone => ("电话", "Phone"),
            Self::CreditCode => ("统一社会信用代码", "Credit code"),
            Self::OfficialNo => ("许可证号", "Official number"),
            Self::Note => ("备注", "Note"),
        }
    }
}

/// One row of the table that looks like premises.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRow {
    /// The row's number in the sheet, from 1.
    pub number: usize,
    pub input: PremisesInput,
    /// Why it isn't taken in; empty if it is.
    #[serde(default)]
    pub problems: Vec<Text>,
    /// What to look at, though it is taken in.
    #[serde(default)]
    pub hints: Vec<Text>,
    /// Premises that are in the list already: these are left as they are.
    #[serde(default)]
    pub known: Option<PremisesId>,
}

impl ImportRow {
    pub fn is_new(&self) -> bool {
        self.problems.is_empty() && self.known.is_none()
    }
}

/// `POST /api/office/premises/import` → [`Imported`]: writes the rows that are right and new.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    pub rows: Vec<PremisesInput>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    pub added: i64,
    /// Rows that were in the list already, or not right.
    pub left_out: i64,
}
