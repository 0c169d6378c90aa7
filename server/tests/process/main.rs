//! The real program `minglu` on real databases, over real HTTP: killed again and again, without room on
//! its disk, without its database, backed up while it works, and met by a herd of phones.
//!
//! Longer runs: `cargo xtask faults`, `cargo xtask bench herd`.

#[path = "../api/support/mod.rs"]
#[macro_use]
mod support;

mod backups;
mod cluster;
mod disk_full;
mod herd;
mod home;
#[path = "../../examples/bench_server/http.rs"]
mod http;
mod kills;
mod ledger;
mod native;
mod phone;
#[path = "../simulation/random.rs"]
#[expect(dead_code, reason = "the simulation asks for more")]
mod random;
mod restarts;
mod speed;
#[path = "../../examples/bench_server/world.rs"]
#[allow(dead_code, reason = "what measures asks for more")]
mod world;

pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;
