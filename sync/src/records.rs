//! The shapes that the store holds, and how they are read and written.
//!
//! A value that can't be read (written by another build) never stops the others: lists skip it. What a
//! person made is never skipped: an operation is sent and counted whatever this build can read of it.
//! Fields are only added, each with a default.

use domain::{
    Area, Capture, Operation, Outcome, Receipt, RecordRef, Row, Text, Timestamp,
    ids::OpId,
    proofs::{Certificate, CertificateSubject},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::storage::{StorageError, Store, Transaction};

pub(crate) type Tx = dyn Transaction;

pub(crate) mod meta {
    pub(crate) const DEVICE: &str = "device";
    pub(crate) const PULL: &str = "pull";
    pub(crate) const CLOCK: &str = "clock";
    pub(crate) const TRUST: &str = "trust";
    /// With what a rescue file is sealed.
    pub(crate) const RESCUE: &str = "rescue";
    pub(crate) const LINK: &str = "link";
    pub(crate) const LEADER: &str = "leader";
    pub(crate) const PERSISTED: &str = "persisted";
    /// When the server last said that this device came back empty.
    pub(crate) const EMPTIED: &str = "emptied";
    /// Prefix; the rest names the problem.
    pub(crate) const PROBLEM: &str = "problem/";
    /// Prefix; the rest is a draft's id: the answers that a correction started from.
    pub(crate) const DRAFT_BASE: &str = "base/";
    /// Prefix; the rest names the subject.
    pub(crate) const CERTIFICATE: &str = "certificate/";
    /// Prefix; the rest is the hash of a colleague's rescue file.
    pub(crate) const CARRIED: &str = "carried/";
}

/// The record that an operation is about, as it was written: a build that another one's areas are
/// unknown to keeps what it can't read.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct About(Box<RawValue>);

impl About {
    pub(crate) fn new(record: RecordRef) -> Result<Self, StorageError> {
        let text = serde_json::value::to_raw_value(&record);
        text.map(Self).map_err(unwritable)
    }

    pub(crate) fn record(&self) -> Option<RecordRef> {
        domain::json::read(self.0.get()).ok()
    }

    /// What tells one record from another.
    pub(crate) fn name(&self) -> String {
        self.record()
            .map_or_else(|| self.0.get().to_owned(), record_key)
    }
}

/// An operation that the server hasn't received. The envelope stands on its own, as raw JSON.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// Grows with each capture on this device; never given out twice, never renumbered.
    pub(crate) order: i64,
    pub(crate) op_id: OpId,
    pub(crate) record: About,
    pub(crate) captured_at: Timestamp,
    #[serde(default)]
    pub(crate) blobs: Vec<String>,
    pub(crate) operation: Box<RawValue>,
    /// How often it was put into a request; written before the request goes out.
    #[serde(default)]
    pub(crate) attempts: u32,
    #[serde(default)]
    pub(crate) last_error: Option<Text>,
}

impl Entry {
    pub(crate) fn key(&self) -> String {
        order_key(self.order)
    }

    pub(crate) fn operation(&self) -> Option<Operation> {
        domain::json::read(self.operation.get()).ok()
    }
}

/// An operation that the server received.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Sent {
    pub(crate) order: i64,
    pub(crate) op_id: OpId,
    /// Under which id the server keeps it, where it can't keep it under its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) kept_as: Option<OpId>,
    pub(crate) record: About,
    #[serde(default)]
    pub(crate) blobs: Vec<String>,
    pub(crate) operation: Box<RawValue>,
    pub(crate) outcome: Outcome,
    #[serde(default)]
    pub(crate) receipt: Option<Receipt>,
    pub(crate) at: Timestamp,
}

impl Sent {
    /// Until a pull has brought what became of it, its effect is still laid over the rows.
    pub(crate) const UNSETTLED: &str = "1/";
    pub(crate) const SETTLED: &str = "0/";

    pub(crate) fn key(&self, prefix: &str) -> String {
        format!("{prefix}{:016}/{}", self.at.0.max(0), self.op_id)
    }

