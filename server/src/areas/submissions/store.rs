//! SQL for submissions as operations write them: the record, its versions, its counters.
//!
//! Leaves out what the office reads and decides (files of their own beside this one).

use std::collections::BTreeMap;

use domain::{
    OpId, OrganizationId, PersonId, SubmissionId, Timestamp,
    areas::submissions::{ReviewState, Submission},
};
use sqlx::{AnyConnection, Row as _, any::AnyRow};
use uuid::Uuid;

use crate::{
    bulk,
    db::Tx,
    error::{Error, Result},
    feed,
};

/// Who made one version of a submission, and when.
#[derive(Clone, Copy, Debug)]
pub struct Version {
    pub at: Timestamp,
    pub by: PersonId,
    /// The operation that made it; `None` for the office's decisions.
    pub op_id: Option<OpId>,
}

/// Loads submissions by id; ids that aren't known are left out.
pub async fn load(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    ids: &[Uuid],
) -> Result<Vec<Submission>> {
    let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    let rows = bulk::by_ids(
        connection,
        organization,
        "select id, revision, form_id, form_version, activity_id, premises_id, author_id,
                department_id, title, state, review_note, received_at, answers, capture, conflicts
         from submissions where organization_id = $1 and id in",
        &ids,
        "",
    )
    .await?;
    rows.iter().map(decode).collect()
}

pub async fn find(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    id: SubmissionId,
) -> Result<Option<Submission>> {
    Ok(load(connection, organization, &[id.0]).await?.pop())
}

/// Writes the next revision of a submission, with its version and the counters; 412 when somebody
/// changed it since it was read. The caller publishes the row.
pub async fn put(
    tx: &mut Tx,
    organization: OrganizationId,
    submission: &Submission,
    version: Version,
) -> Result<()> {
    feed::lock(tx, organization).await?;
    let seen = submission.revision - 1;
    let before = find(tx, organization, submission.id)
        .await?
        .ok_or(Error::NotFound)?;
    update(tx, organization, submission, seen).await?;
    keep_versions(tx, organization, &[(submission, version)]).await?;
    let mut changes = BTreeMap::from([(submission.state.as_str(), 1)]);
    *changes.entry(before.state.as_str()).or_insert(0) -= 1;
    count_states(tx, organization, &changes).await
}

/// Writes new submissions.
pub async fn insert(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    submissions: &[&Submission],
) -> Result<()> {
    let mut rows = Vec::with_capacity(submissions.len());
    for submission in submissions {
        rows.push((*submission, Columns::of(submission)?));
    }
    let organization = organization.to_string();
    bulk::write(
        connection,
        "insert into submissions
             (id, organization_id, revision, form_id, form_version, activity_id, premises_id,
              author_id, department_id, title, state, review_note, occurred_at, received_at, answers, capture,
              conflicts)
         values",
        17,
        "",
        &rows,
        |query, (submission, columns)| {
            query
                .bind(submission.id.to_string())
                .bind(organization.clone())
                .bind(submission.revision)
                .bind(submission.form_id.as_str())
                .bind(submission.form_version.as_str())
                .bind(submission.activity_id.map(|id| id.to_string()))
                .bind(submission.premises_id.map(|id| id.to_string()))
                .bind(submission.author_id.to_string())
                .bind(submission.department_id.map(|id| id.to_string()))
                .bind(submission.title.as_str())
                .bind(submission.state.as_str())
                .bind(submission.review_note.as_str())
                .bind(submission.capture.occurred_at.0)
                .bind(submission.received_at.unwrap_or_default().0)
                .bind(columns.answers.as_str())
                .bind(columns.capture.as_str())
                .bind(columns.conflicts.as_str())
        },
    )
    .await
}

/// Writes a submission that was loaded at `seen`; 412 when somebody changed it since.
pub async fn update(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    submission: &Submission,
    seen: i64,
) -> Result<()> {
    let columns = Columns::of(submission)?;
    let done = sqlx::query(
        "update submissions set revision = $1, title = $2, state = $3, review_note = $4,
                occurred_at = $5, received_at = $6, answers = $7, capture = $8, conflicts = $9
         where organization_id = $10 and id = $11 and revision = $12",
    )
    .bind(submission.revision)
    .bind(submission.title.as_str())
    .bind(submission.state.as_str())
    .bind(submission.review_note.as_str())
    .bind(submission.capture.occurred_at.0)
    .bind(submission.received_at.unwrap_or_default().0)
    .bind(columns.answers)
    .bind(columns.capture)
    .bind(columns.conflicts)
    .bind(organization.to_string())
    .bind(submission.id.to_string())
    .bind(seen)
    .execute(connection)
    .await?;
    if done.rows_affected() == 1 {
        Ok(())
    } else {
        Err(Error::Stale)
    }
}

