//! See `domain::areas::attendances`.

pub mod store;
