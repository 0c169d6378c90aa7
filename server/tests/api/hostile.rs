//! What an attacker tries that belongs to no single route.

use std::io::Cursor;

use axum::http::StatusCode;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{areas::people::Role, keys::sha256_hex, time::MINUTE_MS};
use image::{DynamicImage, ImageBuffer, ImageFormat, Rgb};
use serde_json::json;

use crate::support::{Client, Reply, TestApp};

fn photo(format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(ImageBuffer::from_pixel(8, 8, Rgb([9u8, 9, 9])))
        .write_to(&mut bytes, format)
        .expect("written");
    bytes.into_inner()
}

/// A real JPEG whose header says 65,500 × 65,500.
fn jpeg_bomb() -> Vec<u8> {
    let mut bytes = photo(ImageFormat::Jpeg);
    let at = bytes
        .windows(2)
        .position(|marker| marker == [0xff, 0xc0])
        .expect("a frame header");
    for (offset, byte) in [(5, 0xff), (6, 0xdc), (7, 0xff), (8, 0xdc)] {
        bytes[at + offset] = byte;
    }
    bytes
}

/// A real PNG whose header says 50,000 × 50,000; the header's checksum is right.
fn png_bomb() -> Vec<u8> {
    let mut bytes = photo(ImageFormat::Png);
    bytes[16..20].copy_from_slice(&50_000u32.to_be_bytes());
    bytes[20..24].copy_from_slice(&50_000u32.to_be_bytes());
    let mut crc = u32::MAX;
    for byte in &bytes[12..29] {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 * (crc & 1));
        }
    }
    bytes[29..33].copy_from_slice(&(!crc).to_be_bytes());
    bytes
}

async fn upload(client: &Client, bytes: &[u8], media_type: &str) -> Reply {
    let metadata = format!(
        "sha256 {},filetype {}",
        STANDARD.encode(sha256_hex(bytes)),
        STANDARD.encode(media_type)
    );
    let created = client
        .request("POST", "/api/blobs")
        .header("tus-resumable", "1.0.0")
        .header("upload-length", &bytes.len().to_string())
        .header("upload-metadata", &metadata)
        .send()
        .await;
    if created.status != StatusCode::CREATED {
        return created;
    }
    client
        .request("PATCH", &created.header("location"))
        .header("tus-resumable", "1.0.0")
        .header("content-type", "application/offset+octet-stream")
        .header("upload-offset", "0")
        .bytes(bytes)
        .send()
        .await
}

