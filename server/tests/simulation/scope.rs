//! The checks that compare phones with the server's tables: P2, P3, P5, P6, P8. What a phone should
//! hold is asked of the tables themselves, not of the feed that brought it.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Outcome, Row,
    api::sync::{KNOWS, PullResponse, PulledRow},
    areas::people::Role,
};
use object_store::ObjectStoreExt as _;
use serde_json::Value;
use sqlx::Row as _;
use sync::transport::{Method, Request};

use crate::{checks::Scene, phone::Phone, simulation::Simulation};

/// Runs a query with the organization as its only argument.
pub fn query(simulation: &Simulation, sql: &'static str) -> Vec<sqlx::any::AnyRow> {
    let server = &simulation.server;
    server.runtime.block_on(async {
        sqlx::query(sql)
            .bind(server.organization.to_string())
            .fetch_all(server.app().state.db.read())
            .await
            .expect("the query runs")
    })
}

/// P2: each operation left its trace once, and nothing is there that no operation made.
pub fn nothing_takes_effect_twice(scene: &Scene<'_>) -> Vec<String> {
    let simulation = scene.simulation;
    let mut found = Vec::new();
    for row in query(
        simulation,
        "select op_id from inbox where organization_id = $1 group by op_id having count(*) > 1",
    ) {
        found.push(format!("{} came in twice", row.get::<String, _>("op_id")));
    }
    let ledger = simulation.ledger.borrow();
    for (id, received) in &scene.inbox {
        if !ledger.promised.contains_key(id) {
            found.push(format!(
                "{id} came and nobody did it: {}",
                received.raw.len()
            ));
        }
    }
    // Which records each area should have, with how many operations took effect on each.
    let mut effects: BTreeMap<(&str, String), i64> = BTreeMap::new();
    for (id, received) in &scene.inbox {
        let Some(promised) = ledger.promised.get(id) else {
            continue;
        };
        if matches!(
            received.outcome,
            Outcome::Applied { .. } | Outcome::Merged { .. } | Outcome::Conflict { .. }
        ) && let Some(record) = promised.record
        {
            *effects
                .entry((record.area.as_str(), record.id.to_string()))
                .or_insert(0) += 1;
        }
    }
    let decisions: BTreeMap<String, i64> = query(
        simulation,
        "select submission_id, cast(count(*) as bigint) as n from submission_versions
         where organization_id = $1 and op_id is null group by submission_id
         union all select guest_id, cast(count(*) as bigint) from guest_changes
         where organization_id = $1 group by guest_id
         union all select subject_id, cast(count(*) as bigint) from audit
         where organization_id = $1 and act = 'photo_words' group by subject_id",
    )
    .iter()
    .map(|row| (row.get("submission_id"), row.get("n")))
    .collect();
    let told: BTreeMap<String, i64> = query(
        simulation,
        "select a.id, cast(a.stored as bigint) as n from attachments a where a.organization_id = $1",
    )
    .iter()
    .map(|row| (row.get("id"), row.get("n")))
    .collect();
    let tables = query(
        simulation,
        "select 'submissions' as area, id, revision from submissions where organization_id = $1
         union all select 'attachments', id, revision from attachments where organization_id = $1
         union all select 'sign_ups', id, revision from sign_ups where organization_id = $1
         union all select 'guests', id, revision from guests where organization_id = $1
         union all select 'attendances', id, revision from attendances where organization_id = $1",
    );
    for row in tables {
        let (area, id): (String, String) = (row.get("area"), row.get("id"));
        let revision: i64 = row.get("revision");
        let key = effects
            .keys()
            .find(|(known, known_id)| *known == area && *known_id == id)
            .cloned();
        let Some(applied) = key.and_then(|key| effects.remove(&key)) else {
            found.push(format!("{area} {id} is there without an operation"));
            continue;
        };
        let others = decisions.get(&id).copied().unwrap_or(0)
            + if area == "attachments" {
                told.get(&id).copied().unwrap_or(0)
            } else {
                0
            };
        // An attachment whose bytes were there before it is told nothing.
        let least = if area == "attachments" {
            applied + decisions.get(&id).copied().unwrap_or(0)
        } else {
            applied + others
        };
        if !(least..=applied + others).contains(&revision) {
            found.push(format!(
                "{area} {id} is at revision {revision} after {applied} operations and {others} decisions"
            ));
        }
    }
    for ((area, id), applied) in effects {
        found.push(format!(
            "{area} {id}: {applied} operations took effect and nothing is there"
        ));
    }
    for row in query(
        simulation,
        "select op_id from submission_versions where organization_id = $1 and op_id is not null
         group by op_id having count(*) > 1",
    ) {
        found.push(format!(
            "{} made two versions",
            row.get::<String, _>("op_id")
        ));
    }
    found
}

