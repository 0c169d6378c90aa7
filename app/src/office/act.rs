//! One act at the server: under way, refused, done.

use leptos::{prelude::*, task::spawn_local};
use serde::Serialize;

use crate::http::{self, CallError};

/// The state of one act; what was typed stays with its page, whatever the outcome.
#[derive(Clone, Copy)]
pub struct Act {
    busy: RwSignal<bool>,
    error: RwSignal<Option<CallError>>,
}

pub fn use_act() -> Act {
    Act {
        busy: RwSignal::new(false),
        error: RwSignal::new(None),
    }
}

impl Act {
    pub fn is_busy(self) -> bool {
        self.busy.get()
    }

    /// For the `loading` and `disabled` of buttons.
    pub fn busy(self) -> Signal<bool> {
        self.busy.into()
    }

    pub fn error(self) -> Option<CallError> {
        self.error.get()
    }

    pub fn forget_error(self) {
        self.error.set(None);
    }

    /// The sentence for a form's field, if the last refusal was about it.
    pub fn field_error(self, field: &'static str) -> Signal<Option<String>> {
        let lang = crate::i18n::use_lang();
        Signal::derive(move || {
            self.error
                .get()
                .filter(|error| error.field() == Some(field))
                .map(|error| error.message(lang.get()))
        })
    }

    /// Sends `body` and calls `done` with the answer's text, unless the page was left meanwhile; nothing
    /// while an earlier one runs.
    pub fn send<B: Serialize>(
        self,
        method: &'static str,
        path: String,
        body: Option<&B>,
        if_match: Option<i64>,
        done: impl FnOnce(Result<String, CallError>) + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        let body = body.and_then(http::write);
        self.busy.set(true);
        self.error.set(None);
        spawn_local(async move {
            let answer = http::call(method, &path, body, if_match).await;
            // Disposed when the page was left meanwhile; the act is done all the same.
            let is_gone = self.busy.try_set(false).is_some();
            let _ = self.error.try_set(answer.as_ref().err().cloned());
            if !is_gone {
                done(answer);
            }
        });
    }
}
