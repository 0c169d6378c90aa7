//! A record's photos with where each comes from, large on a tap. A photo whose bytes haven't arrived
//! says that it is still on the phone.

use std::sync::Arc;

use domain::{
    Lang,
    api::office::SubmissionDetail,
    areas::attachments::{Attachment, PhotoSource},
    small,
};
use icondata_lu as lu;
use leptos::prelude::*;

use super::{photo_proofs, photo_words};
use crate::{
    components::{
        Tone,
        icon::Icon,
        photo::{Lightbox, Photo},
        photo_stamp::{self, Stamped},
        status::Badge,
        toast::use_toasts,
    },
    device::Device,
    i18n::{Format, counted, t, tf, use_format, use_lang},
};

/// How many photos there are, and how many of them arrived; withdrawn ones don't count.
pub fn arrived(detail: &SubmissionDetail) -> (usize, usize) {
    let counted = || {
        let all = detail.attachments.iter();
        all.filter(|it| !it.withdrawn && it.is_photo())
    };
    (counted().filter(|it| it.stored).count(), counted().count())
}

/// How many photos, recordings and documents are still on the phone.
pub fn missing(detail: &SubmissionDetail) -> usize {
    let all = detail.attachments.iter();
    all.filter(|it| !it.withdrawn && !it.stored).count()
}

/// `1 / 3 张已到`
pub fn arrived_text(lang: Lang, stored: usize, all: usize) -> String {
    match lang {
        Lang::Zh if stored == all => format!("{all} 张照片"),
        Lang::Zh => format!("{stored} / {all} 张已到"),
        Lang::En if stored == all => counted(all as i64, "photo", "photos"),
        Lang::En => format!("{stored} of {all} photos arrived"),
    }
}

fn address(sha256: &str) -> String {
    format!("/api/blobs/{sha256}")
}

fn caption(f: Format, lang: Lang, photo: &Attachment) -> String {
    let mut parts = vec![source_name(lang, photo.source).to_owned()];
    match photo.taken_at {
        Some(at) => parts.push(f.day_time(at)),
        None => parts.push(lang.pick("拍摄时间不明", "time unknown").to_owned()),
    }
    if photo.blob.width > 0 {
        parts.push(format!("{}×{}", photo.blob.width, photo.blob.height));
    }
    parts.push(f.bytes(photo.blob.size));
    if !photo.stored {
        parts.push(
            lang.pick(
                "原图还在手机上，这是缩略图",
                "thumbnail: the photo is still on the phone",
            )
            .to_owned(),
        );
    }
    let said = [&photo.caption, &photo.facts.people];
    for (at, said) in said.into_iter().filter(|it| !it.is_empty()).enumerate() {
        parts.insert(at, said.clone());
    }
    parts.join(" · ")
}

fn source_name(lang: Lang, source: PhotoSource) -> &'static str {
    match source {
        PhotoSource::Camera => lang.pick("现场拍摄", "Camera"),
        PhotoSource::Album => lang.pick("相册选取", "Album"),
    }
}

/// All photos of a record, those withdrawn last and marked.
#[component]
pub fn RecordPhotos(detail: Arc<SubmissionDetail>) -> impl IntoView {
    let f = use_format();
    let lang = use_lang();
    let opened = RwSignal::new(None::<usize>);
    let mut photos = detail.attachments.clone();
    photos.retain(Attachment::is_photo);
    small::sort_by_key(&mut photos, |photo| photo.withdrawn);
    let photos = Arc::new(photos);
    let large = {
        let photos = photos.clone();
        Signal::derive(move || {
            photos
                .iter()
                .map(|photo| Photo {
                    id: photo.id.to_string(),
                    thumbnail: address(&photo.thumbnail.sha256),
                    full: address(if photo.stored {
                        &photo.blob.sha256
                    } else {
                        &photo.thumbnail.sha256
                    }),
                    label: caption(f, lang.get(), photo),
                    mark: None,
                    removable: false,
                })
                .collect::<Vec<Photo>>()
        })
    };
    let tiles = photos
        .iter()
        .enumerate()
        .map(|(index, photo)| tile(&detail, photo, index, opened))
        .collect_view();
    let on_stamp = {
        let (photos, detail) = (photos.clone(), detail.clone());
        let (device, toasts) = (Device::get(), use_toasts());
        move |at: usize| {
            let Some(photo) = photos.get(at) else { return };
            let record = &detail.submission;
            let what = Stamped {
                organization: untrack(|| photo_stamp::organization(device)),
                topic: photo_stamp::topic(&detail.form, record, lang.get_untracked()),
                record: record.id.0,
                sha256: photo.blob.sha256.clone(),
                source: photo.source,
                taken_at: photo.taken_at,
                facts: photo.facts.clone(),
                place: photo_stamp::place(&detail.form, &record.answers),
            };
            let bytes = if photo.stored {
                &photo.blob
            } else {
                &photo.thumbnail
            };
            photo_stamp::save(address(&bytes.sha256), &what, f, toasts);
        }
    };
    let nothing = t("没有照片", "No photos");
    if photos.is_empty() {
        return view! {
            <p class="photo-none muted">
                <Icon icon=lu::LuImageOff/>
                {nothing}
            </p>
        }
        .into_any();
    }
    view! {
        <ul class="evidence">{tiles}</ul>
        <Lightbox photos=large index=opened on_stamp/>
    }
    .into_any()
}

