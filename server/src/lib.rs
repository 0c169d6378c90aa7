//! Minglu's server: HTTP routes, SQL, blobs, exports and the command line.
//!
//! Rules that the phone needs too live in `domain`; this crate applies them to the database. The
//! process keeps no state of its own: sessions, counters and upload offsets are in the database.

pub mod areas;
pub mod audit;
pub mod auth;
pub mod backup;
pub mod blob_store;
pub mod bulk;
pub mod cli;
pub mod clock;
pub mod db;
pub mod docx;
pub mod error;
pub mod extract;
pub mod feed;
pub mod ids;
pub mod keys;
pub mod likenesses;
pub mod maintenance;
pub mod office;
pub mod one_time_links;
pub mod organizations;
pub mod pages;
pub mod paging;
pub mod passwords;
pub mod reports;
pub mod router;
pub mod sample;
pub mod search;
pub mod settings;
pub mod state;
pub mod throttle;
pub mod tokens;
pub mod turns;
pub mod validate;

pub use clock::Clock;
pub use db::{Db, Tx};
pub use error::{Error, Result};
pub use state::AppState;
