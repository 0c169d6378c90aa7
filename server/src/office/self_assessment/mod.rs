//! The office's self-assessment of a year: each item with what its material gives by itself, what its
//! department and the office say, and the sum.
//!
//! How points follow from facts is `domain::scoring`'s business, what it comes to `domain::self_assessment`'s.

mod act;
mod export;
mod read;
mod store;

use axum::{
    Router,
    routing::{get, post, put},
};

use crate::AppState;

pub(super) use read::{assessed, standing};

pub(super) fn routes() -> Router<AppState> {
    const PATH: &str = "/api/office/self-assessments/{year}";
    let at = |rest: &str| format!("{PATH}{rest}");
    Router::new()
        .route(PATH, get(read::one))
        .route(&at("/items/{code}/{stage}"), put(act::say))
        .route(&at("/marks"), put(act::mark))
        .route(&at("/close"), post(act::close))
        .route(&at("/reopen"), post(act::reopen))
        .route(&at("/table.xlsx"), get(export::table))
        .route(&at("/report.docx"), get(export::report))
}
