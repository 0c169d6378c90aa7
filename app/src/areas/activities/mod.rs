//! Activities on the phone.

pub mod row;
pub mod schedule;
