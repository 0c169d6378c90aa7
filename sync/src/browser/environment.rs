//! The browser's clocks, randomness, space and tabs.

use std::{cell::RefCell, rc::Rc};

use async_trait::async_trait;
use domain::Timestamp;
use js_sys::{Date, Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::BroadcastChannel;

use super::lock;
use crate::{environment::Environment, leadership::Leadership};

pub struct BrowserEnvironment {
    store: String,
    app_build: String,
    /// `None` in a browser without it: other tabs then learn of changes by their timers.
    channel: Option<BroadcastChannel>,
    heard: RefCell<Option<Closure<dyn Fn()>>>,
}

impl BrowserEnvironment {
    /// `store` names the account's store; its tabs talk to each other under the same name.
    pub fn new(store: &str, app_build: &str) -> Self {
        Self {
            store: store.to_owned(),
            app_build: app_build.to_owned(),
            channel: BroadcastChannel::new(store).ok(),
            heard: RefCell::default(),
        }
    }
}

impl Drop for BrowserEnvironment {
    fn drop(&mut self) {
        if let Some(channel) = &self.channel {
            channel.close();
        }
    }
}

#[async_trait(?Send)]
impl Environment for BrowserEnvironment {
    fn wall_clock(&self) -> Timestamp {
        Timestamp(Date::now() as i64)
    }

    fn monotonic_ms(&self) -> i64 {
        web_sys::window()
            .and_then(|window| window.performance())
            .map_or_else(Date::now, |performance| performance.now()) as i64
    }

    fn utc_offset_minutes(&self) -> i32 {
        -(Date::new_0().get_timezone_offset() as i32)
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        if getrandom::fill(bytes).is_err() {
            // Never seen in a browser; ids then stay unique by the clock and this generator.
            for byte in bytes {
                *byte = (js_sys::Math::random() * 256.0) as u8;
            }
        }
    }

    fn app_build(&self) -> String {
        self.app_build.clone()
    }

    async fn free_bytes(&self) -> Option<i64> {
        let estimate = ask_storage("estimate").await?;
        let number = |name: &str| Reflect::get(&estimate, &name.into()).ok()?.as_f64();
        Some((number("quota")? - number("usage")?) as i64)
    }

    async fn persist(&self) -> Option<bool> {
        ask_storage("persist").await?.as_bool()
    }

    async fn sleep(&self, ms: i64) {
        let ms = u32::try_from(ms.max(0))
            .unwrap_or(u32::MAX)
            .min(i32::MAX as u32);
        gloo_timers::future::TimeoutFuture::new(ms).await;
    }

    fn announce(&self) {
        if let Some(channel) = &self.channel {
            // A closed channel means that this tab is going away.
            let _unheard = channel.post_message(&JsValue::from_str("changed"));
        }
    }

    fn on_announcement(&self, callback: Rc<dyn Fn()>) {
        if let Some(channel) = &self.channel {
            let closure = Closure::<dyn Fn()>::new(move || callback());
            channel.set_onmessage(Some(closure.as_ref().unchecked_ref()));
            self.heard.replace(Some(closure));
        }
    }

    async fn lead(&self, steal: bool) -> Leadership {
        lock::lead(&self.store, steal).await
    }
}

/// Calls a function of `navigator.storage`, which is absent on insecure pages and in old browsers.
async fn ask_storage(function: &str) -> Option<JsValue> {
    let navigator = web_sys::window()?.navigator();
    let storage = Reflect::get(&navigator, &"storage".into()).ok()?;
    let function: Function = Reflect::get(&storage, &function.into())
        .ok()?
        .dyn_into()
        .ok()?;
    let promise: Promise = function.call0(&storage).ok()?.dyn_into().ok()?;
    JsFuture::from(promise).await.ok()
}
