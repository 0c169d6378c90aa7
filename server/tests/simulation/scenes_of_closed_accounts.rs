//! Scenes of accounts that the office closed: their phones pull nothing any more, and hand in what they
//! hold all the same.

use std::rc::Rc;

use sync::{Problem, Status};

use crate::{
    checks::{self, Contents},
    phone::NEWEST,
    plan::Act,
    scenes::{VOLUNTEER, keep_all_promises, one_phone, status, unsent},
    simulation::Simulation,
    words,
};

fn problems(simulation: &Simulation) -> Vec<Problem> {
    Contents::of(&simulation.phone(0)).problems
}

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
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("minglu.backup");
    simulation.server.back_up(&file);
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
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("minglu.backup");
    simulation.server.back_up(&file);
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
    simulation.install(&phone, NEWEST - 1);
    simulation.run_for(2_000);
    simulation.now(0, Act::SignUp);
    simulation.run_for(100_000);
    assert_eq!(problems(&simulation), [Problem::UpdateNeeded]);
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
