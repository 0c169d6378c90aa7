//! The photos of an image question.
//!
//! Leaves out scaling down (`platform::photos`) and keeping (`editor`).

use domain::{Lang, Timestamp, areas::attachments::PhotoSource as Source, forms::Question};
use leptos::{prelude::*, task::spawn_local};
use sync::{DraftPhoto, NewPhoto, NewPicture};

use super::{
    editor::Editor,
    pictures::{Picture, use_pictures},
};
use crate::{
    components::{
        Tone,
        field::FieldFrame,
        photo::{Lightbox, Photo, PhotoButton, PhotoGrid, PhotoSource},
        toast::use_toasts,
    },
    i18n::{tx, use_lang},
    platform::{
        self,
        photos::{PickedFile, PreparedPhoto, THUMBNAIL_SIDE, prepare_photo},
    },
};

/// An image question: its photos, the camera and the album.
pub fn images(
    editor: Editor,
    question: &Question,
    error: Signal<Option<String>>,
    required: bool,
) -> AnyView {
    let lang = use_lang();
    let toasts = use_toasts();
    let name = question.name.clone();
    let label = question.label.clone();
    let of_question = name.clone();
    let pictures = Signal::derive(move || {
        let lang = lang.get();
        let own = editor.photos_of(&of_question).into_iter();
        own.map(|photo| draft_picture(photo, label.get(lang), lang))
            .collect::<Vec<_>>()
    });
    let photos = use_pictures(pictures);
    let open = RwSignal::new(None::<usize>);
    let busy = RwSignal::new(false);
    let draft = editor.draft_id();
    let take = move |source: Source| {
        let name = name.clone();
        Callback::new(move |files: Vec<PickedFile>| {
            let name = name.clone();
            let lang = lang.get_untracked();
            busy.set(true);
            spawn_local(async move {
                for file in files {
                    let added = match prepare_photo(file).await {
                        Ok(photo) => {
                            let photo = new_photo(name.clone(), photo, source);
                            editor.add_photo(draft, photo, lang).await
                        }
                        Err(error) => {
                            let (zh, en) = error.words();
                            Err(lang.pick(zh, en).to_owned())
                        }
                    };
                    if let Err(message) = added {
                        toasts.error(message);
                    }
                }
                busy.try_set(false);
            });
        })
    };
    let (camera, album) = (take(Source::Camera), take(Source::Album));
    let on_remove = move |id: String| {
        let lang = lang.get_untracked();
        spawn_local(async move {
            let Ok(id) = id.parse() else { return };
            if let Err(message) = editor.remove_photo(id, lang).await {
                toasts.error(message);
            }
        });
    };
    let hint = question.hint.clone().map(tx);
    view! {
        <FieldFrame
            for_id=format!("field-{}", question.name)
            label=tx(question.label.clone())
            error
            required
            group=true
        >
            {hint.map(|hint| view! { <p class="field-hint">{hint}</p> })}
            <PhotoGrid photos on_open=move |at| open.set(Some(at)) on_remove/>
            <div class="cluster">
                <PhotoButton source=PhotoSource::Camera disabled=busy on_pick=camera/>
                <PhotoButton source=PhotoSource::Album disabled=busy on_pick=album/>
            </div>
            <Lightbox photos index=open/>
        </FieldFrame>
    }
    .into_any()
}

pub(super) fn draft_picture(photo: DraftPhoto, label: &str, lang: Lang) -> Picture {
    let mut shown = Photo {
        id: photo.id.to_string(),
        label: label.to_owned(),
        removable: true,
        ..Photo::default()
    };
    if photo.source == Source::Album {
        shown = shown.mark(Tone::Neutral, lang.pick("相册", "Album"));
    }
    Picture {
        photo: shown,
        thumbnail: photo.thumbnail,
        full: photo.blob,
    }
}

pub(super) fn new_photo(question: String, photo: PreparedPhoto, source: Source) -> NewPhoto {
    let (width, height) = (i64::from(photo.width), i64::from(photo.height));
    let longer = width.max(height).max(1);
    let side = i64::from(THUMBNAIL_SIDE).min(longer);
    let small = |length: i64| (length * side / longer).max(1);
    let picture = |bytes, width, height| NewPicture {
        bytes,
        media_type: "image/jpeg".to_owned(),
        width,
        height,
    };
    let taken_at = match source {
        Source::Camera => platform::now_ms(),
        Source::Album => photo.source_mtime,
    };
    NewPhoto {
        question,
        full: picture(photo.bytes, width, height),
        thumbnail: picture(photo.thumbnail, small(width), small(height)),
        source,
        taken_at: (taken_at > 0).then_some(Timestamp(taken_at)),
        caption: String::new(),
    }
}