    /// The id by which the server speaks of it.
    pub(crate) fn known_as(&self) -> OpId {
        self.kept_as.unwrap_or(self.op_id)
    }

    pub(crate) fn operation(&self) -> Option<Operation> {
        domain::json::read(self.operation.get()).ok()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BlobKind {
    Thumbnail,
    Full,
}

/// What is known about a blob; its bytes lie beside it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Upload {
    pub(crate) sha256: String,
    /// The full photo that it belongs to (itself, if it is one): what a person counts.
    pub(crate) photo: String,
    pub(crate) kind: BlobKind,
    pub(crate) size: i64,
    pub(crate) media_type: String,
    pub(crate) order: i64,
    /// False while only a draft names it.
    pub(crate) wanted: bool,
    /// When the server confirmed that it holds the whole bytes.
    #[serde(default)]
    pub(crate) stored_at: Option<Timestamp>,
    /// The tus upload in progress.
    #[serde(default)]
    pub(crate) location: Option<String>,
    /// The bytes are gone or damaged here, so that they can't be sent any more.
    #[serde(default)]
    pub(crate) lost: bool,
    #[serde(default)]
    pub(crate) attempts: u32,
    #[serde(default)]
    pub(crate) last_error: Option<Text>,
}

impl Upload {
    pub(crate) fn is_pending(&self) -> bool {
        self.wanted && self.stored_at.is_none() && !self.lost
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Device {
    pub(crate) epoch: i64,
    /// The last `device_seq` given out in this epoch.
    pub(crate) seq: i64,
    /// The last local order given out.
    pub(crate) order: i64,
    /// The store's name, given when it was first opened.
    #[serde(default)]
    pub(crate) store: Option<Uuid>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Pull {
    pub(crate) cursor: Option<String>,
    /// Rows carry the run that brought them; a finished reset sweeps the rows of older runs.
    pub(crate) generation: i64,
    pub(crate) resetting: bool,
    /// A mismatch of the summary led to a full pull; not again until one matches.
    #[serde(default)]
    pub(crate) healed: bool,
    /// Which of the server's histories the rows are of; `None` before the first page.
    #[serde(default)]
    pub(crate) epoch: Option<i64>,
    /// The build that has read every row; another one reads them all once.
    #[serde(default)]
    pub(crate) read_by: Option<String>,
    /// The build that couldn't read some of the rows; another one asks for all of them again.
    #[serde(default)]
    pub(crate) unread_by: Option<String>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct ClockFix {
    /// Milliseconds that the server's clock is ahead.
    pub(crate) offset_ms: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SyncedRow {
    #[serde(rename = "g")]
    pub(crate) generation: i64,
    pub(crate) row: Row,
}

/// A [`SyncedRow`] as it is written: the row in the server's own words.
#[derive(Serialize)]
pub(crate) struct SyncedText<'a> {
    #[serde(rename = "g")]
    pub(crate) generation: i64,
    #[serde(rename = "d")]
    pub(crate) digest: i64,
    pub(crate) row: &'a RawValue,
}

/// Of a [`SyncedRow`] only the run that brought it and its digest: the rest isn't read.
#[derive(Deserialize)]
pub(crate) struct SyncedHead {
    #[serde(rename = "g")]
    pub(crate) generation: i64,
    /// Absent where an earlier build wrote it.
    #[serde(rename = "d")]
    digest: Option<i64>,
}

impl SyncedHead {
    pub(crate) fn read(text: &str) -> Option<Self> {
        Self::before_row(text).or_else(|| domain::json::read(text).ok())
    }

    /// Of what [`SyncedText`] wrote, without a look at the row behind it.
    fn before_row(text: &str) -> Option<Self> {
        let (generation, rest) = text.strip_prefix(r#"{"g":"#)?.split_once(r#","d":"#)?;
        let (digest, _) = rest.split_once(r#","row":"#)?;
        Some(Self {
            generation: generation.parse().ok()?,
            digest: Some(digest.parse().ok()?),
        })
    }

    /// The digest of the row in `text`; `None` when it can't be read.
    pub(crate) fn digest(&self, text: &str) -> Option<i64> {
        self.digest.or_else(|| {
            let synced: SyncedRow = domain::json::read(text).ok()?;
            Some(synced.row.digest())
        })
    }
}

/// How the last contact with the server ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Link {
    Unknown,
    Fine,
    Offline,
    NeedsLogin,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct LinkState {
    pub(crate) link: Link,
    /// When a round last ended with nothing left to send, by the best clock.
    pub(crate) all_sent_at: Option<Timestamp>,
}

/// A certificate and its secret key; `certificate` is absent while only asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct KeyPair {
    pub(crate) subject: CertificateSubject,
    /// 32 bytes, base64url.
    pub(crate) secret: String,
    #[serde(default)]
    pub(crate) certificate: Option<Certificate>,
    /// The one before it, still valid while the new one is awaited.
    #[serde(default)]
    pub(crate) previous: Option<(String, Certificate)>,
}

pub(crate) fn order_key(order: i64) -> String {
    format!("{order:016}")
}

pub(crate) fn record_key(record: RecordRef) -> String {
    format!("{}/{}", record.area.as_str(), record.id.hyphenated())
}

/// The guest whose row a key names.
pub(crate) fn guest_of(key: &str) -> Option<RecordRef> {
    let (area, id) = key.split_once('/')?;
    let id: Uuid = (area == Area::Guests.as_str()).then(|| id.parse().ok())??;
    Some(RecordRef::new(Area::Guests, id))
}

pub(crate) fn certificate_key(subject: CertificateSubject) -> String {
    let (kind, id) = match subject {
        CertificateSubject::Display { activity_id } => ("display", Uuid::from(activity_id)),
        CertificateSubject::Personal { person_id } => ("personal", Uuid::from(person_id)),
    };
    format!("{}{kind}/{id}", meta::CERTIFICATE)
}

/// Reads a value; `None` when it is absent or of a shape that this build can't read.
pub(crate) async fn get<T: DeserializeOwned>(
    tx: &Tx,
    store: Store,
    key: &str,
) -> Result<Option<T>, StorageError> {
    let text = tx.get(store, key).await?;
    Ok(text.and_then(|text| domain::json::read(&text).ok()))
}

pub(crate) async fn list<T: DeserializeOwned>(
    tx: &Tx,
    store: Store,
    prefix: &str,
) -> Result<Vec<T>, StorageError> {
    let found = tx.list(store, prefix).await?;
    let values = found.iter();
    Ok(values
        .filter_map(|(_, text)| domain::json::read(text).ok())
        .collect())
}

pub(crate) async fn put<T: Serialize>(
    tx: &Tx,
    store: Store,
    key: &str,
    value: &T,
) -> Result<(), StorageError> {
    tx.put(store, key, text(value)?).await
}

/// A value as it is written.
pub(crate) fn text<T: Serialize>(value: &T) -> Result<String, StorageError> {
    serde_json::to_string(value).map_err(unwritable)
}

pub(crate) fn unwritable(error: serde_json::Error) -> StorageError {
    StorageError::Unavailable(error.to_string())
}

pub(crate) async fn synced(tx: &Tx, record: RecordRef) -> Result<Option<Row>, StorageError> {
    let found: Option<SyncedRow> = get(tx, Store::Synced, &record_key(record)).await?;
    Ok(found.map(|found| found.row))
}

/// Writes what is known of a capture's circumstances; see [`Capture`].
pub(crate) fn capture(
    occurred_at: Option<Timestamp>,
    wall_clock: Timestamp,
    utc_offset_minutes: i32,
    server_offset_ms: Option<i64>,
    monotonic_since_server_time_ms: Option<i64>,
) -> Capture {
    Capture {
        occurred_at: occurred_at
            .unwrap_or_else(|| wall_clock.plus_ms(server_offset_ms.unwrap_or(0))),
        wall_clock,
        utc_offset_minutes,
        server_offset_ms,
        monotonic_since_server_time_ms,
    }
}
