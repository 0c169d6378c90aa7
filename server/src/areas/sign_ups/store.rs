//! SQL for sign-ups: one row per person and activity.

use std::collections::HashMap;

use domain::{ActivityId, OrganizationId, Timestamp, areas::sign_ups::SignUp};
use sqlx::{AnyConnection, Row as _, any::AnyRow};
use uuid::Uuid;

use crate::{bulk, error::Result};

/// Loads sign-ups by id; ids that aren't known are left out.
pub async fn load(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    ids: &[Uuid],
) -> Result<Vec<SignUp>> {
    let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    let rows = bulk::by_ids(
        connection,
        organization,
        "select id, revision, activity_id, person_id, state, at
         from sign_ups where organization_id = $1 and id in",
        &ids,
        "",
    )
    .await?;
    rows.iter().map(decode).collect()
}

/// How many people come to each of the activities; nobody is left out as 0.
pub async fn coming(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    activities: &[ActivityId],
) -> Result<HashMap<ActivityId, i64>> {
    let ids: Vec<String> = activities.iter().map(ToString::to_string).collect();
    let rows = bulk::by_ids(
        connection,
        organization,
        "select activity_id, cast(count(*) as bigint) as people from sign_ups
         where organization_id = $1 and state = 'coming' and activity_id in",
        &ids,
        "group by activity_id",
    )
    .await?;
    let mut found = HashMap::with_capacity(rows.len());
    for row in rows {
        found.insert(
            row.try_get::<String, _>("activity_id")?.parse()?,
            row.try_get("people")?,
        );
    }
    Ok(found)
}

/// Writes sign-ups, new or changed; each id at most once.
pub async fn put(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    sign_ups: &[SignUp],
) -> Result<()> {
    let mut rows = Vec::with_capacity(sign_ups.len());
    for sign_up in sign_ups {
        rows.push((sign_up, bulk::word(&sign_up.state)?));
    }
    let organization = organization.to_string();
    bulk::write(
        connection,
        "insert into sign_ups (id, organization_id, revision, activity_id, person_id, state, at)
         values",
        7,
        "on conflict (id) do update set
             revision = excluded.revision, state = excluded.state, at = excluded.at",
        &rows,
        |query, (sign_up, state)| {
            query
                .bind(sign_up.id.to_string())
                .bind(organization.clone())
                .bind(sign_up.revision)
                .bind(sign_up.activity_id.to_string())
                .bind(sign_up.person_id.to_string())
                .bind(state.as_str())
                .bind(sign_up.at.0)
        },
    )
    .await
}

fn decode(row: &AnyRow) -> Result<SignUp> {
    Ok(SignUp {
        id: row.try_get::<String, _>("id")?.parse()?,
        revision: row.try_get("revision")?,
        activity_id: row.try_get::<String, _>("activity_id")?.parse()?,
        person_id: row.try_get::<String, _>("person_id")?.parse()?,
        state: bulk::variant(row.try_get("state")?)?,
        at: Timestamp(row.try_get("at")?),
    })
}
