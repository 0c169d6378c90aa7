//! The typed HTTP contract between the app and the server. Paths stand beside each type.
//!
//! Errors of any route: [`ApiError`] as JSON with the fitting status. Times are ms since 1970 UTC.

pub mod bundles;
pub mod dashboard;
pub mod evidence;
pub mod files;
pub mod forms;
pub mod hours;
pub mod office;
pub mod packs;
pub mod participation;
pub mod premises;
pub mod rectifications;
pub mod roster;
pub mod search;
pub mod self_assessment;
pub mod session;
pub mod standards;
pub mod sync;
pub mod tasks;

use serde::{Deserialize, Serialize};

use crate::text::Text;

/// The body of every error response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiError {
    /// Stable, such as `invalid_mobile`, `locked_out`, `stale_revision`.
    pub code: String,
    /// The sentence for the person, with what to do next.
    pub message: Text,
    /// The form field it belongs to, if it belongs to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

/// A page of a list that is read with a cursor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Pass back as `after` to get the next page; `None` at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
