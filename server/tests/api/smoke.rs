//! What holds for every route.

use axum::http::StatusCode;
use domain::areas::people::Role;

use crate::support::TestApp;

on_both! {
    async fn an_unknown_address_is_a_readable_error(backend) {
        let app = TestApp::new(backend).await;
        let reply = app.anonymous().get("/api/nothing").await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
        assert_eq!(reply.code(), "not_found");
        assert!(reply.header("content-security-policy").contains("frame-ancestors 'none'"));
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
    }

    async fn a_write_from_another_site_is_refused(backend) {
        let app = TestApp::new(backend).await;
        let organization = app.organization().await;
        let client = organization.person(Role::Recorder).await.client().await;
        let reply = client
            .request("POST", "/api/nothing")
            .header("origin", "https://evil.example")
            .send()
            .await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
        assert_eq!(reply.code(), "foreign_origin");
        let reply = client
            .request("POST", "/api/nothing")
            .header("sec-fetch-site", "cross-site")
            .send()
            .await;
        assert_eq!(reply.code(), "foreign_origin");
        let reply = client
            .request("POST", "/api/nothing")
            .header("sec-fetch-site", "same-origin")
            .send()
            .await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
    }
}
