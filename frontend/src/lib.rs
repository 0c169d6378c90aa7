//! The wasm entry: starts the app on the page that it finds itself on.
//!
//! `public/boot.js` loads it, and keeps the service worker; everything else is in `app`.

#[cfg(target_arch = "wasm32")]
mod entry {
    use app::App;
    use leptos::mount::{hydrate_body, mount_to_body};
    use wasm_bindgen::prelude::wasm_bindgen;
    use web_sys::{console, window};

    /// Takes over a page that the server rendered for its address, or fills the empty shell that
    /// the service worker keeps for all addresses.
    ///
    /// The shell says so by `<html data-shell>`: hydrating an empty page would panic.
    #[wasm_bindgen(start)]
    pub fn start() {
        report_panics();
        let Some(document) = window().and_then(|window| window.document()) else {
            return;
        };
        let is_shell = document
            .document_element()
            .is_some_and(|html| html.has_attribute("data-shell"));
        if is_shell {
            if let Some(body) = document.body() {
                // The placeholder that says "opening".
                body.set_inner_html("");
            }
            mount_to_body(App);
        } else {
            hydrate_body(App);
        }
    }

    /// A panic leaves a page that looks alive and isn't: say so, in the console and on `<html>`.
    fn report_panics() {
        std::panic::set_hook(Box::new(|panic| {
            console::error_1(&panic.to_string().into());
            if let Some(html) = window()
                .and_then(|window| window.document())
                .and_then(|document| document.document_element())
            {
                // Style sheets show the notice with this mark.
                let _ = html.set_attribute("data-crashed", "");
            }
        }));
    }
}
