//! What was received but refused by a rule: why, from whom, its whole content; taking it in, handing it
//! to somebody, closing it with a reason.

mod correct;
mod item;

use std::sync::Arc;

use domain::{
    Lang,
    api::office::{Member, QuarantineLine},
};
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::{
        button::{ButtonLink, IconButton},
        choice::{Choice, Segmented},
        page_header::PageHeader,
        status::{Art, EmptyState},
        surface::Toolbar,
    },
    i18n::{counted, t, tf, use_lang},
    office::{LoadProblem, Loading, Remote, Stale, use_remote},
    routing::Page,
};
use correct::CorrectDialog;
use item::{CloseDialog, DecidedItem, OpenItem};

const PATH: &str = "/api/office/quarantine";

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Desk {
    lines: Remote<Vec<QuarantineLine>>,
    people: Remote<Vec<Member>>,
    /// The one whose answers are being corrected.
    correcting: RwSignal<Option<QuarantineLine>>,
    /// The one that is being closed.
    closing: RwSignal<Option<QuarantineLine>>,
}

#[component]
pub fn QuarantinePage() -> impl IntoView {
    let lang = use_lang();
    let shown = RwSignal::new("open".to_owned());
    let lines: Remote<Vec<QuarantineLine>> = use_remote(move || {
        let decided = shown.get() == "decided";
        Some(format!("{PATH}?decided={decided}"))
    })
    .every(60);
    let desk = Desk {
        lines,
        people: use_remote(|| Some("/api/office/people".to_owned())),
        correcting: RwSignal::new(None),
        closing: RwSignal::new(None),
    };
    let refresh = t("刷新", "Refresh");
    let receipts = t("核对回执", "Check a receipt");
    let which = t("显示哪些", "Which ones");
    let choices = Signal::derive(move || {
        let lang = lang.get();
        vec![
            Choice::new("open", lang.pick("待处理", "Open")),
            Choice::new("decided", lang.pick("已处理", "Decided")),
        ]
    });
    let intro = t(
        "这些内容已经收到并完整保存，但有一条规则不允许直接入账，需要人来看一看。什么都不会丢。",
        "These were received and kept whole, but a rule keeps them from being taken in; a person has to look. Nothing is lost.",
    );
    let empty_title = t("没有待处理的内容", "Nothing is held");
    let empty_text = t(
        "收到的每一条都已正常入账。",
        "Everything that arrived was taken in.",
    );
    let none_decided = t("还没有处理过的内容", "Nothing has been decided yet");
    let body = move || match (lines.get(), lines.error()) {
        (Some(all), _) if all.is_empty() && shown.get() == "open" => {
            view! { <EmptyState art=Art::Done title=empty_title text=empty_text/> }.into_any()
        }
        (Some(all), _) if all.is_empty() => view! { <EmptyState title=none_decided/> }.into_any(),
        (Some(all), _) => {
            let items: Vec<AnyView> = all.iter().map(|line| item(desk, line)).collect();
            view! {
                <p class="muted">{intro}</p>
                <ul class="held">{items}</ul>
            }
            .into_any()
        }
        (None, Some(error)) => {
            view! { <LoadProblem error on_retry=move |()| lines.reload()/> }.into_any()
        }
        (None, None) => view! { <Loading/> }.into_any(),
    };
    let stale = Signal::derive(move || lines.error().filter(|_| lines.get().is_some()));
    let count = tf(move |lang| {
        let n = lines.get().map_or(0, |all: Arc<Vec<_>>| all.len());
        match lang {
            _ if n == 0 => String::new(),
            Lang::Zh => format!("{n} 条"),
            Lang::En => counted(n as i64, "item", "items"),
        }
    });
    view! {
        <PageHeader subtitle=count>
            <ButtonLink to=Page::Receipts icon=lu::LuFileCheck small=true>
                {receipts}
            </ButtonLink>
            <IconButton icon=lu::LuRefreshCw label=refresh on_click=move |()| lines.reload()/>
        </PageHeader>
        <div class="page">
            <Toolbar>
                <Segmented
                    name="shown"
                    label=which
                    choices
                    value=shown
                    on_change=move |value| shown.set(value)
                />
            </Toolbar>
            <Stale error=stale on_retry=move |()| lines.reload()/>
            {body}
        </div>
        <CorrectDialog desk/>
        <CloseDialog desk/>
    }
    .into_any()
}

fn item(desk: Desk, line: &QuarantineLine) -> AnyView {
    let line = line.clone();
    match line.refusal.clone() {
        Some(refusal) if line.decided.as_ref().is_none_or(|it| it.closed.is_none()) => {
            view! { <OpenItem desk line refusal/> }.into_any()
        }
        _ => view! { <DecidedItem line/> }.into_any(),
    }
}
