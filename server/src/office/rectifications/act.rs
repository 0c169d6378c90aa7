//! Add, change, put right, close, reopen a problem. Nothing is deleted, and every act stays in the history.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{post, put},
};
use domain::{
    RecordRef, RectificationId, Row,
    api::rectifications::{Act, Note, Rectified},
    areas::{
        evidence::Subject,
        rectifications::{Problem, Rectification, State as Stands},
    },
    operation::Area,
    permission::Ability,
};

use super::{input, list::rectified_by};
use crate::{
    AppState, Error, Result, Tx,
    areas::{rectifications::store, tasks},
    audit,
    auth::Member,
    extract::{IfMatch, Json, Path, revised},
    feed, ids,
    office::{subjects, tasks::whose},
    validate,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/office/rectifications", post(create))
        .route("/api/office/rectifications/{id}", put(edit))
        .route("/api/office/rectifications/{id}/rectified", post(rectified))
        .route("/api/office/rectifications/{id}/close", post(close))
        .route("/api/office/rectifications/{id}/reopen", post(reopen))
}

async fn create(
    State(state): State<AppState>,
    member: Member,
    Json(problem): Json<Problem>,
) -> Result<Response> {
    member.require(Ability::EditTasks)?;
    let now = state.clock.now();
    let problem = input::tidy(problem);
    input::check(&problem, subjects::today(now))?;
    let mut tx = state.db.begin_for(member.organization_id).await?;
    feed::lock(&mut tx, member.organization_id).await?;
    check(&mut tx, &member, &problem, &[]).await?;
    let one = Rectification {
        id: ids::new(&state.clock),
        revision: 1,
        problem,
        state: Stands::Open,
        after: Vec::new(),
        created_at: now,
        closed_at: None,
    };
    write(&state, tx, &member, &one, Act::Added, "").await?;
    Ok((StatusCode::CREATED, revised(1, one)).into_response())
}

async fn edit(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<RectificationId>,
    seen: IfMatch,
    Json(problem): Json<Problem>,
) -> Result<Response> {
    member.require(Ability::EditTasks)?;
    let problem = input::tidy(problem);
    input::check(&problem, subjects::today(state.clock.now()))?;
    let (mut tx, old) = begin(&state, &member, id, seen).await?;
    // What waits to be checked stays as it is: who answers for it may not close it.
    if old.state != Stands::Open {
        return Err(not_now());
    }
    check(&mut tx, &member, &problem, &old.problem.before).await?;
    let one = Rectification {
        revision: old.revision + 1,
        problem,
        ..old
    };
    write(&state, tx, &member, &one, Act::Edited, "").await?;
    Ok(revised(one.revision, one))
}

async fn rectified(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<RectificationId>,
    seen: IfMatch,
    Json(rectified): Json<Rectified>,
) -> Result<Response> {
    member.require(Ability::EditTasks)?;
    let note = note_of(&rectified.note)?;
    if rectified.after.is_empty() {
        return Err(Error::invalid(
            "after",
            "请选择能看出已改好的记录或文件，如手机上交的整改后照片",
            "Choose the record or file that shows it is put right, such as photos sent by phone",
        ));
    }
    let (mut tx, old) = begin(&state, &member, id, seen).await?;
    subjects::check(&mut tx, member.organization_id, &rectified.after).await?;
    if old.state == Stands::Closed {
        return Err(not_now());
    }
    let one = Rectification {
        revision: old.revision + 1,
        state: Stands::Rectified,
        after: rectified.after,
        ..old
    };
    write(&state, tx, &member, &one, Act::Rectified, &note).await?;
    Ok(revised(one.revision, one))
}

