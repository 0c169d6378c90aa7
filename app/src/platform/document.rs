//! The document around the app: marks on `<html>`, embedded data, title, focus.

use domain::Lang;

#[cfg(target_arch = "wasm32")]
fn html() -> Option<web_sys::Element> {
    web_sys::window()?.document()?.document_element()
}

/// Sets an attribute of `<html>`.
pub fn set_html(name: &str, value: &str) {
    #[cfg(target_arch = "wasm32")]
    if let Some(html) = html() {
        let _ = html.set_attribute(name, value);
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (name, value);
}

/// An attribute of `<html>`.
pub fn html_attribute(name: &str) -> Option<String> {
    #[cfg(target_arch = "wasm32")]
    {
        html()?.get_attribute(name)
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        let _ = name;
        None
    }
}

/// The name of the build that is running.
pub fn build() -> String {
    html_attribute("data-build").unwrap_or_default()
}

/// The JSON that the server embedded.
pub fn server_data() -> Option<String> {
    #[cfg(target_arch = "wasm32")]
    {
        web_sys::window()?
            .document()?
            .get_element_by_id("server-data")?
            .text_content()
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        None
    }
}

/// The device's language.
pub fn navigator_lang() -> Option<Lang> {
    #[cfg(target_arch = "wasm32")]
    {
        web_sys::window()?
            .navigator()
            .language()
            .map(|tag| read_tag(&tag))
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        None
    }
}

#[cfg(target_arch = "wasm32")]
fn read_tag(tag: &str) -> Lang {
    if tag.to_ascii_lowercase().starts_with("zh") {
        Lang::Zh
    } else {
        Lang::En
    }
}

/// Names the browser's tab.
pub fn set_title(title: &str) {
    #[cfg(target_arch = "wasm32")]
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        document.set_title(title);
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = title;
}

/// Colors the browser's own bars: `None` follows the device.
pub fn set_bar_color(dark: Option<bool>) {
    #[cfg(target_arch = "wasm32")]
    {
        use wasm_bindgen::JsCast;
        let document = web_sys::window().and_then(|window| window.document());
        let Some(metas) =
            document.and_then(|d| d.query_selector_all("meta[name=theme-color]").ok())
        else {
            return;
        };
        for index in 0..metas.length() {
            let Some(meta) = metas
                .get(index)
                .and_then(|m| m.dyn_into::<web_sys::Element>().ok())
            else {
                continue;
            };
            let own = meta
                .get_attribute("media")
                .is_some_and(|media| media.contains("dark"));
            let color = if dark.unwrap_or(own) {
                DARK_BAR
            } else {
                LIGHT_BAR
            };
            let _ = meta.set_attribute("content", color);
        }
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = dark;
}

/// `--bg` of the two themes; the document's head has them too.
#[cfg(target_arch = "wasm32")]
const LIGHT_BAR: &str = "#f3f6f5";
#[cfg(target_arch = "wasm32")]
const DARK_BAR: &str = "#0d1413";

/// Moves the focus to an element, without scrolling.
pub fn focus(id: &str) {
    #[cfg(target_arch = "wasm32")]
    {
        use wasm_bindgen::JsCast;
        let element = web_sys::window()
            .and_then(|window| window.document())
            .and_then(|document| document.get_element_by_id(id))
            .and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
        if let Some(element) = element {
            let options = web_sys::FocusOptions::new();
            options.set_prevent_scroll(true);
            let _ = element.focus_with_options(&options);
        }
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = id;
}

/// Scrolls to an element and moves the focus there.
pub fn reveal(id: &str) {
    #[cfg(target_arch = "wasm32")]
    {
        let document = web_sys::window().and_then(|window| window.document());
        if let Some(element) = document.and_then(|document| document.get_element_by_id(id)) {
            element.scroll_into_view();
        }
    }
    focus(id);
}

#[cfg(target_arch = "wasm32")]
fn element(id: &str) -> Option<web_sys::Element> {
    web_sys::window()?.document()?.get_element_by_id(id)
}

/// Whether the page has such an element.
pub fn has(id: &str) -> bool {
    #[cfg(target_arch = "wasm32")]
    {
        element(id).is_some()
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        let _ = id;
        false
    }
}

/// Scrolls to an element.
pub fn scroll_to(id: &str) {
    #[cfg(target_arch = "wasm32")]
    if let Some(element) = element(id) {
        element.scroll_into_view();
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = id;
}

/// Scrolls to the beginning of the page.
pub fn to_top() {
    #[cfg(target_arch = "wasm32")]
    if let Some(window) = web_sys::window() {
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
}

/// Scrolls to an element and moves the focus into its first field, or onto it if it has none.
pub fn enter(id: &str) {
    #[cfg(target_arch = "wasm32")]
    {
        use wasm_bindgen::JsCast;
        let field = element(id).and_then(|element| {
            element.scroll_into_view();
            element
                .query_selector("input:not([type=file]):not(:disabled), textarea, select")
                .ok()?
        });
        match field.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()) {
            Some(field) => {
                let options = web_sys::FocusOptions::new();
                options.set_prevent_scroll(true);
                let _ = field.focus_with_options(&options);
            }
            None => focus(id),
        }
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = id;
}

/// The id of the first of the elements that a reader sees below the page's header; `None` at the top
/// of the page.
pub fn topmost(selector: &str) -> Option<String> {
    #[cfg(target_arch = "wasm32")]
    {
        use wasm_bindgen::JsCast;
        /// Height of the header, in px.
        const HEADER: f64 = 112.0;
        let window = web_sys::window()?;
        if window.scroll_y().ok()? < HEADER {
            return None;
        }
        let found = window.document()?.query_selector_all(selector).ok()?;
        let elements = (0..found.length()).filter_map(|at| found.get(at));
        elements
            .filter_map(|node| node.dyn_into::<web_sys::Element>().ok())
            .find(|element| element.get_bounding_client_rect().bottom() > HEADER)
            .map(|element| element.id())
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        let _ = selector;
        None
    }
}

/// Opens the browser's print dialog.
pub fn print() {
    #[cfg(target_arch = "wasm32")]
    if let Some(window) = web_sys::window() {
        let _ = window.print();
    }
}

/// Scheme, host and port, such as `https://minglu.example.cn`.
pub fn origin() -> String {
    #[cfg(target_arch = "wasm32")]
    {
        web_sys::window()
            .and_then(|window| window.location().origin().ok())
            .unwrap_or_default()
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        String::new()
    }
}

/// What follows `#` in the address; never sent to the server.
pub fn fragment() -> String {
    #[cfg(target_arch = "wasm32")]
    {
        web_sys::window()
            .and_then(|window| window.location().hash().ok())
            .unwrap_or_default()
            .trim_start_matches('#')
            .to_owned()
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        String::new()
    }
}

/// Puts another address into the place of the page's own, so that it can be shared and survives a reload. Not a
/// navigation: the page stays.
pub fn keep_address(address: &str) {
    #[cfg(target_arch = "wasm32")]
    if let Some(history) = web_sys::window().and_then(|window| window.history().ok()) {
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(address));
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = address;
}
