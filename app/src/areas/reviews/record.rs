//! One record as the reviewer reads it: who and what, what deserves attention, photos, answers,
//! conflicts, history; times, place and check-in beside.

use std::sync::Arc;

use domain::{
    Lang,
    api::office::SubmissionDetail,
    areas::submissions::{FieldConflict, ReviewState},
    forms::Environment,
};
use icondata_lu as lu;
use leptos::prelude::*;

use super::{
    answers::{AnswerList, label_of, text_of},
    circumstances::Circumstances,
    decision::Decision,
    files::RecordFiles,
    history::History,
    names,
    photos::{RecordPhotos, arrived, arrived_text, missing},
    sides::{AtActivity, Place, Times},
};
use crate::{
    areas::submissions::conflict::ConflictCard,
    components::{
        Tone,
        avatar::Avatar,
        status::{Badge, Banner},
    },
    i18n::{t, tf, tp, use_lang},
};

/// The whole record but the actions.
#[component]
pub fn RecordView(detail: Arc<SubmissionDetail>) -> impl IntoView {
    let lang = use_lang();
    let photos_title = {
        let (stored, all) = arrived(&detail);
        tf(move |lang| match (lang, all) {
            (Lang::Zh, 0) => "照片".to_owned(),
            (Lang::En, 0) => "Photos".to_owned(),
            (Lang::Zh, _) => format!("照片 · {}", arrived_text(lang, stored, all)),
            (Lang::En, _) => arrived_text(lang, stored, all),
        })
    };
    let photos_label = photos_title.clone();
    let answers_title = t("填写内容", "Answers");
    let form = detail.form.clone();
    let submission = detail.submission.clone();
    let version = submission.form_version.clone();
    let form_line = {
        let title = form.title.clone();
        move || match lang.get() {
            Lang::Zh => format!("{} · 第 {version} 版表单", title.get(Lang::Zh)),
            Lang::En => format!("{} · form version {version}", title.get(Lang::En)),
        }
    };
    view! {
        <article class="record">
            <Head detail=detail.clone()/>
            <Notices detail=detail.clone()/>
            <div class="record-grid">
                <div class="record-main">
                    <section class="record-part" aria-label=photos_label>
                        <h3 class="record-part-title">{photos_title}</h3>
                        <RecordPhotos detail=detail.clone()/>
                    </section>
                    <RecordFiles detail=detail.clone()/>
                    <section class="record-part" aria-label=answers_title>
                        <div class="spread">
                            <h3 class="record-part-title">{answers_title}</h3>
                            <span class="small muted">{form_line}</span>
                        </div>
                        <AnswerList
                            form
                            answers=submission.answers
                            environment=Environment::of(&submission.capture)
                        />
                    </section>
                    <History detail=detail.clone()/>
                </div>
                <div class="record-side">
                    <Times detail=detail.clone()/>
                    <Place detail=detail.clone()/>
                    <AtActivity detail/>
                </div>
            </div>
        </article>
    }
    .into_any()
}

/// What, who, and in which state.
#[component]
fn Head(detail: Arc<SubmissionDetail>) -> impl IntoView {
    let lang = use_lang();
    let submission = &detail.submission;
    let state = submission.state;
    let found = Circumstances::of(&submission.capture, submission.received_at);
    let late = found.waited.is_some() || found.written_after.is_some();
    let late_label = if found.written_after.is_some() {
        t("事后补记", "Written down later")
    } else {
        t("晚到", "Arrived late")
    };
    let album = detail.attachments.iter().any(|photo| {
        !photo.withdrawn && photo.source == domain::areas::attachments::PhotoSource::Album
    });
    let album_label = t("含相册照片", "Has album photos");
    let kind = detail.form.title.clone();
    let title = if submission.title.is_empty() {
        detail.form.title.get(Lang::Zh).to_owned()
    } else {
        submission.title.clone()
    };
    let who = match &detail.department_name {
        Some(department) => format!("{} · {department}", detail.author_name),
        None => detail.author_name.clone(),
    };
    view! {
        <header class="record-head">
            <div class="cluster">
                <Badge
                    tone=names::state_tone(state)
                    icon=names::state_icon(state)
                    label=tp(names::state_name(state))
                />
                <span class="muted">{move || kind.get(lang.get()).to_owned()}</span>
                {late
                    .then(|| {
                        view! { <Badge tone=Tone::Warning icon=lu::LuHourglass label=late_label/> }
                    })}
                {album
                    .then(|| {
                        view! { <Badge tone=Tone::Warning icon=lu::LuImages label=album_label/> }
                    })}
            </div>
            <h2 class="record-title">{title}</h2>
            <p class="record-author">
                <Avatar name=detail.author_name.clone()/>
                <span>{who}</span>
            </p>
        </header>
    }
    .into_any()
}

