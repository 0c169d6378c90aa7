//! What was received but refused by a rule: why, from whom, and its whole content.

use std::sync::Arc;

use domain::{Lang, api::office::QuarantineLine};
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    areas::quarantine::{advice, readable, subject},
    components::{
        button::IconButton,
        icon::Icon,
        page_header::PageHeader,
        status::{Art, EmptyState},
    },
    i18n::{t, tf, tp, use_format, use_lang},
    office::{LoadProblem, Loading, Remote, Stale, use_remote},
};

#[component]
pub fn QuarantinePage() -> impl IntoView {
    let lines: Remote<Vec<QuarantineLine>> =
        use_remote(|| Some("/api/office/quarantine".to_owned())).every(60);
    let refresh = t("刷新", "Refresh");
    let intro = t(
        "这些内容已经收到并完整保存，但有一条规则不允许直接入账，需要人来看一看。什么都不会丢。",
        "These were received and kept whole, but a rule keeps them from being taken in; a person has to look. Nothing is lost.",
    );
    let empty_title = t("没有待处理的内容", "Nothing is held");
    let empty_text = t(
        "收到的每一条都已正常入账。",
        "Everything that arrived was taken in.",
    );
    let body = move || match (lines.get(), lines.error()) {
        (Some(all), _) if all.is_empty() => {
            view! { <EmptyState art=Art::Done title=empty_title text=empty_text/> }.into_any()
        }
        (Some(all), _) => view! {
            <p class="muted">{intro}</p>
            <ul class="held">{all.iter().map(item).collect_view()}</ul>
        }
        .into_any(),
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
            Lang::En if n == 1 => "1 item".to_owned(),
            Lang::En => format!("{n} items"),
        }
    });
    view! {
        <PageHeader subtitle=count>
            <IconButton icon=lu::LuRefreshCw label=refresh on_click=move |()| lines.reload()/>
        </PageHeader>
        <div class="page">
            <Stale error=stale on_retry=move |()| lines.reload()/>
            {body}
        </div>
    }
    .into_any()
}

fn item(line: &QuarantineLine) -> AnyView {
    let f = use_format();
    let lang = use_lang();
    let refusal = line.refusal.clone();
    let next = tp(advice(&refusal));
    let raw = line.raw.clone();
    let about = raw.clone();
    let at = line.received_at;
    let (person, device) = (line.person_name.clone(), line.device_name.clone());
    let who = move || {
        let parts: Vec<String> = [
            if person.is_empty() {
                lang.get().pick("不明账号", "Unknown account").to_owned()
            } else {
                person.clone()
            },
            device.clone(),
            f.ago(at),
        ]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
        parts.join(" · ")
    };
    let said = t("作者的手机上写着：", "The author’s phone says: ");
    let unfold = t("查看原文", "See the original");
    let label = t("原文", "Original");
    let code = refusal.code();
    view! {
        <li class="held-item">
            <span class="held-icon">
                <Icon icon=lu::LuShieldAlert/>
            </span>
            <div class="held-body">
                <p class="held-meta">
                    <span class="strong">{move || subject(lang.get(), &about)}</span>
                    <span class="muted">{who}</span>
                </p>
                <p class="held-reason">{next}</p>
                <p class="muted">
                    {said}
                    {move || refusal.message(lang.get())}
                </p>
                <details class="held-raw">
                    <summary>
                        {unfold} <code class="muted small">{code}</code>
                    </summary>
                    <pre tabindex="0" aria-label=label>{readable(&raw)}</pre>
                </details>
            </div>
        </li>
    }
    .into_any()
}
