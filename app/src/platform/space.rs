//! How safe and how large the browser's storage on this device is.

/// What the browser says; `None` where it doesn't.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Space {
    /// The browser promised not to clear it by itself.
    pub persisted: Option<bool>,
    /// Bytes in use.
    pub used: Option<i64>,
    /// Bytes that may still be used.
    pub free: Option<i64>,
}

/// Looks at the storage as it is.
pub async fn look() -> Space {
    #[cfg(target_arch = "wasm32")]
    {
        let persisted = ask("persisted").await.and_then(|answer| answer.as_bool());
        let estimate = ask("estimate").await;
        let figure = |name: &str| {
            let value = js_sys::Reflect::get(estimate.as_ref()?, &name.into()).ok()?;
            Some(value.as_f64()? as i64)
        };
        let used = figure("usage");
        let free = figure("quota").map(|quota| (quota - used.unwrap_or(0)).max(0));
        Space {
            persisted,
            used,
            free,
        }
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        std::future::ready(Space::default()).await
    }
}

/// Asks the browser not to clear it; whether it agreed. Must be called from a tap: some ask back.
pub async fn protect() -> bool {
    #[cfg(target_arch = "wasm32")]
    {
        let answer = ask("persist").await;
        answer.and_then(|answer| answer.as_bool()).unwrap_or(false)
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        std::future::ready(false).await
    }
}

/// Calls a function of `navigator.storage`, which is absent on insecure pages and in old browsers.
#[cfg(target_arch = "wasm32")]
async fn ask(function: &str) -> Option<wasm_bindgen::JsValue> {
    use wasm_bindgen::JsCast;
    let navigator = web_sys::window()?.navigator();
    let storage = js_sys::Reflect::get(&navigator, &"storage".into()).ok()?;
    let function = js_sys::Reflect::get(&storage, &function.into()).ok()?;
    let function = function.dyn_into::<js_sys::Function>().ok()?;
    let promise = function.call0(&storage).ok()?;
    let promise = promise.dyn_into::<js_sys::Promise>().ok()?;
    wasm_bindgen_futures::JsFuture::from(promise).await.ok()
}
