//! How many submissions are in each state, as `store::count_states` keeps it with every write.
//!
//! What waits in quarantine is few, so that it is counted when asked for.

use domain::{
    OrganizationId, Timestamp, api::office::SubmissionCounts, areas::submissions::ReviewState,
};
use sqlx::{AnyConnection, Row as _};

use crate::{Error, Result};

/// All that waits, in figures.
pub async fn all(
    connection: &mut AnyConnection,
    organization: OrganizationId,
) -> Result<SubmissionCounts> {
    let mut answer = SubmissionCounts {
        quarantined: quarantined(connection, organization).await?,
        waiting_since: waiting_since(connection, organization).await?,
        ..SubmissionCounts::default()
    };
    for (state, n) in load(connection, organization).await? {
        match state {
            ReviewState::Submitted => answer.submitted = n,
            ReviewState::Returned => answer.returned = n,
            ReviewState::Approved => answer.approved = n,
            ReviewState::Voided => answer.voided = n,
        }
    }
    Ok(answer)
}

/// How many are in each state; a state that was never reached is left out.
pub(super) async fn load(
    connection: &mut AnyConnection,
    organization: OrganizationId,
) -> Result<Vec<(ReviewState, i64)>> {
    let rows = sqlx::query("select state, n from submission_counts where organization_id = $1")
        .bind(organization.to_string())
        .fetch_all(connection)
        .await?;
    rows.iter()
        .map(|row| {
            let state: String = row.try_get("state")?;
            let state = ReviewState::parse(&state)
                .ok_or_else(|| Error::internal(format!("unknown review state {state}")))?;
            Ok((state, row.try_get("n")?))
        })
        .collect()
}

/// When the submitted record arrived that waits for longest; one look into the index by state.
async fn waiting_since(
    connection: &mut AnyConnection,
    organization: OrganizationId,
) -> Result<Option<Timestamp>> {
    let row = sqlx::query(
        "select received_at from submissions
         where organization_id = $1 and state = 'submitted'
         order by received_at, id limit 1",
    )
    .bind(organization.to_string())
    .fetch_optional(connection)
    .await?;
    row.map(|row| Ok(Timestamp(row.try_get("received_at")?)))
        .transpose()
}

/// How many operations wait in quarantine, of whatever kind.
async fn quarantined(connection: &mut AnyConnection, organization: OrganizationId) -> Result<i64> {
    let row = sqlx::query(
        "select cast(count(*) as bigint) as n from inbox
         where organization_id = $1 and verdict = 'quarantined' and closed is null",
    )
    .bind(organization.to_string())
    .fetch_one(connection)
    .await?;
    Ok(row.try_get("n")?)
}
