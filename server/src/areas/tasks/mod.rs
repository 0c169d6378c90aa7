//! The task list (任务清单): tasks and what of them is done.
//!
//! Leaves out the standard and the records that show it (`office::tasks`, where areas meet).

pub(crate) mod input;
pub mod store;
