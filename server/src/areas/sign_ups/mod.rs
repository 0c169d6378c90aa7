//! See `domain::areas::sign_ups`.

pub mod store;
