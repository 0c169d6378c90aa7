//! The task list: as a table, as a board, over the three years.

mod board;
mod edit;
mod finish;
mod gantt;
pub mod import;
pub mod one;
mod table;

use std::sync::Arc;

use chrono::NaiveDate;
use domain::{
    Lang,
    api::tasks::{TaskLine, TaskList, UncoveredItem, WithdrawnTask},
    areas::{
        people::Department,
        tasks::{Stage, Task},
    },
    tasks::Standing,
};
use icondata_lu as lu;
use leptos::prelude::*;

use edit::{EditDialog, Editing};

use crate::{
    components::{
        Tone,
        button::{Button, ButtonKind, ButtonLink},
        choice::{Choice, Segmented},
        page_header::PageHeader,
        status::{Art, Banner, EmptyState},
    },
    i18n::{t, tf, use_lang},
    office::{
        Filter, Filters, LoadProblem, Loading, Remote, Stale, TakeTable, choices, from_address,
        use_remote,
    },
    routing::{Go, Page, use_go},
};

pub(super) const PATH: &str = "/api/office/tasks";

#[component]
pub fn OfficeTasksPage() -> impl IntoView {
    let go = use_go();
    let list: Remote<TaskList> = use_remote(|| Some(PATH.to_owned()));
    let departments: Remote<Vec<Department>> =
        use_remote(|| Some("/api/office/departments".to_owned()));
    let editing = RwSignal::new(None::<Editing>);
    let (add, import) = (t("新增任务", "Add"), t("导入清单", "Import"));
    let shown = move || match (list.get(), list.error()) {
        (Some(found), _) => view! { <Whole found departments/> }.into_any(),
        (None, Some(error)) => {
            view! { <LoadProblem error on_retry=move || list.reload()/> }.into_any()
        }
        (None, None) => view! { <Loading/> }.into_any(),
    };
    let number = move || {
        let list = list.get_untracked();
        list.map_or(1, |list| {
            list.tasks
                .iter()
                .map(|line| line.task.plan.number)
                .max()
                .unwrap_or(0)
                + 1
        })
    };
    view! {
        <PageHeader>
            <TakeTable name="tasks"/>
            <ButtonLink to=Page::TaskImport small=true icon=lu::LuFileUp>
                {import}
            </ButtonLink>
            <Button
                small=true
                kind=ButtonKind::Primary
                icon=lu::LuPlus
                on_click=move || editing.set(Some(Editing::New(number())))
            >
                {add}
            </Button>
        </PageHeader>
        <div class="page page-wide">
            <Stale
                error=Signal::derive(move || list.get().and_then(|_| list.error()))
                on_retry=move || list.reload()
            />
            {shown}
        </div>
        <EditDialog
            editing
            departments
            on_saved=move |saved: Task| {
                list.reload();
                go(Page::OfficeTask(saved.id));
            }
        />
    }
    .into_any()
}

#[component]
fn Whole(found: Arc<TaskList>, departments: Remote<Vec<Department>>) -> impl IntoView {
    let lang = use_lang();
    let wanted = RwSignal::new(String::new());
    let [stage, department, standing, week] =
        ["stage", "department", "standing", "week"].map(from_address);
    let look = RwSignal::new("table".to_owned());
    let withdrawn = found.withdrawn.clone();
    if found.tasks.is_empty() {
        let none = t("还没有任务", "No tasks yet");
        let why = t(
            "把单位的创建工作任务清单（Excel）导入进来：谁牵头、什么时候做、做完交什么，一目了然。",
            "Import the task list that you keep in Excel: who does what until when, and what shows it.",
        );
        let import = t("导入清单", "Import the list");
        return view! {
            <EmptyState title=none text=why>
                <ButtonLink to=Page::TaskImport kind=ButtonKind::Primary icon=lu::LuFileUp>
                    {import}
                </ButtonLink>
            </EmptyState>
        }
        .into_any();
    }
    let (today, round) = (found.today, found.round);
    let uncovered = found.uncovered.clone();
    let lines = Memo::new(move |_| {
        let words = wanted.read().to_lowercase();
        let stage = Stage::parse(&stage.read());
        let (department, standing) = (department.read(), standing.read());
        let week = week.read().parse::<i64>().ok();
        let fits = |line: &&TaskLine| {
            let plan = &line.task.plan;
            let id = plan.department_id.map(|id| id.to_string());
            stage.is_none_or(|stage| plan.stage == stage)
                && (department.is_empty() || id.as_deref() == Some(department.as_str()))
                && (standing.is_empty() || line.standing.as_str() == *standing)
                && week.is_none_or(|week| is_due_in(line, today, week))
                && words.split_whitespace().all(|word| has(line, word))
        };
        found.tasks.iter().filter(fits).cloned().collect::<Vec<_>>()
    });
    let looks = choices::words(vec![
        ("table", "表格", "Table"),
        ("board", "看板", "Board"),
        ("years", "时间轴", "Timeline"),
    ]);
    let stages = Stage::ALL.map(|it| (it.as_str(), it.name().0, it.name().1));
    let standings = Standing::ALL.map(|it| (it.as_str(), it.name().0, it.name().1));
    let mut filters = vec![
        Filter::new(
            "stage",
            ("阶段", "Stage"),
            stage,
            choices::words([&[("", "全部阶段", "All stages")][..], &stages].concat()),
        ),
        Filter::new(
            "department",
            ("科室", "Department"),
            department,
            choices::departments(departments, choices::ALL_DEPARTMENTS),
        ),
        Filter::new(
            "standing",
            ("状态", "State"),
            standing,
            choices::words([&[("", "全部状态", "All states")][..], &standings].concat()),
        ),
    ];
    filters.push(Filter::new(
        "week",
        ("期限", "Deadline"),
        week,
        Signal::derive(move || weeks(lang.get())),
    ));
    let search = ("搜索任务、责任人、测评项", "Search tasks, people, items");
    let look_label = t("视图", "View");
    let total = tf(move |lang| {
        let count = lines.read().len();
        lang.pick(format!("共 {count} 项"), format!("{count} in all"))
    });
    let nothing = t("没有符合的任务", "Nothing matches");
    let body = move || {
        if lines.read().is_empty() {
            return view! { <EmptyState art=Art::Search title=nothing/> }.into_any();
        }
        match look.get().as_str() {
            "board" => view! { <board::Board lines departments today/> }.into_any(),
            "years" => gantt::draw(&lines.read(), round, today, lang.get()),
            _ => view! { <table::Table lines departments/> }.into_any(),
        }
    };
    view! {
        <Uncovered items=uncovered/>
        <Filters search=(search, wanted) filters count=total>
            <Segmented
                name="look"
                label=look_label
                choices=looks
                value=look
                on_change=move |value| look.set(value)
            />
        </Filters>
        {body}
        <Withdrawn tasks=withdrawn/>
    }
    .into_any()
}

