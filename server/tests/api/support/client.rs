//! A browser, as far as the API is concerned: a cookie and requests.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use tower::ServiceExt;

#[derive(Clone)]
pub struct Client {
    router: Router,
    /// The session's secret.
    pub token: Option<String>,
}

impl Client {
    pub fn new(router: Router, token: Option<String>) -> Self {
        Self { router, token }
    }

    pub fn request(&self, method: &str, path: &str) -> Outgoing {
        let mut builder = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "127.0.0.1:3000");
        if let Some(token) = &self.token {
            builder = builder.header(header::COOKIE, format!("minglu_session={token}"));
        }
        Outgoing {
            router: self.router.clone(),
            builder,
            body: Body::empty(),
        }
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.request("GET", path).send().await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.request("DELETE", path).send().await
    }

    pub async fn post(&self, path: &str, body: &impl Serialize) -> Reply {
        self.request("POST", path).json(body).send().await
    }

    pub async fn put(&self, path: &str, body: &impl Serialize) -> Reply {
        self.request("PUT", path).json(body).send().await
    }

    pub async fn patch(&self, path: &str, body: &impl Serialize) -> Reply {
        self.request("PATCH", path).json(body).send().await
    }
}

/// A request being put together.
pub struct Outgoing {
    router: Router,
    builder: axum::http::request::Builder,
    body: Body,
}

impl Outgoing {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.builder = self.builder.header(name, value);
        self
    }

    /// The same at another path.
    pub fn at(mut self, path: &str) -> Self {
        self.builder = self.builder.uri(path);
        self
    }

    /// The revision that was seen.
    pub fn if_match(self, revision: i64) -> Self {
        self.header("if-match", &format!("\"{revision}\""))
    }

    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.body = Body::from(serde_json::to_vec(body).expect("the body is JSON"));
        self.header("content-type", "application/json")
    }

    pub fn bytes(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Body::from(body.into());
        self
    }

    pub async fn send(self) -> Reply {
        let request = self.builder.body(self.body).expect("a request");
        let response = self
            .router
            .oneshot(request)
            .await
            .expect("the router answers");
        let status = response.status();
        let headers = response.headers().clone();
        let bytes = to_bytes(response.into_body(), usize::MAX)
            .await
            .expect("the whole body")
            .to_vec();
        Reply {
            status,
            headers,
            bytes,
        }
    }
}

#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Reply {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The body as `T`; fails with the whole body when it is something else.
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|error| panic!("{error} in {} {}", self.status, self.text()))
    }

    /// 200, and the body as `T`.
    pub fn ok<T: DeserializeOwned>(&self) -> T {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text());
        self.json()
    }

    /// The `code` of an error.
    pub fn code(&self) -> String {
        let body: Value = self.json();
        body["code"].as_str().unwrap_or_default().to_owned()
    }

    pub fn header(&self, name: &str) -> String {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned()
    }

    /// The session's secret, when the reply sets one.
    pub fn session(&self) -> Option<String> {
        let cookie = self.header("set-cookie");
        let value = cookie.strip_prefix("minglu_session=")?;
        value.split(';').next().map(str::to_owned)
    }
}
