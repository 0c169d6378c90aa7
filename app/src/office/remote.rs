//! Something read from the server, shown while it is read again.

use std::{sync::Arc, time::Duration};

use leptos::{prelude::*, task::spawn_local};
use serde::de::DeserializeOwned;

use crate::http::{self, CallError};

/// What lies at an address of the server. Keeps the last answer while it asks again or can't.
pub struct Remote<T: Send + Sync + 'static> {
    path: Signal<Option<String>>,
    data: RwSignal<Option<Arc<T>>>,
    error: RwSignal<Option<CallError>>,
    busy: RwSignal<bool>,
    /// Counts the requests, so that a late answer to an earlier one is dropped.
    run: StoredValue<u32>,
}

impl<T: Send + Sync + 'static> Clone for Remote<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Remote<T> {}

/// Reads the address that `path` names, again whenever it changes; `None` asks for nothing.
pub fn use_remote<T>(path: impl Fn() -> Option<String> + Send + Sync + 'static) -> Remote<T>
where
    T: DeserializeOwned + PartialEq + Send + Sync + 'static,
{
    let remote = Remote {
        path: Memo::new(move |_| path()).into(),
        data: RwSignal::new(None),
        error: RwSignal::new(None),
        busy: RwSignal::new(false),
        run: StoredValue::new(0),
    };
    Effect::new(move |_| {
        remote.path.track();
        remote.reload();
    });
    Effect::new(move |_| {
        let online = window_event_listener(leptos::ev::online, move |_| remote.reload());
        on_cleanup(move || online.remove());
    });
    remote
}

impl<T> Remote<T>
where
    T: DeserializeOwned + PartialEq + Send + Sync + 'static,
{
    /// The last answer; `None` before the first one.
    pub fn get(self) -> Option<Arc<T>> {
        self.data.get()
    }

    pub fn get_untracked(self) -> Option<Arc<T>> {
        self.data.get_untracked()
    }

    /// Why the last request brought nothing.
    pub fn error(self) -> Option<CallError> {
        self.error.get()
    }

    /// Whether a request is under way.
    pub fn is_busy(self) -> bool {
        self.busy.get()
    }

    /// Puts in what another answer brought.
    pub fn set(self, value: T) {
        self.run.update_value(|run| *run = run.wrapping_add(1));
        self.busy.set(false);
        self.error.set(None);
        self.data.set(Some(Arc::new(value)));
    }

    /// Asks again.
    pub fn reload(self) {
        // The page may have been left meanwhile.
        let (Some(Some(path)), Some(run)) =
            (self.path.try_get_untracked(), self.run.try_get_value())
        else {
            return;
        };
        let run = run.wrapping_add(1);
        self.run.set_value(run);
        self.busy.set(true);
        spawn_local(async move {
            let answer = http::call("GET", &path, None, None)
                .await
                .and_then(|body| http::read::<T>(&body));
            // The page may be gone, or have asked for something else.
            if self.run.try_get_value() != Some(run) {
                return;
            }
            self.busy.set(false);
            match answer {
                Ok(value) => {
                    self.error.set(None);
                    // The same answer must not redraw what a person is reading.
                    if self.data.get_untracked().as_deref() != Some(&value) {
                        self.data.set(Some(Arc::new(value)));
                    }
                }
                Err(error) => self.error.set(Some(error)),
            }
        });
    }

    /// Asks again every so many seconds for as long as the page is seen.
    #[must_use]
    pub fn every(self, seconds: u64) -> Self {
        Effect::new(move |_| {
            let ask = move || {
                // An answer that takes longer than the pause is waited for.
                if !is_hidden() && self.busy.try_get_untracked() == Some(false) {
                    self.reload();
                }
            };
            if let Ok(handle) = set_interval_with_handle(ask, Duration::from_secs(seconds)) {
                on_cleanup(move || handle.clear());
            }
        });
        self
    }
}

fn is_hidden() -> bool {
    #[cfg(target_arch = "wasm32")]
    {
        document().hidden()
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        false
    }
}
