//! The screen itself: kept awake while a code is shown; a short buzz when something was read.

/// Keeps the screen on until dropped. Does nothing where the browser can't.
#[derive(Default)]
pub struct Awake {
    #[cfg(target_arch = "wasm32")]
    lock: std::rc::Rc<std::cell::RefCell<Lock>>,
}

#[cfg(target_arch = "wasm32")]
#[derive(Default)]
struct Lock {
    sentinel: Option<wasm_bindgen::JsValue>,
    dropped: bool,
}

impl Awake {
    pub fn new() -> Self {
        let awake = Self::default();
        #[cfg(target_arch = "wasm32")]
        awake.ask();
        awake
    }

    /// Browsers take the lock away in the background: ask again when the page is back.
    #[cfg(target_arch = "wasm32")]
    pub fn ask(&self) {
        let lock = self.lock.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let Some(asked) = request() else { return };
            let Ok(sentinel) = wasm_bindgen_futures::JsFuture::from(asked).await else {
                return;
            };
            let mut lock = lock.borrow_mut();
            if lock.dropped {
                release(&sentinel);
            } else {
                lock.sentinel = Some(sentinel);
            }
        });
    }
}

#[cfg(target_arch = "wasm32")]
impl Drop for Awake {
    fn drop(&mut self) {
        let mut lock = self.lock.borrow_mut();
        lock.dropped = true;
        if let Some(sentinel) = lock.sentinel.take() {
            release(&sentinel);
        }
    }
}

#[cfg(target_arch = "wasm32")]
fn request() -> Option<js_sys::Promise> {
    use wasm_bindgen::JsCast;
    let navigator = web_sys::window()?.navigator();
    let wake_lock = js_sys::Reflect::get(&navigator, &"wakeLock".into()).ok()?;
    let request = js_sys::Reflect::get(&wake_lock, &"request".into()).ok()?;
    let request = request.dyn_ref::<js_sys::Function>()?.clone();
    let asked = request.call1(&wake_lock, &"screen".into()).ok()?;
    asked.dyn_into().ok()
}

#[cfg(target_arch = "wasm32")]
fn release(sentinel: &wasm_bindgen::JsValue) {
    use wasm_bindgen::JsCast;
    let release = js_sys::Reflect::get(sentinel, &"release".into()).ok();
    if let Some(release) = release
        .as_ref()
        .and_then(|it| it.dyn_ref::<js_sys::Function>())
    {
        // Already released is as good.
        let _ = release.call0(sentinel);
    }
}

/// A short buzz, where the device can.
pub fn buzz() {
    #[cfg(target_arch = "wasm32")]
    {
        use wasm_bindgen::JsCast;
        let Some(window) = web_sys::window() else {
            return;
        };
        let navigator = window.navigator();
        let vibrate = js_sys::Reflect::get(&navigator, &"vibrate".into()).ok();
        if let Some(vibrate) = vibrate
            .as_ref()
            .and_then(|it| it.dyn_ref::<js_sys::Function>())
        {
            let _ = vibrate.call1(&navigator, &60.into());
        }
    }
}
