//! One icon from `icondata_lu`, drawn without a style attribute (the security policy forbids it).

use leptos::prelude::*;

/// A decorative icon of one `em`; the words beside it, or the control's label, say what it means.
#[component]
pub fn Icon(icon: icondata_core::Icon) -> impl IntoView {
    view! {
        <svg
            class="icon"
            viewBox=icon.view_box.unwrap_or("0 0 24 24")
            fill="none"
            stroke="currentColor"
            stroke-width="2"
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden="true"
            focusable="false"
            inner_html=icon.data
        ></svg>
    }
    .into_any()
}
