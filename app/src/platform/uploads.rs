//! Files that go to the server from a desktop: hashed slice by slice, asked for, sent in pieces (tus).
//!
//! A cut is waited out and the upload goes on where it stood; after a reload it does so once the same
//! file is picked again. Photos and recordings of records go another way, by the replica.

use domain::Text;
use leptos::ev::DragEvent;

use super::photos::PickedFile;

/// A file whose bytes the server holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploaded {
    pub sha256: String,
    /// As it is called, without folders.
    pub file_name: String,
    pub media_type: String,
    pub bytes: i64,
}

/// How far an upload is, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It is being hashed.
    Reading {
        done: i64,
        total: i64,
    },
    Sending {
        done: i64,
        total: i64,
    },
    /// The server can't be reached; it is asked again by itself.
    Waiting {
        done: i64,
        total: i64,
    },
}

/// Why a file isn't at the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UploadError {
    Empty,
    /// Of no type that may be kept.
    Kind,
    TooLarge,
    /// Moved, deleted, or changed while it was read.
    Unreadable,
    LoggedOut,
    /// The server said why.
    Refused(Text),
    /// The person stopped it.
    Stopped,
}

impl UploadError {
    /// What happened and what to do.
    pub fn text(&self) -> Text {
        match self {
            Self::Empty => Text::new(
                "文件是空的，请另选一个",
                "The file is empty. Choose another one",
            ),
            Self::Kind => Text::new(
                "不支持这种文件。可用：PDF、Word、Excel、PPT、TXT、CSV，JPEG、PNG、WebP 照片，MP3、M4A、OGG、WebM 录音",
                "This kind of file isn't supported. Choose a PDF, Word, Excel, PowerPoint, text or CSV file, a JPEG, PNG or WebP photo, or an MP3, M4A, OGG or WebM recording",
            ),
            Self::TooLarge => Text::new(
                "文件超过上限（文档 200 MB、录音 50 MB、照片 20 MB），请压缩或拆分后再传",
                "The file is too large (documents 200 MB, recordings 50 MB, photos 20 MB). Make it smaller or split it",
            ),
            Self::Unreadable => Text::new(
                "读不出这个文件：可能已被移动、删除或修改。请重新选择",
                "This file can't be read: it may have been moved, deleted or changed. Choose it again",
            ),
            Self::LoggedOut => Text::new(
                "登录已过期。请重新登录，再选一次这个文件，会从断开处继续",
                "Your log-in has ended. Log in and choose the file again: it goes on where it stopped",
            ),
            Self::Refused(text) => text.clone(),
            Self::Stopped => Text::new("已停止上传", "Stopped"),
        }
    }
}

/// The files that were dropped.
pub fn dropped_files(event: &DragEvent) -> Vec<PickedFile> {
    #[cfg(target_arch = "wasm32")]
    {
        let files = event.data_transfer().and_then(|dropped| dropped.files());
        files.map_or_else(Vec::new, |list| {
            (0..list.length())
                .filter_map(|index| list.get(index))
                .map(|file| PickedFile { file })
                .collect()
        })
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        let _ = event;
        Vec::new()
    }
}

/// Brings a file to the server. `on_progress` hears how far it is and says whether to go on.
#[cfg(target_arch = "wasm32")]
pub async fn upload(
    file: &PickedFile,
    on_progress: impl Fn(Progress) -> bool,
) -> Result<Uploaded, UploadError> {
    browser::upload(&file.file, &on_progress).await
}

