//! Whether the lines of the ledger count, noted beside them: a year's ledger is then counted without
//! reading what its lines name.
//!
//! A line is judged when it is written, and again when what it names changes: records, photos and
//! activities when they are published ([`changed`]), documents by whoever writes them. What counts and
//! when it was is [`material`]'s to say.

use std::collections::BTreeMap;

use domain::{
    Area, OrganizationId, RecordRef,
    areas::evidence::{Subject, SubjectArea},
};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use super::material::{self, Material};
use crate::{Result, Tx, bulk, db::Db};

/// Lines from before a judgment was noted, so many things at a time.
const AT_ONCE: i64 = 2_000;

/// Judges what is filed of these records, and the photos of records.
pub async fn changed(
    tx: &mut Tx,
    organization: OrganizationId,
    records: impl Iterator<Item = RecordRef>,
) -> Result<()> {
    let mut of: BTreeMap<SubjectArea, Vec<String>> = BTreeMap::new();
    for record in records {
        let area = match record.area {
            Area::Submissions => SubjectArea::Submissions,
            Area::Attachments => SubjectArea::Attachments,
            Area::Activities => SubjectArea::Activities,
            _ => continue,
        };
        of.entry(area).or_default().push(record.id.to_string());
    }
    let mut filed = Vec::new();
    for (area, ids) in &of {
        let statement = match area {
            SubjectArea::Submissions => FILED_RECORDS,
            SubjectArea::Attachments => FILED_PHOTOS,
            SubjectArea::Activities => FILED_ACTIVITIES,
            SubjectArea::Files => continue,
        };
        let rows = bulk::select(tx, organization, statement, ids, "").await?;
        filed.extend(subjects(*area, &rows)?);
        if *area == SubjectArea::Submissions {
            let photos = SubjectArea::Attachments;
            let rows = bulk::by_ids(tx, organization, FILED_PHOTOS_OF, ids, "").await?;
            filed.extend(subjects(photos, &rows)?);
        }
    }
    judge(tx, organization, &filed).await
}

const FILED_RECORDS: &str = "select distinct subject_id from evidence
     where organization_id = $1 and subject_area = 'submissions' and subject_id in";
const FILED_PHOTOS: &str = "select distinct subject_id from evidence
     where organization_id = $1 and subject_area = 'attachments' and subject_id in";
const FILED_ACTIVITIES: &str = "select distinct subject_id from evidence
     where organization_id = $1 and subject_area = 'activities' and subject_id in";
const FILED_PHOTOS_OF: &str = "select distinct e.subject_id
     from attachments a
     join evidence e on e.organization_id = a.organization_id and e.subject_area = 'attachments'
         and e.subject_id = a.id
     where a.organization_id = $1 and a.subject_area = 'submissions' and a.subject_id in";

fn subjects(area: SubjectArea, rows: &[AnyRow]) -> Result<Vec<Subject>> {
    rows.iter()
        .map(|row| {
            let id = row.try_get::<String, _>("subject_id")?.parse()?;
            Ok(Subject { area, id })
        })
        .collect()
}

/// Notes of things how they stand, at each line that names them.
pub async fn judge(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    things: &[Subject],
) -> Result<()> {
    if things.is_empty() {
        return Ok(());
    }
    let known = material::load(connection, organization, things.iter().copied()).await?;
    let own = organization.to_string();
    let judged: Vec<(Subject, Material)> = things
        .iter()
        .map(|thing| (*thing, known.get(*thing)))
        .collect();
    bulk::write(
        connection,
        "update evidence set counts = v.column1, dated_on = v.column2 from (values",
        5,
        ") as v
         where evidence.organization_id = v.column3 and evidence.subject_area = v.column4
             and evidence.subject_id = v.column5",
        &judged,
        |query, (thing, material)| {
            query
                .bind(i64::from(material.excluded.is_none()))
                .bind(material.date.map(|date| date.to_string()))
                .bind(own.clone())
                .bind(thing.area.as_str())
                .bind(thing.id.to_string())
        },
    )
    .await
}

/// Judges all lines that weren't, and says how many things that were.
pub async fn fill(db: &Db) -> Result<usize> {
    let mut filled = 0;
    loop {
        let first: Option<String> =
            sqlx::query_scalar("select organization_id from evidence where counts is null limit 1")
                .fetch_optional(db.read())
                .await?;
        let Some(organization) = first else {
            return Ok(filled);
        };
        let organization: OrganizationId = organization.parse()?;
        let mut tx = db.begin_for(organization).await?;
        let rows = sqlx::query(
            "select distinct subject_area, subject_id from evidence
             where organization_id = $1 and counts is null limit $2",
        )
        .bind(organization.to_string())
        .bind(AT_ONCE)
        .fetch_all(&mut *tx)
        .await?;
        let mut things = Vec::with_capacity(rows.len());
        for row in &rows {
            things.push(Subject {
                area: bulk::variant(row.try_get("subject_area")?)?,
                id: row.try_get::<String, _>("subject_id")?.parse()?,
            });
        }
        judge(&mut tx, organization, &things).await?;
        tx.commit().await?;
        filled += things.len();
    }
}
