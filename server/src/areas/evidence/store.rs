//! SQL for evidence and files.

use domain::{
    EvidenceKind, OrganizationId, StandardId,
    areas::evidence::{Evidence, File, Subject, SubjectArea},
};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use crate::{Error, Result, Tx};

/// Everything that proves items of a standard in one year, by item, the oldest first.
pub async fn of_year(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    standard: StandardId,
    year: i32,
) -> Result<Vec<Evidence>> {
    sqlx::query(
        "select id, standard_id, item, kind, subject_area, subject_id, year, passage, added_by,
             added_at
         from evidence
         where organization_id = $1 and standard_id = $2 and year = $3
         order by item, added_at, id",
    )
    .bind(organization.to_string())
    .bind(standard.to_string())
    .bind(i64::from(year))
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
    sqlx::query(
        "select id, standard_id, item, kind, subject_area, subject_id, year, passage, added_by,
             added_at
         from evidence where organization_id = $1 and standard_id = $2
         order by item, added_at, id",
    )
    .bind(organization.to_string())
    .bind(standard.to_string())
    .fetch_all(connection)
    .await?
    .iter()
    .map(decode)
    .collect()
}

/// Writes a line of the ledger; `false` when the same thing proves the same item already.
pub async fn insert(
    tx: &mut Tx,
    organization: OrganizationId,
    evidence: &Evidence,
) -> Result<bool> {
    let written = sqlx::query(
        "insert into evidence
             (id, organization_id, standard_id, item, kind, subject_area, subject_id, year, passage,
              added_by, added_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict do nothing",
    )
    .bind(evidence.id.to_string())
    .bind(organization.to_string())
    .bind(evidence.standard_id.to_string())
    .bind(&evidence.item)
    .bind(evidence.kind.as_str())
    .bind(evidence.subject.area.as_str())
    .bind(evidence.subject.id.to_string())
    .bind(i64::from(evidence.year))
    .bind(&evidence.passage)
    .bind(evidence.added_by.to_string())
    .bind(evidence.added_at.0)
    .execute(&mut **tx)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Writes a new document.
pub async fn insert_file(tx: &mut Tx, organization: OrganizationId, file: &File) -> Result<()> {
    sqlx::query(
        "insert into files
             (id, organization_id, revision, sha256, bytes, media_type, file_name, title, kind,
              dated_on, document_no, department_id, activity_id, added_by, added_at, withdrawn)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
    )
    .bind(file.id.to_string())
    .bind(organization.to_string())
    .bind(file.revision)
    .bind(&file.sha256)
    .bind(file.bytes)
    .bind(&file.media_type)
    .bind(&file.file_name)
    .bind(&file.title)
    .bind(file.kind.as_str())
    .bind(&file.dated_on)
    .bind(&file.document_no)
    .bind(file.department_id.map(|id| id.to_string()))
    .bind(file.activity_id.map(|id| id.to_string()))
    .bind(file.added_by.to_string())
    .bind(file.added_at.0)
    .bind(i64::from(file.withdrawn))
    .execute(&mut **tx)
    .await?;
    Ok(())
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
