//! All routes under one roof: security headers, same-origin writes, size limits, request ids, and
//! errors that stay JSON whatever happens.

use std::any::Any;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use tower_http::{
    catch_panic::CatchPanicLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    trace::TraceLayer,
};

use crate::{AppState, areas, error::Error, extract::JSON_BYTES, office, pages};

/// The whole server.
pub fn router(state: AppState) -> Router {
    let request_id = HeaderName::from_static("x-request-id");
    Router::new()
        .merge(areas())
        .merge(pages::routes())
        .fallback(pages::fallback)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(JSON_BYTES))
        .layer(middleware::from_fn_with_state(state.clone(), same_origin))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(state.clone(), secure))
        .layer(PropagateRequestIdLayer::new(request_id.clone()))
        .layer(
            TraceLayer::new_for_http().make_span_with(|request: &Request| {
                let id = request
                    .headers()
                    .get("x-request-id")
                    .and_then(|id| id.to_str().ok())
                    .unwrap_or_default();
                tracing::info_span!(
                    "request",
                    id,
                    method = %request.method(),
                    // No query: it may carry a one-time token.
                    path = request.uri().path(),
                )
            }),
        )
        .layer(SetRequestIdLayer::new(request_id, MakeRequestUuid))
        .with_state(state)
}

/// One line per area.
fn areas() -> Router<AppState> {
    Router::new()
        .merge(areas::activities::routes())
        .merge(areas::blobs::routes())
        .merge(areas::departments::routes())
        .merge(areas::devices::routes())
        .merge(areas::invitations::routes())
        .merge(areas::people::routes())
        .merge(areas::premises::routes())
        .merge(areas::sessions::routes())
        .merge(areas::submissions::routes())
        .merge(areas::sync::routes())
        .merge(office::routes())
}

async fn method_not_allowed() -> Error {
    Error::refused(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "此地址不支持该操作，请刷新页面后重试",
        "This address doesn't do that. Please reload the page and try again",
    )
}

fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let detail = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without a message");
    Error::internal(detail.to_owned()).into_response()
}

/// A write must come from our own pages: a foreign page that makes a logged-in browser write gets 403.
async fn same_origin(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    ) && !is_same_origin(&state, &request)
    {
        return Error::refused(
            StatusCode::FORBIDDEN,
            "foreign_origin",
            "请求来自其他网站，已拒绝；请从明录的页面操作",
            "The request came from another site and was refused. Please use Minglu's own pages",
        )
        .into_response();
    }
    next.run(request).await
}

fn is_same_origin(state: &AppState, request: &Request) -> bool {
    let text = |name: HeaderName| {
        request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    match text(HeaderName::from_static("sec-fetch-site")) {
        Some("same-origin") => return true,
        Some("none" | "same-site" | "cross-site") => return false,
        _ => {}
    }
    // Browsers before 2023 send only Origin; what sends neither is no browser and carries no
    // cookie that it wasn't given.
    let Some(origin) = text(header::ORIGIN) else {
        return true;
    };
    if origin == state.settings.public_url {
        return true;
    }
    let host = request
        .uri()
        .authority()
        .map(axum::http::uri::Authority::as_str)
        .or_else(|| text(header::HOST));
    match (origin.split_once("://"), host) {
        (Some((_, origin_host)), Some(host)) => origin_host == host,
        _ => false,
    }
}

const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; \
     style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; worker-src 'self'; \
     frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

async fn secure(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    set(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "same-origin");
    set(
        HeaderName::from_static("permissions-policy"),
        "camera=(self), geolocation=(self), microphone=(self)",
    );
    set(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    if is_api {
        set(header::CACHE_CONTROL, "no-store");
    }
    if state.settings.is_https() {
        set(
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=31536000; includeSubDomains",
        );
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::{body::to_bytes, routing::get};
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_a_readable_error_without_its_details() {
        async fn fails() -> StatusCode {
            assert!(std::hint::black_box(false), "a secret detail");
            StatusCode::OK
        }
        let router: Router = Router::new()
            .route("/", get(fails))
            .layer(CatchPanicLayer::custom(panicked));
        let response = router
            .oneshot(Request::new(axum::body::Body::empty()))
            .await
            .expect("the router answers");
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = to_bytes(response.into_body(), 10_000)
            .await
            .expect("a body");
        let body = String::from_utf8_lossy(&body);
        assert!(
            body.contains("\"internal\"") && !body.contains("secret"),
            "{body}"
        );
    }
}
