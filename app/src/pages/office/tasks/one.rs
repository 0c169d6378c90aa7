//! One task: what is to be done, what of it is done and what shows it.

use std::sync::Arc;

use domain::{
    TaskId,
    api::tasks::{Completion, Reopen, TaskDetail},
    areas::people::Department,
    tasks::{Every, Occurrence, Standing},
};
use icondata_lu as lu;
use leptos::prelude::*;

use super::{
    PATH,
    edit::{EditDialog, Editing},
    finish::FinishDialog,
    tone,
};
use crate::{
    components::{
        button::{Button, ButtonKind},
        page_header::PageHeader,
        status::Badge,
        surface::{Card, Fact, Facts, List, Section},
    },
    i18n::{civil_date, t, tp, tx, use_format, use_lang},
    office::{ActProblem, LoadProblem, Loading, Remote, Stale, choices, use_act, use_remote},
    pages::office::subjects,
    routing::Page,
};

/// So many occurrences ahead are listed.
const AHEAD: usize = 6;

#[component]
pub fn OfficeTaskPage(id: TaskId) -> impl IntoView {
    let detail: Remote<TaskDetail> = use_remote(move || Some(format!("{PATH}/{id}")));
    let departments: Remote<Vec<Department>> =
        use_remote(|| Some("/api/office/departments".to_owned()));
    let editing = RwSignal::new(None::<Editing>);
    let finishing = RwSignal::new(None::<(Occurrence, bool)>);
    let edit = t("修改", "Edit");
    let title = move || {
        let detail = detail.get();
        detail.map_or_else(String::new, |detail| detail.line.task.plan.title.clone())
    };
    let revision =
        Signal::derive(move || detail.get().map_or(0, |detail| detail.line.task.revision));
    let body = move || match (detail.get(), detail.error()) {
        (Some(found), _) => view! {
            <Whole found departments finishing on_changed=move || detail.reload()/>
        }
        .into_any(),
        (None, Some(error)) => {
            view! { <LoadProblem error on_retry=move || detail.reload()/> }.into_any()
        }
        (None, None) => view! { <Loading/> }.into_any(),
    };
    view! {
        <PageHeader title back=Page::OfficeTasks>
            <Button
                small=true
                kind=ButtonKind::Secondary
                icon=lu::LuPencil
                disabled=Signal::derive(move || detail.get().is_none())
                on_click=move || {
                    let known = detail.get_untracked();
                    editing.set(known.map(|known| Editing::Existing(known.line.task.clone())));
                }
            >
                {edit}
            </Button>
        </PageHeader>
        <div class="page">
            <Stale
                error=Signal::derive(move || detail.get().and_then(|_| detail.error()))
                on_retry=move || detail.reload()
            />
            {body}
        </div>
        <EditDialog editing departments on_saved=move |_| detail.reload()/>
        <FinishDialog id revision finishing on_done=move || detail.reload()/>
    }
    .into_any()
}

