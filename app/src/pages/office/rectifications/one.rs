//! One problem: how it was, how it is now, what became of it, and the next act.

use std::sync::Arc;

use chrono::{Days, NaiveDate};
use domain::{
    RectificationId,
    api::{
        rectifications::{Act, Event, Note, RectificationDetail, Rectified},
        tasks::SubjectLine,
    },
    areas::{
        evidence::Subject,
        people::Department,
        rectifications::{Rectification, State},
    },
};
use icondata_lu as lu;
use leptos::prelude::*;

use super::{
    PATH,
    edit::{EditDialog, Editing},
    look,
};
use crate::{
    components::{
        Tone,
        button::{Button, ButtonKind},
        dialog::Dialog,
        field::TextArea,
        page_header::PageHeader,
        status::{Badge, Banner},
        surface::{Card, Fact, Facts, Section, Timeline, TimelineItem},
        toast::use_toasts,
    },
    device::Device,
    i18n::{civil_date, t, tp, use_format, use_lang},
    office::{ActProblem, LoadProblem, Loading, Remote, Stale, use_act, use_remote},
    pages::office::subjects::{self, SubjectPicker},
    platform,
    routing::{Go, Page},
};

/// Records until so many days after the deadline can show it, and those until today.
const MARGIN: u64 = 60;

/// The act that a dialog asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Rectified,
    Close,
    Reopen,
}