#[cfg(not(target_arch = "wasm32"))]
pub fn upload(
    file: &PickedFile,
    on_progress: impl Fn(Progress) -> bool,
) -> std::future::Ready<Result<Uploaded, UploadError>> {
    let _ = (file, on_progress);
    std::future::ready(Err(UploadError::Unreadable))
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use domain::{
        api::{ApiError, sync::TUS_VERSION},
        keys::Sha256Stream,
        media,
    };
    use gloo_timers::future::TimeoutFuture;
    use sync::{
        browser::Http,
        transport::{Method, Request, Response, Transport as _},
    };
    use wasm_bindgen_futures::JsFuture;

    use super::{Progress, UploadError, Uploaded};

    /// Bytes that are hashed at a time.
    const SLICE: i64 = 4 * 1024 * 1024;
    /// Bytes per request: little is sent again after a cut.
    const PIECE: i64 = 2 * 1024 * 1024;
    /// The largest that any server takes.
    const MOST: i64 = 2_000_000_000;
    /// The longest rest before the server is asked again, ms.
    const REST: u32 = 15_000;
    /// So often the bytes may differ from what was hashed before that is called a changed file.
    const MISMATCHES: u32 = 2;

    type Told<'a> = &'a dyn Fn(Progress) -> bool;

    pub(super) async fn upload(
        file: &web_sys::File,
        tell: Told<'_>,
    ) -> Result<Uploaded, UploadError> {
        let file_name = base_name(&file.name());
        let known = media::of_name(&file_name).ok_or(UploadError::Kind)?;
        let total = file.size() as i64;
        match total {
            0 => return Err(UploadError::Empty),
            MOST.. => return Err(UploadError::TooLarge),
            _ => {}
        }
        let mut hash = Sha256Stream::default();
        let mut done = 0;
        while done < total {
            go_on(tell(Progress::Reading { done, total }))?;
            let bytes = slice(file, done, total.min(done + SLICE)).await?;
            hash.update(&bytes);
            done += bytes.len() as i64;
        }
        let uploaded = Uploaded {
            sha256: hash.finish_hex(),
            file_name,
            media_type: known.media_type.to_owned(),
            bytes: total,
        };
        send(file, &uploaded, tell).await?;
        Ok(uploaded)
    }

    /// One try came to an end before the last byte.
    enum Cut {
        /// Asking again may help.
        Again,
        /// The server has other bytes than the file.
        Mismatch,
        Failed(UploadError),
    }

    impl From<UploadError> for Cut {
        fn from(error: UploadError) -> Self {
            Self::Failed(error)
        }
    }

    async fn send(
        file: &web_sys::File,
        wanted: &Uploaded,
        tell: Told<'_>,
    ) -> Result<(), UploadError> {
        let total = wanted.bytes;
        let mut rest = 500;
        let mut mismatches = 0;
        let mut done = 0;
        loop {
            let before = done;
            match try_once(file, wanted, tell, &mut done).await {
                Ok(()) => return Ok(()),
                Err(Cut::Failed(error)) => return Err(error),
                Err(Cut::Mismatch) if mismatches == MISMATCHES => {
                    return Err(UploadError::Unreadable);
                }
                Err(Cut::Mismatch) => mismatches += 1,
                Err(Cut::Again) => {}
            }
            rest = if done > before {
                500
            } else {
                REST.min(rest * 2)
            };
            go_on(tell(Progress::Waiting { done, total }))?;
            TimeoutFuture::new(rest).await;
        }
    }

    async fn try_once(
        file: &web_sys::File,
        wanted: &Uploaded,
        tell: Told<'_>,
        done: &mut i64,
    ) -> Result<(), Cut> {
        let total = wanted.bytes;
        let Some((location, offset)) = create(wanted).await? else {
            return Ok(());
        };
        *done = offset;
        while *done < total {
            if !tell(Progress::Sending { done: *done, total }) {
                let request = Request::new(Method::Delete, location);
                let _ = Http.send(request.header(TUS, TUS_VERSION)).await;
                return Err(UploadError::Stopped.into());
            }
            let bytes = slice(file, *done, total.min(*done + PIECE)).await?;
            let request = Request::new(Method::Patch, location.as_str())
                .header(TUS, TUS_VERSION)
                .header("upload-offset", done.to_string())
                .header("content-type", "application/offset+octet-stream")
                .body(bytes)
                .timeout_ms(120_000);
            let answer = Http.send(request).await.map_err(|_| Cut::Again)?;
            match (answer.status, offset_of(&answer)) {
                (200..=299, Some(offset)) => *done = offset.min(total),
                _ => return Err(failure(&answer)),
            }
        }
        Ok(())
    }

    /// Where to send the bytes and how many the server has; `None` when it has them all.
    async fn create(wanted: &Uploaded) -> Result<Option<(String, i64)>, Cut> {
        let metadata = format!(
            "sha256 {},filetype {}",
            STANDARD.encode(&wanted.sha256),
            STANDARD.encode(&wanted.media_type)
        );
        let request = Request::new(Method::Post, "/api/blobs")
            .header(TUS, TUS_VERSION)
            .header("upload-length", wanted.bytes.to_string())
            .header("upload-metadata", metadata);
        let answer = Http.send(request).await.map_err(|_| Cut::Again)?;
        match (answer.status, answer.header("location"), offset_of(&answer)) {
            (200, Some(at), Some(_)) if at.ends_with(&wanted.sha256) => Ok(None),
            (201, Some(at), Some(offset)) => Ok(Some((at.to_owned(), offset))),
            _ => Err(failure(&answer)),
        }
    }

    const TUS: &str = "tus-resumable";

    fn offset_of(answer: &Response) -> Option<i64> {
        answer.header("upload-offset")?.parse().ok()
    }

    fn failure(answer: &Response) -> Cut {
        let said: Option<ApiError> = str::from_utf8(&answer.body)
            .ok()
            .and_then(|body| domain::json::read(body).ok());
        match (answer.status, said) {
            (460, _) => Cut::Mismatch,
            (401, Some(_)) => UploadError::LoggedOut.into(),
            (413, Some(_)) => UploadError::TooLarge.into(),
            (400 | 403 | 412 | 415 | 422, Some(error)) => {
                UploadError::Refused(error.message).into()
            }
            // Gone, taken, busy, or no answer of Minglu's.
            _ => Cut::Again,
        }
    }

    async fn slice(file: &web_sys::File, from: i64, to: i64) -> Result<Vec<u8>, UploadError> {
        let part = file
            .slice_with_f64_and_f64(from as f64, to as f64)
            .map_err(|_| UploadError::Unreadable)?;
        let buffer = JsFuture::from(part.array_buffer())
            .await
            .map_err(|_| UploadError::Unreadable)?;
        let bytes = js_sys::Uint8Array::new(&buffer).to_vec();
        if bytes.len() as i64 == to - from {
            Ok(bytes)
        } else {
            Err(UploadError::Unreadable)
        }
    }

    fn go_on(on: bool) -> Result<(), UploadError> {
        if on {
            Ok(())
        } else {
            Err(UploadError::Stopped)
        }
    }

    fn base_name(name: &str) -> String {
        name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned()
    }
}
