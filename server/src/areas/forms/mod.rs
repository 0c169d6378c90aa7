//! Field forms as the server keeps them: every version for ever, one of each form current.
//!
//! Leaves out what the office does with them (`office::forms`), and what a form means (`domain::forms`).

mod builtin;
pub mod bundle;
pub mod store;
pub mod workbook;

pub use builtin::{install_builtin, lacks_builtin};
