//! Submissions: what operations write (`store`), what the office reads and decides.

mod counts;
mod list;
mod review;
mod routes;
pub mod store;

pub use routes::routes;
