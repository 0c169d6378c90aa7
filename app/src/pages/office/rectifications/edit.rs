//! The dialog that adds or changes a problem. What a record says is filled in already.

use chrono::NaiveDate;
use domain::{
    api::{office::Member, tasks::TaskList},
    areas::{
        people::Department,
        rectifications::{FoundBy, Problem, Rectification},
    },
};
use leptos::prelude::*;

use super::PATH;
use crate::{
    components::{
        button::{Button, ButtonKind},
        choice::Choice,
        dialog::Dialog,
        toast::use_toasts,
    },
    http,
    i18n::{t, use_lang},
    office::{ActProblem, Fields, Remote, choices, codes, use_act, use_remote},
    platform,
};

/// What the dialog is about: a new problem, perhaps as a record tells it, or one that is there.
#[derive(Clone, PartialEq)]
pub(super) enum Editing {
    New(Option<Problem>),
    Existing(Rectification),
}

/// The fields that show their own error.
const FIELDS: &[&str] = &[
    "problem", "place", "measures", "found_on", "due_on", "items",
];

#[component]
pub(super) fn EditDialog(
    editing: RwSignal<Option<Editing>>,
    departments: Remote<Vec<Department>>,
    #[prop(into)] on_saved: Callback<Rectification>,
) -> impl IntoView {
    let act = use_act();
    let fields = Fields(act);
    let (toasts, lang) = (use_toasts(), use_lang());
    let asks = move || editing.read().is_some();
    let people: Remote<Vec<Member>> =
        use_remote(move || asks().then(|| "/api/office/people".to_owned()));
    let tasks: Remote<TaskList> =
        use_remote(move || asks().then(|| "/api/office/tasks".to_owned()));
    let signals = [(); 10].map(|()| RwSignal::new(String::new()));
    let [
        problem,
        place,
        measures,
        found_on,
        due_on,
        items,
        found_by,
        department,
        person,
        task,
    ] = signals;
    Effect::new(move |_| {
        act.forget_error();
        let known = match editing.get() {
            Some(Editing::Existing(one)) => one.problem,
            Some(Editing::New(problem)) => problem.unwrap_or_else(blank),
            None => return,
        };
        let filled = [
            known.problem,
            known.place,
            known.measures,
            known.found_on.to_string(),
            known.due_on.to_string(),
            known.items.join("、"),
            known.found_by.as_str().to_owned(),
            known
                .department_id
                .map(|id| id.to_string())
                .unwrap_or_default(),
            known.person_id.map(|id| id.to_string()).unwrap_or_default(),
            known.task_id.map(|id| id.to_string()).unwrap_or_default(),
        ];
        for (field, text) in signals.into_iter().zip(filled) {
            field.set(text);
        }
    });
    let save = move || {
        let (before, old) = match editing.get_untracked() {
            Some(Editing::Existing(one)) => (one.problem.before.clone(), Some(one)),
            Some(Editing::New(known)) => (known.map_or_else(Vec::new, |it| it.before), None),
            None => return,
        };
        let date = |text: RwSignal<String>| text.get_untracked().parse::<NaiveDate>();
        let (Ok(found), Ok(due)) = (date(found_on), date(due_on)) else {
            let words = ("请填写发现日期和整改期限", "Please give both dates");
            toasts.error(lang.get_untracked().pick(words.0, words.1));
            return;
        };
        let input = Problem {
            problem: problem.get_untracked(),
            found_by: FoundBy::parse(&found_by.get_untracked()).unwrap_or(FoundBy::SelfCheck),
            found_on: found,
            place: place.get_untracked(),
            measures: measures.get_untracked(),
            department_id: department.get_untracked().parse().ok(),
            person_id: person.get_untracked().parse().ok(),
            due_on: due,
            items: codes(&items.get_untracked()),
            task_id: task.get_untracked().parse().ok(),
            before,
        };
        let (method, path, seen) = match old {
            Some(old) => ("PUT", format!("{PATH}/{}", old.id), Some(old.revision)),
            None => ("POST", PATH.to_owned(), None),
        };
        act.send(method, path, Some(&input), seen, move |answer| {
            if let Ok(saved) = answer.and_then(|body| http::read::<Rectification>(&body)) {
                editing.set(None);
                toasts.success(lang.get_untracked().pick("已保存", "Saved"));
                on_saved.run(saved);
            }
        });
    };
    let title = move || match editing.get() {
        Some(Editing::Existing(_)) => lang.get().pick("修改问题", "Change the problem"),
        _ => lang.get().pick("登记问题", "Add a problem"),
    };
    let save_label = t("保存", "Save");
    let footer = move || {
        view! {
            <Button kind=ButtonKind::Primary loading=act.busy() on_click=save>{save_label}</Button>
        }
    };
    let found_bys = Signal::derive(move || {
        let lang = lang.get();
        FoundBy::ALL
            .map(|one| {
                let (zh, en) = one.name();
                Choice::new(one.as_str(), lang.pick(zh, en))
            })
            .to_vec()
    });
    let people = choices::people(people);
    let tasks = Signal::derive(move || {
        let mut choices = vec![Choice::new("", lang.get().pick("（没有）", "(none)"))];
        let tasks = tasks.get();
        let lines = tasks.iter().flat_map(|list| &list.tasks);
        choices.extend(lines.map(|line| {
            let plan = &line.task.plan;
            Choice::new(
                line.task.id.to_string(),
                format!("{} {}", plan.number, plan.title),
            )
        }));
        choices
    });
    let all = choices::departments(departments, ("全体", "Everybody"));
    view! {
        <Dialog
            open=Signal::derive(asks)
            on_close=move || editing.set(None)
            title
            footer
            wide=true
        >
            <ActProblem error=Signal::derive(move || act.error()) fields=FIELDS/>
            <div class="form">
                {fields.long("problem", ("问题", "Problem"), problem)}
                <div class="form-row">
                    {fields.pick("found-by", ("来源", "Found by"), found_bys, found_by)}
                    {fields.text("place", ("地点", "Place"), place)}
                </div>
                {fields.long("measures", ("整改措施", "Measures"), measures)}
                <div class="form-row">
                    {fields.date("found_on", ("发现日期", "Found on"), found_on)}
                    {fields.date("due_on", ("整改期限", "Due"), due_on)}
                </div>
                <div class="form-row">
                    {fields.pick("problem-department", ("责任科室", "Department"), all, department)}
                    {fields.pick("problem-person", ("责任人", "Person"), people, person)}
                </div>
                <div class="form-row">
                    {fields.text("items", ("对应测评项", "Items of the standard"), items)}
                    {fields.pick("problem-task", ("对应任务", "Task"), tasks, task)}
                </div>
            </div>
        </Dialog>
    }
    .into_any()
}

pub(super) fn blank() -> Problem {
    let today = platform::today();
    Problem {
        problem: String::new(),
        found_by: FoundBy::SelfCheck,
        found_on: today,
        place: String::new(),
        measures: String::new(),
        department_id: None,
        person_id: None,
        due_on: today + chrono::Days::new(14),
        items: Vec::new(),
        task_id: None,
        before: Vec::new(),
    }
}
