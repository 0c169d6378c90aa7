//! SQL for tasks and their completions.

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::{
    OrganizationId, PersonId, TaskId, Timestamp,
    areas::{
        evidence::Subject,
        tasks::{Card, Plan, Task},
    },
};
use sqlx::{AnyConnection, Row as _, any::AnyRow};
use uuid::Uuid;

use crate::{Error, Result, Tx, bulk};

/// Loads tasks by id; ids that aren't known here are left out.
pub async fn load(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    ids: &[Uuid],
) -> Result<Vec<Task>> {
    let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    bulk::by_ids(
        connection,
        organization,
        "select id, revision, number, stage, title, details, department_id, helpers, leader,
             responsible, person_id, schedule, evidence, done_when, items, form_id, active
         from tasks where organization_id = $1 and id in",
        &ids,
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
    id: TaskId,
) -> Result<Option<Task>> {
    Ok(load(connection, organization, &[id.0]).await?.pop())
}

/// All of them, by number.
pub async fn list(
    connection: &mut AnyConnection,
    organization: OrganizationId,
) -> Result<Vec<Task>> {
    sqlx::query(
        "select id, revision, number, stage, title, details, department_id, helpers, leader,
             responsible, person_id, schedule, evidence, done_when, items, form_id, active
         from tasks where organization_id = $1 order by number, id",
    )
    .bind(organization.to_string())
    .fetch_all(connection)
    .await?
    .iter()
    .map(decode)
    .collect()
}

/// Writes a new task (revision 1) or the next revision; 412 when that isn't the next one. The caller
/// publishes the row.
pub async fn put(tx: &mut Tx, organization: OrganizationId, task: &Task) -> Result<()> {
    let plan = &task.plan;
    let written = sqlx::query(
        "insert into tasks
             (id, organization_id, revision, number, stage, title, details, department_id, helpers,
              leader, responsible, person_id, schedule, evidence, done_when, items, form_id, active)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
         on conflict (id) do update set
             revision = excluded.revision, number = excluded.number, stage = excluded.stage,
             title = excluded.title, details = excluded.details,
             department_id = excluded.department_id, helpers = excluded.helpers,
             leader = excluded.leader, responsible = excluded.responsible,
             person_id = excluded.person_id, schedule = excluded.schedule,
             evidence = excluded.evidence, done_when = excluded.done_when, items = excluded.items,
             form_id = excluded.form_id, active = excluded.active
         where tasks.organization_id = excluded.organization_id
             and tasks.revision = excluded.revision - 1",
    )
    .bind(task.id.to_string())
    .bind(organization.to_string())
    .bind(task.revision)
    .bind(plan.number)
    .bind(plan.stage.as_str())
    .bind(plan.title.as_str())
    .bind(plan.details.as_str())
    .bind(plan.department_id.map(|id| id.to_string()))
    .bind(plan.helpers.as_str())
    .bind(plan.leader.as_str())
    .bind(plan.responsible.as_str())
    .bind(plan.person_id.map(|id| id.to_string()))
    .bind(serde_json::to_string(&plan.schedule)?)
    .bind(plan.evidence.as_str())
    .bind(plan.done_when.as_str())
    .bind(serde_json::to_string(&plan.items)?)
    .bind(plan.form_id.as_deref())
    .bind(i64::from(plan.active))
    .execute(&mut **tx)
    .await?;
    if written.rows_affected() == 1 {
        Ok(())
    } else {
        Err(Error::Stale)
    }
}

/// The deadlines of each task's occurrences that are done.
pub async fn done(
    connection: &mut AnyConnection,
    organization: OrganizationId,
) -> Result<HashMap<TaskId, Vec<NaiveDate>>> {
    let rows =
        sqlx::query("select task_id, occurrence from task_completions where organization_id = $1")
            .bind(organization.to_string())
            .fetch_all(connection)
            .await?;
    by_task(&rows)
}

fn by_task(rows: &[AnyRow]) -> Result<HashMap<TaskId, Vec<NaiveDate>>> {
    let mut done: HashMap<TaskId, Vec<NaiveDate>> = HashMap::new();
    for row in rows {
        let id: TaskId = row.try_get::<String, _>("task_id")?.parse()?;
        done.entry(id).or_default().push(day(row, "occurrence")?);
    }
    Ok(done)
}

/// That an occurrence is done.
#[derive(Clone, Debug)]
pub struct Done {
    pub occurrence: NaiveDate,
    pub subjects: Vec<Subject>,
    pub reason: String,
    pub by: PersonId,
    pub at: Timestamp,
}

/// The latest first.
pub async fn completions(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    task: TaskId,
) -> Result<Vec<Done>> {
    let rows = sqlx::query(
        "select occurrence, subjects, reason, done_by, done_at from task_completions
         where organization_id = $1 and task_id = $2 order by occurrence desc",
    )
    .bind(organization.to_string())
    .bind(task.to_string())
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Done {
                occurrence: day(row, "occurrence")?,
                subjects: serde_json::from_str(&row.try_get::<String, _>("subjects")?)?,
                reason: row.try_get("reason")?,
                by: row.try_get::<String, _>("done_by")?.parse()?,
                at: Timestamp(row.try_get("done_at")?),
            })
        })
        .collect()
}

