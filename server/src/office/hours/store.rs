//! SQL for service hours: who came to the activities of a period, corrections, consent, rounding.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::{
    ActivityId, OrganizationId, PersonId, Timestamp,
    api::hours::{Correction, MyCorrection},
    areas::{activities::Activity, attendances::Attendance},
    hours::Rounding,
};
use sqlx::{AnyConnection, Row as _};
use uuid::Uuid;

use crate::{
    Result, Tx,
    areas::{activities, attendances},
    bulk,
};

/// The activities that begin in a period, the latest first.
pub(super) async fn activities(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<Activity>> {
    let rows = sqlx::query(
        "select id from activities
         where organization_id = $1 and starts_at >= $2 and starts_at < $3
             and state <> 'cancelled'",
    )
    .bind(organization.to_string())
    .bind(from.0)
    .bind(until.0)
    .fetch_all(&mut *connection)
    .await?;
    let mut ids: Vec<ActivityId> = Vec::with_capacity(rows.len());
    for row in rows {
        ids.push(row.try_get::<String, _>("id")?.parse()?);
    }
    let found = activities::store::load(connection, organization, &ids).await?;
    let mut found: Vec<Activity> = found.into_iter().map(|it| it.activity).collect();
    found.sort_by_key(|it| (std::cmp::Reverse(it.starts_at), it.id));
    Ok(found)
}

/// All facts of these activities.
pub(super) async fn facts(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    activities: &[ActivityId],
) -> Result<HashMap<ActivityId, Vec<Attendance>>> {
    let names: Vec<String> = activities.iter().map(ToString::to_string).collect();
    let rows = bulk::by_ids(
        connection,
        organization,
        "select id from attendances where organization_id = $1 and activity_id in",
        &names,
        "",
    )
    .await?;
    let mut ids: Vec<Uuid> = Vec::with_capacity(rows.len());
    for row in rows {
        ids.push(row.try_get::<String, _>("id")?.parse()?);
    }
    let mut found: HashMap<ActivityId, Vec<Attendance>> = HashMap::new();
    for fact in attendances::store::load(connection, organization, &ids).await? {
        found.entry(fact.activity_id).or_default().push(fact);
    }
    Ok(found)
}

/// The correction that counts, of each person at each of these activities.
pub(super) async fn corrections(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    activities: &[ActivityId],
) -> Result<BTreeMap<(ActivityId, PersonId), Correction>> {
    let names: Vec<String> = activities.iter().map(ToString::to_string).collect();
    let rows = bulk::select(
        connection,
        organization,
        "select c.id, c.activity_id, c.person_id, c.minutes, c.reason, c.at, p.name
         from hour_corrections c join people p on p.id = c.corrected_by
         where c.organization_id = $1 and c.activity_id in",
        &names,
        "order by c.at, c.id",
    )
    .await?;
    let mut found = BTreeMap::new();
    for row in rows {
        let key = (
            row.try_get::<String, _>("activity_id")?.parse()?,
            row.try_get::<String, _>("person_id")?.parse()?,
        );
        let correction = Correction {
            minutes: row.try_get("minutes")?,
            reason: row.try_get("reason")?,
            by: row.try_get("name")?,
            at: Timestamp(row.try_get("at")?),
        };
        // The rows of one activity come in one piece, in the order of their time.
        found.insert(key, correction);
    }
    Ok(found)
}

/// What counts for one person instead of what was recorded.
pub(super) async fn of_person(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    person: PersonId,
) -> Result<Vec<MyCorrection>> {
    let rows = sqlx::query(
        "select activity_id, minutes, reason from hour_corrections
         where organization_id = $1 and person_id = $2 order by at, id",
    )
    .bind(organization.to_string())
    .bind(person.to_string())
    .fetch_all(connection)
    .await?;
    let mut found: BTreeMap<ActivityId, MyCorrection> = BTreeMap::new();
    for row in rows {
        let activity_id = row.try_get::<String, _>("activity_id")?.parse()?;
        match row.try_get::<Option<i64>, _>("minutes")? {
            None => {
                found.remove(&activity_id);
            }
            Some(minutes) => {
                let reason = row.try_get("reason")?;
                let own = MyCorrection {
                    activity_id,
                    minutes,
                    reason,
                };
                found.insert(activity_id, own);
            }
        }
    }
    Ok(found.into_values().collect())
}

/// A correction to write.
pub(super) struct New<'a> {
    pub id: Uuid,
    pub activity: ActivityId,
    pub person: PersonId,
    pub minutes: Option<i64>,
    pub was: i64,
    pub reason: &'a str,
    pub by: PersonId,
    pub at: Timestamp,
}

