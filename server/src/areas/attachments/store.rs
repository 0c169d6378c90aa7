//! SQL for attachments: which photos belong to which record, and whether their bytes are here.

use std::collections::HashMap;

use domain::{
    Area, OrganizationId, PersonId, RecordRef, Refusal, Timestamp,
    areas::attachments::{Attachment, BlobFacts},
};
use serde::de::DeserializeOwned;
use sqlx::{AnyConnection, Row as _, any::AnyRow};
use uuid::Uuid;

use super::likenesses;
use crate::{
    bulk,
    error::{Error, Result},
};

/// Loads attachments by id; ids that aren't known are left out.
pub async fn load(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    ids: &[Uuid],
) -> Result<Vec<Attachment>> {
    let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    let rows = bulk::by_ids(
        connection,
        organization,
        "select id, revision, subject_area, subject_id, question, blob_facts, thumbnail_facts,
                source, taken_at, caption, facts, added_by, withdrawn, stored, rejected, others
         from attachments where organization_id = $1 and id in",
        &ids,
        "",
    )
    .await?;
    rows.iter().map(decode).collect()
}

/// The attachments of a record, in the order in which they were added; withdrawn ones too.
pub async fn of_record(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    subject: RecordRef,
) -> Result<Vec<Attachment>> {
    let rows = sqlx::query(
        "select id, revision, subject_area, subject_id, question, blob_facts, thumbnail_facts,
                source, taken_at, caption, facts, added_by, withdrawn, stored, rejected, others
         from attachments
         where subject_area = $1 and subject_id = $2 and organization_id = $3 order by id",
    )
    .bind(subject.area.as_str())
    .bind(subject.id.to_string())
    .bind(organization.to_string())
    .fetch_all(connection)
    .await?;
    rows.iter().map(decode).collect()
}

/// The attachments whose photo or thumbnail has these bytes.
pub async fn with_blob(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    sha256: &str,
) -> Result<Vec<Attachment>> {
    let rows = sqlx::query(
        "select id, revision, subject_area, subject_id, question, blob_facts, thumbnail_facts,
                source, taken_at, caption, facts, added_by, withdrawn, stored, rejected, others
         from attachments
         where organization_id = $1 and (blob = $2 or thumbnail = $2) order by id",
    )
    .bind(organization.to_string())
    .bind(sha256)
    .fetch_all(connection)
    .await?;
    rows.iter().map(decode).collect()
}

/// Writes new attachments.
pub async fn insert(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    attachments: &[Attachment],
) -> Result<()> {
    let mut rows = Vec::with_capacity(attachments.len());
    for attachment in attachments {
        rows.push((
            attachment,
            serde_json::to_string(&attachment.blob)?,
            serde_json::to_string(&attachment.thumbnail)?,
            bulk::word(&attachment.source)?,
            attachment
                .rejected
                .as_ref()
                .map(serde_json::to_string)
                .transpose()?,
            facts_text(attachment)?,
            // What waited for the photo may have changed it already.
            others_text(attachment)?,
        ));
    }
    let own = organization.to_string();
    bulk::write(
        connection,
        "insert into attachments
             (id, organization_id, revision, subject_area, subject_id, question, blob, blob_facts,
              thumbnail, thumbnail_facts, source, taken_at, caption, added_by, withdrawn, stored,
              rejected, facts, others)
         values",
        19,
        "",
        &rows,
        |query, (attachment, blob, thumbnail, source, rejected, facts, others)| {
            query
                .bind(attachment.id.to_string())
                .bind(own.clone())
                .bind(attachment.revision)
                .bind(attachment.subject.area.as_str())
                .bind(attachment.subject.id.to_string())
                .bind(attachment.question.as_str())
                .bind(attachment.blob.sha256.as_str())
                .bind(blob.as_str())
                .bind(attachment.thumbnail.sha256.as_str())
                .bind(thumbnail.as_str())
                .bind(source.as_str())
                .bind(attachment.taken_at.map(|at| at.0))
                .bind(attachment.caption.as_str())
                .bind(attachment.added_by.to_string())
                .bind(i64::from(attachment.withdrawn))
                .bind(i64::from(attachment.stored))
                .bind(rejected.as_deref())
                .bind(facts.as_deref())
                .bind(others.as_deref())
        },
    )
    .await?;
    let arrived = attachments.iter().filter(|it| it.stored && it.is_photo());
    let names: Vec<&str> = arrived.map(|it| it.blob.sha256.as_str()).collect();
    likenesses::ask(connection, organization, &names).await
}

