//! Guests at the gate, and what the office puts right about them: a name that is to go leaves the phones too.

use std::rc::Rc;

use domain::{
    Area, Change, GuestId, Operation, RecordRef,
    areas::guests::{self, GuestChange},
};
use serde_json::{Value, json};
use sqlx::Row as _;
use sync::{CommitError, NewBlob, NewOperation, Replica, Saved};

use crate::{
    backend::Server, checks::Scene, office, person::picture, plan::Act, random::Random,
    scope::query, simulation::Simulation,
};

/// Writes a guest down, sometimes with a signature. Each has another name.
pub async fn write_down(
    simulation: &Rc<Simulation>,
    replica: &Replica,
    random: &mut Random,
    name: &str,
) -> Result<Option<Saved>, CommitError> {
    let signature = random.chance(300).then(|| picture(random, 900));
    let blobs: Vec<NewBlob> = signature
        .into_iter()
        .map(|picture| NewBlob {
            bytes: picture.bytes,
            media_type: picture.media_type,
        })
        .collect();
    let change = GuestChange::Arrive {
        activity_id: simulation.activity(random.below(2)),
        name: format!("来宾 {name}。"),
        unit: String::new(),
        signature: blobs
            .first()
            .map(|blob| domain::keys::sha256_hex(&blob.bytes)),
    };
    let record = RecordRef::new(Area::Guests, GuestId(random.uuid()));
    let operation = NewOperation {
        blobs,
        ..NewOperation::new(record, Change::Guests(change))
    };
    replica.commit(operation).await.map(Some)
}

/// Takes the name of the guest out who was written down last, or strikes the line.
pub async fn put_right(server: &Server, act: Act) -> String {
    let row = sqlx::query(
        "select id, revision from guests
         where organization_id = $1 and name <> '' and struck is null
         order by received_at desc, id limit 1",
    )
    .bind(server.organization.to_string())
    .fetch_optional(server.app().state.db.read())
    .await
    .expect("read");
    let Some(row) = row else {
        return "nobody came".to_owned();
    };
    let id: String = row.get("id");
    let body: Value = match act {
        Act::ForgetGuest => json!({ "act": "forget" }),
        _ => json!({ "act": "strike", "reason": "登记了两次" }),
    };
    let reply = office::client(server)
        .request("POST", &format!("/api/office/guests/{id}"))
        .if_match(row.get("revision"))
        .json(&body)
        .send()
        .await;
    reply.status.as_u16().to_string()
}

/// Whether two envelopes are one, or one of them is what was left of it.
pub fn is_the_same_guest(record: Option<RecordRef>, one: &str, other: &str) -> bool {
    record.is_some_and(|record| record.area == Area::Guests)
        && (guests::is_nameless(one) || guests::is_nameless(other))
        && guests::nameless(one) == guests::nameless(other)
}

/// A name that was taken out is in no envelope, and on no phone that still hears of it.
pub fn forgotten_names_are_gone(scene: &Scene<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let forgotten: Vec<String> = query(
        scene.simulation,
        "select id from guests where organization_id = $1 and name = ''",
    )
    .iter()
    .map(|row| row.get("id"))
    .collect();
    let ledger = scene.simulation.ledger.borrow();
    for (id, promised) in &ledger.promised {
        let record = promised.record.filter(|it| it.area == Area::Guests);
        if !record.is_some_and(|record| forgotten.contains(&record.id.to_string())) {
            continue;
        }
        let operation: Operation = serde_json::from_str(&promised.raw).expect("an operation");
        let Change::Guests(GuestChange::Arrive {
            name, signature, ..
        }) = operation.change
        else {
            continue;
        };
        if scene.inbox.get(id).is_some_and(|it| it.raw.contains(&name)) {
            found.push(format!("the inbox still names {name}"));
        }
        for (phone, contents) in &scene.phones {
            if scene.is_closed(phone) {
                continue;
            }
            let mut sent = contents.sent.values().flatten();
            let mut rows = contents.synced.values();
            if sent.any(|it| it.operation.get().contains(&name))
                || rows.any(|row| row.to_string().contains(&name))
            {
                found.push(format!("{} still names {name}", phone.name()));
            }
            let mut uploads = contents.uploads.iter();
            if uploads.any(|upload| Some(&upload.sha256) == signature.as_ref()) {
                found.push(format!("{} keeps the signature of {name}", phone.name()));
            }
        }
    }
    found
}

/// An afternoon with visitors.
pub fn steps(random: &mut Random, length_ms: i64, phones: usize) -> Vec<(i64, usize, Act)> {
    if !random.chance(400) {
        return Vec::new();
    }
    (0..random.range(2, 8))
        .map(|_| {
            let act = random.pick(&[
                Act::Guest,
                Act::Guest,
                Act::Guest,
                Act::ForgetGuest,
                Act::ForgetGuest,
                Act::StrikeGuest,
            ]);
            (random.range(0, length_ms), random.below(phones), act)
        })
        .collect()
}
