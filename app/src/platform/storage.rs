//! `localStorage` for preferences only; records and photos are the replica's.

use serde::{Serialize, de::DeserializeOwned};

/// A kept value; `None` where there is none, or where the browser forbids storage.
pub fn get<T: DeserializeOwned>(key: &str) -> Option<T> {
    #[cfg(target_arch = "wasm32")]
    {
        use gloo_storage::Storage;
        if available() {
            gloo_storage::LocalStorage::get(key).ok()
        } else {
            None
        }
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
    {
        use gloo_storage::Storage;
        if available() {
            let _ = gloo_storage::LocalStorage::set(key, value);
        }
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (key, value);
}

/// `gloo_storage` panics in a window without storage: ask first.
#[cfg(target_arch = "wasm32")]
fn available() -> bool {
    web_sys::window()
        .and_then(|window| window.local_storage().ok().flatten())
        .is_some()
}
