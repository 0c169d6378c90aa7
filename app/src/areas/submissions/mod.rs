//! Field forms on the phone.

pub mod draft;
pub mod editor;
pub mod fields;
pub mod lines;
mod photo_field;
pub mod pictures;
pub mod state;
