//! Scenes of accounts that the office closed: their phones pull nothing any more, and hand in what they
//! hold all the same.

use std::rc::Rc;

use sync::{Problem, Status};

use crate::{
    checks,
    phone::NEWEST,
    plan::Act,
    scenes::{VOLUNTEER, back_up, keep_all_promises, one_phone, outdate, problems, status, unsent},
    simulation::Simulation,
    words,
};

/// From now on the phone's pulls don't come back, and the account is closed.
fn close(simulation: &Rc<Simulation>) {
    simulation.set_rule(|request| words::is_pull(request).then_some(502));
    simulation.now(0, Act::Deactivate);
    simulation.run_for(20_000);
    simulation.drop_rule();
}

#[test]
fn earlier_work_is_handed_in() {
    let simulation = one_phone(VOLUNTEER);
    simulation.set_rule(|_| Some(502));
    simulation.now(0, Act::PhotoNote { photos: 1 });
    simulation.run_for(20_000);
    simulation.now(0, Act::Deactivate);
    simulation.run_for(20_000);
    simulation.drop_rule();
    simulation.run_for(120_000);
    assert_eq!(unsent(&simulation), 0);
    assert_eq!(checks::verdicts(&simulation).get("applied"), Some(&2));
    assert_eq!(status(&simulation), Status::NeedsLogin { unsent: 0 });
    keep_all_promises(&simulation);
}

#[test]
fn what_a_restored_server_lacks_is_handed_in_again() {
    let simulation = one_phone(VOLUNTEER);
    simulation.run_for(70_000);
    let (_folder, file) = back_up(&simulation);
    simulation.now(0, Act::PhotoNote { photos: 1 });
    simulation.run_for(70_000);
    let before = checks::verdicts(&simulation);
    assert_eq!(before.get("applied"), Some(&2));
    simulation.server.restore(&file);
    close(&simulation);
    assert_eq!(checks::verdicts(&simulation).get("applied"), None);
    simulation.run_for(400_000);
    assert_eq!(checks::verdicts(&simulation), before);
    assert_eq!(status(&simulation), Status::NeedsLogin { unsent: 0 });
    keep_all_promises(&simulation);
}

#[test]
fn what_stood_in_the_way_before_a_restore_is_judged_anew() {
    let simulation = one_phone(VOLUNTEER);
    simulation.now(0, Act::Note);
    simulation.run_for(70_000);
    let (_folder, file) = back_up(&simulation);
    simulation.now(0, Act::Deactivate);
    simulation.run_for(70_000);
    simulation.now(0, Act::Amend { question: "note" });
    simulation.run_for(70_000);
    let said = problems(&simulation);
    assert!(
        matches!(said[..], [Problem::Quarantined { .. }]),
        "{said:?}"
    );
    simulation.server.restore(&file);
    simulation.run_for(400_000);
    assert_eq!(checks::verdicts(&simulation).get("applied"), Some(&2));
    assert_eq!(problems(&simulation), []);
    keep_all_promises(&simulation);
}

#[test]
fn a_phone_that_was_full_and_one_that_was_too_old_stop_saying_so() {
    let simulation = one_phone(VOLUNTEER);
    let phone = simulation.phone(0);
    outdate(&simulation);
    close(&simulation);
    simulation.now(0, Act::Note);
    phone.memory.limit_bytes(Some(0));
    simulation.run_for(120_000);
    simulation.install(&phone, NEWEST);
    phone.memory.limit_bytes(None);
    simulation.run_for(400_000);
    assert_eq!(problems(&simulation), []);
    keep_all_promises(&simulation);
}

#[test]
fn an_operation_that_rested_is_sent_within_two_minutes_whenever_the_gateway_lets_it_pass() {
    for tenths_of_a_minute in 20..60 {
        let simulation = one_phone(VOLUNTEER);
        simulation.now(0, Act::Deactivate);
        simulation.set_rule(|request| words::brings_operations(request).then_some(400));
        simulation.now(0, Act::Note);
        simulation.run_for(tenths_of_a_minute * 6_000);
        simulation.drop_rule();
        simulation.run_for(120_000);
        assert_eq!(
            unsent(&simulation),
            0,
            "after {tenths_of_a_minute} / 10 min"
        );
    }
}
