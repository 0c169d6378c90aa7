//! Add, change, finish, reopen a task. Nothing is deleted; what isn't to be done any more is withdrawn.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{post, put},
};
use chrono::NaiveDate;
use domain::{
    DepartmentId, OrganizationId, PersonId, RecordRef, Row, TaskId,
    api::tasks::{Finish, Reopen},
    areas::tasks::{Plan, Task},
    operation::Area,
    permission::Ability,
    tasks::Every,
};

use crate::{
    AppState, Error, Result, Tx,
    areas::{
        activities::store::{is_department, is_member},
        tasks::{input, store},
    },
    audit,
    auth::Member,
    extract::{IfMatch, Json, Path, revised},
    feed, ids,
    office::subjects,
    validate,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/office/tasks", post(create))
        .route("/api/office/tasks/{id}", put(edit))
        .route("/api/office/tasks/{id}/finish", post(finish))
        .route("/api/office/tasks/{id}/reopen", post(reopen))
}

async fn create(
    State(state): State<AppState>,
    member: Member,
    Json(plan): Json<Plan>,
) -> Result<Response> {
    member.require(Ability::EditTasks)?;
    let plan = input::tidy(plan);
    input::check(&plan)?;
    let mut tx = state.db.begin_for(member.organization_id).await?;
    feed::lock(&mut tx, member.organization_id).await?;
    whose(
        &mut tx,
        member.organization_id,
        plan.department_id,
        plan.person_id,
    )
    .await?;
    let task = Task {
        id: ids::new(&state.clock),
        revision: 1,
        plan,
    };
    write(&state, tx, &member, &task, "task_create", "").await?;
    Ok((StatusCode::CREATED, revised(1, task)).into_response())
}

async fn edit(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<TaskId>,
    seen: IfMatch,
    Json(plan): Json<Plan>,
) -> Result<Response> {
    member.require(Ability::EditTasks)?;
    let plan = input::tidy(plan);
    input::check(&plan)?;
    let (mut tx, old) = begin(&state, &member, id, seen).await?;
    whose(
        &mut tx,
        member.organization_id,
        plan.department_id,
        plan.person_id,
    )
    .await?;
    let reassigned =
        (plan.department_id, plan.person_id) != (old.plan.department_id, old.plan.person_id);
    let act = match (old.plan.active, plan.active) {
        (true, false) => "task_withdraw",
        (false, true) => "task_restore",
        _ if reassigned => "task_assign",
        _ => "task_edit",
    };
    let task = Task {
        id,
        revision: old.revision + 1,
        plan,
    };
    // What was done stays done when its deadline moves.
    let organization = member.organization_id;
    let done = store::completions(&mut tx, organization, id).await?;
    let done: Vec<NaiveDate> = done.iter().map(|one| one.occurrence).collect();
    let moved = task.plan.schedule.moved(&old.plan.schedule, &done);
    store::move_done(&mut tx, organization, id, &moved).await?;
    write(&state, tx, &member, &task, act, "").await?;
    Ok(revised(task.revision, task))
}

async fn finish(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<TaskId>,
    seen: IfMatch,
    Json(finish): Json<Finish>,
) -> Result<Response> {
    member.require(Ability::EditTasks)?;
    let reason = finish.reason.trim().to_owned();
    if finish.subjects.is_empty() || !reason.is_empty() {
        // Without its evidence a task isn't done.
        validate::reason(
            &reason,
            (
                "请选择能证明完成的记录、活动或文件；确实没有的，写明理由",
                "Choose the records, activities or files that show it, or say why there are none",
            ),
        )?;
    }
    let (mut tx, old) = begin(&state, &member, id, seen).await?;
    let organization = member.organization_id;
    subjects::check(&mut tx, organization, &finish.subjects).await?;
    let now = state.clock.now();
    let known = if old.plan.schedule.every == Every::Occasion {
        // Each time is named by its own day.
        finish.occurrence <= subjects::today(now)
    } else {
        let mut occurrences = old.plan.schedule.occurrences().into_iter();
        occurrences.any(|one| one.by == finish.occurrence)
    };
    if !known {
        return Err(Error::invalid(
            "occurrence",
            "这项任务没有这个期限，请刷新后再选",
            "The task has no such deadline. Please reload and choose again",
        ));
    }
    let done = store::Done {
        occurrence: finish.occurrence,
        subjects: finish.subjects,
        reason,
        by: member.person_id(),
        at: now,
    };
    let completion = ids::new(&state.clock);
    if !store::finish(&mut tx, organization, completion, id, &done).await? {
        return Err(Error::conflict(
            "already_done",
            "这一期已经办结，请刷新查看",
            "This one is done already. Please reload",
        ));
    }
    let task = Task {
        revision: old.revision + 1,
        ..old
    };
    let detail = format!("{}, {} shown", done.occurrence, done.subjects.len());
    write(&state, tx, &member, &task, "task_finish", &detail).await?;
    Ok(revised(task.revision, task))
}

