//! `/api/office/invitations` and `/api/invitations/{code}`.

use axum::http::StatusCode;
use domain::{
    api::{
        office::Invitation,
        session::{DeviceKind, InvitationCard, Join, PRIVACY_NOTICE, Session},
    },
    areas::people::Role,
    time::DAY_MS,
};
use serde_json::json;

use crate::{
    sessions::device,
    support::{Client, Reply, TestApp, TestOrganization},
};

fn newcomer(mobile: &str) -> Join {
    Join {
        name: "王小明".to_owned(),
        mobile: mobile.to_owned(),
        password: "绿叶对根的情意长".to_owned(),
        privacy_notice: PRIVACY_NOTICE.to_owned(),
        device: device(DeviceKind::Phone, None),
    }
}

async fn administrator(organization: &TestOrganization) -> Client {
    organization
        .person(Role::Administrator)
        .await
        .client()
        .await
}

async fn invite(client: &Client, max_uses: i64) -> Invitation {
    let body = json!({ "role": "volunteer", "days": 7, "max_uses": max_uses });
    client.post("/api/office/invitations", &body).await.ok()
}

async fn join(app: &TestApp, code: &str, body: &Join) -> Reply {
    app.anonymous()
        .post(&format!("/api/invitations/{code}/join"), body)
        .await
}

