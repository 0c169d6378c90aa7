//! Evidence packs: what a year's material would make, item by item, and the archives to take away.

pub mod sheet;
mod take;

use std::sync::Arc;

use chrono::Datelike as _;
use domain::{
    Lang,
    api::packs::{LeftOut, PackItem, PackProject, PackSummary},
};
use leptos::prelude::*;

use take::Take;

use crate::{
    components::{
        Tone,
        choice::{Choice, DropDown},
        page_header::PageHeader,
        status::{Art, Badge, Banner, EmptyState},
        surface::{Figure, Figures, List, ListRow, Section},
    },
    i18n::{Format, t, tf, use_format, use_lang},
    office::{LoadProblem, Loading, Remote, Stale, use_remote},
    platform,
    routing::Page,
};

pub(super) const PATH: &str = "/api/office/packs";

#[component]
pub fn PacksPage() -> impl IntoView {
    let lang = use_lang();
    let year = RwSignal::new(platform::today().year());
    let summary: Remote<PackSummary> =
        use_remote(move || Some(format!("{PATH}?year={}", year.get())));
    let years = Signal::derive(move || {
        let lang = lang.get();
        let this = platform::today().year();
        let mut years: Vec<i32> = (this - 2..=this).rev().collect();
        if let Some(summary) = summary.get() {
            years.extend(&summary.years);
        }
        years.sort_unstable_by(|a, b| b.cmp(a));
        years.dedup();
        years
            .into_iter()
            .map(|year| {
                Choice::new(
                    year.to_string(),
                    lang.pick(format!("{year} 年度"), year.to_string()),
                )
            })
            .collect::<Vec<_>>()
    });
    let label = t("年度", "Year");
    let shown = move || match (summary.get(), summary.error()) {
        (Some(summary), _) => view! { <Summary summary/> }.into_any(),
        (None, Some(error)) => {
            view! { <LoadProblem error on_retry=move || summary.reload()/> }.into_any()
        }
        (None, None) => view! { <Loading/> }.into_any(),
    };
    view! {
        <PageHeader>
            <DropDown
                name="year"
                label
                choices=years
                value=Signal::derive(move || year.get().to_string())
                on_change=move |value: String| {
                    if let Ok(value) = value.parse() {
                        year.set(value);
                    }
                }
                compact=true
            />
        </PageHeader>
        <div class="page">
            <Stale
                error=Signal::derive(move || summary.get().and_then(|_| summary.error()))
                on_retry=move || summary.reload()
            />
            {shown}
        </div>
    }
    .into_any()
}

#[component]
fn Summary(summary: Arc<PackSummary>) -> impl IntoView {
    let f = use_format();
    let Some(standard) = summary.standard.clone() else {
        let (title, text) = (
            t("还没有测评标准", "No standard yet"),
            t(
                "启用一份测评标准、为条目挂上材料后，就能在这里按条目生成迎检材料包。",
                "Once a standard is in use and material is mapped to its items, packs can be made here.",
            ),
        );
        return view! { <EmptyState art=Art::Search title=title text=text/> }.into_any();
    };
    let year = summary.year;
    let all: Vec<PackItem> = summary
        .projects
        .iter()
        .flat_map(|project| project.items.clone())
        .collect();
    let (files, bytes) = total(&all);
    let complete = all.iter().filter(|item| item.missing() == 0).count() as i64;
    let items = all.len() as i64;
    let missing: i64 = all.iter().map(PackItem::missing).sum();
    let other: i64 = all.iter().map(|item| item.other_year).sum();
    let left: Vec<(String, LeftOut)> = all
        .iter()
        .flat_map(|item| {
            item.left_out
                .iter()
                .map(|it| (item.code.clone(), it.clone()))
        })
        .collect();
    let labels = (
        t("文件", "Files"),
        t("大小约", "About"),
        t("材料已齐的条目", "Items complete"),
        t("还缺材料", "Pieces missing"),
        t("非本年度", "Other year"),
    );
    let whole = t("下载全部", "Download all");
    let numbers = move |number: i64| move || f.number(number);
    let tone = if missing > 0 {
        Tone::Warning
    } else {
        Tone::Success
    };
    let other_tone = if other > 0 {
        Tone::Warning
    } else {
        Tone::Neutral
    };
    let done = move || format!("{} / {}", f.number(complete), f.number(items));
    let mut number = 0;
    let projects = summary
        .projects
        .iter()
        .map(|project| {
            let first = number;
            number += project.items.len() as u32;
            view! { <Project project=project.clone() year first/> }
        })
        .collect_view();
    view! {
        <div class="pack-head">
            <p class="muted">{standard}</p>
            <Take label=whole scope=None year files bytes primary=true/>
        </div>
        <Figures>
            <Figure label=labels.0 value=numbers(files)/>
            <Figure label=labels.1 value=move || f.bytes(bytes)/>
            <Figure label=labels.2 value=done/>
            <Figure label=labels.3 value=numbers(missing) tone/>
            <Figure label=labels.4 value=numbers(other) tone=other_tone/>
        </Figures>
        <LeftOutBanner left/>
        {projects}
    }
    .into_any()
}

