//! `/api/office/…`: what the office reads and decides.

mod activities;
mod forms;
mod likenesses;
mod quarantine;
mod rescue;
mod review_list;
mod roster;
mod submissions;