/// `false` when the occurrence is done already.
pub async fn finish(
    tx: &mut Tx,
    organization: OrganizationId,
    id: Uuid,
    task: TaskId,
    done: &Done,
) -> Result<bool> {
    let written = sqlx::query(
        "insert into task_completions
             (id, organization_id, task_id, occurrence, subjects, reason, done_by, done_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict do nothing",
    )
    .bind(id.to_string())
    .bind(organization.to_string())
    .bind(task.to_string())
    .bind(done.occurrence.to_string())
    .bind(serde_json::to_string(&done.subjects)?)
    .bind(done.reason.as_str())
    .bind(done.by.to_string())
    .bind(done.at.0)
    .execute(&mut **tx)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Gives what was done the deadlines that it has now; none of them is another's (`Schedule::moved`).
pub async fn move_done(
    tx: &mut Tx,
    organization: OrganizationId,
    task: TaskId,
    moved: &[(NaiveDate, NaiveDate)],
) -> Result<()> {
    for (old, new) in moved {
        sqlx::query(
            "update task_completions set occurrence = $4
             where organization_id = $1 and task_id = $2 and occurrence = $3",
        )
        .bind(organization.to_string())
        .bind(task.to_string())
        .bind(old.to_string())
        .bind(new.to_string())
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// `false` when the occurrence wasn't done.
pub async fn reopen(
    tx: &mut Tx,
    organization: OrganizationId,
    task: TaskId,
    occurrence: NaiveDate,
) -> Result<bool> {
    let written = sqlx::query(
        "delete from task_completions
         where organization_id = $1 and task_id = $2 and occurrence = $3",
    )
    .bind(organization.to_string())
    .bind(task.to_string())
    .bind(occurrence.to_string())
    .execute(&mut **tx)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Tasks as phones read them; what is withdrawn is left out.
pub async fn cards(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    ids: &[Uuid],
) -> Result<Vec<Card>> {
    let tasks = load(connection, organization, ids).await?;
    let ids: Vec<String> = tasks.iter().map(|task| task.id.to_string()).collect();
    let done = bulk::select(
        connection,
        organization,
        "select task_id, occurrence from task_completions
         where organization_id = $1 and task_id in",
        &ids,
        "",
    )
    .await?;
    let done = by_task(&done)?;
    Ok(tasks
        .into_iter()
        .filter(|task| task.plan.active)
        .map(|task| {
            let done = done.get(&task.id).map_or(&[][..], Vec::as_slice);
            card(task, done)
        })
        .collect())
}

pub fn card(task: Task, done: &[NaiveDate]) -> Card {
    let plan = task.plan;
    Card {
        id: task.id,
        revision: task.revision,
        open: plan.schedule.open(done),
        title: plan.title,
        evidence: plan.evidence,
        form_id: plan.form_id,
        person_id: plan.person_id,
        department_id: plan.department_id,
    }
}

fn day(row: &AnyRow, column: &str) -> Result<NaiveDate> {
    row.try_get::<String, _>(column)?
        .parse()
        .map_err(Error::internal)
}

fn decode(row: &AnyRow) -> Result<Task> {
    let optional = |column: &str| row.try_get::<Option<String>, _>(column);
    Ok(Task {
        id: row.try_get::<String, _>("id")?.parse()?,
        revision: row.try_get("revision")?,
        plan: Plan {
            number: row.try_get("number")?,
            stage: bulk::variant(row.try_get("stage")?)?,
            title: row.try_get("title")?,
            details: row.try_get("details")?,
            department_id: optional("department_id")?
                .map(|id| id.parse())
                .transpose()?,
            helpers: row.try_get("helpers")?,
            leader: row.try_get("leader")?,
            responsible: row.try_get("responsible")?,
            person_id: optional("person_id")?.map(|id| id.parse()).transpose()?,
            schedule: serde_json::from_str(&row.try_get::<String, _>("schedule")?)?,
            evidence: row.try_get("evidence")?,
            done_when: row.try_get("done_when")?,
            items: serde_json::from_str(&row.try_get::<String, _>("items")?)?,
            form_id: optional("form_id")?,
            active: row.try_get::<i64, _>("active")? != 0,
        },
    })
}
