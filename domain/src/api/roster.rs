//! A list of names (名单) that is brought to an activity: who is known, who is new, who can't be told.

use serde::{Deserialize, Serialize};

use crate::{ids::PersonId, text::Text};

/// `POST /api/office/activities/{id}/roster/preview`, a workbook (`.xlsx`) or a pasted table (tabs,
/// commas or one name a line) as `application/octet-stream`. Nothing is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterPreview {
    pub rows: Vec<RosterRow>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterInput {
    pub name: String,
    #[serde(default)]
    pub mobile: String,
    #[serde(default)]
    pub department: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterRow {
    /// The row's number in the sheet, from 1.
    pub number: usize,
    pub input: RosterInput,
    pub state: RosterState,
    /// Who it is, if that is known.
    #[serde(default)]
    pub person_id: Option<PersonId>,
    /// Why it isn't taken in, or what to look at.
    #[serde(default)]
    pub remarks: Vec<Text>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RosterState {
    /// A member who isn't signed up.
    Known,
    /// Signed up already.
    SignedUp,
    /// Nobody of that name.
    New,
    /// Several people may be meant.
    Ambiguous,
    /// Can't be taken in as it is.
    Wrong,
}

/// `POST /api/office/activities/{id}/roster/import` → [`RosterImported`]: signs up who is known and, if
/// an administrator says so, makes volunteers of those who aren't.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterImport {
    #[serde(default)]
    pub rows: Vec<RosterInput>,
    /// Members chosen from the list of people.
    #[serde(default)]
    pub people: Vec<PersonId>,
    #[serde(default)]
    pub create: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterImported {
    pub signed_up: i64,
    /// So many of them are new people.
    pub created: i64,
    /// Signed up already, deactivated, new without leave to make them, or not right.
    pub left_out: i64,
}
