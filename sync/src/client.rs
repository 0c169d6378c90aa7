//! The server's HTTP contract as the engine speaks it: requests out, answers read and judged.
//!
//! An answer that isn't Minglu's (a captive portal's page with status 200) counts as no network.
//! Leaves out retries and storage.

mod pulled;

use domain::{
    DeviceId, PersonId, Timestamp,
    api::{
        ApiError,
        session::{PERSON, Session},
        sync::{
            CertificateRequest, DeviceNotice, Heartbeat, KNOWS, PushRequest, RescueReport,
            ScopeSummary, TUS_VERSION,
        },
    },
    proofs::{Certificate, Trust},
    rescue::RescuePass,
    verdict::Verdict,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use pulled::PulledText;

pub(crate) use pulled::Pulled;

use crate::{
    clock::Reading,
    environment::Environment,
    error::SyncError,
    storage::StorageError,
    transport::{Method, Request, Response, Transport},
};

/// The server's time with the two readings around the request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HeardTime {
    pub(crate) server: Timestamp,
    pub(crate) asked: Reading,
    pub(crate) answered: Reading,
}

/// As `PushResponse`, but a verdict that this build can't read doesn't hide the others.
#[derive(Debug, Deserialize)]
struct PushAnswer {
    verdicts: Vec<Box<RawValue>>,
    server_time: Timestamp,
    #[serde(default)]
    notice: Option<Box<RawValue>>,
    epoch: Option<i64>,
}

#[derive(Debug)]
pub(crate) struct Pushed {
    pub(crate) verdicts: Vec<Option<Verdict>>,
    pub(crate) notice: Option<DeviceNotice>,
    pub(crate) epoch: Option<i64>,
}

/// As `PullResponse`, but a row that this build can't read doesn't hide the others.
#[derive(Debug, Deserialize)]
struct PullAnswer<'a> {
    reset: bool,
    #[serde(borrow)]
    rows: Vec<PulledText<'a>>,
    cursor: String,
    more: bool,
    server_time: Timestamp,
    epoch: Option<i64>,
    summary: Option<ScopeSummary>,
    trust: Option<Trust>,
    rescue: Option<RescuePass>,
}

#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) reset: bool,
    pub(crate) rows: Vec<Pulled>,
    pub(crate) unreadable: usize,
    pub(crate) cursor: String,
    pub(crate) more: bool,
    pub(crate) epoch: Option<i64>,
    pub(crate) summary: Option<ScopeSummary>,
    pub(crate) trust: Option<Trust>,
    pub(crate) rescue: Option<RescuePass>,
}

/// What the creation of an upload came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Created {
    At(String),
    /// The server holds the whole bytes already.
    Stored,
}

/// What a tus request about one upload came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TusAnswer {
    /// So many bytes are durable on the server.
    Offset(i64),
    /// The upload is unknown or expired: start a new one.
    Gone,
    /// The server is at another offset, or another request holds the upload: ask again.
    AskAgain,
    /// The whole bytes don't match the name: start over.
    Mismatch,
}

pub(crate) struct Client<'a> {
    pub(crate) transport: &'a dyn Transport,
    pub(crate) environment: &'a dyn Environment,
    pub(crate) person: PersonId,
}

const TUS: &str = "tus-resumable";
const SESSION: &str = "/api/session";

