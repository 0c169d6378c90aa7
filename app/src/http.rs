//! Calls to the server for what is made online: sessions, invitations, the office's reads.
//!
//! Text in, text out, so that the code stays small; [`read`] and [`write`] turn types into text.
//! Leaves out the sync protocol, which the replica speaks by itself.

use domain::{Lang, Text, api::ApiError};
use serde::{Serialize, de::DeserializeOwned};

use crate::platform::photos::PickedFile;

/// Why a call brought nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallError {
    /// No answer, or one that isn't Minglu's (a hotel's log-in page).
    Offline,
    /// The server said no and why; `body` is all that it said.
    Refused {
        status: u16,
        error: ApiError,
        body: String,
    },
}

impl CallError {
    pub fn status(&self) -> u16 {
        match self {
            Self::Offline => 0,
            Self::Refused { status, .. } => *status,
        }
    }

    /// What else the server said with its error, such as what to choose from.
    pub fn details<T: DeserializeOwned>(&self) -> Option<T> {
        match self {
            Self::Offline => None,
            Self::Refused { body, .. } => domain::json::read(body).ok(),
        }
    }

    /// The form field it belongs to, if it belongs to one.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Offline => None,
            Self::Refused { error, .. } => error.field.as_deref(),
        }
    }

    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::Offline => Text::new(
                "连不上服务器，请检查网络后再试",
                "Can't reach the server. Check the network and try again",
            )
            .get(lang)
            .to_owned(),
            Self::Refused { error, .. } => error.message.get(lang).to_owned(),
        }
    }
}

/// Reads an answer; one that isn't what was asked for counts as no answer.
pub fn read<T: DeserializeOwned>(body: &str) -> Result<T, CallError> {
    domain::json::read(body).map_err(|_| CallError::Offline)
}

/// Writes a request's body.
pub fn write<T: Serialize>(value: &T) -> Option<String> {
    serde_json::to_string(value).ok()
}

/// Sends a picked file and waits at most ten minutes for the answer's body.
#[cfg(target_arch = "wasm32")]
pub async fn send_file(path: &str, file: PickedFile) -> Result<String, CallError> {
    let body = Body {
        content: file.file.into(),
        media_type: "application/octet-stream",
    };
    within(600_000, send("POST", path, Some(body), None)).await
}

/// Sends bytes and waits at most a minute for the answer's body.
#[cfg(target_arch = "wasm32")]
pub async fn send_bytes(
    path: &str,
    bytes: &[u8],
    if_match: Option<i64>,
) -> Result<String, CallError> {
    let body = Body {
        content: js_sys::Uint8Array::from(bytes).into(),
        media_type: "application/octet-stream",
    };
    within(60_000, send("POST", path, Some(body), if_match)).await
}

#[cfg(not(target_arch = "wasm32"))]
pub fn send_bytes(
    path: &str,
    bytes: &[u8],
    if_match: Option<i64>,
) -> std::future::Ready<Result<String, CallError>> {
    let _ = (path, bytes, if_match);
    std::future::ready(Err(CallError::Offline))
}

#[cfg(not(target_arch = "wasm32"))]
pub fn send_file(path: &str, file: PickedFile) -> std::future::Ready<Result<String, CallError>> {
    let _ = (path, file);
    std::future::ready(Err(CallError::Offline))
}

/// Sends a request and waits at most 20 s for the answer's body.
#[cfg(target_arch = "wasm32")]
pub async fn call(
    method: &'static str,
    path: &str,
    body: Option<String>,
    if_match: Option<i64>,
) -> Result<String, CallError> {
    let body = body.map(|text| Body {
        content: text.into(),
        media_type: "application/json",
    });
    within(20_000, send(method, path, body, if_match)).await
}

#[cfg(target_arch = "wasm32")]
struct Body {
    content: wasm_bindgen::JsValue,
    media_type: &'static str,
}

#[cfg(target_arch = "wasm32")]
async fn within(
    ms: u32,
    request: impl Future<Output = Result<String, CallError>>,
) -> Result<String, CallError> {
    use futures::future::{Either, select};
    let timeout = gloo_timers::future::TimeoutFuture::new(ms);
    match select(Box::pin(request), timeout).await {
        Either::Left((answer, _)) => answer,
        Either::Right(_) => Err(CallError::Offline),
    }
}

#[cfg(target_arch = "wasm32")]
async fn send(
    method: &'static str,
    path: &str,
    body: Option<Body>,
    if_match: Option<i64>,
) -> Result<String, CallError> {
    let method =
        gloo_net::http::Method::from_bytes(method.as_bytes()).map_err(|_| CallError::Offline)?;
    let mut request = gloo_net::http::RequestBuilder::new(path)
        .method(method)
        .header("accept", "application/json");
    if !sync::browser::presence::is_attended() {
        request = request.header(domain::api::session::UNATTENDED, "1");
    }
    if let Some(revision) = if_match {
        request = request.header("if-match", &format!("\"{revision}\""));
    }
    let response = match body {
        Some(body) => {
            request
                .header("content-type", body.media_type)
                .body(body.content)
                .map_err(|_| CallError::Offline)?
                .send()
                .await
        }
        None => request.send().await,
    }
    .map_err(|_| CallError::Offline)?;
    let status = response.status();
    let text = response.text().await.map_err(|_| CallError::Offline)?;
    if (200..300).contains(&status) {
        return Ok(text);
    }
    match domain::json::read(&text) {
        Ok(error) => Err(CallError::Refused {
            status,
            error,
            body: text,
        }),
        Err(_) => Err(CallError::Offline),
    }
}

/// The server renders without asking itself.
#[cfg(not(target_arch = "wasm32"))]
pub async fn call(
    method: &'static str,
    path: &str,
    body: Option<String>,
    if_match: Option<i64>,
) -> Result<String, CallError> {
    let _ = (method, path, body, if_match);
    Err(CallError::Offline)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_is_no_minglu_json_counts_as_offline() {
        assert_eq!(
            read::<ApiError>("<html>Hotel</html>"),
            Err(CallError::Offline)
        );
    }
}
