//! `POST /api/sync/push`: receives operations, answers each with one verdict and a signed receipt.
//!
//! Leaves out how they are written ([`receive`](super::receive)).

use std::io::Read;

use axum::{
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header},
};
use domain::{
    Refusal, Verdict,
    api::sync::{Heartbeat, PUSH_BYTES, PUSH_OPERATIONS, PushResponse},
};
use flate2::read::GzDecoder;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    batch::{Done, Sender},
    envelope::{self, Envelope},
    receive::Pushed,
};
use crate::{
    AppState,
    auth::PushMember,
    error::{Error, Result},
    extract::{Json, body_error},
};

/// The most bytes of a push that brings a single operation: too long to be applied, but received and
/// kept whole, so that it doesn't stay on the phone for ever.
pub const SINGLE_BYTES: usize = 12 * 1024 * 1024;

pub async fn push(
    State(state): State<AppState>,
    PushMember(member): PushMember,
    headers: HeaderMap,
    body: std::result::Result<Bytes, BytesRejection>,
) -> Result<Json<PushResponse>> {
    let body = body.map_err(|error| body_error(error.status(), &error.body_text()))?;
    let text = unpacked(&headers, &body)?;
    let request = Request::read(&text)?;
    if request.operations.len() > PUSH_OPERATIONS {
        return Err(Error::TooLarge {
            limit: PUSH_BYTES as i64,
        });
    }
    let refusal = if text.len() <= PUSH_BYTES {
        None
    } else if request.operations.len() == 1 {
        Some(Refusal::TooLong {
            field: "operation".to_owned(),
            limit: PUSH_BYTES as i64,
        })
    } else {
        return Err(Error::TooLarge {
            limit: PUSH_BYTES as i64,
        });
    };
    let pushed = Pushed {
        organization: member.organization_id,
        sender: Sender {
            person_id: member.person_id(),
            device_id: member.device_id,
        },
        heartbeat: request.heartbeat(),
        envelopes: request
            .operations
            .iter()
            .map(|raw| envelope::read(raw))
            .collect(),
        refusal,
    };
    let received = state.pushes.receive(&state, pushed).await?;
    let verdicts = received
        .envelopes
        .iter()
        .zip(received.done)
        .map(|(envelope, done)| verdict(&state, envelope, done))
        .collect();
    Ok(Json(PushResponse {
        verdicts,
        server_time: state.clock.now(),
        notice: received.notice,
        epoch: Some(received.epoch),
    }))
}

/// The body as text, unpacked where it came as gzip.
fn unpacked(headers: &HeaderMap, body: &[u8]) -> Result<String> {
    let encoding = headers
        .get(header::CONTENT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("identity");
    let bytes = match encoding {
        "identity" => body.to_vec(),
        "gzip" => {
            let mut bytes = Vec::new();
            GzDecoder::new(body)
                .take(SINGLE_BYTES as u64 + 1)
                .read_to_end(&mut bytes)
                .map_err(|_| unreadable("gzip"))?;
            bytes
        }
        _ => {
            return Err(Error::refused(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unknown_encoding",
                "压缩方式不受支持，请更新应用后重试",
                "This compression isn't supported. Please update the app and try again",
            ));
        }
    };
    if bytes.len() > SINGLE_BYTES {
        return Err(Error::TooLarge {
            limit: SINGLE_BYTES as i64,
        });
    }
    // A byte that is no text spoils one string, not the batch.
    Ok(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

fn unreadable(detail: &str) -> Error {
    body_error(StatusCode::UNPROCESSABLE_ENTITY, detail)
}

/// The request with everything inside still raw.
#[derive(Deserialize)]
struct Request<'a> {
    #[serde(borrow, default)]
    heartbeat: Option<&'a RawValue>,
    #[serde(borrow)]
    operations: Vec<&'a RawValue>,
}

impl<'a> Request<'a> {
    fn read(text: &'a str) -> Result<Self> {
        serde_json::from_str(text).map_err(|error| unreadable(&error.to_string()))
    }

    /// A heartbeat that can't be read is no reason to refuse operations.
    fn heartbeat(&self) -> Option<Heartbeat> {
        serde_json::from_str(self.heartbeat?.get()).ok()
    }
}

fn verdict(state: &AppState, envelope: &Envelope, done: Done) -> Verdict {
    let is_received = done.outcome.is_received();
    let kept_elsewhere = is_received && envelope.op_id != Some(done.key);
    let receipt = is_received.then(|| {
        state.keys.sign_receipt(
            envelope.op_id.unwrap_or(done.key),
            &envelope.hash,
            done.outcome.first().name(),
            done.received_at,
        )
    });
    Verdict {
        op_id: envelope.op_id,
        kept_as: kept_elsewhere.then_some(done.key),
        outcome: done.outcome,
        receipt,
    }
}
