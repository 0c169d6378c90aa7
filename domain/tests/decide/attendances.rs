//! Facts about check-ins, their proofs, and the minutes they make.

use domain::{
    Area, Change, PersonId, Refusal, Row, Timestamp,
    areas::{
        attendances::{
            Attendance, AttendanceChange, Direction, Flag, Proof, ProofState, presences,
        },
        people::Role,
    },
    decide::{Decision, Facts, GateFacts, decide},
    keys::{SecretKey, to_base64url},
    proofs::{Certificate, CertificateSubject, Trust, TrustedKey, display_link, personal_link},
};

use crate::support::*;

const SERVER: [u8; 32] = [7; 32];
const PHONE: [u8; 32] = [9; 32];

fn record(person_id: PersonId, direction: Direction, proof: Proof) -> domain::Operation {
    let change = AttendanceChange::Record {
        activity_id: activity().id,
        person_id,
        direction,
        proof,
    };
    operation(Area::Attendances, id(500), Change::Attendances(change))
}

fn applied(operation: &domain::Operation, facts: &Facts) -> Attendance {
    match decide(operation, facts) {
        Decision::Apply(Row::Attendances(row)) => row,
        other => panic!("not applied: {other:?}"),
    }
}

fn certificate(subject: CertificateSubject) -> Certificate {
    let mut certificate = Certificate {
        id: id(77),
        subject,
        public_key: to_base64url(&SecretKey::from_bytes(&PHONE).public()),
        not_before: START.plus_days(-1),
        not_after: START.plus_days(1),
        key_id: "k1".to_owned(),
        signature: String::new(),
    };
    let signature = SecretKey::from_bytes(&SERVER).sign(&certificate.message());
    certificate.signature = to_base64url(&signature);
    certificate
}

fn trust() -> Trust {
    let public_key = to_base64url(&SecretKey::from_bytes(&SERVER).public());
    Trust {
        keys: vec![TrustedKey {
            id: "k1".to_owned(),
            public_key,
        }],
        revoked: Vec::new(),
    }
}

fn at_the_server(certificate: &Certificate) -> Facts {
    let mut facts = facts(Role::Volunteer);
    facts.gate = Some(GateFacts {
        trust: trust(),
        certificate: Some(certificate.clone()),
        code_word: Some("482913".to_owned()),
        code_word_tries: 0,
    });
    facts
}

fn display() -> Certificate {
    certificate(CertificateSubject::Display {
        activity_id: activity().id,
    })
}

fn shown(at: Timestamp, direction: Direction) -> String {
    let key = SecretKey::from_bytes(&PHONE);
    display_link(
        "https://minglu.example",
        &display(),
        &key,
        activity().id,
        direction,
        at,
    )
}

#[test]
fn on_the_phone_a_proof_is_pending() {
    let code = shown(START, Direction::In);
    let row = applied(
        &record(me(), Direction::In, Proof::Display { code }),
        &facts(Role::Volunteer),
    );
    assert_eq!(row.proof, ProofState::Pending);
}

#[test]
fn the_rotating_code_is_verified_on_arrival() {
    let code = shown(START, Direction::In);
    let row = applied(
        &record(me(), Direction::In, Proof::Display { code }),
        &at_the_server(&display()),
    );
    assert_eq!((row.proof, row.flags), (ProofState::Verified, vec![]));
}

#[test]
fn a_code_scanned_long_after_its_slot_is_kept_and_flagged() {
    let code = shown(START.plus_minutes(-30), Direction::In);
    let row = applied(
        &record(me(), Direction::In, Proof::Display { code }),
        &at_the_server(&display()),
    );
    assert_eq!(
        (row.proof, row.flags),
        (ProofState::Doubtful, vec![Flag::SlotFarFromCapture])
    );
}

#[test]
fn a_code_for_leaving_does_not_prove_arrival() {
    let code = shown(START, Direction::Out);
    let row = applied(
        &record(me(), Direction::In, Proof::Display { code }),
        &at_the_server(&display()),
    );
    assert_eq!(row.flags, [Flag::OtherCode]);
}

