//! Bodies that are right, for the table.

use serde_json::{Value, json};

use super::world::World;

pub fn device() -> Value {
    json!({ "device_id": null, "name": "Test", "kind": "phone", "app_build": "test" })
}

pub fn log_in(_: &World) -> Value {
    json!({
        "login": "13800000000", "password": "错的密码", "organization_id": null, "device": device(),
    })
}

pub fn join(_: &World) -> Value {
    json!({
        "name": "新来的", "mobile": "13700000000", "password": "一个好密码一二三",
        "privacy_notice": domain::api::session::PRIVACY_NOTICE, "device": device(),
    })
}

pub fn certificate(world: &World) -> Value {
    let key = ed25519_dalek::SigningKey::from_bytes(&[7; 32]).verifying_key();
    json!({
        "subject": { "kind": "display", "activity_id": world.activity },
        "public_key": domain::keys::to_base64url(key.as_bytes()),
    })
}

pub fn about(world: &World) -> Value {
    json!({
        "title": "活动通知", "kind": "notice", "dated_on": "2026-03-05", "document_no": "卫执〔2026〕3号",
        "department_id": world.department, "activity_id": world.activity,
    })
}

pub fn premises(_: &World) -> Value {
    json!({ "name": "阿红理发店", "kind": "hair_beauty", "address": "西街 3 号" })
}

pub fn activity(world: &World) -> Value {
    json!({
        "title": "社区义诊", "kind": "volunteer_service", "place": "社区广场", "details": "量血压",
        "starts_at": 1_795_400_000_000_i64, "ends_at": 1_795_407_200_000_i64,
        "organizer_id": world.administrator.id, "department_id": world.department,
        "capacity": 20, "items": ["3.1.2"], "public": false, "cancelled": false,
    })
}
