//! Facts about guests.

use domain::{
    Area, Change, RecordRef, Refusal, Row,
    areas::{
        guests::{Guest, GuestChange},
        people::Role,
    },
    decide::{Decision, decide},
};

use crate::support::*;

fn arrival(name: &str) -> domain::Operation {
    let change = GuestChange::Arrive {
        activity_id: activity().id,
        name: name.to_owned(),
        unit: String::new(),
        signature: None,
    };
    operation(Area::Guests, id(700), Change::Guests(change))
}

fn leaving() -> domain::Operation {
    let change = GuestChange::Leave {
        activity_id: activity().id,
    };
    operation(Area::Guests, id(700), Change::Guests(change))
}

fn guest(decision: Decision) -> Guest {
    match decision {
        Decision::Apply(Row::Guests(guest)) => *guest,
        other => panic!("not applied: {other:?}"),
    }
}

#[test]
fn a_recorder_writes_a_guest_down() {
    let guest = guest(decide(&arrival(" 周慧 "), &facts(Role::Recorder)));
    assert_eq!((guest.name.as_str(), guest.at), ("周慧", START));
    assert_eq!(guest.recorded_by, me());
    assert!(guest.counts());
}

#[test]
fn a_volunteer_may_only_at_an_activity_of_their_own() {
    let mut facts = facts(Role::Volunteer);
    let operation = arrival("周慧");
    assert_eq!(
        decide(&operation, &facts),
        Decision::Refuse(Refusal::NotPermitted)
    );
    let mut mine = activity();
    mine.organizer_id = me();
    facts.rows[0] = Row::Activities(mine);
    guest(decide(&operation, &facts));
}

#[test]
fn two_guests_of_one_name_are_two_but_one_record_is_one() {
    let mut facts = facts(Role::Recorder);
    let first = arrival("周慧");
    facts
        .rows
        .push(Row::Guests(Box::new(guest(decide(&first, &facts)))));
    assert_eq!(
        decide(&first, &facts),
        Decision::Refuse(Refusal::AlreadyExists)
    );
    let mut second = arrival("周慧");
    second.record.id = id(701);
    guest(decide(&second, &facts));
}

#[test]
fn a_guest_without_a_name_or_with_an_endless_one_is_refused() {
    let facts = facts(Role::Recorder);
    let code = |name: &str| match decide(&arrival(name), &facts) {
        Decision::Refuse(refusal) => refusal.code(),
        _ => "applied",
    };
    assert_eq!(code("  "), "invalid_answer");
    assert_eq!(code(&"周".repeat(41)), "too_long");
    assert_eq!(code("周\0"), "bad_character");
}

#[test]
fn who_was_struck_or_is_a_member_by_now_is_not_counted() {
    let one = guest(decide(&arrival("周慧"), &facts(Role::Recorder)));
    let struck = Guest {
        struck: Some("写错了".to_owned()),
        ..one.clone()
    };
    let linked = Guest {
        person_id: Some(me()),
        ..one.clone()
    };
    let nameless = Guest {
        name: String::new(),
        ..one
    };
    assert_eq!(
        [struck.counts(), linked.counts(), nameless.counts()],
        [false, false, true]
    );
}

#[test]
fn a_guest_leaves_and_the_latest_leaving_counts() {
    let mut facts = facts(Role::Recorder);
    let came = guest(decide(&arrival("周慧"), &facts));
    assert_eq!((came.left, came.minutes()), (None, None));
    facts.rows.push(Row::Guests(Box::new(came)));
    let after = |facts: &domain::decide::Facts, minutes: i64| {
        let mut leaving = leaving();
        leaving.capture.occurred_at = START.plus_minutes(minutes);
        guest(decide(&leaving, facts))
    };
    let left = after(&facts, 95);
    assert_eq!((left.revision, left.minutes()), (2, Some(95)));
    assert_eq!((left.name.as_str(), left.at), ("周慧", START));
    facts.rows.pop();
    facts.rows.push(Row::Guests(Box::new(left)));
    let minutes = [50, 120].map(|minutes| after(&facts, minutes).minutes());
    assert_eq!(minutes, [Some(95), Some(120)]);
    // A clock that went wrong makes no hours.
    facts.rows.pop();
    facts.rows.push(Row::Guests(Box::new(guest(decide(
        &arrival("周慧"),
        &facts,
    )))));
    assert_eq!(after(&facts, -30).minutes(), Some(0));
}

#[test]
fn a_leaving_waits_for_the_arrival_and_needs_the_same_activity_and_permission() {
    let mut facts = facts(Role::Recorder);
    assert_eq!(
        decide(&leaving(), &facts),
        Decision::Hold(RecordRef::new(Area::Guests, id(700)))
    );
    let came = guest(decide(&arrival("周慧"), &facts));
    facts.rows.push(Row::Guests(Box::new(came.clone())));
    facts.actor.role = Role::Volunteer;
    assert_eq!(
        decide(&leaving(), &facts),
        Decision::Refuse(Refusal::NotPermitted)
    );
    facts.actor.role = Role::Recorder;
    facts.rows.pop();
    facts.rows.push(Row::Guests(Box::new(Guest {
        activity_id: domain::ActivityId(id(999)),
        ..came
    })));
    assert_eq!(
        decide(&leaving(), &facts),
        Decision::Refuse(Refusal::WrongRecord)
    );
}
