//! The camera as a reader of codes. Works with `getUserMedia` alone; needs no `BarcodeDetector`.

use leptos::{html, prelude::NodeRef};

/// Why there is no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CameraError {
    Denied,
    NoCamera,
    /// Another app has it.
    Busy,
    /// This browser gives no camera to pages (or not without HTTPS).
    Unsupported,
}

type Words = (&'static str, &'static str);

impl CameraError {
    /// What happened, and what to do, each in Chinese and English.
    pub fn words(self) -> (Words, Words) {
        match self {
            Self::Denied => (
                ("没有相机权限", "No permission for the camera"),
                (
                    "请在浏览器地址栏的锁形图标或系统设置里允许“相机”，再点重试。也可以用照片或粘贴文字。",
                    "Allow the camera behind the lock in the address bar or in the settings, then try again. A photo or pasted text works too.",
                ),
            ),
            Self::NoCamera => (
                ("这台设备没有可用的相机", "This device has no camera"),
                (
                    "可以用照片识别、粘贴文字，或改用六位口令。",
                    "Use a photo, pasted text, or the six-digit code word.",
                ),
            ),
            Self::Busy => (
                ("相机正被占用", "The camera is in use"),
                (
                    "请关掉正在使用相机的应用，再点重试。",
                    "Close the app that uses the camera, then try again.",
                ),
            ),
            Self::Unsupported => (
                ("这个浏览器不能使用相机", "This browser gives no camera"),
                (
                    "请用手机自带的浏览器打开，或用照片识别、粘贴文字。",
                    "Open it in the phone’s own browser, or use a photo or pasted text.",
                ),
            ),
        }
    }
}

/// A running camera; stops when dropped.
pub struct Camera {
    #[cfg(target_arch = "wasm32")]
    running: std::rc::Rc<browser::Running>,
}

impl Camera {
    /// Shows the camera in `video` and reports each QR code that it sees, with `bars` also bar codes.
    /// `on_state` hears whether the picture runs (and whether there is a torch) or why not.
    pub fn start(
        video: NodeRef<html::Video>,
        bars: bool,
        on_code: impl Fn(String) + 'static,
        on_state: impl Fn(Result<bool, CameraError>) + 'static,
    ) -> Self {
        #[cfg(target_arch = "wasm32")]
        {
            Self {
                running: browser::start(video, bars, on_code, on_state),
            }
        }
        #[cfg(not(target_arch = "wasm32"))]
        {
            let _ = (video, bars, on_code, on_state);
            Self {}
        }
    }

    /// Shows the camera in `video`, as large as it gives, and looks for nothing.
    pub fn view(
        video: NodeRef<html::Video>,
        on_state: impl Fn(Result<(), CameraError>) + 'static,
    ) -> Self {
        #[cfg(target_arch = "wasm32")]
        {
            Self {
                running: browser::view(video, on_state),
            }
        }
        #[cfg(not(target_arch = "wasm32"))]
        {
            let _ = (video, on_state);
            Self {}
        }
    }

    /// Switches the torch.
    pub fn torch(&self, on: bool) {
        #[cfg(target_arch = "wasm32")]
        self.running.torch(on);
        #[cfg(not(target_arch = "wasm32"))]
        let _ = on;
    }
}

#[cfg(target_arch = "wasm32")]
impl Drop for Camera {
    fn drop(&mut self) {
        self.running.stop();
    }
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use std::{
        cell::{Cell, RefCell},
        rc::Rc,
    };

    use gloo_timers::future::TimeoutFuture;
    use js_sys::{Array, Object, Reflect};
    use leptos::{html, prelude::*};
    use wasm_bindgen::{JsCast, JsValue};
    use wasm_bindgen_futures::{JsFuture, spawn_local};
    use web_sys::{HtmlVideoElement, MediaStream, MediaStreamTrack};

    use super::CameraError;
    use crate::{
        components::qr::RESCAN_MS,
        platform::{canvas::Surface, now_ms, photos},
    };

    /// Between two looks, so that a small phone keeps time for the picture.
    const PAUSE_MS: u32 = 90;
    /// The longer sides at which the picture is searched in turn, px: a small code needs the detail, and
    /// what can't be told apart in one measure often can in another.
    const SIDES: [u32; 4] = [720, 1_080, 1_280, 600];

    /// The width that is wished for, px: codes need less than photos.
    const SCAN_WIDTH: u32 = 1280;
    const VIEW_WIDTH: u32 = 1920;

    #[derive(Default)]
    pub(super) struct Running {
        stopped: Cell<bool>,
        stream: RefCell<Option<MediaStream>>,
    }

    impl Running {
        pub(super) fn stop(&self) {
            self.stopped.set(true);
            for track in self.tracks() {
                track.stop();
            }
            self.stream.replace(None);
        }

        fn tracks(&self) -> Vec<MediaStreamTrack> {
            self.stream
                .borrow()
                .as_ref()
                .map_or_else(Vec::new, |stream| {
                    stream
                        .get_video_tracks()
                        .iter()
                        .filter_map(|t| t.dyn_into().ok())
                        .collect()
                })
        }

        pub(super) fn torch(&self, on: bool) {
            let wish = Object::new();
            let _ = Reflect::set(&wish, &"torch".into(), &on.into());
            let constraints = Object::new();
            let _ = Reflect::set(&constraints, &"advanced".into(), &Array::of1(&wish));
            for track in self.tracks() {
                // Not in the bindings: `track.applyConstraints({advanced: [{torch}]})`.
                if let Some(promise) = call(&track, "applyConstraints", &constraints)
                    .and_then(|p| p.dyn_into::<js_sys::Promise>().ok())
                {
                    spawn_local(async move {
                        let _ = JsFuture::from(promise).await;
                    });
                }
            }
        }

