//! Who served where and for how long: the facts, and the office's corrections over them.

use std::collections::BTreeSet;

use chrono::{Datelike as _, NaiveDate};
use domain::{
    ActivityId, OrganizationId, PersonId, Timestamp,
    api::hours::HourLine,
    areas::{activities::Activity, attendances::presences},
    hours,
    time::{DAY_MS, MINUTE_MS, UTC_OFFSET_MINUTES},
};
use sqlx::AnyConnection;

use super::store;
use crate::{Error, Result, office::names};

/// The longest period of one list: three years and a day.
const LONGEST_DAYS: i64 = 3 * 366;

/// A period from the first day's beginning to the last day's end.
#[derive(Clone, Copy)]
pub(in crate::office) struct Span {
    pub first: NaiveDate,
    pub last: NaiveDate,
}

impl Span {
    fn new(first: NaiveDate, last: NaiveDate) -> Result<Self> {
        let days = last.signed_duration_since(first).num_days();
        if (0..=LONGEST_DAYS).contains(&days) {
            return Ok(Self { first, last });
        }
        Err(Error::invalid(
            "until",
            "结束日期应不早于开始日期，且最长三年",
            "The last day must not be before the first, and three years are the most",
        ))
    }

    /// What was asked for; without an end this year's, up to today.
    pub fn asked(
        first: Option<NaiveDate>,
        last: Option<NaiveDate>,
        now: Timestamp,
    ) -> Result<Self> {
        let last = last.or_else(|| day(now)).unwrap_or_default();
        let begin = || last.with_day(1).and_then(|day| day.with_month(1));
        Self::new(first.or_else(begin).unwrap_or(last), last)
    }

    /// The moment at which it begins, and the one at which it is over.
    pub fn moments(self) -> (Timestamp, Timestamp) {
        let start = |day: NaiveDate| {
            let local = day.and_time(chrono::NaiveTime::MIN).and_utc();
            Timestamp(local.timestamp_millis()).plus_ms(-i64::from(UTC_OFFSET_MINUTES) * MINUTE_MS)
        };
        (start(self.first), start(self.last).plus_ms(DAY_MS))
    }
}

/// An activity with its lines.
pub(in crate::office) struct Served {
    pub activity: Activity,
    pub lines: Vec<HourLine>,
}

/// All who were at an activity of the period, the latest activity first.
pub(in crate::office) async fn of_period(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    span: Span,
) -> Result<Vec<Served>> {
    let (from, until) = span.moments();
    let activities = store::activities(connection, organization, from, until).await?;
    of(connection, organization, activities).await
}

pub(super) async fn of(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    activities: Vec<Activity>,
) -> Result<Vec<Served>> {
    let ids: Vec<ActivityId> = activities.iter().map(|it| it.id).collect();
    let mut facts = store::facts(connection, organization, &ids).await?;
    let mut corrections = store::corrections(connection, organization, &ids).await?;
    let consenting = store::consenting(connection, organization).await?;
    let mut people: BTreeSet<PersonId> = facts.values().flatten().map(|it| it.person_id).collect();
    people.extend(corrections.keys().map(|(_, person)| *person));
    let people = names::people(connection, organization, &people).await?;
    let mut all = Vec::with_capacity(activities.len());
    for activity in activities {
        let facts = facts.remove(&activity.id).unwrap_or_default();
        let found = presences(&facts);
        let mut lines = Vec::with_capacity(found.len());
        for (person_id, presence) in found {
            let person = people.iter().find(|it| it.id == person_id);
            let correction = corrections.remove(&(activity.id, person_id));
            let counted = correction.as_ref().and_then(|it| it.minutes);
            lines.push(HourLine {
                activity_id: activity.id,
                activity: activity.title.clone(),
                kind: activity.kind,
                person_id,
                name: person.map(|it| it.name.clone()).unwrap_or_default(),
                department: person.and_then(|it| it.department_name.clone()),
                starts_at: activity.starts_at,
                arrived: presence.arrived,
                left: presence.left,
                recorded: presence.minutes,
                minutes: counted.unwrap_or(presence.minutes),
                correction,
                doubtful: !presence.flags.is_empty(),
                record_by: day(activity.ends_at).map(hours::record_by),
                consents: consenting.contains(&person_id),
            });
        }
        lines.sort_by(|a, b| (&a.name, a.person_id).cmp(&(&b.name, b.person_id)));
        all.push(Served { activity, lines });
    }
    Ok(all)
}

pub(super) fn day(at: Timestamp) -> Option<NaiveDate> {
    at.civil(UTC_OFFSET_MINUTES).map(|at| at.date())
}
