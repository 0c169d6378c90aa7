//! The device's half of sync: a replica of what its user may see, with an outbox of what its user did.
//!
//! Pages call [`Replica`]: they commit operations and read rows; nothing they do waits for the
//! network. The engine inside sends, pulls and uploads whenever it can. Invariants:
//!
//! - What `commit` returned as saved stays in the outbox until the server's verdict is in *sent*.
//! - A pulled page and its cursor are stored in one transaction.
//! - A blob's bytes are deleted only after the server confirmed the whole hash.
//!
//! Leaves out the user interface, SQL, and what operations mean (`domain::decide`).

#[cfg(target_arch = "wasm32")]
pub mod browser;
pub mod client;
pub mod environment;
pub mod leadership;

pub mod storage;
pub mod transport;
pub mod types;

mod clock;
mod commit;
mod drafts;
mod engine;
mod error;
mod overlay;
mod records;
mod replica;
mod rescue;
mod shelf;
mod status;

pub use engine::SyncReport;
pub use environment::Environment;
pub use error::SyncError;
pub use replica::{Replica, Subscription};
pub use rescue::{CarriedFile, RescueError};
pub use storage::{Storage, StorageError};
pub use transport::Transport;
pub use types::{
    Account, CaptureInput, CommitError, Draft, DraftPhoto, LocalRow, NewBlob, NewFile,
    NewOperation, NewPhoto, NewPicture, OutboxItem, OutboxState, Problem, Saved, SentItem, Status,
};
