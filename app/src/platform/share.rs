//! Taking things out of the app: the clipboard, the system's share sheet, a file.

/// Copies a text; `done` hears whether it worked.
pub fn copy(text: String, done: impl FnOnce(bool) + 'static) {
    #[cfg(target_arch = "wasm32")]
    wasm_bindgen_futures::spawn_local(async move {
        let copied = match clipboard() {
            Some(clipboard) => wasm_bindgen_futures::JsFuture::from(clipboard.write_text(&text))
                .await
                .is_ok(),
            None => false,
        };
        done(copied);
    });
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (text, done);
}

/// Without a secure context there is none, whatever the type says.
#[cfg(target_arch = "wasm32")]
fn clipboard() -> Option<web_sys::Clipboard> {
    use wasm_bindgen::JsCast;
    let navigator = web_sys::window()?.navigator();
    let clipboard = js_sys::Reflect::get(&navigator, &"clipboard".into()).ok()?;
    clipboard.dyn_into::<web_sys::Clipboard>().ok()
}

/// Whether the system has a share sheet for texts and links.
pub fn can_share() -> bool {
    #[cfg(target_arch = "wasm32")]
    {
        web_sys::window().is_some_and(|window| {
            js_sys::Reflect::has(&window.navigator(), &"share".into()).unwrap_or(false)
        })
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        false
    }
}

/// Opens the system's share sheet; must be called from a tap.
pub fn share(title: &str, url: &str) {
    #[cfg(target_arch = "wasm32")]
    if can_share()
        && let Some(window) = web_sys::window()
    {
        let data = web_sys::ShareData::new();
        data.set_title(title);
        data.set_url(url);
        let shared = window.navigator().share_with_data(&data);
        // A closed sheet is a rejected promise, and nothing to report.
        wasm_bindgen_futures::spawn_local(async move {
            let _ = wasm_bindgen_futures::JsFuture::from(shared).await;
        });
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (title, url);
}

/// Saves bytes as a file of the person's own.
pub fn save_file(name: &str, mime: &str, bytes: &[u8]) -> bool {
    #[cfg(target_arch = "wasm32")]
    {
        save(name, mime, bytes).is_some()
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        let _ = (name, mime, bytes);
        false
    }
}

#[cfg(target_arch = "wasm32")]
fn save(name: &str, mime: &str, bytes: &[u8]) -> Option<()> {
    use wasm_bindgen::JsCast;
    let url = super::photos::object_url(bytes, mime)?;
    let document = web_sys::window()?.document()?;
    let link = document
        .create_element("a")
        .ok()?
        .dyn_into::<web_sys::HtmlElement>()
        .ok()?;
    link.set_attribute("href", &url).ok()?;
    link.set_attribute("download", name).ok()?;
    document.body()?.append_child(&link).ok()?;
    link.click();
    link.remove();
    // Browsers read the address a moment later.
    gloo_timers::callback::Timeout::new(60_000, move || super::photos::revoke_url(&url)).forget();
    Some(())
}
