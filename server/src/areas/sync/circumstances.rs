//! Flags of a check-in that only a look at other people's facts can give. They refuse nothing.

use domain::{
    Operation, Timestamp,
    areas::attendances::{Attendance, Direction, Flag, Method},
};

use super::world::World;

/// So many other people may check in by their own code on one device before it is flagged.
const PEOPLE_PER_DEVICE: usize = 3;

pub fn add_flags(fact: &mut Attendance, operation: &Operation, world: &World) {
    let is_own_code = matches!(fact.method, Method::Display | Method::CodeWord);
    if is_own_code
        && world.others_on_device(fact.activity_id, operation.device_id, fact.person_id)
            >= PEOPLE_PER_DEVICE
    {
        fact.flags.push(Flag::OneDeviceManyPeople);
    }
    let elsewhere = world.elsewhere(fact.person_id, fact.activity_id);
    if fact.direction == Direction::In && is_elsewhere(fact.at, &elsewhere) {
        fact.flags.push(Flag::TwoPlaces);
    }
    fact.flags.sort_unstable();
    fact.flags.dedup();
}

/// Whether the facts at other activities, each with its activity's end, say that the person was
/// there at `at`: arrived before, and left after (or, without a check-out, when it ended).
fn is_elsewhere(at: Timestamp, facts: &[(&Attendance, Timestamp)]) -> bool {
    facts
        .iter()
        .filter(|(fact, _)| fact.direction == Direction::In && fact.at <= at)
        .any(|(arrival, end)| {
            let left = facts
                .iter()
                .filter(|(fact, _)| {
                    fact.activity_id == arrival.activity_id
                        && fact.direction == Direction::Out
                        && fact.at >= arrival.at
                })
                .map(|(fact, _)| fact.at)
                .min();
            at < left.unwrap_or(*end)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{ActivityId, AttendanceId, PersonId, areas::attendances::ProofState};
    use uuid::Uuid;

    const END: Timestamp = Timestamp(1_000);

    fn fact(direction: Direction, at: i64) -> Attendance {
        Attendance {
            id: AttendanceId(Uuid::nil()),
            revision: 1,
            activity_id: ActivityId(Uuid::nil()),
            person_id: PersonId(Uuid::nil()),
            direction,
            at: Timestamp(at),
            method: Method::Roster,
            recorded_by: PersonId(Uuid::nil()),
            proof: ProofState::Vouched,
            flags: Vec::new(),
            signature: None,
        }
    }

    #[test]
    fn who_arrived_and_did_not_leave_is_there_until_the_end() {
        let arrival = fact(Direction::In, 100);
        let facts = [(&arrival, END)];
        assert!(!is_elsewhere(Timestamp(99), &facts));
        assert!(is_elsewhere(Timestamp(500), &facts));
        assert!(!is_elsewhere(Timestamp(1_000), &facts));
    }

    #[test]
    fn who_left_is_free_to_be_at_another_place() {
        let (arrival, leaving) = (fact(Direction::In, 100), fact(Direction::Out, 300));
        let facts = [(&arrival, END), (&leaving, END)];
        assert!(is_elsewhere(Timestamp(299), &facts));
        assert!(!is_elsewhere(Timestamp(300), &facts));
    }
}
