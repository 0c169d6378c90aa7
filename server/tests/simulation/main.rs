//! The deterministic simulation of sync: real replicas against the real server, on a virtual clock, over
//! a network and disks that fail by the seed. One seed is one run and replays exactly.
//!
//! Each run ends by healing everything, letting two minutes pass, and checking every promise of
//! docs/sync.md. `cargo xtask simulate` runs any seeds and tells a seed's story.

mod backend;
mod checks;
mod disk;
mod events;
mod gates;
mod guests;
mod machine;
mod mutations;
mod network;
mod numbers;
mod office;
mod person;
mod phone;
mod photo_words;
mod plan;
mod poison;
mod random;
mod rescued;
mod said;
mod scenes;
mod scenes_of_closed_accounts;
mod scenes_of_names;
mod scenes_of_trouble;
mod scope;
mod seeds;
mod shrink;
mod simulation;
#[expect(unused_macros, reason = "the API tests use the macro")]
#[path = "../api/support/mod.rs"]
mod support;
mod troubles;
mod words;
