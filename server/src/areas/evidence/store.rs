//! SQL for evidence.
//!
//! Leaves out documents (`super::files`).

use std::{collections::BTreeSet, ops::RangeInclusive};

use domain::{
    ActivityId, EvidenceId, EvidenceKind, OrganizationId, StandardId, SubmissionId,
    api::evidence::PieceShow,
    areas::evidence::{Evidence, Subject, SubjectArea},
};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

pub use super::files::insert_file;
use super::{count::Lines, standing};
use crate::{Error, Result, Tx, paging::Place};

/// A statement for whole lines, of one organization (`$1`).
macro_rules! lines {
    ($rest:literal) => {
        concat!(
            "select id, standard_id, item, kind, subject_area, subject_id, year, passage, added_by,
                 added_at
             from evidence where organization_id = $1 and ",
            $rest
        )
    };
}

/// What proves some of a standard's items in some years, by item, the oldest first.
pub async fn of_years(connection: &mut AnyConnection, wanted: &Lines<'_>) -> Result<Vec<Evidence>> {
    let rows = wanted
        .select(
            connection,
            lines!("standard_id = $2 and year >= $3 and year <= $4 and item in"),
            " order by item, added_at, id",
        )
        .await?;
    rows.iter().map(decode).collect()
}

/// Lines of one item.
pub struct OfItem<'a> {
    pub standard: StandardId,
    pub item: &'a str,
    pub years: RangeInclusive<i32>,
    pub show: Option<PieceShow>,
}

/// What stands at an item, what was filed last first, behind a place in that order.
pub async fn of_item(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    wanted: &OfItem<'_>,
    after: Option<&Place<EvidenceId>>,
    limit: i64,
) -> Result<Vec<Evidence>> {
    let (at, id) = Place::bounds(after);
    sqlx::query(lines!(
        "standard_id = $2 and item = $3 and year >= $4 and year <= $5
           and ($6 = '' or $6 = 'idle' and counts = 0
                or $6 = 'doubtful' and counts = 1
                   and (dated_on is null or substr(dated_on, 1, 4) <> cast(year as text)))
           and (added_at < $7 or added_at = $7 and id < $8)
         order by added_at desc, id desc limit $9"
    ))
    .bind(organization.to_string())
    .bind(wanted.standard.to_string())
    .bind(wanted.item)
    .bind(i64::from(*wanted.years.start()))
    .bind(i64::from(*wanted.years.end()))
    .bind(wanted.show.map_or("", PieceShow::as_str))
    .bind(at)
    .bind(id)
    .bind(limit)
    .fetch_all(connection)
    .await?
    .iter()
    .map(decode)
    .collect()
}

/// Everything that proves items of a standard, whatever the year.
pub async fn of_standard(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    standard: StandardId,
) -> Result<Vec<Evidence>> {
    sqlx::query(lines!(
        "standard_id = $2
         order by item, added_at, id"
    ))
    .bind(organization.to_string())
    .bind(standard.to_string())
    .fetch_all(connection)
    .await?
    .iter()
    .map(decode)
    .collect()
}

/// The years for which there is any, the latest first.
pub async fn years(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    standard: StandardId,
) -> Result<Vec<i32>> {
    // From year to year in the index: `distinct` would read each line.
    let years: Vec<i64> = sqlx::query_scalar(
        "with recursive years (year) as (
             select max(year) from evidence where organization_id = $1 and standard_id = $2
             union all
             select (select max(year) from evidence
                     where organization_id = $1 and standard_id = $2 and year < years.year)
             from years where years.year is not null)
         select year from years where year is not null order by year desc",
    )
    .bind(organization.to_string())
    .bind(standard.to_string())
    .fetch_all(connection)
    .await?;
    Ok(years
        .into_iter()
        .filter_map(|year| i32::try_from(year).ok())
        .collect())
}

/// What a record and its photos prove, by item.
pub async fn of_record(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    standard: StandardId,
    record: SubmissionId,
) -> Result<Vec<Evidence>> {
    sqlx::query(lines!(
        "standard_id = $2
           and (subject_area = 'submissions' and subject_id = $3
                or subject_area = 'attachments' and subject_id in (
                    select id from attachments
                    where organization_id = $1 and subject_area = 'submissions'
                      and subject_id = $3))
         order by item, added_at, id"
    ))
    .bind(organization.to_string())
    .bind(standard.to_string())
    .bind(record.to_string())
    .fetch_all(connection)
    .await?
    .iter()
    .map(decode)
    .collect()
}

