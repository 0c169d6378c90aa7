//! SQL for invitations.

use domain::{
    DepartmentId, InvitationId, OrganizationId, PersonId, Timestamp,
    api::{office::Invitation, session::InvitationCard},
    areas::people::Role,
};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use crate::{Result, Tx, auth::role_from, error::Error};

/// All of them, the newest first.
pub async fn list(
    connection: &mut AnyConnection,
    organization: OrganizationId,
) -> Result<Vec<Invitation>> {
    sqlx::query(
        "select i.id, i.code, i.role, i.department_id, i.expires_at, i.uses, i.max_uses, i.ended_at,
                p.name as created_by_name
         from invitations i
         join people p on p.id = i.created_by and p.organization_id = i.organization_id
         where i.organization_id = $1 order by i.created_at desc, i.id desc limit 200",
    )
    .bind(organization.to_string())
    .fetch_all(connection)
    .await?
    .iter()
    .map(decode)
    .collect()
}

/// Writes a new one.
pub async fn add(
    tx: &mut Tx,
    organization: OrganizationId,
    invitation: &Invitation,
    created_by: PersonId,
    now: Timestamp,
) -> Result<()> {
    sqlx::query(
        "insert into invitations (id, organization_id, code, role, department_id, expires_at,
             uses, max_uses, created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9)",
    )
    .bind(invitation.id.to_string())
    .bind(organization.to_string())
    .bind(&invitation.code)
    .bind(invitation.role.as_str())
    .bind(invitation.department_id.map(|id| id.to_string()))
    .bind(invitation.expires_at.0)
    .bind(invitation.max_uses)
    .bind(created_by.to_string())
    .bind(now.0)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Ends one; false when there is none such here.
pub async fn end(
    tx: &mut Tx,
    organization: OrganizationId,
    id: InvitationId,
    now: Timestamp,
) -> Result<bool> {
    let ended = sqlx::query(
        "update invitations set ended_at = coalesce(ended_at, $1)
         where id = $2 and organization_id = $3",
    )
    .bind(now.0)
    .bind(id.to_string())
    .bind(organization.to_string())
    .execute(&mut **tx)
    .await?;
    Ok(ended.rows_affected() == 1)
}

/// What a newcomer sees; 404 or 410 with the reason when the code lets nobody in.
pub async fn card(
    connection: &mut AnyConnection,
    code: &str,
    now: Timestamp,
) -> Result<InvitationCard> {
    let row = sqlx::query(
        "select i.role, i.expires_at, i.uses, i.max_uses, i.ended_at, o.name as organization_name,
                d.name as department_name
         from invitations i
         join organizations o on o.id = i.organization_id
         left join departments d on d.id = i.department_id
         where i.code = $1",
    )
    .bind(code)
    .fetch_optional(connection)
    .await?
    .ok_or_else(unknown)?;
    let expires_at = Timestamp(row.try_get("expires_at")?);
    if row.try_get::<Option<i64>, _>("ended_at")?.is_some() || expires_at <= now {
        return Err(Error::gone(
            "invitation_expired",
            "邀请已过期，请向办公室索取新的邀请",
            "This invitation has expired. Please ask the office for a new one",
        ));
    }
    if row.try_get::<i64, _>("uses")? >= row.try_get::<i64, _>("max_uses")? {
        return Err(Error::gone(
            "invitation_used_up",
            "邀请名额已用完，请向办公室索取新的邀请",
            "This invitation is used up. Please ask the office for a new one",
        ));
    }
    Ok(InvitationCard {
        organization_name: row.try_get("organization_name")?,
        role: role_from(&row.try_get::<String, _>("role")?)?,
        department_name: row.try_get("department_name")?,
        expires_at,
    })
}

/// The code names nothing.
pub fn unknown() -> Error {
    Error::refused(
        axum::http::StatusCode::NOT_FOUND,
        "invitation_unknown",
        "没有这个邀请，请检查链接或向办公室索取新的邀请",
        "There is no such invitation. Please check the link or ask the office for a new one",
    )
}

/// What a place taken with [`take`] grants.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub role: Role,
    pub department_id: Option<DepartmentId>,
}

/// Whose invitation it is, whatever its state.
pub async fn organization_of(
    connection: &mut AnyConnection,
    code: &str,
) -> Result<Option<OrganizationId>> {
    let id: Option<String> =
        sqlx::query_scalar("select organization_id from invitations where code = $1")
            .bind(code)
            .fetch_optional(connection)
            .await?;
    Ok(id.map(|id| id.parse()).transpose()?)
}

/// Takes one of the places, if one is left: two newcomers never share the last one.
pub async fn take(tx: &mut Tx, code: &str, now: Timestamp) -> Result<Option<Place>> {
    let row = sqlx::query(
        "update invitations set uses = uses + 1
         where code = $1 and ended_at is null and expires_at > $2 and uses < max_uses
         returning role, department_id",
    )
    .bind(code)
    .bind(now.0)
    .fetch_optional(&mut **tx)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let department: Option<String> = row.try_get("department_id")?;
    Ok(Some(Place {
        role: role_from(&row.try_get::<String, _>("role")?)?,
        department_id: department.map(|id| id.parse()).transpose()?,
    }))
}

/// Whether somebody of the organization has this number.
pub async fn mobile_is_taken(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    mobile: &str,
) -> Result<bool> {
    let found: Option<i64> = sqlx::query_scalar(
        "select cast(1 as bigint) from people where organization_id = $1 and mobile = $2",
    )
    .bind(organization.to_string())
    .bind(mobile)
    .fetch_optional(connection)
    .await?;
    Ok(found.is_some())
}

/// Keeps the newcomer's password and which privacy notice they agreed to.
pub async fn set_consent(
    tx: &mut Tx,
    organization: OrganizationId,
    person: PersonId,
    password_hash: &str,
    privacy_notice: &str,
) -> Result<()> {
    sqlx::query(
        "update people set password_hash = $1, privacy_notice = $2
         where id = $3 and organization_id = $4",
    )
    .bind(password_hash)
    .bind(privacy_notice)
    .bind(person.to_string())
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

fn decode(row: &AnyRow) -> Result<Invitation> {
    let department: Option<String> = row.try_get("department_id")?;
    Ok(Invitation {
        id: row.try_get::<String, _>("id")?.parse()?,
        code: row.try_get("code")?,
        role: role_from(&row.try_get::<String, _>("role")?)?,
        department_id: department.map(|id| id.parse()).transpose()?,
        expires_at: Timestamp(row.try_get("expires_at")?),
        uses: row.try_get("uses")?,
        max_uses: row.try_get("max_uses")?,
        created_by_name: row.try_get("created_by_name")?,
        ended: row.try_get::<Option<i64>, _>("ended_at")?.is_some(),
    })
}