impl Client<'_> {
    pub(crate) async fn session(&self) -> Result<(Session, HeardTime), SyncError> {
        let request = Request::new(Method::Get, SESSION);
        let (session, asked, answered): (Session, _, _) = self.json(request).await?;
        let heard = HeardTime {
            server: session.server_time,
            asked,
            answered,
        };
        Ok((session, heard))
    }

    pub(crate) async fn push(
        &self,
        heartbeat: Heartbeat,
        operations: Vec<Box<RawValue>>,
    ) -> Result<(Pushed, HeardTime), SyncError> {
        let body = PushRequest {
            heartbeat,
            operations,
        };
        let request = json_request("/api/sync/push", &body)?.timeout_ms(60_000);
        let (answer, asked, answered): (PushAnswer, _, _) = self.json(request).await?;
        let heard = HeardTime {
            server: answer.server_time,
            asked,
            answered,
        };
        let verdicts = answer.verdicts.iter();
        let pushed = Pushed {
            verdicts: verdicts
                .map(|raw| domain::json::read(raw.get()).ok())
                .collect(),
            notice: answer
                .notice
                .and_then(|raw| domain::json::read(raw.get()).ok()),
            epoch: answer.epoch,
        };
        Ok((pushed, heard))
    }

    pub(crate) async fn pull(
        &self,
        cursor: Option<&str>,
        times: i64,
        device: DeviceId,
    ) -> Result<(Page, HeardTime), SyncError> {
        let mut path = format!("/api/sync/pull?device_id={device}&knows={KNOWS}&times={times}");
        if let Some(cursor) = cursor {
            path.push_str("&cursor=");
            path.push_str(&percent_encode(cursor));
        }
        let request = Request::new(Method::Get, path).timeout_ms(60_000);
        let (response, asked, answered) = self.send(request).await?;
        // Its rows are read where they stand: a first pull's are most of what a phone ever reads.
        let answer: PullAnswer = answer(&response)?;
        let heard = HeardTime {
            server: answer.server_time,
            asked,
            answered,
        };
        let rows: Vec<Pulled> = answer.rows.iter().filter_map(Pulled::read).collect();
        let page = Page {
            reset: answer.reset,
            unreadable: answer.rows.len() - rows.len(),
            rows,
            cursor: answer.cursor,
            more: answer.more,
            epoch: answer.epoch,
            summary: answer.summary,
            trust: answer.trust,
            rescue: answer.rescue,
        };
        Ok((page, heard))
    }

    pub(crate) async fn certificate(
        &self,
        request: &CertificateRequest,
    ) -> Result<Certificate, SyncError> {
        let (certificate, _, _) = self
            .json(json_request("/api/certificates", request)?)
            .await?;
        Ok(certificate)
    }

    /// Whether the server holds the whole bytes. Only an answer that names the blob counts: a
    /// captive portal says 200 to anything.
    pub(crate) async fn is_stored(&self, sha256: &str) -> Result<bool, SyncError> {
        let request = Request::new(Method::Head, format!("/api/blobs/{sha256}"));
        let (response, _, _) = self.send(request).await?;
        match response.status {
            200 if response
                .header("etag")
                .is_some_and(|tag| tag.contains(sha256)) =>
            {
                Ok(true)
            }
            404 => Ok(false),
            200..=399 => Err(SyncError::NotMinglu),
            _ => Err(failure(&response)),
        }
    }

    /// Creates an upload, or finds the one that this device began for the same bytes.
    pub(crate) async fn create_upload(
        &self,
        sha256: &str,
        size: i64,
        media_type: &str,
        device: DeviceId,
    ) -> Result<Created, SyncError> {
        let pairs = [
            ("sha256", sha256.to_owned()),
            ("filetype", media_type.to_owned()),
            ("device", device.to_string()),
        ];
        let metadata: Vec<String> = pairs
            .iter()
            .map(|(name, value)| format!("{name} {}", base64(value.as_bytes())))
            .collect();
        let request = Request::new(Method::Post, "/api/blobs")
            .header(TUS, TUS_VERSION)
            .header("upload-length", size.to_string())
            .header("upload-metadata", metadata.join(","));
        let (response, _, _) = self.send(request).await?;
        let offset: Option<i64> = response
            .header("upload-offset")
            .and_then(|at| at.parse().ok());
        match (response.status, response.header("location")) {
            (200, Some(location)) if location.ends_with(sha256) && offset == Some(size) => {
                Ok(Created::Stored)
            }
            (201, Some(location)) => Ok(Created::At(path_of(location))),
            (200..=399, _) => Err(SyncError::NotMinglu),
            _ => Err(failure(&response)),
        }
    }

    /// Asks how many bytes are durable; takes the upload from a request that hangs.
    pub(crate) async fn upload_offset(&self, location: &str) -> Result<TusAnswer, SyncError> {
        let request = Request::new(Method::Head, location).header(TUS, TUS_VERSION);
        let (response, _, _) = self.send(request).await?;
        tus_answer(&response)
    }

    pub(crate) async fn send_piece(
        &self,
        location: &str,
        offset: i64,
        bytes: &[u8],
    ) -> Result<TusAnswer, SyncError> {
        let request = Request::new(Method::Patch, location)
            .header(TUS, TUS_VERSION)
            .header("upload-offset", offset.to_string())
            .header("content-type", "application/offset+octet-stream")
            .body(bytes.to_vec())
            .timeout_ms(120_000);
        let (response, _, _) = self.send(request).await?;
        tus_answer(&response)
    }

    pub(crate) async fn delete_upload(&self, location: &str) -> Result<(), SyncError> {
        let request = Request::new(Method::Delete, location).header(TUS, TUS_VERSION);
        self.send(request).await.map(drop)
    }

    /// Hands in a rescue file; what it came to is the office's to see.
    pub(crate) async fn hand_in(&self, file: Vec<u8>) -> Result<RescueReport, SyncError> {
        let request = Request::new(Method::Post, "/api/rescue")
            .header("content-type", "application/octet-stream")
            .body(file)
            .timeout_ms(600_000);
        let (report, _, _) = self.json(request).await?;
        Ok(report)
    }

    async fn json<T: DeserializeOwned>(
        &self,
        request: Request,
    ) -> Result<(T, Reading, Reading), SyncError> {
        let (response, asked, answered) = self.send(request).await?;
        Ok((answer(&response)?, asked, answered))
    }

    async fn send(&self, request: Request) -> Result<(Response, Reading, Reading), SyncError> {
        // Whose session it is, is asked without saying so; nothing else is said to anybody but this person.
        let request = if request.path == SESSION {
            request
        } else {
            request.header(PERSON, self.person.to_string())
        };
        let asked = self.reading();
        let sent = self.transport.send(request).await;
        let response = sent.map_err(|_| SyncError::Offline)?;
        Ok((response, asked, self.reading()))
    }

    fn reading(&self) -> Reading {
        Reading {
            wall: self.environment.wall_clock(),
            monotonic_ms: self.environment.monotonic_ms(),
        }
    }
}

