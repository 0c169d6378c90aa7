//! What a page shows while no account is open: the way to the log-in, or why the store can't be used.

use icondata_lu as lu;
use leptos::prelude::*;
use sync::Account;

use super::next;
use crate::{
    components::icon::Icon,
    device::{Device, Phase},
    i18n::{t, use_lang},
    routing::{Page, use_page, use_replace},
};

/// Leads to the log-in where no account is open, and back here after it.
pub fn require_account() {
    let device = Device::get();
    let here = use_page();
    let replace = use_replace();
    Effect::new(move |was_open: Option<bool>| {
        let phase = device.phase();
        if phase == Phase::SignedOut {
            // Whoever logs out isn't on the way to this page.
            let wanted = here.get_untracked().filter(|here| *here != Page::Home);
            if let Some(here) = wanted.filter(|_| was_open != Some(true)) {
                next::remember(here.path());
            }
            replace(Page::Login);
        }
        matches!(phase, Phase::Ready(_))
    });
}

/// Shows `page` for the open account; leads to the log-in where there is none.
pub fn with_account(
    page: impl Fn(Account) -> AnyView + Send + Sync + 'static,
) -> impl Fn() -> AnyView + Send + Sync {
    require_account();
    let device = Device::get();
    let lang = use_lang();
    let opening = t("正在打开…", "Opening…");
    move || match device.phase() {
        Phase::Ready(account) => page(account),
        Phase::Starting | Phase::SignedOut => view! {
            <div class="stack" aria-busy="true">
                <p class="sr-only" role="status">{opening}</p>
                <div class="skeleton skeleton-card"></div>
                <div class="skeleton skeleton-card"></div>
            </div>
        }
        .into_any(),
        Phase::Broken(why) => view! {
            <div class="empty" role="alert">
                <Icon icon=lu::LuTriangleAlert/>
                <p>{move || why.get(lang.get()).to_owned()}</p>
                <a class="button button-primary" href="" rel="external">
                    {lang.get().pick("重新打开", "Open again")}
                </a>
            </div>
        }
        .into_any(),
    }
}
