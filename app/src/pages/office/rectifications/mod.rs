//! Problems to be put right: the list, and adding one, from a record or from nothing.

mod edit;
pub mod one;

use std::sync::Arc;

use domain::{
    api::rectifications::{RectificationLine, Source},
    areas::{
        people::Department,
        rectifications::{FoundBy, Problem, Rectification, State},
    },
};
use icondata_lu as lu;
use leptos::prelude::*;

use edit::{EditDialog, Editing};

use crate::{
    components::{
        Tone,
        button::{Button, ButtonKind},
        page_header::PageHeader,
        status::{Art, Badge, EmptyState},
        surface::{List, ListRow, Section},
        table::{Cells, Column, DataTable, Row},
    },
    i18n::{civil_date, t, tf, tp, use_format},
    office::{
        Filter, Filters, LoadProblem, Loading, Remote, Stale, TakeTable, choices, from_address,
        use_remote,
    },
    platform::document,
    routing::{Page, use_go},
};

pub(super) const PATH: &str = "/api/office/rectifications";

#[component]
pub fn RectificationsPage() -> impl IntoView {
    let go = use_go();
    let show = from_address("show");
    if show.read_untracked().is_empty() {
        show.set("open".to_owned());
    }
    let department = RwSignal::new(String::new());
    let list: Remote<Vec<RectificationLine>> = use_remote(move || {
        let show = show.get();
        let query = if show.is_empty() {
            show
        } else {
            format!("?show={show}")
        };
        Some(format!("{PATH}{query}"))
    });
    let sources: Remote<Vec<Source>> = use_remote(|| Some(format!("{PATH}/sources")));
    let departments: Remote<Vec<Department>> =
        use_remote(|| Some("/api/office/departments".to_owned()));
    // A gap of the self-assessment leads here with its item.
    let item = from_address("item").get_untracked();
    if !item.is_empty() {
        // Coming back doesn't ask again.
        Effect::new(|_| document::keep_address(&Page::Rectifications.path()));
    }
    let asked = (!item.is_empty()).then(|| Editing::New(Some(of_item(item))));
    let editing = RwSignal::new(asked);
    let shown = move || match (list.get(), list.error()) {
        (Some(lines), _) => view! { <Lines lines department/> }.into_any(),
        (None, Some(error)) => {
            view! { <LoadProblem error on_retry=move || list.reload()/> }.into_any()
        }
        (None, None) => view! { <Loading/> }.into_any(),
    };
    let filters = vec![
        Filter::new(
            "show",
            ("状态", "State"),
            show,
            choices::words(vec![
                ("open", "未销号", "Not closed"),
                ("overdue", "已逾期", "Overdue"),
                ("rectified", "待复核", "To be checked"),
                ("closed", "已销号", "Closed"),
                ("", "全部", "All"),
            ]),
        ),
        Filter::new(
            "department",
            ("责任科室", "Department"),
            department,
            choices::departments(departments, choices::ALL_DEPARTMENTS),
        ),
    ];
    let add = t("登记问题", "Add a problem");
    view! {
        <PageHeader>
            <TakeTable name="rectifications"/>
            <Button
                small=true
                kind=ButtonKind::Primary
                icon=lu::LuPlus
                on_click=move || editing.set(Some(Editing::New(None)))
            >
                {add}
            </Button>
        </PageHeader>
        <div class="page page-wide">
            <Stale
                error=Signal::derive(move || list.get().and_then(|_| list.error()))
                on_retry=move || list.reload()
            />
            <Filters filters/>
            {shown}
            <Sources sources editing/>
        </div>
        <EditDialog
            editing
            departments
            on_saved=move |saved: Rectification| go(Page::Rectification(saved.id))
        />
    }
    .into_any()
}

/// A problem that a self-check found at an item.
fn of_item(item: String) -> Problem {
    Problem {
        items: vec![item],
        found_by: FoundBy::SelfCheck,
        ..edit::blank()
    }
}

