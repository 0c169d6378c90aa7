//! Scenes of a guest's name that is to go, and of words for photos that several people wrote.

use domain::Area;
use sqlx::Row as _;
use sync::transport::Request;

use crate::{
    phone::Link,
    plan::Act,
    scenes::{RECORDER, VOLUNTEER, keep_all_promises, one_phone, rows, unsent},
    scope::query,
    simulation::{Simulation, stage},
    support::Backend,
    words,
};

/// How many guests' names were taken out.
fn nameless(simulation: &Simulation) -> usize {
    query(
        simulation,
        "select id from guests where organization_id = $1 and name = ''",
    )
    .len()
}

#[test]
fn a_name_that_was_taken_out_leaves_the_phone_that_wrote_it_down() {
    let simulation = one_phone(RECORDER);
    simulation.now(0, Act::Guest);
    simulation.now(0, Act::Guest);
    simulation.run_for(70_000);
    simulation.now(0, Act::ForgetGuest);
    assert_eq!(nameless(&simulation), 1);
    simulation.run_for(70_000);
    assert_eq!(rows(&simulation, Area::Guests).len(), 2);
    keep_all_promises(&simulation);
}

#[test]
fn a_name_that_was_taken_out_before_the_answer_came_leaves_the_phone_too() {
    let simulation = one_phone(RECORDER);
    let nobody_sends = |request: &Request| words::is_push(request).then_some(502);
    simulation.set_rule(nobody_sends);
    simulation.now(0, Act::Guest);
    simulation.run_for(5_000);
    // A copy of the phone hands it in, and this one hears nothing of that.
    simulation.now(0, Act::Clone);
    let link = Link::Down;
    simulation.now(0, Act::Offline { link, ms: 200_000 });
    simulation.drop_rule();
    simulation.run_for(150_000);
    simulation.now(0, Act::ForgetGuest);
    assert_eq!(nameless(&simulation), 1);
    // The nameless row comes before the phone sends what it still holds.
    simulation.set_rule(nobody_sends);
    simulation.run_for(200_000);
    assert_eq!(unsent(&simulation), 1);
    assert_eq!(rows(&simulation, Area::Guests).len(), 1);
    simulation.drop_rule();
    simulation.run_for(240_000);
    assert_eq!(unsent(&simulation), 0);
    keep_all_promises(&simulation);
}

#[test]
fn a_server_from_a_backup_isnt_told_the_name_again() {
    let simulation = one_phone(RECORDER);
    simulation.now(0, Act::Guest);
    simulation.run_for(70_000);
    simulation.now(0, Act::BackUp);
    simulation.now(0, Act::ForgetGuest);
    simulation.run_for(70_000);
    simulation.now(0, Act::RestoreServer);
    simulation.run_for(120_000);
    assert_eq!(nameless(&simulation), 0);
    simulation.now(0, Act::ForgetGuest);
    simulation.run_for(120_000);
    assert_eq!(nameless(&simulation), 1);
    keep_all_promises(&simulation);
}

#[test]
fn words_that_two_phones_wrote_apart_are_all_there() {
    let simulation = stage(Backend::Sqlite, &[VOLUNTEER, VOLUNTEER], false);
    simulation.now(0, Act::PhotoNote { photos: 1 });
    simulation.run_for(120_000);
    let link = Link::Down;
    for phone in [0, 1] {
        simulation.now(phone, Act::Offline { link, ms: 60_000 });
    }
    for _ in 0..3 {
        for phone in [0, 1] {
            simulation.now(phone, Act::Describe);
            simulation.run_for(1_000);
        }
    }
    simulation.run_for(240_000);
    let changed = query(
        &simulation,
        "select revision from attachments where organization_id = $1",
    );
    let revision: i64 = changed[0].get("revision");
    assert!(revision > 6, "{revision}");
    simulation.now(0, Act::PhotoWords);
    simulation.run_for(70_000);
    keep_all_promises(&simulation);
}
