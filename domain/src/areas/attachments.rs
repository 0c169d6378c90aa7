//! Attachments: the facts that a photo belongs to a record's question. The bytes are blobs.
//!
//! Adding a photo is its own row, not an edit of a list, so that two phones can't overwrite each
//! other's. Withdrawing keeps the row and says why.

use serde::{Deserialize, Serialize};

use crate::{
    ids::{AttachmentId, PersonId},
    operation::RecordRef,
    refusal::Refusal,
    time::Timestamp,
};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attachment {
    pub id: AttachmentId,
    pub revision: i64,
    /// The record it belongs to.
    pub subject: RecordRef,
    /// The form's question that it answers.
    pub question: String,
    pub blob: BlobFacts,
    pub thumbnail: BlobFacts,
    pub source: PhotoSource,
    /// When it was taken: the moment of the camera, or what the file says for an album picture.
    pub taken_at: Option<Timestamp>,
    #[serde(default)]
    pub caption: String,
    pub added_by: PersonId,
    #[serde(default)]
    pub withdrawn: bool,
    /// Whether the server holds the full photo's bytes; known only to the server.
    #[serde(default)]
    pub stored: bool,
    /// Why the server couldn't keep the bytes as a photo; the record shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected: Option<Refusal>,
}

/// What is known about immutable bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlobFacts {
    /// Lower-case hex SHA-256 of the bytes: the blob's name.
    pub sha256: String,
    pub size: i64,
    pub media_type: String,
    #[serde(default)]
    pub width: i64,
    #[serde(default)]
    pub height: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhotoSource {
    Camera,
    Album,
}

crate::tagged! {
    "AttachmentChange", tag = "type";
    #[derive(Clone, Debug, PartialEq)]
    pub enum AttachmentChange {
        Add {
            subject: RecordRef,
            question: String,
            blob: BlobFacts,
            thumbnail: BlobFacts,
            source: PhotoSource,
            #[serde(default)]
            taken_at: Option<Timestamp>,
            #[serde(default)]
            caption: String,
        },
        Withdraw {
            reason: String,
        },
    }
}

/// Media types that may be attached; anything else is refused with a clear message.
pub const PHOTO_TYPES: [&str; 3] = ["image/jpeg", "image/png", "image/webp"];
