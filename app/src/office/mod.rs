//! What several of the office's pages share: reading from the server and keeping it fresh, acts with
//! their outcome, uploads, how a page looks while it waits or fails.
//!
//! The office works online: nothing here is kept on the device. Leaves out what one area shows
//! (`areas`) and calls as such (`http`).

mod act;
pub mod choices;
mod fields;
mod filters;
mod outcome;
mod pages;
mod remote;
mod table_source;
mod take_table;
pub mod uploads;

pub use act::{Act, use_act};
pub use fields::{Fields, codes};
pub use filters::{Filter, Filters, from_address, has_words};
pub use outcome::{ActProblem, LoadProblem, Loading, Stale};
pub use pages::{Pages, ReadOn, use_pages};
pub use remote::{Remote, use_remote};
pub use table_source::{TableSource, send_rows, understood};
pub use take_table::TakeTable;
