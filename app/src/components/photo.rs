//! Photos: taking, showing small, showing large.

use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::{Tone, button::ButtonKind, icon::Icon},
    i18n::{t, tf},
    platform::{
        keys::{self, Key},
        photos::{PickedFile, picked_files},
    },
};

/// A photo to show. Both addresses may be object URLs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Photo {
    pub id: String,
    pub thumbnail: String,
    pub full: String,
    /// What it shows, read aloud and below the large view.
    pub label: String,
    /// A short mark on it (album, waiting to be sent …), with its tone.
    pub mark: Option<(ToneKey, String)>,
    pub removable: bool,
}

/// A [`Tone`] that can be hashed.
pub type ToneKey = &'static str;

impl Photo {
    #[must_use]
    pub fn mark(mut self, tone: Tone, text: impl Into<String>) -> Self {
        self.mark = Some((tone.as_str(), text.into()));
        self
    }
}

/// Where a photo comes from. An album photo stays marked as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhotoSource {
    Camera,
    Album,
}

/// Takes a photo, or chooses some from the album.
#[component]
pub fn PhotoButton(
    source: PhotoSource,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(into)] on_pick: Callback<Vec<PickedFile>>,
) -> impl IntoView {
    let camera = source == PhotoSource::Camera;
    let label = if camera {
        t("拍照", "Take a photo")
    } else {
        t("从相册选", "Choose from album")
    };
    let class = match kind {
        ButtonKind::Primary => "button button-primary photo-button",
        _ => "button button-secondary photo-button",
    };
    view! {
        <label class=class class:is-disabled=move || disabled.get()>
            <input
                class="photo-input"
                type="file"
                accept="image/*"
                capture=camera.then_some("environment")
                multiple=!camera
                disabled=move || disabled.get()
                on:change=move |ev| {
                    let files = picked_files(&ev);
                    if !files.is_empty() {
                        on_pick.run(files);
                    }
                }
            />
            <Icon icon=if camera { lu::LuCamera } else { lu::LuImages }/>
            <span class="button-label">{label}</span>
        </label>
    }
    .into_any()
}

/// Photos side by side; a tap opens one.
#[component]
pub fn PhotoGrid(
    #[prop(into)] photos: Signal<Vec<Photo>>,
    #[prop(into)] on_open: Callback<usize>,
    #[prop(optional, into)] on_remove: Option<Callback<String>>,
) -> impl IntoView {
    let remove = t("移除照片", "Remove photo");
    let tile = move |photo: Photo| {
        let id = StoredValue::new(photo.id.clone());
        let open = move |_| {
            let at = photos
                .read_untracked()
                .iter()
                .position(|p| id.with_value(|id| p.id == *id));
            on_open.run(at.unwrap_or_default());
        };
        view! {
            <li class="photo-tile">
                <button type="button" class="photo-open" on:click=open>
                    <img src=photo.thumbnail alt=photo.label loading="lazy" decoding="async"/>
                </button>
                {photo
                    .mark
                    .map(|(tone, text)| {
                        view! { <span class=format!("photo-mark tone-{tone}")>{text}</span> }
                    })}
                {on_remove
                    .filter(|_| photo.removable)
                    .map(|on_remove| {
                        view! {
                            <button
                                type="button"
                                class="photo-remove"
                                aria-label=remove
                                on:click=move |_| on_remove.run(id.get_value())
                            >
                                <Icon icon=lu::LuX/>
                            </button>
                        }
                    })}
            </li>
        }
    };
    view! {
        <ul class="photo-grid">
            <For each=move || photos.get() key=Photo::clone children=tile/>
        </ul>
    }
    .into_any()
}

/// One photo over the whole screen; arrows and swipes lead to the next. `index` is `None` when
/// closed.
#[component]
pub fn Lightbox(
    #[prop(into)] photos: Signal<Vec<Photo>>,
    #[prop(into)] index: RwSignal<Option<usize>>,
    /// Saves a stamped copy of the shown one.
    #[prop(optional, into)]
    on_stamp: Option<Callback<usize>>,
) -> impl IntoView {
    let stamp = t("加注另存", "Save with stamp");
    let close = t("关闭", "Close");
    let previous = t("上一张", "Previous");
    let next = t("下一张", "Next");
    let label = t("查看照片", "Photo");
    let step = move |by: isize| {
        index.update(|index| {
            if let Some(at) = index {
                let last = photos.read_untracked().len().saturating_sub(1);
                *at = at.saturating_add_signed(by).min(last);
            }
        });
    };
    let touched = StoredValue::new(None::<i32>);
    keys::on_keys_everywhere(move |key: Key| {
        if index.read_untracked().is_none() {
            return false;
        }
        match key.name.as_str() {
            "ArrowRight" => step(1),
            "ArrowLeft" => step(-1),
            _ => return false,
        }
        true
    });
    let node = NodeRef::<leptos::html::Dialog>::new();
    Effect::new(move |_| super::dialog::show(node, index.get().is_some()));
    let position = tf(move |_| {
        let count = photos.read().len();
        index
            .get()
            .map(|at| format!("{}/{count}", at + 1))
            .unwrap_or_default()
    });
    view! {
        <dialog
            node_ref=node
            class="lightbox"
            aria-label=label
            on:cancel=move |ev: leptos::ev::Event| {
                ev.prevent_default();
                index.set(None);
            }
            on:pointerdown=move |ev| touched.set_value(Some(ev.client_x()))
            on:pointerup=move |ev| {
                let moved = touched.get_value().map_or(0, |from| ev.client_x() - from);
                touched.set_value(None);
                if moved > 60 {
                    step(-1);
                } else if moved < -60 {
                    step(1);
                }
            }
        >
            {move || {
                let at = index.get()?;
                let photo = photos.read().get(at).cloned()?;
                let last = at + 1 >= photos.read().len();
                Some(
                    view! {
                        <figure class="lightbox-figure">
                            <img src=photo.full alt=photo.label.clone() draggable="false"/>
                            <figcaption>{photo.label}</figcaption>
                        </figure>
                        <div class="lightbox-bar">
                            <span>{position.clone()}</span>
                            <span class="lightbox-actions">
                                {on_stamp
                                    .map(|on_stamp| {
                                        view! {
                                            <button
                                                type="button"
                                                class="lightbox-stamp"
                                                on:click=move |_| on_stamp.run(at)
                                            >
                                                <Icon icon=lu::LuStamp/>
                                                {stamp}
                                            </button>
                                        }
                                    })}
                                <button
                                    type="button"
                                    class="icon-button"
                                    aria-label=close
                                    on:click=move |_| index.set(None)
                                >
                                    <Icon icon=lu::LuX/>
                                </button>
                            </span>
                        </div>
                        <button
                            type="button"
                            class="icon-button lightbox-previous"
                            aria-label=previous
                            disabled=at == 0
                            on:click=move |_| step(-1)
                        >
                            <Icon icon=lu::LuChevronLeft/>
                        </button>
                        <button
                            type="button"
                            class="icon-button lightbox-next"
                            aria-label=next
                            disabled=last
                            on:click=move |_| step(1)
                        >
                            <Icon icon=lu::LuChevronRight/>
                        </button>
                    }
                        .into_any(),
                )
            }}
        </dialog>
    }
    .into_any()
}
