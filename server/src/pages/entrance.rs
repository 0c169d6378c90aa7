//! The forms of log-in and join as a browser sends them by itself, when somebody was quicker than the
//! app's loading: done like the API's requests, answered with a page.

use app::platform::device::{is_phone_agent, name_of};
use axum::{
    extract::{FromRequest, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Text,
    api::session::{DeviceInfo, DeviceKind, Join, LogIn},
};
use serde::{Deserialize, de::DeserializeOwned};

use super::{join_page, login_page};
use crate::{
    AppState,
    areas::{invitations, sessions},
    auth::ClientAddress,
    error::{Error, Result},
    extract::{Json, Path},
};

#[derive(Default, Deserialize)]
struct LogInForm {
    #[serde(default)]
    login: String,
    #[serde(default)]
    password: String,
}

pub(super) async fn log_in(
    State(state): State<AppState>,
    address: ClientAddress,
    request: Request,
) -> Result<Response> {
    let (form, page) = read::<LogInForm>(request).await;
    let input = LogIn {
        login: form.login,
        password: form.password,
        organization_id: None,
        device: device(&page),
    };
    let answer = sessions::log_in(State(state.clone()), address, Json(input)).await;
    match outcome(answer) {
        Ok(home) => Ok(home),
        Err((status, problem)) => login_page(&state, status, page, Some(problem)).await,
    }
}

#[derive(Default, Deserialize)]
struct JoinForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    mobile: String,
    #[serde(default)]
    password: String,
    /// The version of the privacy notice that was agreed to.
    #[serde(default)]
    agree: String,
}

pub(super) async fn join(
    State(state): State<AppState>,
    address: ClientAddress,
    Path(code): Path<String>,
    request: Request,
) -> Response {
    let (form, page) = read::<JoinForm>(request).await;
    let input = Join {
        name: form.name,
        mobile: form.mobile,
        password: form.password,
        privacy_notice: form.agree,
        device: device(&page),
    };
    let path = Path(code.clone());
    let answer = invitations::join(State(state.clone()), address.clone(), path, Json(input)).await;
    match outcome(answer) {
        Ok(home) => home,
        Err(problem) => join_page(&state, &address.0, &code, page, Some(problem)).await,
    }
}

/// The form, empty where it can't be read, and the request without it, to render the page again.
async fn read<T: DeserializeOwned + Default>(request: Request) -> (T, Request) {
    let (parts, body) = request.into_parts();
    let mut page = Request::new(axum::body::Body::empty());
    *page.uri_mut() = parts.uri.clone();
    *page.headers_mut() = parts.headers.clone();
    let form = axum::Form::<T>::from_request(Request::from_parts(parts, body), &()).await;
    let form = form.map_or_else(|_| T::default(), |axum::Form(form)| form);
    (form, page)
}

/// Home with the session's cookie, or why not.
fn outcome(answer: Result<Response>) -> std::result::Result<Response, (StatusCode, Text)> {
    let refused = |error: Error| {
        error.log();
        (error.status(), error.to_api().message)
    };
    let answer = answer.map_err(refused)?;
    let Some(cookie) = answer.headers().get(header::SET_COOKIE) else {
        let text = Text::new(
            "您属于多个单位，请向办公室索取登录链接",
            "You belong to several organizations. Please ask your office for a log-in link",
        );
        return Err((answer.status(), text));
    };
    let mut home = Redirect::to("/").into_response();
    home.headers_mut()
        .insert(header::SET_COOKIE, cookie.clone());
    Ok(home)
}

/// All that the request says about the device; the app tells the rest later.
fn device(request: &Request) -> DeviceInfo {
    let agent = request
        .headers()
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    DeviceInfo {
        device_id: None,
        name: name_of(agent),
        kind: if is_phone_agent(agent) {
            DeviceKind::Phone
        } else {
            DeviceKind::Desktop
        },
        app_build: String::new(),
    }
}
