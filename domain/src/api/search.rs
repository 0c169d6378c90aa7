//! Search over everything that the office keeps.

use serde::{Deserialize, Serialize};

use crate::{
    areas::submissions::ReviewState,
    ids::{FileId, SubmissionId},
    time::Timestamp,
};

/// `GET /api/office/search?q=…` → `Page<Hit>`, the latest first, 30 at a time. All words must be there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchQuery {
    #[serde(default)]
    pub q: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    pub title: String,
    pub at: Timestamp,
    /// Where the words stand, cut into pieces; each second piece is what was asked for.
    pub excerpt: Vec<String>,
    pub is: HitKind,
}

crate::tagged! {
    "HitKind", tag = "kind";
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum HitKind {
        Record {
            id: SubmissionId,
            state: ReviewState,
        },
        /// A photo by its caption.
        Photo {
            record: SubmissionId,
            thumbnail: String,
        },
        File {
            id: FileId,
        },
    }
}
