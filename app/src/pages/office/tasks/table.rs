//! The tasks as a table that is sorted by its heads.

use std::{cmp::Reverse, sync::Arc};

use domain::{api::tasks::TaskLine, areas::people::Department, small};
use leptos::prelude::*;

use super::tone;
use crate::{
    components::{
        status::Badge,
        table::{Cells, Column, DataTable, Row, Sort},
    },
    i18n::{civil_date, t, tp, tx, use_format},
    office::{Remote, choices},
    routing::{Page, use_go},
};

#[component]
pub(super) fn Table(
    lines: Memo<Vec<TaskLine>>,
    departments: Remote<Vec<Department>>,
) -> impl IntoView {
    let f = use_format();
    let go = use_go();
    let sort = RwSignal::new(None::<Sort>);
    let sorted = Memo::new(move |_| {
        let mut lines = lines.get();
        let Some(Sort { key, descending }) = sort.get() else {
            return lines;
        };
        let due = |line: &TaskLine| {
            line.next
                .map_or_else(|| "9999".to_owned(), |next| next.by.to_string())
        };
        let text = |line: &TaskLine| match key {
            "number" => format!("{:06}", line.task.plan.number),
            "stage" => format!("{:?}", line.task.plan.stage as u8),
            "due" => due(line),
            "standing" => format!("{:?} {}", line.standing as u8, due(line)),
            _ => line.task.plan.title.clone(),
        };
        if descending {
            small::sort_by_key(&mut lines, |line| Reverse(text(line)));
        } else {
            small::sort_by_key(&mut lines, |line| text(line));
        }
        lines
    });
    let rows = Signal::derive(move || {
        let lines = sorted.get();
        lines
            .iter()
            .map(|line| Row::new(line.task.id, line.task.revision))
            .collect::<Vec<_>>()
    });
    let cells: Cells = Arc::new(move |id: &str| {
        let lines = sorted.get_untracked();
        let Some(line) = lines.iter().find(|line| line.task.id.to_string() == id) else {
            return Vec::new();
        };
        let plan = line.task.plan.clone();
        let (next, overdue, standing) = (line.next, line.overdue, line.standing);
        let by = move || next.map_or_else(|| "–".to_owned(), |next| civil_date(f.lang(), next.by));
        let label = move || {
            let (zh, en) = standing.name();
            let lang = f.lang();
            if overdue > 1 {
                return lang.pick(format!("{zh} {overdue} 期"), format!("{en} ×{overdue}"));
            }
            lang.pick(zh, en).to_owned()
        };
        let department = plan.department_id;
        let whose = move || match department {
            None => f.lang().pick("各科室", "All").to_owned(),
            id => choices::department_name(departments, id),
        };
        vec![
            view! { <span class="numbers">{plan.number}</span> }.into_any(),
            view! {
                <span class="task-title">{plan.title}</span>
                <span class="muted small clamp-2">{plan.details}</span>
            }
            .into_any(),
            view! { {tp(plan.stage.name())} }.into_any(),
            view! { {whose} }.into_any(),
            view! { {plan.responsible} }.into_any(),
            view! { {tx(plan.schedule.every.words())} }.into_any(),
            view! { <span class="nowrap">{by}</span> }.into_any(),
            view! { <Badge tone=Signal::stored(tone(standing)) label/> }.into_any(),
        ]
    });
    let columns = vec![
        Column::new("number", t("序号", "No."))
            .sortable()
            .numeric()
            .minor(),
        Column::new("title", t("任务", "Task")).sortable(),
        Column::new("stage", t("阶段", "Stage")).sortable().minor(),
        Column::new("department", t("牵头科室", "Department")).minor(),
        Column::new("person", t("责任人", "Person")).minor(),
        Column::new("frequency", t("频次", "How often")).minor(),
        Column::new("due", t("下次期限", "Next due")).sortable(),
        Column::new("standing", t("状态", "State")).sortable(),
    ];
    let caption = t("任务清单", "Tasks");
    view! {
        <DataTable
            caption
            columns
            rows
            cells
            sort=Signal::derive(move || sort.get())
            on_sort=move |by| sort.set(Some(by))
            on_open=move |id: String| {
                if let Ok(id) = id.parse() {
                    go(Page::OfficeTask(id));
                }
            }
        />
    }
    .into_any()
}
