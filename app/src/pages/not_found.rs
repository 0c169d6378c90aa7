//! No such page.

use leptos::prelude::*;

use crate::{components::page_header::PageHeader, i18n::t, routing::Page};

#[component]
pub fn NotFoundPage() -> impl IntoView {
    let title = t("没有这个页面", "This page doesn’t exist");
    let hint = t(
        "链接可能不完整，或内容已被移走。你保存的记录不受影响。",
        "The link may be incomplete, or what it led to was moved. Your records are safe.",
    );
    let home = t("回到首页", "Go home");
    view! {
        <PageHeader title/>
        <div class="page page-narrow">
            <p>{hint}</p>
            <a class="button button-primary" href=Page::Home.path()>{home}</a>
        </div>
    }
    .into_any()
}
