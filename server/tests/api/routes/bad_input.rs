//! Whatever a request holds: a clear answer in both languages, nothing half-written, never a panic.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use domain::api::ApiError;
use serde_json::{Value, json};

use super::{
    table::{ROUTES, Route},
    world::{World, put_in, rows},
};
use crate::support::{Client, Reply, TestApp};

/// A client that never meets a lock: the attempts of all requests would add up.
async fn fresh(app: &TestApp, world: &World) -> Client {
    app.advance_ms(domain::time::DAY_MS);
    let device = domain::DeviceId(uuid::Uuid::now_v7());
    world.administrator.client_on(device, "phone").await
}

/// Not the server's fault, and said in both languages what to do.
fn check(reply: &Reply, name: &str) {
    assert!(
        reply.status.as_u16() < 500,
        "{name}: {} {}",
        reply.status,
        reply.text()
    );
    let is_page = reply.header("content-type").starts_with("text/html");
    if reply.status.is_client_error() && !is_page && !reply.bytes.is_empty() {
        let error: ApiError = reply.json();
        for text in [&error.message.zh, &error.message.en] {
            assert!(text.chars().count() >= 3, "{name}: {error:?}");
            assert!(!text.contains('\0'), "{name}");
        }
    }
}

/// Values that fit hardly any field, as JSON.
fn odd_values() -> Vec<String> {
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    let long = format!("\"{}\"", "长".repeat(100_000));
    let mut values: Vec<String> = [
        "null",
        "true",
        "7",
        "-1",
        "0",
        "1e400",
        "1.5",
        "9223372036854775807",
        "-9223372036854775808",
        "99999999999999999999",
        "\"\"",
        "\" \"",
        "\"\\u0000\"",
        "\"a\\u0000b\"",
        "\"\\ud800\"",
        "\"\\u202e\"",
        "\"2026-02-30\"",
        "[]",
        "{}",
        "[[]]",
        "{\"kind\":\"display\"}",
        "\"' or 1=1 --\"",
        "\"<script>alert(1)</script>\"",
        "\"../../etc/passwd\"",
        "\"01930000-0000-7000-8000-000000000001\"",
    ]
    .map(str::to_owned)
    .into();
    values.push(deep);
    values.push(long);
    values
}

/// Bodies that are no object of the right kind.
fn odd_bodies() -> Vec<Vec<u8>> {
    let mut bodies: Vec<Vec<u8>> = odd_values().into_iter().map(String::into_bytes).collect();
    for bytes in [
        b"".as_slice(),
        b"{",
        b"{\"",
        b"\0",
        b"\xff\xfe",
        b"\x1f\x8b\x08\x00",
        b"<xml/>",
        b"a=b&c=d",
        b"{\"a\":1}{\"a\":1}",
    ] {
        bodies.push(bytes.to_vec());
    }
    bodies
}

/// The body as text, with `value` in place of the field at `path`.
fn with(body: &Value, path: &[String], value: &str) -> String {
    const MARK: &str = "minglu-mark";
    let mut changed = body.clone();
    let mut place = &mut changed;
    for name in path {
        place = &mut place[name.as_str()];
    }
    *place = json!(MARK);
    changed.to_string().replace(&format!("\"{MARK}\""), value)
}

fn without(body: &Value, path: &[String]) -> Value {
    let mut changed = body.clone();
    let (last, parents) = path.split_last().expect("a field");
    let mut place = &mut changed;
    for name in parents {
        place = &mut place[name.as_str()];
    }
    place.as_object_mut().expect("an object").remove(last);
    changed
}

/// The path of each field, also within fields.
fn fields(body: &Value) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (name, value) in body.as_object().into_iter().flatten() {
        found.push(vec![name.clone()]);
        for mut inner in fields(value) {
            inner.insert(0, name.clone());
            found.push(inner);
        }
    }
    found
}

async fn send(world: &World, client: &Client, route: &Route, body: impl Into<Vec<u8>>) -> Reply {
    world.ask(client, route).bytes(body).send().await
}

fn bodies() -> impl Iterator<Item = (&'static Route, fn(&World) -> Value)> {
    ROUTES.iter().filter_map(|route| Some((route, route.body?)))
}

