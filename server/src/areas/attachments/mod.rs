//! See `domain::areas::attachments`.

pub mod likenesses;
pub mod store;
