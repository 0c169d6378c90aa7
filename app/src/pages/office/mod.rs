//! The office's pages, made for the desktop, usable on a phone.

pub mod activities;
pub mod activity;
pub mod departments;
pub mod devices;
pub mod evidence;
pub mod files;
pub mod forms;
pub mod hours;
pub mod invitations;
pub mod new_activity;
pub mod overview;
pub mod packs;
pub mod people;
pub mod premises;
pub mod quarantine;
pub mod receipts;
pub mod rectifications;
pub mod reports;
pub mod rescue;
pub mod review;
pub mod review_record;
pub mod roster;
pub mod roster_import;
pub mod search;
pub mod standards;
mod subjects;
pub mod tasks;
