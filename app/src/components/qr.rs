//! Codes: showing a QR code, and reading one with the camera, from a photo, or from pasted text.

use icondata_lu as lu;
use leptos::{html, prelude::*};

use crate::{
    components::{
        Tone,
        button::{Button, ButtonKind},
        field::TextField,
        icon::Icon,
        status::Banner,
    },
    i18n::{t, use_lang},
    platform::{
        camera::{Camera, CameraError},
        photos::{picked_files, read_code},
    },
};

/// A text as a QR code, dark on light in every theme. `label` is read aloud.
#[component]
pub fn QrImage(#[prop(into)] text: Signal<String>, #[prop(into)] label: TextProp) -> impl IntoView {
    let drawing = Memo::new(move |_| draw(&text.read()));
    let view_box = move || {
        let size = drawing.read().0 + 2 * QUIET;
        format!("0 0 {size} {size}")
    };
    view! {
        <div class="qr">
            <svg
                viewBox=view_box
                role="img"
                aria-label=move || label.get()
                shape-rendering="crispEdges"
            >
                <rect class="qr-light" width="100%" height="100%"></rect>
                <path class="qr-dark" d=move || drawing.read().1.clone()></path>
            </svg>
        </div>
    }
    .into_any()
}

/// The quiet zone that readers need, in modules.
const QUIET: usize = 4;

/// Width in modules, and the path of the dark ones. Empty where the text is too long for any code.
fn draw(text: &str) -> (usize, String) {
    use std::fmt::Write;
    let level = qrcode::EcLevel::M;
    let Ok(code) = qrcode::QrCode::with_error_correction_level(text, level) else {
        return (0, String::new());
    };
    let width = code.width();
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        while x < width {
            let run = row[x..]
                .iter()
                .take_while(|color| **color == qrcode::Color::Dark)
                .count();
            if run > 0 {
                let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET);
            }
            x += run.max(1);
        }
    }
    (width, path)
}

