//! What is on this phone, sent and unsent.

use leptos::prelude::*;

use crate::{components::page_header::PageHeader, routing::Page};

#[component]
pub fn OutboxPage() -> impl IntoView {
    view! { <PageHeader back=Page::Home/> }.into_any()
}
