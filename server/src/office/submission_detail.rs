//! One submission as a reviewer sees it: with its form, photos, activity, check-in facts and history.

use std::collections::BTreeSet;

use axum::{Router, extract::State, response::Response, routing::get};
use domain::{
    OrganizationId, PersonId, RecordRef, SubmissionId, Timestamp,
    api::office::{SubmissionDetail, SubmissionVersion},
    areas::submissions::Submission,
    operation::Area,
    permission::Ability,
};
use sqlx::{AnyConnection, Row as _};

use super::{gathering, names, resemblances};
use crate::{
    AppState, Error, Result,
    areas::{activities, attachments, forms, submissions},
    auth::Member,
    extract::{Path, revised},
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/api/office/submissions/{id}", get(detail))
}

async fn detail(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<SubmissionId>,
) -> Result<Response> {
    member.require(Ability::Review)?;
    let mut connection = state.db.snapshot().await?;
    let detail = load(&mut connection, member.organization_id, id).await?;
    Ok(revised(detail.submission.revision, detail))
}

async fn load(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    id: SubmissionId,
) -> Result<SubmissionDetail> {
    let submission = submissions::store::load(connection, organization, &[id.0])
        .await?
        .pop()
        .ok_or(Error::NotFound)?;
    let unfit = || Error::internal(format!("form {} is missing", submission.form_id));
    let form = forms::store::find(
        connection,
        organization,
        &submission.form_id,
        &submission.form_version,
    )
    .await?
    .and_then(|row| row.form.read().cloned())
    .ok_or_else(unfit)?;
    let activity = match submission.activity_id {
        Some(activity) => activities::store::find(connection, organization, activity).await?,
        None => None,
    };
    let mut presence = Vec::new();
    if let Some(activity) = submission.activity_id {
        presence = gathering::attendances(connection, organization, activity).await?;
        presence.retain(|fact| fact.person_id == submission.author_id);
    }
    let subject = RecordRef::new(Area::Submissions, id);
    let attachments = attachments::store::of_record(connection, organization, subject).await?;
    let others = attachments.iter().map(|photo| &photo.others);
    let writers: BTreeSet<PersonId> = others
        .flat_map(|others| others.caption.iter().chain(&others.people))
        .filter_map(|wording| wording.by)
        .collect();
    let wrote_otherwise = names::people(connection, organization, &writers).await?;
    let seen_before = resemblances::of(connection, organization, &attachments).await?;
    let department_name = match submission.department_id {
        Some(department) => names::department(connection, organization, department).await?,
        None => None,
    };
    let ids = BTreeSet::from([submission.author_id]);
    let author = names::people(connection, organization, &ids).await?;
    Ok(SubmissionDetail {
        author_name: names::name_of(&author, submission.author_id),
        department_name,
        activity: activity.map(|stored| stored.activity),
        attachments,
        wrote_otherwise,
        seen_before,
        attendances: presence,
        versions: versions(connection, organization, id).await?,
        form,
        submission,
    })
}

async fn versions(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    id: SubmissionId,
) -> Result<Vec<SubmissionVersion>> {
    let rows = sqlx::query(
        "select at, by_person, body from submission_versions
         where organization_id = $1 and submission_id = $2 order by revision",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_all(&mut *connection)
    .await?;
    let mut read = Vec::with_capacity(rows.len());
    for row in rows {
        let by: PersonId = row.try_get::<String, _>("by_person")?.parse()?;
        let body: Submission = serde_json::from_str(&row.try_get::<String, _>("body")?)?;
        read.push((Timestamp(row.try_get("at")?), by, body));
    }
    let ids: BTreeSet<PersonId> = read.iter().map(|(_, by, _)| *by).collect();
    let people = names::people(connection, organization, &ids).await?;
    Ok(read
        .into_iter()
        .map(|(at, by, submission)| SubmissionVersion {
            revision: submission.revision,
            at,
            by_name: names::name_of(&people, by),
            state: submission.state,
            note: submission.review_note.clone(),
            submission,
        })
        .collect())
}
