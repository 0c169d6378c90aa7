//! Premises with their visits and findings, as a list, one by one and as a workbook; and their import.

pub(super) mod import;
mod list;
pub(super) mod table;
mod workbook;

use axum::Router;

use crate::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new().merge(list::routes()).merge(import::routes())
}
