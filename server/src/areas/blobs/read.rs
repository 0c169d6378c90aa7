//! `HEAD` and `GET /api/blobs/{sha256}`: bytes that are stored, for those who may see them.

use std::ops::Range;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    areas::people::Role,
    keys::is_sha256_hex,
    media::{self, MediaKind},
};
use object_store::{GetOptions, GetRange, ObjectStore as _, ObjectStoreExt as _};

use super::{TUS_RESUMABLE, UPLOAD_LENGTH, UPLOAD_OFFSET, path, store};
use crate::{
    AppState,
    auth::{Member, PushMember},
    error::{Error, Result},
    extract::Path,
};

/// For the author, whoever sent the bytes, and staff of the same organization; 404 for anybody else.
/// A player asks for ranges.
pub async fn read(
    State(state): State<AppState>,
    member: Member,
    Path(sha256): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    let blob = visible(&state, &member, &sha256).await?;
    let place = path(member.organization_id, &sha256);
    let size = blob.size.max(0) as u64;
    let wanted = match asked(&headers, &sha256, size) {
        Asked::Whole => {
            let body = Body::from_stream(state.blobs.get(&place).await?.into_stream());
            return described(&sha256, blob, body);
        }
        Asked::Part(wanted) => wanted,
        Asked::Nothing => {
            let mut response = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
            set(
                &mut response,
                header::CONTENT_RANGE,
                &format!("bytes */{size}"),
            )?;
            return Ok(response);
        }
    };
    let options = GetOptions {
        range: Some(GetRange::Bounded(wanted.clone())),
        ..GetOptions::default()
    };
    let part = state.blobs.get_opts(&place, options).await?;
    let mut response = described(&sha256, blob, Body::from_stream(part.into_stream()))?;
    *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    let length = wanted.end - wanted.start;
    set(&mut response, header::CONTENT_LENGTH, &length.to_string())?;
    let range = format!("bytes {}-{}/{size}", wanted.start, wanted.end - 1);
    set(&mut response, header::CONTENT_RANGE, &range)?;
    Ok(response)
}

/// Which bytes a request asks for (RFC 9110, 14.2); several ranges get the whole.
#[derive(Debug, PartialEq)]
enum Asked {
    Whole,
    Part(Range<u64>),
    /// There are no such bytes.
    Nothing,
}

fn asked(headers: &HeaderMap, sha256: &str, size: u64) -> Asked {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let same = text(header::IF_RANGE).is_none_or(|tag| tag == format!("\"{sha256}\""));
    let spec = text(header::RANGE)
        .filter(|_| same)
        .and_then(|range| range.trim().strip_prefix("bytes="))
        .and_then(|range| range.split_once('-'));
    let Some((first, last)) = spec else {
        return Asked::Whole;
    };
    let range = match (first.trim().parse::<u64>(), last.trim().parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last => first..last.saturating_add(1).min(size),
        (Ok(first), Err(_)) if last.trim().is_empty() => first..size,
        (Err(_), Ok(count)) if first.trim().is_empty() => size.saturating_sub(count)..size,
        _ => return Asked::Whole,
    };
    if range.is_empty() {
        Asked::Nothing
    } else {
        Asked::Part(range)
    }
}

/// `HEAD`: whether the bytes are stored; also for an account that was closed, whose phone hands in its
/// earlier work and may have to know whether a photo that it can't send is lost.
pub async fn ask(
    State(state): State<AppState>,
    PushMember(member): PushMember,
    Path(sha256): Path<String>,
) -> Result<Response> {
    let blob = visible(&state, &member, &sha256).await?;
    described(&sha256, blob, Body::empty())
}

fn described(sha256: &str, blob: store::Blob, body: Body) -> Result<Response> {
    // A document is never opened in the place of a page.
    let disposition = match media::kind_of(&blob.media_type) {
        Some(MediaKind::Photo | MediaKind::Recording) => "inline",
        Some(MediaKind::Document) | None => "attachment",
    };
    let headers = [
        (header::CONTENT_DISPOSITION, disposition.to_owned()),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (header::CONTENT_TYPE, blob.media_type),
        (header::CONTENT_LENGTH, blob.size.to_string()),
        (header::ETAG, format!("\"{sha256}\"")),
        (
            header::CACHE_CONTROL,
            "private, max-age=31536000, immutable".to_owned(),
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox".to_owned(),
        ),
        // An upload's creation that finds the bytes stored points here.
        (UPLOAD_OFFSET, blob.size.to_string()),
        (UPLOAD_LENGTH, blob.size.to_string()),
    ];
    let mut response = body.into_response();
    for (name, value) in headers {
        set(&mut response, name, &value)?;
    }
    set(&mut response, TUS_RESUMABLE, domain::api::sync::TUS_VERSION)?;
    Ok(response)
}

/// `PATCH`: the bytes are complete; the client asks for the offset and sees it.
pub async fn nothing_to_append(
    State(state): State<AppState>,
    member: Member,
    Path(sha256): Path<String>,
) -> Result<Response> {
    let blob = visible(&state, &member, &sha256).await?;
    let mut response = StatusCode::CONFLICT.into_response();
    set(&mut response, UPLOAD_OFFSET, &blob.size.to_string())?;
    set(&mut response, TUS_RESUMABLE, domain::api::sync::TUS_VERSION)?;
    Ok(response)
}

fn set(response: &mut Response, name: HeaderName, value: &str) -> Result<()> {
    let value = HeaderValue::from_str(value).map_err(Error::internal)?;
    response.headers_mut().insert(name, value);
    Ok(())
}

async fn visible(state: &AppState, member: &Member, sha256: &str) -> Result<store::Blob> {
    if !is_sha256_hex(sha256) {
        return Err(Error::NotFound);
    }
    let organization = member.organization_id;
    let mut connection = state.db.read().acquire().await?;
    let blob = store::blob(&mut connection, organization, sha256)
        .await?
        .ok_or(Error::NotFound)?;
    let may = member.actor.role >= Role::Recorder
        || blob.person_id == member.person_id()
        || store::belongs_to(&mut connection, organization, sha256, member.person_id()).await?;
    if may { Ok(blob) } else { Err(Error::NotFound) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_and_odd_ones_get_the_whole() {
        let ask = |range: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::RANGE, range.parse().expect("a header"));
            asked(&headers, "x", 100)
        };
        assert_eq!(ask("bytes=0-0"), Asked::Part(0..1));
        assert_eq!(ask("bytes=10-"), Asked::Part(10..100));
        assert_eq!(ask("bytes=-10"), Asked::Part(90..100));
        assert_eq!(ask("bytes=-1000"), Asked::Part(0..100));
        assert_eq!(ask("bytes=90-1000"), Asked::Part(90..100));
        assert_eq!(ask("bytes=100-"), Asked::Nothing);
        assert_eq!(ask("bytes=-0"), Asked::Nothing);
        for odd in ["bytes=5-4", "bytes=0-1,3-4", "lines=1-2", "bytes=-", "x"] {
            assert_eq!(ask(odd), Asked::Whole, "{odd}");
        }
        assert_eq!(asked(&HeaderMap::new(), "x", 100), Asked::Whole);
    }
}
