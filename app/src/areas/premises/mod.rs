//! What the phone's and the office's pages of premises share: their words, their history on a page.

pub mod history;
pub mod known;
pub mod words;
