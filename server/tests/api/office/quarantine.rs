//! `/api/office/quarantine`.

use axum::http::StatusCode;
use domain::{
    OrganizationId, api::office::QuarantineLine, areas::people::Role, refusal::Refusal,
    verdict::Outcome,
};
use uuid::Uuid;

use crate::support::TestApp;

async fn quarantine(app: &TestApp, organization: OrganizationId, raw: &str, at: i64) -> Uuid {
    let id = Uuid::now_v7();
    let outcome = Outcome::Quarantined {
        refusal: Refusal::UnknownActivity,
    };
    let mut tx = app.begin().await;
    sqlx::query(
        "insert into inbox
             (op_id, organization_id, device_id, device_epoch, device_seq, person_id, payload_hash,
              raw, verdict, outcome, record_area, record_id, received_at)
         values ($1, $2, 'd', 0, $3, 'p', 'h', $4, 'quarantined', $5, 'sign_ups', 'r', $3)",
    )
    .bind(id.to_string())
    .bind(organization.to_string())
    .bind(at)
    .bind(raw)
    .bind(serde_json::to_string(&outcome).expect("JSON"))
    .execute(&mut *tx)
    .await
    .expect("the inbox takes it");
    tx.commit().await.expect("committed");
    id
}

on_both! {
    async fn what_was_refused_is_shown_whole_and_newest_first(backend) {
        let app = TestApp::new(backend).await;
        let organization = app.organization().await;
        let other = app.organization().await;
        let older = quarantine(&app, organization.id, "{\"a\":1}", 1).await;
        let newer = quarantine(&app, organization.id, &"字".repeat(5_000), 2).await;
        quarantine(&app, other.id, "{}", 3).await;
        let client = organization.person(Role::Reviewer).await.client().await;
        let lines: Vec<QuarantineLine> = client.get("/api/office/quarantine").await.ok();
        assert_eq!(
            lines.iter().map(|it| it.op_id.0).collect::<Vec<_>>(),
            [newer, older]
        );
        assert_eq!(lines[0].raw.chars().count(), 4_000);
        assert_eq!(lines[1].raw, "{\"a\":1}");
        assert_eq!(lines[1].refusal, Refusal::UnknownActivity);
    }

    async fn only_the_office_sees_the_quarantine(backend) {
        let app = TestApp::new(backend).await;
        let organization = app.organization().await;
        assert_eq!(
            app.anonymous().get("/api/office/quarantine").await.status,
            StatusCode::UNAUTHORIZED
        );
        for role in [Role::Volunteer, Role::Recorder] {
            let client = organization.person(role).await.client().await;
            let reply = client.get("/api/office/quarantine").await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN);
        }
    }
}
