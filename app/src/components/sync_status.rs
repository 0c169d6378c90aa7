//! The status line that never lies: where the person's records are right now.

use domain::Timestamp;
use icondata_core::Icon as IconData;
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::{Tone, icon::Icon},
    i18n::{Format, use_format, use_lang},
    routing::Page,
};

/// Where the person's records are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyncState {
    /// The device's own store isn't open yet: nothing can be said.
    Starting,
    /// Kept here, not yet sent; will be soon.
    SavedOnPhone {
        n: usize,
    },
    Sending {
        done: usize,
        total: usize,
    },
    /// Nothing waits; since when the server is known to have it all.
    AllSent {
        at: Timestamp,
    },
    Offline {
        unsent: usize,
    },
    /// The session has ended; everything keeps working but sending.
    NeedsLogin {
        unsent: usize,
    },
    /// Items that a person must look at.
    Attention {
        n: usize,
    },
}

impl SyncState {
    fn tone(self) -> Tone {
        match self {
            Self::Starting | Self::AllSent { .. } | Self::Offline { unsent: 0 } => Tone::Neutral,
            Self::SavedOnPhone { .. } | Self::Offline { .. } => Tone::Info,
            Self::Sending { .. } => Tone::Primary,
            Self::NeedsLogin { .. } | Self::Attention { .. } => Tone::Warning,
        }
    }

    fn icon(self) -> IconData {
        match self {
            Self::Starting => lu::LuLoaderCircle,
            Self::SavedOnPhone { .. } => lu::LuSmartphone,
            Self::Sending { .. } => lu::LuCloudUpload,
            Self::AllSent { .. } => lu::LuCircleCheck,
            Self::Offline { .. } => lu::LuCloudOff,
            Self::NeedsLogin { .. } => lu::LuLogIn,
            Self::Attention { .. } => lu::LuTriangleAlert,
        }
    }

    fn text(self, f: Format) -> String {
        let zh = matches!(f.lang(), domain::Lang::Zh);
        match self {
            Self::Starting => f.lang().pick("正在打开…", "Opening…").to_owned(),
            // Not heard from the server yet, and nothing to send.
            Self::SavedOnPhone { n: 0 } => f.lang().pick("正在同步…", "Syncing…").to_owned(),
            Self::SavedOnPhone { n } if zh => format!("{n} 条已存在手机上，待发送"),
            Self::SavedOnPhone { n } => format!("{n} saved on this phone, not yet sent"),
            Self::Sending { done, total } if zh => format!("正在发送 {done}/{total}"),
            Self::Sending { done, total } => format!("Sending {done} of {total}"),
            Self::AllSent { at } if zh => format!("全部已送达 {}", f.time(at)),
            Self::AllSent { at } => format!("All sent {}", f.time(at)),
            Self::Offline { unsent: 0 } if zh => "离线 · 没有待发送的内容".to_owned(),
            Self::Offline { unsent: 0 } => "Offline · nothing waits".to_owned(),
            Self::Offline { unsent } if zh => format!("离线 · {unsent} 条已存在手机上"),
            Self::Offline { unsent } => format!("Offline · {unsent} saved on this phone"),
            Self::NeedsLogin { unsent: 0 } if zh => "登录已过期，重新登录后继续同步".to_owned(),
            Self::NeedsLogin { unsent: 0 } => "Log in again to sync".to_owned(),
            Self::NeedsLogin { unsent } if zh => format!("请重新登录，{unsent} 条待发送"),
            Self::NeedsLogin { unsent } => format!("Log in again to send {unsent}"),
            Self::Attention { n } if zh => format!("{n} 条需要你看一下"),
            Self::Attention { n } => format!("{n} need your attention"),
        }
    }
}

/// One line with icon and words; leads to the list of what is on this phone.
#[component]
pub fn SyncStatus(#[prop(into)] state: Signal<SyncState>) -> impl IntoView {
    let f = use_format();
    let lang = use_lang();
    let class = move || format!("sync-status tone-{}", state.get().tone().as_str());
    let to = move || match state.get() {
        SyncState::NeedsLogin { .. } => Page::Login.path(),
        _ => Page::Outbox.path(),
    };
    let hint = move || lang.get().pick("，查看同步情况", ", open sync status");
    view! {
        <a class=class href=to>
            {move || view! { <Icon icon=state.get().icon()/> }}
            <span class="sync-text" role="status">
                {move || state.get().text(f)}
            </span>
            <span class="sr-only">{hint}</span>
            <Icon icon=lu::LuChevronRight/>
        </a>
    }
    .into_any()
}
