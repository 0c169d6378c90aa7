//! How a standard's ledger stands, counted by the database from what was judged (`super::standing`).

use std::ops::RangeInclusive;

use chrono::{Datelike as _, NaiveDate};
use domain::{EvidenceKind, OrganizationId, StandardId};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use crate::{Error, Result, bulk};

/// What is filed at an item, of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    pub item: String,
    pub kind: EvidenceKind,
    /// What counts.
    pub pieces: i64,
    /// What counts, but bears another year or no day.
    pub doubtful: i64,
    /// What doesn't count.
    pub idle: i64,
}

/// Lines of a standard for some years and items.
pub struct Lines<'a> {
    pub organization: OrganizationId,
    pub standard: StandardId,
    pub years: RangeInclusive<i32>,
    pub items: Vec<&'a str>,
}

impl Lines<'_> {
    /// `head (the items) tail`, with the organization, the standard and both years bound before the items.
    pub(super) async fn select(
        &self,
        connection: &mut AnyConnection,
        head: &'static str,
        tail: &'static str,
    ) -> Result<Vec<AnyRow>> {
        if self.years.is_empty() || self.items.is_empty() {
            return Ok(Vec::new());
        }
        let mut query = sqlx::query(bulk::list(head, 5, self.items.len(), tail))
            .bind(self.organization.to_string())
            .bind(self.standard.to_string())
            .bind(i64::from(*self.years.start()))
            .bind(i64::from(*self.years.end()));
        for item in &self.items {
            query = query.bind(*item);
        }
        Ok(query.fetch_all(connection).await?)
    }
}

/// By item and kind.
pub async fn by_kind(connection: &mut AnyConnection, lines: &Lines<'_>) -> Result<Vec<Counted>> {
    let rows = lines
        .select(
            connection,
            "select item, kind, count(*) filter (where counts = 1) as pieces,
                 count(*) filter (where counts = 1
                     and (dated_on is null or substr(dated_on, 1, 4) <> cast(year as text)))
                     as doubtful,
                 count(*) as n
             from evidence
             where organization_id = $1 and standard_id = $2 and year >= $3 and year <= $4
                 and item in",
            " group by item, kind",
        )
        .await?;
    rows.iter()
        .map(|row| {
            let kind: String = row.try_get("kind")?;
            let pieces: i64 = row.try_get("pieces")?;
            Ok(Counted {
                item: row.try_get("item")?,
                kind: EvidenceKind::parse(&kind)
                    .ok_or_else(|| Error::internal(format!("unknown kind {kind}")))?,
                pieces,
                doubtful: row.try_get("doubtful")?,
                idle: row.try_get::<i64, _>("n")? - pieces,
            })
        })
        .collect()
}

/// The days of what counts, by item; photos are of occasions that stand there too.
pub async fn days(
    connection: &mut AnyConnection,
    lines: &Lines<'_>,
) -> Result<Vec<(String, NaiveDate)>> {
    let rows = lines
        .select(
            connection,
            "select distinct item, dated_on from evidence
             where organization_id = $1 and standard_id = $2 and year >= $3 and year <= $4
                 and counts = 1 and dated_on is not null and subject_area <> 'attachments' and item in",
            "",
        )
        .await?;
    rows.iter()
        .map(|row| {
            let day: String = row.try_get("dated_on")?;
            Ok((row.try_get("item")?, day.parse().map_err(Error::internal)?))
        })
        .collect()
}

/// What counts for a year by the month that it bears, and what bears no day; each thing once, for all its lines
/// bear its day.
pub async fn months(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    standard: StandardId,
    year: i32,
) -> Result<(Vec<i64>, i64)> {
    let rows = sqlx::query(
        "select substr(dated_on, 1, 7) as month, count(*) as n from
             (select distinct subject_area, subject_id, dated_on from evidence
              where organization_id = $1 and standard_id = $2 and year = $3 and counts = 1) as things
         group by 1",
    )
    .bind(organization.to_string())
    .bind(standard.to_string())
    .bind(i64::from(year))
    .fetch_all(connection)
    .await?;
    let (mut months, mut undated) = (vec![0; 12], 0);
    for row in rows {
        let count: i64 = row.try_get("n")?;
        let Some(month) = row.try_get::<Option<String>, _>("month")? else {
            undated += count;
            continue;
        };
        let first: NaiveDate = format!("{month}-01").parse().map_err(Error::internal)?;
        // What bears another year is in none of these months.
        if first.year() == year
            && let Some(there) = months.get_mut(first.month0() as usize)
        {
            *there += count;
        }
    }
    Ok((months, undated))
}
