//! What pages of the standard share: an item's head, the tree, and on site what is still missing.

pub mod gap;
pub mod head;
pub mod tree;