fn answer<'a, T: Deserialize<'a>>(response: &'a Response) -> Result<T, SyncError> {
    if !(200..300).contains(&response.status) {
        return Err(failure(response));
    }
    read(&response.body).ok_or(SyncError::NotMinglu)
}

fn json_request<T: serde::Serialize>(path: &str, body: &T) -> Result<Request, SyncError> {
    let body =
        serde_json::to_vec(body).map_err(|error| StorageError::Unavailable(error.to_string()))?;
    Ok(Request::new(Method::Post, path)
        .header("content-type", "application/json")
        .body(body))
}

fn tus_answer(response: &Response) -> Result<TusAnswer, SyncError> {
    let offset = response
        .header("upload-offset")
        .and_then(|at| at.parse().ok());
    match (response.status, offset) {
        (200..=299, Some(offset)) => Ok(TusAnswer::Offset(offset)),
        (200..=399, _) => Err(SyncError::NotMinglu),
        (403 | 404 | 410, _) => Ok(TusAnswer::Gone),
        (409 | 423, _) => Ok(TusAnswer::AskAgain),
        (460, _) => Ok(TusAnswer::Mismatch),
        _ => Err(failure(response)),
    }
}

/// As text, like all JSON here, so that nothing is compiled for bytes as well.
fn read<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Option<T> {
    domain::json::read(str::from_utf8(body).ok()?).ok()
}

/// Reads an error answer; one that carries no Minglu error is judged by its status alone.
fn failure(response: &Response) -> SyncError {
    let own: Option<ApiError> = read(&response.body);
    match (response.status, own) {
        (401, Some(_)) => SyncError::NeedsLogin,
        (401 | 407 | 511 | 300..=399, _) => SyncError::NotMinglu,
        (413, Some(_)) => SyncError::TooLarge,
        (429 | 503, _) => SyncError::Busy {
            after_ms: response
                .header("retry-after")
                .and_then(|after| after.trim().parse::<i64>().ok())
                .map(|seconds| seconds.clamp(0, 3_600) * 1_000),
        },
        (status, Some(error)) => SyncError::Server {
            status,
            message: error.message,
        },
        (status, None) => SyncError::Gateway { status },
    }
}

/// The path of a location that may name the origin.
fn path_of(location: &str) -> String {
    let Some((_, rest)) = location.split_once("://") else {
        return location.to_owned();
    };
    rest.find('/')
        .map_or_else(|| "/".to_owned(), |at| rest[at..].to_owned())
}

fn percent_encode(text: &str) -> String {
    use std::fmt::Write;
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a `String` can't fail.
            let _written = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// Standard base64 with padding, as tus metadata wants it.
pub(crate) fn base64(bytes: &[u8]) -> String {
    let mut text = domain::keys::to_base64url(bytes)
        .replace('-', "+")
        .replace('_', "/");
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
        let headers = headers.iter();
        Response {
            status,
            headers: headers
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: body.as_bytes().to_vec(),
        }
    }

    #[test]
    fn a_portal_that_asks_for_a_password_is_no_log_out() {
        let portal = response(401, &[], "<html>Wi-Fi</html>");
        assert_eq!(failure(&portal), SyncError::NotMinglu);
        let own = response(401, &[], r#"{"code":"session","message":{"zh":"请登录"}}"#);
        assert_eq!(failure(&own), SyncError::NeedsLogin);
    }

    #[test]
    fn what_a_proxy_refuses_is_not_refused_by_the_office() {
        for status in [400, 403, 404, 409, 413, 415, 422, 423, 500] {
            let foreign = response(status, &[], "<html>Request Entity Too Large</html>");
            assert_eq!(failure(&foreign), SyncError::Gateway { status });
        }
        let own = response(413, &[], r#"{"code":"too_large","message":{"zh":"太大"}}"#);
        assert_eq!(failure(&own), SyncError::TooLarge);
    }

    #[test]
    fn retry_after_is_obeyed_in_seconds() {
        let busy = response(503, &[("Retry-After", "7")], "");
        assert_eq!(
            failure(&busy),
            SyncError::Busy {
                after_ms: Some(7_000)
            }
        );
    }

    #[test]
    fn a_location_with_an_origin_becomes_a_path() {
        assert_eq!(
            path_of("https://minglu.example/api/blobs/uploads/1"),
            "/api/blobs/uploads/1"
        );
        assert_eq!(path_of("/api/blobs/uploads/1"), "/api/blobs/uploads/1");
    }

    #[test]
    fn metadata_is_standard_base64() {
        assert_eq!(base64(b"a"), "YQ==");
        assert_eq!(base64(&[0xfb, 0xff]), "+/8=");
    }
}
