//! Window events by name.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen::{JsCast, prelude::Closure};

/// Listens for as long as the page lives.
#[cfg(target_arch = "wasm32")]
pub fn on_window(name: &str, listener: impl Fn(web_sys::Event) + 'static) {
    if let Some(window) = web_sys::window() {
        let listener = Closure::<dyn Fn(web_sys::Event)>::new(listener);
        let _ = window.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
        // The window outlives everything.
        listener.forget();
    }
}

/// Sends an event without content.
#[cfg(target_arch = "wasm32")]
pub fn dispatch(name: &str) {
    if let (Some(window), Ok(event)) = (web_sys::window(), web_sys::Event::new(name)) {
        let _ = window.dispatch_event(&event);
    }
}
