//! The areas: slices of the product, one module each. An area never names another one; what cuts
//! across hangs on [`crate::RecordRef`], and [`crate::decide`] is where they meet.

pub mod activities;
pub mod attachments;
pub mod attendances;
pub mod evidence;
pub mod guests;
pub mod later_verdicts;
pub mod people;
pub mod premises;
pub mod rectifications;
pub mod sign_ups;
pub mod standards;
pub mod submissions;
pub mod tasks;
