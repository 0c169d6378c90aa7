//! Activities around today, who signed up and who came.

use std::collections::HashMap;

use domain::{
    ActivityId, Capture, DeviceId, OrganizationId, PersonId, Row, Timestamp,
    areas::{
        activities::{Activity, ActivityKind, ActivityState},
        attendances::{Attendance, Direction, Method, ProofState},
        sign_ups::{SignUp, SignUpState, sign_up_id},
    },
    time::{HOUR_MS, MINUTE_MS, UTC_OFFSET_MINUTES},
};
use serde::Deserialize;

use super::{Rows, moment, people::Members, unknown};
use crate::{
    Clock, Result, Tx,
    areas::{
        activities::{self, store::Stored},
        attendances::store::{self as attendances, Recorded},
        sign_ups,
    },
    ids,
};

#[derive(Deserialize)]
struct Template {
    key: String,
    #[serde(flatten)]
    when: When,
    kind: ActivityKind,
    title: String,
    place: String,
    details: String,
    organizer: String,
    #[serde(default)]
    capacity: Option<i64>,
    #[serde(default)]
    items: Vec<String>,
    #[serde(default)]
    public: bool,
    #[serde(default)]
    cancelled: bool,
    /// How many signed up and are still to come.
    #[serde(default)]
    signed_up: usize,
    /// How many are there, of a running activity.
    #[serde(default)]
    arrived: usize,
    /// How many came and left, of a past activity.
    #[serde(default)]
    attended: usize,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum When {
    Day {
        day: i64,
        start: String,
        end: String,
    },
    Now {
        now: Around,
    },
}

#[derive(Deserialize)]
struct Around {
    starts_hours_ago: i64,
    hours: i64,
}

impl When {
    fn span(&self, now: Timestamp) -> Result<(Timestamp, Timestamp)> {
        match self {
            Self::Day { day, start, end } => {
                Ok((moment(now, *day, start)?, moment(now, *day, end)?))
            }
            Self::Now { now: around } => {
                let hour = Timestamp(now.0 - now.0.rem_euclid(HOUR_MS));
                let start = hour.plus_ms(-around.starts_hours_ago * HOUR_MS);
                Ok((start, start.plus_ms(around.hours * HOUR_MS)))
            }
        }
    }
}

/// Activities by the key that `records.json` uses.
pub(super) type Made = HashMap<String, Activity>;

pub(super) async fn fill(
    tx: &mut Tx,
    clock: &Clock,
    organization: OrganizationId,
    members: &Members,
    devices: &HashMap<String, DeviceId>,
    rows: &mut Rows,
) -> Result<Made> {
    let templates: Vec<Template> =
        serde_json::from_str(include_str!("../../../templates/activities.json"))?;
    let now = clock.now();
    let mut made = Made::new();
    for (turn, template) in templates.into_iter().enumerate() {
        let (starts_at, ends_at) = template.when.span(now)?;
        let organizer = members.get(&template.organizer)?;
        let stored = Stored {
            activity: Activity {
                id: ids::new(clock),
                revision: 1,
                title: template.title,
                kind: template.kind,
                place: template.place,
                details: template.details,
                starts_at,
                ends_at,
                organizer_id: organizer.id,
                department_id: organizer.department_id,
                capacity: template.capacity,
                items: template.items,
                state: if template.cancelled {
                    ActivityState::Cancelled
                } else {
                    ActivityState::Planned
                },
                public: template.public,
            },
            code_word: activities::code_word()?,
        };
        activities::store::put(tx, organization, &stored).await?;
        let activity = stored.activity.clone();
        let device = devices
            .get(&template.organizer)
            .or_else(|| devices.values().next())
            .copied()
            .ok_or_else(|| unknown("device of", &template.organizer))?;
        let desk = Desk {
            activity: activity.id,
            organizer: organizer.id,
            device,
        };
        let mut signed_up = Vec::new();
        let mut facts = Vec::new();
        let people = template.signed_up.max(template.attended);
        for (n, person) in (0_i64..).zip(members.some(turn, people)) {
            signed_up.push(SignUp {
                id: sign_up_id(activity.id, person.id),
                revision: 1,
                activity_id: activity.id,
                person_id: person.id,
                state: SignUpState::Coming,
                at: now.plus_ms(-(40 + n * 3) * HOUR_MS),
            });
            let came = starts_at.plus_minutes(n % 13 - 6);
            if n < template.attended as i64 {
                let left = ends_at.plus_minutes(n % 9 - 5);
                facts.push(desk.fact(clock, person.id, Direction::In, came));
                facts.push(desk.fact(clock, person.id, Direction::Out, left));
            } else if n < template.arrived as i64 {
                facts.push(desk.fact(clock, person.id, Direction::In, came));
            }
        }
        sign_ups::store::put(tx, organization, &signed_up).await?;
        attendances::insert(tx, organization, &facts).await?;
        rows.push(Row::Activities(activity.clone()));
        rows.push(Row::Gates(stored.gate()));
        rows.extend(signed_up.into_iter().map(Row::SignUps));
        rows.extend(facts.into_iter().map(|it| Row::Attendances(it.fact)));
        made.insert(template.key, activity);
    }
    Ok(made)
}

/// The recorder who ticks the roster at the gate.
struct Desk {
    activity: ActivityId,
    organizer: PersonId,
    device: DeviceId,
}

impl Desk {
    fn fact(
        &self,
        clock: &Clock,
        person: PersonId,
        direction: Direction,
        at: Timestamp,
    ) -> Recorded {
        Recorded {
            fact: Attendance {
                id: ids::new(clock),
                revision: 1,
                activity_id: self.activity,
                person_id: person,
                direction,
                at,
                method: Method::Roster,
                recorded_by: self.organizer,
                proof: ProofState::Vouched,
                flags: Vec::new(),
                signature: None,
            },
            device_id: self.device,
            evidence: None,
            capture: Capture {
                occurred_at: at,
                wall_clock: at,
                utc_offset_minutes: UTC_OFFSET_MINUTES,
                server_offset_ms: Some(0),
                monotonic_since_server_time_ms: None,
            },
            received_at: at.plus_ms(20 * MINUTE_MS),
        }
    }
}
