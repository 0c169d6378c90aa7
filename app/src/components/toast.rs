//! Short messages at the screen's edge: what just happened. Errors that need a decision belong on
//! the page, not here.

use std::time::Duration;

use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::{Tone, icon::Icon},
    i18n::t,
};

#[derive(Clone, Debug, PartialEq, Eq)]
struct Toast {
    id: u32,
    tone: Tone,
    text: String,
}

/// Shows short messages; get it with [`use_toasts`].
#[derive(Clone, Copy)]
pub struct Toasts {
    list: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
}

pub(crate) fn provide_toasts() {
    provide_context(Toasts {
        list: RwSignal::new(Vec::new()),
        next: StoredValue::new(0),
    });
}

/// The toasts, from any component: `let toasts = use_toasts(); … toasts.success(text)`.
pub fn use_toasts() -> Toasts {
    use_context::<Toasts>().unwrap_or_else(|| Toasts {
        list: RwSignal::new(Vec::new()),
        next: StoredValue::new(0),
    })
}

impl Toasts {
    pub fn success(self, text: impl Into<String>) {
        self.show(Tone::Success, text.into(), 4);
    }

    pub fn info(self, text: impl Into<String>) {
        self.show(Tone::Info, text.into(), 4);
    }

    /// Stays longer, so that it can be read.
    pub fn error(self, text: impl Into<String>) {
        self.show(Tone::Danger, text.into(), 9);
    }

    fn show(self, tone: Tone, text: String, seconds: u64) {
        let id = self.next.get_value();
        self.next.set_value(id.wrapping_add(1));
        self.list.update(|list| {
            // Three at most: a wall of messages is read by nobody.
            if list.len() >= 3 {
                list.remove(0);
            }
            list.push(Toast { id, tone, text });
        });
        set_timeout(move || self.close(id), Duration::from_secs(seconds));
    }

    fn close(self, id: u32) {
        let _ = self
            .list
            .try_update(|list| list.retain(|toast| toast.id != id));
    }
}

/// Where toasts appear; once, in the root.
#[component]
pub fn ToastHost() -> impl IntoView {
    let toasts = use_toasts();
    let close = t("关闭", "Close");
    view! {
        <div class="toasts no-print" role="status" aria-live="polite">
            <For each=move || toasts.list.get() key=|toast| toast.id let:toast>
                <div class=format!("toast tone-{}", toast.tone.as_str())>
                    <Icon icon=toast.tone.icon()/>
                    <span class="toast-text">{toast.text}</span>
                    <button
                        type="button"
                        class="icon-button"
                        aria-label=close
                        on:click=move |_| toasts.close(toast.id)
                    >
                        <Icon icon=lu::LuX/>
                    </button>
                </div>
            </For>
        </div>
    }
    .into_any()
}
