//! How things stand: badges, banners, progress, waiting, nothing there, failure.

use icondata_core::Icon as IconData;
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::{
        Tone,
        button::{Button, ButtonKind},
        icon::Icon,
    },
    i18n::t,
};

/// A state as icon and words.
#[component]
pub fn Badge(
    #[prop(into)] tone: Signal<Tone>,
    #[prop(into)] label: TextProp,
    /// Another icon than the tone's own.
    #[prop(optional)]
    icon: Option<IconData>,
) -> impl IntoView {
    view! {
        <span class=move || format!("badge tone-{}", tone.get().as_str())>
            {move || view! { <Icon icon=icon.unwrap_or_else(|| tone.get().icon())/> }}
            <span>{move || label.get()}</span>
        </span>
    }
    .into_any()
}

/// A message that stays on the page: what it is about, what to do next.
#[component]
pub fn Banner(
    #[prop(optional)] tone: Tone,
    #[prop(into)] title: TextProp,
    /// Text and actions.
    #[prop(optional)]
    children: Option<Children>,
    #[prop(optional, into)] on_close: Option<Callback<()>>,
) -> impl IntoView {
    let close = t("关闭", "Close");
    let role = if tone == Tone::Danger {
        "alert"
    } else {
        "status"
    };
    view! {
        <div class=format!("banner tone-{}", tone.as_str()) role=role>
            <Icon icon=tone.icon()/>
            <div class="banner-body">
                <p class="banner-title">{move || title.get()}</p>
                {children.map(|children| view! { <div class="banner-text">{children()}</div> })}
            </div>
            {on_close
                .map(|on_close| {
                    view! {
                        <button
                            type="button"
                            class="icon-button"
                            aria-label=close
                            on:click=move |_| on_close.run(())
                        >
                            <Icon icon=lu::LuX/>
                        </button>
                    }
                })}
        </div>
    }
    .into_any()
}

/// How far something is.
#[component]
pub fn ProgressBar(
    #[prop(into)] label: TextProp,
    #[prop(into)] value: Signal<usize>,
    #[prop(into)] max: Signal<usize>,
) -> impl IntoView {
    view! {
        <progress
            class="progress"
            aria-label=move || label.get()
            max=move || max.get().max(1).to_string()
            value=move || value.get().to_string()
        ></progress>
    }
    .into_any()
}

/// Gray lines where content will be.
#[component]
pub fn Skeleton(#[prop(default = 3)] rows: usize) -> impl IntoView {
    let label = t("正在载入…", "Loading…");
    let lines = (0..rows)
        .map(|_| view! { <div class="skeleton-row"></div> })
        .collect_view();
    view! {
        <div class="skeleton" role="status">
            <span class="sr-only">{label}</span>
            {lines}
        </div>
    }
    .into_any()
}

/// What an empty page shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Art {
    /// Nothing written yet.
    #[default]
    Notes,
    /// Nothing on.
    Calendar,
    /// All done.
    Done,
    /// Nothing found.
    Search,
    /// No network.
    Offline,
    /// Nobody yet.
    People,
    /// Something failed.
    Trouble,
}

/// Nothing there: says why and what to do; children are the action.
#[component]
pub fn EmptyState(
    #[prop(optional)] art: Art,
    #[prop(into)] title: TextProp,
    #[prop(optional, into)] text: Option<TextProp>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Picture art/>
            <p class="empty-title">{move || title.get()}</p>
            {text.map(|text| view! { <p class="empty-text">{move || text.get()}</p> })}
            {children.map(|children| view! { <div class="empty-action">{children()}</div> })}
        </div>
    }
    .into_any()
}

/// Something failed: what, and that it can be tried again.
#[component]
pub fn ErrorState(
    #[prop(into)] title: TextProp,
    #[prop(optional, into)] text: Option<TextProp>,
    #[prop(optional, into)] on_retry: Option<Callback<()>>,
) -> impl IntoView {
    let retry = t("再试一次", "Try again");
    view! {
        <div class="empty" role="alert">
            <Picture art=Art::Trouble/>
            <p class="empty-title">{move || title.get()}</p>
            {text.map(|text| view! { <p class="empty-text">{move || text.get()}</p> })}
            {on_retry
                .map(|on_retry| {
                    view! {
                        <div class="empty-action">
                            <Button
                                kind=ButtonKind::Secondary
                                icon=lu::LuRotateCcw
                                on_click=on_retry
                            >
                                {retry}
                            </Button>
                        </div>
                    }
                })}
        </div>
    }
    .into_any()
}

/// A small drawing in the theme's colors (`art-a` fill, `art-b` tint, `art-c` line, `art-d` accent).
#[component]
fn Picture(art: Art) -> impl IntoView {
    let drawing = match art {
        Art::Notes => {
            r#"<rect class="art-b" x="34" y="22" width="72" height="84" rx="10"/><rect class="art-a" x="46" y="14" width="72" height="84" rx="10"/><path class="art-c" d="M60 36h44M60 52h44M60 68h26"/><circle class="art-d" cx="112" cy="92" r="16"/><path class="art-e" d="M112 85v14M105 92h14"/>"#
        }
        Art::Calendar => {
            r#"<rect class="art-a" x="36" y="24" width="88" height="78" rx="12"/><path class="art-b" d="M36 48V36a12 12 0 0 1 12-12h64a12 12 0 0 1 12 12v12z"/><path class="art-c" d="M58 16v16M102 16v16M54 64h12M74 64h12M94 64h12M54 82h12M74 82h12"/><circle class="art-d" cx="100" cy="82" r="8"/>"#
        }
        Art::Done => {
            r#"<circle class="art-b" cx="80" cy="60" r="46"/><circle class="art-a" cx="80" cy="60" r="34"/><path class="art-f" d="m65 61 11 11 20-23"/><circle class="art-d" cx="126" cy="24" r="5"/><circle class="art-d" cx="32" cy="92" r="4"/>"#
        }
        Art::Search => {
            r#"<rect class="art-b" x="30" y="26" width="76" height="68" rx="10"/><path class="art-c" d="M44 44h48M44 60h30"/><circle class="art-a" cx="96" cy="66" r="24"/><path class="art-f" d="m114 84 16 16"/><path class="art-c" d="M86 66a10 10 0 0 1 10-10"/>"#
        }
        Art::Offline => {
            r#"<path class="art-b" d="M44 84a22 22 0 0 1 2-44 32 32 0 0 1 62 6 20 20 0 0 1 4 38z"/><rect class="art-a" x="62" y="48" width="36" height="60" rx="8"/><path class="art-c" d="M74 100h12"/><path class="art-f" d="m72 74 6 6 12-13"/><circle class="art-d" cx="126" cy="30" r="5"/>"#
        }
        Art::People => {
            r#"<circle class="art-b" cx="108" cy="46" r="15"/><path class="art-b" d="M84 100a24 24 0 0 1 48 0z"/><circle class="art-a" cx="64" cy="44" r="19"/><path class="art-a" d="M32 104a32 32 0 0 1 64 0z"/><circle class="art-d" cx="116" cy="88" r="13"/><path class="art-e" d="M116 82v12M110 88h12"/>"#
        }
        Art::Trouble => {
            r#"<circle class="art-b" cx="80" cy="62" r="46"/><rect class="art-a" x="52" y="34" width="56" height="58" rx="10"/><path class="art-f" d="M80 48v20M80 79v1"/><circle class="art-d" cx="128" cy="30" r="5"/>"#
        }
    };
    view! {
        <svg class="art" viewBox="0 0 160 120" aria-hidden="true" focusable="false" inner_html=drawing></svg>
    }
    .into_any()
}
