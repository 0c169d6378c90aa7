//! What the review queue and a record's page share.
//!
//! Pure: [`filter`], [`changes`], [`circumstances`], [`memory`]. Drawing: [`record`] and its parts,
//! [`decision`], [`queue`].

pub mod answers;
pub mod changes;
pub mod circumstances;
pub mod decision;
mod files;
pub mod filter;
pub mod filter_bar;
pub mod history;
pub mod keys_help;
pub mod memory;
pub mod names;
mod photo_proofs;
mod photo_words;
pub mod photos;
pub mod queue;
pub mod record;
pub mod sides;
