//! The evidence ledger: what proves which item, and the documents that the office keeps.

pub mod count;
pub mod files;
pub mod material;
pub mod standing;
pub mod store;
