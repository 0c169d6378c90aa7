//! The Web Lock that only one of the account's tabs holds.

use std::{cell::Cell, rc::Rc};

use futures::channel::oneshot;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::leadership::Leadership;

/// Waits for the lock, or takes it from a tab that went silent. In a browser without locks every
/// tab leads, which costs requests but harms nothing.
pub(super) async fn lead(name: &str, steal: bool) -> Leadership {
    let (granted, wait) = oneshot::channel();
    let lost = Rc::new(Cell::new(false));
    let Some(release) = request(name, steal, granted, lost.clone()) else {
        return Leadership::alone();
    };
    match wait.await {
        Ok(()) => Leadership::new(
            lost,
            Box::new(move || {
                // The page is going away when this fails, and the lock with it.
                let _released = release.call0(&JsValue::NULL);
            }),
        ),
        Err(_) => Leadership::alone(),
    }
}

fn request(
    name: &str,
    steal: bool,
    granted: oneshot::Sender<()>,
    lost: Rc<Cell<bool>>,
) -> Option<Function> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    let function: Function = Reflect::get(&locks, &"request".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let options = Object::new();
    Reflect::set(&options, &"steal".into(), &steal.into()).ok()?;
    let mut release = None;
    let held = Promise::new(&mut |resolve, _| release = Some(resolve));
    let callback = Closure::once(move |_lock: JsValue| -> JsValue {
        if granted.send(()).is_err() {
            // Nobody waits any more: let the next tab have it.
            return JsValue::UNDEFINED;
        }
        held.into()
    });
    let name = JsValue::from_str(&format!("{name}-sync"));
    let asked = function.call3(&locks, &name, &options, callback.as_ref());
    let ended: Promise = asked.ok()?.dyn_into().ok()?;
    spawn_local(async move {
        // Resolves when released, is rejected when another tab takes over.
        let _ended = JsFuture::from(ended).await;
        lost.set(true);
        drop(callback);
    });
    release
}
