//! Buttons and links that look like buttons.

use icondata_core::Icon as IconData;
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{components::icon::Icon, routing::Page};

/// How much a button asks for. One primary per screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    Primary,
    #[default]
    Secondary,
    /// No frame: for the least important choice.
    Ghost,
    Danger,
}

impl ButtonKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Ghost => "ghost",
            Self::Danger => "danger",
        }
    }
}

fn class_of(kind: ButtonKind, wide: bool, small: bool) -> String {
    let mut class = format!("button button-{}", kind.as_str());
    if wide {
        class.push_str(" button-wide");
    }
    if small {
        class.push_str(" button-small");
    }
    class
}

/// A button. While `loading` it shows a spinner and can't be pressed again.
#[component]
pub fn Button(
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] icon: Option<IconData>,
    /// As wide as its container.
    #[prop(optional)]
    wide: bool,
    /// For toolbars and rows.
    #[prop(optional)]
    small: bool,
    /// Submits the form that it is in.
    #[prop(optional)]
    submit: bool,
    #[prop(optional, into)] loading: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] on_click: Option<Callback<()>>,
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            class=class_of(kind, wide, small)
            class:is-loading=move || loading.get()
            aria-busy=move || loading.get().then_some("true")
            disabled=move || disabled.get() || loading.get()
            on:click=move |_| {
                if let Some(on_click) = on_click {
                    on_click.run(());
                }
            }
        >
            {move || loading.get().then(|| view! { <span class="spinner" aria-hidden="true"></span> })}
            {icon.map(|icon| view! { <Icon icon/> })}
            <span class="button-label">{children()}</span>
        </button>
    }
    .into_any()
}

/// A link that looks like a button.
#[component]
pub fn ButtonLink(
    #[prop(into)] to: Signal<Page>,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] icon: Option<IconData>,
    #[prop(optional)] wide: bool,
    #[prop(optional)] small: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <a class=class_of(kind, wide, small) href=move || to.read().path()>
            {icon.map(|icon| view! { <Icon icon/> })}
            <span class="button-label">{children()}</span>
        </a>
    }
    .into_any()
}

/// A button with an icon only; `label` is read aloud and shown on hover.
#[component]
pub fn IconButton(
    icon: IconData,
    #[prop(into)] label: TextProp,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// For buttons that stay pressed.
    #[prop(optional, into)]
    pressed: Option<Signal<bool>>,
    #[prop(into)] on_click: Callback<()>,
) -> impl IntoView {
    let title = label.clone();
    view! {
        <button
            type="button"
            class="icon-button"
            aria-label=move || label.get()
            title=move || title.get()
            aria-pressed=move || pressed.map(|p| if p.get() { "true" } else { "false" })
            disabled=move || disabled.get()
            on:click=move |_| on_click.run(())
        >
            <Icon icon/>
        </button>
    }
    .into_any()
}

/// Like [`IconButton`], but leads to a page.
#[component]
pub fn IconLink(
    #[prop(into)] to: Signal<Page>,
    icon: IconData,
    #[prop(into)] label: TextProp,
) -> impl IntoView {
    let title = label.clone();
    view! {
        <a
            class="icon-button"
            href=move || to.read().path()
            aria-label=move || label.get()
            title=move || title.get()
        >
            <Icon icon/>
        </a>
    }
    .into_any()
}

/// A big choice on a home screen: icon, title, one line below; leads to a page.
#[component]
pub fn ActionTile(
    #[prop(into)] to: Signal<Page>,
    icon: IconData,
    #[prop(into)] title: TextProp,
    #[prop(optional, into)] text: Option<TextProp>,
    /// The one that is used most.
    #[prop(optional)]
    primary: bool,
) -> impl IntoView {
    view! {
        <a class="tile" class:tile-primary=primary href=move || to.read().path()>
            <span class="tile-icon"><Icon icon/></span>
            <span class="tile-text">
                <span class="tile-title">{move || title.get()}</span>
                {text.map(|text| view! { <span class="tile-note">{move || text.get()}</span> })}
            </span>
        </a>
    }
    .into_any()
}

/// A key's name, for shortcuts: `<KeyHint key="J"/>`.
#[component]
pub fn KeyHint(#[prop(into)] key: String) -> impl IntoView {
    view! { <kbd class="key">{key}</kbd> }.into_any()
}

/// Asks for more of a list; nothing at the list's end.
#[component]
pub fn LoadMore(
    #[prop(into)] more: Signal<bool>,
    #[prop(optional, into)] loading: Signal<bool>,
    #[prop(into)] on_more: Callback<()>,
) -> impl IntoView {
    let label = crate::i18n::t("加载更多", "Load more");
    move || {
        more.get().then(|| {
            view! {
                <div class="load-more">
                    <Button kind=ButtonKind::Ghost icon=lu::LuChevronDown loading on_click=on_more>
                        {label}
                    </Button>
                </div>
            }
            .into_any()
        })
    }
}
