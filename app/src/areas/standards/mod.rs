//! What pages of the standard share: the tree, and on site what is still missing.

pub mod gap;
pub mod tree;
