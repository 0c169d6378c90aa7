//! Looks at bytes while they pass, in constant memory: whether they are what they are said to be.
//!
//! Of a photo the header is read (`photo`), of a recording the container (`recording`), of a document
//! the container and the names of its parts (`document`). Nothing is decompressed, so that a small file
//! that unpacks to gigabytes costs nothing.

use domain::{
    Refusal,
    media::{self, MediaKind},
};

use super::{document, photo, recording};

/// So many first bytes hold any header, whatever the camera wrote before it.
const HEAD: usize = 1024 * 1024;
/// So many last bytes hold the list of a document's parts.
const TAIL: usize = 1024 * 1024;

/// What is remembered of bytes that passed.
pub struct Look {
    kind: Option<MediaKind>,
    declared: String,
    size: u64,
    head: Vec<u8>,
    tail: Vec<u8>,
    parts: document::OleParts,
}

impl Look {
    pub fn new(declared: &str) -> Self {
        Self {
            kind: media::kind_of(declared),
            declared: declared.to_owned(),
            size: 0,
            head: Vec::new(),
            tail: Vec::new(),
            parts: document::OleParts::default(),
        }
    }

    /// The next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        let room = self.head_length(bytes).saturating_sub(self.head.len());
        self.head.extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.size += bytes.len() as u64;
        if self.kind == Some(MediaKind::Photo) {
            return;
        }
        self.tail.extend_from_slice(bytes);
        if self.tail.len() > 2 * TAIL {
            self.tail.drain(..self.tail.len() - TAIL);
        }
        // Whether they are streams at all is asked at the end: the first piece may be of one byte.
        self.parts.update(bytes);
    }

    /// Refuses what isn't of the type that it is said to have, or can't be opened.
    pub fn judge(&self) -> Result<(), Refusal> {
        match self.kind {
            Some(MediaKind::Photo) => photo::check(&self.head, &self.declared),
            Some(MediaKind::Recording) => recording::check(&self.head, &self.tail, &self.declared),
            Some(MediaKind::Document) => document::check(
                &document::Seen {
                    head: &self.head,
                    tail: &self.tail,
                    size: self.size,
                    parts: &self.parts,
                },
                &self.declared,
            ),
            None => Err(Refusal::MediaType {
                media_type: self.declared.clone(),
            }),
        }
    }

    /// A WebP is read to its end.
    fn head_length(&self, first: &[u8]) -> usize {
        let first = if self.head.is_empty() {
            first
        } else {
            &self.head
        };
        if self.kind == Some(MediaKind::Photo) && photo::sniff(first) == Some("image/webp") {
            usize::MAX
        } else {
            HEAD
        }
    }
}

/// It is something else than it is said to be.
pub(super) fn differs(declared: &str, found: &str) -> Refusal {
    Refusal::MediaType {
        media_type: format!("{declared} ≠ {found}"),
    }
}

/// A name for what people mistake for something that may be kept.
pub(super) fn name_of(bytes: &[u8]) -> &'static str {
    if document::is_ole(bytes) {
        return "application/x-ole-storage";
    }
    match bytes {
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [b'G', b'I', b'F', b'8', ..] => "image/gif",
        [b'%', b'P', b'D', b'F', ..] => "application/pdf",
        [b'P', b'K', 3, 4, ..] => "application/zip",
        [b'R', b'a', b'r', b'!', ..] => "application/vnd.rar",
        [b'7', b'z', 0xbc, 0xaf, ..] => "application/x-7z-compressed",
        [b'M', b'Z', ..] => "application/vnd.microsoft.portable-executable",
        [0x7f, b'E', b'L', b'F', ..] => "application/x-elf",
        [b'{', b'\\', b'r', b't', b'f', ..] => "application/rtf",
        [b'I', b'D', b'3', ..] => "audio/mpeg",
        [b'O', b'g', b'g', b'S', ..] => "audio/ogg",
        [0x1a, 0x45, 0xdf, 0xa3, ..] => "video/webm",
        [_, _, _, _, b'f', b't', b'y', b'p', b'h', b'e', b'i', ..] => "image/heic",
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => "video/mp4",
        [b'<', ..] => "text/html",
        _ => "application/octet-stream",
    }
}

/// Whether the bytes stand somewhere in the others.
pub(super) fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}
