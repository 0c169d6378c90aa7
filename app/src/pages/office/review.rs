//! The review queue: list and record side by side on a wide screen, the list alone on a phone.

use std::sync::Arc;

use domain::{
    Lang,
    api::office::{SubmissionCounts, SubmissionDetail},
    areas::submissions::{ReviewState, Submission},
};
use icondata_lu as lu;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    areas::evidence::card::ProvesCard,
    areas::reviews::{
        decision::{DecisionBar, use_decision, use_said},
        filter,
        filter_bar::{Narrow, StateTabs},
        keys_help::KeysHelp,
        queue::{Queue, line_view, shown_text, use_queue},
        record::RecordView,
    },
    components::{
        button::{ButtonLink, IconButton, LoadMore},
        page_header::PageHeader,
        status::{Art, EmptyState},
        surface::SplitView,
    },
    i18n::{t, tf, use_lang},
    layout::use_frame,
    office::{LoadProblem, Loading, Remote, Stale, TakeTable, use_remote},
    platform::{
        document,
        keys::{self, Key},
    },
    routing::{Page, use_go},
};

#[component]
pub fn ReviewPage() -> impl IntoView {
    let query = use_query_map();
    let start = filter::from_query(|name| query.read_untracked().get(name));
    let queue = use_queue(start);
    Effect::new(move |_| {
        document::keep_address(&filter::to_address(
            &Page::Review.path(),
            &queue.filter.get(),
        ));
    });

    let frame = use_frame();
    let counts: Remote<SubmissionCounts> =
        use_remote(|| Some("/api/office/submissions/counts".to_owned())).every(30);
    Effect::new(move |_| {
        if let Some(counts) = counts.get() {
            frame.to_review.set(counts.submitted as usize);
        }
    });

    let detail: Remote<SubmissionDetail> = use_remote(move || {
        let id = queue.selected.get()?;
        Some(format!("/api/office/submissions/{id}"))
    })
    .every(20);
    let shown = Signal::derive(move || {
        let selected = queue.selected.get();
        detail
            .get()
            .filter(|detail| Some(detail.submission.id) == selected)
    });
    let said = use_said();
    let decision = use_decision(
        shown,
        Callback::new(move |submission: Submission| {
            said(submission.state);
            queue.decided(&submission);
            counts.reload();
            detail.reload();
        }),
        Callback::new(move |()| {
            detail.reload();
            queue.reload();
        }),
    );

    let help = RwSignal::new(false);
    let go = use_go();
    keys::on_keys(move |key: Key| {
        match key.name.as_str() {
            "j" | "J" => queue.move_by(1),
            "k" | "K" => queue.move_by(-1),
            "ArrowDown" if !key.on_control => queue.move_by(1),
            "ArrowUp" if !key.on_control => queue.move_by(-1),
            "Enter" if !key.on_control => {
                if let Some(id) = queue.selected.get_untracked() {
                    go(Page::ReviewRecord(id));
                }
            }
            "a" | "A" => decision.approve(),
            "r" | "R" => decision.ask_reason(),
            "?" | "？" => help.set(true),
            _ => return false,
        }
        true
    });
    let keys_label = t("快捷键", "Keyboard");
    let refresh = t("刷新", "Refresh");
    let list = move || {
        view! {
            <div class="queue">
                <div class="queue-head">
                    <StateTabs filter=queue.filter counts/>
                    <Narrow filter=queue.filter/>
                </div>
                <QueueList queue/>
            </div>
        }
        .into_any()
    };
    view! {
        <PageHeader>
            <TakeTable name="records"/>
            <IconButton
                icon=lu::LuRefreshCw
                label=refresh
                on_click=move |()| {
                    queue.reload();
                    counts.reload();
                    detail.reload();
                }
            />
            <span class="wide-only">
                <IconButton icon=lu::LuKeyboard label=keys_label on_click=move |()| help.set(true)/>
            </span>
        </PageHeader>
        <div class="review">
            <SplitView show_detail=false list=Box::new(list)>
                <Chosen queue detail shown/>
                <DecisionBar decision/>
            </SplitView>
        </div>
        <KeysHelp open=help/>
    }
    .into_any()
}