/// Refused means that nothing was written.
async fn unchanged(app: &TestApp, before: &BTreeMap<&'static str, i64>, reply: &Reply, name: &str) {
    if reply.status.is_client_error() {
        assert_eq!(&rows(app).await, before, "{name}");
    }
}

on_both! {
    async fn a_body_that_makes_no_sense_is_refused_in_words(backend) {
        let app = TestApp::new(backend).await;
        let world = World::new(&app, 1).await;
        for (route, _) in bodies() {
            let client = fresh(&app, &world).await;
            let before = rows(&app).await;
            for body in odd_bodies() {
                app.advance_ms(domain::time::HOUR_MS);
                let shown: String = String::from_utf8_lossy(&body).chars().take(40).collect();
                let name = format!("{} {} {shown:?}", route.method, route.path);
                let reply = send(&world, &client, route, body).await;
                check(&reply, &name);
                assert!(reply.status.is_client_error(), "{name}: {}", reply.status);
            }
            assert_eq!(rows(&app).await, before, "{}", route.path);
        }
    }

    async fn each_field_may_hold_anything_or_be_missing(backend) {
        let app = TestApp::new(backend).await;
        let world = World::new(&app, 1).await;
        for (route, body) in bodies() {
            let body = body(&world);
            for field in fields(&body) {
                let client = fresh(&app, &world).await;
                let name = format!("{} {} {field:?}", route.method, route.path);
                let mut texts: Vec<String> = odd_values()
                    .iter()
                    .map(|value| with(&body, &field, value))
                    .collect();
                texts.push(without(&body, &field).to_string());
                for text in texts {
                    app.advance_ms(domain::time::HOUR_MS);
                    let before = rows(&app).await;
                    let shown: String = text.chars().take(300).collect();
                    let reply = send(&world, &client, route, text).await;
                    check(&reply, &format!("{name} {shown}"));
                    unchanged(&app, &before, &reply, &name).await;
                }
            }
        }
    }

    async fn a_body_without_an_end_is_cut(backend) {
        let app = TestApp::new(backend).await;
        let world = World::new(&app, 1).await;
        for (route, body) in bodies() {
            let client = fresh(&app, &world).await;
            let before = rows(&app).await;
            let field = fields(&body(&world)).remove(0);
            let long = format!("\"{}\"", "x".repeat(13 * 1024 * 1024));
            let reply = send(&world, &client, route, with(&body(&world), &field, &long)).await;
            let name = format!("{} {}", route.method, route.path);
            check(&reply, &name);
            assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE, "{name}");
            assert_eq!(reply.code(), "too_large", "{name}");
            assert_eq!(rows(&app).await, before, "{name}");
        }
    }

    async fn a_body_of_another_kind_is_refused(backend) {
        let app = TestApp::new(backend).await;
        let world = World::new(&app, 1).await;
        for (route, body) in bodies() {
            if route.path == "/api/sync/push" {
                // Reads whatever comes, so that no old client is turned away.
                continue;
            }
            let client = fresh(&app, &world).await;
            let reply = client
                .request(route.method, &world.path(route))
                .if_match(1)
                .header("content-type", "text/plain")
                .bytes(body(&world).to_string())
                .send()
                .await;
            let name = format!("{} {}", route.method, route.path);
            assert_eq!(reply.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{name}");
            check(&reply, &name);
        }
    }

    async fn a_decision_needs_the_revision_that_was_seen(backend) {
        let app = TestApp::new(backend).await;
        let world = World::new(&app, 1).await;
        let before = rows(&app).await;
        let revised = ROUTES.iter().filter(|route| route.revised);
        assert_eq!(revised.clone().count(), 22);
        for route in revised {
            let body = route.body.map(|body| body(&world)).unwrap_or_default();
            let name = format!("{} {}", route.method, route.path);
            let ask = || world.office.request(route.method, &world.path(route)).json(&body);
            let blind = ask().send().await;
            assert_eq!(blind.status, StatusCode::PRECONDITION_REQUIRED, "{name}");
            check(&blind, &name);
            for seen in ["\"0\"", "\"2\"", "\"-1\"", "*", "", "\"x\"", "W/\"1\"", "\"1\", \"2\"",
                "\"99999999999999999999\""]
            {
                let stale = ask().header("if-match", seen).send().await;
                assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED, "{name} {seen}");
                assert_eq!(stale.code(), "stale_revision", "{name} {seen}");
            }
        }
        assert_eq!(rows(&app).await, before);
    }

    async fn a_path_may_hold_anything(backend) {
        let app = TestApp::new(backend).await;
        let world = World::new(&app, 1).await;
        let long = "a".repeat(5_000);
        for route in ROUTES.iter().filter(|route| route.path.contains('{')) {
            let client = fresh(&app, &world).await;
            for name in [
                "x", "%00", "a%00b", "%ff%fe", "..%2f..%2fetc%2fpasswd", "%2e%2e", "-1", "0",
                "%27%20or%201=1--", "%F0%9F%92%A3", "null", &long,
            ] {
                app.advance_ms(domain::time::HOUR_MS);
                let path = put_in(route.path, name);
                let reply = world.ask(&client, route).at(&path).send().await;
                check(&reply, &format!("{} {path}", route.method));
                if route.method != "OPTIONS" {
                    assert_eq!(reply.status, StatusCode::NOT_FOUND, "{} {path}", route.method);
                }
            }
        }
    }

    async fn a_query_may_hold_anything(backend) {
        let app = TestApp::new(backend).await;
        let world = World::new(&app, 1).await;
        for route in ROUTES.iter().filter(|route| !route.query.is_empty()) {
            let right = world.ask(&world.office, route);
            let path = format!("{}?{}", world.path(route), route.query);
            assert_eq!(right.at(&path).send().await.status, StatusCode::OK, "{path}");
            let client = fresh(&app, &world).await;
            for pair in route.query.split('&') {
                let (name, _) = pair.split_once('=').expect("a pair");
                for value in [
                    "", "x", "%00", "a%00b", "%ff", "-1", "0", "9223372036854775807",
                    "-9223372036854775808", "99999999999999999999", "1.5", "null", "%27--",
                    "1~x", "~", "%F0%9F%92%A3", "9223372036854775807~01930000-0000-7000-8000-000000000001",
                ] {
                    let path = format!("{}?{name}={value}", world.path(route));
                    let reply = world.ask(&client, route).at(&path).send().await;
                    check(&reply, &path);
                    let twice = format!("{path}&{name}={value}");
                    check(&world.ask(&client, route).at(&twice).send().await, &twice);
                }
            }
        }
    }

    async fn an_upload_may_be_announced_by_anything(backend) {
        let app = TestApp::new(backend).await;
        let world = World::new(&app, 1).await;
        let before = rows(&app).await;
        let author = world.author.client().await;
        for route in ROUTES.iter().filter(|route| route.is_tus() && route.method != "OPTIONS") {
            for (header, value) in [
                ("upload-length", "-1"),
                ("upload-length", "9223372036854775807"),
                ("upload-length", "1e3"),
                ("upload-metadata", "sha256"),
                ("upload-metadata", "sha256 AA==,filetype AA=="),
                ("upload-metadata", ",,, ,"),
                ("upload-offset", "-1"),
                ("upload-offset", "9223372036854775807"),
                ("upload-checksum", "md5 AAAA"),
                ("upload-checksum", "sha256 %%%"),
                ("upload-checksum", "sha256"),
                ("tus-resumable", "9.9.9"),
                ("content-type", "text/plain"),
            ] {
                let right = [
                    ("tus-resumable", "1.0.0"),
                    ("content-type", "application/offset+octet-stream"),
                    ("upload-offset", "0"),
                ];
                let mut request = author.request(route.method, &world.path(route));
                for (name, right) in right {
                    request = request.header(name, if name == header { value } else { right });
                }
                if !right.iter().any(|(name, _)| *name == header) {
                    request = request.header(header, value);
                }
                if route.method == "DELETE" {
                    request = request.at("/api/blobs/uploads/x");
                }
                let reply = request.send().await;
                check(&reply, &format!("{} {} {header}: {value}", route.method, route.path));
            }
        }
        assert_eq!(rows(&app).await, before);
    }
}

#[test]
fn a_value_is_put_in_place_of_a_field() {
    let body = json!({ "a": { "b": 1 }, "c": 2 });
    let field = ["a".to_owned(), "b".to_owned()];
    assert_eq!(with(&body, &field, "1e400"), r#"{"a":{"b":1e400},"c":2}"#);
    assert_eq!(without(&body, &field), json!({ "a": {}, "c": 2 }));
    assert_eq!(fields(&body).len(), 3);
}
