//! What the pages of one area share. An area never names another one.

pub mod activities;
pub mod attendances;
pub mod devices;
pub mod evidence;
pub mod premises;
pub mod quarantine;
pub mod rescue;
pub mod reviews;
pub mod sessions;
pub mod standards;
pub mod submissions;
pub mod tasks;
