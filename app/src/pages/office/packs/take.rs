//! The link that downloads a pack. The browser's own download can't say how long it will be; the server is
//! asked beside it.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use domain::api::packs::{PackProgress, PackState};
use icondata_lu as lu;
use leptos::prelude::*;

use super::PATH;
use crate::{
    components::{icon::Icon, status::ProgressBar, toast::use_toasts},
    i18n::{t, use_format},
    office::{Remote, use_remote},
    platform,
};

/// So long the server may take to begin.
const PATIENCE: Duration = Duration::from_mins(1);

/// A moment that no other download of this page has.
fn new_ticket() -> i64 {
    static LAST: AtomicI64 = AtomicI64::new(0);
    let last = LAST.load(Ordering::Relaxed);
    let ticket = platform::now_ms().max(last + 1);
    LAST.store(ticket, Ordering::Relaxed);
    ticket
}

/// A link that downloads a pack, with how much that is and how far it has come.
#[component]
pub(super) fn Take(
    #[prop(into)] label: TextProp,
    scope: Option<String>,
    year: i32,
    files: i64,
    bytes: i64,
    #[prop(optional)] primary: bool,
) -> impl IntoView {
    let f = use_format();
    let toasts = use_toasts();
    let scope = scope.map(|scope| format!("&scope={}", crate::address::escape(&scope)));
    let path = format!("{PATH}/pack.zip?year={year}{}", scope.unwrap_or_default());
    // The moment of asking; `None` while nothing is being made.
    let ticket = RwSignal::new(None::<i64>);
    let next = RwSignal::new(new_ticket());
    let href = move || format!("{path}&ticket={}", next.get());
    let progress: Remote<Option<PackProgress>> = use_remote(move || {
        let ticket = ticket.get()?;
        Some(format!("{PATH}/progress?ticket={ticket}"))
    })
    .every(1);
    let own = move || {
        let progress = (*progress.get()?)?;
        (Some(progress.ticket) == ticket.get()).then_some(progress)
    };
    Effect::new(move |_| {
        let lang = f.lang();
        match own().map(|it| it.state) {
            Some(PackState::Whole) => toasts.success(lang.pick(
                "材料包已下载，在浏览器的下载列表里",
                "The pack is in the browser’s downloads",
            )),
            Some(PackState::Broken) => toasts.error(lang.pick(
                "材料包没有下载完整，请重新下载",
                "The pack wasn’t downloaded whole. Please download it again",
            )),
            Some(PackState::Making) | None => return,
        }
        ticket.set(None);
    });
    let click = move |event: leptos::ev::MouseEvent| {
        if ticket.get_untracked().is_some() {
            event.prevent_default();
            return;
        }
        let asked = next.get_untracked();
        ticket.set(Some(asked));
        let look = move || {
            // The page may have been left meanwhile.
            if ticket.try_get_untracked().flatten() == Some(asked) && untrack(own).is_none() {
                ticket.set(None);
                toasts.error(untrack(|| f.lang()).pick(
                    "材料包没有开始下载，请检查网络或稍后重试",
                    "The download didn’t begin. Please check the network or try again later",
                ));
            }
        };
        set_timeout(look, PATIENCE);
        // The link itself is followed before its address changes.
        request_animation_frame(move || {
            let _ = next.try_set(new_ticket());
        });
    };
    let class = if primary {
        "button button-primary"
    } else {
        "button button-ghost button-small"
    };
    let about = move || {
        let (files, bytes) = (f.number(files), f.bytes(bytes));
        f.lang().pick(
            format!("{files} 个文件，约 {bytes}"),
            format!("{files} files, about {bytes}"),
        )
    };
    let percent = Signal::derive(move || own().map_or(0, |it| it.percent));
    let words = move || {
        if ticket.get().is_none() {
            return label.get().into_owned();
        }
        let percent = percent.get();
        f.lang().pick(
            format!("下载中 {percent}%"),
            format!("Downloading {percent}%"),
        )
    };
    let bar = t("下载进度", "Download");
    view! {
        <span class="pack-take">
            <a
                class=class
                href=href
                download=""
                title=about
                aria-busy=move || ticket.get().map(|_| "true")
                on:click=click
            >
                <Icon icon=lu::LuDownload/>
                <span class="button-label numbers">{words}</span>
            </a>
            {move || {
                ticket
                    .get()
                    .map(|_| {
                        let value = Signal::derive(move || percent.get() as usize);
                        view! { <ProgressBar label=bar value max=Signal::stored(100)/> }
                    })
            }}
        </span>
    }
    .into_any()
}
