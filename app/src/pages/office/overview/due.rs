//! What is due: deadlines week by week, and the tasks that press.

use domain::{
    Lang,
    api::dashboard::{Dashboard, DueTask, TaskSummary},
    tasks::Standing,
};
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::{
        button::ButtonLink,
        status::{Badge, EmptyState},
        surface::{List, ListRow, Section},
    },
    i18n::{Format, civil_day, counted, t, use_format},
    office::Remote,
    pages::office::tasks::tone,
    routing::{Go, Page},
};

#[component]
pub(super) fn Due(board: Remote<Dashboard>) -> impl IntoView {
    let f = use_format();
    let title = t("任务期限", "Deadlines");
    let all = t("任务清单", "All tasks");
    let action =
        move || view! { <ButtonLink to=Page::OfficeTasks small=true>{all}</ButtonLink> }.into_any();
    let (none, import) = (
        t("还没有任务清单", "No task list yet"),
        t("导入清单", "Import"),
    );
    let body = move || {
        let board = board.get()?;
        let tasks = &board.tasks;
        if tasks.all == 0 {
            return Some(
                view! {
                    <div class="card">
                        <EmptyState title=none>
                            <ButtonLink to=Page::TaskImport>{import}</ButtonLink>
                        </EmptyState>
                    </div>
                }
                .into_any(),
            );
        }
        let rows: Vec<AnyView> = tasks.due.iter().map(|one| row(f, one)).collect();
        let more = tasks.due_count - tasks.due.len() as i64;
        let more = (more > 0).then(|| {
            let lang = f.lang();
            let words = lang.pick(format!("还有 {more} 项"), format!("{more} more"));
            view! { <Go to=Page::OfficeTasks class="quiet">{words}</Go> }
        });
        Some(
            view! {
                <div class="card">
                    {figures(f.lang(), tasks)}
                    {weeks(f.lang(), tasks)}
                </div>
                <List>{rows}</List>
                {more}
            }
            .into_any(),
        )
    };
    view! { <Section title action>{body}</Section> }.into_any()
}

/// The task list, narrowed.
fn of(query: &str) -> String {
    format!("{}?{query}", Page::OfficeTasks.path())
}

/// How many tasks stand where, each with the way to the list.
fn figures(lang: Lang, tasks: &TaskSummary) -> AnyView {
    let shown = [
        Standing::Overdue,
        Standing::DueSoon,
        Standing::UnderWay,
        Standing::Done,
    ];
    let figures: Vec<AnyView> = shown
        .map(|standing| {
            let known = tasks.standings.iter().find(|(known, _)| *known == standing);
            let count = known.map_or(0, |(_, count)| *count);
            let (zh, en) = standing.name();
            let class = if count > 0 {
                format!("stand-figure tone-{}", tone(standing).as_str())
            } else {
                "stand-figure tone-neutral".to_owned()
            };
            view! {
                <a class=class href=of(&format!("standing={}", standing.as_str()))>
                    <span class="stand-number">{count}</span>
                    <span class="muted small">{lang.pick(zh, en)}</span>
                </a>
            }
            .into_any()
        })
        .into_iter()
        .collect();
    let uncovered = tasks.uncovered;
    let gap = (uncovered > 0).then(|| {
        let words = lang.pick(
            format!("{uncovered} 个测评项还没有任务"),
            counted(uncovered, "item has no task", "items have no task"),
        );
        view! { <Go to=Page::OfficeTasks class="stand-gap">{words}</Go> }
    });
    view! { <div class="stand-figures">{figures}</div>{gap} }.into_any()
}

const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 84.0;
const BASE: f64 = 64.0;

/// The deadlines of the next weeks, a column each.
fn weeks(lang: Lang, tasks: &TaskSummary) -> AnyView {
    let most = tasks.weeks.iter().copied().max().unwrap_or(0).max(1);
    let step = WIDTH / tasks.weeks.len().max(1) as f64;
    let columns: Vec<AnyView> = tasks
        .weeks
        .iter()
        .enumerate()
        .map(|(index, count)| {
            let height = *count as f64 / most as f64 * (BASE - 18.0);
            let x = index as f64 * step;
            let middle = x + step / 2.0;
            let name = match index {
                0 => lang.pick("7 天内", "7 days").to_owned(),
                1 => lang.pick("两周", "2 weeks").to_owned(),
                other => lang.pick(format!("{} 周", other + 1), (other + 1).to_string()),
            };
            let number = (*count > 0).then(|| count.to_string());
            view! {
                // Within an SVG element `a` is one, too.
                <g>
                    <a href=of(&format!("week={index}"))>
                        <rect x=x y="0" width=step height=HEIGHT class="weeks-area"/>
                        <rect
                            x=x + step * 0.2
                            y=BASE - height
                            width=step * 0.6
                            height=height
                            rx="3"
                            class="weeks-bar"
                        />
                        <text x=middle y=HEIGHT - 5.0 class="weeks-name">{name}</text>
                        <text x=middle y=BASE - height - 5.0 class="weeks-number">{number}</text>
                    </a>
                </g>
            }
            .into_any()
        })
        .collect();
    let label = lang.pick(
        "今后九周每周到期的任务",
        "Deadlines in each of the next nine weeks",
    );
    view! {
        <p class="muted small">{label}</p>
        <svg class="weeks" viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="group" aria-label=label>
            <line x1="0" x2=WIDTH y1=BASE y2=BASE class="weeks-line"/>
            {columns}
        </svg>
    }
    .into_any()
}

fn row(f: Format, one: &DueTask) -> AnyView {
    let lang = f.lang();
    let day = civil_day(lang, one.occurrence.by);
    let whose = one
        .department_name
        .clone()
        .unwrap_or_else(|| lang.pick("各科室", "All departments").to_owned());
    let text = lang.pick(format!("{day}前 · {whose}"), format!("by {day} · {whose}"));
    let (zh, en) = one.standing.name();
    let standing = one.standing;
    let trail = move || {
        let tone = Signal::stored(tone(standing));
        view! { <Badge tone label=lang.pick(zh, en)/> }.into_any()
    };
    view! {
        <ListRow
            to=Page::OfficeTask(one.id)
            icon=lu::LuListTodo
            tone=tone(standing)
            title=one.title.clone()
            text
            trail
        />
    }
    .into_any()
}
