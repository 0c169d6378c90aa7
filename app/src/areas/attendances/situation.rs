//! What a check-in would mean now: at which activities one can check in or out, and which of both.
//!
//! Leaves out proofs and drawing.

use domain::{
    ActivityId, PersonId, Timestamp,
    areas::{
        activities::{Activity, ActivityState},
        attendances::{Attendance, Direction, Presence, presences},
    },
    small,
    time::MINUTE_MS,
};

/// Where a person stands at one activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// Nothing was recorded.
    Away,
    /// Checked in, not out.
    Here { since: Timestamp },
    /// Checked out: the service minutes stand.
    Served { minutes: i64, left: Timestamp },
}

impl Stand {
    pub fn of(presence: Option<&Presence>) -> Self {
        match presence.map(|presence| (presence.arrived, presence.left)) {
            None | Some((None, None)) => Self::Away,
            Some((Some(since), None)) => Self::Here { since },
            Some((_, Some(left))) => Self::Served {
                minutes: presence.map_or(0, |presence| presence.minutes),
                left,
            },
        }
    }

    /// What the person would do next: whoever is in, or left and came back, checks out.
    pub fn next(self) -> Direction {
        match self {
            Self::Away => Direction::In,
            Self::Here { .. } | Self::Served { .. } => Direction::Out,
        }
    }

    /// Whole minutes so far, also of one who is still here.
    pub fn minutes(self, now: Timestamp) -> i64 {
        match self {
            Self::Away => 0,
            Self::Here { since } => (now.since(since) / MINUTE_MS).max(0),
            Self::Served { minutes, .. } => minutes,
        }
    }
}

/// Where `person` stands at `activity`.
pub fn stand(attendances: &[Attendance], activity: ActivityId, person: PersonId) -> Stand {
    let facts: Vec<Attendance> = attendances
        .iter()
        .filter(|fact| fact.activity_id == activity && fact.person_id == person)
        .cloned()
        .collect();
    Stand::of(presences(&facts).get(&person))
}

/// The activities at which one can check in or out now, the likeliest first: where the person is in,
/// then running ones that the person signed up for, then running ones, then those about to start.
pub fn open_now(
    activities: &[Activity],
    attendances: &[Attendance],
    signed_up: &[ActivityId],
    person: PersonId,
    now: Timestamp,
) -> Vec<(Activity, Stand)> {
    let mut open: Vec<(Activity, Stand)> = activities
        .iter()
        .filter(|activity| activity.state == ActivityState::Planned && activity.admits(now))
        .map(|activity| (activity.clone(), stand(attendances, activity.id, person)))
        .collect();
    small::sort_by_key(&mut open, |(activity, stand)| {
        let running = activity.starts_at <= now && now <= activity.ends_at;
        let rank = match stand {
            Stand::Here { .. } => 0,
            Stand::Away if signed_up.contains(&activity.id) && now <= activity.ends_at => 1,
            Stand::Away if running => 2,
            Stand::Away if now < activity.starts_at => 3,
            Stand::Away => 4,
            Stand::Served { .. } => 5,
        };
        (rank, now.since(activity.starts_at).abs(), activity.id)
    });
    open
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        AttendanceId,
        areas::{
            activities::ActivityKind,
            attendances::{Method, ProofState},
        },
        time::HOUR_MS,
    };
    use uuid::Uuid;

    const NOW: Timestamp = Timestamp(1_795_053_600_000);
    const ME: PersonId = PersonId(Uuid::from_u128(7));

    fn activity(id: u128, starts_in_hours: i64) -> Activity {
        Activity {
            id: ActivityId(Uuid::from_u128(id)),
            revision: 1,
            title: String::new(),
            kind: ActivityKind::Other,
            place: String::new(),
            details: String::new(),
            starts_at: NOW.plus_ms(starts_in_hours * HOUR_MS),
            ends_at: NOW.plus_ms((starts_in_hours + 2) * HOUR_MS),
            organizer_id: PersonId(Uuid::nil()),
            department_id: None,
            capacity: None,
            items: Vec::new(),
            state: ActivityState::Planned,
            public: false,
        }
    }

    fn fact(activity: u128, direction: Direction, minutes_ago: i64) -> Attendance {
        Attendance {
            id: AttendanceId(Uuid::from_u128(99)),
            revision: 1,
            activity_id: ActivityId(Uuid::from_u128(activity)),
            person_id: ME,
            direction,
            at: NOW.plus_minutes(-minutes_ago),
            method: Method::Display,
            recorded_by: ME,
            proof: ProofState::Pending,
            flags: Vec::new(),
            signature: None,
        }
    }

    fn order(list: &[(Activity, Stand)]) -> Vec<u128> {
        list.iter().map(|(one, _)| one.id.0.as_u128()).collect()
    }

    #[test]
    fn whoever_is_in_is_offered_the_check_out_first() {
        let activities = [activity(1, -1), activity(2, -1)];
        let facts = [fact(2, Direction::In, 30)];
        let open = open_now(&activities, &facts, &[], ME, NOW);
        assert_eq!(order(&open), [2, 1]);
        assert_eq!(open[0].1.next(), Direction::Out);
        assert_eq!(open[0].1.minutes(NOW), 30);
        assert_eq!(open[1].1.next(), Direction::In);
    }

    #[test]
    fn a_sign_up_comes_before_an_activity_that_merely_runs() {
        let activities = [activity(1, -1), activity(2, 1)];
        let open = open_now(&activities, &[], &[activities[1].id], ME, NOW);
        assert_eq!(order(&open), [2, 1]);
    }

    #[test]
    fn a_cancelled_or_distant_activity_is_not_offered() {
        let mut cancelled = activity(1, 0);
        cancelled.state = ActivityState::Cancelled;
        let open = open_now(&[cancelled, activity(2, 24)], &[], &[], ME, NOW);
        assert!(open.is_empty());
    }

    #[test]
    fn both_ends_make_service_minutes() {
        let facts = [fact(1, Direction::In, 95), fact(1, Direction::Out, 5)];
        let stand = stand(&facts, activity(1, -1).id, ME);
        assert_eq!(stand.minutes(NOW), 90);
        assert!(matches!(stand, Stand::Served { minutes: 90, .. }));
    }
}
