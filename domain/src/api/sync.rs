//! Push, pull, certificates and blobs: what a field device says to the server.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::{
    operation::RecordRef,
    proofs::{Certificate, CertificateSubject, Trust},
    rescue::RescuePass,
    row::Row,
    time::Timestamp,
    verdict::Verdict,
};

/// The most operations in one push.
pub const PUSH_OPERATIONS: usize = 50;
/// The most bytes in one push, before compression.
pub const PUSH_BYTES: usize = 256 * 1024;
/// The most rows in one page of a pull.
pub const PULL_ROWS: i64 = 500;
/// The most bytes in one page of a pull; at least one row is always sent.
pub const PULL_BYTES: usize = 512 * 1024;
/// So many pages at most come as one where a client says that its network is quick (`times`).
pub const PULL_TIMES: i64 = 4;
/// How long an operation waits for the one that it builds on.
pub const HELD_MS: i64 = 5 * crate::time::DAY_MS;

/// `POST /api/sync/push` → [`PushResponse`]. The header `content-encoding: gzip` is understood.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PushRequest {
    pub heartbeat: Heartbeat,
    /// Each an [`crate::Operation`], kept raw so that one unreadable item doesn't sink the others.
    pub operations: Vec<Box<RawValue>>,
}

/// What a device still holds; sent with each request, so that the office sees which phones still
/// have what, and so that an emptied phone is noticed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heartbeat {
    pub device_id: String,
    /// Operations not yet received by the server, those of this push included.
    pub outbox: i64,
    /// When the oldest of them was captured.
    #[serde(default)]
    pub oldest: Option<Timestamp>,
    /// Blobs not yet stored on the server.
    pub blobs: i64,
    /// The highest `device_seq` ever given out in this epoch.
    pub max_device_seq: i64,
    pub device_epoch: i64,
    /// Whether the browser promised not to evict the store.
    #[serde(default)]
    pub persisted: Option<bool>,
    #[serde(default)]
    pub free_bytes: Option<i64>,
    pub app_build: String,
    /// The server's time in the last answer that the device heard before this request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard_at: Option<Timestamp>,
    /// Names the device's store, from its beginning to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<Uuid>,
    /// The last [`DeviceNotice::Emptied`] that the device noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emptied_at: Option<Timestamp>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PushResponse {
    /// One per operation, in order.
    pub verdicts: Vec<Verdict>,
    pub server_time: Timestamp,
    /// What the device should know about itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<DeviceNotice>,
    /// As in a pull: another epoch means a server restored from a backup. Who may not pull any more,
    /// learns of it here.
    #[serde(default)]
    pub epoch: Option<i64>,
}

crate::tagged! {
    "DeviceNotice", tag = "notice";
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum DeviceNotice {
        /// The last heartbeat named pending work, and now the store is another one: the browser may have
        /// evicted it. Said again until a heartbeat names `at`.
        Emptied {
            outbox: i64,
            blobs: i64,
            at: Timestamp,
        },
        /// Another device uses the same sequence numbers (a restored backup): take the next epoch.
        EpochUsed { next_epoch: i64 },
    }
}

/// Names the areas that came after version 1, for `knows` of a pull: rows of others aren't sent.
pub const KNOWS: &str = "premises,standards,tasks,guests";

/// `GET /api/sync/pull?cursor=…&device_id=…&knows=…&times=…` → [`PullResponse`]. No cursor means from the start.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PullResponse {
    /// True on the first page after the scope or the server's history changed: when the last page
    /// has come, drop synced rows that this run of pages didn't name. Unsent work stays.
    pub reset: bool,
    pub rows: Vec<PulledRow>,
    /// Opaque; store it in the same transaction as the rows.
    pub cursor: String,
    pub more: bool,
    pub server_time: Timestamp,
    /// Names the server's history. It changes when the server is restored from a backup, which may lack
    /// what devices were told is received: they send it again.
    #[serde(default)]
    pub epoch: Option<i64>,
    /// On the last page: what the device should now hold within its scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<ScopeSummary>,
    /// On the last page: the server's keys and the certificates taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trust: Option<Trust>,
    /// On the last page: with what this phone seals a rescue file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rescue: Option<RescuePass>,
}

crate::tagged! {
    "PulledRow", tag = "change";
    #[derive(Clone, Debug, PartialEq)]
    pub enum PulledRow {
        Put {
            row: Row,
        },
        /// Deleted, or no longer within the device's scope.
        Remove {
            record: RecordRef,
        },
    }
}

/// The number of rows and the sum of their [`Row::digest`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeSummary {
    pub count: i64,
    pub checksum: i64,
}

/// `POST /api/certificates` → [`Certificate`]. A display certificate is for the organizer (or staff),
/// a personal one only for oneself. Asking again with the same key returns the one still valid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateRequest {
    pub subject: CertificateSubject,
    /// base64url
    pub public_key: String,
}

pub type CertificateResponse = Certificate;

/// Metadata of a tus creation at `POST /api/blobs` (header `Upload-Metadata`, base64 values):
/// `sha256`, `filetype`, `device`. Creation is idempotent per (device, sha256).
/// `HEAD`/`PATCH`/`DELETE /api/blobs/uploads/{id}` as in tus 1.0;
/// `HEAD`/`GET /api/blobs/{sha256}` for what is stored.
pub const TUS_VERSION: &str = "1.0.0";

/// `POST /api/rescue`, a rescue file as `application/octet-stream`, on any member's session: the file
/// itself shows whose work it holds. What came before is only counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RescueReport {
    /// Whose work it is.
    pub name: String,
    pub saved_at: Timestamp,
    /// Operations that the server now holds.
    pub received: i64,
    /// Those of them that it held before.
    pub known: i64,
    /// Those of them that wait for the office's decision.
    pub quarantined: i64,
    /// Operations that couldn't be taken now: bring the file again.
    pub later: i64,
    /// Photos and signatures that the server now holds.
    pub photos: i64,
    /// Those that it can't take, such as damaged ones.
    pub refused: i64,
    /// Not submitted: they stay the author's.
    pub drafts: i64,
    /// Photos that didn't fit into the file.
    pub left_out: i64,
}
