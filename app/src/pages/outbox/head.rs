//! Where everything is right now, in one sentence, and "sync now".

use domain::Lang;
use icondata_core::Icon as IconData;
use icondata_lu as lu;
use leptos::{prelude::*, task::spawn_local};
use sync::{Status, SyncError};

use crate::{
    areas::sessions::next,
    components::{
        Tone,
        button::{Button, ButtonKind},
        icon::Icon,
        status::ProgressBar,
        toast::use_toasts,
    },
    device::Device,
    i18n::{Format, t, use_format, use_lang},
    routing::{Page, use_go},
};

#[component]
pub fn Head() -> impl IntoView {
    let device = Device::get();
    let f = use_format();
    let lang = use_lang();
    let toasts = use_toasts();
    let go = use_go();
    let busy = RwSignal::new(false);
    let sync_now = move || {
        let Some(replica) = device.replica() else {
            return;
        };
        busy.set(true);
        spawn_local(async move {
            let report = replica.sync_now().await;
            let _ = busy.try_set(false);
            let lang = lang.get_untracked();
            match report.error {
                None => toasts.success(lang.pick("已同步", "Synced")),
                // The header says what to do.
                Some(SyncError::NeedsLogin) => {}
                Some(error) => toasts.info(error.text().get(lang)),
            }
        });
    };
    let needs_login =
        Memo::new(move |_| matches!(device.status(), Some(Status::NeedsLogin { .. })));
    let progress = Memo::new(move |_| match device.status() {
        Some(Status::Sending { done, total }) => Some((done, total)),
        _ => None,
    });
    let (now, log_in) = (t("立即同步", "Sync now"), t("重新登录", "Log in again"));
    let sending = t("发送进度", "Sending");
    let drafts = move || {
        let count = device.drafts().map_or(0, |drafts| drafts.len());
        (count > 0).then(|| {
            let words = f.lang().pick(
                format!("另有 {count} 份草稿还没提交"),
                format!("Drafts not submitted yet: {count}"),
            );
            view! {
                <a class="sync-head-drafts" href=Page::Records.path()>
                    <Icon icon=lu::LuFilePen/>
                    <span>{words}</span>
                    <Icon icon=lu::LuChevronRight/>
                </a>
            }
        })
    };
    view! {
        <section class="sync-head">
            {move || {
                let (tone, icon, title, text) = said(f, device.status());
                view! {
                    <span class=format!("sync-head-mark tone-{}", tone.as_str())><Icon icon/></span>
                    <div role="status">
                        <h2 class="sync-head-title">{title}</h2>
                        <p class="sync-head-text">{text}</p>
                    </div>
                }
            }}
            {move || {
                progress
                    .get()
                    .map(|(done, total)| {
                        view! { <ProgressBar label=sending value=Signal::stored(done) max=Signal::stored(total)/> }
                    })
            }}
            <div class="sync-head-act">
                {move || {
                    if needs_login.get() {
                        let go = go.clone();
                        view! {
                            <Button
                                kind=ButtonKind::Primary
                                icon=lu::LuLogIn
                                on_click=move || {
                                    next::remember(Page::Outbox.path());
                                    go(Page::Login);
                                }
                            >
                                {log_in}
                            </Button>
                        }
                            .into_any()
                    } else {
                        view! {
                            <Button
                                icon=lu::LuRefreshCw
                                loading=Signal::derive(move || {
                                    busy.get() || progress.with(Option::is_some)
                                })
                                on_click=sync_now
                            >
                                {now}
                            </Button>
                        }
                            .into_any()
                    }
                }}
            </div>
            {drafts}
        </section>
    }
    .into_any()
}

fn said(f: Format, status: Option<Status>) -> (Tone, IconData, String, String) {
    let lang = f.lang();
    let own = |zh: &str, en: &str| lang.pick(zh, en).to_owned();
    match status {
        None => (
            Tone::Neutral,
            lu::LuLoaderCircle,
            own("正在打开…", "Opening…"),
            String::new(),
        ),
        Some(Status::AllSent { at }) => {
            let at = f.ago(at);
            (
                Tone::Success,
                lu::LuCheck,
                own("全部已送达", "All sent"),
                lang.pick(
                    format!("{at}与服务器核对过，本机没有待发送的内容。"),
                    format!("Last checked with the server: {at}. Nothing waits on this phone."),
                ),
            )
        }
        Some(Status::SavedOnPhone { unsent: 0 }) => (
            Tone::Neutral,
            lu::LuSmartphone,
            own("没有待发送的内容", "Nothing waits to be sent"),
            own(
                "联网后会与服务器核对一次。",
                "It is checked with the server once there is a network.",
            ),
        ),
        Some(Status::SavedOnPhone { unsent }) => (
            Tone::Info,
            lu::LuSmartphone,
            kept(lang, unsent),
            own(
                "有网络时会自动发送，不用重复提交。",
                "They are sent by themselves; there is no need to submit again.",
            ),
        ),
        Some(Status::Sending { done, total }) => (
            Tone::Primary,
            lu::LuCloudUpload,
            lang.pick(
                format!("正在发送 {done}/{total}"),
                format!("Sending {done} of {total}"),
            ),
            own(
                "可以离开这个页面，中断了会接着发。",
                "You can leave this page; an interruption loses nothing.",
            ),
        ),
        Some(Status::Offline { unsent }) => (
            if unsent > 0 {
                Tone::Info
            } else {
                Tone::Neutral
            },
            lu::LuCloudOff,
            if unsent > 0 {
                kept(lang, unsent)
            } else {
                own("现在离线", "Offline")
            },
            if unsent > 0 {
                own(
                    "现在连不上服务器。连上网络后自动发送，不用重复提交。",
                    "The server can't be reached now. They are sent by themselves later; no need to submit again.",
                )
            } else {
                own(
                    "没有待发送的内容。签到和记录照常可用。",
                    "Nothing waits to be sent. Check-in and records work as always.",
                )
            },
        ),
        Some(Status::NeedsLogin { unsent }) => (
            Tone::Warning,
            lu::LuLogIn,
            own("登录已过期", "Your log-in has expired"),
            if unsent > 0 {
                lang.pick(
                    format!("{unsent} 条内容都在本机，重新登录后继续发送。"),
                    format!("{unsent} saved on this phone. They are sent after you log in again."),
                )
            } else {
                own(
                    "本机内容都在，重新登录后继续同步。",
                    "Everything on this phone is kept. Log in again to sync.",
                )
            },
        ),
        Some(Status::Attention { unsent, problems }) => (
            Tone::Warning,
            lu::LuTriangleAlert,
            lang.pick(
                format!("有 {problems} 件事请您看一下"),
                format!("Please look at {problems}"),
            ),
            if unsent > 0 {
                lang.pick(
                    format!("另有 {unsent} 条等待发送。"),
                    format!("{unsent} more wait to be sent."),
                )
            } else {
                own("其余内容都已送达。", "Everything else was sent.")
            },
        ),
    }
}

fn kept(lang: Lang, unsent: usize) -> String {
    lang.pick(
        format!("{unsent} 条已存在手机上"),
        format!("{unsent} saved on this phone"),
    )
}
