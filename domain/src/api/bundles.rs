//! An activity's bundle: the six papers that each activity is to have, what is there of them and who
//! owes the rest.

use serde::{Deserialize, Serialize};

use crate::{
    evidence_kind::EvidenceKind,
    ids::{FileId, SubmissionId},
};

/// How many photos a bundle has at least.
pub const PHOTOS: i64 = 3;

/// `GET /api/office/activities/{id}/bundle?lang=`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bundle {
    pub parts: Vec<Part>,
    /// Who owes what is missing: the organizer's department, or the organizer.
    pub owes: String,
    /// Items of the standard in use that the list of those who came is filed for.
    #[serde(default)]
    pub proves: Vec<String>,
}

/// `POST /api/office/activities/{id}/evidence?lang=` → [`Bundle`]: files the list of those who came and the
/// activity's documents for an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProveActivity {
    pub item: String,
    /// How it proves the item; stands on the item's sheet.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub passage: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub kind: EvidenceKind,
    pub there: i64,
    pub min: i64,
    pub files: Vec<PartFile>,
    /// Records that are it, or whose photos count.
    pub records: Vec<PartRecord>,
    /// A text made from what is known, to be edited by a person; empty where there can be none.
    pub draft: String,
}

impl Part {
    pub fn missing(&self) -> i64 {
        (self.min - self.there).max(0)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartFile {
    pub id: FileId,
    pub title: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartRecord {
    pub id: SubmissionId,
    pub title: String,
    /// Names of blobs.
    pub thumbnails: Vec<String>,
}

/// `POST /api/office/activities/{id}/bundle` → `File`: keeps a text as one of the activity's papers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    pub kind: EvidenceKind,
    pub title: String,
    pub text: String,
}

/// Longest text of a paper, in characters.
pub const TEXT: usize = 20_000;