/// Everything that a person's phone gets that starts from nothing.
fn pull_all(simulation: &Simulation, phone: &Phone) -> Option<BTreeMap<String, Value>> {
    let mut rows = BTreeMap::new();
    let mut cursor: Option<String> = None;
    loop {
        let path = match &cursor {
            Some(cursor) => format!("/api/sync/pull?knows={KNOWS}&cursor={cursor}"),
            None => format!("/api/sync/pull?knows={KNOWS}"),
        };
        let request = Request::new(Method::Get, path);
        let response = simulation.server.answer(&phone.token(), &request);
        if response.status != 200 {
            return None;
        }
        let page: PullResponse = serde_json::from_slice(&response.body).expect("a page");
        for pulled in page.rows {
            if let PulledRow::Put { row } = pulled {
                let record = row.record();
                let key = format!("{}/{}", record.area.as_str(), record.id.hyphenated());
                rows.insert(key, serde_json::to_value::<Row>(row).expect("JSON"));
            }
        }
        cursor = Some(page.cursor);
        if !page.more {
            return Some(rows);
        }
    }
}

/// P3: each phone holds what one that starts from nothing gets.
pub fn replicas_agree(scene: &Scene<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for (phone, contents) in &scene.phones {
        let Some(wanted) = pull_all(scene.simulation, phone) else {
            continue;
        };
        for (key, row) in &wanted {
            match contents.synced.get(key) {
                None => found.push(format!("{} lacks {key}", phone.name())),
                Some(held) if held != row => {
                    found.push(format!("{} holds another {key}", phone.name()));
                }
                Some(_) => {}
            }
        }
        for key in contents.synced.keys() {
            if !wanted.contains_key(key) {
                found.push(format!("{} still holds {key}", phone.name()));
            }
        }
    }
    found
}

/// What a person's phone should hold by the tables: keys with revisions.
fn entitled(simulation: &Simulation, phone: &Phone) -> Option<BTreeMap<String, i64>> {
    let server = &simulation.server;
    let person = phone.account.person_id.to_string();
    server.runtime.block_on(async {
        let me = sqlx::query("select role, active from people where id = $1")
            .bind(person.as_str())
            .fetch_one(server.app().state.db.read())
            .await
            .expect("the person is read");
        if me.get::<i64, _>("active") == 0 {
            return None;
        }
        let staff = Role::parse(me.get("role")).expect("a role") >= Role::Recorder;
        let rows = sqlx::query(
            "select 'activities' as area, id, revision from activities where organization_id = $1
             union all select 'sign_ups', id, revision from sign_ups where organization_id = $1
             union all select 'people', id, revision from people where organization_id = $1
             union all select 'departments', id, revision from departments where organization_id = $1
             union all select 'forms', id, revision from forms where organization_id = $1
             union all select 'submissions', id, revision from submissions
                 where organization_id = $1 and author_id = $2
             union all select 'attachments', id, revision from attachments
                 where organization_id = $1 and added_by = $2
             union all select 'later_verdicts', op_id, decisions from inbox
                 where organization_id = $1 and person_id = $2 and decisions > 0
             union all select 'gates', id, revision from activities
                 where organization_id = $1 and ($3 = 1 or organizer_id = $2)
             union all select 'guests', g.id, g.revision from guests g
                 join activities a on a.id = g.activity_id
                 where g.organization_id = $1
                   and ($3 = 1 or g.recorded_by = $2 or a.organizer_id = $2)
             union all select 'attendances', t.id, t.revision from attendances t
                 join activities a on a.id = t.activity_id
                 where t.organization_id = $1
                   and ($3 = 1 or t.person_id = $2 or t.recorded_by = $2 or a.organizer_id = $2)",
        )
        .bind(server.organization.to_string())
        .bind(person.as_str())
        .bind(i64::from(staff))
        .fetch_all(server.app().state.db.read())
        .await
        .expect("the scope is read");
        Some(
            rows.iter()
                .map(|row| {
                    let key = format!(
                        "{}/{}",
                        row.get::<String, _>("area"),
                        row.get::<String, _>("id")
                    );
                    (key, row.get("revision"))
                })
                .collect(),
        )
    })
}

