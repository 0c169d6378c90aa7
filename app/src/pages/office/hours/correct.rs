//! Corrects somebody's minutes at one activity, notes their consent, and leads to their draft.

use domain::api::hours::{Correct, HourLine, SetConsent};
use icondata_lu as lu;
use leptos::prelude::*;

use super::PATH;
use crate::{
    components::{
        button::{Button, ButtonKind},
        choice::CheckBox,
        dialog::Dialog,
        field::{TextArea, TextField, TextKind},
        icon::Icon,
        toast::use_toasts,
    },
    http::CallError,
    i18n::{t, tf, use_format, use_lang},
    office::{ActProblem, use_act},
};

#[component]
pub(super) fn CorrectDialog(
    editing: RwSignal<Option<HourLine>>,
    /// The period's query.
    #[prop(into)]
    period: Signal<String>,
    #[prop(into)] on_saved: Callback<()>,
) -> impl IntoView {
    let act = use_act();
    let toasts = use_toasts();
    let (lang, f) = (use_lang(), use_format());
    let (minutes, reason) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let consents = RwSignal::new(false);
    Effect::new(move |_| {
        act.forget_error();
        let line = editing.get();
        minutes.set(
            line.as_ref()
                .map(|it| it.minutes.to_string())
                .unwrap_or_default(),
        );
        reason.set(String::new());
        consents.set(line.is_some_and(|it| it.consents));
    });
    let done = move |answer: Result<String, CallError>| {
        if answer.is_ok() {
            editing.set(None);
            on_saved.run(());
            toasts.success(lang.get_untracked().pick("已保存", "Saved"));
        }
    };
    let send = move |minutes: Option<i64>| {
        let Some(line) = editing.get_untracked() else {
            return;
        };
        let body = Correct {
            activity_id: line.activity_id,
            person_id: line.person_id,
            minutes,
            reason: reason.get_untracked(),
        };
        act.send("POST", format!("{PATH}/correct"), Some(&body), None, done);
    };
    let save = move || send(minutes.get_untracked().trim().parse().ok());
    let undo = move || send(None);
    let note_consent = move |value: bool| {
        let Some(line) = editing.get_untracked() else {
            return;
        };
        consents.set(value);
        let body = SetConsent {
            person_id: line.person_id,
            consents: value,
        };
        let path = format!("{PATH}/consent");
        act.send("PUT", path, Some(&body), None, move |answer| {
            if answer.is_ok() {
                on_saved.run(());
            } else {
                consents.set(!value);
            }
        });
    };
    let is_corrected = move || {
        editing.with(|line| {
            let correction = line.as_ref().and_then(|it| it.correction.as_ref());
            correction.is_some_and(|it| it.minutes.is_some())
        })
    };
    let title =
        move || editing.with(|line| line.as_ref().map(|it| it.name.clone()).unwrap_or_default());
    let about = tf(move |lang| {
        editing.with(|line| {
            let Some(line) = line else {
                return String::new();
            };
            let recorded = f.duration(line.recorded);
            lang.pick(
                format!("{}：签到签退记录为 {recorded}。更正不会改动原始记录。", line.activity),
                format!(
                    "{}: {recorded} by check-in and check-out. A correction leaves those as they are.",
                    line.activity
                ),
            )
        })
    });
    let draft = move || {
        let person = editing.with(|line| line.as_ref().map(|it| it.person_id.to_string()));
        let person = person.unwrap_or_default();
        format!(
            "{PATH}/certificate.docx?{}&person_id={person}",
            period.get()
        )
    };
    let (minutes_label, unit, reason_label, hint) = (
        t("计入时长", "Time that counts"),
        t("分钟", "minutes"),
        t("更正原因", "Why"),
        t(
            "写清依据，例如谁证明、哪里看得到",
            "What it rests on, such as who confirms it",
        ),
    );
    let (save_label, undo_label, draft_label, consent_label) = (
        t("保存更正", "Save"),
        t("恢复原记录", "As recorded"),
        t("下载本人底稿", "Draft of the certificate"),
        t(
            "本人同意公示服务记录",
            "Agreed that the service is made public",
        ),
    );
    let footer = move || {
        view! {
            {move || {
                is_corrected()
                    .then(|| {
                        view! {
                            <Button loading=act.busy() on_click=undo>
                                {undo_label}
                            </Button>
                        }
                    })
            }}
            <Button
                kind=ButtonKind::Primary
                loading=act.busy()
                disabled=Signal::derive(move || {
                    reason.read().trim().is_empty() || minutes.read().trim().parse::<i64>().is_err()
                })
                on_click=save
            >
                {save_label}
            </Button>
        }
    };
    view! {
        <Dialog
            open=Signal::derive(move || editing.read().is_some())
            on_close=move || editing.set(None)
            title
            footer
        >
            <ActProblem error=Signal::derive(move || act.error()) fields=&["minutes", "reason"]/>
            <p class="muted">{about.clone()}</p>
            <TextField
                name="minutes"
                label=minutes_label
                value=minutes
                on_input=move |text| minutes.set(text)
                kind=TextKind::Integer
                unit
                error=act.field_error("minutes")
                required=true
            />
            <TextArea
                name="reason"
                label=reason_label
                hint
                value=reason
                on_input=move |text| reason.set(text)
                error=act.field_error("reason")
                max_length=500
                required=true
            />
            <CheckBox name="consents" checked=consents on_change=note_consent>
                {consent_label}
            </CheckBox>
            <a class="button button-ghost button-small" href=draft download="">
                <Icon icon=lu::LuFileText/>
                <span class="button-label">{draft_label}</span>
            </a>
        </Dialog>
    }
    .into_any()
}
