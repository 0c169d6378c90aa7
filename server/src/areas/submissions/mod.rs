//! Submissions: what operations write (`store`), what the office reads.

mod counts;
mod list;
mod routes;
pub mod store;

pub use counts::all as counts;
pub use routes::routes;
