//! People: who is a member, with which role since when. Reviewers see, administrators change.
//!
//! Leaves out log-in (sessions) and joining (invitations).

mod routes;
pub mod store;

pub use routes::{NAME_LIMIT, routes};
