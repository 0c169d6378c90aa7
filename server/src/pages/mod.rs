//! What a browser navigates to: the built client's files, the shell, and the few pages that are
//! rendered here because they must work before the client has loaded.
//!
//! Leaves out what those pages look like (crate `app`).

mod assets;
mod entrance;
mod public;

use std::pin::Pin;

use app::shell::{self, Content, ServerData};
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    ActivityId, Lang, Text,
    api::{ApiError, session::PublicActivity},
};
use futures::{Stream, stream};
use leptos::prelude::IntoView;
use serde::Serialize;

use crate::{
    AppState,
    areas::invitations,
    auth::ClientAddress,
    db::DatabaseKind,
    error::{Error, Result},
    extract::{Json, Path},
};

pub use assets::BUILD;

pub fn routes() -> Router<AppState> {
    // Leptos's executor; a second router in the same process finds it there already.
    let _already = any_spawner::Executor::init_tokio();
    Router::new()
        .route("/api/health", get(health))
        .route("/api/public/activities/{id}", get(public_activity))
        .route("/shell", get(empty_shell))
        .route("/login", get(login).post(entrance::log_in))
        .route("/join/{code}", get(join).post(entrance::join))
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
    document(StatusCode::OK, request, Content::Shell).await
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

async fn empty_shell(request: Request) -> Response {
    document(StatusCode::OK, request, Content::Shell).await
}

async fn login(State(state): State<AppState>, request: Request) -> Result<Response> {
    login_page(&state, StatusCode::OK, request, None).await
}

async fn join(
    State(state): State<AppState>,
    ClientAddress(address): ClientAddress,
    Path(code): Path<String>,
    request: Request,
) -> Response {
    join_page(&state, &address, &code, request, None).await
}

async fn login_page(
    state: &AppState,
    status: StatusCode,
    request: Request,
    problem: Option<Text>,
) -> Result<Response> {
    let organization = public::only_organization(state).await?;
    let data = ServerData::Login {
        organization,
        problem,
    };
    Ok(page(status, request, data).await)
}

/// `problem` carries its own status, unless the invitation has one that says more.
async fn join_page(
    state: &AppState,
    address: &str,
    code: &str,
    request: Request,
    problem: Option<(StatusCode, Text)>,
) -> Response {
    let (status, invitation) = shown(invitations::show_card(state, address, code).await);
    let (status, problem) = match problem {
        Some((refused, text)) if invitation.is_ok() => (refused, Some(text)),
        _ => (status, None),
    };
    let data = ServerData::Join {
        invitation,
        problem,
    };
    page(status, request, data).await
}

async fn activity(
    State(state): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let found = match id.parse() {
        Ok(id) => public::activity(&state, id).await,
        Err(_) => Err(Error::NotFound),
    };
    let (status, activity) = shown(found);
    page(status, request, ServerData::PublicActivity { activity }).await
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

async fn page(status: StatusCode, mut request: Request, data: ServerData) -> Response {
    // The secret of a one-time link stays out of the document.
    if let Ok(path) = request.uri().path().parse() {
        *request.uri_mut() = path;
    }
    document(status, request, Content::Page { data }).await
}

async fn document(status: StatusCode, request: Request, content: Content) -> Response {
    let lang = language(request.headers());
    let head = assets::index().head();
    let view = move || shell::document(head, lang, content);
    let mut response = leptos_axum::handle_response_inner(|| (), view, request, whole).await;
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
    headers.insert(
        header::CONTENT_LANGUAGE,
        HeaderValue::from_static(lang.tag()),
    );
    response
}

/// The document in one piece. Leptos would add what its resources have loaded as inline scripts:
/// Minglu's pages have no resources, and the security policy forbids inline scripts.
fn whole<V: IntoView + 'static>(
    view: V,
    _scripts: Box<dyn FnOnce() -> Pieces + Send>,
    _out_of_order: bool,
) -> Pin<Box<dyn Future<Output = Pieces> + Send>> {
    let html = view.to_html();
    Box::pin(async move { Box::pin(stream::once(async move { html })) as Pieces })
}

type Pieces = Pin<Box<dyn Stream<Item = String> + Send>>;

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
