//! My code, my hours, settings.

use leptos::prelude::*;

use crate::components::page_header::PageHeader;

#[component]
pub fn MePage() -> impl IntoView {
    view! { <PageHeader/> }.into_any()
}
