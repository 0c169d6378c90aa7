//! The office's pages that show several areas at once, and its decisions that read them: this is where areas meet, as
//! `domain::decide` is where their rules do.

mod activity_detail;
mod dashboard;
mod forms;
mod gathering;
mod names;
mod premises;
mod quarantine;
mod rectifications;
mod rescue;
mod resemblances;
mod subjects;
mod submission_detail;
mod submission_review;
mod tasks;

use axum::Router;

use crate::AppState;

pub fn routes() -> Router<AppState> {
    Router::new()
        .merge(activity_detail::routes())
        .merge(dashboard::routes())
        .merge(forms::routes())
        .merge(premises::routes())
        .merge(quarantine::routes())
        .merge(rectifications::routes())
        .merge(rescue::routes())
        .merge(submission_detail::routes())
        .merge(submission_review::routes())
        .merge(subjects::routes())
        .merge(tasks::routes())
}