on_both! {
    async fn a_picture_that_unpacks_to_gigabytes_is_refused(backend) {
        let app = TestApp::new(backend).await;
        let client = app.organization().await.person(Role::Volunteer).await.client().await;
        for (bytes, media_type) in [(jpeg_bomb(), "image/jpeg"), (png_bomb(), "image/png")] {
            let reply = upload(&client, &bytes, media_type).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{media_type}");
            assert_eq!(reply.code(), "broken_photo", "{media_type}");
            assert!(reply.text().contains("× 50000") || reply.text().contains("× 65500"));
            let path = format!("/api/blobs/{}", sha256_hex(&bytes));
            assert_eq!(client.get(&path).await.status, StatusCode::NOT_FOUND);
        }
    }

    async fn the_setting_limits_an_upload_before_its_bytes_are_sent(backend) {
        let app = TestApp::with(backend, |settings| settings.photo_limit = 100_000).await;
        let client = app.organization().await.person(Role::Volunteer).await.client().await;
        let mut large = photo(ImageFormat::Jpeg);
        large.resize(100_001, 0);
        let reply = upload(&client, &large, "image/jpeg").await;
        assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(reply.text().contains("97 KB"), "{}", reply.text());
        assert_eq!(app.number("select cast(count(*) as bigint) from uploads").await, 0);
    }

    async fn no_address_leads_out_of_the_site(backend) {
        let app = TestApp::new(backend).await;
        for path in [
            "/../Cargo.toml",
            "/%2e%2e/Cargo.toml",
            "/..%2fCargo.toml",
            "/..%5cCargo.toml",
            "/pkg/../../Cargo.toml",
            "/pkg/%2e%2e/%2e%2e/Cargo.toml",
            "/pkg/..%2f..%2fserver%2fCargo.toml",
            "/%2fetc%2fpasswd",
            "//etc/passwd",
            "/pkg//etc/passwd",
            "/assets.json",
            "/./assets.json",
            "/%61ssets.json",
            "/sw.js%00.png",
            "/data/minglu.db",
        ] {
            let reply = app.anonymous().get(path).await;
            let text = reply.text();
            let is_shell = text.contains("data-shell");
            assert!(is_shell || reply.status == StatusCode::NOT_FOUND, "{path}: {text}");
            assert!(!text.contains("[package]") && !text.contains("root:"), "{path}");
        }
    }

    async fn a_head_says_what_a_get_would_and_a_range_gives_no_more_than_there_is(backend) {
        let app = TestApp::new(backend).await;
        let client = app.organization().await.person(Role::Volunteer).await.client().await;
        let bytes = photo(ImageFormat::Jpeg);
        assert_eq!(upload(&client, &bytes, "image/jpeg").await.status, StatusCode::NO_CONTENT);
        let path = format!("/api/blobs/{}", sha256_hex(&bytes));
        let head = client.request("HEAD", &path).send().await;
        assert_eq!(head.status, StatusCode::OK);
        assert_eq!(head.header("content-length"), bytes.len().to_string());
        assert!(head.bytes.is_empty());
        let (end, part) = (bytes.len(), StatusCode::PARTIAL_CONTENT);
        for (range, status, given) in [
            ("bytes=0-9", part, 0..10),
            ("bytes=-5", part, end - 5..end),
            ("bytes=10-999999999", part, 10..end),
            ("bytes=999999999-", StatusCode::RANGE_NOT_SATISFIABLE, 0..0),
            ("bytes=9-0", StatusCode::OK, 0..end),
            ("bytes=0-1,3-4", StatusCode::OK, 0..end),
            ("x", StatusCode::OK, 0..end),
        ] {
            let reply = client.request("GET", &path).header("range", range).send().await;
            assert_eq!(reply.status, status, "{range}");
            assert_eq!(reply.bytes, bytes[given], "{range}");
        }
        for path in ["/", "/login", "/shell", "/api/session", "/api/health"] {
            let get = client.get(path).await;
            let head = client.request("HEAD", path).send().await;
            assert_eq!(head.status, get.status, "{path}");
            assert!(head.bytes.is_empty(), "{path}");
        }
    }

    async fn a_cookie_may_hold_anything(backend) {
        let app = TestApp::new(backend).await;
        let person = app.organization().await.person(Role::Volunteer).await;
        let token = person.client().await.token.expect("a session");
        let ask = |cookie: &str| {
            let request = app.anonymous().request("GET", "/api/session");
            request.header("cookie", cookie).send()
        };
        for cookie in [
            "minglu_session",
            "minglu_session=",
            "minglu_session=;",
            "=; ;;",
            "minglu_session=%00",
            &format!("minglu_session={}", "A".repeat(100_000)),
            &format!("minglu_session={}", &token[1..]),
            &format!("minglu_session={token}x"),
            &format!("minglu_session=x; minglu_session={token}"),
            &format!("MINGLU_SESSION={token}"),
        ] {
            assert_eq!(ask(cookie).await.status, StatusCode::UNAUTHORIZED, "{cookie:.60}");
        }
        let good = format!("theme=dark; minglu_session={token}; other=1");
        assert_eq!(ask(&good).await.status, StatusCode::OK);
    }

    async fn a_log_in_never_goes_on_with_a_session_that_was_there(backend) {
        let app = TestApp::new(backend).await;
        let password = "绿叶对根的情意长";
        let person = app.organization().await.person(Role::Volunteer).await;
        let person = person.with_password(password).await;
        let body = json!({
            "login": person.mobile, "password": password,
            "device": { "device_id": null, "name": "x", "kind": "phone", "app_build": "x" },
        });
        let planted = Client::new(app.router.clone(), Some("B".repeat(43)));
        let reply = planted.post("/api/session", &body).await;
        let fresh = reply.session().expect("a cookie");
        assert_ne!(Some(&fresh), planted.token.as_ref());
        assert_eq!(planted.get("/api/session").await.status, StatusCode::UNAUTHORIZED);
    }

    async fn one_address_can_not_guess_codes_of_invitations(backend) {
        let app = TestApp::new(backend).await;
        let nobody = app.anonymous();
        for number in 0..60 {
            // The page counts as much as the call.
            let path = if number % 2 == 0 { "/api/invitations" } else { "/join" };
            let reply = nobody.get(&format!("{path}/abcdefgh{number:02}")).await;
            assert_eq!(reply.status, StatusCode::NOT_FOUND, "{number}");
        }
        for path in ["/api/invitations/abcdefghjk", "/join/abcdefghjk"] {
            assert_eq!(nobody.get(path).await.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
        }
        let join = json!({
            "name": "新来的", "mobile": "13700000000", "password": "一个好密码一二三",
            "privacy_notice": domain::api::session::PRIVACY_NOTICE,
            "device": { "device_id": null, "name": "x", "kind": "phone", "app_build": "x" },
        });
        let reply = nobody.post("/api/invitations/abcdefghjk/join", &join).await;
        assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(!reply.header("retry-after").is_empty());
        app.advance_ms(11 * MINUTE_MS);
        let reply = nobody.get("/api/invitations/abcdefghjk").await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
    }

    async fn a_page_that_refreshes_itself_keeps_nobody_logged_in_but_its_device_in_sight(backend) {
        let app = TestApp::new(backend).await;
        let person = app.organization().await.person(Role::Reviewer).await;
        let desktop = person.client_on(person.device_id, "desktop").await;
        let poll = || {
            let request = desktop.request("GET", "/api/office/devices");
            request.header(domain::api::session::UNATTENDED, "1").send()
        };
        for _ in 0..5 {
            app.advance_ms(5 * MINUTE_MS);
            assert_eq!(poll().await.status, StatusCode::OK);
        }
        let seen = app.number("select last_seen_at from devices").await;
        assert_eq!(seen, app.now().0);
        app.advance_ms(5 * MINUTE_MS);
        assert_eq!(poll().await.status, StatusCode::UNAUTHORIZED);
    }
}
