//! Scenes that the seeds reach too rarely or judge too coarsely: one phone or two, and one thing that
//! goes wrong.

use std::{path::PathBuf, rc::Rc};

use domain::{Area, Row, areas::people::Role};
use sync::{LocalRow, Problem, Status, transport::Method};

use crate::{
    checks::{self, Contents},
    phone::NEWEST,
    plan::Act,
    simulation::{SENSITIVE, Simulation, stage},
    support::Backend,
    words,
};

/// Indexes into the server's people.
pub const VOLUNTEER: usize = 1;
pub const RECORDER: usize = 2;

pub fn one_phone(person: usize) -> Rc<Simulation> {
    stage(Backend::Sqlite, &[person], false)
}

/// A backup of the server as it is, and the folder that goes with it.
pub fn back_up(simulation: &Simulation) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("minglu.backup");
    simulation.server.back_up(&file);
    (folder, file)
}

/// What the first phone asks a person to look at.
pub fn problems(simulation: &Simulation) -> Vec<Problem> {
    Contents::of(&simulation.phone(0)).problems
}

/// The first phone gets a build that is too old for a row that comes to it.
pub fn outdate(simulation: &Rc<Simulation>) {
    simulation.install(&simulation.phone(0), NEWEST - 1);
    simulation.run_for(2_000);
    simulation.now(0, Act::SignUp);
    simulation.run_for(100_000);
    assert_eq!(problems(simulation), [Problem::UpdateNeeded]);
}

pub fn unsent(simulation: &Simulation) -> usize {
    Contents::of(&simulation.phone(0)).outbox.len()
}

pub fn status(simulation: &Simulation) -> Status {
    let (_, replica) = simulation.phone(0).replica(0).expect("the app is open");
    replica.status()
}

pub fn keep_all_promises(simulation: &Rc<Simulation>) {
    let mut broken = checks::all(simulation);
    broken.extend(simulation.is_quiet());
    assert!(broken.is_empty(), "{broken:#?}");
    simulation.end();
}

pub fn rows(simulation: &Rc<Simulation>, area: Area) -> Vec<LocalRow> {
    let (_, replica) = simulation.phone(0).replica(0).expect("the app is open");
    futures::executor::block_on(replica.rows(area)).expect("read")
}

#[test]
fn whatever_answers_for_the_server_no_photo_is_given_up() {
    for status in [400, 403, 404, 409, 413, 415, 422, 423, 460, 500] {
        let simulation = one_phone(VOLUNTEER);
        simulation.set_rule(move |request| {
            let upload = request.path.starts_with("/api/blobs");
            upload.then_some(status)
        });
        simulation.now(0, Act::PhotoNote { photos: 2 });
        simulation.run_for(200_000);
        let contents = Contents::of(&simulation.phone(0));
        assert!(
            contents.uploads.iter().all(|upload| !upload.lost),
            "{status}"
        );
        assert!(
            contents.problems.is_empty(),
            "{status}: {:?}",
            contents.problems
        );
        simulation.drop_rule();
        simulation.run_for(120_000);
        keep_all_promises(&simulation);
    }
}

#[test]
fn items_that_nobody_lets_through_never_hold_up_the_others() {
    let simulation = one_phone(VOLUNTEER);
    simulation.set_rule(|request| {
        let body = String::from_utf8_lossy(&request.body);
        body.contains(SENSITIVE).then_some(403)
    });
    for _ in 0..25 {
        simulation.now(0, Act::SensitiveNote);
    }
    simulation.run_for(60_000);
    for _ in 0..3 {
        simulation.now(0, Act::Note);
    }
    simulation.run_for(120_000);
    assert_eq!(unsent(&simulation), 25);
    simulation.drop_rule();
    simulation.run_for(120_000);
    keep_all_promises(&simulation);
}

#[test]
fn a_full_phone_hands_in_what_it_holds_and_says_that_it_is_full() {
    let simulation = one_phone(VOLUNTEER);
    simulation.set_rule(|_| Some(503));
    simulation.now(0, Act::PhotoNote { photos: 1 });
    simulation.run_for(10_000);
    assert_eq!(unsent(&simulation), 2, "the note and its photo");
    let phone = simulation.phone(0);
    phone.memory.limit_bytes(Some(0));
    simulation.drop_rule();
    simulation.run_for(120_000);
    let received: usize = checks::verdicts(&simulation).values().sum();
    assert_eq!(received, 2);
    // The phone can't write down that they are there, and so doesn't say it.
    assert_eq!(unsent(&simulation), 2);
    assert!(
        matches!(status(&simulation), Status::Attention { problems: 1, .. }),
        "{:?}",
        status(&simulation)
    );
    let (_, replica) = phone.replica(0).expect("the app is open");
    let problems = || futures::executor::block_on(replica.problems()).expect("read");
    assert_eq!(problems(), [Problem::DeviceFull]);
    let before = phone.calls();
    simulation.run_for(600_000);
    let calls = phone.calls() - before;
    assert!(calls < 100, "{calls} requests in ten minutes");

    phone.memory.limit_bytes(None);
    simulation.run_for(120_000);
    assert_eq!(problems(), []);
    keep_all_promises(&simulation);
}

