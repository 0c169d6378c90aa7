//! Devices: who still holds how many unsent records, since when a phone wasn't seen, and taking a
//! lost one's session away.
//!
//! Leaves out the heartbeat that keeps these figures (sync).

mod routes;
pub mod store;

pub use routes::routes;
