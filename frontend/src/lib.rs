//! The wasm entry: starts the app on the page that it finds itself on.
//!
//! `public/boot.js` loads it, and keeps the service worker; everything else is in `app`.

#[cfg(target_arch = "wasm32")]
mod typed;

#[cfg(target_arch = "wasm32")]
mod entry {
    use app::App;
    use leptos::mount::mount_to_body;
    use wasm_bindgen::prelude::wasm_bindgen;
    use wasm_bindgen_futures::spawn_local;
    use web_sys::{console, window};

    use crate::typed::Typed;

    /// Puts the app in the place of what the page shows: the shell's splash, or what the server
    /// rendered for people who haven't the app yet.
    #[wasm_bindgen(start)]
    pub fn start() {
        report_panics();
        let is_shell = window()
            .and_then(|window| window.document())
            .and_then(|document| document.document_element())
            .is_some_and(|html| html.has_attribute("data-shell"));
        if is_shell {
            mount();
        } else {
            spawn_local(async {
                app::fetch_for_rendered_page().await;
                mount();
            });
        }
    }

    fn mount() {
        let Some(body) = window()
            .and_then(|window| window.document())
            .and_then(|document| document.body())
        else {
            return;
        };
        let typed = Typed::read(&body);
        body.set_inner_html("");
        mount_to_body(App);
        typed.put_back();
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
