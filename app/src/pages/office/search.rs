//! Everything by its words: records, photos, files; the latest first.

use domain::api::search::{Hit, HitKind};
use icondata_lu as lu;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    address,
    areas::reviews::names,
    components::{
        field::SearchField,
        icon::Icon,
        page_header::PageHeader,
        status::{Art, Badge, EmptyState},
    },
    i18n::{t, tp, use_format},
    office::{LoadProblem, Loading, Pages, ReadOn, use_pages},
    routing::{Go, Page},
};

const PATH: &str = "/api/office/search";

#[component]
pub fn SearchPage() -> impl IntoView {
    let query = use_query_map();
    let wanted = RwSignal::new(String::new());
    Effect::new(move |_| {
        let asked = query.with(|query| query.get("q"));
        if let Some(asked) = asked {
            wanted.set(asked);
        }
    });
    let path = Memo::new(move |_| {
        let words = wanted.read();
        let words = words.trim();
        (!words.is_empty()).then(|| format!("{PATH}?q={}", address::escape(words)))
    });
    let found: Pages<Hit> = use_pages(move || path.get());
    let label = t("搜索记录、照片、文件", "Search records, photos, files");
    let (nothing, hint) = (
        t("没有找到", "Nothing found"),
        t("换个说法，或少写几个词试试。", "Try other words, or fewer."),
    );
    let (begin, about) = (
        t("想找什么？", "What are you looking for?"),
        t(
            "可以输入记录的标题和内容、照片说明、文件名和文号；几个词之间用空格隔开。",
            "Type words of a record, a photo’s caption, a file’s name or number; put blanks between words.",
        ),
    );
    let body = move || {
        if path.read().is_none() {
            return view! { <EmptyState art=Art::Search title=begin text=about/> }.into_any();
        }
        match (found.get(), found.error()) {
            (_, Some(error)) => {
                view! { <LoadProblem error on_retry=move || found.reload()/> }.into_any()
            }
            (Some(hits), None) if hits.is_empty() => {
                view! { <EmptyState art=Art::Search title=nothing text=hint/> }.into_any()
            }
            (Some(hits), None) => {
                let hits = hits.into_iter().map(hit).collect_view();
                view! { <ul class="hits">{hits}</ul> }.into_any()
            }
            (None, None) => view! { <Loading/> }.into_any(),
        }
    };
    view! {
        <PageHeader/>
        <div class="page search-page">
            <div class="search-wide" role="search">
                <SearchField label value=wanted on_input=move |text| wanted.set(text)/>
            </div>
            {body}
            <ReadOn pages=found/>
        </div>
    }
    .into_any()
}

fn hit(hit: Hit) -> AnyView {
    let f = use_format();
    let at = hit.at;
    let excerpt = hit
        .excerpt
        .into_iter()
        .enumerate()
        .map(|(index, text)| {
            if index % 2 == 1 {
                view! { <mark>{text}</mark> }.into_any()
            } else {
                text.into_any()
            }
        })
        .collect_view();
    let title = if hit.title.is_empty() {
        "—".to_owned()
    } else {
        hit.title
    };
    let (lead, to, state) = match &hit.is {
        HitKind::Record { id, state } => {
            let state = *state;
            let badge = view! {
                <Badge
                    tone=names::state_tone(state)
                    icon=names::state_icon(state)
                    label=tp(names::state_name(state))
                />
            }
            .into_any();
            (
                view! { <Icon icon=lu::LuNotebookPen/> }.into_any(),
                Some(Page::ReviewRecord(*id)),
                Some(badge),
            )
        }
        HitKind::Photo { record, thumbnail } => {
            let address = format!("/api/blobs/{thumbnail}");
            (
                view! { <img src=address alt="" loading="lazy" decoding="async"/> }.into_any(),
                Some(Page::ReviewRecord(*record)),
                None,
            )
        }
        HitKind::File { .. } => (view! { <Icon icon=lu::LuFileText/> }.into_any(), None, None),
    };
    let inner = view! {
        <span class="hit-lead">{lead}</span>
        <span class="hit-body">
            <span class="hit-title">{title}</span>
            <span class="hit-text">{excerpt}</span>
        </span>
        <span class="hit-side">
            {state}
            <span class="small muted nowrap">{move || f.date(at)}</span>
        </span>
    };
    let row = match (to, &hit.is) {
        (Some(page), _) => view! { <Go to=page class="hit">{inner}</Go> }.into_any(),
        (None, HitKind::File { id }) => {
            let address = format!("/api/office/files/{id}/content");
            view! { <a href=address download="" class="hit">{inner}</a> }.into_any()
        }
        (None, _) => view! { <span class="hit">{inner}</span> }.into_any(),
    };
    view! { <li>{row}</li> }.into_any()
}
