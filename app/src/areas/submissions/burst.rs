//! Several shots in a row, in a camera of our own: one tap each, without leaving the form.
//!
//! The phone's own camera takes better pictures; this one is for when things happen quickly.

use domain::Lang;
use icondata_lu as lu;
use leptos::{html, prelude::*, task::spawn_local};

use crate::{
    components::{
        button::{Button, ButtonKind},
        dialog,
    },
    i18n::{counted, t, tf, use_lang},
    platform::{
        camera::{Camera, CameraError},
        photos::{PhotoError, PreparedPhoto, shoot},
    },
};

/// The button, and the camera over the whole screen while it is open.
pub fn burst(on_shot: Callback<Result<PreparedPhoto, PhotoError>>) -> AnyView {
    let open = RwSignal::new(false);
    let close = Callback::new(move |()| open.set(false));
    view! {
        <Button icon=lu::LuGalleryHorizontalEnd on_click=move |()| open.set(true)>
            {t("连拍", "Burst")}
        </Button>
        {move || open.get().then(|| shooter(close, on_shot))}
    }
    .into_any()
}

fn shooter(
    on_close: Callback<()>,
    on_shot: Callback<Result<PreparedPhoto, PhotoError>>,
) -> AnyView {
    let lang = use_lang();
    let video = NodeRef::<html::Video>::new();
    let node = NodeRef::<html::Dialog>::new();
    let camera = StoredValue::new_local(None::<Camera>);
    let state = RwSignal::new(None::<Result<(), CameraError>>);
    let (taken, busy) = (RwSignal::new(0_i64), RwSignal::new(false));
    Effect::new(move |_| {
        if video.get().is_some() {
            dialog::show(node, true);
            camera.set_value(Some(Camera::view(video, move |outcome| {
                state.try_set(Some(outcome));
            })));
        }
    });
    on_cleanup(move || {
        camera.try_update_value(Option::take);
    });
    let shot = move || {
        if busy.get_untracked() || state.get_untracked() != Some(Ok(())) {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let outcome = shoot(video).await;
            if outcome.is_ok() {
                taken.try_update(|taken| *taken += 1);
            }
            on_shot.run(outcome);
            busy.try_set(false);
        });
    };
    let count = tf(move |lang| match (lang, taken.get()) {
        (Lang::Zh, 0) => "对准，按一下拍一张".to_owned(),
        (Lang::En, 0) => "One tap, one photo".to_owned(),
        (Lang::Zh, n) => format!("已拍 {n} 张"),
        (Lang::En, n) => counted(n, "photo taken", "photos taken"),
    });
    let trouble = move || {
        let error = state.get()?.err()?;
        let ((zh, en), _) = error.words();
        let title = lang.get().pick(zh, en);
        let instead = lang.get().pick(
            "可以关掉这里，用“拍照”或“从相册选”。",
            "Close this and use “Take a photo” or “Choose from album”.",
        );
        let view = view! {
            <div class="shooter-trouble" role="alert">
                <p>{title}</p>
                <p>{instead}</p>
            </div>
        };
        Some(view.into_any())
    };
    view! {
        <dialog
            node_ref=node
            class="shooter"
            aria-label=t("连拍", "Burst")
            on:cancel=move |ev: leptos::ev::Event| {
                ev.prevent_default();
                on_close.run(());
            }
        >
            <video
                node_ref=video
                class="shooter-picture"
                class:is-taking=move || busy.get()
                autoplay
                muted
                playsinline
            ></video>
            {trouble}
            <div class="shooter-bar">
                <span class="shooter-count" role="status">{count}</span>
                <button
                    type="button"
                    class="shooter-button"
                    aria-label=t("拍一张", "Take one")
                    disabled=move || state.get() != Some(Ok(()))
                    on:click=move |_| shot()
                ></button>
                <Button kind=ButtonKind::Primary on_click=move |()| on_close.run(())>
                    {t("完成", "Done")}
                </Button>
            </div>
        </dialog>
    }
    .into_any()
}
