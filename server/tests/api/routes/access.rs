//! Who may: no session, a forged one, an ended one, each role, another organization, another site.

use axum::http::StatusCode;
use domain::areas::people::Role;

use super::{
    table::{May, Names, ROUTES},
    world::{World, put_in, rows},
};
use crate::support::{Client, TestApp};

on_both! {
    async fn without_a_session_nothing_is_shown_or_done(backend) {
        let app = TestApp::new(backend).await;
        let world = World::new(&app, 1).await;
        let before = rows(&app).await;
        let nobody = app.anonymous();
        let forged = Client::new(app.router.clone(), Some("A".repeat(43)));
        for route in ROUTES.iter().filter(|route| route.may != May::Anyone) {
            for client in [&nobody, &forged] {
                let reply = world.ask(client, route).send().await;
                let name = format!("{} {}", route.method, route.path);
                assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{name}");
                if route.method != "HEAD" {
                    assert_eq!(reply.code(), "not_logged_in", "{name}");
                }
            }
        }
        assert_eq!(rows(&app).await, before);
    }

    async fn a_role_that_is_too_low_is_told_so(backend) {
        let app = TestApp::new(backend).await;
        let world = World::new(&app, 1).await;
        let mut clients = Vec::new();
        for role in [Role::Volunteer, Role::Recorder, Role::Reviewer] {
            clients.push((role, world.organization.person(role).await.client().await));
        }
        let before = rows(&app).await;
        for route in ROUTES.iter() {
            for (role, client) in &clients {
                if !route.may.too_low().contains(role) {
                    continue;
                }
                let reply = world.ask(client, route).send().await;
                let name = format!("{role:?}: {} {}", route.method, route.path);
                assert_eq!(reply.status, StatusCode::FORBIDDEN, "{name} {}", reply.text());
                assert_eq!(reply.code(), "not_permitted", "{name}");
            }
        }
        assert_eq!(rows(&app).await, before);
    }

    async fn what_belongs_to_another_organization_does_not_exist(backend) {
        let app = TestApp::new(backend).await;
        let world = World::new(&app, 1).await;
        let other = World::new(&app, 2).await;
        let before = rows(&app).await;
        for route in ROUTES.iter() {
            if matches!(route.names, Names::Nothing | Names::Code) {
                continue;
            }
            // The path names what the other one has; all else is of one's own.
            let own_body = world.ask(&world.office, route);
            let foreign = own_body.at(&other.path(route)).send().await;
            let name = format!("{} {}", route.method, route.path);
            assert_eq!(foreign.status, StatusCode::NOT_FOUND, "{name} {}", foreign.text());
            // And what nobody has is told apart by nothing.
            let nowhere = put_in(route.path, &uuid::Uuid::now_v7().to_string());
            let unknown = world.ask(&world.office, route).at(&nowhere).send().await;
            assert_eq!(unknown.status, StatusCode::NOT_FOUND, "{name}");
            if !route.path.starts_with("/a/") {
                assert_eq!(unknown.bytes, foreign.bytes, "{name}");
            }
        }
        assert_eq!(rows(&app).await, before);
    }

    async fn a_body_can_not_name_another_organizations_rows(backend) {
        let app = TestApp::new(backend).await;
        let world = World::new(&app, 1).await;
        let other = World::new(&app, 2).await;
        let before = rows(&app).await;
        let mut tried = 0;
        for route in ROUTES.iter().filter(|route| route.may != May::Anyone) {
            let (Some(body), request) = (route.body, world.ask(&world.office, route)) else {
                continue;
            };
            let (own, foreign) = (body(&world), body(&other));
            if own == foreign {
                continue;
            }
            tried += 1;
            let reply = request.json(&foreign).send().await;
            let name = format!("{} {}", route.method, route.path);
            assert!(matches!(reply.status.as_u16(), 404 | 422), "{name} {}", reply.text());
        }
        assert_eq!(tried, 14);
        assert_eq!(rows(&app).await, before);
    }

    async fn a_revoked_device_does_nothing_more(backend) {
        let app = TestApp::new(backend).await;
        let world = World::new(&app, 1).await;
        let laptop = domain::DeviceId(uuid::Uuid::now_v7());
        let client = world.administrator.client_on(laptop, "desktop").await;
        let revoke = format!("/api/office/devices/{laptop}/revoke");
        assert_eq!(world.office.post(&revoke, &()).await.status, StatusCode::NO_CONTENT);
        let before = rows(&app).await;
        for route in ROUTES.iter().filter(|route| route.may != May::Anyone) {
            let reply = world.ask(&client, route).send().await;
            let name = format!("{} {}", route.method, route.path);
            assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{name}");
            if route.method != "HEAD" {
                assert_eq!(reply.code(), "device_revoked", "{name}");
            }
        }
        assert_eq!(rows(&app).await, before);
    }

    async fn a_deactivated_account_only_sends(backend) {
        let app = TestApp::new(backend).await;
        let world = World::new(&app, 1).await;
        let second = world.organization.person(Role::Administrator).await;
        let client = second.client().await;
        let body = serde_json::json!({
            "name": "李四", "role": "administrator", "department_id": null, "active": false,
        });
        let path = format!("/api/office/people/{}", second.id);
        let off = world.office.request("PATCH", &path).if_match(1).json(&body).send().await;
        assert_eq!(off.status, StatusCode::OK, "{}", off.text());
        for route in ROUTES.iter().filter(|route| route.may != May::Anyone) {
            let reply = world.ask(&client, route).send().await;
            let name = format!("{} {}", route.method, route.path);
            if route.may == May::Sender {
                assert_ne!(reply.status, StatusCode::UNAUTHORIZED, "{name}");
            } else {
                assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{name}");
                assert_eq!(reply.code(), "deactivated", "{name}");
            }
        }
    }

    async fn another_site_can_make_a_browser_write_nothing(backend) {
        let app = TestApp::new(backend).await;
        let world = World::new(&app, 1).await;
        let before = rows(&app).await;
        for route in ROUTES.iter().filter(|route| route.writes()) {
            for (name, value) in [
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-site", "same-site"),
                ("sec-fetch-site", "none"),
                ("origin", "https://evil.example"),
                ("origin", "null"),
                ("origin", "http://127.0.0.1:3000.evil.example"),
            ] {
                let reply = world.ask(&world.office, route).header(name, value).send().await;
                let route = format!("{} {} {value}", route.method, route.path);
                assert_eq!(reply.status, StatusCode::FORBIDDEN, "{route}");
                assert_eq!(reply.code(), "foreign_origin", "{route}");
            }
        }
        assert_eq!(rows(&app).await, before);
    }

    async fn every_answer_bears_the_security_headers(backend) {
        let app = TestApp::new(backend).await;
        let world = World::new(&app, 1).await;
        for route in ROUTES.iter() {
            // A session of its own: some routes end it.
            let device = domain::DeviceId(uuid::Uuid::now_v7());
            let office = world.administrator.client_on(device, "desktop").await;
            for client in [&office, &app.anonymous()] {
                let reply = world.ask(client, route).send().await;
                let name = format!("{} {} {}", route.method, route.path, reply.status);
                let policy = reply.header("content-security-policy");
                let strict = policy.contains("default-src 'self'")
                    && policy.contains("frame-ancestors 'none'")
                    && !policy.contains("unsafe-inline")
                    && !policy.contains("'unsafe-eval'");
                assert!(strict || policy == "default-src 'none'; sandbox", "{name}: {policy}");
                assert_eq!(reply.header("x-content-type-options"), "nosniff", "{name}");
                assert_eq!(reply.header("x-frame-options"), "DENY", "{name}");
                assert!(!reply.header("x-request-id").is_empty(), "{name}");
                if route.path.starts_with("/api/") {
                    let kept = reply.header("cache-control");
                    assert!(kept == "no-store" || kept.starts_with("private"), "{name}: {kept}");
                }
            }
        }
    }
}
