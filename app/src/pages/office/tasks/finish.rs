//! The dialog that finishes an occurrence: by what shows it, or with the office's reason.

use chrono::{Days, NaiveDate};
use domain::{
    TaskId,
    api::tasks::Finish,
    areas::{evidence::Subject, tasks::Task},
    tasks::Occurrence,
};
use leptos::prelude::*;

use super::PATH;
use crate::{
    components::{
        button::{Button, ButtonKind},
        dialog::Dialog,
        field::{TextArea, TextField, TextKind},
        toast::use_toasts,
    },
    http,
    i18n::{civil_date, t, use_lang},
    office::{ActProblem, use_act},
    pages::office::subjects::SubjectPicker,
    platform,
};

/// Records from so long before an occurrence begins until so long after its deadline can show it, in days.
const MARGIN: u64 = 45;

#[component]
pub(super) fn FinishDialog(
    id: TaskId,
    #[prop(into)] revision: Signal<i64>,
    /// What is to be finished; of a task as needed the day may be changed.
    finishing: RwSignal<Option<(Occurrence, bool)>>,
    #[prop(into)] on_done: Callback<()>,
) -> impl IntoView {
    let act = use_act();
    let (toasts, lang) = (use_toasts(), use_lang());
    let chosen = RwSignal::new(Vec::<Subject>::new());
    let (reason, day) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    Effect::new(move |_| {
        if let Some((occurrence, _)) = finishing.get() {
            act.forget_error();
            chosen.set(Vec::new());
            reason.set(String::new());
            day.set(occurrence.by.to_string());
        }
    });
    let span = Signal::derive(move || {
        let (occurrence, _) = finishing.get()?;
        Some((
            occurrence.from.checked_sub_days(Days::new(MARGIN))?,
            occurrence
                .by
                .checked_add_days(Days::new(MARGIN))?
                .max(platform::today()),
        ))
    });
    let save = move || {
        let Ok(occurrence) = day.get_untracked().parse::<NaiveDate>() else {
            return;
        };
        let finish = Finish {
            occurrence,
            subjects: chosen.get_untracked(),
            reason: reason.get_untracked(),
        };
        let path = format!("{PATH}/{id}/finish");
        let seen = Some(revision.get_untracked());
        act.send("POST", path, Some(&finish), seen, move |answer| {
            if answer.and_then(|body| http::read::<Task>(&body)).is_ok() {
                finishing.set(None);
                toasts.success(lang.get_untracked().pick("已办结", "Done"));
                on_done.run(());
            }
        });
    };
    let title = move || {
        let lang = lang.get();
        let by = finishing
            .get()
            .map(|(occurrence, _)| civil_date(lang, occurrence.by));
        let by = by.unwrap_or_default();
        lang.pick(format!("办结：{by}"), format!("Done: {by}"))
    };
    let label = t("办结", "Mark as done");
    let nothing = move || chosen.read().is_empty() && reason.read().trim().is_empty();
    let footer = move || {
        view! {
            <Button
                kind=ButtonKind::Primary
                loading=act.busy()
                disabled=Signal::derive(nothing)
                on_click=save
            >
                {label}
            </Button>
        }
    };
    let intro = t(
        "选出能证明完成的记录、活动或文件，办结后一直挂在这一期下面。",
        "Choose the records, activities or files that show it. They stay linked with it.",
    );
    let reason_label = t("没有可选的：写明理由", "If there is nothing to choose: why");
    let day_label = t("哪天完成的", "When it was done");
    view! {
        <Dialog
            open=Signal::derive(move || finishing.read().is_some())
            on_close=move || finishing.set(None)
            title
            footer
            wide=true
        >
            <ActProblem error=Signal::derive(move || act.error()) fields=&["reason", "occurrence"]/>
            <div class="form">
                {move || {
                    matches!(*finishing.read(), Some((_, true)))
                        .then(|| {
                            view! {
                                <TextField
                                    name="occurrence"
                                    label=day_label
                                    kind=TextKind::Date
                                    value=day
                                    on_input=move |text| day.set(text)
                                    error=act.field_error("occurrence")
                                />
                            }
                        })
                }}
                <p class="muted">{intro}</p>
                <SubjectPicker span chosen/>
                <TextArea
                    name="reason"
                    label=reason_label
                    value=reason
                    on_input=move |text| reason.set(text)
                    error=act.field_error("reason")
                    max_length=500
                />
            </div>
        </Dialog>
    }
    .into_any()
}
