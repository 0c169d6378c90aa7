//! The evidence ledger: what a record proves, what each item has and lacks.
//!
//! A year without which a request makes no sense is the current one in China.

use serde::{Deserialize, Serialize};

use crate::{
    areas::{
        attachments::PhotoSource, evidence::Subject, standards::Frequency, submissions::ReviewState,
    },
    coverage::Progress,
    evidence_kind::EvidenceKind,
    ids::{ActivityId, EvidenceId, FileId, SubmissionId},
    photos::Resemblance,
    suggestions::Suggestion,
    text::Text,
    time::Timestamp,
};

/// Longest passage that is quoted, in characters.
pub const PASSAGE: usize = 500;

/// `GET /api/office/submissions/{id}/evidence`: what the record proves and might prove.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordEvidence {
    /// In which it happened.
    pub year: i32,
    /// How many photos there are to count.
    pub photos: i64,
    pub proves: Vec<Proves>,
    pub suggestions: Vec<Suggestion>,
    /// Everything that the standard has, to search among; nothing without a standard.
    pub items: Vec<ItemName>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemName {
    pub code: String,
    pub title: String,
    /// The content that it stands in.
    pub group: String,
    /// As what this record would stand there.
    pub kind: EvidenceKind,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proves {
    pub item: String,
    pub year: i32,
    /// As what the record itself stands; `None` if only photos of it do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<EvidenceKind>,
    /// How many of its photos stand there.
    pub photos: i64,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub passage: String,
}

/// `POST /api/office/submissions/{id}/evidence` → [`RecordEvidence`]. Said again for the same item it
/// changes what was said before. `DELETE …?item=…` takes it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prove {
    pub item: String,
    /// What the item asks for and the form is, unless told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<EvidenceKind>,
    /// In which it happened, unless told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i32>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub passage: String,
}

/// `GET /api/office/evidence?year=` → the ledger by project and item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ledger {
    /// The standard's; empty when there is none yet.
    pub title: String,
    pub year: i32,
    /// Of the round and with material, the newest first.
    pub years: Vec<i32>,
    pub projects: Vec<ProjectLedger>,
    /// Pieces by the month whose date they bear, January first.
    pub months: Vec<i64>,
    /// Pieces without a date.
    pub undated: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProjectLedger {
    pub code: String,
    pub title: String,
    pub items: Vec<ItemLedger>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ItemLedger {
    pub code: String,
    pub title: String,
    /// The department that answers for it.
    pub owner: String,
    pub frequency: Frequency,
    pub needs: Vec<NeedLine>,
    /// Everything that stands there and counts.
    pub pieces: i64,
    /// Of these, how many want a look: another year's or undated.
    pub doubtful: i64,
    /// Stands there but doesn't count: not approved, or withdrawn since.
    pub idle: i64,
    pub progress: Progress,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeedLine {
    pub kind: EvidenceKind,
    pub label: String,
    pub min: i64,
    pub there: i64,
}

impl NeedLine {
    pub fn missing(&self) -> i64 {
        (self.min - self.there).max(0)
    }
}

/// `GET /api/office/evidence/items/{code}?year=`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ItemDetail {
    pub item: ItemLedger,
    pub project: String,
    pub group: String,
    /// The rule in the document's own words.
    pub scoring: Text,
    pub year: i32,
    pub years: Vec<i32>,
    pub previous: Option<String>,
    pub next: Option<String>,
}

/// `GET /api/office/evidence/items/{code}/pieces` → a page of [`Piece`]s, what was filed last first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PieceFilter {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show: Option<PieceShow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PieceShow {
    /// What counts, but bears another year or no day.
    Doubtful,
    /// What doesn't count.
    Idle,
}

impl PieceShow {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Doubtful => "doubtful",
            Self::Idle => "idle",
        }
    }
}

/// One line of the ledger with what it names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Piece {
    pub id: EvidenceId,
    pub kind: EvidenceKind,
    pub year: i32,
    pub passage: String,
    pub title: String,
    /// The day that it bears, in China (`2026-03-05`).
    pub dated_on: Option<String>,
    pub department: Option<String>,
    pub what: What,
    pub added_by: String,
    pub added_at: Timestamp,
    pub doubts: Vec<Doubt>,
    /// Where the same photo or file is also.
    pub twins: Vec<Twin>,
}

impl Piece {
    /// Whether it counts for the item.
    pub fn counts(&self) -> bool {
        !self.doubts.iter().any(Doubt::excludes)
    }
}

crate::tagged! {
    "What", tag = "is";
    #[derive(Clone, Debug, PartialEq)]
    pub enum What {
        Record {
            id: SubmissionId,
            photos: i64,
        },
        Photo {
            record: SubmissionId,
            /// Names of blobs.
            photo: String,
            thumbnail: String,
            source: PhotoSource,
        },
        File {
            id: FileId,
            file_name: String,
            media_type: String,
            bytes: i64,
        },
        Activity {
            id: ActivityId,
        },
        /// What it named can't be found any more.
        Gone,
    }
}

crate::tagged! {
    "Doubt", tag = "about";
    /// What an assessor would refuse it for.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum Doubt {
        /// Its date is of another year than the one for which it is filed.
        OtherYear {
            year: i32,
        },
        Undated,
        /// The record stands in another state than approved.
        NotApproved {
            state: ReviewState,
        },
        /// The photo or file was withdrawn, or the activity cancelled.
        Withdrawn,
        Gone,
    }
}

impl Doubt {
    /// Whether what it is said about doesn't count.
    pub fn excludes(&self) -> bool {
        matches!(
            self,
            Self::NotApproved { .. } | Self::Withdrawn | Self::Gone
        )
    }
}

/// The same photo or file elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Twin {
    pub resemblance: Resemblance,
    pub title: String,
    pub at: Timestamp,
    /// The record that has it, if it is a photo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<SubmissionId>,
    /// The name of a blob; empty for a file.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub thumbnail: String,
}

/// `POST /api/office/evidence`: that something proves an item; 201, or 200 when it does already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewEvidence {
    pub item: String,
    pub kind: EvidenceKind,
    pub subject: Subject,
    pub year: i32,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub passage: String,
}

/// `PATCH /api/office/evidence/{id}`; `DELETE /api/office/evidence/{id}` takes the line out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceChange {
    pub kind: EvidenceKind,
    pub year: i32,
    #[serde(default)]
    pub passage: String,
}
