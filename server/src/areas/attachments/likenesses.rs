//! How photos look, kept so that one is found by another that looks like it.
//!
//! A photo waits here from its arrival until `crate::likenesses` looked at it. Leaves out the looking.
//!
//! A search asks for the some 1,400 names of a likeness by the index and compares what is kept under any
//! of them: the cost grows with the logarithm of the number of photos and with the number of candidates,
//! which are 0.1 to 0.2 % of all where photos have nothing to do with each other.

use std::collections::{BTreeMap, BTreeSet};

use domain::{OrganizationId, photos::Likeness};
use sqlx::{AnyConnection, Row as _};

use crate::{bulk, error::Result};

/// Photos that arrived are to be looked at.
pub async fn ask(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    names: &[&str],
) -> Result<()> {
    let organization = organization.to_string();
    bulk::insert(
        connection,
        "insert into likenesses (organization_id, sha256) values",
        2,
        "on conflict (organization_id, sha256) do nothing",
        names,
        |query, name| query.bind(organization.clone()).bind((*name).to_owned()),
    )
    .await
}

/// Photos that nobody looked at yet, at most so many.
pub async fn waiting(
    connection: &mut AnyConnection,
    limit: i64,
) -> Result<Vec<(OrganizationId, String)>> {
    let rows = sqlx::query(
        "select organization_id, sha256 from likenesses where likeness is null
         order by organization_id, sha256 limit $1",
    )
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let organization = row.try_get::<String, _>("organization_id")?.parse()?;
            Ok((organization, row.try_get("sha256")?))
        })
        .collect()
}

/// Keeps how a photo looks, or that there is nothing to recognize in it.
pub async fn keep(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    sha256: &str,
    likeness: Option<Likeness>,
) -> Result<()> {
    let text = likeness.map_or_else(String::new, |likeness| likeness.to_string());
    let organization = organization.to_string();
    sqlx::query("update likenesses set likeness = $1 where organization_id = $2 and sha256 = $3")
        .bind(text)
        .bind(organization.as_str())
        .bind(sha256)
        .execute(&mut *connection)
        .await?;
    let bands = likeness.map_or_else(Vec::new, |likeness| likeness.bands());
    bulk::insert(
        connection,
        "insert into likeness_bands (organization_id, band, sha256) values",
        3,
        "on conflict (organization_id, band, sha256) do nothing",
        &bands,
        |query, band| {
            query
                .bind(organization.clone())
                .bind(band.as_str())
                .bind(sha256.to_owned())
        },
    )
    .await
}

/// How the named photos look; those without a likeness are left out.
pub async fn load(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    names: &[String],
) -> Result<BTreeMap<String, Likeness>> {
    let rows = bulk::select(
        connection,
        organization,
        "select sha256, likeness from likenesses
         where organization_id = $1 and likeness <> '' and sha256 in",
        names,
        "",
    )
    .await?;
    let mut found = BTreeMap::new();
    for row in rows {
        if let Ok(likeness) = row.try_get::<String, _>("likeness")?.parse() {
            found.insert(row.try_get("sha256")?, likeness);
        }
    }
    Ok(found)
}

/// The organization's photos that look like this one, itself among them, with the distance.
pub async fn near(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    likeness: &Likeness,
) -> Result<Vec<(String, u32)>> {
    let rows = bulk::select(
        connection,
        organization,
        "select distinct sha256 from likeness_bands where organization_id = $1 and band in",
        &likeness.wanted(),
        "",
    )
    .await?;
    let mut candidates = BTreeSet::new();
    for row in rows {
        candidates.insert(row.try_get::<String, _>("sha256")?);
    }
    let candidates: Vec<String> = candidates.into_iter().collect();
    let known = load(connection, organization, &candidates).await?;
    Ok(known
        .into_iter()
        .filter(|(_, other)| other.is_near(likeness))
        .map(|(sha256, other)| (sha256, other.distance(likeness)))
        .collect())
}
