//! Assessment standards: the versions that an organization keeps, one of them the current one.

pub mod store;
