//! Blobs: the bytes of photos, signatures, recordings and documents, named by their SHA-256, never changed.
//!
//! They come by tus 1.0 (core, creation, checksum, expiration, termination) under `/api/blobs`:
//!
//! - `POST /api/blobs` with `Upload-Length` and `Upload-Metadata: sha256 …,filetype …,device …` answers
//!   201 with the upload's `Location` and `Upload-Offset`, the same one each time the device asks for
//!   the same bytes. 200 with `Location: /api/blobs/{sha256}` and the full offset: the server has the
//!   bytes already, nothing is to be sent. 422: the bytes came before and aren't what they
//!   were said to be.
//! - `HEAD`, `PATCH`, `DELETE /api/blobs/uploads/{id}`: only durable bytes count. A `HEAD` takes the
//!   upload from a `PATCH` that hangs. 410: expired, create it again. 460: the checksum, or after the
//!   last byte the name, doesn't fit; the upload stands at the last good offset, or at 0.
//! - `HEAD`, `GET /api/blobs/{sha256}`: what is stored; `GET` takes a `Range`.
//!
//! What comes whole by another way (a rescue file) is taken in by [`take_in`]. Leaves out which record a
//! blob belongs to (attachments).

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue},
    middleware::map_response,
    response::Response,
    routing::{get, head, post},
};
use domain::api::sync::TUS_VERSION;

use crate::AppState;

mod document;
mod finish;
mod left_over;
mod look;
mod orphans;
mod photo;
mod read;
mod receive;
mod recording;
mod store;
mod tus;

pub use finish::{Brought, Finished, take_in};
pub use left_over::remove_left_over;
pub use orphans::{Swept, sweep, sweep_folder};
pub use store::{Blob, blob as stored};
pub use tus::expire;

pub fn routes() -> Router<AppState> {
    let uploads = Router::new()
        .route("/api/blobs", post(tus::create).options(tus::options))
        .route(
            "/api/blobs/uploads/{id}",
            head(tus::offset)
                .patch(tus::append)
                .delete(tus::terminate)
                .options(tus::options)
                // The upload's own length is the limit.
                .layer(DefaultBodyLimit::disable()),
        )
        .layer(map_response(speak_tus));
    Router::new().merge(uploads).route(
        "/api/blobs/{sha256}",
        get(read::read)
            .head(read::ask)
            .patch(read::nothing_to_append),
    )
}

const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");

async fn speak_tus(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(TUS_RESUMABLE, HeaderValue::from_static(TUS_VERSION));
    response
}

/// Where a blob's bytes are kept.
pub fn path(organization: domain::OrganizationId, sha256: &str) -> object_store::path::Path {
    let folder = sha256.get(..2).unwrap_or("00");
    object_store::path::Path::from(format!("blobs/{organization}/{folder}/{sha256}"))
}
