//! Extractors whose rejections are [`ApiError`](domain::api::ApiError)s that a person can act on.

use axum::{
    extract::{
        FromRequest, FromRequestParts, Request,
        rejection::{JsonRejection, PathRejection, QueryRejection},
    },
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::error::Error;

/// The most bytes of a JSON body, unless a route says otherwise.
pub const JSON_BYTES: usize = 1024 * 1024;

/// A JSON body; also a JSON response.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(JsonRejection::MissingJsonContentType(_)) => Err(Error::refused(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "json_expected",
                "请求格式不正确，请刷新页面后重试",
                "JSON is expected. Please reload the page and try again",
            )),
            Err(rejection) => Err(body_error(rejection.status(), &rejection.body_text())),
        }
    }
}

/// A JSON response with the revision that the next write names in `If-Match`.
pub fn revised<T: Serialize>(revision: i64, body: T) -> Response {
    let tag = [(header::ETAG, format!("\"{revision}\""))];
    (tag, Json(body)).into_response()
}

/// What a body that can't be read says to the client: 413 or 422.
pub fn body_error(status: StatusCode, detail: &str) -> Error {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        return Error::TooLarge {
            limit: JSON_BYTES as i64,
        };
    }
    // It quotes the body, which may hold what no terminal or page should be given.
    let detail: String = detail
        .chars()
        .filter(|c| !c.is_control())
        .take(200)
        .collect();
    Error::refused(
        StatusCode::UNPROCESSABLE_ENTITY,
        "unreadable",
        format!("内容无法识别，请检查后重试（{detail}）"),
        format!("The content can't be read. Please check it and try again ({detail})"),
    )
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// A path's parameters; one that isn't what it should be names nothing: 404.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        axum::extract::Path::<T>::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Path(value)| Self(value))
            .map_err(|_: PathRejection| Error::NotFound)
    }
}

/// A query string.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        axum::extract::Query::<T>::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Query(value)| Self(value))
            .map_err(|rejection: QueryRejection| {
                body_error(StatusCode::UNPROCESSABLE_ENTITY, &rejection.body_text())
            })
    }
}

/// The revision that the client saw, from `If-Match: "7"`; 428 without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IfMatch(pub i64);

impl IfMatch {
    /// 412 unless `current` is the revision that was seen.
    pub fn check(self, current: i64) -> Result<(), Error> {
        if self.0 == current {
            Ok(())
        } else {
            Err(Error::Stale)
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else {
            return Err(Error::refused(
                StatusCode::PRECONDITION_REQUIRED,
                "revision_missing",
                "请刷新页面后重试",
                "The revision that you saw is missing. Please reload and try again",
            ));
        };
        value
            .to_str()
            .ok()
            .and_then(|text| text.trim().trim_matches('"').parse().ok())
            .map(Self)
            .ok_or(Error::Stale)
    }
}