#[component]
pub fn RectificationPage(id: RectificationId) -> impl IntoView {
    let detail: Remote<RectificationDetail> = use_remote(move || Some(format!("{PATH}/{id}")));
    let departments: Remote<Vec<Department>> =
        use_remote(|| Some("/api/office/departments".to_owned()));
    let editing = RwSignal::new(None::<Editing>);
    let asked = RwSignal::new(None::<Asked>);
    let edit = t("修改", "Edit");
    let settled = move || {
        let detail = detail.get();
        detail.is_none_or(|it| it.line.rectification.state != State::Open)
    };
    let body = move || match (detail.get(), detail.error()) {
        (Some(found), _) => view! { <Whole found asked/> }.into_any(),
        (None, Some(error)) => {
            view! { <LoadProblem error on_retry=move || detail.reload()/> }.into_any()
        }
        (None, None) => view! { <Loading/> }.into_any(),
    };
    let span = Signal::derive(move || {
        let one = &detail.get()?.line.rectification;
        let due: NaiveDate = one.problem.due_on.checked_add_days(Days::new(MARGIN))?;
        Some((one.problem.found_on, due.max(platform::today())))
    });
    let revision =
        Signal::derive(move || detail.get().map_or(0, |it| it.line.rectification.revision));
    view! {
        <PageHeader back=Page::Rectifications>
            <Button
                small=true
                kind=ButtonKind::Secondary
                icon=lu::LuPencil
                disabled=Signal::derive(settled)
                on_click=move || {
                    let known = detail.get_untracked();
                    editing.set(known.map(|it| Editing::Existing(it.line.rectification.clone())));
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
        <ActDialog id revision span asked on_done=move || detail.reload()/>
    }
    .into_any()
}

#[component]
fn Whole(found: Arc<RectificationDetail>, asked: RwSignal<Option<Asked>>) -> impl IntoView {
    let f = use_format();
    let one = found.line.rectification.clone();
    let problem = one.problem.clone();
    let (tone, name) = look(one.state, found.line.overdue);
    let me = Device::get().account().map(|account| account.person_id);
    let is_own = me.is_some_and(|me| found.rectified_by.contains(&me));
    let (found_on, due_on) = (problem.found_on, problem.due_on);
    let whose: Vec<String> = [
        found.line.department_name.clone(),
        found.line.person_name.clone(),
    ]
    .into_iter()
    .flatten()
    .collect();
    let items: Vec<AnyView> = found
        .items
        .iter()
        .map(|(code, title)| {
            view! {
                <p><span class="numbers strong">{code.clone()}</span>" "{title.clone()}</p>
            }
            .into_any()
        })
        .collect();
    let task = problem
        .task_id
        .zip(found.task_title.clone())
        .map(|(id, title)| {
            let label = t("对应任务", "Task");
            view! { <Fact label><Go to=Page::OfficeTask(id)>{title}</Go></Fact> }
        });
    let (by_label, on_label, whose_label, due_label, measures_label, items_label) = (
        t("来源", "Found by"),
        t("发现日期", "Found on"),
        t("责任", "Who"),
        t("整改期限", "Due"),
        t("整改措施", "Measures"),
        t("测评项", "Items"),
    );
    let history_label = t("经过", "History");
    let history: Vec<AnyView> = found.history.iter().map(event).collect();
    let place = problem.place.clone();
    view! {
        <div class="stack">
            <div class="spread">
                <h1 class="problem-title">{problem.problem}</h1>
                <Badge tone=Signal::stored(tone) label=tp(name)/>
            </div>
            {(!place.is_empty()).then(|| view! { <p class="muted">{place}</p> })}
            {next(&one, is_own, asked)}
            <div class="before-after">
                {side(t("整改前", "Before"), &found.before)}
                {side(t("整改后", "After"), &found.after)}
            </div>
            <Card>
                <Facts>
                    <Fact label=measures_label>{problem.measures}</Fact>
                    <Fact label=whose_label>{whose.join(" · ")}</Fact>
                    <Fact label=due_label>{move || civil_date(f.lang(), due_on)}</Fact>
                    <Fact label=by_label>{tp(problem.found_by.name())}</Fact>
                    <Fact label=on_label>{move || civil_date(f.lang(), found_on)}</Fact>
                    <Fact label=items_label>{items}</Fact>
                    {task}
                </Facts>
            </Card>
            <Section title=history_label><Timeline>{history}</Timeline></Section>
        </div>
    }
    .into_any()
}

fn side(title: impl Into<TextProp>, lines: &[SubjectLine]) -> AnyView {
    let none = t("没有照片或记录", "No photos or records");
    let body = if lines.is_empty() {
        view! { <p class="muted">{none}</p> }.into_any()
    } else {
        subjects::shown(lines)
    };
    let title: TextProp = title.into();
    view! { <Card title=title>{body}</Card> }.into_any()
}

/// What is to be done next.
fn next(one: &Rectification, is_own: bool, asked: RwSignal<Option<Asked>>) -> AnyView {
    let (rectified, close, reopen) = (
        t("已整改，选照片", "Put right: choose the photos"),
        t("复核销号", "Check and close"),
        t("重新打开", "Open again"),
    );
    let own = t(
        "您是整改的人（或提交了整改后的记录），要由另一位同事复核销号。",
        "You put it right, or sent the record that shows it: a colleague has to check and close it.",
    );
    let button = move |what: Asked, kind: ButtonKind, label: TextProp| {
        view! {
            <Button kind=kind on_click=move || asked.set(Some(what))>
                {move || label.get()}
            </Button>
        }
        .into_any()
    };
    match one.state {
        State::Open => view! {
            <div class="cluster">{button(Asked::Rectified, ButtonKind::Primary, rectified.into())}</div>
        }
        .into_any(),
        State::Rectified if is_own => view! {
            <Banner tone=Tone::Info title=own>
                {button(Asked::Reopen, ButtonKind::Secondary, reopen.into())}
            </Banner>
        }
        .into_any(),
        State::Rectified => view! {
            <div class="cluster">
                {button(Asked::Close, ButtonKind::Primary, close.into())}
                {button(Asked::Reopen, ButtonKind::Secondary, reopen.into())}
            </div>
        }
        .into_any(),
        State::Closed => view! {
            <div class="cluster">{button(Asked::Reopen, ButtonKind::Secondary, reopen.into())}</div>
        }
        .into_any(),
    }
}

fn event(event: &Event) -> AnyView {
    let f = use_format();
    let (tone, zh, en) = match event.act {
        Act::Added => (Tone::Neutral, "登记", "Added"),
        Act::Edited => (Tone::Neutral, "修改", "Changed"),
        Act::Rectified => (Tone::Info, "整改完成", "Put right"),
        Act::Closed => (Tone::Success, "复核销号", "Checked and closed"),
        Act::Reopened => (Tone::Warning, "重新打开", "Opened again"),
    };
    let (at, by, note) = (event.at, event.by_name.clone(), event.note.clone());
    let title = move || format!("{} · {by}", f.lang().pick(zh, en));
    view! {
        <TimelineItem title at=move || f.day_time(at) tone>
            {(!note.is_empty()).then(|| view! { <p class="quote">{note}</p> })}
        </TimelineItem>
    }
    .into_any()
}

#[component]
fn ActDialog(
    id: RectificationId,
    revision: Signal<i64>,
    span: Signal<Option<(NaiveDate, NaiveDate)>>,
    asked: RwSignal<Option<Asked>>,
    #[prop(into)] on_done: Callback<()>,
) -> impl IntoView {
    let act = use_act();
    let (toasts, lang) = (use_toasts(), use_lang());
    let chosen = RwSignal::new(Vec::<Subject>::new());
    let note = RwSignal::new(String::new());
    Effect::new(move |_| {
        if asked.get().is_some() {
            act.forget_error();
            chosen.set(Vec::new());
            note.set(String::new());
        }
    });
    let send = move || {
        let Some(what) = asked.get_untracked() else {
            return;
        };
        let seen = Some(revision.get_untracked());
        let done = move |answer: Result<String, crate::http::CallError>| {
            if answer.is_ok() {
                asked.set(None);
                toasts.success(lang.get_untracked().pick("已保存", "Saved"));
                on_done.run(());
            }
        };
        let note = note.get_untracked();
        match what {
            Asked::Rectified => {
                let body = Rectified {
                    after: chosen.get_untracked(),
                    note,
                };
                act.send(
                    "POST",
                    format!("{PATH}/{id}/rectified"),
                    Some(&body),
                    seen,
                    done,
                );
            }
            Asked::Close => {
                act.send(
                    "POST",
                    format!("{PATH}/{id}/close"),
                    Some(&Note { note }),
                    seen,
                    done,
                );
            }
            Asked::Reopen => {
                act.send(
                    "POST",
                    format!("{PATH}/{id}/reopen"),
                    Some(&Note { note }),
                    seen,
                    done,
                );
            }
        }
    };
    let title = move || {
        let lang = lang.get();
        match asked.get() {
            Some(Asked::Close) => lang.pick("复核销号", "Check and close"),
            Some(Asked::Reopen) => lang.pick("重新打开", "Open again"),
            _ => lang.pick("整改完成", "Put right"),
        }
    };
    let save = t("确定", "Confirm");
    let footer = move || {
        view! {
            <Button
                kind=ButtonKind::Primary
                loading=act.busy()
                disabled=Signal::derive(move || {
                    asked.get() == Some(Asked::Rectified) && chosen.read().is_empty()
                })
                on_click=send
            >
                {save}
            </Button>
        }
    };
    let intro = t(
        "选出能看出已改好的记录，如手机上交的整改后照片；不用再拍再填。",
        "Choose the records that show it, such as photos sent by phone. Nothing is typed twice.",
    );
    let note_label = move || match asked.get() {
        Some(Asked::Reopen) => lang.get().pick("为什么重新打开", "Why it is opened again"),
        _ => lang.get().pick("备注（可不填）", "A note, if any"),
    };
    view! {
        <Dialog
            open=Signal::derive(move || asked.read().is_some())
            on_close=move || asked.set(None)
            title
            footer
            wide=true
        >
            <ActProblem error=Signal::derive(move || act.error()) fields=&["reason"]/>
            <div class="form">
                {move || {
                    (asked.get() == Some(Asked::Rectified))
                        .then(|| view! { <p class="muted">{intro}</p><SubjectPicker span chosen/> })
                }}
                <TextArea
                    name="note"
                    label=note_label
                    value=note
                    on_input=move |text| note.set(text)
                    error=act.field_error("reason")
                    max_length=500
                />
            </div>
        </Dialog>
    }
    .into_any()
}
