//! Invitations: a code that lets a newcomer in with a role and a department, until it expires or is
//! used up. The app draws the QR code of `/join/{code}`.

mod routes;
mod store;

pub use routes::{join, routes, show_card};
