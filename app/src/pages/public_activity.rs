//! What anybody with the link sees of an activity. Server-rendered.

use domain::ActivityId;
use leptos::prelude::*;

use crate::components::page_header::PageHeader;

#[component]
pub fn PublicActivityPage(id: ActivityId) -> impl IntoView {
    let _ = id;
    view! { <PageHeader/> }.into_any()
}
