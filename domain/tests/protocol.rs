//! What the server says to phones, as version 1 said it. Phones of that version are still about, and the
//! next server must speak so that they understand: a field keeps its name, its place and its meaning, and
//! what is new comes beside it. Never change a file of `fixtures/`; a new version gets new ones.
//!
//! What phones say to the server stands in `envelopes.rs`.

use std::collections::BTreeSet;

use domain::{
    Outcome, Refusal, Row,
    api::sync::{PullResponse, PulledRow, PushResponse},
    operation::Area,
};
use serde_json::Value;

const PULL: &str = include_str!("fixtures/pull-1.json");
/// Premises and visits, which came after the first release.
const PREMISES: &str = include_str!("fixtures/pull-premises.json");
/// What staff phones are told of the standard.
const STANDARDS: &str = include_str!("fixtures/pull-standards.json");
const TASKS: &str = include_str!("fixtures/pull-tasks.json");
const GUESTS: &str = include_str!("fixtures/pull-guests.json");
const PUSH_ANSWER: &str = include_str!("fixtures/push-answer-1.json");

/// Whether all that was said then is said now, at the same place.
fn keeps(before: &Value, now: &Value, place: &str, lost: &mut Vec<String>) {
    match (before, now) {
        (Value::Object(before), Value::Object(now)) => {
            for (name, value) in before {
                let place = format!("{place}.{name}");
                match now.get(name) {
                    Some(found) => keeps(value, found, &place, lost),
                    // An absent value reads as none.
                    None if value.is_null() => {}
                    None => lost.push(place),
                }
            }
        }
        (Value::Array(before), Value::Array(now)) if before.len() == now.len() => {
            for (index, (before, now)) in before.iter().zip(now).enumerate() {
                keeps(before, now, &format!("{place}[{index}]"), lost);
            }
        }
        _ if before == now => {}
        _ => lost.push(place.to_owned()),
    }
}

fn written_again<T: serde::Serialize + serde::de::DeserializeOwned>(text: &str) -> T {
    let read: T = serde_json::from_str(text).expect("version 1 is read for ever");
    let before: Value = serde_json::from_str(text).expect("JSON");
    let now = serde_json::to_value(&read).expect("JSON");
    let mut lost = Vec::new();
    keeps(&before, &now, "", &mut lost);
    assert!(lost.is_empty(), "{lost:#?}");
    read
}

#[test]
fn a_pulled_page_of_version_1_keeps_every_field() {
    let page: PullResponse = written_again(PULL);
    let mut areas = BTreeSet::new();
    for row in &page.rows {
        if let PulledRow::Put { row } = row {
            areas.insert(row.record().area.as_str());
        }
    }
    assert_eq!(areas.len(), 10, "what version 1 knew: {areas:?}");
    assert!(page.rescue.is_some() && page.trust.is_some() && page.summary.is_some());
    let closed = page.rows.iter().any(|row| match row {
        PulledRow::Put {
            row: Row::LaterVerdicts(verdict),
        } => verdict.closed.is_some(),
        _ => false,
    });
    assert!(closed);
}

#[test]
fn premises_and_their_visits_keep_every_field() {
    let page: PullResponse = written_again(PREMISES);
    let mut areas = BTreeSet::new();
    for row in &page.rows {
        if let PulledRow::Put { row } = row {
            areas.insert(row.record().area);
        }
    }
    assert!(areas.contains(&Area::Premises) && areas.contains(&Area::Visits));
    let connected = page.rows.iter().any(|row| match row {
        PulledRow::Put {
            row: Row::Submissions(submission),
        } => submission.premises_id.is_some(),
        _ => false,
    });
    assert!(connected);
}

#[test]
fn tasks_and_problems_keep_every_field() {
    let page: PullResponse = written_again(TASKS);
    let open = page.rows.iter().any(|row| match row {
        PulledRow::Put {
            row: Row::Tasks(task),
        } => task.open.len() == 1,
        _ => false,
    });
    assert!(open);
}

#[test]
fn guests_keep_every_field() {
    let page: PullResponse = written_again(GUESTS);
    let guests = page.rows.iter().filter(|row| {
        matches!(
            row,
            PulledRow::Put {
                row: Row::Guests(_)
            }
        )
    });
    assert_eq!(guests.count(), 2);
}

#[test]
fn every_area_stands_in_a_file() {
    for area in Area::ALL {
        let name = format!("\"{}\"", area.as_str());
        let stands = [PULL, PREMISES, STANDARDS, TASKS, GUESTS]
            .iter()
            .any(|file| file.contains(&name));
        assert!(stands, "a new area is a new file: {name}");
    }
}

#[test]
fn the_verdicts_of_version_1_keep_every_field() {
    let answer: PushResponse = written_again(PUSH_ANSWER);
    let names: BTreeSet<&str> = answer.verdicts.iter().map(|it| it.outcome.name()).collect();
    assert_eq!(names.len(), 7);
    let refusals: Vec<&Refusal> = answer
        .verdicts
        .iter()
        .filter_map(|it| match &it.outcome {
            Outcome::Quarantined { refusal } => Some(refusal),
            _ => None,
        })
        .collect();
    assert_eq!(refusals.len(), 21);
}

#[test]
fn the_standard_that_phones_hold_keeps_every_field() {
    let page: PullResponse = written_again(STANDARDS);
    let items = page.rows.iter().find_map(|row| match row {
        PulledRow::Put {
            row: Row::Standards(standard),
        } => Some(standard.items.len()),
        _ => None,
    });
    assert_eq!(items, Some(2));
}
