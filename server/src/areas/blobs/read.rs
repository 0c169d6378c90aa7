//! `HEAD` and `GET /api/blobs/{sha256}`: bytes that are stored, for those who may see them.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{areas::people::Role, keys::is_sha256_hex};
use object_store::ObjectStoreExt as _;

use super::{TUS_RESUMABLE, UPLOAD_LENGTH, UPLOAD_OFFSET, path, store};
use crate::{
    AppState,
    auth::{Member, PushMember},
    error::{Error, Result},
    extract::Path,
};

/// For the author, whoever sent the bytes, and staff of the same organization; 404 for anybody else.
pub async fn read(
    State(state): State<AppState>,
    member: Member,
    Path(sha256): Path<String>,
) -> Result<Response> {
    let blob = visible(&state, &member, &sha256).await?;
    let place = path(member.organization_id, &sha256);
    let body = Body::from_stream(state.blobs.get(&place).await?.into_stream());
    described(&sha256, blob, body)
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
    let headers = [
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
