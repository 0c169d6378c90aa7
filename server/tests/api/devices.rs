//! `/api/office/devices`.

use axum::http::StatusCode;
use domain::{Outcome, api::office::DeviceLine, areas::people::Role};
use serde_json::json;

use crate::{
    phone::{self, Phone},
    support::TestApp,
};

on_both! {
    async fn revoking_a_device_ends_its_session_at_once(backend) {
        let app = TestApp::new(backend).await;
        let organization = app.organization().await;
        let person = organization.person(Role::Volunteer).await;
        let phone = person.client().await;
        let office = organization.person(Role::Administrator).await.client().await;
        let devices: Vec<DeviceLine> = office.get("/api/office/devices").await.ok();
        assert_eq!(devices.len(), 2);
        assert_eq!(phone.get("/api/session").await.status, StatusCode::OK);
        let path = format!("/api/office/devices/{}/revoke", person.device_id);
        assert_eq!(office.post(&path, &json!({})).await.status, StatusCode::NO_CONTENT);
        let reply = phone.get("/api/session").await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
        assert_eq!(reply.code(), "device_revoked");
        let devices: Vec<DeviceLine> = office.get("/api/office/devices").await.ok();
        let revoked = devices.iter().find(|line| line.id == person.device_id).expect("listed");
        assert_eq!(revoked.revoked_at, Some(app.now()));
    }

    async fn what_a_revoked_phone_held_is_taken_after_the_next_log_in(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let person = organization.person(Role::Volunteer).await;
        let mut phone = Phone::of(&app, &person).await;
        let note = phone.note("停用之前写的");
        let path = format!("/api/office/devices/{}/revoke", person.device_id);
        assert_eq!(phone.client.post(&path, &json!({})).await.status, StatusCode::NO_CONTENT);
        // The same phone logs in again and is given another id.
        phone.client = person.client_on(server::ids::new(&app.state.clock), "phone").await;
        let outcome = phone.outcome(&note).await;
        assert!(matches!(outcome, Outcome::Applied { .. }), "{outcome:?}");
        // Somebody else's phone stays somebody else's.
        let other = organization.person(Role::Volunteer).await;
        let mut foreign = Phone::of(&app, &other).await.note("冒名");
        foreign.actor_id = person.id;
        let outcome = phone.outcome(&foreign).await;
        assert!(matches!(outcome, Outcome::Quarantined { .. }), "{outcome:?}");
    }

    async fn everybody_revokes_their_own_device_only(backend) {
        let app = TestApp::new(backend).await;
        let organization = app.organization().await;
        let person = organization.person(Role::Volunteer).await;
        let phone = person.client().await;
        let tablet = server::ids::new(&app.state.clock);
        person.client_on(tablet, "phone").await;
        let other = organization.person(Role::Volunteer).await;
        other.client().await;
        let path = format!("/api/office/devices/{}/revoke", other.device_id);
        assert_eq!(phone.post(&path, &json!({})).await.status, StatusCode::FORBIDDEN);
        let path = format!("/api/office/devices/{tablet}/revoke");
        assert_eq!(phone.post(&path, &json!({})).await.status, StatusCode::NO_CONTENT);
        assert_eq!(phone.get("/api/office/devices").await.status, StatusCode::FORBIDDEN);
    }

    async fn another_organizations_devices_do_not_exist(backend) {
        let app = TestApp::new(backend).await;
        let here = app.organization().await;
        let person = here.person(Role::Volunteer).await;
        let phone = person.client().await;
        let there = app.organization().await;
        let stranger = there.person(Role::Administrator).await.client().await;
        let path = format!("/api/office/devices/{}/revoke", person.device_id);
        assert_eq!(stranger.post(&path, &json!({})).await.status, StatusCode::NOT_FOUND);
        assert_eq!(phone.get("/api/session").await.status, StatusCode::OK);
        assert_eq!(stranger.get("/api/office/devices").await.ok::<Vec<DeviceLine>>().len(), 1);
    }
}
