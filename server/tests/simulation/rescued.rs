//! Scenes of the rescue file: a phone without network exports what it has, a colleague's phone or the
//! office brings it.

use std::rc::Rc;

use domain::Area;
use futures::executor::block_on;
use sync::{Replica, Status};

use crate::{
    checks::{self, Contents},
    phone::{Fall, Link},
    plan::Act,
    simulation::{Simulation, stage},
    support::Backend,
};

const VOLUNTEER: usize = 1;
const RECORDER: usize = 2;

fn replica(simulation: &Simulation, phone: usize) -> Replica {
    simulation
        .phone(phone)
        .replica(0)
        .expect("the app is open")
        .1
}

/// A volunteer's phone that has lost its network with a record, its photo and a draft on it, and a
/// colleague's.
fn two_phones() -> Rc<Simulation> {
    let simulation = stage(Backend::Sqlite, &[VOLUNTEER, RECORDER], false);
    simulation.run_for(70_000);
    simulation.phone(0).set_link(Link::Down);
    simulation.now(0, Act::PhotoNote { photos: 2 });
    simulation.now(0, Act::Draft);
    simulation.run_for(20_000);
    simulation
}

#[test]
fn a_colleagues_phone_hands_in_what_a_phone_without_network_holds() {
    let simulation = two_phones();
    let file = block_on(replica(&simulation, 0).rescue()).expect("a file");
    let place = "文三路";
    assert!(!file.windows(place.len()).any(|it| it == place.as_bytes()));

    let carrier = replica(&simulation, 1);
    simulation.set_rule(|request| (request.path == "/api/rescue").then_some(502));
    block_on(carrier.carry(&file)).expect("carried");
    assert!(matches!(
        carrier.status(),
        Status::SavedOnPhone { unsent: 1 }
    ));
    simulation.run_for(100_000);
    assert_eq!(block_on(carrier.carried()).expect("read")[0].report, None);
    simulation.drop_rule();
    simulation.run_for(120_000);

    let report = block_on(carrier.carried()).expect("read")[0]
        .report
        .clone()
        .expect("handed in");
    assert_eq!(
        (report.received, report.known, report.quarantined),
        (3, 0, 0)
    );
    // Two photos with their thumbnails.
    assert_eq!((report.photos, report.refused, report.drafts), (4, 0, 1));
    assert_eq!(report.name, replica(&simulation, 0).account().name);
    assert!(matches!(carrier.status(), Status::AllSent { .. }));
    assert_eq!(checks::verdicts(&simulation).get("applied"), Some(&3));

    // The phone finds its way back: nothing counts twice, and it hears that everything is there.
    simulation.phone(0).set_link(Link::Up);
    simulation.run_for(120_000);
    assert_eq!(checks::verdicts(&simulation).get("applied"), Some(&3));
    let contents = Contents::of(&simulation.phone(0));
    assert!(contents.outbox.is_empty() && contents.problems.is_empty());
    assert_eq!(contents.drafts.len(), 1);
    let rows = block_on(replica(&simulation, 0).rows(Area::Submissions)).expect("read");
    assert_eq!((rows.len(), rows[0].photos_pending), (1, 0));
    finish(&simulation);
}

#[test]
fn a_file_that_comes_again_or_late_changes_nothing() {
    let simulation = two_phones();
    let file = block_on(replica(&simulation, 0).rescue()).expect("a file");
    simulation.phone(0).set_link(Link::Up);
    simulation.run_for(120_000);
    let before = checks::verdicts(&simulation);
    let carrier = replica(&simulation, 1);
    for _ in 0..2 {
        block_on(carrier.carry(&file)).expect("carried");
        simulation.run_for(60_000);
        let files = block_on(carrier.carried()).expect("read");
        let report = files[0].report.as_ref().expect("handed in");
        assert_eq!((files.len(), report.received, report.known), (1, 3, 3));
    }
    assert_eq!(checks::verdicts(&simulation), before);
    finish(&simulation);
}

#[test]
fn an_answer_that_got_lost_only_makes_it_come_again() {
    let simulation = two_phones();
    let file = block_on(replica(&simulation, 0).rescue()).expect("a file");
    let carrier = replica(&simulation, 1);
    block_on(carrier.carry(&file)).expect("carried");
    // The colleague's app is closed in the middle of it, again and again.
    for _ in 0..5 {
        simulation.now(
            1,
            Act::Fall {
                after_polls: 3,
                fall: Fall {
                    power_cut: true,
                    down_ms: 5_000,
                },
            },
        );
        simulation.run_for(60_000);
    }
    simulation.run_for(120_000);
    let files = block_on(replica(&simulation, 1).carried()).expect("read");
    assert!(files[0].report.is_some(), "{files:?}");
    assert_eq!(checks::verdicts(&simulation).get("applied"), Some(&3));
    simulation.phone(0).set_link(Link::Up);
    simulation.run_for(120_000);
    finish(&simulation);
}

#[test]
fn a_carried_file_that_nobody_can_open_is_said_and_given_up() {
    let simulation = two_phones();
    let mut file = block_on(replica(&simulation, 0).rescue()).expect("a file");
    let middle = file.len() / 2;
    file[middle] ^= 1;
    let carrier = replica(&simulation, 1);
    block_on(carrier.carry(&file)).expect("carried");
    simulation.run_for(60_000);
    let files = block_on(carrier.carried()).expect("read");
    assert!(
        files[0].refused && files[0].last_error.is_some(),
        "{files:?}"
    );
    assert!(block_on(carrier.carry(b"minglu")).is_err());
    simulation.phone(0).set_link(Link::Up);
    simulation.run_for(120_000);
    finish(&simulation);
}

fn finish(simulation: &Rc<Simulation>) {
    let mut broken = checks::all(simulation);
    broken.extend(simulation.is_quiet());
    assert!(broken.is_empty(), "{broken:#?}");
    simulation.end();
}