/// Reads codes. Without a camera, or without the permission for it, a photo of the code or its
/// pasted text will do.
///
/// Each distinct text is reported once; after [`RESCAN_MS`] the same one may come again.
#[component]
pub fn QrScanner(
    /// The camera runs while it is true.
    #[prop(into)]
    active: Signal<bool>,
    #[prop(into)] on_code: Callback<String>,
    /// Above the picture: what to point at.
    #[prop(optional, into)]
    hint: Option<TextProp>,
    /// Reads bar codes as well.
    #[prop(optional)]
    bars: bool,
) -> impl IntoView {
    let lang = use_lang();
    let video = NodeRef::<html::Video>::new();
    let problem = RwSignal::new(None::<CameraError>);
    let running = RwSignal::new(false);
    let torch = RwSignal::new(None::<bool>);
    let camera = StoredValue::new_local(None::<Camera>);
    let unreadable = RwSignal::new(false);
    let pasting = RwSignal::new(false);
    let pasted = RwSignal::new(String::new());
    let attempt = RwSignal::new(0_u32);

    Effect::new(move |_| {
        attempt.track();
        camera.set_value(None);
        running.set(false);
        torch.set(None);
        if active.get() && video.get().is_some() {
            problem.set(None);
            let started = Camera::start(
                video,
                bars,
                move |text| {
                    let _ = on_code.try_run(text);
                },
                move |state| match state {
                    Ok(has_torch) => {
                        running.set(true);
                        torch.set(has_torch.then_some(false));
                    }
                    Err(error) => problem.set(Some(error)),
                },
            );
            camera.set_value(Some(started));
        }
    });
    on_cleanup(move || {
        let _ = camera.try_update_value(|camera| *camera = None);
    });

    let title = t("对准二维码", "Point at the code");
    let torch_label = t("手电筒", "Torch");
    let from_photo = t("用照片识别", "Use a photo");
    let paste = t("粘贴码的文字", "Paste the code’s text");
    let paste_label = t("码的文字或链接", "The code’s text or link");
    let use_it = t("使用", "Use it");
    let again = t("重试", "Try again");
    let no_code = t(
        "这张照片里没有找到能识别的码。请拍得近一些、正一些，再试一次。",
        "No code was found in this photo. Take it closer and straighter, then try again.",
    );
    view! {
        <div class="scanner">
            <div class="scanner-view" class:scanner-off=move || problem.get().is_some()>
                <video node_ref=video class="scanner-video" playsinline muted aria-hidden="true"></video>
                <div class="scanner-aim" aria-hidden="true"></div>
                {move || {
                    (!running.get() && problem.get().is_none() && active.get())
                        .then(|| view! { <span class="spinner scanner-spinner" aria-hidden="true"></span> })
                }}
                {move || {
                    problem
                        .get()
                        .map(|problem| {
                            let (title, help) = problem.words();
                            let (title, help) = (lang.get().pick(title.0, title.1), lang.get().pick(help.0, help.1));
                            view! {
                                <div class="scanner-problem" role="alert">
                                    <Icon icon=lu::LuCameraOff/>
                                    <p class="scanner-problem-title">{title}</p>
                                    <p>{help}</p>
                                    <Button
                                        small=true
                                        icon=lu::LuRotateCcw
                                        on_click=move || attempt.update(|n| *n = n.wrapping_add(1))
                                    >
                                        {again}
                                    </Button>
                                </div>
                            }
                                .into_any()
                        })
                }}
                <p class="scanner-hint">
                    {move || hint.as_ref().map_or_else(|| title().into(), TextProp::get)}
                </p>
                {move || {
                    torch
                        .get()
                        .map(|on| {
                            let icon = if on { lu::LuFlashlightOff } else { lu::LuFlashlight };
                            view! {
                                <button
                                    type="button"
                                    class="icon-button scanner-torch"
                                    aria-label=torch_label
                                    aria-pressed=if on { "true" } else { "false" }
                                    on:click=move |_| {
                                        camera
                                            .with_value(|camera| {
                                                if let Some(camera) = camera {
                                                    camera.torch(!on);
                                                }
                                            });
                                        torch.set(Some(!on));
                                    }
                                >
                                    <Icon icon/>
                                </button>
                            }
                                .into_any()
                        })
                }}
            </div>
            <div class="scanner-other">
                <label class="button button-ghost button-small photo-button">
                    <input
                        class="photo-input"
                        type="file"
                        accept="image/*"
                        on:change=move |ev| {
                            unreadable.set(false);
                            if let Some(file) = picked_files(&ev).into_iter().next() {
                                read_code(
                                    file,
                                    bars,
                                    move |text| match text {
                                        Some(text) => {
                                            let _ = on_code.try_run(text);
                                        }
                                        None => unreadable.set(true),
                                    },
                                );
                            }
                        }
                    />
                    <Icon icon=lu::LuImage/>
                    <span class="button-label">{from_photo}</span>
                </label>
                <Button
                    kind=ButtonKind::Ghost
                    small=true
                    icon=lu::LuClipboardPaste
                    on_click=move || pasting.update(|on| *on = !*on)
                >
                    {paste}
                </Button>
            </div>
            {move || {
                unreadable
                    .get()
                    .then(|| {
                        view! {
                            <Banner
                                tone=Tone::Warning
                                title=no_code
                                on_close=move || unreadable.set(false)
                            />
                        }
                    })
            }}
            {move || {
                pasting
                    .get()
                    .then(|| {
                        view! {
                            <form
                                class="scanner-paste"
                                on:submit=move |ev| {
                                    ev.prevent_default();
                                    let text = pasted.get_untracked().trim().to_owned();
                                    if !text.is_empty() {
                                        on_code.run(text);
                                        pasted.set(String::new());
                                    }
                                }
                            >
                                <TextField
                                    name="scanner-text"
                                    label=paste_label
                                    value=pasted
                                    on_input=move |text| pasted.set(text)
                                    autocomplete="off"
                                />
                                <Button kind=ButtonKind::Primary submit=true>
                                    {use_it}
                                </Button>
                            </form>
                        }
                            .into_any()
                    })
            }}
        </div>
    }
    .into_any()
}

/// How long the same text isn't reported again.
pub const RESCAN_MS: i64 = 3_000;

#[cfg(test)]
mod tests {
    use super::draw;

    #[test]
    fn a_code_is_drawn_inside_its_quiet_zone() {
        let (width, path) = draw("https://minglu.example/c#1.abc");
        assert!(width >= 21);
        assert!(path.starts_with("M4 4h7v1h-7z"), "{path}");
    }

    #[test]
    fn a_text_too_long_for_any_code_draws_nothing() {
        assert_eq!(draw(&"x".repeat(5_000)), (0, String::new()));
    }
}