#[component]
fn Lines(lines: Arc<Vec<RectificationLine>>, department: RwSignal<String>) -> impl IntoView {
    let f = use_format();
    let go = use_go();
    let found = Memo::new(move |_| {
        let department = department.read();
        let fits = |line: &&RectificationLine| {
            let id = line.rectification.problem.department_id;
            department.is_empty() || id.is_some_and(|id| id.to_string() == department.as_str())
        };
        lines.iter().filter(fits).cloned().collect::<Vec<_>>()
    });
    let rows = Signal::derive(move || {
        let lines = found.get();
        lines
            .iter()
            .map(|line| Row::new(line.rectification.id, line.rectification.revision))
            .collect::<Vec<_>>()
    });
    let cells: Cells = Arc::new(move |id: &str| {
        let lines = found.get_untracked();
        let Some(line) = lines
            .iter()
            .find(|line| line.rectification.id.to_string() == id)
        else {
            return Vec::new();
        };
        let problem = line.rectification.problem.clone();
        let by = move || civil_date(f.lang(), problem.due_on);
        let (tone, name) = look(line.rectification.state, line.overdue);
        let whose: Vec<String> = [line.department_name.clone(), line.person_name.clone()]
            .into_iter()
            .flatten()
            .collect();
        vec![
            view! {
                <span class="task-title">{problem.problem}</span>
                <span class="muted small">{problem.place}</span>
            }
            .into_any(),
            view! { {tp(problem.found_by.name())} }.into_any(),
            view! { {whose.join(" · ")} }.into_any(),
            view! { <span class="numbers">{problem.items.join("、")}</span> }.into_any(),
            view! { <span class="nowrap">{by}</span> }.into_any(),
            view! { <Badge tone=Signal::stored(tone) label=tp(name)/> }.into_any(),
        ]
    });
    let columns = vec![
        Column::new("problem", t("问题", "Problem")),
        Column::new("found", t("来源", "Found by")).minor(),
        Column::new("whose", t("责任科室与人", "Who")).minor(),
        Column::new("items", t("测评项", "Items")).minor(),
        Column::new("due", t("整改期限", "Due")),
        Column::new("state", t("状态", "State")),
    ];
    let caption = t("问题整改", "Problems");
    let table = StoredValue::new((columns, cells));
    let (nothing, why) = (
        t("没有这样的问题", "There are none"),
        t(
            "自查、巡查、检查和测评反馈里发现的问题登记在这里，整改后由另一个人复核销号。",
            "Problems from self-checks, patrols, inspections and feedback; somebody else checks and closes them.",
        ),
    );
    let is_empty = Memo::new(move |_| found.read().is_empty());
    move || {
        if is_empty.get() {
            return view! { <EmptyState art=Art::Done title=nothing text=why/> }.into_any();
        }
        let (columns, cells) = table.get_value();
        let go = go.clone();
        view! {
            <DataTable
                caption
                columns
                rows
                cells
                on_open=move |id: String| {
                    if let Ok(id) = id.parse() {
                        go(Page::Rectification(id));
                    }
                }
            />
        }
        .into_any()
    }
}

/// How a state looks.
pub(super) fn look(state: State, overdue: bool) -> (Tone, (&'static str, &'static str)) {
    match state {
        State::Open if overdue => (Tone::Danger, ("已逾期", "Overdue")),
        State::Open => (Tone::Warning, state.name()),
        State::Rectified => (Tone::Info, state.name()),
        State::Closed => (Tone::Success, state.name()),
    }
}

/// Records that tell of a problem and became none yet.
#[component]
fn Sources(sources: Remote<Vec<Source>>, editing: RwSignal<Option<Editing>>) -> impl IntoView {
    let f = use_format();
    move || {
        let sources = sources.get().filter(|sources| !sources.is_empty())?;
        let title = tf({
            let count = sources.len();
            move |lang| {
                lang.pick(
                    format!("手机记录里还有 {count} 条问题没有登记"),
                    format!("{count} records tell of problems that aren’t here yet"),
                )
            }
        });
        let rows: Vec<AnyView> = sources
            .iter()
            .map(|source| {
                let problem = source.problem.clone();
                let (at, by) = (source.line.at, source.line.by_name.clone());
                let record = source.line.title.clone();
                let text = move || {
                    let at = at.map(|at| f.date(at)).unwrap_or_default();
                    format!("{record} · {by} · {at}")
                };
                let title = problem.problem.clone();
                let begin = move || editing.set(Some(Editing::New(Some(problem.clone()))));
                view! {
                    <ListRow icon=lu::LuNotebookPen title text on_click=begin/>
                }
                .into_any()
            })
            .collect();
        Some(
            view! {
                <Section title><List>{rows}</List></Section>
            }
            .into_any(),
        )
    }
}