pub(super) async fn correct(
    tx: &mut Tx,
    organization: OrganizationId,
    new: &New<'_>,
) -> Result<()> {
    sqlx::query(
        "insert into hour_corrections
             (id, organization_id, activity_id, person_id, minutes, was, reason, corrected_by, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(new.id.to_string())
    .bind(organization.to_string())
    .bind(new.activity.to_string())
    .bind(new.person.to_string())
    .bind(new.minutes)
    .bind(new.was)
    .bind(new.reason)
    .bind(new.by.to_string())
    .bind(new.at.0)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub(in crate::office) async fn rounding(
    connection: &mut AnyConnection,
    organization: OrganizationId,
) -> Result<Rounding> {
    let word: Option<String> =
        sqlx::query_scalar("select rounding from hour_settings where organization_id = $1")
            .bind(organization.to_string())
            .fetch_optional(connection)
            .await?;
    Ok(word
        .and_then(|word| Rounding::parse(&word))
        .unwrap_or_default())
}

pub(super) async fn set_rounding(
    tx: &mut Tx,
    organization: OrganizationId,
    rounding: Rounding,
) -> Result<()> {
    sqlx::query(
        "insert into hour_settings (organization_id, rounding) values ($1, $2)
         on conflict (organization_id) do update set rounding = excluded.rounding",
    )
    .bind(organization.to_string())
    .bind(rounding.as_str())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Those who agreed that their service is made public.
pub(super) async fn consenting(
    connection: &mut AnyConnection,
    organization: OrganizationId,
) -> Result<HashSet<PersonId>> {
    let ids: Vec<String> = sqlx::query_scalar(
        "select person_id from hour_consents where organization_id = $1 and consents = 1",
    )
    .bind(organization.to_string())
    .fetch_all(connection)
    .await?;
    let mut found = HashSet::with_capacity(ids.len());
    for id in ids {
        found.insert(id.parse()?);
    }
    Ok(found)
}

pub(super) async fn set_consent(
    tx: &mut Tx,
    organization: OrganizationId,
    person: PersonId,
    consents: bool,
    by: PersonId,
    at: Timestamp,
) -> Result<()> {
    sqlx::query(
        "insert into hour_consents (organization_id, person_id, consents, noted_by, at)
         values ($1, $2, $3, $4, $5)
         on conflict (organization_id, person_id) do update set
             consents = excluded.consents, noted_by = excluded.noted_by, at = excluded.at",
    )
    .bind(organization.to_string())
    .bind(person.to_string())
    .bind(i64::from(consents))
    .bind(by.to_string())
    .bind(at.0)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Mobile numbers of these people, whole; the caller hides their middle.
pub(super) async fn mobiles(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    people: &[PersonId],
) -> Result<HashMap<PersonId, String>> {
    let names: Vec<String> = people.iter().map(ToString::to_string).collect();
    let rows = bulk::by_ids(
        connection,
        organization,
        "select id, mobile from people
         where organization_id = $1 and mobile is not null and id in",
        &names,
        "",
    )
    .await?;
    let mut found = HashMap::with_capacity(rows.len());
    for row in rows {
        let id = row.try_get::<String, _>("id")?.parse()?;
        found.insert(id, row.try_get("mobile")?);
    }
    Ok(found)
}
