//! The self-assessment of a year: each item with what its material gives by itself, what its department and
//! the office say, and the sum. A department sees and says what it answers for, the office all of it.
//!
//! How points follow from facts is `domain::scoring`'s business, what it comes to `domain::self_assessment`'s.

mod act;
mod answering;
mod export;
mod read;
mod sheets;
mod store;

use axum::{
    Router,
    routing::{get, post, put},
};

use domain::{DepartmentId, Lang};
use serde::Deserialize;

use super::{evidence::check_year, subjects};
use crate::{AppState, Result};

pub(super) use read::{assessed, open_years, standing};

/// Which year's; the current one unless told.
#[derive(Clone, Copy, Deserialize)]
struct OfYear {
    year: Option<i32>,
    #[serde(default)]
    lang: Lang,
}

/// Which part of a year is looked at.
#[derive(Clone, Copy)]
enum Whose {
    All,
    /// What the department answers for; nothing for somebody without one.
    Department(Option<DepartmentId>),
}

impl OfYear {
    fn year(self, state: &AppState) -> Result<i32> {
        let now = state.clock.now();
        check_year(self.year.unwrap_or_else(|| subjects::year(now)))
    }
}

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/office/self-assessment", get(read::one))
        .route("/api/office/self-assessment/items/{code}", put(act::say))
        .route(
            "/api/office/self-assessment/items/{code}/department",
            put(act::assign),
        )
        .route("/api/my/self-assessment", get(read::own))
        .route(
            "/api/my/self-assessment/items/{code}",
            put(act::say_for_department),
        )
        .route("/api/office/self-assessment/marks", put(act::mark))
        .route("/api/office/self-assessment/close", post(act::close))
        .route("/api/office/self-assessment/reopen", post(act::reopen))
        .route("/api/office/self-assessment/table.xlsx", get(export::table))
        .route(
            "/api/office/self-assessment/report.docx",
            get(export::report),
        )
}
