//! The import of tasks from a workbook or a pasted table: first what would come of it, row by row, then
//! the rows that are right.

use std::collections::HashMap;

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State, rejection::BytesRejection},
    routing::post,
};
use chrono::Datelike as _;
use domain::{
    OrganizationId, Row, TaskId,
    api::{
        premises::Imported,
        tasks::{TaskImport, TaskPreview},
    },
    areas::tasks::{Stage, Task},
    permission::Ability,
    tasks::Round,
};
use serde::Deserialize;
use sqlx::AnyConnection;

use super::{
    act,
    table::{self, Known},
};
use crate::{
    AppState, Error, Result,
    areas::{
        departments, forms,
        forms::workbook::WORKBOOK_LIMIT,
        people, standards,
        tasks::{input, store},
    },
    audit,
    auth::Member,
    extract::{Json, Query},
    feed, ids,
    office::{
        subjects,
        tables::{self, unreadable},
    },
};

/// Most tasks at once, and in all.
const ROW_LIMIT: usize = 1_000;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/office/tasks/preview", post(preview))
        .layer(DefaultBodyLimit::max(WORKBOOK_LIMIT))
        .route("/api/office/tasks/import", post(import))
}

#[derive(Deserialize)]
struct Parameters {
    /// The first year of the round; this one unless told.
    first_year: Option<i32>,
}

async fn preview(
    State(state): State<AppState>,
    member: Member,
    Query(parameters): Query<Parameters>,
    body: std::result::Result<Bytes, BytesRejection>,
) -> Result<Json<TaskPreview>> {
    member.require(Ability::EditTasks)?;
    let organization = member.organization_id;
    let today = subjects::today(state.clock.now());
    let first_year = parameters.first_year.unwrap_or(today.year());
    if !(2000..=2190).contains(&first_year) {
        return Err(Error::invalid(
            "first_year",
            "请填写本届第一年，如 2026",
            "Please give the round's first year, such as 2026",
        ));
    }
    let rows = tables::read(body, |rows| Ok(rows.clone())).await?;
    if rows.len() > ROW_LIMIT {
        return Err(unreadable(
            format!("一次最多 {ROW_LIMIT} 行，请分几次导入"),
            format!("{ROW_LIMIT} rows at once at most. Please import it in parts"),
        ));
    }
    let mut connection = state.db.snapshot().await?;
    let standard = standards::store::current(&mut connection, organization).await?;
    let standard = standard.as_ref().map(|version| &version.standard);
    let departments = departments::store::list(&mut connection, organization).await?;
    let people = people::store::list(&mut connection, organization).await?;
    let known = Known {
        round: Round {
            first_year,
            years: standard.map_or(3, |it| i32::from(it.cycle_years).clamp(1, 5)),
        },
        since: today,
        departments: departments.into_iter().map(|it| (it.id, it.name)).collect(),
        people: people
            .into_iter()
            .filter(|it| it.active)
            .map(|it| (it.id, it.name))
            .collect(),
        items: standard
            .iter()
            .flat_map(|it| it.items())
            .map(|placed| placed.item.code.clone())
            .collect(),
        forms: offered(&mut connection, organization).await?,
    };
    let mut preview = table::read(&rows, &known).ok_or_else(|| {
        unreadable(
            "找不到表头：需要一行写有“任务名称”和“科室”“完成时限”等列名，请补上后再导入".to_owned(),
            "No heading was found: one row must name the columns, such as task, department and deadline. Please add it and import again".to_owned(),
        )
    })?;
    let listed = listed(&mut connection, organization).await?;
    for row in &mut preview.rows {
        let key = (row.plan.stage, row.plan.title.clone());
        row.known = listed.get(&key).copied();
    }
    Ok(Json(preview))
}

/// The forms that phones offer, with the items that each serves.
pub(super) async fn offered(
    connection: &mut AnyConnection,
    organization: OrganizationId,
) -> Result<Vec<(String, Vec<String>)>> {
    let versions = forms::store::versions(connection, organization, None).await?;
    Ok(versions
        .iter()
        .filter(|version| version.row.current)
        .filter_map(|version| {
            let form = version.row.form.read()?;
            Some((form.id.clone(), form.settings.items.clone()))
        })
        .collect())
}

/// The tasks that are in the list, by what makes them the same as a row.
async fn listed(
    connection: &mut AnyConnection,
    organization: OrganizationId,
) -> Result<HashMap<(Stage, String), TaskId>> {
    let tasks = store::list(connection, organization).await?;
    Ok(tasks
        .into_iter()
        .map(|task| ((task.plan.stage, task.plan.title), task.id))
        .collect())
}

async fn import(
    State(state): State<AppState>,
    member: Member,
    Json(import): Json<TaskImport>,
) -> Result<Json<Imported>> {
    member.require(Ability::EditTasks)?;
    if import.rows.is_empty() || import.rows.len() > ROW_LIMIT {
        return Err(Error::invalid(
            "rows",
            format!("一次导入 1 到 {ROW_LIMIT} 行，请先检查表格"),
            format!("From 1 to {ROW_LIMIT} rows at once. Please look at the table first"),
        ));
    }
    let organization = member.organization_id;
    let mut tx = state.db.begin_for(organization).await?;
    feed::lock(&mut tx, organization).await?;
    let mut listed = listed(&mut tx, organization).await?;
    if listed.len() + import.rows.len() > ROW_LIMIT {
        return Err(Error::invalid(
            "rows",
            format!("清单最多 {ROW_LIMIT} 项任务"),
            format!("The list has {ROW_LIMIT} tasks at most"),
        ));
    }
    let mut rows = Vec::new();
    let mut left_out = 0;
    for plan in import.rows {
        let plan = input::tidy(plan);
        let key = (plan.stage, plan.title.clone());
        if !input::wrong(&plan).is_empty() || listed.contains_key(&key) {
            left_out += 1;
            continue;
        }
        act::whose(&mut tx, organization, plan.department_id, plan.person_id).await?;
        let task = Task {
            id: ids::new(&state.clock),
            revision: 1,
            plan,
        };
        listed.insert(key, task.id);
        store::put(&mut tx, organization, &task).await?;
        rows.push(Row::Tasks(Box::new(store::card(task, &[]))));
    }
    let added = rows.len() as i64;
    let detail = format!("{added} rows");
    let now = state.clock.now();
    audit::by(&mut tx, &member, now, "task_import", None, &detail).await?;
    feed::publish(&mut tx, organization, &rows).await?;
    tx.commit().await?;
    Ok(Json(Imported { added, left_out }))
}
