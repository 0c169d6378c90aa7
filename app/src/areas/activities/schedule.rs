//! To which day an activity belongs, seen from today. Weeks start on Monday.
//!
//! Leaves out drawing; time and the offset from UTC come in as arguments.

use chrono::{Datelike, NaiveDate};
use domain::{Timestamp, areas::activities::Activity, small};

/// A heading of the list, in the order in which the list shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    Today,
    Tomorrow,
    ThisWeek,
    NextWeek,
    Later,
    Past,
}

/// The section of an activity. One that runs over midnight is still today's.
pub fn section(activity: &Activity, now: Timestamp, utc_offset_minutes: i32) -> Section {
    let day = |at: Timestamp| at.civil(utc_offset_minutes).map(|at| at.date());
    let (Some(today), Some(starts), Some(ends)) =
        (day(now), day(activity.starts_at), day(activity.ends_at))
    else {
        return Section::Later;
    };
    if ends < today {
        return Section::Past;
    }
    if starts <= today {
        return Section::Today;
    }
    let monday = monday_of(today);
    match (starts - today).num_days() {
        1 => Section::Tomorrow,
        _ if starts < monday + chrono::Days::new(7) => Section::ThisWeek,
        _ if starts < monday + chrono::Days::new(14) => Section::NextWeek,
        _ => Section::Later,
    }
}

fn monday_of(day: NaiveDate) -> NaiveDate {
    let past = u64::from(day.weekday().num_days_from_monday());
    day.checked_sub_days(chrono::Days::new(past)).unwrap_or(day)
}

/// The activities by section; within one by their start, past ones the latest first.
pub fn by_section(
    activities: Vec<Activity>,
    now: Timestamp,
    utc_offset_minutes: i32,
) -> Vec<(Section, Vec<Activity>)> {
    let mut placed: Vec<(Section, Activity)> = activities
        .into_iter()
        .map(|activity| (section(&activity, now, utc_offset_minutes), activity))
        .collect();
    small::sort_by_key(&mut placed, |(section, activity)| {
        let start = activity.starts_at.0;
        let within = if *section == Section::Past {
            -start
        } else {
            start
        };
        (*section, within, activity.id)
    });
    let mut sections: Vec<(Section, Vec<Activity>)> = Vec::new();
    for (section, activity) in placed {
        match sections.last_mut() {
            Some((open, list)) if *open == section => list.push(activity),
            _ => sections.push((section, vec![activity])),
        }
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        ActivityId, PersonId,
        areas::activities::{ActivityKind, ActivityState},
        time::HOUR_MS,
    };

    /// Thursday, 19 November 2026, 10:00 in China.
    const NOW: Timestamp = Timestamp(1_795_053_600_000);
    const CHINA: i32 = 480;

    fn activity(starts_in_hours: i64, hours: i64) -> Activity {
        let starts_at = NOW.plus_ms(starts_in_hours * HOUR_MS);
        Activity {
            id: ActivityId(uuid::Uuid::from_u128(starts_in_hours.unsigned_abs().into())),
            revision: 1,
            title: String::new(),
            kind: ActivityKind::Other,
            place: String::new(),
            details: String::new(),
            starts_at,
            ends_at: starts_at.plus_ms(hours * HOUR_MS),
            organizer_id: PersonId(uuid::Uuid::nil()),
            department_id: None,
            capacity: None,
            items: Vec::new(),
            state: ActivityState::Planned,
            public: false,
        }
    }

    fn at(starts_in_hours: i64, hours: i64) -> Section {
        section(&activity(starts_in_hours, hours), NOW, CHINA)
    }

    #[test]
    fn an_activity_over_midnight_is_still_todays() {
        assert_eq!(at(-12, 3), Section::Today);
        assert_eq!(at(-12, 1), Section::Past);
    }

    #[test]
    fn days_are_those_of_the_place_not_of_utc() {
        assert_eq!(at(13, 1), Section::Today);
        assert_eq!(at(14, 1), Section::Tomorrow);
    }

    #[test]
    fn the_week_ends_on_sunday() {
        assert_eq!(at(48, 1), Section::ThisWeek);
        assert_eq!(at(72 + 13, 1), Section::ThisWeek);
        assert_eq!(at(72 + 14, 1), Section::NextWeek);
        assert_eq!(at(240 + 14, 1), Section::Later);
    }

    #[test]
    fn past_activities_come_last_and_the_latest_first() {
        let list = vec![
            activity(-48, 1),
            activity(5, 1),
            activity(-24, 1),
            activity(2, 1),
        ];
        let order: Vec<(Section, Vec<i64>)> = by_section(list, NOW, CHINA)
            .into_iter()
            .map(|(section, list)| {
                let starts = list.iter().map(|one| one.starts_at.since(NOW) / HOUR_MS);
                (section, starts.collect())
            })
            .collect();
        assert_eq!(
            order,
            [
                (Section::Today, vec![2, 5]),
                (Section::Past, vec![-24, -48])
            ]
        );
    }
}
