//! The office's pages that show several areas at once, and its decisions that read them: this is where areas meet, as
//! `domain::decide` is where their rules do.

mod activity_detail;
mod bundle;
mod evidence;
mod files;
mod forms;
mod gathering;
mod names;
mod premises;
mod quarantine;
mod rescue;
mod resemblances;
mod search;
mod standards;
mod submission_detail;
mod submission_review;
mod table_file;

use axum::Router;

use crate::AppState;

pub fn routes() -> Router<AppState> {
    Router::new()
        .merge(activity_detail::routes())
        .merge(bundle::routes())
        .merge(evidence::routes())
        .merge(files::routes())
        .merge(forms::routes())
        .merge(premises::routes())
        .merge(quarantine::routes())
        .merge(rescue::routes())
        .merge(search::routes())
        .merge(standards::routes())
        .merge(submission_detail::routes())
        .merge(submission_review::routes())
}
