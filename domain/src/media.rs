//! What files may be kept: photos, recordings and documents, each of a few types, and how large.
//!
//! A file's type goes by its name's ending (browsers disagree about the rest); the server looks at the
//! bytes (`server/src/areas/blobs/look.rs`). Leaves out containers (zip), programs, pages and macros.

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MediaKind {
    Photo,
    Recording,
    Document,
}

/// One type of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MediaType {
    pub kind: MediaKind,
    pub media_type: &'static str,
    /// In lower case; the first one is what a file without a name gets.
    pub endings: &'static [&'static str],
}

const fn media(
    kind: MediaKind,
    media_type: &'static str,
    endings: &'static [&'static str],
) -> MediaType {
    MediaType {
        kind,
        media_type,
        endings,
    }
}

pub const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
pub const PPTX: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";
pub const DOC: &str = "application/msword";
pub const XLS: &str = "application/vnd.ms-excel";
pub const PPT: &str = "application/vnd.ms-powerpoint";
pub const PDF: &str = "application/pdf";
pub const TEXT: &str = "text/plain";
pub const CSV: &str = "text/csv";

/// All types that may be kept; anything else is refused with a clear message.
pub const MEDIA_TYPES: [MediaType; 16] = [
    media(MediaKind::Photo, "image/jpeg", &["jpg", "jpeg"]),
    media(MediaKind::Photo, "image/png", &["png"]),
    media(MediaKind::Photo, "image/webp", &["webp"]),
    media(MediaKind::Recording, "audio/mpeg", &["mp3"]),
    media(MediaKind::Recording, "audio/mp4", &["m4a"]),
    media(MediaKind::Recording, "audio/ogg", &["ogg", "oga", "opus"]),
    media(MediaKind::Recording, "audio/webm", &["webm", "weba"]),
    media(MediaKind::Document, PDF, &["pdf"]),
    media(MediaKind::Document, DOCX, &["docx"]),
    media(MediaKind::Document, XLSX, &["xlsx"]),
    media(MediaKind::Document, PPTX, &["pptx"]),
    media(MediaKind::Document, DOC, &["doc"]),
    media(MediaKind::Document, XLS, &["xls"]),
    media(MediaKind::Document, PPT, &["ppt"]),
    media(MediaKind::Document, TEXT, &["txt"]),
    media(MediaKind::Document, CSV, &["csv"]),
];

/// Largest recording, in bytes.
pub const RECORDING_LIMIT: i64 = 50 * 1024 * 1024;
/// Largest document that the office may keep, in bytes.
pub const DOCUMENT_LIMIT: i64 = 200 * 1024 * 1024;

/// Largest document that may be attached to a record on a phone, in bytes.
pub const ATTACHED_LIMIT: i64 = 20_000_000;

/// What is known of a type, if files of it may be kept.
pub fn of_type(media_type: &str) -> Option<&'static MediaType> {
    MEDIA_TYPES
        .iter()
        .find(|known| known.media_type == media_type)
}

/// The type that a file's name says, if files of it may be kept.
pub fn of_name(file_name: &str) -> Option<&'static MediaType> {
    let (_, ending) = file_name.rsplit_once('.')?;
    MEDIA_TYPES.iter().find(|known| {
        known
            .endings
            .iter()
            .any(|it| ending.eq_ignore_ascii_case(it))
    })
}

pub fn kind_of(media_type: &str) -> Option<MediaKind> {
    of_type(media_type).map(|known| known.kind)
}