#[component]
fn Whole(
    found: Arc<TaskDetail>,
    departments: Remote<Vec<Department>>,
    finishing: RwSignal<Option<(Occurrence, bool)>>,
    #[prop(into)] on_changed: Callback<()>,
) -> impl IntoView {
    let plan = found.line.task.plan.clone();
    let (id, revision) = (found.line.task.id, found.line.task.revision);
    let today = found.today;
    let open: Vec<Occurrence> = found
        .line
        .occurrences
        .iter()
        .filter(|one| !one.done)
        .map(|one| Occurrence {
            from: one.from,
            by: one.by,
        })
        .collect();
    let late = open.iter().filter(|one| one.by < today).count();
    let rows: Vec<AnyView> = open
        .into_iter()
        .take(late + AHEAD)
        .map(|one| occurrence(one, one.standing(today), finishing))
        .collect();
    let as_needed = plan.schedule.every == Every::Occasion;
    let (next, done, none, once) = (
        t("要办的", "To be done"),
        t("已办结", "Done"),
        t("都办结了", "All is done"),
        t("记一次完成", "Note one time"),
    );
    let department = plan.department_id;
    let whose = move || choices::department_name(departments, department);
    let all = t("各科室", "All departments");
    let whose = if department.is_some() {
        view! { {whose} }.into_any()
    } else {
        view! { {all} }.into_any()
    };
    let items: Vec<AnyView> = found
        .items
        .iter()
        .map(|(code, title)| {
            view! {
                <p>
                    <span class="numbers strong">{code.clone()}</span>
                    " "
                    {title.clone()}
                </p>
            }
            .into_any()
        })
        .collect();
    let completions: Vec<AnyView> = found
        .completions
        .iter()
        .map(|one| completion(one, id, revision, on_changed))
        .collect();
    let no_completion = t("还没有办结过", "Nothing is done yet");
    let has_none = completions.is_empty();
    let (stage_label, department_label, frequency_label, items_label) = (
        t("阶段", "Stage"),
        t("牵头科室", "Department"),
        t("频次", "How often"),
        t("对应测评项", "Items"),
    );
    let texts = [
        (t("具体内容", "Content"), plan.details.clone()),
        (t("配合科室", "Helpers"), plan.helpers.clone()),
        (t("分管领导", "Leader"), plan.leader.clone()),
        (t("责任人", "Responsible"), plan.responsible.clone()),
        (t("成果与佐证", "Evidence"), plan.evidence.clone()),
        (t("完成标准", "Done when"), plan.done_when.clone()),
    ];
    let texts: Vec<AnyView> = texts
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(label, text)| view! { <Fact label>{text}</Fact> }.into_any())
        .collect();
    view! {
        <Section title=next>
            {if as_needed {
                view! {
                    <Button
                        kind=ButtonKind::Secondary
                        icon=lu::LuCircleCheck
                        on_click=move || finishing.set(Some((Occurrence { from: today, by: today }, true)))
                    >
                        {once}
                    </Button>
                }
                .into_any()
            } else if rows.is_empty() {
                view! { <p class="muted">{none}</p> }.into_any()
            } else {
                view! { <List>{rows}</List> }.into_any()
            }}
        </Section>
        <Card>
            <Facts>
                <Fact label=stage_label>{tp(plan.stage.name())}</Fact>
                <Fact label=department_label>{whose}</Fact>
                <Fact label=frequency_label>{tx(plan.schedule.every.words())}</Fact>
                {texts}
                <Fact label=items_label>{items}</Fact>
            </Facts>
        </Card>
        <Section title=done>
            {has_none.then(|| view! { <p class="muted">{no_completion}</p> })}
            {completions}
        </Section>
    }
    .into_any()
}

fn occurrence(
    one: Occurrence,
    standing: Standing,
    finishing: RwSignal<Option<(Occurrence, bool)>>,
) -> AnyView {
    let lang = use_lang();
    let by = move || {
        let lang = lang.get();
        let day = civil_date(lang, one.by);
        lang.pick(format!("{day}前"), format!("By {day}"))
    };
    let from = move || {
        let lang = lang.get();
        let day = civil_date(lang, one.from);
        lang.pick(format!("{day}起"), format!("from {day}"))
    };
    let finish = t("办结", "Done");
    let label = tp(standing.name());
    view! {
        <div class="row">
            <span class="row-text">
                <span class="row-title">{by}</span>
                <span class="row-note">{from}</span>
            </span>
            <Badge tone=Signal::stored(tone(standing)) label/>
            <Button small=true on_click=move || finishing.set(Some((one, false)))>{finish}</Button>
        </div>
    }
    .into_any()
}

fn completion(one: &Completion, id: TaskId, revision: i64, on_changed: Callback<()>) -> AnyView {
    let f = use_format();
    let act = use_act();
    let (occurrence, at, by) = (one.occurrence, one.at, one.by_name.clone());
    let head = move || civil_date(f.lang(), occurrence);
    let about = move || {
        let at = f.date(at);
        f.lang()
            .pick(format!("{by} 于 {at} 办结"), format!("by {by}, {at}"))
    };
    let reason = one.reason.clone();
    let shown = subjects::shown(&one.subjects);
    let undo = t("撤销办结", "Undo");
    let reopen = move || {
        let path = format!("{PATH}/{id}/reopen");
        act.send(
            "POST",
            path,
            Some(&Reopen { occurrence }),
            Some(revision),
            move |answer| {
                if answer.is_ok() {
                    on_changed.run(());
                }
            },
        );
    };
    view! {
        <Card>
            <div class="spread">
                <span>
                    <span class="strong">{head}</span>
                    " "
                    <span class="muted small">{about}</span>
                </span>
                <Button small=true kind=ButtonKind::Ghost loading=act.busy() on_click=reopen>
                    {undo}
                </Button>
            </div>
            {(!reason.is_empty()).then(|| view! { <p class="quote">{reason}</p> })}
            {shown}
            <ActProblem error=Signal::derive(move || act.error())/>
        </Card>
    }
    .into_any()
}
