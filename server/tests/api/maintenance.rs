//! What the server sweeps up by itself.

use domain::{areas::people::Role, time::DAY_MS};

use crate::support::TestApp;

on_both! {
    async fn only_what_is_over_is_swept_up(backend) {
        let app = TestApp::new(backend).await;
        let organization = app.organization().await;
        organization.person(Role::Volunteer).await.client().await;
        app.anonymous().get("/api/invitations/abcdefghjk").await;
        app.advance_ms(30 * DAY_MS);
        let phone = organization.person(Role::Volunteer).await.client().await;
        app.advance_ms(2 * DAY_MS);
        server::maintenance::sweep(&app.state).await.expect("swept");
        assert_eq!(app.number("select cast(count(*) as bigint) from sessions").await, 1);
        assert_eq!(app.number("select cast(count(*) as bigint) from throttles").await, 0);
        assert_eq!(phone.get("/api/session").await.status, axum::http::StatusCode::OK);
    }
}
