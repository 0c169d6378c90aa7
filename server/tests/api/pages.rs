//! What a browser navigates to.

use axum::http::StatusCode;
use domain::{api::session::PublicActivity, areas::people::Role};
use serde_json::{Value, json};

use crate::support::TestApp;

on_both! {
    async fn any_address_gets_the_shell_and_the_public_ones_a_page(backend) {
        let app = TestApp::new(backend).await;
        let organization = app.organization().await;
        let nobody = app.anonymous();
        for path in ["/", "/shell", "/records/01234", "/office/review?state=submitted"] {
            let reply = nobody.get(path).await;
            assert_eq!(reply.status, StatusCode::OK, "{path}");
            assert!(reply.text().contains("data-shell"), "{path}");
            assert!(reply.header("content-type").starts_with("text/html"));
        }
        let login = nobody.get("/login?token=secret-of-a-link").await;
        assert!(!login.text().contains("data-shell"));
        assert!(login.text().contains(&organization.name));
        assert!(!login.text().contains("secret-of-a-link"));
        let office = organization.person(Role::Administrator).await.client().await;
        let body = json!({ "role": "volunteer", "days": 7, "max_uses": 1 });
        let invitation: Value = office.post("/api/office/invitations", &body).await.ok();
        let code = invitation["code"].as_str().expect("a code");
        let join = nobody.get(&format!("/join/{code}")).await;
        assert_eq!(join.status, StatusCode::OK);
        assert!(join.text().contains(&organization.name));
        let unknown = nobody.get("/join/abcdefghjk").await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND);
        assert!(unknown.text().contains("invitation_unknown"));
        let english = nobody.request("GET", "/shell").header("accept-language", "en-GB,zh;q=0.5");
        assert!(english.send().await.text().contains("<html lang=\"en\""));
    }

    async fn files_that_are_not_there_are_not_the_shell(backend) {
        let app = TestApp::new(backend).await;
        for path in ["/pkg/nothing.js", "/favicon.ico", "/api", "/api/x", "/..%2fCargo.toml"] {
            let reply = app.anonymous().get(path).await;
            assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
        }
        let post = app.anonymous().post("/records", &json!({})).await;
        assert_eq!(post.code(), "not_found");
    }

    async fn only_a_public_activity_is_shown_to_strangers(backend) {
        let app = TestApp::new(backend).await;
        let organization = app.organization().await;
        let reviewer = organization.person(Role::Reviewer).await;
        let office = reviewer.client().await;
        for public in [true, false] {
            let body = json!({
                "title": "社区义诊", "kind": "volunteer_service", "place": "社区广场",
                "starts_at": app.now().0, "ends_at": app.now().0 + 3_600_000,
                "organizer_id": reviewer.id, "public": public,
            });
            let made: Value = office.post("/api/office/activities", &body).await.json();
            let id = made["id"].as_str().expect("an id");
            let reply = app.anonymous().get(&format!("/api/public/activities/{id}")).await;
            let page = app.anonymous().get(&format!("/a/{id}")).await;
            if public {
                let shown: PublicActivity = reply.ok();
                assert_eq!(shown.title, "社区义诊");
                assert_eq!(page.status, StatusCode::OK);
                assert!(page.text().contains("社区义诊"));
            } else {
                assert_eq!(reply.status, StatusCode::NOT_FOUND);
                assert_eq!(page.status, StatusCode::NOT_FOUND);
                assert!(!page.text().contains("社区义诊"));
            }
        }
        assert_eq!(app.anonymous().get("/a/nonsense").await.status, StatusCode::NOT_FOUND);
    }

    async fn health_names_the_database(backend) {
        let app = TestApp::new(backend).await;
        let health: Value = app.anonymous().get("/api/health").await.ok();
        assert_eq!(health["status"], "ok");
        let name = format!("{backend:?}").to_lowercase();
        assert_eq!(health["database"], name.as_str());
    }
}
