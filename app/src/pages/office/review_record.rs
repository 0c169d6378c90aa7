//! One record under review, on a page of its own; after the decision the queue's next one.

use domain::{SubmissionId, api::office::SubmissionDetail, areas::submissions::Submission};
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    areas::evidence::card::ProvesCard,
    areas::reviews::{
        decision::{DecisionBar, use_decision, use_said},
        keys_help::KeysHelp,
        memory,
        record::RecordView,
    },
    components::{
        button::{IconButton, IconLink},
        page_header::PageHeader,
    },
    i18n::t,
    office::{LoadProblem, Loading, Remote, Stale, use_remote},
    platform::keys::{self, Key},
    routing::{Page, use_go, use_replace},
};

#[component]
pub fn ReviewRecordPage(id: SubmissionId) -> impl IntoView {
    let detail: Remote<SubmissionDetail> =
        use_remote(move || Some(format!("/api/office/submissions/{id}"))).every(20);
    let said = use_said();
    let go = use_go();
    let replace = use_replace();
    let after = replace.clone();
    let decision = use_decision(
        Signal::derive(move || detail.get()),
        Callback::new(move |submission: Submission| {
            said(submission.state);
            match memory::after_decision(id) {
                Some(next) => after(Page::ReviewRecord(next)),
                None => after(Page::Review),
            }
        }),
        Callback::new(move |()| detail.reload()),
    );
    let help = RwSignal::new(false);
    keys::on_keys(move |key: Key| {
        let step = |by| {
            if let Some(next) = memory::neighbor(id, by) {
                replace(Page::ReviewRecord(next));
            }
        };
        match key.name.as_str() {
            "j" | "J" => step(1),
            "k" | "K" => step(-1),
            "a" | "A" => decision.approve(),
            "r" | "R" => decision.ask_reason(),
            "u" | "U" => go(Page::Review),
            "?" | "？" => help.set(true),
            _ => return false,
        }
        true
    });
    let previous = t("上一条", "Previous record");
    let next = t("下一条", "Next record");
    let keys_label = t("快捷键", "Keyboard");
    let shown = Memo::new(move |_| detail.get());
    let body = move || match (shown.get(), detail.error()) {
        (Some(detail), _) => {
            let state = detail.submission.state;
            view! {
                <RecordView detail/>
                <ProvesCard id state/>
            }
            .into_any()
        }
        (None, Some(error)) => {
            view! { <LoadProblem error on_retry=move |()| detail.reload()/> }.into_any()
        }
        (None, None) => view! { <Loading rows=8/> }.into_any(),
    };
    let stale = Signal::derive(move || detail.error().filter(|_| detail.get().is_some()));
    let before_id = memory::neighbor(id, -1);
    let after_id = memory::neighbor(id, 1);
    view! {
        <PageHeader back=Page::Review>
            {before_id
                .map(|id| {
                    view! { <IconLink to=Page::ReviewRecord(id) icon=lu::LuChevronUp label=previous/> }
                })}
            {after_id
                .map(|id| {
                    view! { <IconLink to=Page::ReviewRecord(id) icon=lu::LuChevronDown label=next/> }
                })}
            <span class="wide-only">
                <IconButton icon=lu::LuKeyboard label=keys_label on_click=move |()| help.set(true)/>
            </span>
        </PageHeader>
        <div class="page page-wide record-page">
            <Stale error=stale on_retry=move |()| detail.reload()/>
            {body}
        </div>
        <DecisionBar decision/>
        <KeysHelp open=help/>
    }
    .into_any()
}
