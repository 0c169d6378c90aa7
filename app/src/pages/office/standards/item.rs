//! One item of the standard in use.

use domain::api::standards::StandardDetail;
use leptos::prelude::*;

use super::PATH;
use crate::{
    areas::standards::head::item_head,
    components::{
        page_header::PageHeader,
        status::{Art, EmptyState},
    },
    i18n::t,
    office::{LoadProblem, Loading, Remote, use_remote},
    routing::Page,
};

#[component]
pub fn StandardItemPage(code: String) -> impl IntoView {
    let detail: Remote<StandardDetail> = use_remote(|| Some(format!("{PATH}/current")));
    let gone = t("测评标准里没有这一条", "The standard has no such item");
    let gone_text = t(
        "可能换了新版测评标准，请到测评标准页查找。",
        "There may be a newer version. Please look for it in the standard.",
    );
    let body = move || match (detail.get(), detail.error()) {
        (Some(known), _) => match known.standard.item(&code) {
            Some(placed) => item_head(placed),
            None => view! { <EmptyState art=Art::Search title=gone text=gone_text/> }.into_any(),
        },
        (None, Some(error)) => {
            view! { <LoadProblem error on_retry=move || detail.reload()/> }.into_any()
        }
        (None, None) => view! { <Loading/> }.into_any(),
    };
    view! {
        <PageHeader back=Page::Standard/>
        <div class="page page-narrow">{body}</div>
    }
    .into_any()
}
