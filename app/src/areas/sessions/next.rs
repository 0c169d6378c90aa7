//! Where a person wanted to go before the log-in came between: an address, or a scanned code.

use crate::{
    device::Device,
    platform::{self, storage},
    routing::Page,
};
use domain::{areas::people::Role, time::HOUR_MS};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

const KEY: &str = "minglu.next";
/// A code that was scanned longer ago is of no use any more.
const KEPT_MS: i64 = HOUR_MS;

#[derive(Serialize, Deserialize)]
struct Next {
    path: String,
    at: i64,
}

/// Remembers where to go on; survives the reload that a log-in without wasm is.
pub fn remember(path: String) {
    let at = platform::now_ms();
    storage::set(KEY, &Some(Next { path, at }));
}

/// Where to go on, once; else where the person begins.
pub fn take(device: Device) -> String {
    let kept: Option<Next> = storage::get(KEY).flatten();
    storage::set(KEY, &None::<Next>);
    kept.filter(|next| platform::now_ms() - next.at < KEPT_MS)
        .map_or_else(|| beginning(device).path(), |next| next.path)
}

/// The office's people at a desk begin with what waits for them, all others with today.
fn beginning(device: Device) -> Page {
    let is_office = device
        .account()
        .is_some_and(|account| account.role >= Role::Reviewer);
    if is_office && platform::device::is_wide() {
        Page::Office
    } else {
        Page::Home
    }
}

/// `let go_on = use_go_on(); … go_on()` after a log-in.
pub fn use_go_on() -> impl Fn() + Clone + 'static {
    let device = Device::get();
    let navigate = leptos_router::hooks::use_navigate();
    move || {
        let options = leptos_router::NavigateOptions {
            replace: true,
            ..Default::default()
        };
        navigate(&take(device), options);
    }
}

/// After a log-in that was a reload, too, the person ends up where they wanted to go.
pub fn follow_after_reload(ready: Signal<bool>) {
    let device = Device::get();
    let navigate = leptos_router::hooks::use_navigate();
    Effect::new(move |done: Option<bool>| {
        if done == Some(true) || !ready.get() {
            return done == Some(true);
        }
        let kept: Option<Next> = storage::get(KEY).flatten();
        if kept.is_some() {
            let options = leptos_router::NavigateOptions {
                replace: true,
                ..Default::default()
            };
            navigate(&take(device), options);
        }
        true
    });
}
