//! No such page.

use leptos::prelude::*;

use crate::{
    components::{
        button::{ButtonKind, ButtonLink},
        page_header::PageHeader,
        status::{Art, EmptyState},
    },
    i18n::t,
    routing::Page,
};

#[component]
pub fn NotFoundPage() -> impl IntoView {
    let title = t("没有这个页面", "This page doesn’t exist");
    let hint = t(
        "链接可能不完整，或内容已被移走。您保存的记录不受影响。",
        "The link may be incomplete, or what it led to was moved. Your records are safe.",
    );
    let heading = t("找不到页面", "Page not found");
    let home = t("回到首页", "Go home");
    view! {
        <PageHeader title=heading/>
        <div class="page page-narrow">
            <EmptyState art=Art::Search title text=hint>
                <ButtonLink to=Page::Home kind=ButtonKind::Primary>{home}</ButtonLink>
            </EmptyState>
        </div>
    }
    .into_any()
}
