//! SQL for log-in.

use domain::{OrganizationId, PersonId, Timestamp};
use sqlx::{AnyConnection, Row as _};

use crate::{Result, Tx, validate};

/// Somebody who may be the one that logs in.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub organization_id: OrganizationId,
    pub organization_name: String,
    pub person_id: PersonId,
    pub password_hash: Option<String>,
    pub active: bool,
}

/// Everybody with this mobile number or user name, in one organization or in all.
pub async fn candidates(
    connection: &mut AnyConnection,
    login: &str,
    organization: Option<OrganizationId>,
) -> Result<Vec<Candidate>> {
    let mobile = validate::as_mobile(login);
    let rows = sqlx::query(
        "select p.id, p.organization_id, p.password_hash, p.active, o.name as organization_name
         from people p join organizations o on o.id = p.organization_id
         where (p.mobile = $1 or p.user_name = $2 or p.user_name = $3)
             and ($4 is null or p.organization_id = $4)
         order by o.name, p.id limit 10",
    )
    .bind(mobile)
    .bind(login)
    // A phone's keyboard begins a word with a capital.
    .bind(login.to_lowercase())
    .bind(organization.map(|id| id.to_string()))
    .fetch_all(connection)
    .await?;
    let mut candidates = Vec::with_capacity(rows.len());
    for row in rows {
        candidates.push(Candidate {
            organization_id: row.try_get::<String, _>("organization_id")?.parse()?,
            organization_name: row.try_get("organization_name")?,
            person_id: row.try_get::<String, _>("id")?.parse()?,
            password_hash: row.try_get("password_hash")?,
            active: row.try_get::<i64, _>("active")? != 0,
        });
    }
    Ok(candidates)
}

/// Ends one session; whose it was.
pub async fn end(tx: &mut Tx, token_hash: &str) -> Result<Option<(OrganizationId, PersonId)>> {
    let ended: Option<(String, String)> = sqlx::query_as(
        "delete from sessions where token_hash = $1 returning organization_id, person_id",
    )
    .bind(token_hash)
    .fetch_optional(&mut **tx)
    .await?;
    Ok(match ended {
        Some((organization, person)) => Some((organization.parse()?, person.parse()?)),
        None => None,
    })
}

/// What a change of password is judged by: log-ins, the hash, and whether this session was opened by
/// a one-time link since `link_since`.
pub struct OwnPassword {
    pub mobile: Option<String>,
    pub user_name: Option<String>,
    pub hash: Option<String>,
    pub by_link: bool,
}

pub async fn own_password(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    person: PersonId,
    session: &str,
    link_since: Timestamp,
) -> Result<OwnPassword> {
    let row = sqlx::query(
        "select p.mobile, p.user_name, p.password_hash, s.by_link, s.created_at
         from people p join sessions s on s.person_id = p.id
         where p.id = $1 and p.organization_id = $2 and s.token_hash = $3",
    )
    .bind(person.to_string())
    .bind(organization.to_string())
    .bind(session)
    .fetch_one(connection)
    .await?;
    Ok(OwnPassword {
        mobile: row.try_get("mobile")?,
        user_name: row.try_get("user_name")?,
        hash: row.try_get("password_hash")?,
        by_link: row.try_get::<i64, _>("by_link")? != 0
            && row.try_get::<i64, _>("created_at")? >= link_since.0,
    })
}

/// Writes a new password and ends the person's other sessions.
pub async fn set_password(
    tx: &mut Tx,
    organization: OrganizationId,
    person: PersonId,
    hash: &str,
    session: &str,
) -> Result<()> {
    sqlx::query("update people set password_hash = $1 where id = $2 and organization_id = $3")
        .bind(hash)
        .bind(person.to_string())
        .bind(organization.to_string())
        .execute(&mut **tx)
        .await?;
    sqlx::query(
        "delete from sessions
         where person_id = $1 and organization_id = $2 and token_hash <> $3",
    )
    .bind(person.to_string())
    .bind(organization.to_string())
    .bind(session)
    .execute(&mut **tx)
    .await?;
    sqlx::query("update sessions set by_link = 0 where token_hash = $1")
        .bind(session)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
