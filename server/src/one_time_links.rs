//! One-time log-in links: for the first administrator, for somebody who forgot the password, and for
//! trying out the sample organization. No default password exists anywhere.

use domain::{OrganizationId, PersonId, Timestamp, api::office::OneTimeLink, time::HOUR_MS};

use crate::{
    Tx,
    error::{Error, Result},
    tokens,
};

/// How long an unused link stands.
const VALID_MS: i64 = 24 * HOUR_MS;

/// Makes a link; the secret is in the result only.
pub async fn make(
    tx: &mut Tx,
    organization: OrganizationId,
    person: PersonId,
    now: Timestamp,
) -> Result<OneTimeLink> {
    let secret = tokens::secret()?;
    let expires_at = now.plus_ms(VALID_MS);
    sqlx::query(
        "insert into one_time_links (token_hash, organization_id, person_id, expires_at)
         values ($1, $2, $3, $4)",
    )
    .bind(tokens::hash(&secret))
    .bind(organization.to_string())
    .bind(person.to_string())
    .bind(expires_at.0)
    .execute(&mut **tx)
    .await?;
    Ok(OneTimeLink {
        path: format!("/login?token={secret}"),
        expires_at,
    })
}

/// Uses a link up: whose it is. 410 when it was used, has expired or never was.
pub async fn redeem(
    tx: &mut Tx,
    secret: &str,
    now: Timestamp,
) -> Result<(OrganizationId, PersonId)> {
    let found: Option<(String, String)> = sqlx::query_as(
        "update one_time_links set used_at = $1
         where token_hash = $2 and used_at is null and expires_at > $1
             and exists (select 1 from people p where p.id = one_time_links.person_id
                 and p.organization_id = one_time_links.organization_id and p.active = 1)
         returning organization_id, person_id",
    )
    .bind(now.0)
    .bind(tokens::hash(secret))
    .fetch_optional(&mut **tx)
    .await?;
    let (organization, person) = found.ok_or_else(|| {
        Error::gone(
            "link_expired",
            "登录链接已失效或已用过，请向管理员索取新的链接",
            "This log-in link has been used or has expired. Please ask an administrator for a new one",
        )
    })?;
    Ok((organization.parse()?, person.parse()?))
}
