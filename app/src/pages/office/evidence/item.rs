//! One item: what is asked for, how it stands, and what proves it.

use std::sync::Arc;

use domain::api::evidence::{ItemDetail, Piece};
use icondata_lu as lu;
use leptos::prelude::*;

use super::{PATH, Years, pieces::Material};
use crate::{
    address,
    areas::evidence::words,
    components::{
        Tone,
        button::IconLink,
        page_header::PageHeader,
        status::Badge,
        surface::{Fact, Facts},
    },
    i18n::{t, tp, tx, use_lang},
    office::{LoadProblem, Loading, Pages, Remote, Stale, use_pages, use_remote},
    routing::Page,
};

#[component]
pub fn EvidenceItemPage(code: String) -> impl IntoView {
    let year = RwSignal::new(String::new());
    let escaped = address::escape(&code);
    let pieces_of = escaped.clone();
    let detail: Remote<ItemDetail> = use_remote(move || {
        let query = match year.get().as_str() {
            "" => String::new(),
            year => format!("?year={year}"),
        };
        Some(format!("{PATH}/items/{escaped}{query}"))
    });
    let title = move || {
        detail
            .get()
            .map_or_else(|| code.clone(), |it| format!("{} {}", code, it.group))
    };
    let show = RwSignal::new(String::new());
    let pieces: Pages<Piece> = use_pages(move || {
        // The year is the detail's, which knows which one it is without being told.
        let year = detail.get()?.year;
        let path = format!("{PATH}/items/{pieces_of}/pieces?year={year}");
        Some(match show.get().as_str() {
            "" => path,
            show => format!("{path}&show={show}"),
        })
    });
    let body = move || match (detail.get(), detail.error()) {
        (Some(known), _) => view! { <Head known/> }.into_any(),
        (None, Some(error)) => {
            view! { <LoadProblem error on_retry=move || detail.reload()/> }.into_any()
        }
        (None, None) => view! { <Loading/> }.into_any(),
    };
    let (previous, next) = (t("上一项", "Previous item"), t("下一项", "Next item"));
    let neighbors = move || {
        detail.get().map(|it| {
            let up = it.previous.clone().map(|code| {
                view! { <IconLink to=Page::EvidenceItem(code) icon=lu::LuChevronUp label=previous/> }
            });
            let down = it.next.clone().map(|code| {
                view! { <IconLink to=Page::EvidenceItem(code) icon=lu::LuChevronDown label=next/> }
            });
            view! {
                {up}
                {down}
            }
        })
    };
    view! {
        <PageHeader title back=Page::Evidence>
            {neighbors}
            <Years
                years=Signal::derive(move || detail.get().map(|it| it.years.clone()).unwrap_or_default())
                value=Signal::derive(move || detail.get().map(|it| it.year))
                on_change=move |value| year.set(value)
            />
        </PageHeader>
        <div class="page page-wide evidence-page">
            <Stale
                error=Signal::derive(move || detail.get().and_then(|_| detail.error()))
                on_retry=move || detail.reload()
            />
            {body}
            <Material detail pieces show/>
        </div>
    }
    .into_any()
}

/// What is asked for, and how it stands.
#[component]
fn Head(known: Arc<ItemDetail>) -> impl IntoView {
    let lang = use_lang();
    let item = known.item.clone();
    let (tone, name) = (
        words::progress_tone(item.progress),
        tp(words::progress_name(item.progress)),
    );
    let (rule, owner) = (t("评分办法", "Rule"), t("责任科室", "Department"));
    let how_often = t("频次", "How often");
    let frequency = tp(item.frequency.name());
    let needs = item
        .needs
        .iter()
        .cloned()
        .map(|need| {
            let tone = if need.missing() == 0 {
                Tone::Success
            } else {
                Tone::Warning
            };
            view! { <Badge tone label=move || words::need_text(lang.get(), &need)/> }
        })
        .collect_view();
    view! {
        <div class="item-head">
            <p class="small muted">{known.project.clone()}</p>
            <h2 class="record-title">{item.title.clone()}</h2>
            <div class="cluster">
                <Badge tone label=name/>
                {needs}
            </div>
        </div>
        <Facts>
            <Fact label=owner>{item.owner.clone()}</Fact>
            <Fact label=how_often>{frequency}</Fact>
            <Fact label=rule>{tx(known.scoring.clone())}</Fact>
        </Facts>
    }
    .into_any()
}