/// The lines, or why there are none.
#[component]
fn QueueList(queue: Queue) -> impl IntoView {
    let label = t("待审记录", "Records");
    let retry = move |()| queue.reload();
    let has_lines = Memo::new(move |_| queue.lines.with(Option::is_some));
    let empty = Memo::new(move |_| {
        queue
            .lines
            .with(|lines| lines.as_ref().is_some_and(Vec::is_empty))
    });
    let total = tf(move |lang: Lang| {
        let n = queue.lines.with(|lines| lines.as_ref().map_or(0, Vec::len));
        shown_text(lang, n, queue.next.with(Option::is_some))
    });
    let body = move || {
        if !has_lines.get() {
            return match queue.error.get() {
                Some(error) => view! { <LoadProblem error on_retry=retry/> }.into_any(),
                None => view! { <div class="queue-wait"><Loading rows=7/></div> }.into_any(),
            };
        }
        if empty.get() {
            return view! { <Nothing queue/> }.into_any();
        }
        let total = total.clone();
        view! {
            <Stale error=queue.error on_retry=retry/>
            <ul class="queue-list" aria-label=label>
                <For
                    each=move || queue.lines.get().unwrap_or_default()
                    key=|line| {
                        (line.id, line.revision, line.photos, line.photos_stored, line.has_conflict)
                    }
                    let:line
                >
                    <li>{line_view(queue, line)}</li>
                </For>
            </ul>
            <LoadMore
                more=Signal::derive(move || queue.next.with(Option::is_some))
                loading=queue.more_busy
                on_more=move |()| queue.load_more()
            />
            <p class="queue-total muted small" role="status">{total}</p>
        }
        .into_any()
    };
    view! { {body} }.into_any()
}

#[component]
fn Nothing(queue: Queue) -> impl IntoView {
    let narrowed = queue.filter.with(|filter| filter::narrowed(filter) > 0);
    let state = queue.filter.with(|filter| filter.state);
    if narrowed {
        let title = t("没有符合筛选的记录", "No records fit these filters");
        let text = t("放宽或清除筛选再看看。", "Clear or widen the filters.");
        view! { <EmptyState art=Art::Search title text/> }.into_any()
    } else if state == Some(ReviewState::Submitted) {
        let title = t("都审完了", "All reviewed");
        let text = t(
            "有新记录送达时会自动出现在这里。",
            "New records appear here by themselves.",
        );
        view! { <EmptyState art=Art::Done title text/> }.into_any()
    } else {
        let title = t("这里还没有记录", "Nothing here yet");
        view! { <EmptyState art=Art::Notes title/> }.into_any()
    }
}

/// The chosen record.
#[component]
fn Chosen(
    queue: Queue,
    detail: Remote<SubmissionDetail>,
    shown: Signal<Option<Arc<SubmissionDetail>>>,
) -> impl IntoView {
    let lang = use_lang();
    let title = t("选一条记录来看", "Choose a record");
    let text = t(
        "用 j 和 k 上下移动，Enter 打开整页，a 通过，r 退回。",
        "j and k move, Enter opens, a approves, r returns.",
    );
    let open = move || lang.get().pick("打开整页", "Open its page");
    move || {
        let Some(id) = queue.selected.get() else {
            return view! { <EmptyState art=Art::Notes title text/> }.into_any();
        };
        match (shown.get(), detail.error()) {
            (Some(detail), _) => view! {
                <div class="chosen-bar no-print">
                    <ButtonLink
                        to=Page::ReviewRecord(id)
                        small=true
                        icon=lu::LuMaximize2
                    >
                        {open}
                    </ButtonLink>
                </div>
                <RecordView detail=detail.clone()/>
                <ProvesCard id state=detail.submission.state/>
            }
            .into_any(),
            (None, Some(error)) => {
                view! { <LoadProblem error on_retry=move |()| detail.reload()/> }.into_any()
            }
            (None, None) => view! { <div class="chosen-wait"><Loading rows=8/></div> }.into_any(),
        }
    }
}
