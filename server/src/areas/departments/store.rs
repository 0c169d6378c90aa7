//! SQL for departments.

use domain::{OrganizationId, areas::people::Department};
use sqlx::{AnyConnection, Row as _, any::AnyRow};
use uuid::Uuid;

use crate::{Error, Result, Tx, bulk};

/// Loads departments by id; ids that aren't known here are left out.
pub async fn load(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    ids: &[Uuid],
) -> Result<Vec<Department>> {
    let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    bulk::by_ids(
        connection,
        organization,
        "select id, revision, name, position from departments
         where organization_id = $1 and id in",
        &ids,
        "",
    )
    .await?
    .iter()
    .map(decode)
    .collect()
}

/// All of them, in their order.
pub async fn list(
    connection: &mut AnyConnection,
    organization: OrganizationId,
) -> Result<Vec<Department>> {
    sqlx::query(
        "select id, revision, name, position from departments
         where organization_id = $1 order by position, name, id",
    )
    .bind(organization.to_string())
    .fetch_all(connection)
    .await?
    .iter()
    .map(decode)
    .collect()
}

/// Writes a new department (revision 1) or one over the revision before it; 412 when that isn't the
/// current one, 409 when the name is taken.
pub async fn put(tx: &mut Tx, organization: OrganizationId, department: &Department) -> Result<()> {
    let written = sqlx::query(
        "insert into departments (id, organization_id, revision, name, position)
         values ($1, $2, $3, $4, $5)
         on conflict (id) do update set
             revision = excluded.revision, name = excluded.name, position = excluded.position
         where departments.organization_id = excluded.organization_id
             and departments.revision = excluded.revision - 1",
    )
    .bind(department.id.to_string())
    .bind(organization.to_string())
    .bind(department.revision)
    .bind(&department.name)
    .bind(department.position)
    .execute(&mut **tx)
    .await
    .map_err(|error| match error {
        sqlx::Error::Database(inner) if inner.is_unique_violation() => Error::conflict(
            "department_exists",
            "已有同名科室，请换一个名称",
            "There is a department of this name. Please choose another",
        ),
        other => other.into(),
    })?;
    if written.rows_affected() == 1 {
        Ok(())
    } else {
        Err(Error::Stale)
    }
}

fn decode(row: &AnyRow) -> Result<Department> {
    Ok(Department {
        id: row.try_get::<String, _>("id")?.parse()?,
        revision: row.try_get("revision")?,
        name: row.try_get("name")?,
        position: row.try_get("position")?,
    })
}
