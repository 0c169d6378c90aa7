//! What pages hand to the replica and get back from it.

use domain::{
    ActivityId, Change, DepartmentId, DeviceId, Lang, OpId, Operation, OrganizationId, Outcome,
    PersonId, PremisesId, Receipt, RecordRef, Refusal, Row, Text, Timestamp,
    areas::{
        attachments::{BlobFacts, PhotoFacts, PhotoSource},
        later_verdicts::LaterVerdict,
        people::Role,
    },
    forms::Answers,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::storage::StorageError;

/// Whose store it is: one per person and organization on this device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub organization_id: OrganizationId,
    pub person_id: PersonId,
    pub name: String,
    pub role: Role,
    pub department_id: Option<DepartmentId>,
    pub device_id: DeviceId,
}

impl Account {
    /// The name of this account's store: nobody else's work is ever in it.
    pub fn store_name(&self) -> String {
        format!("minglu-{}-{}", self.organization_id, self.person_id)
    }
}

/// An act of the person, before the replica numbers it and notes the time.
#[derive(Clone, Debug, PartialEq)]
pub struct NewOperation {
    pub record: RecordRef,
    pub change: Change,
    /// The revision that the person saw; only for edits.
    pub base_revision: Option<i64>,
    /// Bytes that belong to it and aren't stored yet; they are named by their hash.
    pub blobs: Vec<NewBlob>,
    /// When it happened, if the person says so; now otherwise.
    pub occurred_at: Option<Timestamp>,
    /// The draft that it came from, deleted in the same transaction.
    pub discard_draft: Option<Uuid>,
}

impl NewOperation {
    pub fn new(record: RecordRef, change: Change) -> Self {
        Self {
            record,
            change,
            base_revision: None,
            blobs: Vec::new(),
            occurred_at: None,
            discard_draft: None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewBlob {
    pub bytes: Vec<u8>,
    pub media_type: String,
}

/// An operation is on this device for good: it survives a crash and will be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Saved {
    pub op_id: OpId,
    pub record: RecordRef,
    pub at: Timestamp,
}

/// Nothing was saved, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// A rule says no; the office would refuse it as well.
    #[error("refused: {0:?}")]
    Refused(Refusal),
    /// The device has too little space left for a photo.
    #[error("the device has no space left")]
    StorageFull,
    /// The draft was deleted or already submitted, perhaps in another tab.
    #[error("the draft is gone")]
    NoDraft,
    #[error(transparent)]
    Storage(StorageError),
}

impl From<StorageError> for CommitError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Full => Self::StorageFull,
            other => Self::Storage(other),
        }
    }
}

impl CommitError {
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::Refused(refusal) => refusal.message(lang),
            Self::StorageFull => StorageError::Full.message(lang),
            Self::NoDraft => lang
                .pick(
                    "这份草稿已提交或已删除，请到记录列表查看",
                    "This draft was submitted or deleted. Please look in the list of records",
                )
                .to_owned(),
            Self::Storage(error) => error.message(lang),
        }
    }
}

/// A record as this device sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct LocalRow {
    pub row: Row,
    /// Whether it holds changes that the server hasn't received.
    pub pending: bool,
    /// Photos of it whose bytes the server doesn't hold yet.
    pub photos_pending: usize,
}

/// A form that is being filled in. Photos are added by `add_draft_photo`, not by saving.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// Becomes the submission's id.
    pub id: Uuid,
    pub form_id: String,
    pub form_version: String,
    #[serde(default)]
    pub activity_id: Option<ActivityId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub premises_id: Option<PremisesId>,
    pub answers: Answers,
    #[serde(default)]
    pub photos: Vec<DraftPhoto>,
    pub updated_at: Timestamp,
    /// The revision of the submission that it corrects; `None` for a new one.
    #[serde(default)]
    pub amends: Option<i64>,
    /// What lists say of the answers, so that nobody has to read the form for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<Text>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DraftPhoto {
    /// Becomes the attachment's id.
    pub id: Uuid,
    /// The form's question that it answers.
    pub question: String,
    pub blob: BlobFacts,
    pub thumbnail: BlobFacts,
    pub source: PhotoSource,
    #[serde(default)]
    pub taken_at: Option<Timestamp>,
    #[serde(default)]
    pub caption: String,
    #[serde(default, skip_serializing_if = "PhotoFacts::is_empty")]
    pub facts: PhotoFacts,
    /// Attached to the submission that is being corrected; not to be added again.
    #[serde(default)]
    pub existing: bool,
}

/// A photo as the camera or the album gave it, already scaled down.
#[derive(Clone, Debug, PartialEq)]
pub struct NewPhoto {
    pub question: String,
    pub full: NewPicture,
    pub thumbnail: NewPicture,
    pub source: PhotoSource,
    pub taken_at: Option<Timestamp>,
    pub caption: String,
    pub facts: PhotoFacts,
}

