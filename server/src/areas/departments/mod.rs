//! Departments (科室): a name and a position in the list.

mod routes;
pub mod store;

pub use routes::routes;
