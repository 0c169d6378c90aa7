//! The tus 1.0 routes: creation, offset, appending, termination, expiration.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{
    Timestamp,
    api::sync::TUS_VERSION,
    areas::people::Role,
    keys::is_sha256_hex,
    media::{self, MediaKind},
    refusal::Refusal,
    text::Lang,
};
use uuid::Uuid;

use super::{
    TUS_RESUMABLE, UPLOAD_LENGTH, UPLOAD_OFFSET,
    finish::{self, Finished},
    receive::{self, Checksum, Received},
    store::{self, Upload},
};
use crate::{
    AppState,
    areas::attachments,
    auth::PushMember,
    error::{Error, Result},
    extract::Path,
    ids,
    settings::Settings,
};

/// An upload may take so long.
const LIFE_DAYS: i64 = 7;
/// So many uploads one device may have begun and not ended.
const UPLOADS: i64 = 200;
/// tus: the checksum doesn't fit.
const CHECKSUM_MISMATCH: u16 = 460;

const TUS_VERSIONS: HeaderName = HeaderName::from_static("tus-version");
const TUS_EXTENSION: HeaderName = HeaderName::from_static("tus-extension");
const TUS_MAX_SIZE: HeaderName = HeaderName::from_static("tus-max-size");
const TUS_CHECKSUMS: HeaderName = HeaderName::from_static("tus-checksum-algorithm");
const UPLOAD_EXPIRES: HeaderName = HeaderName::from_static("upload-expires");

/// `OPTIONS`: what this server can do.
pub async fn options(State(state): State<AppState>) -> impl IntoResponse {
    (
        StatusCode::NO_CONTENT,
        [
            (TUS_VERSIONS, TUS_VERSION.to_owned()),
            (
                TUS_EXTENSION,
                "creation,checksum,expiration,termination".to_owned(),
            ),
            (TUS_MAX_SIZE, largest(&state.settings).to_string()),
            (TUS_CHECKSUMS, "sha256,sha1".to_owned()),
        ],
    )
}

/// `POST /api/blobs`
pub async fn create(
    State(state): State<AppState>,
    PushMember(member): PushMember,
    headers: HeaderMap,
) -> Result<Response> {
    check_version(&headers)?;
    let wanted = Wanted::read(&headers, &state.settings, member.actor.role)?;
    let organization = member.organization_id;
    let now = state.clock.now();
    let mut tx = state.db.begin_for(organization).await?;
    if let Some(blob) = store::blob(&mut tx, organization, &wanted.sha256).await? {
        let size = blob.size.to_string();
        return Ok((
            StatusCode::OK,
            [
                (header::LOCATION, format!("/api/blobs/{}", wanted.sha256)),
                (UPLOAD_OFFSET, size.clone()),
                (UPLOAD_LENGTH, size),
            ],
        )
            .into_response());
    }
    let names = [wanted.sha256.clone()];
    let rejected = attachments::store::rejected_blobs(&mut tx, organization, &names).await?;
    if let Some(refusal) = rejected.get(&(wanted.sha256.clone(), wanted.media_type.clone())) {
        return Err(refused(refusal));
    }
    let known = store::of_device(&mut tx, organization, member.device_id, &wanted.sha256).await?;
    let mut left_over = Vec::new();
    if let Some(upload) = &known {
        let fits = upload.size == wanted.size
            && upload.media_type == wanted.media_type
            && upload.person_id == member.person_id()
            && upload.expires_at > now;
        if !fits {
            left_over = store::pieces(&mut tx, upload).await?;
            store::end(&mut tx, upload).await?;
        }
    } else if store::count_of_device(&mut tx, organization, member.device_id).await? >= UPLOADS {
        return Err(Error::TooManyRequests { retry_after_s: 600 });
    }
    let new = Upload {
        id: ids::new(&state.clock),
        organization_id: organization,
        device_id: member.device_id,
        person_id: member.person_id(),
        sha256: wanted.sha256,
        size: wanted.size,
        media_type: wanted.media_type,
        stored_bytes: 0,
        pieces: 0,
        expires_at: now.plus_days(LIFE_DAYS),
    };
    store::begin(&mut tx, &new, now).await?;
    let upload = store::of_device(&mut tx, organization, member.device_id, &new.sha256)
        .await?
        .ok_or_else(|| Error::internal("an upload vanished while it began"))?;
    tx.commit().await?;
    receive::remove(&state, &left_over).await;
    Ok((
        StatusCode::CREATED,
        [
            (
                header::LOCATION,
                format!("/api/blobs/uploads/{}", upload.id),
            ),
            (UPLOAD_OFFSET, upload.stored_bytes.to_string()),
            (UPLOAD_EXPIRES, http_date(upload.expires_at)),
        ],
    )
        .into_response())
}

/// What a creation asks for.
struct Wanted {
    sha256: String,
    size: i64,
    media_type: String,
}

