//! Founding an organization: `minglu init` in production, the sample organization for trying out.
//!
//! Leaves out departments: the office adds those.

use domain::{
    DepartmentId, OrganizationId, PersonId, Row, Timestamp,
    areas::people::{Person, Role},
};

use crate::{AppState, Clock, Result, Tx, areas::forms, feed, ids};

/// Makes an organization with the built-in forms and nobody in it; the caller publishes the rows.
pub async fn found(tx: &mut Tx, clock: &Clock, name: &str) -> Result<(OrganizationId, Vec<Row>)> {
    let organization: OrganizationId = ids::new(clock);
    sqlx::query("insert into organizations (id, name, created_at) values ($1, $2, $3)")
        .bind(organization.to_string())
        .bind(name)
        .bind(clock.now().0)
        .execute(&mut **tx)
        .await?;
    let rows = forms::install_builtin(tx, organization).await?;
    Ok((organization, rows))
}

/// Gives each organization the built-in forms that this version of Minglu brings and the one before
/// didn't; how many organizations got any.
pub async fn bring_forms(state: &AppState) -> Result<usize> {
    let ids: Vec<String> = sqlx::query_scalar("select id from organizations order by id")
        .fetch_all(state.db.read())
        .await?;
    let mut brought = 0;
    for id in ids {
        let organization: OrganizationId = id.parse()?;
        let mut connection = state.db.read().acquire().await?;
        let known = forms::store::known(&mut connection, organization).await?;
        drop(connection);
        if !forms::lacks_builtin(&known)? {
            continue;
        }
        let mut tx = state.db.begin_for(organization).await?;
        feed::lock(&mut tx, organization).await?;
        let rows = forms::install_builtin(&mut tx, organization).await?;
        feed::publish(&mut tx, organization, &rows).await?;
        tx.commit().await?;
        brought += 1;
    }
    Ok(brought)
}

/// Somebody who becomes a member without an invitation.
#[derive(Clone, Copy, Debug)]
pub struct NewPerson<'a> {
    pub name: &'a str,
    pub user_name: Option<&'a str>,
    pub mobile: Option<&'a str>,
    pub role: Role,
    pub department_id: Option<DepartmentId>,
}

/// Adds a member without a password; the caller publishes the row.
pub async fn add_person(
    tx: &mut Tx,
    organization: OrganizationId,
    id: PersonId,
    at: Timestamp,
    person: &NewPerson<'_>,
) -> Result<Person> {
    let department = person.department_id.map(|id| id.to_string());
    sqlx::query(
        "insert into people
             (id, organization_id, revision, name, mobile, user_name, role, department_id, active,
              joined_at)
         values ($1, $2, 1, $3, $4, $5, $6, $7, 1, $8)",
    )
    .bind(id.to_string())
    .bind(organization.to_string())
    .bind(person.name)
    .bind(person.mobile)
    .bind(person.user_name)
    .bind(person.role.as_str())
    .bind(department.clone())
    .bind(at.0)
    .execute(&mut **tx)
    .await?;
    sqlx::query(
        "insert into person_roles (person_id, organization_id, since, role, department_id)
         values ($1, $2, $3, $4, $5)",
    )
    .bind(id.to_string())
    .bind(organization.to_string())
    .bind(at.0)
    .bind(person.role.as_str())
    .bind(department)
    .execute(&mut **tx)
    .await?;
    Ok(Person {
        id,
        revision: 1,
        name: person.name.to_owned(),
        department_id: person.department_id,
        role: person.role,
        active: true,
    })
}