/// Takes out the line that says the same of the same thing.
pub async fn delete_same(tx: &mut Tx, organization: OrganizationId, line: &Evidence) -> Result<()> {
    sqlx::query(
        "delete from evidence
         where organization_id = $1 and standard_id = $2 and year = $3 and item = $4 and kind = $5
             and subject_area = $6 and subject_id = $7",
    )
    .bind(organization.to_string())
    .bind(line.standard_id.to_string())
    .bind(i64::from(line.year))
    .bind(line.item.as_str())
    .bind(line.kind.as_str())
    .bind(line.subject.area.as_str())
    .bind(line.subject.id.to_string())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The items that an activity's list of those who came is filed for.
pub async fn items_of_activity(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    standard: StandardId,
    activity: ActivityId,
) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(
        "select distinct item from evidence
         where organization_id = $1 and subject_area = 'activities' and subject_id = $2
             and standard_id = $3
         order by item",
    )
    .bind(organization.to_string())
    .bind(activity.to_string())
    .bind(standard.to_string())
    .fetch_all(connection)
    .await?)
}

pub async fn find(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    id: EvidenceId,
) -> Result<Option<Evidence>> {
    sqlx::query(lines!("id = $2"))
        .bind(organization.to_string())
        .bind(id.to_string())
        .fetch_optional(connection)
        .await?
        .as_ref()
        .map(decode)
        .transpose()
}

/// Takes a line out of the ledger.
pub async fn delete(tx: &mut Tx, organization: OrganizationId, id: EvidenceId) -> Result<()> {
    sqlx::query("delete from evidence where organization_id = $1 and id = $2")
        .bind(organization.to_string())
        .bind(id.to_string())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Writes lines of the ledger and judges them, and says how many are new: where the same thing proves
/// the same item already, nothing is written.
pub async fn insert(
    tx: &mut Tx,
    organization: OrganizationId,
    lines: &[Evidence],
) -> Result<usize> {
    let (mut new, mut things) = (0, BTreeSet::new());
    for line in lines {
        let done = sqlx::query(
            "insert into evidence
                 (id, organization_id, standard_id, item, kind, subject_area, subject_id, year,
                  passage, added_by, added_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             on conflict do nothing",
        )
        .bind(line.id.to_string())
        .bind(organization.to_string())
        .bind(line.standard_id.to_string())
        .bind(&line.item)
        .bind(line.kind.as_str())
        .bind(line.subject.area.as_str())
        .bind(line.subject.id.to_string())
        .bind(i64::from(line.year))
        .bind(&line.passage)
        .bind(line.added_by.to_string())
        .bind(line.added_at.0)
        .execute(&mut **tx)
        .await?;
        if done.rows_affected() > 0 {
            new += 1;
            things.insert(line.subject);
        }
    }
    let things: Vec<Subject> = things.into_iter().collect();
    standing::judge(tx, organization, &things).await?;
    Ok(new)
}

fn decode(row: &AnyRow) -> Result<Evidence> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let wrong = |what: &str| Error::internal(format!("evidence has an unknown {what}"));
    Ok(Evidence {
        id: text("id")?.parse().map_err(Error::internal)?,
        standard_id: text("standard_id")?.parse().map_err(Error::internal)?,
        item: text("item")?,
        kind: EvidenceKind::parse(&text("kind")?).ok_or_else(|| wrong("kind"))?,
        subject: Subject {
            area: SubjectArea::parse(&text("subject_area")?).ok_or_else(|| wrong("area"))?,
            id: text("subject_id")?.parse().map_err(Error::internal)?,
        },
        year: i32::try_from(row.try_get::<i64, _>("year")?).map_err(Error::internal)?,
        passage: text("passage")?,
        added_by: text("added_by")?.parse().map_err(Error::internal)?,
        added_at: domain::Timestamp(row.try_get("added_at")?),
    })
}