/// Keeps versions for ever; each (submission, revision) once.
pub async fn keep_versions(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    versions: &[(&Submission, Version)],
) -> Result<()> {
    let mut rows = Vec::with_capacity(versions.len());
    for (submission, version) in versions {
        rows.push((*submission, version, serde_json::to_string(submission)?));
    }
    let organization = organization.to_string();
    bulk::write(
        connection,
        "insert into submission_versions
             (submission_id, revision, organization_id, at, by_person, op_id, body)
         values",
        7,
        "",
        &rows,
        |query, (submission, version, body)| {
            query
                .bind(submission.id.to_string())
                .bind(submission.revision)
                .bind(organization.clone())
                .bind(version.at.0)
                .bind(version.by.to_string())
                .bind(version.op_id.map(|id| id.to_string()))
                .bind(body.as_str())
        },
    )
    .await
}

/// Counts anew how many photos the submissions have, and how many of them are stored.
pub async fn count_photos(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    ids: &[Uuid],
) -> Result<()> {
    for piece in bulk::pieces(ids) {
        let mut query = sqlx::query(bulk::list(
            "update submissions set
                 photos = (select cast(count(*) as bigint) from attachments
                           where subject_area = 'submissions' and subject_id = submissions.id
                             and withdrawn = 0 and blob_facts like '%\"media_type\":\"image/%'),
                 photos_stored = (select cast(count(*) as bigint) from attachments
                           where subject_area = 'submissions' and subject_id = submissions.id
                             and withdrawn = 0 and stored = 1
                             and blob_facts like '%\"media_type\":\"image/%')
             where organization_id = $1 and id in",
            2,
            piece.len(),
            "",
        ))
        .bind(organization.to_string());
        for id in piece {
            query = query.bind(id.to_string());
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Notes how many submissions more (or fewer) are in each state.
pub async fn count_states(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    changes: &BTreeMap<&'static str, i64>,
) -> Result<()> {
    let changes: Vec<(&'static str, i64)> = changes
        .iter()
        .map(|(state, change)| (*state, *change))
        .filter(|(_, change)| *change != 0)
        .collect();
    let organization = organization.to_string();
    bulk::write(
        connection,
        "insert into submission_counts (organization_id, state, n) values",
        3,
        "on conflict (organization_id, state) do update set n = submission_counts.n + excluded.n",
        &changes,
        |query, (state, change)| query.bind(organization.clone()).bind(*state).bind(*change),
    )
    .await
}

struct Columns {
    answers: String,
    capture: String,
    conflicts: String,
}

impl Columns {
    fn of(submission: &Submission) -> Result<Self> {
        Ok(Self {
            answers: serde_json::to_string(&submission.answers)?,
            capture: serde_json::to_string(&submission.capture)?,
            conflicts: serde_json::to_string(&submission.conflicts)?,
        })
    }
}

/// Reads the columns that [`load`] selects.
pub fn decode(row: &AnyRow) -> Result<Submission> {
    let state: String = row.try_get("state")?;
    Ok(Submission {
        id: row.try_get::<String, _>("id")?.parse()?,
        revision: row.try_get("revision")?,
        form_id: row.try_get("form_id")?,
        form_version: row.try_get("form_version")?,
        activity_id: optional(row.try_get("activity_id")?)?,
        premises_id: optional(row.try_get("premises_id")?)?,
        author_id: row.try_get::<String, _>("author_id")?.parse()?,
        department_id: optional(row.try_get("department_id")?)?,
        answers: serde_json::from_str(&row.try_get::<String, _>("answers")?)?,
        title: row.try_get("title")?,
        state: ReviewState::parse(&state)
            .ok_or_else(|| Error::internal(format!("unknown review state {state}")))?,
        review_note: row.try_get("review_note")?,
        capture: serde_json::from_str(&row.try_get::<String, _>("capture")?)?,
        received_at: Some(Timestamp(row.try_get("received_at")?)),
        conflicts: serde_json::from_str(&row.try_get::<String, _>("conflicts")?)?,
    })
}

fn optional<T: std::str::FromStr<Err = uuid::Error>>(id: Option<String>) -> Result<Option<T>> {
    Ok(id.map(|id| id.parse()).transpose()?)
}
