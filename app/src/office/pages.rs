//! A list of the server's that comes a page at a time, shown while it is read again.

use leptos::{prelude::*, task::spawn_local};
use serde::de::DeserializeOwned;

use domain::api::Page;

use crate::{
    components::button::LoadMore,
    http::{self, CallError},
};

/// The lines that were read of what lies at an address.
pub struct Pages<T: Send + Sync + 'static> {
    path: Memo<Option<String>>,
    lines: RwSignal<Option<Vec<T>>>,
    next: RwSignal<Option<String>>,
    error: RwSignal<Option<CallError>>,
    busy: RwSignal<bool>,
    /// Counts the requests, so that a late answer to an earlier one is dropped.
    run: StoredValue<u32>,
}

impl<T: Send + Sync + 'static> Clone for Pages<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Pages<T> {}

/// Reads the first page of the list that `path` names, again whenever it changes; `None` asks for nothing.
pub fn use_pages<T>(path: impl Fn() -> Option<String> + Send + Sync + 'static) -> Pages<T>
where
    T: DeserializeOwned + Clone + PartialEq + Send + Sync + 'static,
{
    let pages = Pages {
        path: Memo::new(move |_| path()),
        lines: RwSignal::new(None),
        next: RwSignal::new(None),
        error: RwSignal::new(None),
        busy: RwSignal::new(false),
        run: StoredValue::new(0),
    };
    Effect::new(move |_| {
        pages.path.track();
        pages.ask(Vec::new(), None, 0);
    });
    Effect::new(move |_| {
        let online = window_event_listener(leptos::ev::online, move |_| pages.reload());
        on_cleanup(move || online.remove());
    });
    pages
}

impl<T> Pages<T>
where
    T: DeserializeOwned + Clone + PartialEq + Send + Sync + 'static,
{
    /// All lines that were read; `None` before the first answer.
    pub fn get(self) -> Option<Vec<T>> {
        self.lines.get()
    }

    /// Why the last request brought nothing.
    pub fn error(self) -> Option<CallError> {
        self.error.get()
    }

    /// Reads again as many lines as there are.
    pub fn reload(self) {
        let shown = self
            .lines
            .try_with_untracked(|lines| lines.as_ref().map_or(0, Vec::len));
        self.ask(Vec::new(), None, shown.unwrap_or(0));
    }

    /// Reads one page more.
    pub fn read_on(self) {
        let (lines, next) = (self.lines.get_untracked(), self.next.get_untracked());
        if next.is_some() {
            self.ask(lines.unwrap_or_default(), next, 0);
        }
    }

    /// Reads behind `after` until there are `at_least` so many lines, a page at the least.
    fn ask(self, mut lines: Vec<T>, mut after: Option<String>, at_least: usize) {
        // The page may have been left meanwhile.
        let (Some(path), Some(run)) = (self.path.try_get_untracked(), self.run.try_get_value())
        else {
            return;
        };
        let run = run.wrapping_add(1);
        self.run.set_value(run);
        let Some(path) = path else {
            self.lines.set(None);
            self.next.set(None);
            self.busy.set(false);
            return;
        };
        self.busy.set(true);
        spawn_local(async move {
            let read = loop {
                let address = match &after {
                    None => path.clone(),
                    Some(after) if path.contains('?') => format!("{path}&after={after}"),
                    Some(after) => format!("{path}?after={after}"),
                };
                let answer = http::call("GET", &address, None, None)
                    .await
                    .and_then(|body| http::read::<Page<T>>(&body));
                match answer {
                    Ok(page) => {
                        lines.extend(page.items);
                        after = page.next;
                        if after.is_none() || lines.len() >= at_least {
                            break Ok(());
                        }
                    }
                    Err(error) => break Err(error),
                }
            };
            // The page may be gone, or have asked for something else.
            if self.run.try_get_value() != Some(run) {
                return;
            }
            self.busy.set(false);
            self.error.set(read.as_ref().err().cloned());
            if read.is_ok() {
                self.next.set(after);
                // The same answer must not redraw what a person is reading.
                let lines = Some(lines);
                if self.lines.with_untracked(|known| *known != lines) {
                    self.lines.set(lines);
                }
            }
        });
    }
}

/// The button that reads on, where there is more.
#[component]
pub fn ReadOn<T>(pages: Pages<T>) -> impl IntoView
where
    T: DeserializeOwned + Clone + PartialEq + Send + Sync + 'static,
{
    view! {
        <LoadMore
            more=Signal::derive(move || pages.next.read().is_some())
            loading=pages.busy
            on_more=move |()| pages.read_on()
        />
    }
}
