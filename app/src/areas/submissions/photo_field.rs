//! The photos of an image question.
//!
//! Leaves out scaling down (`platform::photos`) and keeping (`editor`).

use std::collections::BTreeMap;

use domain::{
    Lang, Timestamp,
    areas::attachments::{PhotoFacts, PhotoSource as Source},
    forms::Question,
    photos::Flaw,
};
use leptos::{prelude::*, task::spawn_local};
use sync::{DraftPhoto, NewPhoto, NewPicture};
use uuid::Uuid;

use super::{
    burst::burst,
    editor::Editor,
    photo_notices::notices,
    photo_sheet::sheet,
    pictures::{Picture, use_pictures},
};
use crate::{
    components::{
        Tone,
        field::FieldFrame,
        photo::{Lightbox, Photo, PhotoButton, PhotoGrid, PhotoSource},
        photo_stamp::{self, Stamped},
        toast::use_toasts,
    },
    device::Device,
    i18n::{tx, use_format, use_lang},
    platform::{
        self,
        photos::{PhotoError, PickedFile, PreparedPhoto, THUMBNAIL_SIDE, prepare_photo},
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
    let opened = RwSignal::new(None::<Uuid>);
    let flaws = RwSignal::new(BTreeMap::<Uuid, Flaw>::new());
    let of_question = name.clone();
    let own = Signal::derive(move || editor.photos_of(&of_question));
    let busy = RwSignal::new(false);
    let draft = editor.draft_id();
    let add = move |outcome: Result<PreparedPhoto, PhotoError>, source: Source| {
        let name = name.clone();
        let lang = lang.get_untracked();
        async move {
            let added = match outcome {
                Ok(photo) => {
                    let flaw = photo.flaw;
                    let photo = new_photo(name, photo, source);
                    let added = editor.add_photo(draft, photo, lang).await;
                    added.map(|id| {
                        if let Some(flaw) = flaw {
                            flaws.try_update(|flaws| flaws.insert(id, flaw));
                        }
                    })
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
    };
    let shot = {
        let add = add.clone();
        Callback::new(move |outcome| spawn_local(add(outcome, Source::Camera)))
    };
    let take = move |source: Source| {
        let add = add.clone();
        Callback::new(move |files: Vec<PickedFile>| {
            let add = add.clone();
            busy.set(true);
            editor.going.update_value(|it| it.adding += 1);
            spawn_local(async move {
                for file in files {
                    add(prepare_photo(file).await, source).await;
                }
                busy.try_set(false);
                editor.going.try_update_value(|it| it.adding -= 1);
            });
        })
    };
    let (camera, album) = (take(Source::Camera), take(Source::Album));
    let on_remove = Callback::new(move |id: String| {
        let lang = lang.get_untracked();
        spawn_local(async move {
            let Ok(id) = id.parse() else { return };
            if let Err(message) = editor.remove_photo(id, lang).await {
                toasts.error(message);
            }
        });
    });
    let at = move |id: Uuid| {
        let name = id.to_string();
        photos
            .read_untracked()
            .iter()
            .position(|photo| photo.id == name)
    };
    let on_open = move |at: usize| {
        let photos = photos.read_untracked();
        opened.set(photos.get(at).and_then(|photo| photo.id.parse().ok()));
    };
    let format = use_format();
    let on_stamp = Callback::new(move |id: Uuid| {
        let kept = editor.photos.read_untracked();
        let photo = kept.iter().find(|photo| photo.id == id);
        let address = at(id).and_then(|at| Some(photos.read_untracked().get(at)?.full.clone()));
        if let (Some(photo), Some(address)) = (photo, address) {
            let what = stamped(editor, photo, lang.get_untracked());
            photo_stamp::save(address, &what, format, toasts);
        }
    });
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
            <PhotoGrid photos on_open on_remove/>
            {notices(draft, own, photos, flaws, on_remove)}
            <div class="cluster">
                <PhotoButton source=PhotoSource::Camera disabled=busy on_pick=camera/>
                <PhotoButton source=PhotoSource::Album disabled=busy on_pick=album/>
                {burst(shot)}
            </div>
            {sheet(
                editor,
                opened,
                photos,
                Callback::new(move |id| open.set(at(id))),
                on_stamp,
            )}
            <Lightbox photos index=open/>
        </FieldFrame>
    }
    .into_any()
}

/// What the copy of a draft's photo says.
fn stamped(editor: Editor, photo: &DraftPhoto, lang: Lang) -> Stamped {
    let form = editor.form();
    let answers = editor.answers.get_untracked();
    Stamped {
        organization: photo_stamp::organization(Device::get()),
        topic: form.title.get(lang).to_owned(),
        record: editor.draft_id(),
        sha256: photo.blob.sha256.clone(),
        source: photo.source,
        taken_at: photo.taken_at,
        facts: photo.facts.clone(),
        place: photo_stamp::place(&form, &answers),
    }
}

pub(super) fn draft_picture(photo: DraftPhoto, label: &str, lang: Lang) -> Picture {
    let mut shown = Photo {
        id: photo.id.to_string(),
        label: if photo.caption.is_empty() {
            label.to_owned()
        } else {
            photo.caption.clone()
        },
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
    let taken_at = match (source, photo.exif.taken_at) {
        (Source::Camera, _) => platform::now_ms(),
        (Source::Album, Some(at)) => at.0,
        (Source::Album, None) => photo.source_mtime,
    };
    NewPhoto {
        question,
        full: picture(photo.bytes, width, height),
        thumbnail: picture(photo.thumbnail, small(width), small(height)),
        source,
        taken_at: (taken_at > 0).then_some(Timestamp(taken_at)),
        caption: String::new(),
        facts: PhotoFacts::new(photo.likeness, photo.exif),
    }
}
