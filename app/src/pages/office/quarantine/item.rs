//! One held operation, with what can be done about it; the reason for closing one.

use domain::{
    Lang, PersonId,
    api::office::{Acceptance, Assignment, Closing, QuarantineLine},
    areas::people::Role,
    refusal::Refusal,
};
use icondata_lu as lu;
use leptos::prelude::*;

use super::{Desk, PATH};
use crate::{
    areas::quarantine::{TakingIn, advice, readable, subject, taking_in},
    components::{
        Tone,
        button::{Button, ButtonKind},
        choice::{Choice, DropDown},
        dialog::Dialog,
        field::TextArea,
        icon::Icon,
        status::Badge,
        toast::use_toasts,
    },
    i18n::{t, tf, tp, use_format, use_lang},
    office::{ActProblem, use_act},
};

#[component]
pub(super) fn OpenItem(desk: Desk, line: QuarantineLine, refusal: Refusal) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let (act, assigning) = (use_act(), use_act());
    let op_id = line.op_id;
    let accept = move || {
        let path = format!("{PATH}/{op_id}/accept");
        act.send(
            "POST",
            path,
            Some(&Acceptance::default()),
            None,
            move |answer| {
                if answer.is_ok() {
                    desk.lines.reload();
                    toasts.success(lang.get_untracked().pick("已采纳入账", "Taken in"));
                }
            },
        );
    };
    let assign = move |person: String| {
        let path = format!("{PATH}/{op_id}/assign");
        let person_id = person.parse::<PersonId>().ok();
        let assignment = Assignment { person_id };
        assigning.send("POST", path, Some(&assignment), None, move |answer| {
            if answer.is_ok() {
                desk.lines.reload();
            }
        });
    };
    let assigned = line
        .assigned_to
        .map(|id| id.to_string())
        .unwrap_or_default();
    let people = Signal::derive(move || {
        let nobody = Choice::new("", lang.get().pick("还没有人跟进", "Nobody looks after it"));
        let all = desk.people.get();
        let staff = all.iter().flat_map(|all| all.iter());
        let staff = staff
            .filter(|member| member.active && member.role >= Role::Recorder)
            .map(|member| Choice::new(member.id.to_string(), member.name.clone()));
        std::iter::once(nobody).chain(staff).collect::<Vec<_>>()
    });
    let next = tp(advice(&refusal));
    let said = t("作者的手机上写着：", "The author’s phone says: ");
    let (code, message) = (refusal.code(), refusal.clone());
    let take_in = t("采纳入账", "Take it in");
    let correct_label = t("更正后采纳", "Correct and take in");
    let close_label = t("不予采纳", "Don’t take it in");
    let who_label = t("跟进人", "Looked after by");
    let way = taking_in(&refusal, line.has_answers);
    let (to_correct, to_close) = (line.clone(), line.clone());
    let correct = move || desk.correcting.set(Some(to_correct.clone()));
    let first = match way {
        TakingIn::AsItIs => Some(
            view! {
                <Button
                    kind=ButtonKind::Primary
                    small=true
                    icon=lu::LuCheck
                    loading=act.busy()
                    on_click=accept
                >
                    {take_in}
                </Button>
            }
            .into_any(),
        ),
        TakingIn::Corrected => Some(
            view! {
                <Button kind=ButtonKind::Primary small=true icon=lu::LuPencil on_click=correct>
                    {correct_label}
                </Button>
            }
            .into_any(),
        ),
        TakingIn::No => None,
    };
    view! {
        <li class="held-item">
            <span class="held-icon">
                <Icon icon=lu::LuShieldAlert/>
            </span>
            <div class="held-body">
                <Meta line=line.clone()/>
                <p class="held-reason">{next}</p>
                <p class="muted">{said} {move || message.message(lang.get())}</p>
                <Original raw=line.raw.clone() code/>
                <ActProblem error=Signal::derive(move || act.error().or(assigning.error()))/>
                <div class="held-acts">
                    {first}
                    <Button
                        kind=ButtonKind::Ghost
                        small=true
                        icon=lu::LuX
                        on_click=move || desk.closing.set(Some(to_close.clone()))
                    >
                        {close_label}
                    </Button>
                    <DropDown
                        name=format!("assigned-{op_id}")
                        label=who_label
                        choices=people
                        value=Signal::stored(assigned)
                        on_change=assign
                        compact=true
                    />
                </div>
            </div>
        </li>
    }
    .into_any()
}

