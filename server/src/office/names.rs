//! Names and departments of people, for pages that show ids.

use std::collections::BTreeSet;

use domain::{DepartmentId, OrganizationId, PersonId, api::office::PersonLine};
use sqlx::{AnyConnection, Row as _};

use crate::{Result, bulk};

/// A line for each of the people that is of this organization, by name.
pub(super) async fn people(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    ids: &BTreeSet<PersonId>,
) -> Result<Vec<PersonLine>> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let rows = bulk::by_ids(
        connection,
        organization,
        "select p.id, p.name, d.name as department_name
         from people p left join departments d on d.id = p.department_id
         where p.organization_id = $1 and p.id in",
        &ids,
        "order by p.name, p.id",
    )
    .await?;
    rows.iter()
        .map(|row| {
            Ok(PersonLine {
                id: row.try_get::<String, _>("id")?.parse()?,
                name: row.try_get("name")?,
                department_name: row.try_get("department_name")?,
            })
        })
        .collect()
}

/// A person's name, empty when there is nobody of that id here.
pub(super) fn name_of(people: &[PersonLine], id: PersonId) -> String {
    people
        .iter()
        .find(|line| line.id == id)
        .map(|line| line.name.clone())
        .unwrap_or_default()
}

pub(super) async fn department(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    id: DepartmentId,
) -> Result<Option<String>> {
    let row = sqlx::query("select name from departments where organization_id = $1 and id = $2")
        .bind(organization.to_string())
        .bind(id.to_string())
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|row| row.try_get("name")).transpose()?)
}
