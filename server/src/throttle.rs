//! Counters that slow down guessing. They are in the database, so that several processes count as one.
//!
//! An attempt is counted before it is judged, so that many at once gain nothing, and taken back when
//! it turns out to be right.

use domain::{Timestamp, time::MINUTE_MS};

use crate::{
    AppState, Tx,
    error::{Error, Result},
    tokens,
};

/// `attempts` within `window_ms`, then none for `lock_ms`.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    pub attempts: i64,
    pub window_ms: i64,
    pub lock_ms: i64,
}

/// Wrong passwords for one log-in.
pub const LOG_IN: Limit = Limit {
    attempts: 5,
    window_ms: 15 * MINUTE_MS,
    lock_ms: 15 * MINUTE_MS,
};

/// Failures of one address, which a whole office or a carrier's customers may share.
pub const ADDRESS: Limit = Limit {
    attempts: 60,
    window_ms: 10 * MINUTE_MS,
    lock_ms: 10 * MINUTE_MS,
};

/// The key under which attempts at `subject` are counted; the subject itself isn't kept.
pub fn key(kind: &str, subject: &str) -> String {
    format!("{kind}:{}", &tokens::hash(subject)[..32])
}

/// Counts an attempt; 429 when there were too many.
pub async fn count(state: &AppState, key: &str, limit: Limit) -> Result<()> {
    let now = state.clock.now();
    let mut tx = state.db.begin().await?;
    // A lock that has ended or a window that has passed starts anew.
    let (count, locked_until): (i64, i64) = sqlx::query_as(
        "insert into throttles (key, count, window_start, locked_until) values ($1, 1, $2, 0)
         on conflict (key) do update set
             count = case
                 when throttles.locked_until > $2 then throttles.count + 1
                 when throttles.locked_until > 0 or throttles.window_start <= $3 then 1
                 else throttles.count + 1 end,
             window_start = case
                 when throttles.locked_until > $2 then throttles.window_start
                 when throttles.locked_until > 0 or throttles.window_start <= $3 then $2
                 else throttles.window_start end,
             locked_until = case
                 when throttles.locked_until > $2 then throttles.locked_until
                 when throttles.locked_until > 0 or throttles.window_start <= $3 then 0
                 when throttles.count + 1 >= $4 then $5
                 else 0 end
         returning count, locked_until",
    )
    .bind(key)
    .bind(now.0)
    .bind(now.plus_ms(-limit.window_ms).0)
    .bind(limit.attempts)
    .bind(now.plus_ms(limit.lock_ms).0)
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    if count > limit.attempts {
        return Err(too_many(Timestamp(locked_until).since(now)));
    }
    Ok(())
}

/// 429 while locked; counts nothing.
pub async fn check(state: &AppState, key: &str) -> Result<()> {
    let now = state.clock.now();
    let locked_until: Option<i64> =
        sqlx::query_scalar("select locked_until from throttles where key = $1")
            .bind(key)
            .fetch_optional(state.db.read())
            .await?;
    match locked_until {
        Some(until) if until > now.0 => Err(too_many(Timestamp(until).since(now))),
        _ => Ok(()),
    }
}

fn too_many(wait_ms: i64) -> Error {
    Error::TooManyRequests {
        retry_after_s: (wait_ms.max(1_000) + 999) / 1_000,
    }
}

/// Forgets the attempts: the right one came.
pub async fn clear(tx: &mut Tx, key: &str) -> Result<()> {
    sqlx::query("delete from throttles where key = $1")
        .bind(key)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Takes one attempt back: it was no failure, but earlier ones still count.
pub async fn take_back(tx: &mut Tx, key: &str) -> Result<()> {
    sqlx::query(
        "update throttles set count = count - 1, locked_until = 0 where key = $1 and count > 0",
    )
    .bind(key)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Drops counters that no longer matter.
pub async fn sweep(tx: &mut Tx, now: Timestamp) -> Result<()> {
    sqlx::query("delete from throttles where window_start < $1 and locked_until < $1")
        .bind(now.plus_days(-1).0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
