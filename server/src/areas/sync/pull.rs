//! `GET /api/sync/pull`: the latest row of each record that changed since the cursor, within what the
//! member may see.
//!
//! Everything is read in one snapshot. The feed's numbers follow the order of commits, so a snapshot
//! holds every change up to some number and none after it: the next cursor can't skip one.

use std::collections::{BTreeMap, HashMap};

use axum::extract::State;
use domain::{
    Area, OrganizationId, RecordRef, Row,
    api::sync::{PULL_BYTES, PULL_TIMES, PullResponse, PulledRow, ScopeSummary},
};
use serde::Deserialize;
use sqlx::{AnyConnection, Row as _};
use uuid::Uuid;

use super::{
    certificates,
    cursor::{self, Cursor},
    rows,
};
use crate::{
    AppState,
    auth::Member,
    bulk,
    error::{Error, Result},
    extract::{Json, Query},
    feed,
};

#[derive(Debug, Deserialize)]
pub struct Parameters {
    #[serde(default)]
    cursor: Option<String>,
    /// Areas that came after version 1 and that the client can read.
    #[serde(default)]
    knows: String,
    /// As how many pages one is wanted.
    times: Option<i64>,
}

pub async fn pull(
    State(state): State<AppState>,
    member: Member,
    Query(parameters): Query<Parameters>,
) -> Result<Json<PullResponse>> {
    let organization = member.organization_id;
    let audiences = feed::audiences_of(&member.actor, &parameters.knows);
    let scope = cursor::scope(&audiences);
    let now = state.clock.now();
    let mut tx = state.db.snapshot().await?;
    let (epoch, latest) = history(&mut tx, organization).await?;
    let known = parameters
        .cursor
        .as_deref()
        .and_then(Cursor::read)
        .filter(|cursor| cursor.epoch == epoch && cursor.scope == scope)
        // A number that was never given out: the server's history is another one.
        .filter(|cursor| (0..=latest).contains(&cursor.seq));
    let since = known.map_or(0, |cursor| cursor.seq);

    let times = parameters.times.unwrap_or(1).clamp(1, PULL_TIMES);
    let limit = state.settings.pull_rows * times;
    let mut page = changes_since(&mut tx, organization, &audiences, since, limit + 1).await?;
    let mut more = page.len() > limit as usize;
    page.truncate(limit as usize);
    let wanted: Vec<RecordRef> = page
        .iter()
        .filter(|change| !change.removed)
        .map(|change| change.record)
        .collect();
    let mut found = rows::load(&mut tx, organization, &wanted).await?;
    let most = PULL_BYTES * times as usize;
    let cut = fill(&page, &mut found, since == 0, most)?;
    more |= cut.taken < page.len();
    let seq = match page.get(cut.taken.wrapping_sub(1)) {
        Some(last) if more => last.seq,
        _ => latest,
    };
    let (summary, trust, rescue) = if more {
        (None, None, None)
    } else {
        let revoked = certificates::revoked(&mut tx, organization, now).await?;
        (
            Some(summary(&mut tx, organization, &audiences).await?),
            Some(state.keys.trust(revoked)),
            state
                .keys
                .rescue_pass(organization, member.person_id(), member.device_id),
        )
    };
    tx.commit().await?;
    Ok(Json(PullResponse {
        reset: known.is_none(),
        rows: cut.rows,
        cursor: Cursor { epoch, seq, scope }.write(),
        more,
        server_time: now,
        epoch: Some(epoch),
        summary,
        trust,
        rescue,
    }))
}

/// The epoch of the organization's history, and the last number given out.
async fn history(
    connection: &mut AnyConnection,
    organization: OrganizationId,
) -> Result<(i64, i64)> {
    let row = sqlx::query("select epoch, seq from organizations where id = $1")
        .bind(organization.to_string())
        .fetch_one(connection)
        .await?;
    Ok((row.try_get("epoch")?, row.try_get("seq")?))
}

#[derive(Clone, Copy, Debug)]
struct Change {
    seq: i64,
    record: RecordRef,
    /// For every audience of the device.
    removed: bool,
}

/// The next `limit` changes in order. All lines of one change of a record have
/// the same number.
async fn changes_since(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    audiences: &[String],
    since: i64,
    limit: i64,
) -> Result<Vec<Change>> {
    let mut merged: BTreeMap<i64, Change> = BTreeMap::new();
    for audience in audiences {
        let lines = sqlx::query(
            "select seq, area, record_id, removed from feed
             where organization_id = $1 and audience = $2 and seq > $3
             order by seq limit $4",
        )
        .bind(organization.to_string())
        .bind(audience.as_str())
        .bind(since)
        .bind(limit)
        .fetch_all(&mut *connection)
        .await?;
        for line in lines {
            let seq: i64 = line.try_get("seq")?;
            let removed = line.try_get::<i64, _>("removed")? != 0;
            if let Some(change) = merged.get_mut(&seq) {
                // One audience lost the record, another one of the device's still has it.
                change.removed &= removed;
                continue;
            }
            let area: String = line.try_get("area")?;
            let area = Area::parse(&area)
                .ok_or_else(|| Error::internal(format!("unknown area {area}")))?;
            let id: Uuid = line.try_get::<String, _>("record_id")?.parse()?;
            merged.insert(
                seq,
                Change {
                    seq,
                    record: RecordRef::new(area, id),
                    removed,
                },
            );
        }
    }
    Ok(merged.into_values().take(limit as usize).collect())
}

struct Cut {
    rows: Vec<PulledRow>,
    /// How many of the page's changes are in.
    taken: usize,
}

/// Takes as many changes as the page's bytes allow, at least one.
fn fill(
    page: &[Change],
    found: &mut HashMap<RecordRef, Row>,
    from_the_start: bool,
    most: usize,
) -> Result<Cut> {
    let mut cut = Cut {
        rows: Vec::with_capacity(page.len()),
        taken: 0,
    };
    let mut bytes = 0;
    for change in page {
        let row = if change.removed {
            None
        } else {
            found.remove(&change.record)
        };
        let pulled = match row {
            Some(row) => Some(PulledRow::Put { row }),
            // Who starts from nothing needn't hear of what is gone.
            None if from_the_start => None,
            None => Some(PulledRow::Remove {
                record: change.record,
            }),
        };
        if let Some(pulled) = pulled {
            bytes += length(&pulled)?;
            if bytes > most && !cut.rows.is_empty() {
                break;
            }
            cut.rows.push(pulled);
        }
        cut.taken += 1;
    }
    Ok(cut)
}

/// The bytes of a row as JSON, without making them.
fn length(row: &PulledRow) -> Result<usize> {
    struct Count(usize);
    impl std::io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    serde_json::to_writer(&mut count, row)?;
    Ok(count.0)
}

/// What the device should hold when it has everything: each record once, whichever audiences it came
/// through.
async fn summary(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    audiences: &[String],
) -> Result<ScopeSummary> {
    let mut query = sqlx::query(bulk::list(
        "select cast(count(*) as bigint) as records,
                cast(coalesce(sum(digest), 0) as bigint) as checksum
         from (select distinct area, record_id, digest from feed
               where organization_id = $1 and removed = 0 and audience in",
        2,
        audiences.len(),
        ") as held",
    ))
    .bind(organization.to_string());
    for audience in audiences {
        query = query.bind(audience.as_str());
    }
    let row = query.fetch_one(connection).await?;
    Ok(ScopeSummary {
        count: row.try_get("records")?,
        checksum: row.try_get("checksum")?,
    })
}