#[test]
fn each_flipped_bit_of_a_code_is_noticed() {
    let code = shown(START, Direction::In);
    let token = code.rsplit('#').next().expect("has a token");
    let bytes = domain::keys::from_base64url(token).expect("is base64url");
    for position in 0..bytes.len() {
        let mut forged = bytes.clone();
        forged[position] ^= 1;
        let proof = Proof::Display {
            code: to_base64url(&forged),
        };
        let row = applied(
            &record(me(), Direction::In, proof),
            &at_the_server(&display()),
        );
        assert_eq!(row.proof, ProofState::Doubtful, "byte {position}");
    }
}

#[test]
fn a_revoked_certificate_no_longer_proves_anything() {
    let mut facts = at_the_server(&display());
    if let Some(gate) = &mut facts.gate {
        gate.trust.revoked.push(display().id);
    }
    let code = shown(START, Direction::In);
    let row = applied(
        &record(me(), Direction::In, Proof::Display { code }),
        &facts,
    );
    assert_eq!(row.flags, [Flag::BadCertificate]);
}

#[test]
fn the_organizer_scans_a_personal_code() {
    let volunteer = PersonId(id(1));
    let personal = certificate(CertificateSubject::Personal {
        person_id: volunteer,
    });
    let key = SecretKey::from_bytes(&PHONE);
    let code = personal_link("https://minglu.example", &personal, &key, START).expect("personal");
    let mut operation = record(volunteer, Direction::In, Proof::Scan { code });
    operation.actor_id = organizer();
    let mut facts = at_the_server(&personal);
    facts.actor.person_id = organizer();
    facts.rows.push(person(volunteer));
    let row = applied(&operation, &facts);
    assert_eq!((row.proof, row.flags), (ProofState::Verified, vec![]));
}

#[test]
fn a_wrong_code_word_is_kept_and_flagged() {
    let proof = Proof::CodeWord {
        digits: "000000".to_owned(),
    };
    let row = applied(
        &record(me(), Direction::In, proof),
        &at_the_server(&display()),
    );
    assert_eq!(
        (row.proof, row.flags),
        (ProofState::Doubtful, vec![Flag::WrongCodeWord])
    );
}

#[test]
fn the_right_code_word_after_too_many_tries_is_flagged() {
    let mut facts = at_the_server(&display());
    if let Some(gate) = &mut facts.gate {
        gate.code_word_tries = 5;
    }
    let proof = Proof::CodeWord {
        digits: "482913".to_owned(),
    };
    assert_eq!(
        applied(&record(me(), Direction::In, proof), &facts).flags,
        [Flag::TooManyTries]
    );
}

#[test]
fn a_second_check_in_is_a_duplicate() {
    let mut facts = facts(Role::Volunteer);
    let code = shown(START, Direction::In);
    let mut operation = record(me(), Direction::In, Proof::Display { code });
    facts.attendances.push(applied(&operation, &facts));
    operation.record.id = id(501);
    assert_eq!(applied(&operation, &facts).flags, [Flag::Duplicate]);
}

#[test]
fn a_volunteer_cannot_tick_the_roster_but_the_organizer_can() {
    let tick = record(
        organizer(),
        Direction::In,
        Proof::Roster { signature: None },
    );
    assert_eq!(
        decide(&tick, &facts(Role::Volunteer)),
        Decision::Refuse(Refusal::NotPermitted)
    );
    let mut own = activity();
    own.organizer_id = me();
    let mut facts = facts(Role::Volunteer);
    facts.rows[0] = Row::Activities(own);
    assert!(matches!(decide(&tick, &facts), Decision::Apply(_)));
}

#[test]
fn nobody_checks_in_for_another_with_a_code_word() {
    let proof = Proof::CodeWord {
        digits: "482913".to_owned(),
    };
    let operation = record(organizer(), Direction::In, proof);
    assert_eq!(
        decide(&operation, &facts(Role::Recorder)),
        Decision::Refuse(Refusal::NotYours)
    );
}

#[test]
fn the_earliest_arrival_and_the_latest_leaving_make_the_minutes() {
    let facts = facts(Role::Recorder);
    let fact = |n: u128, direction, at: Timestamp| {
        let mut operation = record(me(), direction, Proof::Roster { signature: None });
        operation.record.id = id(n);
        operation.capture.occurred_at = at;
        applied(&operation, &facts)
    };
    let found = presences(&[
        fact(1, Direction::In, START.plus_minutes(5)),
        fact(2, Direction::In, START),
        fact(3, Direction::Out, START.plus_minutes(60)),
        fact(4, Direction::Out, START.plus_minutes(95)),
    ]);
    assert_eq!(found[&me()].minutes, 95);
}
