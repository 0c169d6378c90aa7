//! The self-assessment of a year: what the items come to, where points are lost, what would gain most.
//!
//! Figures are of items and departments' items, never of persons.

mod beside;
mod item;
mod list;
mod own;
mod responsible;
mod state;

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    Decimal,
    api::self_assessment::{AssessedItem, SelfAssessment},
    areas::people::Department,
};
use leptos::prelude::*;

pub use own::OwnAssessmentPage;

use super::evidence::Years;
use crate::{
    areas::evidence::plots::{Share, ShareBar},
    components::{
        Tone,
        page_header::PageHeader,
        status::{Art, EmptyState},
        surface::{Card, Figure, Figures},
    },
    i18n::{t, tf, use_lang},
    office::{LoadProblem, Loading, Remote, Stale, use_remote},
    platform,
};

pub(super) const PATH: &str = "/api/office/self-assessment";
/// The part of one's own department.
pub(super) const OWN: &str = "/api/my/self-assessment";
/// Lines of what would gain most.
const GAPS: usize = 8;

fn this_year() -> String {
    use chrono::Datelike as _;

    platform::today().year().to_string()
}

#[component]
pub fn SelfAssessmentPage() -> impl IntoView {
    let year = RwSignal::new(this_year());
    let found: Remote<SelfAssessment> =
        use_remote(move || Some(format!("{PATH}?year={}", year.read())));
    let filter = [(); 3].map(|()| RwSignal::new(String::new()));
    let departments: Remote<Vec<Department>> =
        use_remote(|| Some("/api/office/departments".to_owned()));
    let editing = RwSignal::new(None::<AssessedItem>);
    let beside = RwSignal::new(None::<Arc<SelfAssessment>>);
    let draw = move |known: Arc<SelfAssessment>| {
        if known.projects.is_empty() {
            let (title, text) = (
                t("还没有测评标准", "No standard yet"),
                t(
                    "导入并启用本市的测评标准后，这里逐项自评打分，看出差距在哪里。",
                    "Once your city’s standard is in use, its items are assessed here, one by one.",
                ),
            );
            return view! { <EmptyState title text/> }.into_any();
        }
        view! {
            <state::State known=known.clone() found/>
            <Whole known=known.clone() beside/>
            <list::Items known filter editing/>
        }
        .into_any()
    };
    view! {
        {framed(found, year, draw)}
        <item::ItemDialog editing found departments/>
        <beside::BesideDialog asked=beside found/>
    }
    .into_any()
}

/// The page's frame: the years, and what `draw` makes of the one that is here.
fn framed(
    found: Remote<SelfAssessment>,
    year: RwSignal<String>,
    draw: impl Fn(Arc<SelfAssessment>) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let body = move || match (found.get(), found.error()) {
        (Some(known), _) => draw(known),
        (None, Some(error)) => {
            view! { <LoadProblem error on_retry=move || found.reload()/> }.into_any()
        }
        (None, None) => view! { <Loading/> }.into_any(),
    };
    view! {
        <PageHeader>
            <Years
                years=Signal::derive(move || found.get().map(|it| it.years.clone()).unwrap_or_default())
                value=Signal::derive(move || found.get().map(|it| it.year))
                on_change=move |value| year.set(value)
            />
        </PageHeader>
        <div class="page page-wide evidence-page">
            <Stale
                error=Signal::derive(move || found.get().and_then(|_| found.error()))
                on_retry=move || found.reload()
            />
            {body}
        </div>
    }
    .into_any()
}

/// Points that items have, lose, and leave open, as parts of a bar.
fn share<'a>(items: impl Iterator<Item = &'a AssessedItem>) -> (Share, Decimal, Decimal) {
    let mut share = Share::default();
    let (mut got, mut of) = (Decimal::ZERO, Decimal::ZERO);
    let part = |points: Decimal| usize::try_from(points.0).unwrap_or_default();
    for item in items {
        of = of + item.points;
        match item.standing() {
            Some(scored) => {
                got = got + scored.points;
                share.complete += part(scored.points);
                share.some += part(scored.lost());
            }
            None => share.nothing += part(item.points),
        }
    }
    (share, got, of)
}

