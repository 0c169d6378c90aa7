//! `/api/office/departments`.

use axum::{
    Router,
    extract::State,
    routing::{get, patch},
};
use domain::{
    DepartmentId, RecordRef, Row, api::office::DepartmentInput, areas::people::Department,
    operation::Area, permission::Ability,
};

use super::store;
use crate::{
    AppState, audit,
    auth::Member,
    error::{Error, Result},
    extract::{IfMatch, Json, Path},
    feed, ids, validate,
};

const NAME_LIMIT: usize = 40;

pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/office/departments", get(list).post(add))
        .route("/api/office/departments/{id}", patch(change))
}

async fn list(State(state): State<AppState>, member: Member) -> Result<Json<Vec<Department>>> {
    member.require(Ability::Review)?;
    let mut connection = state.db.read().acquire().await?;
    store::list(&mut connection, member.organization_id)
        .await
        .map(Json)
}

async fn add(
    State(state): State<AppState>,
    member: Member,
    Json(input): Json<DepartmentInput>,
) -> Result<Json<Department>> {
    member.require(Ability::ManageDepartments)?;
    let department = Department {
        id: ids::new(&state.clock),
        revision: 1,
        name: validate::name("name", &input.name, NAME_LIMIT)?,
        position: position(input.position)?,
    };
    save(&state, &member, department, "department.added").await
}

async fn change(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<DepartmentId>,
    seen: IfMatch,
    Json(input): Json<DepartmentInput>,
) -> Result<Json<Department>> {
    member.require(Ability::ManageDepartments)?;
    let name = validate::name("name", &input.name, NAME_LIMIT)?;
    let mut connection = state.db.read().acquire().await?;
    let before = store::load(&mut connection, member.organization_id, &[id.0])
        .await?
        .into_iter()
        .next()
        .ok_or(Error::NotFound)?;
    drop(connection);
    seen.check(before.revision)?;
    let department = Department {
        id,
        revision: before.revision + 1,
        name,
        position: position(input.position)?,
    };
    save(&state, &member, department, "department.changed").await
}

async fn save(
    state: &AppState,
    member: &Member,
    department: Department,
    act: &str,
) -> Result<Json<Department>> {
    let organization = member.organization_id;
    let mut tx = state.db.begin_for(organization).await?;
    feed::lock(&mut tx, organization).await?;
    store::put(&mut tx, organization, &department).await?;
    audit::by(
        &mut tx,
        member,
        state.clock.now(),
        act,
        Some(RecordRef::new(Area::Departments, department.id)),
        &department.name,
    )
    .await?;
    feed::publish(
        &mut tx,
        organization,
        &[Row::Departments(department.clone())],
    )
    .await?;
    tx.commit().await?;
    Ok(Json(department))
}

fn position(position: i64) -> Result<i64> {
    if (0..=10_000).contains(&position) {
        Ok(position)
    } else {
        Err(Error::invalid(
            "position",
            "排序号应在 0 到 10000 之间",
            "The position must be between 0 and 10,000",
        ))
    }
}
