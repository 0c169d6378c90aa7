//! `/api/office/…`: what the office reads and decides.

mod activities;
mod bundle;
mod evidence;
mod exports;
mod files;
mod forms;
mod guests;
mod hours;
mod likenesses;
mod packs;
mod participation;
mod photo_words;
mod quarantine;
mod reports;
mod rescue;
mod review_list;
mod roster;
mod search;
mod self_assessment;
mod submissions;