on_both! {
    async fn a_newcomer_joins_with_the_invitations_role_and_department(backend) {
        let app = TestApp::new(backend).await;
        let organization = app.organization().await;
        let department = organization.department("监督一科").await;
        let office = administrator(&organization).await;
        let body = json!({
            "role": "recorder", "department_id": department, "days": 7, "max_uses": 3
        });
        let invitation: Invitation = office.post("/api/office/invitations", &body).await.ok();
        assert_eq!(invitation.code.len(), 10);
        let path = format!("/api/invitations/{}", invitation.code);
        let card: InvitationCard = app.anonymous().get(&path).await.ok();
        assert_eq!(card.organization_name, organization.name);
        assert_eq!(card.department_name.as_deref(), Some("监督一科"));
        let reply = join(&app, &invitation.code, &newcomer("138 0000 0001")).await;
        let session: Session = reply.ok();
        assert_eq!(session.role, Role::Recorder);
        assert_eq!(session.department_id, Some(department));
        assert_eq!(session.organization_id, organization.id);
        let phone = Client::new(app.router.clone(), reply.session());
        assert_eq!(phone.get("/api/session").await.status, StatusCode::OK);
        let kept: String = sqlx::query_scalar("select privacy_notice from people where id = $1")
            .bind(session.person_id.to_string())
            .fetch_one(app.state.db.read())
            .await
            .expect("kept");
        assert_eq!(kept, PRIVACY_NOTICE);
        let published = app
            .number("select cast(count(*) as bigint) from feed where area = 'people'")
            .await;
        assert_eq!(published, 1);
        let list: Vec<Invitation> = office.get("/api/office/invitations").await.ok();
        assert_eq!(list[0].uses, 1);
    }

    async fn two_at_once_can_not_share_the_last_place(backend) {
        let app = TestApp::new(backend).await;
        let organization = app.organization().await;
        let invitation = invite(&administrator(&organization).await, 2).await;
        let bodies: Vec<Join> =
            (0..6).map(|number| newcomer(&format!("1380000000{number}"))).collect();
        let replies = futures::future::join_all(
            bodies.iter().map(|body| join(&app, &invitation.code, body)),
        )
        .await;
        let joined = replies.iter().filter(|reply| reply.status == StatusCode::OK).count();
        assert_eq!(joined, 2);
        for reply in replies.iter().filter(|reply| reply.status != StatusCode::OK) {
            assert_eq!(reply.code(), "invitation_used_up", "{}", reply.text());
        }
        let people = app
            .number("select cast(count(*) as bigint) from people where role = 'volunteer'")
            .await;
        assert_eq!(people, 2);
    }

    async fn the_same_number_joins_once_even_at_the_same_moment(backend) {
        let app = TestApp::new(backend).await;
        let organization = app.organization().await;
        let invitation = invite(&administrator(&organization).await, 10).await;
        let body = newcomer("13800000001");
        let replies =
            futures::future::join_all((0..4).map(|_| join(&app, &invitation.code, &body))).await;
        let joined = replies.iter().filter(|reply| reply.status == StatusCode::OK).count();
        assert_eq!(joined, 1);
        for reply in replies.iter().filter(|reply| reply.status != StatusCode::OK) {
            assert_eq!(reply.status, StatusCode::CONFLICT);
            assert_eq!(reply.code(), "mobile_taken");
        }
        let uses = app.number("select uses from invitations").await;
        assert_eq!(uses, 1);
        // The same number may join another organization.
        let elsewhere = app.organization().await;
        let other = invite(&administrator(&elsewhere).await, 1).await;
        assert_eq!(join(&app, &other.code, &body).await.status, StatusCode::OK);
    }

    async fn what_a_newcomer_types_is_checked_field_by_field(backend) {
        let app = TestApp::new(backend).await;
        let organization = app.organization().await;
        let invitation = invite(&administrator(&organization).await, 10).await;
        let cases = [
            ("invalid_name", Join { name: "  ".to_owned(), ..newcomer("13800000001") }),
            ("invalid_name", Join { name: "王\0".to_owned(), ..newcomer("13800000001") }),
            ("invalid_name", Join { name: "王".repeat(41), ..newcomer("13800000001") }),
            ("invalid_mobile", newcomer("12800000001")),
            ("invalid_mobile", newcomer("1380000000")),
            ("invalid_password", Join { password: "短".to_owned(), ..newcomer("13800000001") }),
            ("invalid_password", Join { password: "11111111".to_owned(), ..newcomer("13800000001") }),
            ("invalid_password", Join { password: "13800000001".to_owned(), ..newcomer("13800000001") }),
            ("invalid_privacy_notice", Join { privacy_notice: "2020-01".to_owned(), ..newcomer("13800000001") }),
        ];
        for (code, body) in cases {
            let reply = join(&app, &invitation.code, &body).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(reply.code(), code);
        }
        assert_eq!(app.number("select uses from invitations").await, 0);
    }

    async fn an_invitation_that_ended_lets_nobody_in(backend) {
        let app = TestApp::new(backend).await;
        let organization = app.organization().await;
        let office = administrator(&organization).await;
        let invitation = invite(&office, 10).await;
        let ended = invite(&office, 10).await;
        let gone = office.delete(&format!("/api/office/invitations/{}", ended.id)).await;
        assert_eq!(gone.status, StatusCode::NO_CONTENT);
        let reply = join(&app, &ended.code, &newcomer("13800000001")).await;
        assert_eq!(reply.status, StatusCode::GONE);
        assert_eq!(reply.code(), "invitation_expired");
        app.advance_ms(7 * DAY_MS);
        let reply = app.anonymous().get(&format!("/api/invitations/{}", invitation.code)).await;
        assert_eq!(reply.code(), "invitation_expired");
        for code in ["abcdefghjk", "short", "%00%00", "..%2f..%2fetc"] {
            let reply = app.anonymous().get(&format!("/api/invitations/{code}")).await;
            assert_eq!(reply.status, StatusCode::NOT_FOUND);
            assert_eq!(reply.code(), "invitation_unknown");
        }
    }

    async fn only_administrators_invite(backend) {
        let app = TestApp::new(backend).await;
        let organization = app.organization().await;
        let body = json!({ "role": "administrator", "days": 7, "max_uses": 1 });
        for role in [Role::Volunteer, Role::Recorder, Role::Reviewer] {
            let client = organization.person(role).await.client().await;
            let reply = client.post("/api/office/invitations", &body).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN);
            let reply = client.get("/api/office/invitations").await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN);
        }
        let reply = app.anonymous().post("/api/office/invitations", &body).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
        let office = administrator(&organization).await;
        for (field, bad) in [
            ("invalid_days", json!({ "role": "volunteer", "days": 91, "max_uses": 1 })),
            ("invalid_max_uses", json!({ "role": "volunteer", "days": 1, "max_uses": 1001 })),
            ("unreadable", json!({ "role": "emperor", "days": 1, "max_uses": 1 })),
        ] {
            let reply = office.post("/api/office/invitations", &bad).await;
            assert_eq!(reply.code(), field);
        }
    }

    async fn another_organizations_invitations_do_not_exist(backend) {
        let app = TestApp::new(backend).await;
        let here = app.organization().await;
        let there = app.organization().await;
        let invitation = invite(&administrator(&here).await, 1).await;
        let stranger = administrator(&there).await;
        let reply = stranger.delete(&format!("/api/office/invitations/{}", invitation.id)).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
        let list: Vec<Invitation> = stranger.get("/api/office/invitations").await.ok();
        assert!(list.is_empty());
        let department = here.department("一科").await;
        let body = json!({
            "role": "volunteer", "department_id": department, "days": 7, "max_uses": 1
        });
        let reply = stranger.post("/api/office/invitations", &body).await;
        assert_eq!(reply.code(), "invalid_department_id");
    }
}
