//! The office's documents.

use leptos::prelude::*;

#[component]
pub fn FilesPage() -> impl IntoView {
    view! { <crate::components::page_header::PageHeader/> }.into_any()
}
