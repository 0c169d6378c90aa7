//! A standard as a tree: projects, contents and items with their points and rules.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    areas::standards::{Content, Item, Project, Standard},
    standard_check::{Remark, Weight},
    standard_table::words::evidence_text,
};
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::{
        Tone,
        button::IconButton,
        status::{Badge, EmptyState},
    },
    i18n::{t, tf, tx},
    routing::Page,
};

/// What a click on an item does.
#[derive(Clone, Copy)]
pub enum OnItem {
    Nothing,
    /// Its page.
    Open,
    Edit(Callback<String>),
}

#[component]
pub fn StandardTree(
    standard: Arc<Standard>,
    remarks: Vec<Remark>,
    /// Only what holds these words.
    #[prop(into)]
    search: Signal<String>,
    on_item: OnItem,
) -> impl IntoView {
    let mut by_code: BTreeMap<String, Vec<Remark>> = BTreeMap::new();
    for remark in remarks {
        by_code.entry(remark.code.clone()).or_default().push(remark);
    }
    let by_code = Arc::new(by_code);
    let nothing = t("没有找到", "Nothing found");
    move || {
        let words = search.get().trim().to_lowercase();
        let projects: Vec<AnyView> = standard
            .projects
            .iter()
            .filter_map(|it| project(it, &words, &by_code, on_item))
            .collect();
        if projects.is_empty() {
            return view! { <EmptyState title=nothing/> }.into_any();
        }
        view! { <div class="standard-tree">{projects}</div> }.into_any()
    }
}

fn holds(words: &str, texts: &[&str]) -> bool {
    words.is_empty() || texts.iter().any(|text| text.to_lowercase().contains(words))
}

fn project(
    project: &Project,
    words: &str,
    remarks: &BTreeMap<String, Vec<Remark>>,
    on_item: OnItem,
) -> Option<AnyView> {
    let all = holds(words, &[&project.title, &project.code]);
    let words = if all { "" } else { words };
    let contents: Vec<AnyView> = project
        .contents
        .iter()
        .filter_map(|it| content(it, words, remarks, on_item))
        .collect();
    if contents.is_empty() {
        return None;
    }
    let told = told(remarks, &project.code);
    Some(
        view! {
            <details class="card card-flush standard-project" open>
                <summary class="standard-summary">
                    <span class="standard-code">{project.code.clone()}</span>
                    <span class="grow">{project.title.clone()}</span>
                    {points(project.points)}
                </summary>
                {told}
                {contents}
            </details>
        }
        .into_any(),
    )
}

fn content(
    content: &Content,
    words: &str,
    remarks: &BTreeMap<String, Vec<Remark>>,
    on_item: OnItem,
) -> Option<AnyView> {
    let all = holds(words, &[&content.title, &content.code]);
    let words = if all { "" } else { words };
    let items: Vec<AnyView> = content
        .items
        .iter()
        .filter(|it| {
            let wanted = evidence_text(&it.evidence);
            holds(
                words,
                &[&it.code, &it.title, &it.scoring_text, &it.owner, &wanted],
            )
        })
        .map(|it| item(it, remarks, on_item))
        .collect();
    if items.is_empty() {
        return None;
    }
    let told = told(remarks, &content.code);
    Some(
        view! {
            <div class="standard-content">
                <h3 class="standard-summary">
                    <span class="standard-code">{content.code.clone()}</span>
                    <span class="grow">{content.title.clone()}</span>
                    {points(content.points)}
                </h3>
                {told}
                <ul class="standard-items">{items}</ul>
            </div>
        }
        .into_any(),
    )
}

fn item(item: &Item, remarks: &BTreeMap<String, Vec<Remark>>, on_item: OnItem) -> AnyView {
    let code = item.code.clone();
    let rule = tx(item.scoring.words());
    let wanted = evidence_text(&item.evidence);
    let title = item.title.clone();
    let title = match on_item {
        OnItem::Open => {
            let href = Page::EvidenceItem(code.clone()).path();
            view! { <a class="standard-title" href=href>{title}</a> }.into_any()
        }
        _ => view! { <span class="standard-title">{title}</span> }.into_any(),
    };
    let edit = match on_item {
        OnItem::Edit(edit) => {
            let (label, code) = (t("修改", "Edit"), code.clone());
            let on_click = move || edit.run(code.clone());
            view! { <IconButton icon=lu::LuPencil label on_click/> }.into_any()
        }
        _ => ().into_any(),
    };
    view! {
        <li class="standard-item">
            <span class="standard-code">{code.clone()}</span>
            <div class="grow stack-tight">
                {title}
                <p class="small muted">{rule}</p>
                {(!wanted.is_empty()).then(|| view! { <p class="small">{wanted}</p> })}
                {told(remarks, &code)}
            </div>
            {points(item.points)}
            {edit}
        </li>
    }
    .into_any()
}

fn points(points: domain::Decimal) -> AnyView {
    let words = tf(move |lang| lang.pick(format!("{points} 分"), format!("{points} pt")));
    view! { <span class="standard-points nowrap">{words}</span> }.into_any()
}

/// What is to be looked at about a code.
fn told(remarks: &BTreeMap<String, Vec<Remark>>, code: &str) -> Vec<AnyView> {
    let found = remarks.get(code).map_or(&[][..], Vec::as_slice);
    found.iter().map(remark_badge).collect()
}

fn remark_badge(remark: &Remark) -> AnyView {
    let tone = remark_tone(remark.weight);
    let label = tx(remark.text.clone());
    view! { <p class="standard-remark"><Badge tone label/></p> }.into_any()
}

pub fn remark_tone(weight: Weight) -> Tone {
    match weight {
        Weight::Wrong => Tone::Danger,
        Weight::Difference => Tone::Warning,
        Weight::Look => Tone::Info,
    }
}
