//! What a page shows while no account is open: the way to the log-in. Why the store can't be used is
//! said by the frame.

use leptos::prelude::*;
use sync::Account;

use super::next;
use crate::{
    device::{Device, Phase},
    i18n::t,
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
        Phase::Broken(_) => ().into_any(),
    }
}
