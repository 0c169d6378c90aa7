//! What phones and office say about themselves is so: the status line, the problems, the alarms.

use std::collections::BTreeMap;

use domain::Outcome;
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
