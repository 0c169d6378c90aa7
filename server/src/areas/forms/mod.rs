//! Field forms as the server keeps them: every version for ever, one of each form current.
//!
//! Leaves out the pages that upload the office's own forms, and what a form means (`domain::forms`).

mod builtin;
pub mod store;
pub mod workbook;

pub use builtin::install_builtin;