impl Wanted {
    fn read(headers: &HeaderMap, settings: &Settings, role: Role) -> Result<Self> {
        let size: i64 = text(headers, "upload-length")
            .and_then(|value| value.parse().ok())
            .filter(|size| *size > 0)
            .ok_or_else(|| {
                Error::invalid(
                    "upload_length",
                    "文件是空的，请重新拍摄或另选一个",
                    "The file is empty. Please take the photo again or choose another file",
                )
            })?;
        let metadata = text(headers, "upload-metadata").unwrap_or_default();
        let sha256 = entry(metadata, "sha256")
            .filter(|name| is_sha256_hex(name))
            .ok_or_else(|| {
                Error::invalid(
                    "sha256",
                    "缺少文件指纹，请更新应用后重试",
                    "The file's hash is missing. Please update the app and try again",
                )
            })?;
        let media_type = entry(metadata, "filetype").unwrap_or_default();
        let Some(kind) = media::kind_of(&media_type) else {
            return Err(refused(&Refusal::MediaType {
                media_type: media_type
                    .chars()
                    .filter(|c| !c.is_control())
                    .take(100)
                    .collect(),
            }));
        };
        let limit = limit(kind, settings, role);
        if size > limit {
            return Err(Error::TooLarge { limit });
        }
        Ok(Self {
            sha256,
            size,
            media_type,
        })
    }
}

/// The largest file of a kind. A volunteer's phone keeps a document whole until it is sent.
fn limit(kind: MediaKind, settings: &Settings, role: Role) -> i64 {
    match kind {
        MediaKind::Photo => settings.photo_limit,
        MediaKind::Recording => settings.recording_limit,
        MediaKind::Document if role == Role::Volunteer => {
            settings.document_limit.min(settings.photo_limit)
        }
        MediaKind::Document => settings.document_limit,
    }
}

fn largest(settings: &Settings) -> i64 {
    settings
        .photo_limit
        .max(settings.recording_limit)
        .max(settings.document_limit)
}

/// One value of `Upload-Metadata: name base64,name base64`.
fn entry(metadata: &str, name: &str) -> Option<String> {
    let value = metadata
        .split(',')
        .filter_map(|pair| pair.trim().split_once(' '))
        .find(|(key, _)| *key == name)?
        .1;
    String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()
}

/// `HEAD`: how many bytes are durable. Takes the upload from whoever appends.
pub async fn offset(
    State(state): State<AppState>,
    PushMember(member): PushMember,
    headers: HeaderMap,
    Path(id): Path<Uuid>,
) -> Result<Response> {
    check_version(&headers)?;
    let mut tx = state.db.begin_for(member.organization_id).await?;
    let mut upload = own(&mut tx, &state, &member, id).await?;
    store::take(&mut tx, &upload, upload.stored_bytes, &new_holder()).await?;
    tx.commit().await?;
    if upload.stored_bytes == upload.size {
        // The server stopped between the last byte and the end.
        match finish::finish(&state, &upload).await? {
            Finished::Stored => {}
            Finished::Mismatch => upload.stored_bytes = 0,
            Finished::Rejected(refusal) => return Err(refused(&refusal)),
        }
    }
    Ok((
        StatusCode::OK,
        [
            (UPLOAD_OFFSET, upload.stored_bytes.to_string()),
            (UPLOAD_LENGTH, upload.size.to_string()),
            (UPLOAD_EXPIRES, http_date(upload.expires_at)),
            (header::CACHE_CONTROL, "no-store".to_owned()),
        ],
    )
        .into_response())
}

/// `PATCH`: appends.
pub async fn append(
    State(state): State<AppState>,
    PushMember(member): PushMember,
    headers: HeaderMap,
    Path(id): Path<Uuid>,
    body: Body,
) -> Result<Response> {
    check_version(&headers)?;
    if text(&headers, "content-type") != Some("application/offset+octet-stream") {
        return Err(Error::refused(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "offset_expected",
            "上传格式不正确，请更新应用后重试",
            "This isn't how a piece is sent. Please update the app and try again",
        ));
    }
    let offset: i64 = text(&headers, "upload-offset")
        .and_then(|value| value.parse().ok())
        .ok_or_else(|| {
            Error::invalid(
                "upload_offset",
                "缺少上传位置，请重试",
                "The offset is missing. Please try again",
            )
        })?;
    let checksum = match text(&headers, "upload-checksum") {
        None => None,
        Some(value) => Some(Checksum::read(value).ok_or_else(unknown_checksum)?),
    };
    let holder = new_holder();
    let mut tx = state.db.begin_for(member.organization_id).await?;
    let upload = own(&mut tx, &state, &member, id).await?;
    if !store::take(&mut tx, &upload, offset, &holder).await? {
        return Ok(at_offset(
            StatusCode::CONFLICT,
            upload.stored_bytes,
            conflict("upload_offset_differs"),
        ));
    }
    tx.commit().await?;
    let length: i64 = text(&headers, "content-length")
        .and_then(|value| value.parse().ok())
        .unwrap_or(0);
    if offset.saturating_add(length) > upload.size {
        return Err(Error::TooLarge { limit: upload.size });
    }
    // A task of its own: when the connection is cut, what came is still made durable.
    let task = {
        let state = state.clone();
        let upload = upload.clone();
        tokio::spawn(
            async move { receive::receive(&state, &upload, &holder, body, checksum).await },
        )
    };
    let stored = match task.await.map_err(Error::internal)?? {
        Received::Upto(stored) => stored,
        Received::Taken => return Err(conflict("upload_taken")),
        Received::TooMany => return Err(Error::TooLarge { limit: upload.size }),
        Received::BadChecksum => return Err(mismatch()),
    };
    if stored == upload.size {
        let whole = Upload {
            stored_bytes: stored,
            ..upload.clone()
        };
        match finish::finish(&state, &whole).await? {
            Finished::Stored => {}
            Finished::Mismatch => return Err(mismatch()),
            Finished::Rejected(refusal) => return Err(refused(&refusal)),
        }
    }
    Ok((
        StatusCode::NO_CONTENT,
        [
            (UPLOAD_OFFSET, stored.to_string()),
            (UPLOAD_EXPIRES, http_date(upload.expires_at)),
        ],
    )
        .into_response())
}

