//! How photos look, kept so that one is found by another that looks like it.
//!
//! A photo waits here from its arrival until `crate::likenesses` looked at it and compared it with those
//! before it; which look alike is noted then, so that nobody waits for it later. Leaves out the looking.
//!
//! A comparison asks for the some 1,400 names of a likeness by the index and compares what is kept under
//! any of them: the cost grows with the logarithm of the number of photos and with the number of
//! candidates, which are 0.1 to 0.2 % of all where photos have nothing to do with each other.

use std::collections::{BTreeMap, BTreeSet};

use domain::{OrganizationId, photos::Likeness};
use sqlx::{AnyConnection, Row as _};

use crate::{bulk, error::Result};

/// Of one photo's look-alikes, the most that are noted when it is looked at: the nearest.
const NOTED: usize = 50;

/// Photos that arrived are to be looked at.
pub async fn ask(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    names: &[&str],
) -> Result<()> {
    let organization = organization.to_string();
    bulk::write(
        connection,
        "insert into likenesses (organization_id, sha256) values",
        2,
        "on conflict (organization_id, sha256) do nothing",
        names,
        |query, name| query.bind(organization.clone()).bind((*name).to_owned()),
    )
    .await
}

/// A photo that wasn't compared yet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Waiting {
    pub organization: OrganizationId,
    pub sha256: String,
    /// How it looks, if somebody looked at it already; empty where there is nothing to recognize.
    pub likeness: Option<String>,
}

/// At most so many of them.
pub async fn waiting(connection: &mut AnyConnection, limit: i64) -> Result<Vec<Waiting>> {
    let rows = sqlx::query(
        "select organization_id, sha256, likeness from likenesses where compared = 0
         order by organization_id, sha256 limit $1",
    )
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Waiting {
                organization: row.try_get::<String, _>("organization_id")?.parse()?,
                sha256: row.try_get("sha256")?,
                likeness: row.try_get("likeness")?,
            })
        })
        .collect()
}

/// Keeps how a photo looks, or that there is nothing to recognize in it, and which photos of before look
/// like it. Under the organization's lock, so that of two photos the later finds the earlier.
pub async fn keep(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    sha256: &str,
    likeness: Option<Likeness>,
) -> Result<()> {
    let text = likeness.map_or_else(String::new, |likeness| likeness.to_string());
    sqlx::query(
        "update likenesses set likeness = $1, compared = 1
         where organization_id = $2 and sha256 = $3",
    )
    .bind(text)
    .bind(organization.to_string())
    .bind(sha256)
    .execute(&mut *connection)
    .await?;
    let Some(likeness) = likeness else {
        return Ok(());
    };
    let organization_text = organization.to_string();
    bulk::write(
        connection,
        "insert into likeness_bands (organization_id, band, sha256) values",
        3,
        "on conflict (organization_id, band, sha256) do nothing",
        &likeness.bands(),
        |query, band| {
            query
                .bind(organization_text.clone())
                .bind(band.as_str())
                .bind(sha256.to_owned())
        },
    )
    .await?;
    let mut near = search(connection, organization, &likeness).await?;
    near.retain(|(other, _)| other != sha256);
    near.sort_by(|(a, near), (b, far)| (near, a).cmp(&(far, b)));
    near.truncate(NOTED);
    let pairs: Vec<(&str, &str, u32)> = near
        .iter()
        .flat_map(|(other, distance)| {
            [
                (sha256, other.as_str(), *distance),
                (other.as_str(), sha256, *distance),
            ]
        })
        .collect();
    bulk::write(
        connection,
        "insert into look_alikes (organization_id, sha256, other, distance) values",
        4,
        "on conflict (organization_id, sha256, other) do nothing",
        &pairs,
        |query, (one, other, distance)| {
            query
                .bind(organization_text.clone())
                .bind((*one).to_owned())
                .bind((*other).to_owned())
                .bind(i64::from(*distance))
        },
    )
    .await
}

/// By name, which photos look like these, each with its distance.
pub async fn near(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    names: &[String],
) -> Result<BTreeMap<String, Vec<(String, i64)>>> {
    let rows = bulk::select(
        connection,
        organization,
        "select sha256, other, distance from look_alikes
         where organization_id = $1 and sha256 in",
        names,
        "",
    )
    .await?;
    let mut near: BTreeMap<String, Vec<(String, i64)>> = BTreeMap::new();
    for row in rows {
        near.entry(row.try_get("sha256")?)
            .or_default()
            .push((row.try_get("other")?, row.try_get("distance")?));
    }
    Ok(near)
}

/// How the named photos look; those without a likeness are left out.
async fn load(
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
async fn search(
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
