//! The tasks in columns by where they stand.

use chrono::NaiveDate;
use domain::{api::tasks::TaskLine, areas::people::Department, small, tasks::Standing};
use leptos::prelude::*;

use super::tone;
use crate::{
    i18n::{civil_date, civil_day, tp, use_lang},
    office::{Remote, choices},
    routing::{Go, Page},
};

/// From what isn't begun to what is done.
const COLUMNS: [Standing; 6] = [
    Standing::ToDo,
    Standing::UnderWay,
    Standing::DueSoon,
    Standing::Overdue,
    Standing::Done,
    Standing::Occasion,
];

#[component]
pub(super) fn Board(
    lines: Memo<Vec<TaskLine>>,
    departments: Remote<Vec<Department>>,
    today: NaiveDate,
) -> impl IntoView {
    let columns = move || {
        let lines = lines.read();
        COLUMNS
            .map(|standing| {
                let mut there: Vec<&TaskLine> = lines
                    .iter()
                    .filter(|line| line.standing == standing)
                    .collect();
                small::sort_by_key(&mut there, |line| {
                    line.next.map_or(NaiveDate::MAX, |next| next.by)
                });
                let count = there.len();
                let cards: Vec<AnyView> = there
                    .into_iter()
                    .map(|line| card(line, departments, today))
                    .collect();
                let head = tp(standing.name());
                let class = format!("board-column tone-{}", tone(standing).as_str());
                view! {
                    <section class=class>
                        <h2 class="board-head">
                            <span>{head}</span>
                            <span class="board-count">{count}</span>
                        </h2>
                        {cards}
                    </section>
                }
                .into_any()
            })
            .into_iter()
            .collect::<Vec<_>>()
    };
    view! { <div class="board">{columns}</div> }.into_any()
}

fn card(line: &TaskLine, departments: Remote<Vec<Department>>, today: NaiveDate) -> AnyView {
    use chrono::Datelike as _;
    let lang = use_lang();
    let plan = &line.task.plan;
    let title = plan.title.clone();
    let (next, department) = (line.next, plan.department_id);
    let whose = move || match department {
        None => lang.get().pick("各科室", "All").to_owned(),
        id => choices::department_name(departments, id),
    };
    let by = move || {
        let lang = lang.get();
        next.map_or_else(String::new, |next| {
            let day = if next.by.year() == today.year() {
                civil_day(lang, next.by)
            } else {
                civil_date(lang, next.by)
            };
            lang.pick(format!("{day}前"), format!("by {day}"))
        })
    };
    view! {
        <Go to=Page::OfficeTask(line.task.id) class="board-card">
            <span class="strong">{title}</span>
            <span class="board-about">
                <span>{whose}</span>
                <span class="nowrap">{by}</span>
            </span>
        </Go>
    }
    .into_any()
}
