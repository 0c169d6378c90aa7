//! The office's first page in one answer: coverage of the standard, tasks, problems, records that wait,
//! devices that hold what didn't arrive.
//!
//! Figures are counted, not lists read; of each list there is as much as a person looks at.

use std::collections::HashMap;

use axum::{Router, extract::State, routing::get};
use chrono::{Datelike as _, NaiveDate};
use domain::{
    Decimal, DepartmentId, OrganizationId, Timestamp,
    api::{
        dashboard::{
            CoverageSummary, Dashboard, DueTask, EmptyItem, PressingProblem, ProjectCoverage,
            RectificationSummary, TaskSummary, Unsent, WaitingRecord,
        },
        tasks::TaskLine,
    },
    areas::rectifications::State as Stands,
    coverage::Progress,
    permission::Ability,
    tasks::{Occurrence, Standing},
};
use sqlx::{AnyConnection, Row as _};

use crate::{
    AppState, Result,
    areas::{
        departments, rectifications,
        standards::{self, store::Version},
        submissions,
    },
    auth::Member,
    extract::Json,
    office::{evidence::ledger::Filed, self_assessment, subjects, tasks::list},
};

/// How far ahead is looked, in days and in weeks.
const AHEAD_DAYS: i64 = 30;
const AHEAD_WEEKS: usize = 9;
/// Lines of each list.
const LINES: usize = 8;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/api/office/dashboard", get(dashboard))
}

async fn dashboard(State(state): State<AppState>, member: Member) -> Result<Json<Dashboard>> {
    member.require(Ability::EditTasks)?;
    let organization = member.organization_id;
    let today = subjects::today(state.clock.now());
    let mut connection = state.db.snapshot().await?;
    let departments = departments::store::list(&mut connection, organization).await?;
    let departments: HashMap<DepartmentId, String> =
        departments.into_iter().map(|it| (it.id, it.name)).collect();
    let version = standards::store::current(&mut connection, organization).await?;
    let lines = list::lines(&mut connection, organization, today).await?;
    let uncovered = version
        .as_ref()
        .map_or(0, |it| list::uncovered(&it.standard, &lines).len());
    let coverage = match &version {
        Some(version) => {
            // What counts is judged as the ledger judges it.
            let year = today.year();
            let filed = Filed::load(&mut connection, organization, version, year, None).await?;
            let total = self_assessment::standing(&mut connection, organization, year).await?;
            Some(CoverageSummary {
                self_assessed: total,
                ..coverage(version, &filed, year)
            })
        }
        None => None,
    };
    Ok(Json(Dashboard {
        today,
        coverage,
        tasks: tasks(&lines, uncovered as i64, &departments, today),
        rectifications: problems(&mut connection, organization, &departments, today).await?,
        counts: submissions::counts(&mut connection, organization).await?,
        waiting: waiting(&mut connection, organization).await?,
        unsent: unsent(&mut connection, organization).await?,
    }))
}

fn coverage(version: &Version, filed: &Filed, year: i32) -> CoverageSummary {
    let standard = &version.standard;
    let mut empty: Vec<EmptyItem> = Vec::new();
    let mut projects = Vec::with_capacity(standard.projects.len());
    for project in &standard.projects {
        let mut sum = ProjectCoverage {
            code: project.code.clone(),
            title: project.title.clone(),
            complete: Decimal::default(),
            partly: Decimal::default(),
            empty: Decimal::default(),
            items: [0; 3],
        };
        for item in project.contents.iter().flat_map(|content| &content.items) {
            let (at, points) = match filed.of(item).progress {
                Progress::Complete => (0, &mut sum.complete),
                Progress::Some => (1, &mut sum.partly),
                Progress::Nothing => (2, &mut sum.empty),
            };
            *points = *points + item.points;
            sum.items[at] += 1;
            if at == 2 {
                empty.push(EmptyItem {
                    code: item.code.clone(),
                    title: item.title.clone(),
                    points: item.points,
                });
            }
        }
        projects.push(sum);
    }
    empty.sort_by_key(|item| std::cmp::Reverse(item.points));
    empty.truncate(LINES);
    CoverageSummary {
        standard_id: version.line.id,
        title: standard.title.clone(),
        year,
        projects,
        empty,
        self_assessed: None,
    }
}

