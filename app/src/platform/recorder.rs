//! The microphone: one recording at a time, whole once it is stopped.
//!
//! A page that goes to the background stops it: some phones take the microphone away there, and what was
//! said until then is kept. Leaves out where a recording goes.

/// Why nothing is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecorderError {
    Denied,
    NoMicrophone,
    /// This browser doesn't record (or not without HTTPS).
    Unsupported,
    Failed,
}

impl RecorderError {
    /// What happened and what to do, in Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Denied => (
                "没有麦克风权限。请在浏览器地址栏的锁形图标或系统设置里允许“麦克风”，再试一次。",
                "No permission for the microphone. Allow it behind the lock in the address bar or in the settings, then try again.",
            ),
            Self::NoMicrophone => (
                "这台设备没有可用的麦克风。可以用其他应用录好，再选文件。",
                "This device has no microphone. Record elsewhere and choose the file.",
            ),
            Self::Unsupported => (
                "这个浏览器不能录音。可以用手机的录音机录好，再选文件。",
                "This browser can’t record. Use the phone’s recorder and choose the file.",
            ),
            Self::Failed => (
                "录音没有成功，可能有其他应用占用了麦克风。请再试一次。",
                "The recording failed: another app may have the microphone. Try again.",
            ),
        }
    }
}

/// What was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    pub bytes: Vec<u8>,
    pub media_type: &'static str,
    pub seconds: i64,
}

/// A recording under way; dropping it ends it too, and what was said goes to its `on_end`.
pub struct Recorder {
    #[cfg(target_arch = "wasm32")]
    running: browser::Running,
}

impl Recorder {
    /// Asks for the microphone and begins. `on_end` hears what was recorded, whoever ended it.
    #[cfg(target_arch = "wasm32")]
    pub async fn start(
        on_end: impl FnOnce(Result<Recording, RecorderError>) + 'static,
    ) -> Result<Self, RecorderError> {
        let running = browser::start(Box::new(on_end)).await?;
        Ok(Self { running })
    }

    #[cfg(not(target_arch = "wasm32"))]
    pub fn start(
        on_end: impl FnOnce(Result<Recording, RecorderError>) + 'static,
    ) -> std::future::Ready<Result<Self, RecorderError>> {
        let _ = on_end;
        std::future::ready(Err(RecorderError::Unsupported))
    }

    /// Ends it; `on_end` hears the rest.
    pub fn stop(&self) {
        #[cfg(target_arch = "wasm32")]
        self.running.stop();
    }
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use std::{cell::RefCell, rc::Rc};

    use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
    use wasm_bindgen_futures::{JsFuture, spawn_local};
    use web_sys::{
        Blob, BlobEvent, MediaRecorder, MediaRecorderOptions, MediaStream, MediaStreamConstraints,
        MediaStreamTrack, RecordingState,
    };

    use super::{Recorder, RecorderError, Recording};
    use crate::platform::{monotonic_ms, screen::Awake};

    /// What browsers record in, the best first, and what it is called afterwards.
    const FORMATS: [(&str, &str); 4] = [
        ("audio/webm;codecs=opus", "audio/webm"),
        ("audio/mp4", "audio/mp4"),
        ("audio/ogg;codecs=opus", "audio/ogg"),
        ("audio/webm", "audio/webm"),
    ];
    /// Speech needs no more: three minutes are 700 KB.
    const BITS_PER_SECOND: u32 = 32_000;

    type OnEnd = Box<dyn FnOnce(Result<Recording, RecorderError>)>;

    pub(super) struct Running {
        recorder: MediaRecorder,
        hidden: Closure<dyn FnMut()>,
        _awake: Awake,
    }

    impl Running {
        pub(super) fn stop(&self) {
            if self.recorder.state() != RecordingState::Inactive {
                // It can only be inactive already.
                let _ = self.recorder.stop();
            }
        }
    }

    impl Drop for Recorder {
        fn drop(&mut self) {
            self.running.stop();
            if let Some(document) = web_sys::window().and_then(|it| it.document()) {
                let hidden = self.running.hidden.as_ref().unchecked_ref();
                // Fails only for a listener that was never added.
                let _ = document.remove_event_listener_with_callback("visibilitychange", hidden);
            }
        }
    }