#[component]
fn Whole(
    known: Arc<SelfAssessment>,
    beside: RwSignal<Option<Arc<SelfAssessment>>>,
) -> impl IntoView {
    let total = known.total.clone();
    let lost = total.of - total.points - total.open;
    let (all, open, lose, other) = (
        t("总得分", "In all"),
        t("未评分值", "Not assessed yet"),
        t("已失分", "Lost"),
        t("扣分 / 加分", "Deducted, bonus"),
    );
    let tone = if lost > Decimal::ZERO {
        Tone::Warning
    } else {
        Tone::Neutral
    };
    let projects: Vec<AnyView> = known
        .projects
        .iter()
        .map(|project| {
            let name = format!("{} {}", project.code, project.title);
            line(name, project.items.iter())
        })
        .collect();
    let mut owners: BTreeMap<&str, Vec<&AssessedItem>> = BTreeMap::new();
    for item in known.items() {
        owners.entry(&item.owner).or_default().push(item);
    }
    let departments: Vec<AnyView> = owners
        .into_iter()
        .map(|(name, items)| {
            let name = if name.is_empty() { "–" } else { name };
            line(name.to_owned(), items.into_iter())
        })
        .collect();
    let (by_project, by_department) = (t("按项目", "By project"), t("按责任科室", "By department"));
    view! {
        <Figures>
            <Figure
                label=all
                value=format!("{} / {}", total.total, total.of)
                tone=Signal::stored(Tone::Success)
            />
            <Figure label=open value=total.open.to_string()/>
            <Figure label=lose value=lost.to_string() tone=Signal::stored(tone)/>
            <Figure label=other value=format!("−{} / +{}", total.deducted, total.bonus)/>
        </Figures>
        <div class="plots">
            <Card title=by_project>
                <ul class="plot-lines">{projects}</ul>
                <Legend/>
            </Card>
            <Card title=by_department>
                <ul class="plot-lines">{departments}</ul>
            </Card>
            <Gains known=known.clone()/>
            <beside::Beside known=known.clone() asked=beside/>
        </div>
    }
    .into_any()
}

fn line<'a>(name: String, items: impl Iterator<Item = &'a AssessedItem>) -> AnyView {
    let (share, got, of) = share(items);
    view! {
        <li>
            <div class="plot-line plot-still">
                <span class="plot-name">{name}</span>
                <span class="plot-number">{format!("{got} / {of}")}</span>
                <ShareBar share/>
            </div>
        </li>
    }
    .into_any()
}

#[component]
fn Legend() -> impl IntoView {
    let parts = [
        ("plot-complete", t("得分", "Points")),
        ("plot-some", t("失分", "Lost")),
        ("plot-nothing", t("未评", "Not assessed")),
    ]
    .map(|(class, name)| {
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

/// The items that lose most, as assessed or as the material says.
#[component]
fn Gains(known: Arc<SelfAssessment>) -> impl IntoView {
    let lang = use_lang();
    let title = t("补哪里得分最多", "What would gain most");
    let gaps = known.gaps();
    let lines: Vec<AnyView> = gaps
        .iter()
        .take(GAPS)
        .map(|item| {
            let gap = item.gap();
            let points = tf(move |lang| lang.pick(format!("{gap} 分"), format!("{gap} pts")));
            let why = item
                .standing()
                .map(|it| it.words())
                .or_else(|| Some(item.proposal.as_ref()?.why.clone()));
            let why = move || {
                let why = why.as_ref().map(|why| why.get(lang.get()).to_owned());
                why.unwrap_or_else(|| lang.get().pick("还没有自评", "Not assessed yet").to_owned())
            };
            let href = crate::routing::Page::EvidenceItem(item.code.clone()).path();
            view! {
                <li>
                    <a href=href class="cover-item">
                        <span class="numbers strong nowrap">{item.code.clone()}</span>
                        <span class="grow">
                            <span class="clamp-2">{item.title.clone()}</span>
                            <span class="muted small clamp-2">{why}</span>
                        </span>
                        <span class="muted nowrap">{points}</span>
                    </a>
                </li>
            }
            .into_any()
        })
        .collect();
    let none = t("没有失分的项目", "No points are lost");
    let body = if gaps.is_empty() {
        view! { <EmptyState art=Art::Done title=none/> }.into_any()
    } else {
        view! { <ul class="cover-items">{lines}</ul> }.into_any()
    };
    view! { <Card title>{body}</Card> }.into_any()
}
