//! The evidence ledger of a year: how far each project, department and month has come, and every item
//! with what it still lacks.

pub mod item;
mod pieces;

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    Lang,
    api::evidence::{ItemLedger, Ledger},
    coverage::Progress,
};
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    areas::evidence::{
        plots::{Months, Share, ShareBar},
        words,
    },
    components::{
        Tone,
        choice::{Choice, Segmented},
        icon::Icon,
        page_header::PageHeader,
        status::{Art, Badge, EmptyState},
        surface::{Card, Figure, Figures, Section},
    },
    i18n::{counted, t, tf, tp, use_lang},
    office::{
        Filter, Filters, LoadProblem, Loading, Remote, Stale, TakeTable, choices, from_address,
        has_words, use_remote,
    },
    routing::{Go, Page},
};

pub(super) const PATH: &str = "/api/office/evidence";

#[component]
pub fn EvidencePage() -> impl IntoView {
    let year = RwSignal::new(String::new());
    let ledger: Remote<Ledger> = use_remote(move || {
        Some(match year.get().as_str() {
            "" => PATH.to_owned(),
            year => format!("{PATH}?year={year}"),
        })
    });
    let body = move || match (ledger.get(), ledger.error()) {
        (Some(known), _) if known.projects.is_empty() => {
            let (title, text) = (
                t("还没有测评标准", "No standard yet"),
                t(
                    "导入并启用本市的测评标准后，这里按项目列出每一项要什么、有什么、缺什么。",
                    "Once your city’s standard is imported and in use, this lists what each item asks for, has and lacks.",
                ),
            );
            view! { <EmptyState title text/> }.into_any()
        }
        (Some(known), _) => view! { <Whole ledger=known/> }.into_any(),
        (None, Some(error)) => {
            view! { <LoadProblem error on_retry=move || ledger.reload()/> }.into_any()
        }
        (None, None) => view! { <Loading/> }.into_any(),
    };
    view! {
        <PageHeader>
            <TakeTable
                name="evidence"
                year=Signal::derive(move || ledger.get().map(|it| it.year))
            />
            <Years
                years=Signal::derive(move || ledger.get().map(|it| it.years.clone()).unwrap_or_default())
                value=Signal::derive(move || ledger.get().map(|it| it.year))
                on_change=move |value| year.set(value)
            />
        </PageHeader>
        <div class="page page-wide evidence-page">
            <Stale
                error=Signal::derive(move || ledger.get().and_then(|_| ledger.error()))
                on_retry=move || ledger.reload()
            />
            {body}
        </div>
    }
    .into_any()
}

/// For which year.
#[component]
pub(super) fn Years(
    #[prop(into)] years: Signal<Vec<i32>>,
    #[prop(into)] value: Signal<Option<i32>>,
    #[prop(into)] on_change: Callback<String>,
) -> impl IntoView {
    let label = t("年份", "Year");
    let choices = Signal::derive(move || {
        let mut years = years.get();
        years.truncate(5);
        years.reverse();
        years
            .into_iter()
            .map(|year| Choice::new(year.to_string(), year.to_string()))
            .collect::<Vec<_>>()
    });
    let value = Signal::derive(move || value.get().map(|it| it.to_string()).unwrap_or_default());
    view! { <span class="years"><Segmented name="year" label choices value on_change/></span> }
        .into_any()
}

fn share<'a>(items: impl Iterator<Item = &'a ItemLedger>) -> Share {
    let mut share = Share::default();
    for item in items {
        match item.progress {
            Progress::Complete => share.complete += 1,
            Progress::Some => share.some += 1,
            Progress::Nothing => share.nothing += 1,
        }
    }
    share
}

#[component]
fn Whole(ledger: Arc<Ledger>) -> impl IntoView {
    let all: Vec<ItemLedger> = ledger
        .projects
        .iter()
        .flat_map(|project| project.items.clone())
        .collect();
    let whole = share(all.iter());
    let doubtful: i64 = all.iter().map(|item| item.doubtful).sum();
    let (complete, some, nothing, doubts) = (
        t("已齐", "Complete"),
        t("缺一部分", "In part"),
        t("还没有", "Nothing yet"),
        t("年份或日期待核", "Dates to check"),
    );
    let tone = if doubtful > 0 {
        Tone::Warning
    } else {
        Tone::Neutral
    };
    let wanted = RwSignal::new(String::new());
    let [show, owner, project] = ["show", "owner", "project"].map(from_address);
    view! {
        <Figures>
            <Figure
                label=complete
                value=format!("{} / {}", whole.complete, whole.all())
                tone=Signal::stored(Tone::Success)
            />
            <Figure label=some value=whole.some.to_string()/>
            <Figure label=nothing value=whole.nothing.to_string()/>
            <Figure label=doubts value=doubtful.to_string() tone=Signal::stored(tone)/>
        </Figures>
        <div class="plots">
            <ByProject ledger=ledger.clone()/>
            <ByDepartment ledger=ledger.clone() owner/>
            <ByMonth ledger=ledger.clone()/>
        </div>
        <Items ledger wanted show owner project/>
    }
    .into_any()
}

