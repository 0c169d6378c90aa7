//! The replica in a browser: its store, its network, its clocks, and when it wakes.

mod environment;
mod http;
mod lock;
pub mod presence;

use std::rc::Rc;

use futures::future::{AbortHandle, abortable};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::EventTarget;

use crate::{
    replica::Replica, storage::StorageError, storage::indexed_db::IndexedDb, types::Account,
};

pub use environment::BrowserEnvironment;
pub use http::Http;

/// Opens the account's replica in this browser; needs no network. `app_build` names the build.
pub async fn open(account: Account, app_build: &str) -> Result<Replica, StorageError> {
    let name = account.store_name();
    let storage = IndexedDb::open(&name).await?;
    let environment = BrowserEnvironment::new(&name, app_build);
    Replica::open(
        Rc::new(storage),
        Rc::new(Http),
        Rc::new(environment),
        account,
    )
    .await
}

/// Keeps the replica syncing while this value lives: by timer, when the network returns and when
/// the page comes to the front.
pub struct Running {
    stop: AbortHandle,
    listeners: Vec<Listener>,
}

struct Listener {
    target: EventTarget,
    event: &'static str,
    callback: Closure<dyn Fn()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.abort();
        for listener in &self.listeners {
            let callback = listener.callback.as_ref().unchecked_ref();
            // Fails only for a listener that was never added.
            let _removed = listener
                .target
                .remove_event_listener_with_callback(listener.event, callback);
        }
    }
}

/// Starts syncing in the background.
pub fn start(replica: &Replica) -> Running {
    let syncing = replica.clone();
    let (run, stop) = abortable(async move { syncing.run().await });
    wasm_bindgen_futures::spawn_local(async move {
        // Ends only when stopped.
        let _stopped = run.await;
    });
    let mut listeners = Vec::new();
    if let Some(window) = web_sys::window() {
        let document = window.document().map(EventTarget::from);
        let window = EventTarget::from(window);
        // Going to the background is a reason too: what was just captured may still get out.
        let events = [
            (Some(window.clone()), "online"),
            (Some(window.clone()), "pageshow"),
            // From the service worker, by `public/boot.js`.
            (Some(window.clone()), "minglu-send"),
            (Some(window), "focus"),
            (document, "visibilitychange"),
        ];
        for (target, event) in events {
            let Some(target) = target else { continue };
            let waking = replica.clone();
            let callback = Closure::<dyn Fn()>::new(move || waking.wake());
            let function = callback.as_ref().unchecked_ref();
            if target
                .add_event_listener_with_callback(event, function)
                .is_ok()
            {
                listeners.push(Listener {
                    target,
                    event,
                    callback,
                });
            }
        }
    }
    Running { stop, listeners }
}
