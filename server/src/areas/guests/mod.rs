//! See `domain::areas::guests`.

pub mod store;
