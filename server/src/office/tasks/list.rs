//! The task list with what of it is done, one task with all of its completions, and the items of the
//! standard that no task serves.

use std::collections::{BTreeSet, HashMap};

use axum::{Router, extract::State, response::Response, routing::get};
use chrono::{Datelike as _, NaiveDate};
use domain::{
    OrganizationId, PersonId, TaskId,
    api::tasks::{
        Completion, OccurrenceLine, TaskDetail, TaskLine, TaskList, UncoveredItem, WithdrawnTask,
    },
    areas::{standards::Standard, tasks::Task},
    permission::Ability,
    tasks::{self, Round},
};
use sqlx::AnyConnection;

use crate::{
    AppState, Error, Result,
    areas::{standards, tasks::store},
    auth::Member,
    extract::{Json, Path, revised},
    office::{names, subjects},
};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/office/tasks", get(list))
        .route("/api/office/tasks/{id}", get(detail))
}

async fn list(State(state): State<AppState>, member: Member) -> Result<Json<TaskList>> {
    member.require(Ability::EditTasks)?;
    let today = subjects::today(state.clock.now());
    let organization = member.organization_id;
    let mut connection = state.db.snapshot().await?;
    let standard = standards::store::current(&mut connection, organization).await?;
    let all = store::list(&mut connection, organization).await?;
    let (active, withdrawn): (Vec<Task>, Vec<Task>) =
        all.into_iter().partition(|task| task.plan.active);
    let done = store::done(&mut connection, organization).await?;
    let tasks = lines_of(active, done, today);
    let uncovered = standard.map_or_else(Vec::new, |version| uncovered(&version.standard, &tasks));
    Ok(Json(TaskList {
        today,
        round: round(&tasks),
        tasks,
        uncovered,
        withdrawn: withdrawn
            .into_iter()
            .map(|task| WithdrawnTask {
                id: task.id,
                number: task.plan.number,
                title: task.plan.title,
            })
            .collect(),
    }))
}

/// All tasks that aren't withdrawn, by number.
pub(in crate::office) async fn lines(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    today: NaiveDate,
) -> Result<Vec<TaskLine>> {
    let done = store::done(connection, organization).await?;
    let mut tasks = store::list(connection, organization).await?;
    tasks.retain(|task| task.plan.active);
    Ok(lines_of(tasks, done, today))
}

fn lines_of(
    tasks: Vec<Task>,
    mut done: HashMap<TaskId, Vec<NaiveDate>>,
    today: NaiveDate,
) -> Vec<TaskLine> {
    let lines = tasks.into_iter().map(|task| {
        let done = done.remove(&task.id).unwrap_or_default();
        line(task, &done, today)
    });
    lines.collect()
}

fn line(task: Task, done: &[NaiveDate], today: NaiveDate) -> TaskLine {
    let occurrences: Vec<OccurrenceLine> = task
        .plan
        .schedule
        .occurrences()
        .into_iter()
        .map(|one| OccurrenceLine {
            from: one.from,
            by: one.by,
            done: done.contains(&one.by),
        })
        .collect();
    let open: Vec<tasks::Occurrence> = occurrences
        .iter()
        .filter(|one| !one.done)
        .map(|one| tasks::Occurrence {
            from: one.from,
            by: one.by,
        })
        .collect();
    TaskLine {
        standing: tasks::standing(&task.plan.schedule, &open, today),
        next: open.first().copied(),
        overdue: open.iter().filter(|one| one.by < today).count() as i64,
        occurrences,
        task,
    }
}

/// The years from the first task's to the last one's.
fn round(tasks: &[TaskLine]) -> Option<Round> {
    let schedules = || tasks.iter().map(|line| &line.task.plan.schedule);
    let first = schedules()
        .flat_map(|it| [Some(it.from), it.starts_on, it.due_on])
        .flatten()
        .min()?
        .year();
    let last = schedules().map(|it| it.until).max()?.year();
    Some(Round {
        first_year: first,
        years: (last - first + 1).max(1),
    })
}

/// The standard's items that no task serves, in its order.
pub(in crate::office) fn uncovered(standard: &Standard, tasks: &[TaskLine]) -> Vec<UncoveredItem> {
    let served: BTreeSet<&str> = tasks
        .iter()
        .flat_map(|line| line.task.plan.items.iter().map(String::as_str))
        .collect();
    standard
        .items()
        .filter(|placed| !served.contains(placed.item.code.as_str()))
        .map(|placed| UncoveredItem {
            code: placed.item.code.clone(),
            title: placed.item.title.clone(),
            points: placed.item.points,
        })
        .collect()
}

async fn detail(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<TaskId>,
) -> Result<Response> {
    member.require(Ability::EditTasks)?;
    let today = subjects::today(state.clock.now());
    let organization = member.organization_id;
    let mut connection = state.db.snapshot().await?;
    let task = store::find(&mut connection, organization, id)
        .await?
        .ok_or(Error::NotFound)?;
    let done = store::completions(&mut connection, organization, id).await?;
    let people: BTreeSet<PersonId> = done.iter().map(|one| one.by).collect();
    let people = names::people(&mut connection, organization, &people).await?;
    let mut completions = Vec::with_capacity(done.len());
    for one in &done {
        completions.push(Completion {
            occurrence: one.occurrence,
            subjects: subjects::lines(&mut connection, organization, &one.subjects).await?,
            reason: one.reason.clone(),
            by_name: names::name_of(&people, one.by),
            at: one.at,
        });
    }
    let items = titles(&mut connection, organization, &task.plan.items).await?;
    let days: Vec<NaiveDate> = done.iter().map(|one| one.occurrence).collect();
    Ok(revised(
        task.revision,
        TaskDetail {
            today,
            line: line(task, &days, today),
            items,
            completions,
        },
    ))
}

/// The items with their words in the current standard; empty where it hasn't them.
pub(in crate::office) async fn titles(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    codes: &[String],
) -> Result<Vec<(String, String)>> {
    let version = standards::store::current(connection, organization).await?;
    let known: HashMap<&str, &str> = version
        .iter()
        .flat_map(|version| version.standard.items())
        .map(|placed| (placed.item.code.as_str(), placed.item.title.as_str()))
        .collect();
    Ok(codes
        .iter()
        .map(|code| {
            let title = known.get(code.as_str()).copied().unwrap_or_default();
            (code.clone(), title.to_owned())
        })
        .collect())
}
