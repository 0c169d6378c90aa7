//! The office's task list: what is to be done, what of it is done and by what that shows; its import.

mod act;
mod import;
pub(super) mod list;
mod table;

use axum::Router;

use crate::AppState;

pub(super) use act::whose;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .merge(list::routes())
        .merge(act::routes())
        .merge(import::routes())
}