/// Some lines of the ledger stay out: how many, and which.
#[component]
fn LeftOutBanner(left: Vec<(String, LeftOut)>) -> impl IntoView {
    if left.is_empty() {
        return ().into_any();
    }
    let count = left.len();
    let lang = use_lang();
    let title = tf(move |lang| {
        lang.pick(
            format!("{count} 件已挂接的材料不会列入"),
            format!("{count} pieces that are mapped stay out"),
        )
    });
    let (more, rest) = (t("查看是哪些", "Which ones"), count.saturating_sub(SHOWN));
    let lines = left
        .into_iter()
        .take(SHOWN)
        .map(|(code, it)| {
            let words = move || left_out_words(&code, &it, lang.get());
            view! { <li>{words}</li> }
        })
        .collect_view();
    let others = tf(move |lang| {
        lang.pick(
            format!("另有 {rest} 件，见材料包内的目录.xlsx"),
            format!("{rest} more are listed in the pack’s 目录.xlsx"),
        )
    });
    view! {
        <Banner tone=Tone::Warning title>
            <details class="pack-left-out">
                <summary>{more}</summary>
                <ul>{lines} {(rest > 0).then(|| view! { <li>{others}</li> })}</ul>
            </details>
        </Banner>
    }
    .into_any()
}

/// Lines of a list that may be long.
const SHOWN: usize = 50;

pub(super) fn left_out_words(code: &str, it: &LeftOut, lang: Lang) -> String {
    let (kind, why) = (it.kind.name(), it.why.name());
    let (kind, why) = (lang.pick(kind.0, kind.1), lang.pick(why.0, why.1));
    let title = if it.title.is_empty() {
        String::new()
    } else {
        lang.pick(format!("《{}》", it.title), format!(" “{}”", it.title))
    };
    format!("{code} {kind}{title}{}{why}", lang.pick("：", ": "))
}

#[component]
fn Project(
    project: PackProject,
    year: i32,
    /// Position of its first item in the standard.
    first: u32,
) -> impl IntoView {
    let (files, bytes) = total(&project.items);
    let code = project.code.clone();
    let label = t("下载本项目", "Download");
    let action =
        move || view! { <Take label=label scope=Some(code.clone()) year files bytes/> }.into_any();
    let rows = (first..)
        .zip(project.items)
        .map(|(number, item)| view! { <ItemRow item year number/> })
        .collect_view();
    view! {
        <Section title=format!("{} {}", project.code, project.title) action>
            <List>{rows}</List>
        </Section>
    }
    .into_any()
}

#[component]
fn ItemRow(item: PackItem, year: i32, number: u32) -> impl IntoView {
    let f = use_format();
    let title = format!("{} {}", item.code, item.title);
    let missing = item.missing();
    let badge = move || {
        let lang = f.lang();
        let (tone, words) = if missing == 0 {
            (Tone::Success, lang.pick("已齐", "Complete").to_owned())
        } else {
            (
                Tone::Warning,
                lang.pick(format!("还缺 {missing} 件"), format!("{missing} missing")),
            )
        };
        view! { <Badge tone label=words/> }.into_any()
    };
    let text = move || item_words(f, &item);
    let to = Signal::derive(move || Page::PackSheet(year, number));
    view! { <ListRow title text trail=badge to/> }.into_any()
}

fn item_words(f: Format, item: &PackItem) -> String {
    let lang = f.lang();
    let (files, bytes) = (f.number(item.files), f.bytes(item.bytes));
    let mut parts = vec![lang.pick(
        format!("{files} 个文件，约 {bytes}"),
        format!("{files} files, about {bytes}"),
    )];
    if item.other_year > 0 {
        let number = item.other_year;
        parts.push(lang.pick(
            format!("{number} 件非本年度"),
            format!("{number} of another year"),
        ));
    }
    if !item.left_out.is_empty() {
        let number = item.left_out.len();
        parts.push(lang.pick(format!("{number} 件未列入"), format!("{number} stay out")));
    }
    parts.join(lang.pick("；", "; "))
}

fn total(items: &[PackItem]) -> (i64, i64) {
    let files = items.iter().map(|item| item.files).sum();
    let bytes = items.iter().map(|item| item.bytes).sum();
    (files, bytes)
}
