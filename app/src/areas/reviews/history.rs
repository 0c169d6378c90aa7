//! Every version of a record, the latest first, with what changed in it.

use std::sync::Arc;

use domain::{
    api::office::{SubmissionDetail, SubmissionVersion},
    forms::{Answer, Environment},
};
use icondata_core::Icon as IconData;
use icondata_lu as lu;
use leptos::prelude::*;

use super::{
    answers::{AnswerList, label_of, text_of},
    changes::{Change, Step, changes, step},
};
use crate::{
    components::{
        Tone,
        surface::{Timeline, TimelineItem},
    },
    i18n::{t, tf, use_format, use_lang},
};

#[component]
pub fn History(detail: Arc<SubmissionDetail>) -> impl IntoView {
    let title = t("经过", "History");
    let items = (0..detail.versions.len())
        .rev()
        .map(|index| version(&detail, index))
        .collect_view();
    view! {
        <section class="record-part" aria-label=title>
            <h3 class="record-part-title">{title}</h3>
            <Timeline>{items}</Timeline>
        </section>
    }
    .into_any()
}

fn look(step: Step) -> ((&'static str, &'static str), Tone, IconData) {
    match step {
        Step::First => (("提交", "Sent"), Tone::Info, lu::LuSend),
        Step::Amended => (
            ("修改后重新提交", "Corrected and sent again"),
            Tone::Info,
            lu::LuPencil,
        ),
        Step::Resubmitted => (("重新提交", "Sent again"), Tone::Info, lu::LuSend),
        Step::Approved => (("审核通过", "Approved"), Tone::Success, lu::LuCheck),
        Step::Returned => (("退回修改", "Returned"), Tone::Warning, lu::LuUndo2),
        Step::Voided => (("作废", "Voided"), Tone::Neutral, lu::LuBan),
    }
}

fn version(detail: &Arc<SubmissionDetail>, index: usize) -> Option<AnyView> {
    let f = use_format();
    let current: &SubmissionVersion = detail.versions.get(index)?;
    let before = index.checked_sub(1).and_then(|at| detail.versions.get(at));
    let what = step(
        before.map(|version| &version.submission),
        &current.submission,
    );
    let ((zh, en), tone, icon) = look(what);
    let by = current.by_name.clone();
    let title = tf(move |lang| format!("{} · {by}", lang.pick(zh, en)));
    let at = current.at;
    let found = before.map_or_else(Vec::new, |before| {
        changes(
            &detail.form,
            &before.submission.answers,
            &current.submission.answers,
        )
    });
    let note = current.note.clone();
    let found = (!found.is_empty()).then(|| change_list(detail, found));
    let whole = matches!(what, Step::First | Step::Amended | Step::Resubmitted)
        && index + 1 < detail.versions.len();
    let see = t("看这一版的全部内容", "See all of this version");
    let form = detail.form.clone();
    let submission = current.submission.clone();
    let open = RwSignal::new(false);
    let list = move || {
        open.get().then(|| {
            view! {
                <AnswerList
                    form=form.clone()
                    answers=submission.answers.clone()
                    environment=Environment::of(&submission.capture)
                />
            }
        })
    };
    Some(
        view! {
            <TimelineItem title at=move || f.day_time(at) tone icon>
                {(!note.is_empty()).then(|| view! { <p class="history-note prose">{note}</p> })}
                {found}
                {whole
                    .then(|| {
                        view! {
                            <details class="history-whole" on:toggle=move |_| open.set(true)>
                                <summary>{see}</summary>
                                {list}
                            </details>
                        }
                    })}
            </TimelineItem>
        }
        .into_any(),
    )
}

fn change_list(detail: &Arc<SubmissionDetail>, found: Vec<Change>) -> AnyView {
    let lang = use_lang();
    let was = t("原来", "Before");
    let is = t("改为", "After");
    let items = found
        .into_iter()
        .map(|change| {
            let detail = detail.clone();
            let name = change.question.clone();
            let label = {
                let detail = detail.clone();
                let name = name.clone();
                move || label_of(&detail.form, &name, lang.get())
            };
            let text = move |answer: Option<Answer>| {
                let detail = detail.clone();
                let name = name.clone();
                move || text_of(&detail.form, &name, answer.as_ref(), lang.get())
            };
            view! {
                <div class="change">
                    <dt>{label}</dt>
                    <dd>
                        <del>
                            <span class="sr-only">{was}</span>
                            {text(change.before)}
                        </del>
                        <ins>
                            <span class="sr-only">{is}</span>
                            {text(change.after)}
                        </ins>
                    </dd>
                </div>
            }
        })
        .collect_view();
    view! { <dl class="changes">{items}</dl> }.into_any()
}
