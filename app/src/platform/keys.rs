//! Keyboard shortcuts of a page, gone with the component that asked for them.

/// A key that was pressed outside of text fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// As in `KeyboardEvent.key`: `j`, `Enter`, `ArrowDown`.
    pub name: String,
    pub shift: bool,
    /// The focus is on a button or link, which has its own use for Enter and Space.
    pub on_control: bool,
}

/// Calls `handler` for keys without Ctrl, Alt or Meta, unless a text field or dialog has the focus.
/// The handler answers whether it used the key.
pub fn on_keys(handler: impl Fn(Key) -> bool + 'static) {
    listen(handler, false);
}

/// Like [`on_keys`], also inside dialogs.
pub fn on_keys_everywhere(handler: impl Fn(Key) -> bool + 'static) {
    listen(handler, true);
}

fn listen(handler: impl Fn(Key) -> bool + 'static, in_dialogs: bool) {
    #[cfg(target_arch = "wasm32")]
    {
        use leptos::prelude::{on_cleanup, window_event_listener};
        use wasm_bindgen::JsCast;

        let handle = window_event_listener(leptos::ev::keydown, move |event| {
            if event.ctrl_key()
                || event.alt_key()
                || event.meta_key()
                || event.is_composing()
                || event.default_prevented()
            {
                return;
            }
            let target = event
                .target()
                .and_then(|t| t.dyn_into::<web_sys::Element>().ok());
            let within = |selector: &str| {
                target
                    .as_ref()
                    .is_some_and(|t| t.closest(selector).ok().flatten().is_some())
            };
            let typing = "input:not([type=radio]):not([type=checkbox]), textarea, select";
            if within(typing) || (!in_dialogs && within("dialog")) {
                return;
            }
            let key = Key {
                name: event.key(),
                shift: event.shift_key(),
                on_control: within("button, a, input, [role=tab]"),
            };
            if handler(key) {
                event.prevent_default();
            }
        });
        on_cleanup(move || handle.remove());
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (handler, in_dialogs);
}