fn tasks(
    lines: &[TaskLine],
    uncovered: i64,
    departments: &HashMap<DepartmentId, String>,
    today: NaiveDate,
) -> TaskSummary {
    let standings = Standing::ALL.map(|standing| {
        let there = lines.iter().filter(|line| line.standing == standing);
        (standing, there.count() as i64)
    });
    let mut weeks = vec![0; AHEAD_WEEKS];
    let mut due: Vec<DueTask> = Vec::new();
    for line in lines {
        // What repeats and is overdue is one thing to do, however often it was missed.
        let mut overdue = false;
        for one in line.occurrences.iter().filter(|one| !one.done) {
            let days = (one.by - today).num_days();
            if let Some(week) = usize::try_from(days)
                .ok()
                .and_then(|it| weeks.get_mut(it / 7))
            {
                *week += 1;
            }
            if days > AHEAD_DAYS || (days < 0 && overdue) {
                continue;
            }
            overdue |= days < 0;
            let occurrence = Occurrence {
                from: one.from,
                by: one.by,
            };
            due.push(DueTask {
                id: line.task.id,
                title: line.task.plan.title.clone(),
                occurrence,
                department_name: line
                    .task
                    .plan
                    .department_id
                    .and_then(|id| departments.get(&id).cloned()),
                standing: occurrence.standing(today),
            });
        }
    }
    due.sort_by_key(|one| one.occurrence.by);
    let due_count = due.len() as i64;
    due.truncate(LINES);
    TaskSummary {
        all: lines.len() as i64,
        standings: standings.to_vec(),
        weeks,
        due,
        due_count,
        uncovered,
    }
}

async fn problems(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    departments: &HashMap<DepartmentId, String>,
    today: NaiveDate,
) -> Result<RectificationSummary> {
    use rectifications::store;
    let (open, overdue) = store::count(connection, organization, Stands::Open, today).await?;
    let (rectified, _) = store::count(connection, organization, Stands::Rectified, today).await?;
    let (closed, _) = store::count(connection, organization, Stands::Closed, today).await?;
    let pressing = store::in_state(connection, organization, Stands::Open, LINES as i64).await?;
    Ok(RectificationSummary {
        open,
        overdue,
        rectified,
        closed,
        pressing: pressing
            .into_iter()
            .map(|one| PressingProblem {
                id: one.id,
                department_name: one
                    .problem
                    .department_id
                    .and_then(|id| departments.get(&id).cloned()),
                due_on: one.problem.due_on,
                problem: one.problem.problem,
            })
            .collect(),
    })
}

/// The records that wait for longest.
async fn waiting(
    connection: &mut AnyConnection,
    organization: OrganizationId,
) -> Result<Vec<WaitingRecord>> {
    let rows = sqlx::query(
        "select id, title, received_at from submissions
         where organization_id = $1 and state = 'submitted'
         order by received_at, id limit 4",
    )
    .bind(organization.to_string())
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(WaitingRecord {
                id: row.try_get::<String, _>("id")?.parse()?,
                title: row.try_get("title")?,
                received_at: Timestamp(row.try_get("received_at")?),
            })
        })
        .collect()
}

async fn unsent(connection: &mut AnyConnection, organization: OrganizationId) -> Result<Unsent> {
    let row = sqlx::query(
        "select cast(count(*) as bigint) as devices,
             cast(coalesce(sum(outbox), 0) as bigint) as records,
             cast(coalesce(sum(blobs), 0) as bigint) as photos, min(oldest) as oldest
         from devices
         where organization_id = $1 and revoked_at is null and outbox + blobs > 0",
    )
    .bind(organization.to_string())
    .fetch_one(&mut *connection)
    .await?;
    let emptied = sqlx::query(
        "select cast(count(*) as bigint) as n from devices
         where organization_id = $1 and revoked_at is null and emptied_at is not null",
    )
    .bind(organization.to_string())
    .fetch_one(connection)
    .await?;
    Ok(Unsent {
        devices: row.try_get("devices")?,
        records: row.try_get("records")?,
        photos: row.try_get("photos")?,
        oldest: row.try_get::<Option<i64>, _>("oldest")?.map(Timestamp),
        emptied: emptied.try_get("n")?,
    })
}