fn tile(
    detail: &SubmissionDetail,
    photo: &Attachment,
    index: usize,
    opened: RwSignal<Option<usize>>,
) -> AnyView {
    let f = use_format();
    let lang = use_lang();
    let broken = RwSignal::new(false);
    let source = photo.source;
    let taken_at = photo.taken_at;
    let stored = photo.stored;
    let withdrawn = photo.withdrawn;
    let rejected = photo.rejected.clone();
    let thumbnail = address(&photo.thumbnail.sha256);
    let waiting = t("还在手机上", "Still on the phone");
    let label = tf(move |lang| match lang {
        Lang::Zh => format!(
            "第 {} 张照片，{}，放大查看",
            index + 1,
            source_name(lang, source)
        ),
        Lang::En => format!(
            "Photo {}, {}, enlarge",
            index + 1,
            source_name(lang, source)
        ),
    });
    let picture = move || {
        if broken.get() {
            let icon = if stored {
                lu::LuImageOff
            } else {
                lu::LuSmartphone
            };
            let words = if stored {
                lang.get()
                    .pick("打不开，请稍后再试", "Can’t be opened, try later")
            } else {
                waiting()
            };
            view! {
                <span class="evidence-missing">
                    <Icon icon/>
                    <span>{words}</span>
                </span>
            }
            .into_any()
        } else {
            view! {
                <img
                    src=thumbnail.clone()
                    alt=""
                    loading="lazy"
                    decoding="async"
                    on:error=move |_| broken.set(true)
                />
            }
            .into_any()
        }
    };
    let source_icon = match source {
        PhotoSource::Camera => lu::LuCamera,
        PhotoSource::Album => lu::LuImages,
    };
    let said = photo_words::said(detail, photo);
    let withdrawn_label = t("已撤下", "Withdrawn");
    view! {
        <li class="evidence-item" class:is-withdrawn=withdrawn>
            <button
                type="button"
                class="evidence-open"
                aria-label=label
                on:click=move |_| opened.set(Some(index))
            >
                {picture}
            </button>
            <div class="evidence-facts">
                <span class="evidence-source" class:is-album=source == PhotoSource::Album>
                    <Icon icon=source_icon/>
                    {move || source_name(lang.get(), source)}
                </span>
                <span class="muted">
                    {move || taken_at.map_or_else(
                        || lang.get().pick("时间不明", "Time unknown").to_owned(),
                        |at| f.day_time(at),
                    )}
                </span>
                {(!stored && !withdrawn)
                    .then(|| {
                        view! { <Badge tone=Tone::Info label=waiting icon=lu::LuSmartphone/> }
                    })}
                {withdrawn
                    .then(|| view! { <Badge tone=Tone::Neutral label=withdrawn_label/> })}
                {rejected
                    .map(|refusal| {
                        view! {
                            <span class="field-error">
                                <Icon icon=lu::LuCircleAlert/>
                                {move || refusal.message(lang.get())}
                            </span>
                        }
                    })}
            </div>
            {said}
            {photo_proofs::proofs(detail, photo)}
        </li>
    }
    .into_any()
}
