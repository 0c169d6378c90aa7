//! Rectification in the office: the list, one problem with its records, and the acts of each.

mod act;
mod input;
pub(super) mod list;
mod sources;

use axum::Router;

use crate::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .merge(list::routes())
        .merge(act::routes())
        .merge(sources::routes())
}