#[test]
fn a_tab_whose_work_another_tab_did_comes_to_rest() {
    let simulation = stage(Backend::Sqlite, &[VOLUNTEER], true);
    simulation.now(0, Act::SecondTab);
    simulation.run_for(2_000);
    simulation.set_rule(|request| words::is_push(request).then_some(500));
    simulation.now(0, Act::Note);
    simulation.run_for(90_000);
    simulation.drop_rule();
    simulation.run_for(120_000);
    keep_all_promises(&simulation);
}

#[test]
fn tabs_that_all_lead_dont_wake_each_other_while_the_server_is_away() {
    let simulation = stage(Backend::Sqlite, &[VOLUNTEER], true);
    simulation.now(0, Act::SecondTab);
    simulation.run_for(2_000);
    simulation.set_rule(|_| Some(500));
    simulation.now(0, Act::Note);
    simulation.run_for(1_000);
    let before = simulation.phone(0).calls();
    simulation.run_for(120_000);
    let calls = simulation.phone(0).calls() - before;
    assert!((4..40).contains(&calls), "{calls} requests");
    simulation.drop_rule();
    simulation.run_for(120_000);
    keep_all_promises(&simulation);
}

#[test]
fn nothing_is_sent_on_somebody_elses_session() {
    let simulation = stage(Backend::Sqlite, &[VOLUNTEER, RECORDER], false);
    let phone = simulation.phone(0);
    let own = phone.token();
    phone.set_token(simulation.phone(1).token());
    simulation.now(0, Act::Note);
    simulation.run_for(120_000);
    assert_eq!(unsent(&simulation), 1);
    assert_eq!(status(&simulation), Status::NeedsLogin { unsent: 1 });
    assert!(checks::verdicts(&simulation).is_empty());
    phone.set_token("logged out".to_owned());
    simulation.run_for(120_000);
    assert_eq!(status(&simulation), Status::NeedsLogin { unsent: 1 });
    phone.set_token(own);
    simulation.run_for(120_000);
    keep_all_promises(&simulation);
}

#[test]
fn a_record_is_on_the_screen_from_the_tap_on_and_never_vanishes() {
    let simulation = one_phone(VOLUNTEER);
    let shown = |pending: bool| {
        let rows = rows(&simulation, Area::Submissions);
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].pending, pending);
        let Row::Submissions(row) = &rows[0].row else {
            panic!("{rows:?}");
        };
        row.received_at
    };
    simulation.set_rule(|request| (request.method != Method::Get).then_some(502));
    simulation.now(0, Act::Note);
    simulation.run_for(5_000);
    assert_eq!(shown(true), None);
    // Received, but no pull has brought it back.
    simulation.set_rule(|request| words::is_pull(request).then_some(502));
    simulation.run_for(100_000);
    assert_eq!(unsent(&simulation), 0);
    assert_eq!(shown(false), None);
    simulation.drop_rule();
    simulation.run_for(120_000);
    assert!(shown(false).is_some());
    keep_all_promises(&simulation);
}

#[test]
fn photos_count_as_missing_until_the_server_has_them() {
    let simulation = one_phone(VOLUNTEER);
    simulation.set_rule(|request| request.path.starts_with("/api/blobs").then_some(502));
    simulation.now(0, Act::PhotoNote { photos: 3 });
    simulation.run_for(100_000);
    let found = rows(&simulation, Area::Submissions);
    assert_eq!(found[0].photos_pending, 3);
    assert!(matches!(
        status(&simulation),
        Status::SavedOnPhone { unsent: 3 } | Status::Offline { unsent: 3 }
    ));
    simulation.drop_rule();
    simulation.run_for(120_000);
    let found = rows(&simulation, Area::Submissions);
    assert_eq!(found[0].photos_pending, 0);
    assert!(matches!(status(&simulation), Status::AllSent { .. }));
    keep_all_promises(&simulation);
}

#[test]
fn what_a_restored_server_lacks_is_sent_again() {
    let simulation = one_phone(VOLUNTEER);
    simulation.now(0, Act::Note);
    simulation.run_for(70_000);
    let (_folder, file) = back_up(&simulation);
    simulation.now(0, Act::PhotoNote { photos: 1 });
    simulation.now(0, Act::Amend { question: "place" });
    simulation.run_for(70_000);
    let before = checks::verdicts(&simulation);
    assert_eq!(before.get("applied"), Some(&4));
    assert!(matches!(status(&simulation), Status::AllSent { .. }));
    simulation.server.restore(&file);
    assert_eq!(checks::verdicts(&simulation).get("applied"), Some(&1));
    simulation.run_for(200_000);
    assert_eq!(checks::verdicts(&simulation), before);
    assert!(matches!(status(&simulation), Status::AllSent { .. }));
    keep_all_promises(&simulation);
}

#[test]
fn a_lost_role_takes_synced_copies_and_no_unsent_work() {
    let simulation = one_phone(RECORDER);
    simulation.now(0, Act::EditActivity);
    simulation.run_for(70_000);
    assert_eq!(rows(&simulation, Area::Gates).len(), 2);
    simulation.set_rule(|request| words::is_push(request).then_some(502));
    simulation.now(0, Act::Roster);
    simulation.run_for(1_000);
    simulation.now(0, Act::SetRole(Role::Volunteer));
    simulation.drop_rule();
    simulation.run_for(200_000);
    assert_eq!(rows(&simulation, Area::Gates).len(), 1);
    // It was permitted when it was recorded.
    assert_eq!(checks::verdicts(&simulation).get("applied"), Some(&1));
    keep_all_promises(&simulation);
}