/// A recording or document as it is; it has no smaller picture.
#[derive(Clone, Debug, PartialEq)]
pub struct NewFile {
    pub question: String,
    pub bytes: Vec<u8>,
    pub media_type: String,
    pub source: PhotoSource,
    pub taken_at: Option<Timestamp>,
    pub facts: PhotoFacts,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPicture {
    pub bytes: Vec<u8>,
    pub media_type: String,
    pub width: i64,
    pub height: i64,
}

/// What the form knows when a draft is submitted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaptureInput {
    /// One line for lists, made from the answers.
    pub title: String,
    /// When it happened, if the person says so; now otherwise.
    pub occurred_at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct OutboxItem {
    /// `None` when this version of the app can't read it; it is sent all the same.
    pub operation: Option<Operation>,
    pub captured_at: Option<Timestamp>,
    pub attempts: u32,
    pub last_error: Option<Text>,
    pub state: OutboxState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutboxState {
    Waiting,
    Sending,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SentItem {
    pub op_id: OpId,
    /// `None` when this version of the app can't read it.
    pub operation: Option<Operation>,
    /// What became of it, as far as this phone has heard.
    pub outcome: Outcome,
    pub receipt: Option<Receipt>,
    /// When the phone learned of the first verdict.
    pub at: Timestamp,
    /// What was decided after the first verdict.
    pub later: Option<LaterVerdict>,
}

domain::tagged! {
    "Problem", tag = "problem";
    /// Something that a person should look at.
    #[derive(Clone, Debug, PartialEq)]
    pub enum Problem {
        /// The office holds it whole, but a rule said no.
        Quarantined {
            op_id: OpId,
            /// `None` when this version of the app doesn't know such records.
            record: Option<RecordRef>,
            refusal: Refusal,
        },
        /// The office looked at it and won't take it in; it keeps it all the same.
        NotTakenIn {
            op_id: OpId,
            record: Option<RecordRef>,
            reason: String,
        },
        /// The server knew of unsent work on this device that is no longer here.
        Emptied {
            outbox: i64,
            blobs: i64,
            at: Timestamp,
        },
        /// A photo's bytes are missing or damaged on this device.
        PhotoLost { sha256: String },
        /// The server will never take a photo; its record is there.
        PhotoRefused { sha256: String, message: Text },
        /// The server sent rows that this build can't read.
        UpdateNeeded,
        /// What the server sent didn't fit on this device.
        DeviceFull,
        /// A full pull still gave other rows than the server's summary says.
        OutOfStep,
    }
}

impl Problem {
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::Quarantined { refusal, .. } => refusal.message(lang),
            Self::NotTakenIn { reason, .. } => reason.clone(),
            Self::Emptied { outbox, blobs, .. } => lang.pick(
                format!("浏览器可能清除了本机数据：{outbox} 条记录、{blobs} 张照片尚未上传，请立即联系办公室"),
                format!(
                    "The browser may have erased this device's data: {outbox} records and {blobs} photos weren't sent. Please call the office now"
                ),
            ),
            Self::PhotoLost { .. } => lang
                .pick(
                    "有照片在本机已损坏，无法上传，请重新拍摄并补充",
                    "A photo on this device is damaged and can't be sent. Please take it again and add it",
                )
                .to_owned(),
            Self::PhotoRefused { message, .. } => message.get(lang).to_owned(),
            Self::UpdateNeeded => lang
                .pick(
                    "请更新应用后查看新的内容",
                    "Please update the app to see newer content",
                )
                .to_owned(),
            Self::DeviceFull => StorageError::Full.message(lang),
            Self::OutOfStep => lang
                .pick(
                    "本机内容与服务器不一致，请联系办公室",
                    "This device doesn't agree with the server. Please tell the office",
                )
                .to_owned(),
        }
    }

    /// Under which it is kept, so that the same problem is noted once.
    pub(crate) fn key(&self) -> String {
        match self {
            Self::Quarantined { op_id, .. } | Self::NotTakenIn { op_id, .. } => {
                quarantine_key(*op_id)
            }
            Self::Emptied { .. } => "emptied".to_owned(),
            Self::PhotoLost { sha256 } | Self::PhotoRefused { sha256, .. } => {
                format!("photo/{sha256}")
            }
            Self::UpdateNeeded => "update".to_owned(),
            Self::DeviceFull => "full".to_owned(),
            Self::OutOfStep => "step".to_owned(),
        }
    }
}

/// Where a problem with an operation's content is kept; its later verdict may end it.
pub(crate) fn quarantine_key(op_id: OpId) -> String {
    format!("quarantined/{op_id}")
}

/// The status line. It never lies: it is computed from the store after every transaction.
/// `unsent` counts operations the server hasn't received and photos whose bytes it doesn't hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    SavedOnPhone { unsent: usize },
    Sending { done: usize, total: usize },
    AllSent { at: Timestamp },
    Offline { unsent: usize },
    NeedsLogin { unsent: usize },
    Attention { unsent: usize, problems: usize },
}
