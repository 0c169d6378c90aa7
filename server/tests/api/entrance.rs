//! The forms of log-in and join as a browser sends them by itself, before the app runs.

use axum::http::StatusCode;
use domain::{
    api::{
        office::Invitation,
        session::{PRIVACY_NOTICE, Session},
    },
    areas::people::Role,
};

use serde_json::json;

use crate::support::{Client, Reply, TestApp};

const PASSWORD: &str = "绿叶对根的情意长";

async fn send(app: &TestApp, path: &str, fields: &[(&str, &str)]) -> Reply {
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    app.anonymous()
        .request("POST", path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept-language", "en")
        .header(
            "user-agent",
            "Mozilla/5.0 (Linux; Android 15) Chrome/142 Mobile",
        )
        .bytes(body)
        .send()
        .await
}

async fn session(app: &TestApp, reply: &Reply) -> Session {
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text());
    assert_eq!(reply.header("location"), "/");
    let token = reply.session().expect("a cookie");
    Client::new(app.router.clone(), Some(token))
        .get("/api/session")
        .await
        .ok()
}

on_both! {
    async fn a_log_in_leads_home_and_a_wrong_one_back_with_the_reason(backend) {
        let app = TestApp::new(backend).await;
        let organization = app.organization().await;
        let person = organization.person(Role::Recorder).await.with_password(PASSWORD).await;
        let right = [("login", person.mobile.as_str()), ("password", PASSWORD)];
        let reply = send(&app, "/login", &right).await;
        assert_eq!(session(&app, &reply).await.person_id, person.id);

        let reply = send(&app, "/login", &[("login", &person.mobile), ("password", "wrong")]).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
        assert!(reply.text().contains("Wrong log-in or password"), "{}", reply.text());
        assert_eq!(reply.session(), None);
        let reply = send(&app, "/login", &[]).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
    }

    async fn a_newcomer_joins_and_a_second_time_is_told_why_not(backend) {
        let app = TestApp::new(backend).await;
        let administrator = app.organization().await.person(Role::Administrator).await;
        let body = json!({ "role": "volunteer", "days": 7, "max_uses": 5 });
        let office = administrator.client().await;
        let invitation: Invitation = office.post("/api/office/invitations", &body).await.ok();
        let path = format!("/join/{}", invitation.code);
        let fields = [
            ("name", "小周"),
            ("mobile", "138 0000 1234"),
            ("password", PASSWORD),
            ("agree", PRIVACY_NOTICE),
        ];
        let reply = send(&app, &path, &fields).await;
        assert_eq!(session(&app, &reply).await.name, "小周");

        let reply = send(&app, &path, &fields).await;
        assert_eq!(reply.status, StatusCode::CONFLICT);
        assert!(reply.text().contains("This number has joined already"), "{}", reply.text());

        let reply = send(&app, &path, &fields[..3]).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(reply.text().contains("privacy notice"), "{}", reply.text());
    }
}