/// Tasks that were taken out of the list; each page offers to take it back.
#[component]
fn Withdrawn(tasks: Vec<WithdrawnTask>) -> impl IntoView {
    let count = tasks.len();
    (count > 0).then(|| {
        let title = tf(move |lang| {
            lang.pick(
                format!("不再列入清单的任务（{count}）"),
                format!("Taken out of the list ({count})"),
            )
        });
        let lines = tasks
            .into_iter()
            .map(|task| {
                let title = format!("{} {}", task.number, task.title);
                view! { <li><Go to=Page::OfficeTask(task.id)>{title}</Go></li> }
            })
            .collect_view();
        view! {
            <details class="card uncovered">
                <summary>{title}</summary>
                <ul>{lines}</ul>
            </details>
        }
    })
}

/// Weeks ahead that can be chosen, as on the overview.
const WEEKS: i64 = 9;

/// Whether something of it is due in that week from today.
fn is_due_in(line: &TaskLine, today: NaiveDate, week: i64) -> bool {
    let mut open = line.occurrences.iter().filter(|one| !one.done);
    open.any(|one| (one.by - today).num_days().div_euclid(7) == week)
}

fn weeks(lang: Lang) -> Vec<Choice> {
    let all = Choice::new("", lang.pick("全部期限", "All deadlines"));
    let ahead = (0..WEEKS).map(|week| {
        let words = match week {
            0 => lang.pick("7 天内到期".to_owned(), "Due within 7 days".to_owned()),
            _ => lang.pick(
                format!("第 {} 周到期", week + 1),
                format!("Due in week {}", week + 1),
            ),
        };
        Choice::new(week.to_string(), words)
    });
    [all].into_iter().chain(ahead).collect()
}

fn has(line: &TaskLine, word: &str) -> bool {
    let plan = &line.task.plan;
    [&plan.title, &plan.details, &plan.responsible, &plan.helpers]
        .into_iter()
        .chain(&plan.items)
        .any(|text| text.to_lowercase().contains(word))
}

/// The items of the standard that no task serves.
#[component]
fn Uncovered(items: Vec<UncoveredItem>) -> impl IntoView {
    let count = items.len();
    (count > 0).then(|| {
        let title = tf(move |lang| {
            lang.pick(
                format!("现行标准里有 {count} 个测评项还没有任务"),
                format!("{count} items of the current standard have no task"),
            )
        });
        let look = t("看看是哪些", "See which");
        let lines: Vec<AnyView> = items
            .iter()
            .map(|item| {
                let points = item.points.to_string();
                let points =
                    tf(move |lang| lang.pick(format!("{points} 分"), format!("{points} points")));
                view! {
                    <li>
                        <span class="numbers strong">{item.code.clone()}</span>
                        <span class="grow">{item.title.clone()}</span>
                        <span class="muted nowrap">{points}</span>
                    </li>
                }
                .into_any()
            })
            .collect();
        view! {
            <Banner tone=Tone::Warning title>
                <details class="uncovered">
                    <summary>{look}</summary>
                    <ul>{lines}</ul>
                </details>
            </Banner>
        }
        .into_any()
    })
}

/// How a standing looks.
pub(super) fn tone(standing: Standing) -> Tone {
    match standing {
        Standing::Overdue => Tone::Danger,
        Standing::DueSoon => Tone::Warning,
        Standing::UnderWay => Tone::Info,
        Standing::Done => Tone::Success,
        Standing::ToDo | Standing::Occasion => Tone::Neutral,
    }
}
