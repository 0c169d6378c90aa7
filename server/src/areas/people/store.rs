//! SQL for people and for the roles that they held.

use domain::{
    DepartmentId, OrganizationId, PersonId, Timestamp,
    api::office,
    areas::people::{Person, Role},
};
use sqlx::{AnyConnection, Row as _, any::AnyRow};
use uuid::Uuid;

use crate::{Result, Tx, auth::role_from, bulk, validate};

/// Loads people by id; ids that aren't known here are left out.
pub async fn load(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    ids: &[Uuid],
) -> Result<Vec<Person>> {
    let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    bulk::by_ids(
        connection,
        organization,
        "select id, revision, name, department_id, role, active from people
         where organization_id = $1 and id in",
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
    id: PersonId,
) -> Result<Option<Person>> {
    let people = load(connection, organization, &[id.0]).await?;
    Ok(people.into_iter().next())
}

/// The role and department that somebody held at `at`; `None` before they joined.
pub async fn role_at(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    id: PersonId,
    at: Timestamp,
) -> Result<Option<(Role, Option<DepartmentId>)>> {
    let row = sqlx::query(
        "select role, department_id from person_roles
         where person_id = $1 and organization_id = $2 and since <= $3
         order by since desc limit 1",
    )
    .bind(id.to_string())
    .bind(organization.to_string())
    .bind(at.0)
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let role = role_from(&row.try_get::<String, _>("role")?)?;
    Ok(Some((role, department(&row)?)))
}

/// Every member as the office sees them, by name.
pub async fn list(
    connection: &mut AnyConnection,
    organization: OrganizationId,
) -> Result<Vec<office::Member>> {
    let rows = sqlx::query(
        "select p.id, p.revision, p.name, p.mobile, p.user_name, p.role, p.department_id, p.active,
                (select max(d.last_seen_at) from devices d
                 where d.person_id = p.id and d.organization_id = p.organization_id) as last_seen_at
         from people p where p.organization_id = $1 order by p.active desc, p.name, p.id",
    )
    .bind(organization.to_string())
    .fetch_all(connection)
    .await?;
    rows.iter().map(decode_member).collect()
}

/// Every member with their mobile number, which leaves the server only masked.
pub async fn with_mobiles(
    connection: &mut AnyConnection,
    organization: OrganizationId,
) -> Result<Vec<(Person, Option<String>)>> {
    sqlx::query(
        "select id, revision, name, mobile, department_id, role, active from people
         where organization_id = $1",
    )
    .bind(organization.to_string())
    .fetch_all(connection)
    .await?
    .iter()
    .map(|row| Ok((decode(row)?, row.try_get("mobile")?)))
    .collect()
}

/// One member as the office sees them.
pub async fn member(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    id: PersonId,
) -> Result<Option<office::Member>> {
    sqlx::query(
        "select p.id, p.revision, p.name, p.mobile, p.user_name, p.role, p.department_id, p.active,
                (select max(d.last_seen_at) from devices d
                 where d.person_id = p.id and d.organization_id = p.organization_id) as last_seen_at
         from people p where p.organization_id = $1 and p.id = $2",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_optional(connection)
    .await?
    .as_ref()
    .map(decode_member)
    .transpose()
}

/// Writes a changed person over the revision before it; false when that isn't the current one.
pub async fn put(
    tx: &mut Tx,
    organization: OrganizationId,
    person: &Person,
    at: Timestamp,
) -> Result<bool> {
    let written = sqlx::query(
        "update people set revision = $1, name = $2, role = $3, department_id = $4, active = $5,
             deactivated_at = case when $5 = 1 then null
                 else coalesce(deactivated_at, $6) end
         where id = $7 and organization_id = $8 and revision = $9",
    )
    .bind(person.revision)
    .bind(&person.name)
    .bind(person.role.as_str())
    .bind(person.department_id.map(|id| id.to_string()))
    .bind(i64::from(person.active))
    .bind(at.0)
    .bind(person.id.to_string())
    .bind(organization.to_string())
    .bind(person.revision - 1)
    .execute(&mut **tx)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Notes that from `at` on somebody holds this role.
pub async fn note_role(
    tx: &mut Tx,
    organization: OrganizationId,
    person: &Person,
    at: Timestamp,
) -> Result<()> {
    sqlx::query(
        "insert into person_roles (person_id, organization_id, since, role, department_id)
         values ($1, $2, $3, $4, $5)
         on conflict (person_id, since) do update set
             role = excluded.role, department_id = excluded.department_id",
    )
    .bind(person.id.to_string())
    .bind(organization.to_string())
    .bind(at.0)
    .bind(person.role.as_str())
    .bind(person.department_id.map(|id| id.to_string()))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Whether somebody else is an active administrator. The caller holds the organization's lock, so that
/// two administrators can't remove each other at the same time.
pub async fn another_administrator(
    tx: &mut Tx,
    organization: OrganizationId,
    than: PersonId,
) -> Result<bool> {
    let others: i64 = sqlx::query_scalar(
        "select cast(count(*) as bigint) from people
         where organization_id = $1 and role = 'administrator' and active = 1 and id <> $2",
    )
    .bind(organization.to_string())
    .bind(than.to_string())
    .fetch_one(&mut **tx)
    .await?;
    Ok(others > 0)
}

/// Ends every session of somebody.
pub async fn end_sessions(tx: &mut Tx, organization: OrganizationId, id: PersonId) -> Result<()> {
    sqlx::query("delete from sessions where person_id = $1 and organization_id = $2")
        .bind(id.to_string())
        .bind(organization.to_string())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Whether the department is one of the organization's.
pub async fn department_exists(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    id: DepartmentId,
) -> Result<bool> {
    let found: Option<i64> = sqlx::query_scalar(
        "select cast(1 as bigint) from departments where id = $1 and organization_id = $2",
    )
    .bind(id.to_string())
    .bind(organization.to_string())
    .fetch_optional(connection)
    .await?;
    Ok(found.is_some())
}

fn department(row: &AnyRow) -> Result<Option<DepartmentId>> {
    let id: Option<String> = row.try_get("department_id")?;
    Ok(id.map(|id| id.parse()).transpose()?)
}

fn decode(row: &AnyRow) -> Result<Person> {
    Ok(Person {
        id: row.try_get::<String, _>("id")?.parse()?,
        revision: row.try_get("revision")?,
        name: row.try_get("name")?,
        department_id: department(row)?,
        role: role_from(&row.try_get::<String, _>("role")?)?,
        active: row.try_get::<i64, _>("active")? != 0,
    })
}

fn decode_member(row: &AnyRow) -> Result<office::Member> {
    let person = decode(row)?;
    let mobile: Option<String> = row.try_get("mobile")?;
    Ok(office::Member {
        id: person.id,
        revision: person.revision,
        name: person.name,
        mobile: mobile.as_deref().map(validate::masked).unwrap_or_default(),
        user_name: row.try_get("user_name")?,
        role: person.role,
        department_id: person.department_id,
        active: person.active,
        last_seen_at: row
            .try_get::<Option<i64>, _>("last_seen_at")?
            .map(Timestamp),
    })
}

/// Whether somebody else in the organization may review.
pub async fn others_review(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    person: PersonId,
) -> Result<bool> {
    let row = sqlx::query(
        "select 1 from people
         where organization_id = $1 and id <> $2 and active = 1
           and role in ('reviewer', 'administrator')
         limit 1",
    )
    .bind(organization.to_string())
    .bind(person.to_string())
    .fetch_optional(connection)
    .await?;
    Ok(row.is_some())
}
