//! New versions: `boot.js` keeps the service worker and tells by a mark on `<html>` and an event;
//! the app answers with the person's tap.

/// Calls `ready` when a new version waits, now or later.
pub fn watch(ready: impl Fn() + 'static) {
    #[cfg(target_arch = "wasm32")]
    {
        if super::document::html_attribute("data-update").is_some() {
            ready();
        }
        super::events::on_window("minglu-update", move |_| ready());
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = ready;
}

/// Switches to the new version and reloads.
pub fn take_over() {
    #[cfg(target_arch = "wasm32")]
    super::events::dispatch("minglu-take-over");
}

/// Whether everything needed to start offline is kept on this device.
pub fn offline_ready() -> bool {
    super::document::html_attribute("data-offline-ready").is_some()
}
