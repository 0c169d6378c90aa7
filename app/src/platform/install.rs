//! Putting the app on the home screen.

/// Calls `ready` when the browser offers to install the app (Chromium's `beforeinstallprompt`).
///
/// The offer must be caught when it comes; [`prompt`] uses it on a tap.
pub fn watch(ready: impl Fn() + 'static) {
    #[cfg(target_arch = "wasm32")]
    {
        if OFFER.with(|offer| offer.borrow().is_some()) {
            ready();
        }
        super::events::on_window("beforeinstallprompt", move |event| {
            event.prevent_default();
            OFFER.with(|offer| offer.replace(Some(event)));
            ready();
        });
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = ready;
}

/// Shows the browser's own question; must be called from a tap.
pub fn prompt() {
    #[cfg(target_arch = "wasm32")]
    if let Some(event) = OFFER.with(|offer| offer.borrow_mut().take()) {
        use wasm_bindgen::JsCast;
        let prompt = js_sys::Reflect::get(&event, &"prompt".into()).ok();
        if let Some(prompt) = prompt
            .as_ref()
            .and_then(|p| p.dyn_ref::<js_sys::Function>())
        {
            let _ = prompt.call0(&event);
        }
    }
}

#[cfg(target_arch = "wasm32")]
thread_local! {
    static OFFER: std::cell::RefCell<Option<web_sys::Event>> = const { std::cell::RefCell::new(None) };
}
