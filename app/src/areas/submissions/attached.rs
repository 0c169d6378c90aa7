//! What is attached to a record beside photos, in words: recordings and documents.

use domain::{
    Lang,
    areas::attachments::{BlobFacts, PhotoFacts, PhotoSource},
    media::{self, MediaKind},
};

use crate::{components::files::ListedFile, i18n::Format};

/// How it is listed; where its bytes are, whoever lists it says.
pub fn listed(
    f: Format,
    lang: Lang,
    id: String,
    blob: &BlobFacts,
    facts: &PhotoFacts,
    source: PhotoSource,
    caption: &str,
) -> ListedFile {
    let is_recording = media::kind_of(&blob.media_type) == Some(MediaKind::Recording);
    let made_here = is_recording && source == PhotoSource::Camera;
    let name = if !caption.is_empty() {
        caption.to_owned()
    } else if !facts.file_name.is_empty() {
        facts.file_name.clone()
    } else if is_recording {
        lang.pick("录音", "Recording").to_owned()
    } else {
        let ending = media::of_type(&blob.media_type).map_or("", |it| it.endings[0]);
        format!("{}.{ending}", lang.pick("文件", "file"))
    };
    let mut detail = Vec::new();
    detail.extend(facts.seconds.map(length));
    detail.push(f.bytes(blob.size));
    if made_here {
        detail.push(lang.pick("现场录音", "Recorded here").to_owned());
    }
    ListedFile {
        id,
        name,
        detail: detail.join(" · "),
        is_recording,
        ..ListedFile::default()
    }
}

/// `1:05`
pub fn length(seconds: i64) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}
