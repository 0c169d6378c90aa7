//! Field forms on the phone.

pub mod attached;
pub mod beginning;
mod burst;
mod choosing;
pub mod conflict;
pub mod draft;
pub mod editor;
pub mod fields;
mod file_field;
mod history;
mod keeping;
pub mod lines;
mod more_fields;
pub mod pages;
mod photo_field;
mod photo_notices;
mod photo_sheet;
mod picking;
pub mod pictures;
pub mod progress;
mod repeats;
pub mod resume;
mod special;
pub mod state;
