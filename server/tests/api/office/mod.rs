//! `/api/office/…`: what the office reads and decides.

mod activities;
mod bundle;
mod evidence;
mod files;
mod forms;
mod likenesses;
mod packs;
mod quarantine;
mod rescue;
mod review_list;
mod search;
mod submissions;
