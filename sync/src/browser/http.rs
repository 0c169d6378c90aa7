//! HTTP by `fetch`, each request with a time-out that covers its body too.

use async_trait::async_trait;
use domain::api::session::UNATTENDED;
use gloo_net::http::{Method as HttpMethod, RequestBuilder};
use gloo_timers::callback::Timeout;
use js_sys::Uint8Array;
use web_sys::{AbortController, RequestCache};

use super::presence;
use crate::transport::{Method, Request, Response, Transport, Unreachable};

/// The page's own origin, with the session's cookie.
pub struct Http;

#[async_trait(?Send)]
impl Transport for Http {
    async fn send(&self, request: Request) -> Result<Response, Unreachable> {
        let abort = AbortController::new().map_err(|_| Unreachable)?;
        let signal = abort.signal();
        let timeout_ms = u32::try_from(request.timeout_ms).unwrap_or(u32::MAX);
        // Dropped with this future, so that a request that was given up is aborted by nobody.
        let _timer = Timeout::new(timeout_ms, move || abort.abort());
        let mut builder = RequestBuilder::new(&request.path)
            .method(method(request.method))
            .cache(RequestCache::NoStore)
            .abort_signal(Some(&signal));
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        if !presence::is_attended() {
            builder = builder.header(UNATTENDED, "1");
        }
        let sent = if request.body.is_empty() {
            builder.send().await
        } else {
            let body = Uint8Array::from(request.body.as_slice());
            let built = builder.body(body).map_err(|_| Unreachable)?;
            built.send().await
        };
        let response = sent.map_err(|_| Unreachable)?;
        let status = response.status();
        let headers = response.headers().entries().collect();
        let body = response.binary().await.map_err(|_| Unreachable)?;
        Ok(Response {
            status,
            headers,
            body,
        })
    }
}

fn method(method: Method) -> HttpMethod {
    match method {
        Method::Get => HttpMethod::GET,
        Method::Head => HttpMethod::HEAD,
        Method::Post => HttpMethod::POST,
        Method::Patch => HttpMethod::PATCH,
        Method::Delete => HttpMethod::DELETE,
    }
}
