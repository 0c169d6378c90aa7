//! Decides check-ins and check-outs: nothing is refused at the gate but what can't be attached to a
//! person and an activity; the rest is kept and flagged.

use super::{Decision, Facts, GateFacts, Needs};
use crate::{
    areas::{
        activities::{Activity, ActivityState},
        attendances::{Attendance, AttendanceChange, Direction, Flag, Method, Proof, ProofState},
    },
    ids::AttendanceId,
    operation::{Area, Operation, RecordRef},
    permission::{Ability, may},
    proofs::{self, CODE_WORD_TRIES, Code},
    refusal::Refusal,
    row::Row,
    small,
    time::Timestamp,
};

pub(super) fn needs(change: &AttendanceChange, needs: &mut Needs) {
    let AttendanceChange::Record {
        activity_id,
        person_id,
        proof,
        ..
    } = change;
    needs
        .records
        .push(RecordRef::new(Area::Activities, *activity_id));
    needs
        .records
        .push(RecordRef::new(Area::Gates, *activity_id));
    needs.records.push(RecordRef::new(Area::People, *person_id));
    needs.attendances_of = Some((*activity_id, *person_id));
    if let Proof::Display { code } = proof
        && let Some(Code::Display(code)) = proofs::read_code(code)
    {
        needs.certificate = Some(code.certificate_id);
    }
}

pub(super) fn decide(
    operation: &Operation,
    change: &AttendanceChange,
    facts: &Facts,
) -> Result<Decision, Refusal> {
    let AttendanceChange::Record {
        activity_id,
        person_id,
        direction,
        proof,
    } = change;
    let activity = facts
        .activity(*activity_id)
        .ok_or(Refusal::UnknownActivity)?;
    if !facts.person_exists(*person_id) {
        return Err(Refusal::UnknownPerson);
    }
    if facts.row(operation.record).is_some() {
        return Err(Refusal::AlreadyExists);
    }
    match proof.method() {
        Method::Display | Method::CodeWord => {
            if *person_id != operation.actor_id {
                return Err(Refusal::NotYours);
            }
        }
        Method::Scan | Method::Roster => {
            let organizes = activity.organizer_id == operation.actor_id;
            if !organizes && !may(facts.actor.role, Ability::RecordAttendance) {
                return Err(Refusal::NotPermitted);
            }
        }
    }
    let at = operation.capture.occurred_at;
    let mut flags = circumstances(activity, facts, *direction, at);
    let captured_at = operation.capture.captured_at();
    let proof_state = facts.gate.as_ref().map_or(ProofState::Pending, |gate| {
        judge(change, gate, captured_at, &mut flags)
    });
    let flags = small::set(flags).into_iter().collect();
    let signature = match proof {
        Proof::Roster { signature } => signature.clone(),
        _ => None,
    };
    Ok(Decision::Apply(Row::Attendances(Attendance {
        id: AttendanceId(operation.record.id),
        revision: 1,
        activity_id: *activity_id,
        person_id: *person_id,
        direction: *direction,
        at,
        method: proof.method(),
        recorded_by: operation.actor_id,
        proof: proof_state,
        flags,
        signature,
    })))
}

fn circumstances(
    activity: &Activity,
    facts: &Facts,
    direction: Direction,
    at: Timestamp,
) -> Vec<Flag> {
    let mut flags = Vec::new();
    if activity.state == ActivityState::Cancelled {
        flags.push(Flag::ActivityCancelled);
    }
    if !activity.admits(at) {
        flags.push(Flag::OutsideActivity);
    }
    if facts
        .attendances
        .iter()
        .any(|fact| fact.direction == direction)
    {
        flags.push(Flag::Duplicate);
    }
    let arrived = facts
        .attendances
        .iter()
        .any(|fact| fact.direction == Direction::In);
    if direction == Direction::Out && !arrived {
        flags.push(Flag::NoCheckIn);
    }
    flags
}

fn judge(
    change: &AttendanceChange,
    gate: &GateFacts,
    captured_at: Timestamp,
    flags: &mut Vec<Flag>,
) -> ProofState {
    let AttendanceChange::Record {
        activity_id,
        person_id,
        direction,
        proof,
    } = change;
    let doubts = match proof {
        Proof::Roster { .. } => return ProofState::Vouched,
        Proof::Display { code } => match proofs::read_code(code) {
            Some(Code::Display(code)) => code.judge(
                gate.certificate.as_ref(),
                &gate.trust,
                *activity_id,
                *direction,
                captured_at,
            ),
            Some(Code::Personal(_)) => vec![Flag::OtherCode],
            None => vec![Flag::UnreadableCode],
        },
        Proof::Scan { code } => match proofs::read_code(code) {
            Some(Code::Personal(code)) => code.judge(&gate.trust, *person_id, captured_at),
            Some(Code::Display(_)) => vec![Flag::OtherCode],
            None => vec![Flag::UnreadableCode],
        },
        Proof::CodeWord { digits } => {
            let mut doubts = Vec::new();
            if gate.code_word_tries >= CODE_WORD_TRIES {
                doubts.push(Flag::TooManyTries);
            }
            if gate.code_word.as_deref() != Some(digits.as_str()) {
                doubts.push(Flag::WrongCodeWord);
            }
            doubts
        }
    };
    let state = if doubts.is_empty() {
        ProofState::Verified
    } else {
        ProofState::Doubtful
    };
    flags.extend(doubts);
    state
}
