//! Every route, held against what must hold for all of them: who may, whose ids exist, what a bad
//! request says and leaves behind. A route that isn't in the table fails the first test.
//!
//! Leaves out what each route is for (the modules of its area).

mod access;
mod bad_input;
mod source;
mod table;
mod tasks;
mod world;