/// `DELETE`: gives the upload up.
pub async fn terminate(
    State(state): State<AppState>,
    PushMember(member): PushMember,
    headers: HeaderMap,
    Path(id): Path<Uuid>,
) -> Result<StatusCode> {
    check_version(&headers)?;
    let mut tx = state.db.begin_for(member.organization_id).await?;
    let upload = own(&mut tx, &state, &member, id).await?;
    let pieces = store::pieces(&mut tx, &upload).await?;
    store::end(&mut tx, &upload).await?;
    tx.commit().await?;
    receive::remove(&state, &pieces).await;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes uploads that took too long; run it now and then. Says how many those were.
pub async fn expire(state: &AppState) -> Result<usize> {
    // For a week after its end an upload still answers 410 instead of 404.
    let end = state.clock.now().plus_days(-LIFE_DAYS);
    let mut tx = state.db.begin().await?;
    let expired = store::expired(&mut tx, end).await?;
    let mut pieces = Vec::new();
    for upload in &expired {
        pieces.extend(store::pieces(&mut tx, upload).await?);
        store::end(&mut tx, upload).await?;
    }
    tx.commit().await?;
    receive::remove(state, &pieces).await;
    Ok(expired.len())
}

/// The member's own upload: 404 for anybody else's, 410 when it took too long.
async fn own(
    tx: &mut crate::Tx,
    state: &AppState,
    member: &crate::auth::Member,
    id: Uuid,
) -> Result<Upload> {
    let upload = store::find(tx, member.organization_id, id)
        .await?
        .filter(|upload| upload.person_id == member.person_id())
        .ok_or(Error::NotFound)?;
    if upload.expires_at <= state.clock.now() {
        return Err(Error::gone(
            "upload_expired",
            "上传已过期，将自动重新上传，文件仍在本机",
            "The upload expired and begins again by itself. The file is still on this device",
        ));
    }
    Ok(upload)
}

fn new_holder() -> String {
    Uuid::new_v4().simple().to_string()
}

fn check_version(headers: &HeaderMap) -> Result<()> {
    if text(headers, TUS_RESUMABLE.as_str()) == Some(TUS_VERSION) {
        return Ok(());
    }
    Err(Error::refused(
        StatusCode::PRECONDITION_FAILED,
        "tus_version",
        "上传协议版本不受支持，请更新应用后重试",
        "This server speaks tus 1.0.0. Please update the app and try again",
    ))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// RFC 9110, 5.6.7.
fn http_date(at: Timestamp) -> String {
    at.civil(0)
        .map(|at| at.format("%a, %d %b %Y %H:%M:%S GMT").to_string())
        .unwrap_or_default()
}

fn at_offset(status: StatusCode, offset: i64, error: Error) -> Response {
    let mut response = error.into_response();
    *response.status_mut() = status;
    response.headers_mut().insert(UPLOAD_OFFSET, offset.into());
    response
}

fn conflict(code: &'static str) -> Error {
    Error::conflict(
        code,
        "上传位置已变化，将自动继续",
        "The upload stands elsewhere now and goes on by itself",
    )
}

fn unknown_checksum() -> Error {
    Error::refused(
        StatusCode::BAD_REQUEST,
        "unknown_checksum",
        "校验方式不受支持，请更新应用后重试",
        "This checksum isn't supported (sha256 and sha1 are). Please update the app and try again",
    )
}

fn mismatch() -> Error {
    Error::refused(
        StatusCode::from_u16(CHECKSUM_MISMATCH).unwrap_or(StatusCode::BAD_REQUEST),
        "checksum_mismatch",
        "文件在传输中损坏，将自动重新上传，原件仍在本机",
        "The file was damaged on the way and is sent again by itself. It is still on this device",
    )
}

fn refused(refusal: &Refusal) -> Error {
    Error::refused(
        StatusCode::UNPROCESSABLE_ENTITY,
        refusal.code(),
        refusal.message(Lang::Zh),
        refusal.message(Lang::En),
    )
}
