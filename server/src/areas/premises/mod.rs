//! Premises (监管单位) in the office: the list that staff inspect from.
//!
//! Leaves out what was found there and the import (`office::premises`, where areas meet).

pub(crate) mod input;
mod routes;
pub mod store;

pub use routes::routes;
