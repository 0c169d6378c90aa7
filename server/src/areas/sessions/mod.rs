//! Log-in, log-out, one's own password.
//!
//! Leaves out what a session is and how a request finds it (`auth`), and joining (invitations).

mod routes;
mod store;

pub use routes::{log_in, routes};
