//! The browser, behind functions that do nothing (or answer plainly) when the server renders.
//!
//! Only this module and the components that own a canvas or a camera touch the DOM.

pub mod camera;
#[cfg(target_arch = "wasm32")]
pub(crate) mod canvas;
#[cfg(target_arch = "wasm32")]
mod decoder;
pub mod device;
pub mod document;
pub mod events;
pub mod files;
pub mod install;
pub mod keys;
pub mod location;
pub mod photos;
pub mod recorder;
pub mod screen;
pub mod share;
pub mod signature;
pub mod space;
pub mod stamp;
pub mod storage;
pub mod updates;
pub mod uploads;

/// Milliseconds since 1970 on the device's own clock.
pub fn now_ms() -> i64 {
    #[cfg(target_arch = "wasm32")]
    {
        js_sys::Date::now() as i64
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |since| since.as_millis() as i64)
    }
}

/// In lower case, for searching. By the browser's tables: Rust's would be 24 KB of the client.
pub fn lowercase(text: &str) -> String {
    #[cfg(target_arch = "wasm32")]
    {
        js_sys::JsString::from(text).to_lower_case().into()
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        text.to_lowercase()
    }
}

/// The day by the device's own clock and zone.
pub fn today() -> chrono::NaiveDate {
    let now = domain::Timestamp(now_ms());
    now.civil(utc_offset_minutes())
        .map(|at| at.date())
        .unwrap_or_default()
}

/// Minutes east of UTC, now; China's on the server.
pub fn utc_offset_minutes() -> i32 {
    utc_offset_minutes_at(now_ms())
}

/// Minutes east of UTC at a moment; China's on the server.
pub fn utc_offset_minutes_at(ms: i64) -> i32 {
    #[cfg(target_arch = "wasm32")]
    {
        let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(ms as f64));
        let west = date.get_timezone_offset();
        if west.is_finite() {
            -(west as i32)
        } else {
            480
        }
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        let _ = ms;
        480
    }
}

/// Milliseconds since the page was opened; never goes back.
pub fn monotonic_ms() -> f64 {
    #[cfg(target_arch = "wasm32")]
    {
        web_sys::window()
            .and_then(|window| window.performance())
            .map_or(0.0, |clock| clock.now())
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        0.0
    }
}

/// Until what was just changed is on the screen. Not by the browser's frames: a hidden tab has none.
#[cfg(target_arch = "wasm32")]
pub async fn painted() {
    gloo_timers::future::TimeoutFuture::new(20).await;
}

#[cfg(not(target_arch = "wasm32"))]
pub fn painted() -> std::future::Ready<()> {
    std::future::ready(())
}

/// Random bytes from the system; `None` where it has none to give.
pub fn random_bytes<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).ok().map(|()| bytes)
}

/// The page's origin, such as `https://minglu.example`; empty on the server.
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

/// What follows `#` in the address, without it; empty on the server.
pub fn fragment() -> String {
    #[cfg(target_arch = "wasm32")]
    {
        web_sys::window()
            .and_then(|window| window.location().hash().ok())
            .map(|hash| hash.trim_start_matches('#').to_owned())
            .unwrap_or_default()
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        String::new()
    }
}
