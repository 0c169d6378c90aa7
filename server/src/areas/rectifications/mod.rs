//! Rectification (整改): problems, their states and their history.
//!
//! Leaves out the records that show them (`office::rectifications`, where areas meet).

pub mod store;
