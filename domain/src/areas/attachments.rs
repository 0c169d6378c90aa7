//! Attachments: the facts that a photo, a recording or a document belongs to a record's question. The
//! bytes are blobs; what is no photo is its own thumbnail.
//!
//! Adding one is its own row, not an edit of a list, so that two phones can't overwrite each
//! other's. Withdrawing keeps the row and says why.

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::value::RawValue;

use crate::{
    ids::{AttachmentId, PersonId},
    media::{self, MediaKind},
    operation::RecordRef,
    photos::{Exif, FilePlace, Likeness},
    refusal::Refusal,
    time::{DAY_MS, Timestamp},
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
    #[serde(default, skip_serializing_if = "PhotoFacts::is_empty")]
    pub facts: PhotoFacts,
    /// What else was said where several changed the same words; a person chooses.
    #[serde(default, skip_serializing_if = "Wordings::is_empty")]
    pub others: Wordings,
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

impl Attachment {
    /// Whether it is a photo, and no recording or document.
    pub fn is_photo(&self) -> bool {
        self.blob.is_photo()
    }
}

/// Other words for a photo than those that stand: all that were said, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wordings {
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "one_or_many"
    )]
    pub caption: Vec<Wording>,
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "one_or_many"
    )]
    pub people: Vec<Wording>,
}

impl Wordings {
    pub fn is_empty(&self) -> bool {
        self.caption.is_empty() && self.people.is_empty()
    }

    /// Whether something waits here that doesn't in `later`.
    pub fn lose_to(&self, later: &Self) -> bool {
        let lost = |one: &[Wording], other: &[Wording]| one.iter().any(|it| !other.contains(it));
        lost(&self.caption, &later.caption) || lost(&self.people, &later.people)
    }
}

/// What somebody wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wording {
    pub text: String,
    /// Absent where an earlier build noted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<PersonId>,
}

impl Wording {
    /// The words, or that nothing is to stand there.
    pub fn shown(&self) -> (&str, &str) {
        if self.text.is_empty() {
            ("（不写）", "(nothing)")
        } else {
            (&self.text, &self.text)
        }
    }
}

/// An earlier build kept one, without its author.
fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Wording>, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    let read = if raw.get().starts_with('"') {
        crate::json::read(raw.get()).map(|text| vec![Wording { text, by: None }])
    } else {
        crate::json::read(raw.get())
    };
    read.map_err(D::Error::custom)
}

/// Words that somebody changed: what the author saw, and what is to stand instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reworded {
    pub was: String,
    pub now: String,
    /// The other words that the author saw beside it, and chose not to take.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub over: Vec<String>,
}

impl Reworded {
    /// `None` where nothing changed.
    pub fn new(was: &str, now: &str, beside: &[Wording]) -> Option<Self> {
        let over = beside.iter().filter(|other| other.text != now);
        (was != now).then(|| Self {
            was: was.to_owned(),
            now: now.to_owned(),
            over: over.map(|other| other.text.clone()).collect(),
        })
    }
}

/// What a photo's pixels, its file and its author say of it beside a caption; any may be missing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PhotoFacts {
    /// As the phone saw it; the server looks for itself.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "likeness_or_none"
    )]
    pub likeness: Option<Likeness>,
    /// When it was taken, by the file itself: no proof.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_taken_at: Option<Timestamp>,
    /// Where it was taken, by the file itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_place: Option<FilePlace>,
    /// Who is on it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub people: String,
    /// How a document or a chosen recording was called.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub file_name: String,
    /// How long a recording is, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<i64>,
}

impl PhotoFacts {
    pub fn new(likeness: Option<Likeness>, exif: Exif) -> Self {
        Self {
            likeness,
            file_taken_at: exif.taken_at,
            file_place: exif.place,
            ..Self::default()
        }
    }

    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// By how many days the file's time misses the record's, if by a whole day or more.
    pub fn days_off(&self, occurred_at: Timestamp) -> Option<i64> {
        let days = self.file_taken_at?.since(occurred_at) / DAY_MS;
        (days != 0).then_some(days)
    }
}

/// A likeness of another version's making says nothing here, and costs nobody a photo.
fn likeness_or_none<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Likeness>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.and_then(|text| text.parse().ok()))
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

impl BlobFacts {
    pub fn is_photo(&self) -> bool {
        media::kind_of(&self.media_type) == Some(MediaKind::Photo)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhotoSource {
    /// Made on the spot, as a recording may be.
    Camera,
    /// Chosen from what was on the phone.
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
            #[serde(default, skip_serializing_if = "PhotoFacts::is_empty")]
            facts: PhotoFacts,
        },
        Withdraw {
            reason: String,
        },
        /// Other words for what was sent: what it shows, who is on it.
        Describe {
            subject: RecordRef,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            caption: Option<Reworded>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            people: Option<Reworded>,
        },
    }
}
