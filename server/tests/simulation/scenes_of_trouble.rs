//! Scenes of what seldom happens: another account on the phone, an older build, an evicted store, a
//! damaged photo, very many rows.

use domain::Area;
use sqlx::Row as _;
use sync::{Problem, Status};

use crate::{
    checks::Contents,
    network::Weather,
    phone::{Fall, NEWEST},
    plan::{Act, Plan},
    poison::Poison,
    scenes::{
        RECORDER, VOLUNTEER, keep_all_promises, one_phone, outdate, problems, rows, status, unsent,
    },
    scope::query,
    simulation::{Simulation, stage, stage_with},
    support::Backend,
    words,
};

#[test]
fn a_session_that_changes_in_the_middle_of_a_round_sends_and_brings_nothing() {
    let other_at: [fn(&sync::transport::Request) -> bool; 2] = [words::is_push, words::is_pull];
    for other_at in other_at {
        let simulation = stage(Backend::Sqlite, &[VOLUNTEER, RECORDER], false);
        let (phone, other) = (simulation.phone(0), simulation.phone(1).token());
        let browser = phone.clone();
        simulation.set_rule(move |request| {
            if other_at(request) {
                browser.borrow_session(other.clone());
            }
            None
        });
        simulation.now(0, Act::Note);
        simulation.run_for(5_000);
        simulation.drop_rule();
        simulation.run_for(60_000);
        assert!(matches!(status(&simulation), Status::NeedsLogin { .. }));
        let gates = rows(&simulation, Area::Gates);
        assert!(gates.is_empty(), "{gates:?}");
        phone.set_token(phone.own_token());
        simulation.run_for(120_000);
        assert_eq!(unsent(&simulation), 0);
        keep_all_promises(&simulation);
    }
}

#[test]
fn an_evicted_store_is_noticed_on_both_sides_even_if_answers_are_lost() {
    let simulation = one_phone(VOLUNTEER);
    simulation.set_rule(|request| request.path.starts_with("/api/blobs").then_some(502));
    simulation.now(0, Act::PhotoNote { photos: 1 });
    simulation.run_for(100_000);
    simulation.now(0, Act::Evict { down_ms: 1_000 });
    simulation.drop_rule();
    simulation.weather.replace(Weather {
        lost_reply: 500,
        ..Weather::default()
    });
    simulation.run_for(300_000);
    simulation.weather.replace(Weather::default());
    simulation.run_for(120_000);
    let said = problems(&simulation);
    assert!(
        matches!(
            said[..],
            [Problem::Emptied {
                outbox: 0,
                blobs: 2,
                ..
            }]
        ),
        "{said:?}"
    );
    let devices = query(
        &simulation,
        "select id from devices where organization_id = $1 and emptied_at is not null",
    );
    assert_eq!(devices.len(), 1);
    // It is said once: what a person has seen doesn't come back.
    let (_, replica) = simulation.phone(0).replica(0).expect("the app is open");
    futures::executor::block_on(replica.acknowledge(&said)).expect("acknowledged");
    simulation.now(0, Act::Note);
    simulation.run_for(120_000);
    assert_eq!(problems(&simulation), []);
    keep_all_promises(&simulation);
}

#[test]
fn a_store_that_held_nothing_unsent_is_evicted_without_an_alarm() {
    let simulation = one_phone(VOLUNTEER);
    simulation.now(0, Act::Note);
    simulation.run_for(70_000);
    simulation.now(0, Act::Evict { down_ms: 1_000 });
    simulation.run_for(120_000);
    assert_eq!(problems(&simulation), []);
    assert_eq!(rows(&simulation, Area::Submissions).len(), 1);
    keep_all_promises(&simulation);
}

