//! Activities in the office: making, editing, cancelling, listing.
//!
//! Leaves out who signed up and who came (`office::activity_detail`, where areas meet).

mod input;
mod routes;
pub mod store;

pub(crate) use routes::code_word;
pub use routes::routes;
