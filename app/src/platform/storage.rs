//! `localStorage` for preferences only; records and photos are the replica's.

use serde::{Serialize, de::DeserializeOwned};

/// A kept value; `None` where there is none, or where the browser forbids storage.
pub fn get<T: DeserializeOwned>(key: &str) -> Option<T> {
    #[cfg(target_arch = "wasm32")]
    {
        let text = storage()?.get_item(key).ok()??;
        domain::json::read(&text).ok()
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        let _ = key;
        None
    }
}

/// Keeps a value; forgets silently where the browser forbids storage.
pub fn set<T: Serialize>(key: &str, value: &T) {
    #[cfg(target_arch = "wasm32")]
    if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(value)) {
        let _ = storage.set_item(key, &text);
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (key, value);
}

#[cfg(target_arch = "wasm32")]
fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}
