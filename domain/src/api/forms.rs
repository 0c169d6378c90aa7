//! What the office does with forms, online: versions, who fills them in, what was written with them.
//!
//! `If-Match` names the form's `revision`, which grows with each change of any of its versions; 0 for a
//! form that isn't there yet.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    forms::{Clash, Form, FormChange, FormError, Offer},
    ids::DepartmentId,
    text::Text,
    time::Timestamp,
};

/// `GET /api/office/forms` → `Vec<FormLine>`, in the order in which phones offer them.
/// `POST /api/office/forms/{id}/offer` (that version from now on), `POST …/retire` (no version) and
/// `PUT …/audience` with an [`OfferInput`], each with `If-Match` → [`FormLine`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormLine {
    /// The same over all versions, such as `blood_drive`.
    pub form_id: String,
    pub title: Text,
    pub revision: i64,
    pub position: i64,
    pub offer: Offer,
    /// Records of all versions.
    pub records: i64,
    /// The newest first.
    pub versions: Vec<VersionLine>,
}

/// An [`Offer`] of which nothing may be left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferInput {
    pub staff: bool,
    pub departments: Vec<DepartmentId>,
}

impl From<OfferInput> for Offer {
    fn from(input: OfferInput) -> Self {
        let mut departments = input.departments;
        departments.sort_unstable();
        departments.dedup();
        Self {
            staff: input.staff,
            departments,
        }
    }
}

impl FormLine {
    /// The version that phones offer; `None` when the form is retired.
    pub fn current(&self) -> Option<&VersionLine> {
        self.versions.iter().find(|version| version.current)
    }

    /// The current version, or the newest one of a retired form.
    pub fn shown(&self) -> Option<&VersionLine> {
        self.current().or(self.versions.first())
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionLine {
    /// Under which the version travels.
    pub id: Uuid,
    pub version: String,
    pub current: bool,
    /// Whether it came with Minglu.
    pub built_in: bool,
    #[serde(default)]
    pub published_at: Option<Timestamp>,
    #[serde(default)]
    pub published_by: String,
}

/// `GET /api/office/forms/{id}`: one version. `GET …/{id}/form.xlsx` is the same as a workbook;
/// `GET …/{id}/records.csv` and `…/records.zip` hold what was written with any version of the form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormDetail {
    pub line: FormLine,
    pub version: VersionLine,
    pub form: Form,
    /// Records of this version.
    pub records: i64,
    /// What is different from the current version, unless it is that one.
    pub changes: Vec<FormChange>,
}

/// `POST /api/office/forms/check` with a file's bytes: what publishing it would mean. 422
/// [`FormErrors`] when it can't be read as a form. `POST /api/office/forms` with the same bytes and
/// `If-Match` publishes it → [`FormDetail`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormCheck {
    /// Under the version that it would get.
    pub form: Form,
    /// The version that stands in the file, if another form has it already.
    #[serde(default)]
    pub version_taken: Option<String>,
    /// The form as it is now, if there is one of its name.
    #[serde(default)]
    pub line: Option<FormLine>,
    /// The version to which it is compared.
    #[serde(default)]
    pub compared_with: Option<String>,
    pub changes: Vec<FormChange>,
    /// What keeps it from being published.
    pub clashes: Vec<Clash>,
    /// The version that has exactly this content.
    #[serde(default)]
    pub same_as: Option<VersionLine>,
}

impl FormCheck {
    pub fn revision(&self) -> i64 {
        self.line.as_ref().map_or(0, |line| line.revision)
    }

    pub fn can_be_published(&self) -> bool {
        self.clashes.is_empty() && self.same_as.is_none()
    }
}

/// An error with everything that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormErrors {
    /// `form_errors`
    pub code: String,
    pub message: Text,
    pub errors: Vec<FormError>,
}