/// Writes what can change of an attachment.
pub async fn update(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    attachment: &Attachment,
) -> Result<()> {
    let rejected = attachment
        .rejected
        .as_ref()
        .map(serde_json::to_string)
        .transpose()?;
    sqlx::query(
        "update attachments set revision = $1, withdrawn = $2, stored = $3, rejected = $4,
             caption = $5, facts = $6, others = $7
         where organization_id = $8 and id = $9",
    )
    .bind(attachment.revision)
    .bind(i64::from(attachment.withdrawn))
    .bind(i64::from(attachment.stored))
    .bind(rejected)
    .bind(attachment.caption.as_str())
    .bind(facts_text(attachment)?)
    .bind(others_text(attachment)?)
    .bind(organization.to_string())
    .bind(attachment.id.to_string())
    .execute(&mut *connection)
    .await?;
    if attachment.stored && attachment.is_photo() {
        likenesses::ask(connection, organization, &[&attachment.blob.sha256]).await?;
    }
    Ok(())
}

/// Which of the names are bytes that the server holds.
pub async fn stored_blobs(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    names: &[String],
) -> Result<Vec<String>> {
    let rows = bulk::select(
        connection,
        organization,
        "select sha256 from blobs where organization_id = $1 and sha256 in",
        names,
        "",
    )
    .await?;
    rows.iter().map(|row| Ok(row.try_get("sha256")?)).collect()
}

/// Which of the names are bytes that arrived and couldn't be kept as a photo, by name and the media
/// type that they were said to have, and why.
pub async fn rejected_blobs(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    names: &[String],
) -> Result<HashMap<(String, String), Refusal>> {
    let rows = bulk::select(
        connection,
        organization,
        "select sha256, media_type, refusal from rejected_blobs
         where organization_id = $1 and sha256 in",
        names,
        "",
    )
    .await?;
    let mut found = HashMap::with_capacity(rows.len());
    for row in rows {
        found.insert(
            (row.try_get("sha256")?, row.try_get("media_type")?),
            json(row.try_get("refusal")?)?,
        );
    }
    Ok(found)
}

fn facts_text(attachment: &Attachment) -> Result<Option<String>> {
    if attachment.facts.is_empty() {
        return Ok(None);
    }
    Ok(Some(serde_json::to_string(&attachment.facts)?))
}

/// Whose change of a photo's words it was, and what stood there before.
#[derive(Clone, Debug)]
pub struct Words {
    pub before: Attachment,
    /// The revision that the change made.
    pub revision: i64,
    pub at: Timestamp,
    pub by: PersonId,
}

/// Keeps what photos' words were.
pub async fn keep_words(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    words: &[Words],
) -> Result<()> {
    let own = organization.to_string();
    let mut rows = Vec::with_capacity(words.len());
    for words in words {
        rows.push((words, others_text(&words.before)?));
    }
    bulk::write(
        connection,
        "insert into photo_words
             (organization_id, attachment_id, revision, at, person_id, was_caption, was_people,
              was_others)
         values",
        8,
        "",
        &rows,
        |query, (words, others)| {
            query
                .bind(own.clone())
                .bind(words.before.id.to_string())
                .bind(words.revision)
                .bind(words.at.0)
                .bind(words.by.to_string())
                .bind(words.before.caption.as_str())
                .bind(words.before.facts.people.as_str())
                .bind(others.as_deref())
        },
    )
    .await
}

fn others_text(attachment: &Attachment) -> Result<Option<String>> {
    if attachment.others.is_empty() {
        return Ok(None);
    }
    Ok(Some(serde_json::to_string(&attachment.others)?))
}

fn decode(row: &AnyRow) -> Result<Attachment> {
    let area: String = row.try_get("subject_area")?;
    let area = Area::parse(&area).ok_or_else(|| Error::internal(format!("unknown area {area}")))?;
    let subject: Uuid = row.try_get::<String, _>("subject_id")?.parse()?;
    Ok(Attachment {
        id: row.try_get::<String, _>("id")?.parse()?,
        revision: row.try_get("revision")?,
        subject: RecordRef::new(area, subject),
        question: row.try_get("question")?,
        blob: json::<BlobFacts>(row.try_get("blob_facts")?)?,
        thumbnail: json(row.try_get("thumbnail_facts")?)?,
        source: bulk::variant(row.try_get("source")?)?,
        taken_at: row.try_get::<Option<i64>, _>("taken_at")?.map(Timestamp),
        caption: row.try_get("caption")?,
        facts: row
            .try_get::<Option<String>, _>("facts")?
            .map(json)
            .transpose()?
            .unwrap_or_default(),
        others: row
            .try_get::<Option<String>, _>("others")?
            .map(json)
            .transpose()?
            .unwrap_or_default(),
        added_by: row.try_get::<String, _>("added_by")?.parse()?,
        withdrawn: row.try_get::<i64, _>("withdrawn")? != 0,
        stored: row.try_get::<i64, _>("stored")? != 0,
        rejected: row
            .try_get::<Option<String>, _>("rejected")?
            .map(json)
            .transpose()?,
    })
}

fn json<T: DeserializeOwned>(text: String) -> Result<T> {
    Ok(serde_json::from_str(&text)?)
}