        fn has_torch(&self) -> bool {
            self.tracks().iter().any(|track| {
                call(track, "getCapabilities", &JsValue::UNDEFINED)
                    .and_then(|able| Reflect::get(&able, &"torch".into()).ok())
                    .is_some_and(|torch| torch.is_truthy())
            })
        }
    }

    fn call(target: &JsValue, method: &str, argument: &JsValue) -> Option<JsValue> {
        let function = Reflect::get(target, &method.into()).ok()?;
        function
            .dyn_ref::<js_sys::Function>()?
            .call1(target, argument)
            .ok()
    }

    pub(super) fn start(
        video: NodeRef<html::Video>,
        bars: bool,
        on_code: impl Fn(String) + 'static,
        on_state: impl Fn(Result<bool, CameraError>) + 'static,
    ) -> Rc<Running> {
        let running = Rc::new(Running::default());
        let own = Rc::clone(&running);
        let video = video.get_untracked();
        spawn_local(async move {
            let Some(video) = video else { return };
            match open(&own, &video, SCAN_WIDTH).await {
                Ok(()) if own.stopped.get() => own.stop(),
                Ok(()) => {
                    on_state(Ok(own.has_torch()));
                    look(&own, &video, bars, on_code).await;
                }
                Err(_) if own.stopped.get() => {}
                Err(error) => on_state(Err(error)),
            }
        });
        running
    }

    pub(super) fn view(
        video: NodeRef<html::Video>,
        on_state: impl Fn(Result<(), CameraError>) + 'static,
    ) -> Rc<Running> {
        let running = Rc::new(Running::default());
        let own = Rc::clone(&running);
        let video = video.get_untracked();
        spawn_local(async move {
            let Some(video) = video else { return };
            let outcome = open(&own, &video, VIEW_WIDTH).await;
            if own.stopped.get() {
                own.stop();
            } else {
                on_state(outcome);
            }
        });
        running
    }

    async fn open(
        running: &Running,
        video: &HtmlVideoElement,
        width: u32,
    ) -> Result<(), CameraError> {
        let devices = media_devices().ok_or(CameraError::Unsupported)?;
        let side = Object::new();
        let _ = Reflect::set(&side, &"facingMode".into(), &"environment".into());
        let ideal = Object::new();
        let _ = Reflect::set(&ideal, &"ideal".into(), &JsValue::from(width));
        let _ = Reflect::set(&side, &"width".into(), &ideal);
        let constraints = web_sys::MediaStreamConstraints::new();
        constraints.set_video(&side);
        let stream = devices
            .get_user_media_with_constraints(&constraints)
            .map_err(|_| CameraError::Unsupported)?;
        let stream: MediaStream = JsFuture::from(stream)
            .await
            .map_err(|error| read_error(&error))?
            .dyn_into()
            .map_err(|_| CameraError::Unsupported)?;
        video.set_src_object(Some(&stream));
        running.stream.replace(Some(stream));
        if let Ok(playing) = video.play() {
            JsFuture::from(playing)
                .await
                .map_err(|_| CameraError::Busy)?;
        }
        Ok(())
    }

    /// Old and insecure contexts have no `mediaDevices`, whatever the type says.
    fn media_devices() -> Option<web_sys::MediaDevices> {
        let navigator = web_sys::window()?.navigator();
        let devices = Reflect::get(&navigator, &"mediaDevices".into()).ok()?;
        devices.dyn_into().ok()
    }

    fn read_error(error: &JsValue) -> CameraError {
        let name = Reflect::get(error, &"name".into())
            .ok()
            .and_then(|name| name.as_string());
        match name.as_deref() {
            Some("NotAllowedError" | "SecurityError") => CameraError::Denied,
            Some("NotFoundError" | "OverconstrainedError") => CameraError::NoCamera,
            Some("NotReadableError" | "AbortError") => CameraError::Busy,
            _ => CameraError::Unsupported,
        }
    }

    async fn look(
        running: &Running,
        video: &HtmlVideoElement,
        bars: bool,
        on_code: impl Fn(String),
    ) {
        let mut surfaces = SIDES.map(|_| None::<(u32, u32, Surface)>);
        let mut turns = (0..SIDES.len()).cycle();
        let mut last = (String::new(), 0_i64);
        while !running.stopped.get() {
            TimeoutFuture::new(PAUSE_MS).await;
            let turn = turns.next().unwrap_or_default();
            let size = photos::fit(video.video_width(), video.video_height(), SIDES[turn]);
            if running.stopped.get() || video.video_width() == 0 {
                continue;
            }
            let surface = &mut surfaces[turn];
            if surface.as_ref().is_none_or(|(w, h, _)| (*w, *h) != size) {
                *surface = Surface::of(size.0, size.1).map(|made| (size.0, size.1, made));
            }
            let Some((_, _, surface)) = surface else {
                return;
            };
            if surface.paint_video(video).is_none() {
                continue;
            }
            let Some(text) = surface.code(bars).await else {
                continue;
            };
            let now = now_ms();
            if text != last.0 || now - last.1 > RESCAN_MS {
                on_code(text.clone());
            }
            last = (text, now);
        }
    }
}
