//! Field forms as the server keeps them: every version for ever, one of each form current.
//!
//! Leaves out uploading the office's own forms, and what a form means (`domain::forms`).

mod builtin;
pub mod store;

pub use builtin::install_builtin;
