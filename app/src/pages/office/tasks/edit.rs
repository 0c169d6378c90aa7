//! The dialog that adds, changes or reassigns a task.

use chrono::NaiveDate;
use domain::{
    api::{forms::FormLine, office::Member},
    areas::{
        people::Department,
        tasks::{Plan, Stage, Task},
    },
    tasks::{Every, Schedule, kinds},
};
use leptos::prelude::*;

use super::PATH;
use crate::{
    components::{
        button::{Button, ButtonKind},
        choice::{Choice, Switch},
        dialog::Dialog,
        field::TextField,
        toast::use_toasts,
    },
    http,
    i18n::{t, use_lang},
    office::{ActProblem, Fields, Remote, choices, codes, use_act, use_remote},
    platform,
};

/// What the dialog is about: a new task with its number, or one that is there.
#[derive(Clone, PartialEq)]
pub(super) enum Editing {
    New(i64),
    Existing(Task),
}

/// The fields that show their own error.
const FIELDS: &[&str] = &[
    "title",
    "details",
    "helpers",
    "responsible",
    "evidence",
    "done_when",
    "items",
    "number",
    "due_on",
    "detail",
];

#[component]
pub(super) fn EditDialog(
    editing: RwSignal<Option<Editing>>,
    departments: Remote<Vec<Department>>,
    #[prop(into)] on_saved: Callback<Task>,
) -> impl IntoView {
    let act = use_act();
    let fields = Fields(act);
    let (toasts, lang) = (use_toasts(), use_lang());
    let asks = move || editing.read().is_some();
    let people: Remote<Vec<Member>> =
        use_remote(move || asks().then(|| "/api/office/people".to_owned()));
    let forms: Remote<Vec<FormLine>> =
        use_remote(move || asks().then(|| "/api/office/forms".to_owned()));
    let texts = [(); 11].map(|()| RwSignal::new(String::new()));
    let [
        number,
        title,
        details,
        helpers,
        leader,
        responsible,
        evidence,
        done_when,
        items,
        starts,
        due,
    ] = texts;
    let picks = [(); 6].map(|()| RwSignal::new(String::new()));
    let [stage, department, person, form, kind, detail] = picks;
    let active = RwSignal::new(true);
    Effect::new(move |_| {
        act.forget_error();
        let plan = match editing.get() {
            Some(Editing::Existing(task)) => task.plan,
            Some(Editing::New(number)) => blank(number),
            None => return,
        };
        let date = |date: Option<NaiveDate>| date.map(|it| it.to_string()).unwrap_or_default();
        active.set(plan.active);
        let filled = [
            plan.number.to_string(),
            plan.title,
            plan.details,
            plan.helpers,
            plan.leader,
            plan.responsible,
            plan.evidence,
            plan.done_when,
            plan.items.join("、"),
            date(plan.schedule.starts_on),
            date(plan.schedule.due_on),
        ];
        for (field, text) in texts.into_iter().zip(filled) {
            field.set(text);
        }
        let filled = [
            plan.stage.as_str().to_owned(),
            plan.department_id
                .map(|id| id.to_string())
                .unwrap_or_default(),
            plan.person_id.map(|id| id.to_string()).unwrap_or_default(),
            plan.form_id.unwrap_or_default(),
            plan.schedule.every.kind().to_owned(),
            plan.schedule.every.detail(),
        ];
        for (field, text) in picks.into_iter().zip(filled) {
            field.set(text);
        }
    });
    let wrong_detail = RwSignal::new(false);
    let save = move || {
        let old = match editing.get_untracked() {
            Some(Editing::Existing(task)) => Some(task),
            _ => None,
        };
        let before = old
            .as_ref()
            .map_or_else(|| blank(1), |task| task.plan.clone());
        let (kind, detail) = (kind.get_untracked(), detail.get_untracked());
        let every =
            if before.schedule.every.kind() == kind && before.schedule.every.detail() == detail {
                Some(before.schedule.every)
            } else {
                Every::of(&kind, &detail)
            };
        wrong_detail.set(every.is_none());
        let Some(every) = every else {
            return;
        };
        let plan = Plan {
            number: number.get_untracked().trim().parse().unwrap_or_default(),
            stage: Stage::parse(&stage.get_untracked()).unwrap_or(Stage::Throughout),
            title: title.get_untracked(),
            details: details.get_untracked(),
            department_id: department.get_untracked().parse().ok(),
            helpers: helpers.get_untracked(),
            leader: leader.get_untracked(),
            responsible: responsible.get_untracked(),
            person_id: person.get_untracked().parse().ok(),
            schedule: Schedule {
                every,
                starts_on: starts.get_untracked().parse().ok(),
                due_on: due.get_untracked().parse().ok(),
                ..before.schedule
            },
            evidence: evidence.get_untracked(),
            done_when: done_when.get_untracked(),
            items: codes(&items.get_untracked()),
            form_id: Some(form.get_untracked()).filter(|id| !id.is_empty()),
            active: active.get_untracked(),
        };
        let (method, path, seen) = match old {
            Some(old) => ("PUT", format!("{PATH}/{}", old.id), Some(old.revision)),
            None => ("POST", PATH.to_owned(), None),
        };
        act.send(method, path, Some(&plan), seen, move |answer| {
            if let Ok(saved) = answer.and_then(|body| http::read::<Task>(&body)) {
                editing.set(None);
                toasts.success(lang.get_untracked().pick("已保存", "Saved"));
                on_saved.run(saved);
            }
        });
    };
    let heading = move || match editing.get() {
        Some(Editing::Existing(_)) => lang.get().pick("修改任务", "Change the task"),
        _ => lang.get().pick("新增任务", "Add a task"),
    };
    let save_label = t("保存", "Save");
    let footer = move || {
        view! {
            <Button kind=ButtonKind::Primary loading=act.busy() on_click=save>{save_label}</Button>
        }
    };
    let stages = Signal::derive(move || {
        let lang = lang.get();
        Stage::ALL
            .map(|stage| {
                let (zh, en) = stage.name();
                Choice::new(stage.as_str(), lang.pick(zh, en))
            })
            .to_vec()
    });
    let frequencies = Signal::derive(move || {
        let lang = lang.get();
        kinds()
            .map(|(kind, zh, en)| Choice::new(kind, lang.pick(zh, en)))
            .to_vec()
    });
    let people = choices::people(people);
    let forms = Signal::derive(move || {
        let lang = lang.get();
        let mut choices = vec![Choice::new("", lang.pick("（没有）", "(none)"))];
        let forms = forms.get().unwrap_or_default();
        let offered = forms.iter().filter(|form| form.current().is_some());
        choices.extend(
            offered.map(|form| Choice::new(form.form_id.clone(), form.title.get(lang).to_owned())),
        );
        choices
    });
    let detail_hint = move || {
        let lang = lang.get();
        match kind.get().as_str() {
            "week" => lang.pick("星期几，如 周五", "The weekday, such as 5 for Friday"),
            "month" => lang.pick(
                "几号以前，如 25；月末写 月末",
                "The day, such as 25; 31 for the last",
            ),
            "days" => lang.pick(
                "每年的日子，如 6-30 11-30",
                "Days of the year, such as 6-30 11-30",
            ),
            "festivals" => lang.pick(
                "节日名称，如 春节 重阳节",
                "Chinese names, such as 春节 重阳节",
            ),
            _ => lang.pick("不用填", "Leave it empty"),
        }
    };
    let own_error = Signal::derive(move || {
        let sentence = lang.get().pick(
            "读不出，请按下面的例子写",
            "Please type it as in the example",
        );
        wrong_detail.get().then(|| sentence.to_owned())
    });
    let active_hint = t(
        "不再要求做的任务关掉：不再提醒，已办结的记录保留。",
        "Off when it isn't asked for any more: what was done stays.",
    );
    let active_label = t("列入清单", "In the list");
    let detail_label = t("哪一天", "Which day");
    let all = choices::departments(departments, ("各科室", "All departments"));
    view! {
        <Dialog
            open=Signal::derive(asks)
            on_close=move || editing.set(None)
            title=heading
            footer
            wide=true
        >
            <ActProblem error=Signal::derive(move || act.error()) fields=FIELDS/>
            <div class="form">
                {fields.text("title", ("任务名称", "Task"), title)}
                <div class="form-row">
                    {fields.text("number", ("序号", "Number"), number)}
                    {fields.pick("task-stage", ("阶段", "Stage"), stages, stage)}
                </div>
                {fields.long("details", ("具体内容", "What is to be done"), details)}
                <div class="form-row">
                    {fields.pick("task-department", ("牵头科室", "Department"), all, department)}
                    {fields.text("helpers", ("配合科室", "Helpers"), helpers)}
                </div>
                <div class="form-row">
                    {fields.text("leader", ("分管领导", "Leader in charge"), leader)}
                    {fields.text("responsible", ("责任人（职务或姓名）", "Responsible, by post or name"), responsible)}
                </div>
                <div class="form-row">
                    {fields.pick("task-person", ("手机上提醒谁", "Whose phone shows it"), people, person)}
                    {fields.pick("task-form", ("用哪张表记录", "Recorded with"), forms, form)}
                </div>
                <div class="form-row">
                    {fields.pick("task-kind", ("频次", "How often"), frequencies, kind)}
                    <TextField
                        name="detail"
                        label=detail_label
                        value=detail
                        on_input=move |text| detail.set(text)
                        hint=detail_hint
                        error=own_error
                    />
                </div>
                <div class="form-row">
                    {fields.date("starts_on", ("开始", "Begin"), starts)}
                    {fields.date("due_on", ("完成时限（首次）", "Deadline, the first"), due)}
                </div>
                {fields.text("items", ("对应测评项", "Items of the standard"), items)}
                {fields.text("evidence", ("成果与佐证", "Evidence"), evidence)}
                {fields.long("done_when", ("完成标准", "Done when"), done_when)}
                {move || {
                    matches!(*editing.read(), Some(Editing::Existing(_)))
                        .then(|| {
                            view! {
                                <Switch
                                    label=active_label
                                    hint=active_hint
                                    checked=active
                                    on_change=move |on| active.set(on)
                                />
                            }
                        })
                }}
            </div>
        </Dialog>
    }
    .into_any()
}

fn blank(number: i64) -> Plan {
    let today = platform::today();
    Plan {
        number,
        stage: Stage::Throughout,
        title: String::new(),
        details: String::new(),
        department_id: None,
        helpers: String::new(),
        leader: String::new(),
        responsible: String::new(),
        person_id: None,
        schedule: Schedule {
            every: Every::Once,
            starts_on: None,
            due_on: None,
            from: today,
            until: today + chrono::Months::new(36),
        },
        evidence: String::new(),
        done_when: String::new(),
        items: Vec::new(),
        form_id: None,
        active: true,
    }
}