fn share_text(lang: Lang, share: Share) -> String {
    match lang {
        Lang::Zh => format!("{} / {} 齐", share.complete, share.all()),
        Lang::En => format!("{} of {}", share.complete, share.all()),
    }
}

#[component]
fn ByProject(ledger: Arc<Ledger>) -> impl IntoView {
    let title = t("按项目", "By project");
    let lines = ledger
        .projects
        .iter()
        .map(|project| {
            let share = share(project.items.iter());
            let text = tf(move |lang| share_text(lang, share));
            view! {
                <li>
                    <a class="plot-line" href=format!("#project-{}", project.code)>
                        <span class="plot-name">
                            {format!("{} {}", project.code, project.title)}
                        </span>
                        <span class="plot-number">{text}</span>
                        <ShareBar share/>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <Card title>
            <ul class="plot-lines">{lines}</ul>
            <Legend/>
        </Card>
    }
    .into_any()
}

#[component]
fn Legend() -> impl IntoView {
    let parts = [
        ("plot-complete", Progress::Complete),
        ("plot-some", Progress::Some),
        ("plot-nothing", Progress::Nothing),
    ]
    .map(|(class, progress)| {
        let name = tp(words::progress_name(progress));
        view! {
            <span class="plot-key">
                <svg viewBox="0 0 10 10" aria-hidden="true">
                    <rect class=class width="10" height="10" rx="2"/>
                </svg>
                {name}
            </span>
        }
    });
    view! { <p class="plot-legend">{parts.collect_view()}</p> }.into_any()
}

/// A tap narrows the items to the department's.
#[component]
fn ByDepartment(ledger: Arc<Ledger>, owner: RwSignal<String>) -> impl IntoView {
    let title = t("按责任科室", "By department");
    let mut owners: BTreeMap<&str, Vec<&ItemLedger>> = BTreeMap::new();
    for item in ledger.projects.iter().flat_map(|project| &project.items) {
        owners.entry(&item.owner).or_default().push(item);
    }
    let lines = owners
        .into_iter()
        .map(|(name, items)| {
            let share = share(items.into_iter());
            let text = tf(move |lang| share_text(lang, share));
            let (name, own) = (name.to_owned(), name.to_owned());
            let shown = if name.is_empty() {
                "–".to_owned()
            } else {
                name.clone()
            };
            view! {
                <li>
                    <button
                        type="button"
                        class="plot-line"
                        aria-pressed=move || (*owner.read() == own).to_string()
                        on:click=move |_| {
                            owner
                                .update(|owner| {
                                    *owner = if *owner == name {
                                        String::new()
                                    } else {
                                        name.clone()
                                    };
                                });
                        }
                    >
                        <span class="plot-name">{shown}</span>
                        <span class="plot-number">{text}</span>
                        <ShareBar share/>
                    </button>
                </li>
            }
        })
        .collect_view();
    view! {
        <Card title>
            <ul class="plot-lines">{lines}</ul>
        </Card>
    }
    .into_any()
}

#[component]
fn ByMonth(ledger: Arc<Ledger>) -> impl IntoView {
    let title = t("各月材料", "Material by month");
    let undated = ledger.undated;
    let spoken = {
        let months = ledger.months.clone();
        tf(move |lang| {
            let parts: Vec<String> = months
                .iter()
                .enumerate()
                .filter(|(_, count)| **count > 0)
                .map(|(month, count)| match lang {
                    Lang::Zh => format!("{} 月 {count} 件", month + 1),
                    Lang::En => format!("month {}: {count}", month + 1),
                })
                .collect();
            parts.join(lang.pick("，", ", "))
        })
    };
    let none = (undated > 0).then(|| {
        let text = tf(move |lang| match lang {
            Lang::Zh => format!("另有 {undated} 件没有日期"),
            Lang::En => format!("and {undated} without a date"),
        });
        view! { <p class="side-mark">{text}</p> }
    });
    view! {
        <Card title>
            <Months counts=ledger.months.clone()/>
            <p class="sr-only">{spoken}</p>
            {none}
        </Card>
    }
    .into_any()
}

#[component]
fn Items(
    ledger: Arc<Ledger>,
    wanted: RwSignal<String>,
    show: RwSignal<String>,
    owner: RwSignal<String>,
    project: RwSignal<String>,
) -> impl IntoView {
    let projects = ledger.projects.iter();
    let projects = projects.map(|it| (it.code.clone(), format!("{} {}", it.code, it.title)));
    let projects: Vec<(String, String)> = projects.collect();
    let lang = use_lang();
    let projects = Signal::derive(move || {
        let all = lang.get().pick("全部项目", "All projects");
        let named = projects.iter();
        let named = named.map(|(code, title)| Choice::new(code.clone(), title.clone()));
        [Choice::new("", all)]
            .into_iter()
            .chain(named)
            .collect::<Vec<_>>()
    });
    let owners = ledger.projects.iter().flat_map(|it| &it.items);
    let filters = vec![
        Filter::new(
            "show",
            ("情况", "State"),
            show,
            choices::words(vec![
                ("", "全部测评项", "All items"),
                ("missing", "有缺口", "With gaps"),
                ("some", "缺一部分", "In part"),
                ("nothing", "还没有材料", "Nothing yet"),
                ("doubtful", "日期待核", "Dates to check"),
                ("complete", "已齐", "Complete"),
            ]),
        ),
        Filter::new("project", ("项目", "Project"), project, projects),
        Filter::new(
            "owner",
            ("责任科室", "Department"),
            owner,
            choices::names(owners.map(|it| it.owner.clone()), choices::ALL_DEPARTMENTS),
        ),
    ];
    let nothing = t("没有符合的测评项", "Nothing matches");
    let groups = move || {
        let (words, show, owner) = (wanted.read(), show.read(), owner.read());
        let only = project.read();
        let fits = |item: &&ItemLedger| {
            has_words(&format!("{} {}", item.code, item.title), &words)
                && (owner.is_empty() || item.owner == *owner)
                && match show.as_str() {
                    "missing" => item.progress != Progress::Complete,
                    "some" => item.progress == Progress::Some,
                    "nothing" => item.progress == Progress::Nothing,
                    "doubtful" => item.doubtful > 0,
                    "complete" => item.progress == Progress::Complete,
                    _ => true,
                }
        };
        let groups: Vec<AnyView> = ledger
            .projects
            .iter()
            .filter_map(|project| {
                let rows: Vec<AnyView> = project
                    .items
                    .iter()
                    .filter(fits)
                    .map(|item| row(item.clone()))
                    .collect();
                if rows.is_empty() || !(only.is_empty() || project.code == *only) {
                    return None;
                }
                let title = format!("{} {}", project.code, project.title);
                let id = format!("project-{}", project.code);
                Some(
                    view! {
                        <div id=id class="project-anchor">
                            <Section title>
                                <ul class="item-rows">{rows}</ul>
                            </Section>
                        </div>
                    }
                    .into_any(),
                )
            })
            .collect();
        if groups.is_empty() {
            return view! { <EmptyState art=Art::Search title=nothing/> }.into_any();
        }
        groups.into_any()
    };
    view! {
        <Filters search=(("按编号、内容查找", "Find by code or words"), wanted) filters/>
        {groups}
    }
    .into_any()
}

fn row(item: ItemLedger) -> AnyView {
    let lang = use_lang();
    let needs = item
        .needs
        .iter()
        .cloned()
        .map(|need| {
            let class = if need.missing() == 0 {
                "need is-there"
            } else {
                "need"
            };
            let icon = if need.missing() == 0 {
                lu::LuCheck
            } else {
                words::kind_icon(need.kind)
            };
            view! {
                <span class=class>
                    <Icon icon/>
                    {move || words::need_text(lang.get(), &need)}
                </span>
            }
        })
        .collect_view();
    let (doubtful, pieces) = (item.doubtful, item.pieces);
    let doubts = (doubtful > 0).then(|| {
        let label = tf(move |lang| match lang {
            Lang::Zh => format!("{doubtful} 件日期待核"),
            Lang::En => format!("{doubtful} to check"),
        });
        view! { <Badge tone=Tone::Warning label/> }
    });
    let pieces = tf(move |lang| match lang {
        Lang::Zh => format!("{pieces} 件"),
        Lang::En => counted(pieces, "piece", "pieces"),
    });
    let progress = item.progress;
    let (tone, name) = (
        words::progress_tone(progress),
        tp(words::progress_name(progress)),
    );
    view! {
        <li>
            <Go to=Page::EvidenceItem(item.code.clone()) class="item-row">
                <span class="item-code">{item.code}</span>
                <span class="item-what">
                    <span class="item-title">{item.title}</span>
                    <span class="needs">{needs}</span>
                </span>
                <span class="item-owner small muted">{item.owner}</span>
                <span class="item-state">
                    {doubts}
                    <span class="small muted nowrap">{pieces}</span>
                    <Badge tone label=name/>
                </span>
            </Go>
        </li>
    }
    .into_any()
}
