//! What the office does meanwhile, by its own routes.

use domain::{
    PersonId,
    api::office::{ActivityInput, MemberInput, Review},
    areas::people::{Person, Role},
};
use serde_json::{Value, json};
use sqlx::Row as _;

use crate::{backend::Server, guests, photo_words, plan::Act, support::Client};

/// Does it and says what came of it.
pub fn act(server: &Server, act: Act, person: PersonId) -> String {
    if act == Act::Revoke {
        server.revoke(person);
        return "done".to_owned();
    }
    server.runtime.block_on(async {
        match act {
            Act::Approve => review(server, &Review::Approve).await,
            Act::Return => {
                let reason = "请补充地点".to_owned();
                review(server, &Review::Return { reason }).await
            }
            Act::TakeIn => desk(server, "accept", &json!({})).await,
            Act::Close => desk(server, "close", &json!({ "reason": "重复填写" })).await,
            Act::ForgetGuest | Act::StrikeGuest => guests::put_right(server, act).await,
            Act::PhotoWords => photo_words::put_right(server).await,
            Act::EditActivity => edit_activity(server, false).await,
            Act::MoveActivity => edit_activity(server, true).await,
            Act::SetRole(role) => change(server, person, Some(role)).await,
            Act::Deactivate => change(server, person, None).await,
            _ => "nothing".to_owned(),
        }
    })
}

pub fn client(server: &Server) -> Client {
    Client::new(server.app().router.clone(), Some(server.office.clone()))
}

/// Decides on the record that waits longest.
async fn review(server: &Server, review: &Review) -> String {
    let row = sqlx::query(
        "select id, revision from submissions
         where organization_id = $1 and state = 'submitted' order by received_at, id limit 1",
    )
    .bind(server.organization.to_string())
    .fetch_optional(server.app().state.db.read())
    .await
    .expect("read");
    let Some(row) = row else {
        return "nothing waits".to_owned();
    };
    let id: String = row.get("id");
    let reply = client(server)
        .request("POST", &format!("/api/office/submissions/{id}/review"))
        .if_match(row.get("revision"))
        .json(review)
        .send()
        .await;
    reply.status.as_u16().to_string()
}

/// Decides on the operation that is longest in quarantine.
async fn desk(server: &Server, act: &str, body: &Value) -> String {
    let row = sqlx::query(
        "select op_id from inbox
         where organization_id = $1 and verdict = 'quarantined' and closed is null
         order by received_at, op_id limit 1",
    )
    .bind(server.organization.to_string())
    .fetch_optional(server.app().state.db.read())
    .await
    .expect("read");
    let Some(row) = row else {
        return "nothing is held".to_owned();
    };
    let id: String = row.get("op_id");
    let path = format!("/api/office/quarantine/{id}/{act}");
    let reply = client(server).post(&path, body).await;
    reply.status.as_u16().to_string()
}

/// Changes the title and who organizes it; may move it to another department.
async fn edit_activity(server: &Server, moves: bool) -> String {
    let activity = &server.activities[0];
    let revision: i64 = sqlx::query_scalar("select revision from activities where id = $1")
        .bind(activity.id.to_string())
        .fetch_one(server.app().state.db.read())
        .await
        .expect("read");
    let input = ActivityInput {
        title: format!("{}（{revision}）", activity.title),
        kind: activity.kind,
        place: activity.place.clone(),
        details: String::new(),
        starts_at: activity.starts_at,
        ends_at: activity.ends_at,
        organizer_id: server.people[if revision % 2 == 0 { 2 } else { 3 }].id,
        department_id: moves.then(|| {
            let place = usize::from(revision % 3 == 0);
            server.departments[place].id
        }),
        capacity: activity.capacity,
        items: Vec::new(),
        public: false,
        cancelled: false,
    };
    let reply = client(server)
        .request("PUT", &format!("/api/office/activities/{}", activity.id))
        .if_match(revision)
        .json(&input)
        .send()
        .await;
    reply.status.as_u16().to_string()
}

/// Gives another role, or closes the account.
async fn change(server: &Server, person: PersonId, role: Option<Role>) -> String {
    let row = sqlx::query("select name, revision, role from people where id = $1")
        .bind(person.to_string())
        .fetch_one(server.app().state.db.read())
        .await
        .expect("read");
    let was = Role::parse(row.get("role")).expect("a role");
    let person = Person {
        id: person,
        revision: row.get("revision"),
        name: row.get("name"),
        department_id: None,
        role: role.unwrap_or(was),
        active: role.is_some(),
    };
    let input = MemberInput {
        name: person.name,
        role: person.role,
        department_id: None,
        active: person.active,
    };
    let reply = client(server)
        .request("PATCH", &format!("/api/office/people/{}", person.id))
        .if_match(person.revision)
        .json(&input)
        .send()
        .await;
    reply.status.as_u16().to_string()
}