#[test]
fn rows_that_an_older_build_cant_read_are_read_after_the_update() {
    let simulation = one_phone(VOLUNTEER);
    let phone = simulation.phone(0);
    outdate(&simulation);
    let synced = |simulation: &Simulation| {
        let contents = Contents::of(&simulation.phone(0));
        let keys = contents.synced.keys();
        keys.filter(|key| key.starts_with("sign_ups/")).count()
    };
    assert_eq!(synced(&simulation), 0);
    simulation.install(&phone, NEWEST);
    simulation.run_for(100_000);
    assert_eq!(problems(&simulation), []);
    assert_eq!(synced(&simulation), 1);
    keep_all_promises(&simulation);
}

#[test]
fn a_decision_about_an_operation_without_a_readable_number_reaches_its_phone() {
    let simulation = one_phone(VOLUNTEER);
    simulation.now(0, Act::Poison(Poison::BadId));
    simulation.run_for(70_000);
    let said = problems(&simulation);
    assert!(
        matches!(said[..], [Problem::Quarantined { .. }]),
        "{said:?}"
    );
    simulation.now(0, Act::Close);
    simulation.run_for(70_000);
    let said = problems(&simulation);
    assert!(matches!(said[..], [Problem::NotTakenIn { .. }]), "{said:?}");
    let (_, replica) = simulation.phone(0).replica(0).expect("the app is open");
    let sent = futures::executor::block_on(replica.sent()).expect("read");
    assert_eq!(sent.len(), 1);
    assert!(sent[0].later.as_ref().is_some_and(|it| it.closed.is_some()));
    simulation.end();
}

#[test]
fn a_damaged_photo_is_called_lost_and_its_record_goes_on() {
    for missing in [false, true] {
        let simulation = one_phone(VOLUNTEER);
        simulation.set_rule(|_| Some(502));
        simulation.now(0, Act::PhotoNote { photos: 1 });
        simulation.run_for(20_000);
        simulation.now(0, Act::DamagePhoto { missing });
        simulation.drop_rule();
        simulation.run_for(120_000);
        let said = problems(&simulation);
        assert!(matches!(said[..], [Problem::PhotoLost { .. }]), "{said:?}");
        assert_eq!(unsent(&simulation), 0);
        keep_all_promises(&simulation);
    }
}

#[test]
fn a_closed_account_hears_that_a_damaged_photo_is_lost() {
    let simulation = one_phone(VOLUNTEER);
    simulation.set_rule(|_| Some(502));
    simulation.now(0, Act::PhotoNote { photos: 1 });
    simulation.run_for(20_000);
    simulation.now(0, Act::DamagePhoto { missing: true });
    simulation.now(0, Act::Deactivate);
    simulation.drop_rule();
    simulation.run_for(120_000);
    let said = problems(&simulation);
    assert!(matches!(said[..], [Problem::PhotoLost { .. }]), "{said:?}");
    assert_eq!(status(&simulation), Status::NeedsLogin { unsent: 0 });
    keep_all_promises(&simulation);
}

#[test]
fn five_thousand_rows_come_through_a_bad_network() {
    let plan = Plan {
        phones: vec![VOLUNTEER],
        lockless: false,
        pull_rows: 200,
        ..Plan::of(0)
    };
    let simulation = stage_with(Backend::Sqlite, &plan);
    simulation.weather.replace(Weather {
        lost_request: 100,
        lost_reply: 150,
        late: 50,
        twice: 100,
        middlebox: 100,
        ..Weather::default()
    });
    simulation.server.add_activities(5_000);
    let fall = Fall {
        power_cut: true,
        down_ms: 1_000,
    };
    for after_polls in [40, 90] {
        simulation.now(0, Act::Fall { after_polls, fall });
        simulation.now(0, Act::Note);
        simulation.run_for(60_000);
    }
    simulation.run_for(240_000);
    simulation.weather.replace(Weather::default());
    simulation.run_for(120_000);
    let count = query(
        &simulation,
        "select cast(count(*) as bigint) as n from activities where organization_id = $1",
    );
    assert_eq!(count[0].get::<i64, _>("n"), 5_002);
    assert_eq!(rows(&simulation, Area::Activities).len(), 5_002);
    keep_all_promises(&simulation);
}
