//! The list of problems, and one of them with its records and history.

use std::collections::{BTreeSet, HashMap};

use axum::{Router, extract::State, response::Response, routing::get};
use chrono::NaiveDate;
use domain::{
    Area, FileId, OrganizationId, PersonId, RecordRef, RectificationId, SubmissionId,
    api::rectifications::{
        Act, Event, RectificationDetail, RectificationFilter, RectificationLine, RectificationShow,
    },
    areas::{
        evidence::{Subject, SubjectArea},
        rectifications::{Rectification, State as Stands},
    },
    permission::Ability,
};
use sqlx::AnyConnection;

use crate::{
    AppState, Error, Result,
    areas::{attachments, departments, evidence::files, rectifications::store, submissions, tasks},
    auth::Member,
    extract::{Json, Path, Query, revised},
    office::{names, subjects, tasks::list::titles},
};

/// Most lines of one state.
const LINES: i64 = 500;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/office/rectifications", get(list))
        .route("/api/office/rectifications/{id}", get(detail))
}

async fn list(
    State(state): State<AppState>,
    member: Member,
    Query(filter): Query<RectificationFilter>,
) -> Result<Json<Vec<RectificationLine>>> {
    member.require(Ability::EditTasks)?;
    let today = subjects::today(state.clock.now());
    let states: &[Stands] = match filter.show {
        None => &Stands::ALL,
        Some(RectificationShow::Open) => &[Stands::Open, Stands::Rectified],
        Some(RectificationShow::Overdue) => &[Stands::Open],
        Some(RectificationShow::Rectified) => &[Stands::Rectified],
        Some(RectificationShow::Closed) => &[Stands::Closed],
    };
    let organization = member.organization_id;
    let mut connection = state.db.snapshot().await?;
    let mut found = Vec::new();
    for state in states {
        found.append(&mut store::in_state(&mut connection, organization, *state, LINES).await?);
    }
    if filter.show == Some(RectificationShow::Overdue) {
        found.retain(|one| one.is_overdue(today));
    }
    lines(&mut connection, organization, found, today)
        .await
        .map(Json)
}

/// With the names of those who are to put it right.
pub(in crate::office) async fn lines(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    found: Vec<Rectification>,
    today: NaiveDate,
) -> Result<Vec<RectificationLine>> {
    let departments = departments::store::list(connection, organization).await?;
    let departments: HashMap<_, _> = departments.into_iter().map(|it| (it.id, it.name)).collect();
    let people = found
        .iter()
        .filter_map(|one| one.problem.person_id)
        .collect();
    let people = names::people(connection, organization, &people).await?;
    Ok(found
        .into_iter()
        .map(|one| RectificationLine {
            department_name: one
                .problem
                .department_id
                .and_then(|id| departments.get(&id).cloned()),
            person_name: one.problem.person_id.map(|id| names::name_of(&people, id)),
            overdue: one.is_overdue(today),
            rectification: one,
        })
        .collect())
}

async fn detail(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<RectificationId>,
) -> Result<Response> {
    member.require(Ability::EditTasks)?;
    let today = subjects::today(state.clock.now());
    let organization = member.organization_id;
    let mut connection = state.db.snapshot().await?;
    let one = store::find(&mut connection, organization, id)
        .await?
        .ok_or(Error::NotFound)?;
    let history = store::history(&mut connection, organization, id).await?;
    let people: BTreeSet<PersonId> = history.iter().map(|entry| entry.by).collect();
    let people = names::people(&mut connection, organization, &people).await?;
    let rectified_by = rectified_by(&mut connection, organization, &one, &history).await?;
    let before = subjects::lines(&mut connection, organization, &one.problem.before).await?;
    let after = subjects::lines(&mut connection, organization, &one.after).await?;
    let items = titles(&mut connection, organization, &one.problem.items).await?;
    let task_title = match one.problem.task_id {
        Some(task) => tasks::store::find(&mut connection, organization, task)
            .await?
            .map(|task| task.plan.title),
        None => None,
    };
    let revision = one.revision;
    let line = lines(&mut connection, organization, vec![one], today)
        .await?
        .pop()
        .ok_or(Error::NotFound)?;
    let history = history
        .into_iter()
        .map(|entry| Event {
            at: entry.at,
            by_name: names::name_of(&people, entry.by),
            act: entry.act,
            note: entry.note,
        })
        .collect();
    let detail = RectificationDetail {
        line,
        before,
        after,
        task_title,
        items,
        history,
        rectified_by,
    };
    Ok(revised(revision, detail))
}

/// Those who put it right: who said so last, who answers for it, and who made the records that show it.
pub(super) async fn rectified_by(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    one: &Rectification,
    history: &[store::Entry],
) -> Result<Vec<PersonId>> {
    let said = history.iter().rev().find(|it| it.act == Act::Rectified);
    let mut people: BTreeSet<PersonId> = said.map(|entry| entry.by).into_iter().collect();
    people.extend(one.problem.person_id);
    for Subject { area, id } in &one.after {
        match area {
            SubjectArea::Submissions => {
                let id = SubmissionId(*id);
                let record = submissions::store::find(connection, organization, id).await?;
                people.extend(record.map(|record| record.author_id));
                let record = RecordRef::new(Area::Submissions, id);
                let photos =
                    attachments::store::of_record(connection, organization, record).await?;
                people.extend(photos.iter().map(|photo| photo.added_by));
            }
            SubjectArea::Attachments => {
                let photos = attachments::store::load(connection, organization, &[*id]).await?;
                people.extend(photos.iter().map(|photo| photo.added_by));
            }
            SubjectArea::Files => {
                let file = files::find(connection, organization, FileId(*id)).await?;
                people.extend(file.map(|file| file.added_by));
            }
            SubjectArea::Activities => {}
        }
    }
    Ok(people.into_iter().collect())
}
