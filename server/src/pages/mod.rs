//! What a browser navigates to: the built client's files, the shell, and the few pages that are
//! rendered here because they must work before the client has loaded.
//!
//! Leaves out what those pages look like (crate `app`).

mod assets;
mod public;

use app::shell::{self, Content, ServerData};
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    ActivityId, Lang,
    api::{ApiError, session::PublicActivity},
};
use serde::Serialize;

use crate::{
    AppState,
    areas::invitations,
    db::DatabaseKind,
    error::{Error, Result},
    extract::{Json, Path},
};

pub use assets::BUILD;

pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/health", get(health))
        .route("/api/public/activities/{id}", get(public_activity))
        .route("/shell", get(empty_shell))
        .route("/login", get(login))
        .route("/join/{code}", get(join))
        .route("/a/{id}", get(activity))
}

/// Whatever no route answers: a file of the client, or the shell, since the client knows its own
/// addresses.
pub async fn fallback(request: Request) -> Response {
    let path = request.uri().path();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if !reads || path == "/api" || path.starts_with("/api/") {
        return Error::NotFound.into_response();
    }
    if let Some(file) = assets::serve(path, request.headers()) {
        return file;
    }
    let is_file = path
        .rsplit('/')
        .next()
        .is_some_and(|last| last.contains('.'));
    if is_file || path.starts_with("/pkg/") {
        return Error::NotFound.into_response();
    }
    document(StatusCode::OK, request.headers(), Content::Shell)
}

#[derive(Serialize)]
struct Health {
    status: &'static str,
    build: String,
    database: &'static str,
}

/// For a load balancer: whether this process reaches its database.
async fn health(State(state): State<AppState>) -> Result<Json<Health>> {
    sqlx::query("select 1")
        .execute(state.db.read())
        .await
        .map_err(|error| {
            tracing::error!(%error, "the database doesn't answer");
            Error::Unavailable { retry_after_s: 5 }
        })?;
    Ok(Json(Health {
        status: "ok",
        build: assets::index().build.clone(),
        database: match state.db.kind() {
            DatabaseKind::Sqlite => "sqlite",
            DatabaseKind::Postgres => "postgres",
        },
    }))
}

async fn public_activity(
    State(state): State<AppState>,
    Path(id): Path<ActivityId>,
) -> Result<Json<PublicActivity>> {
    public::activity(&state, id).await.map(Json)
}

async fn empty_shell(headers: HeaderMap) -> Response {
    document(StatusCode::OK, &headers, Content::Shell)
}

async fn login(State(state): State<AppState>, uri: Uri, headers: HeaderMap) -> Result<Response> {
    let organization = public::only_organization(&state).await?;
    Ok(page(
        StatusCode::OK,
        &uri,
        &headers,
        ServerData::Login { organization },
    ))
}

async fn join(
    State(state): State<AppState>,
    Path(code): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let (status, invitation) = shown(invitations::read_card(&state, &code).await);
    page(status, &uri, &headers, ServerData::Join { invitation })
}

async fn activity(
    State(state): State<AppState>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let found = match id.parse() {
        Ok(id) => public::activity(&state, id).await,
        Err(_) => Err(Error::NotFound),
    };
    let (status, activity) = shown(found);
    page(
        status,
        &uri,
        &headers,
        ServerData::PublicActivity { activity },
    )
}

/// An error is shown within the page, with its own status.
fn shown<T>(result: Result<T>) -> (StatusCode, std::result::Result<T, ApiError>) {
    match result {
        Ok(value) => (StatusCode::OK, Ok(value)),
        Err(error) => {
            error.log();
            (error.status(), Err(error.to_api()))
        }
    }
}

fn page(status: StatusCode, uri: &Uri, headers: &HeaderMap, data: ServerData) -> Response {
    // The secret of a one-time link stays out of the document.
    let path = uri.path().to_owned();
    document(status, headers, Content::Page { path, data })
}

fn document(status: StatusCode, headers: &HeaderMap, content: Content) -> Response {
    let lang = language(headers);
    let html = shell::render(&assets::index().head(), lang, content);
    let mut response = (status, axum::response::Html(html)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
    headers.insert(
        header::CONTENT_LANGUAGE,
        HeaderValue::from_static(lang.tag()),
    );
    response
}

/// The first of our languages that the browser asks for; Chinese unless English comes first.
fn language(headers: &HeaderMap) -> Lang {
    let asked = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    for tag in asked.split(',') {
        let tag = tag.trim().to_ascii_lowercase();
        if tag.starts_with("zh") {
            return Lang::Zh;
        }
        if tag.starts_with("en") {
            return Lang::En;
        }
    }
    Lang::Zh
}
