//! Where the standard stands: points by project that are proven, begun, without anything; and what is
//! worth most of the last.

use domain::{
    Decimal, Lang,
    api::dashboard::{CoverageSummary, Dashboard, ProjectCoverage},
};
use leptos::prelude::*;

use crate::{
    address::escape,
    components::{button::ButtonLink, status::EmptyState, surface::Section},
    i18n::{t, use_format},
    office::Remote,
    routing::Page,
};

#[component]
pub(super) fn Stand(board: Remote<Dashboard>) -> impl IntoView {
    let f = use_format();
    let title = t("测评进度", "Where the standard stands");
    let none = t("还没有测评标准", "No standard yet");
    let why = t(
        "先导入本市的测评标准，再看每项佐证齐不齐。",
        "Import the city’s standard to see what is proven.",
    );
    let standard = t("测评标准", "Standard");
    let body = move || {
        let board = board.get()?;
        Some(match &board.coverage {
            Some(coverage) => drawn(f.lang(), coverage),
            None => view! {
                <div class="card">
                    <EmptyState title=none text=why>
                        <ButtonLink to=Page::Standard>{standard}</ButtonLink>
                    </EmptyState>
                </div>
            }
            .into_any(),
        })
    };
    view! { <Section title>{body}</Section> }.into_any()
}

fn drawn(lang: Lang, coverage: &CoverageSummary) -> AnyView {
    let sum =
        |of: fn(&ProjectCoverage) -> Decimal| -> Decimal { coverage.projects.iter().map(of).sum() };
    let (complete, partly, empty) = (
        sum(|it| it.complete),
        sum(|it| it.partly),
        sum(|it| it.empty),
    );
    let all = complete + partly + empty;
    let year = coverage.year;
    let head = lang.pick(
        format!("{year} 年：{all} 分中 {complete} 分佐证已齐，{partly} 分在收集，{empty} 分还没有"),
        format!("{year}: of {all} points {complete} are proven, {partly} begun, {empty} without anything"),
    );
    let assessed = coverage.self_assessed.as_ref().map(|total| {
        let (points, of, open) = (total.total, total.of, total.open);
        let words = lang.pick(
            format!("自评 {points} / {of} 分，{open} 分未评"),
            format!("Self-assessed: {points} of {of}, {open} not yet"),
        );
        view! { <p><a href=Page::SelfAssessment.path()>{words}</a></p> }
    });
    let bars: Vec<AnyView> = coverage.projects.iter().map(|it| bar(lang, it)).collect();
    let legend = [
        (
            "cover-complete",
            "show=complete",
            lang.pick("佐证已齐", "Proven"),
        ),
        ("cover-partly", "show=some", lang.pick("收集中", "Begun")),
        (
            "cover-empty",
            "show=nothing",
            lang.pick("还没有", "Nothing yet"),
        ),
    ]
    .map(|(class, query, name)| {
        view! {
            <a class="quiet cluster" href=of(query)>
                <svg class="gantt-key" viewBox="0 0 12 12" aria-hidden="true">
                    <rect width="12" height="12" rx="3" class=class/>
                </svg>
                {name}
            </a>
        }
        .into_any()
    })
    .into_iter()
    .collect::<Vec<_>>();
    let lines: Vec<AnyView> = coverage
        .empty
        .iter()
        .map(|item| {
            let points = lang.pick(
                format!("{} 分", item.points),
                format!("{} pts", item.points),
            );
            view! {
                <li>
                    <a href=Page::EvidenceItem(item.code.clone()).path() class="cover-item">
                        <span class="numbers strong nowrap">{item.code.clone()}</span>
                        <span class="grow clamp-2">{item.title.clone()}</span>
                        <span class="muted nowrap">{points}</span>
                    </a>
                </li>
            }
            .into_any()
        })
        .collect();
    let missing = (!lines.is_empty()).then(|| {
        let title = lang.pick("还没有佐证、分值最高的", "Without anything, worth most");
        view! {
            <div class="card">
                <h3 class="card-title">{title}</h3>
                <ul class="cover-items">{lines}</ul>
            </div>
        }
    });
    view! {
        <div class="card">
            <p><a href=Page::Evidence.path() class="quiet">{head}</a></p>
            {assessed}
            <div class="cluster small muted">{legend}</div>
            <div class="cover-bars">{bars}</div>
        </div>
        {missing}
    }
    .into_any()
}

/// The ledger, narrowed.
fn of(query: &str) -> String {
    format!("{}?{query}", Page::Evidence.path())
}

const WIDTH: f64 = 300.0;

fn bar(lang: Lang, project: &ProjectCoverage) -> AnyView {
    let points = |points: Decimal| points.to_string().parse::<f64>().unwrap_or(0.0);
    let parts = [
        (points(project.complete), "cover-complete"),
        (points(project.partly), "cover-partly"),
        (points(project.empty), "cover-empty"),
    ];
    let all: f64 = parts.iter().map(|(points, _)| points).sum();
    let mut x = 0.0;
    let pieces: Vec<AnyView> = parts
        .into_iter()
        .filter(|(points, _)| *points > 0.0)
        .map(|(points, class)| {
            let width = points / all.max(0.001) * WIDTH;
            let at = x;
            x += width;
            view! { <rect x=at y="0" width=width height="12" class=class/> }.into_any()
        })
        .collect();
    let [complete, partly, empty] = project.items;
    let label = lang.pick(
        format!("{complete} 项齐全，{partly} 项部分，{empty} 项没有"),
        format!("{complete} complete, {partly} partly, {empty} without anything"),
    );
    let total = (project.complete + project.partly + project.empty).to_string();
    let figure = format!("{} / {total}", project.complete);
    let hint = label.clone();
    view! {
        <a href=of(&format!("project={}", escape(&project.code))) class="cover-bar" title=hint>
            <span class="cover-name">{project.title.clone()}</span>
            <span class="cover-figure numbers">{figure}</span>
            <svg
                viewBox=format!("0 0 {WIDTH} 12")
                preserveAspectRatio="none"
                role="img"
                aria-label=label
            >
                {pieces}
            </svg>
        </a>
    }
    .into_any()
}