async fn reopen(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<TaskId>,
    seen: IfMatch,
    Json(reopen): Json<Reopen>,
) -> Result<Response> {
    member.require(Ability::EditTasks)?;
    let (mut tx, old) = begin(&state, &member, id, seen).await?;
    if !store::reopen(&mut tx, member.organization_id, id, reopen.occurrence).await? {
        return Err(Error::conflict(
            "not_done",
            "这一期还没有办结，请刷新查看",
            "This one isn't done. Please reload",
        ));
    }
    let task = Task {
        revision: old.revision + 1,
        ..old
    };
    let detail = reopen.occurrence.to_string();
    write(&state, tx, &member, &task, "task_reopen", &detail).await?;
    Ok(revised(task.revision, task))
}

/// The task, locked, as it was seen.
async fn begin(state: &AppState, member: &Member, id: TaskId, seen: IfMatch) -> Result<(Tx, Task)> {
    let mut tx = state.db.begin_for(member.organization_id).await?;
    feed::lock(&mut tx, member.organization_id).await?;
    let old = store::find(&mut tx, member.organization_id, id)
        .await?
        .ok_or(Error::NotFound)?;
    seen.check(old.revision)?;
    Ok((tx, old))
}

/// Refuses a department or a person that isn't of this organization.
pub(in crate::office) async fn whose(
    tx: &mut Tx,
    organization: OrganizationId,
    department: Option<DepartmentId>,
    person: Option<PersonId>,
) -> Result<()> {
    if let Some(department) = department
        && !is_department(tx, organization, department).await?
    {
        return Err(Error::invalid(
            "department_id",
            "没有这个科室，请重新选择",
            "There is no such department. Please choose again",
        ));
    }
    if let Some(person) = person
        && !is_member(tx, organization, person).await?
    {
        return Err(Error::invalid(
            "person_id",
            "没有这个人，或已停用，请重新选择",
            "There is nobody of that name in use. Please choose again",
        ));
    }
    Ok(())
}

async fn write(
    state: &AppState,
    mut tx: Tx,
    member: &Member,
    task: &Task,
    act: &str,
    detail: &str,
) -> Result<()> {
    let organization = member.organization_id;
    store::put(&mut tx, organization, task).await?;
    let title = &task.plan.title;
    let detail = if detail.is_empty() {
        title.clone()
    } else {
        format!("{title}: {detail}")
    };
    let record = RecordRef::new(Area::Tasks, task.id);
    let now = state.clock.now();
    audit::by(&mut tx, member, now, act, Some(record), &detail).await?;
    let row = row(&mut tx, organization, task).await?;
    feed::publish(&mut tx, organization, &[row]).await?;
    tx.commit().await
}

/// The task as phones read it.
async fn row(tx: &mut Tx, organization: OrganizationId, task: &Task) -> Result<Row> {
    let completions = store::completions(tx, organization, task.id).await?;
    let done: Vec<_> = completions.iter().map(|one| one.occurrence).collect();
    let mut card = store::card(task.clone(), &done);
    if !task.plan.active {
        card.open.clear();
    }
    Ok(Row::Tasks(Box::new(card)))
}
