//! The sample organization: what `cargo xtask serve` shows the first time. Invented from end to end.
//!
//! Made from `templates/` through the same stores and the same change feed as everything else, and
//! only into an empty database: nothing is ever made up beside real data.

mod activities;
mod csv;
mod evidence;
mod people;
mod premises;
mod records;
mod scenes;
mod tasks;

use domain::{OrganizationId, PersonId, Row, Timestamp, time::UTC_OFFSET_MINUTES};
use sqlx::Row as _;

use crate::{
    AppState, Clock, Error, Result, Tx, areas::standards::store as standards, feed, ids,
    organizations,
};

/// Whom to hand a log-in link to, one of each role.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    pub organization: OrganizationId,
    pub volunteer: PersonId,
    pub recorder: PersonId,
    pub reviewer: PersonId,
    pub administrator: PersonId,
}

/// Fills an empty database; `None`, and nothing is touched, when there is any organization.
pub async fn fill(state: &AppState) -> Result<Option<Sample>> {
    let mut tx = state.db.begin().await?;
    let row = sqlx::query("select cast(count(*) as bigint) as n from organizations")
        .fetch_one(&mut *tx)
        .await?;
    if row.try_get::<i64, _>("n")? > 0 {
        return Ok(None);
    }
    let now = state.clock.now();
    let (organization, mut rows) =
        organizations::found(&mut tx, &state.clock, "示例市卫生健康行政执法队").await?;
    let members = people::fill(&mut tx, &state.clock, organization, &mut rows).await?;
    rows.push(fill_standard(&mut tx, &state.clock, organization).await?);
    let devices = people::devices(&mut tx, &state.clock, organization, &members).await?;
    let made = activities::fill(
        &mut tx,
        &state.clock,
        organization,
        &members,
        &devices,
        &mut rows,
    )
    .await?;
    records::fill(state, &mut tx, organization, &members, &made, &mut rows).await?;
    premises::fill(state, &mut tx, organization, &members, &mut rows).await?;
    tasks::fill(state, &mut tx, organization, &members, &mut rows).await?;
    evidence::fill(state, &mut tx, organization, &members, &rows).await?;
    feed::publish(&mut tx, organization, &rows).await?;
    tx.commit().await?;
    tracing::info!(
        people = members.count(),
        rows = rows.len(),
        at = now.0,
        "made the sample"
    );
    let [volunteer, recorder, reviewer, administrator] = people::LONGEST;
    Ok(Some(Sample {
        organization,
        volunteer: members.get(volunteer)?.id,
        recorder: members.get(recorder)?.id,
        reviewer: members.get(reviewer)?.id,
        administrator: members.get(administrator)?.id,
    }))
}

/// The standard, which phones are told of.
async fn fill_standard(tx: &mut Tx, clock: &Clock, organization: OrganizationId) -> Result<Row> {
    let standard = serde_json::from_str(include_str!("../../../templates/standard.json"))?;
    let now = clock.now();
    let wanted =
        standards::insert_current(tx, organization, ids::new(clock), &standard, now).await?;
    Ok(Row::Standards(Box::new(wanted)))
}

/// The moment of `time` (`08:30`) so many days from today, in China.
fn moment(now: Timestamp, day: i64, time: &str) -> Result<Timestamp> {
    let wrong = || Error::internal(format!("{time} is no time of day"));
    let time = chrono::NaiveTime::parse_from_str(time, "%H:%M").map_err(Error::internal)?;
    let today = now.civil(UTC_OFFSET_MINUTES).ok_or_else(wrong)?.date();
    let local = today.and_time(time).and_utc().timestamp_millis();
    Ok(Timestamp(local)
        .plus_days(day)
        .plus_minutes(-i64::from(UTC_OFFSET_MINUTES)))
}

/// A row of the sample that names something which the sample doesn't have.
fn unknown(what: &str, name: &str) -> Error {
    Error::internal(format!("the sample has no {what} {name}"))
}

/// What the parts of the sample add to the change feed.
type Rows = Vec<Row>;
