//! SQL for packs: many rows of several areas at once.

use std::collections::BTreeMap;

use domain::{
    EvidenceKind, OpId, OrganizationId, SubmissionId, Timestamp,
    areas::{attachments::Attachment, evidence::File},
};
use sqlx::{AnyConnection, Row as _, any::AnyRow};
use uuid::Uuid;

use crate::{Error, Result, areas::attachments, bulk};

/// The attachments of these records, in the order in which they were added; withdrawn ones too.
pub(super) async fn photos_of(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    records: &[Uuid],
) -> Result<Vec<Attachment>> {
    let names: Vec<String> = records.iter().map(Uuid::to_string).collect();
    let rows = bulk::by_ids(
        connection,
        organization,
        "select id from attachments
         where organization_id = $1 and subject_area = 'submissions' and subject_id in",
        &names,
        "",
    )
    .await?;
    let mut ids = Vec::with_capacity(rows.len());
    for row in rows {
        ids.push(row.try_get::<String, _>("id")?.parse()?);
    }
    let mut found = attachments::store::load(connection, organization, &ids).await?;
    found.sort_by_key(|it| it.id);
    Ok(found)
}

/// Documents by id; ids that aren't known are left out.
pub(super) async fn files(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    ids: &[Uuid],
) -> Result<Vec<File>> {
    let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    let rows = bulk::by_ids(
        connection,
        organization,
        "select id, revision, sha256, bytes, media_type, file_name, title, kind, dated_on,
             document_no, department_id, activity_id, added_by, added_at, withdrawn
         from files where organization_id = $1 and id in",
        &ids,
        "",
    )
    .await?;
    rows.iter().map(decode_file).collect()
}

fn decode_file(row: &AnyRow) -> Result<File> {
    let kind: String = row.try_get("kind")?;
    Ok(File {
        id: row.try_get::<String, _>("id")?.parse()?,
        revision: row.try_get("revision")?,
        sha256: row.try_get("sha256")?,
        bytes: row.try_get("bytes")?,
        media_type: row.try_get("media_type")?,
        file_name: row.try_get("file_name")?,
        title: row.try_get("title")?,
        kind: EvidenceKind::parse(&kind)
            .ok_or_else(|| Error::internal("a file has an unknown kind"))?,
        dated_on: row.try_get("dated_on")?,
        document_no: row.try_get("document_no")?,
        department_id: row
            .try_get::<Option<String>, _>("department_id")?
            .map(|id| id.parse())
            .transpose()?,
        activity_id: row
            .try_get::<Option<String>, _>("activity_id")?
            .map(|id| id.parse())
            .transpose()?,
        added_by: row.try_get::<String, _>("added_by")?.parse()?,
        added_at: Timestamp(row.try_get("added_at")?),
        withdrawn: row.try_get::<i64, _>("withdrawn")? != 0,
    })
}

pub(super) async fn departments(
    connection: &mut AnyConnection,
    organization: OrganizationId,
) -> Result<BTreeMap<String, String>> {
    let rows = sqlx::query("select id, name from departments where organization_id = $1")
        .bind(organization.to_string())
        .fetch_all(connection)
        .await?;
    let mut names = BTreeMap::new();
    for row in rows {
        names.insert(row.try_get("id")?, row.try_get("name")?);
    }
    Ok(names)
}

/// One operation that made a version of a record, as the server received it.
pub(super) struct Arrival {
    pub record: SubmissionId,
    pub op_id: OpId,
    pub payload_hash: String,
    pub verdict: String,
    pub received_at: Timestamp,
}

/// The operations behind these records' versions, by record and version.
pub(super) async fn operations(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    records: &[Uuid],
) -> Result<Vec<Arrival>> {
    let names: Vec<String> = records.iter().map(Uuid::to_string).collect();
    let rows = bulk::by_ids(
        connection,
        organization,
        "select v.submission_id, v.revision, i.op_id, i.payload_hash, i.verdict, i.received_at
         from submission_versions v
             join inbox i on i.organization_id = v.organization_id and i.op_id = v.op_id
         where v.organization_id = $1 and v.submission_id in",
        &names,
        "",
    )
    .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let revision: i64 = row.try_get("revision")?;
        found.push((
            revision,
            Arrival {
                record: row.try_get::<String, _>("submission_id")?.parse()?,
                op_id: row.try_get::<String, _>("op_id")?.parse()?,
                payload_hash: row.try_get("payload_hash")?,
                verdict: row.try_get("verdict")?,
                received_at: Timestamp(row.try_get("received_at")?),
            },
        ));
    }
    found.sort_by_key(|(revision, it)| (it.record, *revision));
    Ok(found.into_iter().map(|(_, it)| it).collect())
}
