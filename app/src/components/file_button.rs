//! A button that lets a person pick one file.

use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::icon::Icon,
    platform::photos::{PickedFile, picked_files},
};

/// `accept` as in HTML: endings and media types.
#[component]
pub fn FileButton(
    #[prop(into)] label: TextProp,
    accept: &'static str,
    #[prop(optional)] small: bool,
    #[prop(optional, into)] busy: Signal<bool>,
    #[prop(into)] on_pick: Callback<PickedFile>,
) -> impl IntoView {
    let class = if small {
        "button button-secondary button-small photo-button"
    } else {
        "button button-primary photo-button"
    };
    view! {
        <label class=class class:is-disabled=move || busy.get() aria-busy=move || busy.get().then_some("true")>
            <input
                class="photo-input"
                type="file"
                accept=accept
                disabled=move || busy.get()
                on:change=move |ev| {
                    if let Some(file) = picked_files(&ev).into_iter().next() {
                        on_pick.run(file);
                    }
                }
            />
            {move || {
                let icon = if busy.get() { lu::LuLoaderCircle } else { lu::LuFolderOpen };
                view! { <Icon icon/> }
            }}
            <span class="button-label">{move || label.get()}</span>
        </label>
    }
    .into_any()
}
