//! Log-in, joining, and whose account is open.

pub mod guard;
pub mod next;
pub mod privacy;
