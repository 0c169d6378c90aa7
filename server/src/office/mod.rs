//! The office's pages that show several areas at once: this is where areas meet, as
//! `domain::decide` is where their rules do.

mod activity_detail;
mod gathering;
mod names;
mod submission_detail;

use axum::Router;

use crate::AppState;

pub fn routes() -> Router<AppState> {
    Router::new()
        .merge(activity_detail::routes())
        .merge(submission_detail::routes())
}
