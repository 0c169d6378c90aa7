//! The areas: one folder each, with its routes and its SQL. An area never imports another one.

pub mod activities;
pub mod attachments;
pub mod attendances;
pub mod blobs;
pub mod departments;
pub mod devices;
pub mod evidence;
pub mod forms;
pub mod guests;
pub mod invitations;
pub mod people;
pub mod premises;
pub mod rectifications;
pub mod sessions;
pub mod sign_ups;
pub mod standards;
pub mod submissions;
pub mod sync;
pub mod tasks;