/// What deserves the reviewer's attention before the decision.
#[component]
fn Notices(detail: Arc<SubmissionDetail>) -> impl IntoView {
    let submission = &detail.submission;
    let note = submission.review_note.clone();
    let note_title = match submission.state {
        ReviewState::Returned => Some(t(
            "已退回，等待作者修改",
            "Returned; the author is to correct it",
        )),
        ReviewState::Voided => Some(t("已作废", "Voided")),
        ReviewState::Submitted if !note.is_empty() => {
            Some(t("上次退回的原因", "Why it was returned before"))
        }
        _ => None,
    };
    let missing = missing(&detail);
    let missing_title = tf(move |lang| match lang {
        Lang::Zh => format!("还有 {missing} 份照片或文件在手机上"),
        Lang::En => format!("{missing} photos or files are still on the phone"),
    });
    let missing_text = t(
        "手机联网后会自动传来，不用作者重做。可以先等照片到齐再审核。",
        "They come by themselves once the phone has a network. You may wait for them before deciding.",
    );
    let incomplete = submission.state != ReviewState::Approved
        && detail
            .form
            .done(&submission.answers, &Environment::of(&submission.capture))
            == Some(false);
    let incomplete_title = t(
        "按表单的要求，这条记录还不算完整",
        "By its form’s rule this record isn’t complete yet",
    );
    let incomplete_text = t(
        "可以先通过，也可以退回请作者补充。",
        "You may approve it all the same, or return it.",
    );
    let conflicts = submission.conflicts.clone();
    view! {
        <div class="record-notices">
            {note_title
                .map(|title| {
                    view! {
                        <Banner tone=Tone::Warning title>
                            {(!note.is_empty()).then(|| view! { <p class="prose">{note}</p> })}
                        </Banner>
                    }
                })}
            {(missing > 0)
                .then(|| {
                    view! {
                        <Banner tone=Tone::Info title=missing_title>
                            <p>{missing_text}</p>
                        </Banner>
                    }
                })}
            {incomplete
                .then(|| {
                    view! {
                        <Banner tone=Tone::Info title=incomplete_title>
                            <p>{incomplete_text}</p>
                        </Banner>
                    }
                })}
            {(!conflicts.is_empty()).then(|| view! { <Conflicts detail=detail.clone()/> })}
        </div>
    }
    .into_any()
}

/// Questions that two phones changed at once, both values side by side.
#[component]
fn Conflicts(detail: Arc<SubmissionDetail>) -> impl IntoView {
    let title = t(
        "同一处被两台手机改成了不同内容",
        "Two phones changed the same answer differently",
    );
    let text = t(
        "点“用这个”选定；两份都留在历史里。不选直接通过，就是采用左边的。",
        "Choose with “Use this”; both stay in the history. Approving without choosing keeps the left one.",
    );
    let cards = detail
        .submission
        .conflicts
        .iter()
        .map(|conflict| conflict_card(&detail, conflict.clone()))
        .collect_view();
    view! {
        <section class="conflicts" aria-label=title>
            <Banner tone=Tone::Warning title>
                <p>{text}</p>
            </Banner>
            {cards}
        </section>
    }
    .into_any()
}

fn conflict_card(detail: &Arc<SubmissionDetail>, conflict: FieldConflict) -> AnyView {
    let lang = use_lang();
    let by_author = conflict.by == detail.submission.author_id;
    let name = detail.author_name.clone();
    let other_by = tf(move |lang| match (lang, by_author) {
        (Lang::Zh, true) => format!("另一份修改（{name}）"),
        (Lang::En, true) => format!("The other change ({name})"),
        (Lang::Zh, false) => "另一份修改（他人）".to_owned(),
        (Lang::En, false) => "The other change (somebody else)".to_owned(),
    });
    let question = conflict.question.clone();
    let label = {
        let (detail, question) = (detail.clone(), question.clone());
        move || label_of(&detail.form, &question, lang.get())
    };
    let text = |answer: Option<domain::forms::Answer>| {
        let (detail, question) = (detail.clone(), question.clone());
        move || text_of(&detail.form, &question, answer.as_ref(), lang.get())
    };
    let answers = &detail.submission.answers;
    let stands = answers.get(&conflict.question).cloned();
    let (kept, other) = (text(stands.clone()), text(conflict.theirs.clone()));
    let decision = use_context::<Decision>();
    let busy = decision.map_or_else(|| Signal::stored(false), Decision::busy);
    let on_choose = decision.map(|decision| {
        Callback::new(move |theirs| {
            let value = if theirs { &conflict.theirs } else { &stands };
            decision.choose(question.clone(), value.clone());
        })
    });
    view! { <ConflictCard label kept other_by other on_choose busy/> }.into_any()
}
