//! SQL for the desk: what waits in the inbox for a person, and what people decided.

use domain::{
    Area, OpId, OrganizationId, PersonId, Timestamp,
    api::office::{QuarantineDecision, QuarantineLine},
    verdict::Outcome,
};
use serde::Deserialize;
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use crate::{Error, Result, Tx};

/// Most lines in one answer, newest first.
const LINES: i64 = 500;
/// Longest excerpt of a raw envelope, in characters.
const RAW: usize = 4_000;
/// Longest title, in characters.
const TITLE: usize = 200;

/// How much of each envelope a list reads, in characters: one may be megabytes.
const READ: &str = "substr(i.raw, 1, 65536)";

const COLUMNS: &str =
    "i.op_id, i.received_at, i.outcome, i.payload_hash, i.assigned_to, i.decided_at,
            i.decided_by, i.closed, i.corrected, i.record_area, i.person_id,
            p.name as person_name, d.name as device_name, r.name as decided_by_name
     from inbox i
     left join people p on p.id = i.person_id and p.organization_id = i.organization_id
     left join people r on r.id = i.decided_by and r.organization_id = i.organization_id
     left join devices d on d.id = i.device_id and d.organization_id = i.organization_id";

/// One operation as the inbox keeps it.
pub(super) struct Kept {
    pub line: QuarantineLine,
    pub raw: String,
    pub outcome: Outcome,
    pub hash: String,
    /// On whose session it came.
    pub sender: PersonId,
}

impl Kept {
    pub fn is_open(&self) -> bool {
        matches!(self.outcome, Outcome::Quarantined { .. })
            && self
                .line
                .decided
                .as_ref()
                .is_none_or(|it| it.closed.is_none())
    }
}

/// What waits, or what was decided by a person.
pub(super) async fn load(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    decided: bool,
) -> Result<Vec<QuarantineLine>> {
    let which = if decided {
        "i.decided_by is not null and (i.verdict <> 'quarantined' or i.closed is not null)
         order by i.decided_at desc, i.op_id desc"
    } else {
        "i.verdict = 'quarantined' and i.closed is null
         order by i.received_at desc, i.op_id desc"
    };
    let text = format!(
        "select {READ} as raw, {COLUMNS} where i.organization_id = $1 and {which} limit $2"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(text))
        .bind(organization.to_string())
        .bind(LINES)
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| Ok(kept(row)?.line)).collect()
}

pub(super) async fn find(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    op_id: OpId,
) -> Result<Kept> {
    let text =
        format!("select i.raw as raw, {COLUMNS} where i.organization_id = $1 and i.op_id = $2");
    let row = sqlx::query(sqlx::AssertSqlSafe(text))
        .bind(organization.to_string())
        .bind(op_id.to_string())
        .fetch_optional(connection)
        .await?
        .ok_or(Error::NotFound)?;
    kept(&row)
}

pub(super) async fn assign(
    tx: &mut Tx,
    organization: OrganizationId,
    op_id: OpId,
    person: Option<PersonId>,
) -> Result<()> {
    sqlx::query("update inbox set assigned_to = $1 where organization_id = $2 and op_id = $3")
        .bind(person.map(|id| id.to_string()))
        .bind(organization.to_string())
        .bind(op_id.to_string())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// What of an envelope the list shows, whatever else it holds.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Said {
    change: SaidOfArea,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SaidOfArea {
    change: SaidChange,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SaidChange {
    #[serde(rename = "type")]
    kind: String,
    title: String,
}

fn kept(row: &AnyRow) -> Result<Kept> {
    let outcome: Outcome = serde_json::from_str(&row.try_get::<String, _>("outcome")?)?;
    let outcome = outcome.first().clone();
    let raw: String = row.try_get("raw")?;
    let assigned: Option<String> = row.try_get("assigned_to")?;
    let name = |column: &str| -> Result<String> {
        Ok(row
            .try_get::<Option<String>, _>(column)?
            .unwrap_or_default())
    };
    let decided = match row.try_get::<Option<String>, _>("decided_by")? {
        None => None,
        Some(_) => Some(QuarantineDecision {
            at: Timestamp(row.try_get::<Option<i64>, _>("decided_at")?.unwrap_or(0)),
            by_name: name("decided_by_name")?,
            closed: row.try_get("closed")?,
            corrected: row.try_get::<Option<String>, _>("corrected")?.is_some(),
        }),
    };
    let said: Said = serde_json::from_str(&raw).unwrap_or_default();
    let line = QuarantineLine {
        op_id: row.try_get::<String, _>("op_id")?.parse()?,
        person_name: name("person_name")?,
        device_name: name("device_name")?,
        received_at: Timestamp(row.try_get("received_at")?),
        refusal: match &outcome {
            Outcome::Quarantined { refusal } => Some(refusal.clone()),
            _ => None,
        },
        area: Area::parse(&row.try_get::<String, _>("record_area")?),
        has_answers: matches!(said.change.change.kind.as_str(), "submit" | "amend"),
        title: said.change.change.title.chars().take(TITLE).collect(),
        raw: raw.chars().take(RAW).collect(),
        assigned_to: assigned.map(|id| id.parse()).transpose()?,
        decided,
    };
    Ok(Kept {
        line,
        raw,
        outcome,
        hash: row.try_get("payload_hash")?,
        sender: row.try_get::<String, _>("person_id")?.parse()?,
    })
}
