//! What the pages about evidence share: the card that says what a record proves, words, plain plots.

pub mod card;
pub mod plots;
pub mod words;
