//! SQL for documents.
//!
//! Leaves out their bytes (blobs).

use domain::{
    EvidenceKind, FileId, OrganizationId, Timestamp, api::files::FileFilter, areas::evidence::File,
};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use crate::{Error, Result, Tx, bulk, paging::Place};

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

/// Writes what can change of a document that was loaded at the revision before; 412 when somebody
/// changed it since.
pub async fn update_file(tx: &mut Tx, organization: OrganizationId, file: &File) -> Result<()> {
    let done = sqlx::query(
        "update files set revision = $1, title = $2, kind = $3, dated_on = $4, document_no = $5,
             department_id = $6, activity_id = $7, withdrawn = $8
         where organization_id = $9 and id = $10 and revision = $11",
    )
    .bind(file.revision)
    .bind(&file.title)
    .bind(file.kind.as_str())
    .bind(&file.dated_on)
    .bind(&file.document_no)
    .bind(file.department_id.map(|id| id.to_string()))
    .bind(file.activity_id.map(|id| id.to_string()))
    .bind(i64::from(file.withdrawn))
    .bind(organization.to_string())
    .bind(file.id.to_string())
    .bind(file.revision - 1)
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() == 1 {
        Ok(())
    } else {
        Err(Error::Stale)
    }
}

/// Loads documents by id; ids that aren't known are left out.
pub async fn load(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    ids: &[String],
) -> Result<Vec<File>> {
    bulk::by_ids(
        connection,
        organization,
        "select id, revision, sha256, bytes, media_type, file_name, title, kind, dated_on,
             document_no, department_id, activity_id, added_by, added_at, withdrawn
         from files where organization_id = $1 and id in",
        ids,
        "",
    )
    .await?
    .iter()
    .map(decode)
    .collect()
}

pub async fn find(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    id: FileId,
) -> Result<Option<File>> {
    Ok(load(connection, organization, &[id.to_string()])
        .await?
        .pop())
}

/// The documents that have these bytes.
pub async fn with_bytes(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    sha256: &[String],
) -> Result<Vec<File>> {
    bulk::select(
        connection,
        organization,
        "select id, revision, sha256, bytes, media_type, file_name, title, kind, dated_on,
             document_no, department_id, activity_id, added_by, added_at, withdrawn
         from files where organization_id = $1 and withdrawn = 0 and sha256 in",
        sha256,
        "order by id",
    )
    .await?
    .iter()
    .map(decode)
    .collect()
}

/// The documents of an activity that are in use, the oldest first.
pub async fn of_activity(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    activity: domain::ActivityId,
) -> Result<Vec<File>> {
    sqlx::query(
        "select id, revision, sha256, bytes, media_type, file_name, title, kind, dated_on,
             document_no, department_id, activity_id, added_by, added_at, withdrawn
         from files
         where activity_id = $1 and organization_id = $2 and withdrawn = 0 order by id",
    )
    .bind(activity.to_string())
    .bind(organization.to_string())
    .fetch_all(connection)
    .await?
    .iter()
    .map(decode)
    .collect()
}

/// One page of the list, newest first; `after` is the last one of the page before.
pub async fn list(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    filter: &FileFilter,
    after: Option<&Place<FileId>>,
    limit: i64,
) -> Result<Vec<File>> {
    let (at, id) = Place::bounds(after);
    let like = |text: &str| {
        let plain = |c: &char| !c.is_control() && !matches!(c, '%' | '_' | '\\');
        let plain: String = text.to_lowercase().chars().filter(plain).collect();
        format!("%{plain}%")
    };
    sqlx::query(
        "select id, revision, sha256, bytes, media_type, file_name, title, kind, dated_on,
             document_no, department_id, activity_id, added_by, added_at, withdrawn
         from files
         where organization_id = $1 and withdrawn = $2
           and (added_at < $3 or added_at = $3 and id < $4)
           and ($5 = '' or kind = $5)
           and ($6 = '' or department_id = $6)
           and ($7 = '' or activity_id = $7)
           and (lower(title) like $8 or lower(file_name) like $8 or lower(document_no) like $8)
         order by added_at desc, id desc limit $9",
    )
    .bind(organization.to_string())
    .bind(i64::from(filter.withdrawn))
    .bind(at)
    .bind(id)
    .bind(filter.kind.map_or("", EvidenceKind::as_str))
    .bind(
        filter
            .department_id
            .map_or_else(String::new, |id| id.to_string()),
    )
    .bind(
        filter
            .activity_id
            .map_or_else(String::new, |id| id.to_string()),
    )
    .bind(like(filter.q.as_deref().unwrap_or_default().trim()))
    .bind(limit)
    .fetch_all(connection)
    .await?
    .iter()
    .map(decode)
    .collect()
}

fn decode(row: &AnyRow) -> Result<File> {
    let kind: String = row.try_get("kind")?;
    let id = |column: &str| row.try_get::<Option<String>, _>(column);
    Ok(File {
        id: row.try_get::<String, _>("id")?.parse()?,
        revision: row.try_get("revision")?,
        sha256: row.try_get("sha256")?,
        bytes: row.try_get("bytes")?,
        media_type: row.try_get("media_type")?,
        file_name: row.try_get("file_name")?,
        title: row.try_get("title")?,
        kind: EvidenceKind::parse(&kind)
            .ok_or_else(|| Error::internal(format!("unknown kind of document {kind}")))?,
        dated_on: row.try_get("dated_on")?,
        document_no: row.try_get("document_no")?,
        department_id: id("department_id")?.map(|id| id.parse()).transpose()?,
        activity_id: id("activity_id")?.map(|id| id.parse()).transpose()?,
        added_by: row.try_get::<String, _>("added_by")?.parse()?,
        added_at: Timestamp(row.try_get("added_at")?),
        withdrawn: row.try_get::<i64, _>("withdrawn")? != 0,
    })
}
