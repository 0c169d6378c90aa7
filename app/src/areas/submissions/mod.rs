//! Field forms on the phone.

pub mod conflict;
pub mod draft;
pub mod editor;
pub mod fields;
pub mod lines;
mod more_fields;
mod photo_field;
pub mod pictures;
mod repeats;
pub mod state;
