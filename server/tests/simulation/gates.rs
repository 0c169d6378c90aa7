//! Check-ins by codes: one phone shows, another one reads, both without a network if need be. Codes are
//! kept like pictures in a chat, and shown again later or by somebody else.

use std::rc::Rc;

use domain::{
    Area, Change, OpId, RecordRef,
    areas::attendances::{AttendanceChange, Direction, Proof},
    keys::SecretKey,
    proofs::{CertificateSubject, display_link, personal_link},
};
use sqlx::Row as _;
use sync::{CommitError, NewOperation, Replica, Saved};

use crate::{
    checks::Scene, phone::Phone, plan::Act, random::Random, scope::query, simulation::Simulation,
};

/// What a camera saw.
#[derive(Clone, Debug)]
pub struct Code {
    text: String,
    subject: CertificateSubject,
    direction: Direction,
    is_forged: bool,
}

/// Where a code in an operation came from.
#[derive(Clone, Copy, Debug)]
pub struct Read {
    is_forged: bool,
}

type Done = Result<Option<Saved>, CommitError>;

/// Shows a code on one phone and reads it on another, or reads one that was seen before.
pub async fn scan(
    simulation: &Rc<Simulation>,
    reader: &Phone,
    replica: &Replica,
    random: &mut Random,
    act: Act,
) -> Done {
    let code = match act {
        Act::ScanAgain => {
            let codes = simulation.codes.borrow();
            if codes.is_empty() {
                return Ok(None);
            }
            codes[random.below(codes.len())].clone()
        }
        _ => match show(simulation, reader, random, act).await? {
            Some(code) => code,
            None => return Ok(None),
        },
    };
    let me = reader.account.person_id;
    let (activity_id, person_id, proof) = match code.subject {
        CertificateSubject::Display { activity_id } => {
            (activity_id, me, Proof::Display { code: code.text })
        }
        CertificateSubject::Personal { person_id } => {
            let activity_id = simulation.activity(random.below(2));
            (activity_id, person_id, Proof::Scan { code: code.text })
        }
    };
    let change = AttendanceChange::Record {
        activity_id,
        person_id,
        direction: code.direction,
        proof,
    };
    let record = RecordRef::new(Area::Attendances, random.uuid());
    let operation = NewOperation::new(record, Change::Attendances(change));
    let saved = replica.commit(operation).await?;
    let read = Read {
        is_forged: code.is_forged,
    };
    simulation
        .ledger
        .borrow_mut()
        .read
        .insert(saved.op_id, read);
    Ok(Some(saved))
}

/// A code on the screen of another phone.
async fn show(
    simulation: &Rc<Simulation>,
    reader: &Phone,
    random: &mut Random,
    act: Act,
) -> Result<Option<Code>, CommitError> {
    let others: Vec<Rc<Phone>> = simulation
        .phones
        .borrow()
        .iter()
        .filter(|phone| phone.account.person_id != reader.account.person_id)
        .cloned()
        .collect();
    if others.is_empty() {
        return Ok(None);
    }
    let other = &others[random.below(others.len())];
    let Some((_, replica)) = other.replica(random.below(4)) else {
        return Ok(None);
    };
    let subject = if act == Act::ScanGate {
        let activity_id = simulation.activity(random.below(2));
        CertificateSubject::Display { activity_id }
    } else {
        let person_id = other.account.person_id;
        CertificateSubject::Personal { person_id }
    };
    let Some((certificate, key)) = replica.certificate(subject).await? else {
        return Ok(None);
    };
    let is_forged = random.chance(150);
    let key = if is_forged {
        SecretKey::from_bytes(&[7; 32])
    } else {
        key
    };
    let direction = random.pick(&[Direction::In, Direction::In, Direction::Out]);
    let at = replica.best_now();
    let text = match subject {
        CertificateSubject::Display { activity_id } => Some(display_link(
            "https://m",
            &certificate,
            &key,
            activity_id,
            direction,
            at,
        )),
        CertificateSubject::Personal { .. } => personal_link("https://m", &certificate, &key, at),
    };
    let Some(text) = text else { return Ok(None) };
    let code = Code {
        text,
        subject,
        direction,
        is_forged,
    };
    simulation.codes.borrow_mut().push(code.clone());
    Ok(Some(code))
}

/// Of several check-ins of one person at one activity exactly one isn't marked as a duplicate, and no
/// forged code proves anything.
pub fn codes_prove_what_they_should(scene: &Scene<'_>) -> Vec<String> {
    let simulation = scene.simulation;
    let mut found = Vec::new();
    for row in query(
        simulation,
        "select activity_id, person_id, direction, cast(count(*) as bigint) as n,
                cast(sum(case when flags like '%duplicate%' then 0 else 1 end) as bigint) as first
         from attendances where organization_id = $1
         group by activity_id, person_id, direction",
    ) {
        if row.get::<i64, _>("first") != 1 {
            found.push(format!(
                "of {} check-ins ({}) of {} {} aren't called duplicates",
                row.get::<i64, _>("n"),
                row.get::<String, _>("direction"),
                row.get::<String, _>("person_id"),
                row.get::<i64, _>("first")
            ));
        }
    }
    let ledger = simulation.ledger.borrow();
    let forged: Vec<&OpId> = ledger
        .read
        .iter()
        .filter(|(_, read)| read.is_forged)
        .map(|(id, _)| id)
        .collect();
    let verified: Vec<String> = query(
        simulation,
        "select id from attendances where organization_id = $1 and proof = 'verified'",
    )
    .iter()
    .map(|row| row.get("id"))
    .collect();
    for id in forged {
        let record = ledger.promised.get(id).and_then(|it| it.record);
        if record.is_some_and(|record| verified.contains(&record.id.to_string())) {
            found.push(format!("the forged code of {id} is called verified"));
        }
    }
    found
}

/// A day at the gate: several people scan, some of them what they shouldn't.
pub fn steps(random: &mut Random, length_ms: i64, phones: usize) -> Vec<(i64, usize, Act)> {
    if phones < 2 || !random.chance(300) {
        return Vec::new();
    }
    (0..random.range(3, 9))
        .map(|_| {
            let act = random.pick(&[
                Act::ScanPerson,
                Act::ScanPerson,
                Act::ScanGate,
                Act::ScanAgain,
                Act::ScanAgain,
                Act::Revoke,
            ]);
            (random.range(0, length_ms), random.below(phones), act)
        })
        .collect()
}
