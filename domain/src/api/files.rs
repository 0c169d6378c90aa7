//! Documents that the office keeps: notices, plans, minutes, certificates.

use serde::{Deserialize, Serialize};

use crate::{
    areas::evidence::File,
    evidence_kind::EvidenceKind,
    ids::{ActivityId, DepartmentId},
};

/// `GET /api/office/files?…` → `Page<FileLine>`, newest first, 50 at a time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFilter {
    /// Words of title, file name or document number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<EvidenceKind>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department_id: Option<DepartmentId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity_id: Option<ActivityId>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withdrawn: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// A document with where it is used; also `GET /api/office/files/{id}`. Its bytes are at
/// `GET /api/office/files/{id}/content`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileLine {
    pub file: File,
    pub department_name: Option<String>,
    pub activity_title: Option<String>,
    pub added_by_name: String,
    /// The codes of the items that it proves.
    pub items: Vec<String>,
}

/// `POST /api/office/files` → [`File`]: bytes that were sent to `/api/blobs` are a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewFile {
    /// The blob's name.
    pub sha256: String,
    pub file_name: String,
    #[serde(default)]
    pub about: FileInput,
}

/// `PUT /api/office/files/{id}` with `If-Match`; `POST …/{id}/withdraw` and `…/{id}/restore` with
/// `If-Match` take it out of use and back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileInput {
    /// The file's name without its ending, if empty.
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub kind: Option<EvidenceKind>,
    /// `2026-03-05`
    #[serde(default)]
    pub dated_on: Option<String>,
    #[serde(default)]
    pub document_no: String,
    #[serde(default)]
    pub department_id: Option<DepartmentId>,
    #[serde(default)]
    pub activity_id: Option<ActivityId>,
}
