//! What phones and office say about themselves is so: the status line, the problems, the alarms.

use std::{
    collections::BTreeMap,
    pin::pin,
    task::{Context, Poll, Waker},
};

use domain::{Area, Outcome};
use serde_json::Value;
use sqlx::Row as _;
use sync::{Problem, Status};

use crate::{checks::Scene, scope::query};

/// The status line and the list of problems say what is so: fault 28 and its kin.
pub fn the_status_is_true(scene: &Scene<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for (phone, contents) in &scene.phones {
        let empty = contents.outbox.is_empty();
        for tab in phone.tabs.borrow().iter() {
            let Some(status) = tab.replica.borrow().as_ref().map(sync::Replica::status) else {
                continue;
            };
            let claims_all = matches!(status, Status::AllSent { .. });
            let unsent = match status {
                Status::SavedOnPhone { unsent }
                | Status::Offline { unsent }
                | Status::NeedsLogin { unsent }
                | Status::Attention { unsent, .. } => unsent,
                Status::AllSent { .. } => 0,
                Status::Sending { done, total } => total - done,
            };
            if empty != (unsent == 0) || (claims_all && !empty) {
                found.push(format!("{} shows {status:?}", phone.name()));
            }
        }
        for problem in &contents.problems {
            let is_true = match problem {
                Problem::Quarantined { op_id, .. } => {
                    scene.is_closed(phone)
                        || scene.inbox.get(op_id).is_some_and(|it| {
                            it.closed.is_none() && matches!(it.outcome, Outcome::Quarantined { .. })
                        })
                }
                Problem::NotTakenIn { op_id, reason, .. } => scene
                    .inbox
                    .get(op_id)
                    .is_some_and(|it| it.closed.as_ref() == Some(reason)),
                // Copies of one phone really fall back behind each other.
                Problem::Emptied { .. } => {
                    phone.is_copied.get() || phone.copy_of.is_some() || phone.evictions.get() > 0
                }
                Problem::PhotoLost { sha256 } => {
                    let name = (phone.index, sha256.clone());
                    scene.simulation.ledger.borrow().damaged.contains(&name)
                }
                _ => false,
            };
            if !is_true {
                found.push(format!("{} complains of {problem:?}", phone.name()));
            }
        }
    }
    found
}

/// What screens list is what lies on the disk, whatever was kept in memory meanwhile.
pub fn lists_are_true(scene: &Scene<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for (phone, contents) in &scene.phones {
        for tab in phone.tabs.borrow().iter() {
            let Some(replica) = tab.replica.borrow().clone() else {
                continue;
            };
            let Some(lists) = at_once(replica.rows_of(&LISTED)) else {
                continue;
            };
            let mut shown: BTreeMap<String, Value> = lists
                .into_iter()
                .flatten()
                .map(|local| {
                    let record = local.row.record();
                    let key = format!("{}/{}", record.area.as_str(), record.id.hyphenated());
                    (key, serde_json::to_value(local.row).expect("JSON"))
                })
                .collect();
            let listed = |key: &&String| LISTED.iter().any(|it| key.starts_with(it.as_str()));
            for key in contents.synced.keys().filter(listed) {
                let (row, shown) = (&contents.synced[key], shown.remove(key));
                // What the phone has sent and not heard of yet lies over it.
                let newer = |shown: &Value| {
                    shown["row"]["revision"].as_i64() > row["row"]["revision"].as_i64()
                };
                if !shown.is_some_and(|shown| shown == *row || newer(&shown)) {
                    found.push(format!("{} doesn't show {key} as it is", phone.name()));
                }
            }
            for key in shown.keys() {
                let id = key.rsplit('/').next().unwrap_or_default();
                let mut sent = contents.sent.values().flatten();
                if !sent.any(|sent| sent.operation.get().contains(id)) {
                    found.push(format!("{} shows {key}, which is gone", phone.name()));
                }
            }
        }
    }
    found
}

const LISTED: [Area; 5] = [
    Area::Submissions,
    Area::Attachments,
    Area::Attendances,
    Area::Guests,
    Area::Activities,
];

/// What it comes to, unless another task holds the store.
fn at_once<T, E>(work: impl Future<Output = Result<T, E>>) -> Option<T> {
    let mut work = pin!(work);
    let mut context = Context::from_waker(Waker::noop());
    (0..200).find_map(|_| match work.as_mut().poll(&mut context) {
        Poll::Ready(done) => Some(done.ok()),
        Poll::Pending => None,
    })?
}

/// A photo that was damaged on the phone is sent all the same by another one, or is called lost.
pub fn damage_is_shown(scene: &Scene<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let ledger = scene.simulation.ledger.borrow();
    for phone in &ledger.out_of_step {
        found.push(format!("phone {phone} said that it isn't in step"));
    }
    for (index, name) in &ledger.damaged {
        let (phone, contents) = &scene.phones[*index];
        let uploads = contents.uploads.iter();
        let mut uploads = uploads.filter(|upload| upload.wanted && upload.sha256 == *name);
        let is_open = uploads.any(|upload| upload.stored_at.is_none());
        let mut problems = contents.problems.iter();
        let is_said =
            problems.any(|it| matches!(it, Problem::PhotoLost { sha256 } if sha256 == name));
        if is_open && !is_said {
            found.push(format!("{} is silent about {name}", phone.name()));
        }
    }
    found
}

/// The server believes that a phone's store was emptied only where one was, and the phone knows.
pub fn alarms_are_true(scene: &Scene<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let alarms: BTreeMap<String, Option<i64>> = query(
        scene.simulation,
        "select id, emptied_outbox from devices
         where organization_id = $1 and emptied_at is not null",
    )
    .iter()
    .map(|row| (row.get("id"), row.get("emptied_outbox")))
    .collect();
    for (phone, _) in &scene.phones {
        if phone.is_copied.get() || phone.copy_of.is_some() {
            continue;
        }
        let Some(unheard) = alarms.get(&phone.account.device_id.to_string()) else {
            continue;
        };
        if phone.evictions.get() == 0 {
            found.push(format!(
                "the office thinks that {} was emptied",
                phone.name()
            ));
        }
        if unheard.is_some() {
            found.push(format!("{} never heard that it was emptied", phone.name()));
        }
    }
    found
}
