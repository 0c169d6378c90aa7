//! The office's pages that show several areas at once, and its decisions that read them: this is where areas meet, as
//! `domain::decide` is where their rules do.

mod activity_detail;
mod forms;
mod gathering;
mod names;
mod premises;
mod quarantine;
mod rescue;
mod resemblances;
mod roster;
mod submission_detail;
mod submission_review;
mod tables;

use axum::Router;

use crate::AppState;

pub fn routes() -> Router<AppState> {
    Router::new()
        .merge(activity_detail::routes())
        .merge(forms::routes())
        .merge(premises::routes())
        .merge(quarantine::routes())
        .merge(rescue::routes())
        .merge(roster::routes())
        .merge(submission_detail::routes())
        .merge(submission_review::routes())
}