/// P6: no phone holds what its person may not see.
pub fn nothing_foreign(scene: &Scene<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for (phone, contents) in &scene.phones {
        let Some(entitled) = entitled(scene.simulation, phone) else {
            continue;
        };
        for key in contents.synced.keys() {
            if !entitled.contains_key(key) {
                found.push(format!("{} may not hold {key}", phone.name()));
            }
        }
    }
    found
}

/// P8: every phone has the latest of all that it should hold, and none had to start over for it.
pub fn nothing_is_skipped(scene: &Scene<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for (phone, contents) in &scene.phones {
        let Some(entitled) = entitled(scene.simulation, phone) else {
            continue;
        };
        for (key, revision) in entitled {
            let held = contents.synced.get(&key).map(|row| &row["row"]["revision"]);
            if held.and_then(Value::as_i64) != Some(revision) {
                found.push(format!(
                    "{} has {key} at {held:?}, not {revision}",
                    phone.name()
                ));
            }
        }
    }
    let ledger = scene.simulation.ledger.borrow();
    for phone in &ledger.healed {
        found.push(format!("phone {phone} found that rows were skipped"));
    }
    found
}

/// P5: what is called stored is there and hashes to its name.
pub fn bytes_are_what_they_say(scene: &Scene<'_>) -> Vec<String> {
    let simulation = scene.simulation;
    let server = &simulation.server;
    let mut found = Vec::new();
    let mut stored = BTreeSet::new();
    for row in query(
        simulation,
        "select sha256 from blobs where organization_id = $1",
    ) {
        let name: String = row.get("sha256");
        let place = server::areas::blobs::path(server.organization, &name);
        let bytes = server.runtime.block_on(async {
            let object = server.app().state.blobs.get(&place).await.ok()?;
            object.bytes().await.ok()
        });
        if bytes.is_none_or(|bytes| domain::keys::sha256_hex(&bytes) != name) {
            found.push(format!("the server's {name} is something else"));
        }
        stored.insert(name);
    }
    for row in query(
        simulation,
        "select blob, stored from attachments where organization_id = $1",
    ) {
        let name: String = row.get("blob");
        if (row.get::<i64, _>("stored") != 0) != stored.contains(&name) {
            found.push(format!("an attachment is wrong about {name}"));
        }
    }
    for (phone, contents) in &scene.phones {
        for upload in &contents.uploads {
            if upload.stored_at.is_some() && !stored.contains(&upload.sha256) {
                found.push(format!(
                    "{} believes that {} is stored",
                    phone.name(),
                    upload.sha256
                ));
            }
        }
    }
    for row in query(
        simulation,
        "select s.id, s.photos, s.photos_stored,
                cast((select count(*) from attachments a where a.subject_id = s.id
                      and a.withdrawn = 0) as bigint) as n,
                cast((select count(*) from attachments a where a.subject_id = s.id
                      and a.withdrawn = 0 and a.stored = 1) as bigint) as n_stored
         from submissions s where s.organization_id = $1",
    ) {
        let said: (i64, i64) = (row.get("photos"), row.get("photos_stored"));
        let are: (i64, i64) = (row.get("n"), row.get("n_stored"));
        if said != are {
            let id: String = row.get("id");
            found.push(format!("record {id} says {said:?} photos and has {are:?}"));
        }
    }
    found
}
