//! The evidence ledger: what proves which item, and the documents that the office keeps.

pub mod files;
pub mod store;
