//! Importing the office's task list: first what would come of each row, then the good ones.

use std::sync::Arc;

use chrono::Datelike as _;
use domain::{
    Text,
    api::tasks::{TaskPreview, TaskRow},
    areas::tasks::Plan,
};
use icondata_lu as lu;
use leptos::{prelude::*, task::spawn_local};

use super::PATH;
use crate::{
    components::{
        Tone,
        button::{Button, ButtonKind},
        field::{TextField, TextKind},
        page_header::PageHeader,
        status::{Badge, Banner},
        surface::ActionBar,
        toast::use_toasts,
    },
    http::CallError,
    i18n::{Format, civil_date, t, tf, tp, tx, use_format, use_lang},
    office::{ActProblem, TableSource, send_rows, understood},
    platform,
    routing::{Page, use_go},
};

/// Rows in one request.
const ROWS: usize = 300;

#[component]
pub fn TaskImportPage() -> impl IntoView {
    let preview = RwSignal::new(None::<Arc<TaskPreview>>);
    let year = RwSignal::new(platform::today().year().to_string());
    let path = Signal::derive(move || {
        let year: i32 = year.read().trim().parse().unwrap_or_default();
        format!("{PATH}/preview?first_year={year}")
    });
    let intro = t(
        "直接用办公室现有的任务清单：标题行、合并单元格、合计行、全角数字都没关系。日期可以写 2026-03-31，也可以写 Y1-03-31（本届第一年）、Yn-03-31（每年）。先看每一行会怎样，再导入；已在清单里的任务不会改动。",
        "Take the task list as you keep it: titles, merged cells, totals and full-width digits do no harm. Dates may be 2026-03-31, or Y1-03-31 (the round's first year) and Yn-03-31 (every year). You first see what comes of each row; what is in the list already stays as it is.",
    );
    let year_label = t("本届从哪一年开始", "The round's first year");
    let on_read = Callback::new(move |found: TaskPreview| preview.set(Some(Arc::new(found))));
    let body = move || match preview.get() {
        Some(found) => view! { <Preview found preview/> }.into_any(),
        None => view! {
            <TableSource path intro accept=".xlsx,.csv" on_read>
                <TextField
                    name="first_year"
                    label=year_label
                    kind=TextKind::Integer
                    value=year
                    on_input=move |text| year.set(text)
                />
            </TableSource>
        }
        .into_any(),
    };
    view! {
        <PageHeader back=Page::OfficeTasks/>
        <div class="page page-wide">{body}</div>
    }
    .into_any()
}

#[component]
fn Preview(found: Arc<TaskPreview>, preview: RwSignal<Option<Arc<TaskPreview>>>) -> impl IntoView {
    let f = use_format();
    let (toasts, go, lang) = (use_toasts(), use_go(), use_lang());
    let (busy, error) = (RwSignal::new(false), RwSignal::new(None::<CallError>));
    let all = found.rows.len();
    let known = found.rows.iter().filter(|row| row.known.is_some()).count();
    let wrong = found
        .rows
        .iter()
        .filter(|row| !row.problems.is_empty())
        .count();
    let good: Vec<Plan> = found
        .rows
        .iter()
        .filter(|row| row.is_new())
        .map(|row| row.plan.clone())
        .collect();
    let new = good.len();
    let good = StoredValue::new(good);
    let send = move || {
        busy.set(true);
        error.set(None);
        let (rows, go) = (good.get_value(), go.clone());
        spawn_local(async move {
            let sent = send_rows(&format!("{PATH}/import"), &rows, ROWS).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match sent {
                Ok(added) => {
                    let lang = lang.get_untracked();
                    toasts.success(lang.pick(
                        format!("已导入 {added} 项任务"),
                        format!("{added} tasks imported"),
                    ));
                    go(Page::OfficeTasks);
                }
                Err(problem) => drop(error.try_set(Some(problem))),
            }
        });
    };
    let title = tf(move |lang| {
        lang.pick(
            format!("读到 {all} 行：{new} 项可导入，{known} 项已在清单里，{wrong} 行要先改"),
            format!(
                "{all} rows: {new} to import, {known} in the list already, {wrong} to correct first"
            ),
        )
    });
    let columns = found.columns.iter().map(|column| {
        let meaning = Some(column.taken.clone()).filter(|words| !words.zh.is_empty());
        (column.heading.clone(), meaning)
    });
    let understood = understood(columns.collect());
    let tone = if wrong > 0 {
        Tone::Warning
    } else {
        Tone::Success
    };
    let rows: Vec<AnyView> = found.rows.iter().map(|row| line(f, row)).collect();
    let heads = [
        t("行", "Row"),
        t("结果", "Result"),
        t("任务", "Task"),
        t("阶段", "Stage"),
        t("科室", "Department"),
        t("频次", "How often"),
        t("首次期限", "First due"),
        t("测评项", "Items"),
    ]
    .map(|head| view! { <th scope="col">{head}</th> })
    .collect_view();
    let import = tf(move |lang| lang.pick(format!("导入 {new} 项"), format!("Import {new}")));
    let again = t("换一个文件", "Another file");
    view! {
        <div class="stack">
            <Banner tone title><p>{understood}</p></Banner>
            <ActProblem error=Signal::derive(move || error.get())/>
            <div class="table-box">
                <table class="table import-table">
                    <thead><tr>{heads}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </div>
        <ActionBar>
            <Button kind=ButtonKind::Ghost on_click=move || preview.set(None)>{again}</Button>
            <Button
                kind=ButtonKind::Primary
                icon=lu::LuFileUp
                loading=busy
                disabled=Signal::stored(new == 0)
                on_click=send
            >
                {import}
            </Button>
        </ActionBar>
    }
    .into_any()
}

fn line(f: Format, row: &TaskRow) -> AnyView {
    let (tone, zh, en) = if !row.problems.is_empty() {
        (Tone::Danger, "先改再导入", "Correct it")
    } else if row.known.is_some() {
        (Tone::Neutral, "已在清单", "In the list")
    } else if row.hints.is_empty() {
        (Tone::Success, "可导入", "Import")
    } else {
        (Tone::Info, "可导入，请看", "Import; look")
    };
    let label = t(zh, en);
    let remarks: Vec<Text> = row.problems.iter().chain(&row.hints).cloned().collect();
    let remarks = move || {
        let lang = f.lang();
        remarks
            .iter()
            .map(|text| view! { <p class="import-remark">{text.get(lang).to_owned()}</p> })
            .collect::<Vec<_>>()
    };
    let plan = row.plan.clone();
    let first = plan.schedule.occurrences().first().copied();
    let due = move || first.map_or_else(|| "–".to_owned(), |one| civil_date(f.lang(), one.by));
    view! {
        <tr>
            <td class="is-numeric">{row.number}</td>
            <td>
                <Badge tone=tone label/>
                {remarks}
            </td>
            <td>{plan.title}</td>
            <td>{tp(plan.stage.name())}</td>
            <td>{row.department.clone()}</td>
            <td>{tx(plan.schedule.every.words())}</td>
            <td class="nowrap">{due}</td>
            <td class="numbers">{plan.items.join("、")}</td>
        </tr>
    }
    .into_any()
}
