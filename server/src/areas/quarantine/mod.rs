//! Quarantine: operations that were received and kept whole, but that a rule refused. The office
//! reads them here.
//!
//! Leaves out deciding on them.

use axum::{Router, extract::State, routing::get};
use domain::{
    OpId, OrganizationId, Timestamp, api::office::QuarantineLine, permission::Ability,
    refusal::Refusal, verdict::Outcome,
};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use crate::{AppState, Result, auth::Member, extract::Json};

pub fn routes() -> Router<AppState> {
    Router::new().route("/api/office/quarantine", get(list))
}

/// Most lines in one answer, newest first.
const LINES: i64 = 500;
/// Longest excerpt of a raw envelope, in characters.
const RAW: usize = 4_000;

async fn list(State(state): State<AppState>, member: Member) -> Result<Json<Vec<QuarantineLine>>> {
    member.require(Ability::Review)?;
    let mut connection = state.db.read().acquire().await?;
    Ok(Json(load(&mut connection, member.organization_id).await?))
}

async fn load(
    connection: &mut AnyConnection,
    organization: OrganizationId,
) -> Result<Vec<QuarantineLine>> {
    let rows = sqlx::query(
        "select i.op_id, i.received_at, i.outcome, substr(i.raw, 1, 4000) as raw,
                p.name as person_name, d.name as device_name
         from inbox i
         left join people p on p.id = i.person_id and p.organization_id = i.organization_id
         left join devices d on d.id = i.device_id and d.organization_id = i.organization_id
         where i.organization_id = $1 and i.verdict = 'quarantined'
         order by i.received_at desc, i.op_id desc
         limit $2",
    )
    .bind(organization.to_string())
    .bind(LINES)
    .fetch_all(connection)
    .await?;
    rows.iter().map(line).collect()
}

fn line(row: &AnyRow) -> Result<QuarantineLine> {
    let outcome: Outcome = serde_json::from_str(&row.try_get::<String, _>("outcome")?)?;
    let refusal = match outcome.first() {
        Outcome::Quarantined { refusal } => refusal.clone(),
        other => Refusal::Unreadable {
            detail: other.name().to_owned(),
        },
    };
    let raw: String = row.try_get("raw")?;
    Ok(QuarantineLine {
        // An envelope without a readable id is kept under a name of the server's own.
        op_id: row
            .try_get::<String, _>("op_id")?
            .parse()
            .unwrap_or(OpId(uuid::Uuid::nil())),
        person_name: row
            .try_get::<Option<String>, _>("person_name")?
            .unwrap_or_default(),
        device_name: row
            .try_get::<Option<String>, _>("device_name")?
            .unwrap_or_default(),
        received_at: Timestamp(row.try_get("received_at")?),
        refusal,
        raw: raw.chars().take(RAW).collect(),
    })
}
