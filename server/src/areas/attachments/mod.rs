//! See `domain::areas::attachments`.

pub mod store;
