//! Submissions in the forms that other tools read: flat tables as CSV, and ODK's XML instances.
//!
//! Both are pure: what is exported for whom is decided by the caller, who also knows the names of the
//! attachments' files; here they are their ids.

mod merge;
mod tables;
mod xml;

pub use merge::merged;
pub use tables::{Exported, Layout, Table, tables};
pub use xml::instance;