async fn close(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<RectificationId>,
    seen: IfMatch,
    Json(Note { note }): Json<Note>,
) -> Result<Response> {
    member.require(Ability::EditTasks)?;
    let note = note_of(&note)?;
    let (mut tx, old) = begin(&state, &member, id, seen).await?;
    if old.state != Stands::Rectified {
        return Err(not_now());
    }
    let organization = member.organization_id;
    let history = store::history(&mut tx, organization, id).await?;
    let own = rectified_by(&mut tx, organization, &old, &history).await?;
    if own.contains(&member.person_id()) {
        return Err(Error::conflict(
            "own_rectification",
            "整改的人不能自己销号，请另一位同事复核",
            "Whoever put it right can’t close it. Please let a colleague look",
        ));
    }
    let one = Rectification {
        revision: old.revision + 1,
        state: Stands::Closed,
        closed_at: Some(state.clock.now()),
        ..old
    };
    write(&state, tx, &member, &one, Act::Closed, &note).await?;
    Ok(revised(one.revision, one))
}

async fn reopen(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<RectificationId>,
    seen: IfMatch,
    Json(Note { note }): Json<Note>,
) -> Result<Response> {
    member.require(Ability::EditTasks)?;
    let note = validate::reason(
        &note,
        ("请写明为什么重新打开", "Please say why it is opened again"),
    )?;
    let (tx, old) = begin(&state, &member, id, seen).await?;
    if old.state == Stands::Open {
        return Err(not_now());
    }
    let one = Rectification {
        revision: old.revision + 1,
        state: Stands::Open,
        closed_at: None,
        ..old
    };
    write(&state, tx, &member, &one, Act::Reopened, &note).await?;
    Ok(revised(one.revision, one))
}

fn not_now() -> Error {
    Error::conflict(
        "another_state",
        "这个问题现在的状态不能这样操作，请刷新查看",
        "The problem's state doesn't allow this now. Please reload",
    )
}

/// A note that may stay empty.
fn note_of(note: &str) -> Result<String> {
    if note.trim().is_empty() {
        return Ok(String::new());
    }
    validate::reason(note, ("备注写 2 到 500 个字", "A note"))
}

/// `known`: what it began with, which may have been voided since.
async fn check(tx: &mut Tx, member: &Member, problem: &Problem, known: &[Subject]) -> Result<()> {
    let organization = member.organization_id;
    whose(tx, organization, problem.department_id, problem.person_id).await?;
    let before = problem.before.iter().copied();
    let new: Vec<Subject> = before.filter(|it| !known.contains(it)).collect();
    subjects::check(tx, organization, &new).await?;
    if let Some(task) = problem.task_id
        && tasks::store::find(tx, organization, task).await?.is_none()
    {
        return Err(Error::invalid(
            "task_id",
            "没有这项任务，请重新选择",
            "There is no such task. Please choose again",
        ));
    }
    Ok(())
}

/// The problem, locked, as it was seen.
async fn begin(
    state: &AppState,
    member: &Member,
    id: RectificationId,
    seen: IfMatch,
) -> Result<(Tx, Rectification)> {
    let mut tx = state.db.begin_for(member.organization_id).await?;
    feed::lock(&mut tx, member.organization_id).await?;
    let old = store::find(&mut tx, member.organization_id, id)
        .await?
        .ok_or(Error::NotFound)?;
    seen.check(old.revision)?;
    Ok((tx, old))
}

async fn write(
    state: &AppState,
    mut tx: Tx,
    member: &Member,
    one: &Rectification,
    act: Act,
    note: &str,
) -> Result<()> {
    let organization = member.organization_id;
    let now = state.clock.now();
    store::put(&mut tx, organization, one).await?;
    let entry = store::Entry {
        revision: one.revision,
        at: now,
        by: member.person_id(),
        act,
        note: note.to_owned(),
    };
    store::note(
        &mut tx,
        organization,
        ids::new(&state.clock),
        one.id,
        &entry,
    )
    .await?;
    let act = match act {
        Act::Added => "rectification_add",
        Act::Edited => "rectification_edit",
        Act::Rectified => "rectification_done",
        Act::Closed => "rectification_close",
        Act::Reopened => "rectification_reopen",
    };
    let record = RecordRef::new(Area::Rectifications, one.id);
    let title: String = one.problem.problem.chars().take(80).collect();
    audit::by(&mut tx, member, now, act, Some(record), &title).await?;
    let row = Row::Rectifications(Box::new(store::card(one.clone())));
    feed::publish(&mut tx, organization, &[row]).await?;
    tx.commit().await
}