    pub(super) async fn start(on_end: OnEnd) -> Result<Running, RecorderError> {
        let (asked, named) = FORMATS
            .into_iter()
            .find(|(asked, _)| is_supported(asked))
            .ok_or(RecorderError::Unsupported)?;
        let stream = microphone().await?;
        let options = MediaRecorderOptions::new();
        options.set_mime_type(asked);
        options.set_audio_bits_per_second(BITS_PER_SECOND);
        let recorder =
            MediaRecorder::new_with_media_stream_and_media_recorder_options(&stream, &options)
                .map_err(|_| {
                    close(&stream);
                    RecorderError::Failed
                })?;
        let parts = Rc::new(RefCell::new(Vec::<Blob>::new()));
        let data = {
            let parts = parts.clone();
            Closure::<dyn FnMut(BlobEvent)>::new(move |event: BlobEvent| {
                if let Some(part) = event.data() {
                    parts.borrow_mut().push(part);
                }
            })
        };
        recorder.set_ondataavailable(Some(data.as_ref().unchecked_ref()));
        let began = monotonic_ms();
        let ended = {
            let stream = stream.clone();
            Closure::once_into_js(move || {
                // The last piece comes just before, also when the page is gone.
                let _heard = data;
                close(&stream);
                let seconds = ((monotonic_ms() - began) / 1000.0).round() as i64;
                let parts = parts.take();
                spawn_local(async move {
                    on_end(match bytes_of(parts).await {
                        Some(bytes) if !bytes.is_empty() => Ok(Recording {
                            bytes,
                            media_type: named,
                            seconds,
                        }),
                        _ => Err(RecorderError::Failed),
                    });
                });
            })
        };
        recorder.set_onstop(Some(ended.unchecked_ref()));
        if recorder.start_with_time_slice(1_000).is_err() {
            close(&stream);
            return Err(RecorderError::Failed);
        }
        let hidden = {
            let recorder = recorder.clone();
            Closure::<dyn FnMut()>::new(move || {
                let away = web_sys::window()
                    .and_then(|it| it.document())
                    .is_some_and(|it| it.hidden());
                if away && recorder.state() != RecordingState::Inactive {
                    let _ = recorder.stop();
                }
            })
        };
        if let Some(document) = web_sys::window().and_then(|it| it.document()) {
            // Without it the browser ends the recording by itself.
            let _ = document.add_event_listener_with_callback(
                "visibilitychange",
                hidden.as_ref().unchecked_ref(),
            );
        }
        Ok(Running {
            recorder,
            hidden,
            _awake: Awake::new(),
        })
    }

    fn is_supported(format: &str) -> bool {
        let known = js_sys::Reflect::has(&js_sys::global(), &"MediaRecorder".into());
        known.unwrap_or(false) && MediaRecorder::is_type_supported(format)
    }

    async fn microphone() -> Result<MediaStream, RecorderError> {
        let devices = web_sys::window()
            .and_then(|it| it.navigator().media_devices().ok())
            .filter(|it| !it.is_undefined())
            .ok_or(RecorderError::Unsupported)?;
        let wanted = MediaStreamConstraints::new();
        wanted.set_audio(&JsValue::TRUE);
        let asked = devices
            .get_user_media_with_constraints(&wanted)
            .map_err(|_| RecorderError::Unsupported)?;
        let stream = JsFuture::from(asked).await.map_err(|error| {
            let name = js_sys::Reflect::get(&error, &"name".into()).ok();
            match name.and_then(|it| it.as_string()).as_deref() {
                Some("NotAllowedError" | "SecurityError") => RecorderError::Denied,
                Some("NotFoundError") => RecorderError::NoMicrophone,
                _ => RecorderError::Failed,
            }
        })?;
        stream.dyn_into().map_err(|_| RecorderError::Failed)
    }

    /// The sign that the microphone is on goes out.
    fn close(stream: &MediaStream) {
        for track in stream.get_tracks().iter() {
            if let Ok(track) = track.dyn_into::<MediaStreamTrack>() {
                track.stop();
            }
        }
    }

    async fn bytes_of(parts: Vec<Blob>) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        for part in parts {
            let buffer = JsFuture::from(part.array_buffer()).await.ok()?;
            bytes.extend(js_sys::Uint8Array::new(&buffer).to_vec());
        }
        Some(bytes)
    }
}
