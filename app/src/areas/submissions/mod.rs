//! Field forms on the phone.

mod burst;
pub mod conflict;
pub mod draft;
pub mod editor;
pub mod fields;
pub mod lines;
mod more_fields;
mod photo_field;
mod photo_notices;
mod photo_sheet;
pub mod pictures;
mod repeats;
pub mod state;