#[component]
pub(super) fn DecidedItem(line: QuarantineLine) -> impl IntoView {
    let f = use_format();
    let closed = line.decided.as_ref().and_then(|it| it.closed.clone());
    let corrected = line.decided.as_ref().is_some_and(|it| it.corrected);
    let taken_in = closed.is_none();
    let tone = if taken_in {
        Tone::Success
    } else {
        Tone::Neutral
    };
    let label = match (taken_in, corrected) {
        (true, true) => t("更正后已采纳", "Taken in with a correction"),
        (true, false) => t("已采纳入账", "Taken in"),
        (false, _) => t("不予采纳", "Not taken in"),
    };
    let decided = line.decided.clone();
    let who = tf(move |lang| {
        let Some(decided) = &decided else {
            return String::new();
        };
        let at = f.day_time(decided.at);
        lang.pick(
            format!("{} 于 {at} 处理", decided.by_name),
            format!("Decided by {}, {at}", decided.by_name),
        )
    });
    view! {
        <li class="held-item">
            <span class="held-icon is-done">
                <Icon icon=if taken_in { lu::LuShieldCheck } else { lu::LuShieldX }/>
            </span>
            <div class="held-body">
                <Meta line=line.clone()/>
                <p class="cluster"><Badge tone label/> <span class="muted">{who}</span></p>
                {closed.map(|reason| view! { <p class="quote">{reason}</p> })}
                <Original raw=line.raw.clone() code=""/>
            </div>
        </li>
    }
    .into_any()
}

/// What it is about, from whom, since when.
#[component]
fn Meta(line: QuarantineLine) -> impl IntoView {
    let f = use_format();
    let lang = use_lang();
    let at = line.received_at;
    let (person, device) = (line.person_name.clone(), line.device_name.clone());
    let who = move || {
        let person = if person.is_empty() {
            lang.get().pick("不明账号", "Unknown account").to_owned()
        } else {
            person.clone()
        };
        let parts = [person, device.clone(), f.ago(at)];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(" · ")
    };
    view! {
        <p class="held-meta">
            <span class="strong clamp-2">{move || subject(lang.get(), &line)}</span>
            <span class="muted">{who}</span>
        </p>
    }
    .into_any()
}

#[component]
fn Original(raw: String, code: &'static str) -> impl IntoView {
    let unfold = t("查看原文", "See the original");
    let label = t("原文", "Original");
    view! {
        <details class="held-raw">
            <summary>
                {unfold} <code class="muted small">{code}</code>
            </summary>
            <pre tabindex="0" aria-label=label>{readable(&raw)}</pre>
        </details>
    }
    .into_any()
}

/// Asks why, and closes; what was typed stays when the server can't be reached.
#[component]
pub(super) fn CloseDialog(desk: Desk) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let act = use_act();
    let reason = RwSignal::new(String::new());
    let opened = desk.closing;
    Effect::new(move |_| {
        opened.track();
        act.forget_error();
        reason.set(String::new());
    });
    let send = move || {
        let Some(line) = opened.get_untracked() else {
            return;
        };
        let path = format!("{PATH}/{}/close", line.op_id);
        let closing = Closing {
            reason: reason.get_untracked(),
        };
        act.send("POST", path, Some(&closing), None, move |answer| {
            if answer.is_ok() {
                opened.set(None);
                desk.lines.reload();
                let said = match lang.get_untracked() {
                    Lang::Zh => "已关闭，作者手机上会显示原因",
                    Lang::En => "Closed; the author’s phone shows why",
                };
                toasts.success(said);
            }
        });
    };
    let title = t("不予采纳", "Don’t take it in");
    let label = t("原因", "Reason");
    let hint = t(
        "作者会在手机上看到这句话；原文仍完整保留。",
        "The author reads this on the phone. The original stays kept whole.",
    );
    let close = t("关闭这一条", "Close it");
    let footer = move || {
        view! {
            <Button kind=ButtonKind::Primary loading=act.busy() on_click=send>
                {close}
            </Button>
        }
        .into_any()
    };
    view! {
        <Dialog
            open=Signal::derive(move || opened.read().is_some())
            on_close=move || opened.set(None)
            title
            footer
        >
            <ActProblem error=Signal::derive(move || act.error()) fields=&["reason"]/>
            <TextArea
                name="close-reason"
                label
                hint
                value=reason
                on_input=move |text| reason.set(text)
                error=act.field_error("reason")
                max_length=500
                required=true
            />
        </Dialog>
    }
    .into_any()
}
