//! How many wrong code words somebody tried at a gate. Nothing is refused there: a further one is
//! flagged, whatever its digits.

use domain::{ActivityId, PersonId, Timestamp};
use sqlx::{AnyConnection, Row as _};

use crate::error::Result;

fn key(activity: ActivityId, person: PersonId) -> String {
    format!("code_word:{activity}:{person}")
}

pub async fn code_word_tries(
    connection: &mut AnyConnection,
    activity: ActivityId,
    person: PersonId,
) -> Result<i64> {
    let row = sqlx::query("select count from throttles where key = $1")
        .bind(key(activity, person))
        .fetch_optional(connection)
        .await?;
    Ok(match row {
        Some(row) => row.try_get("count")?,
        None => 0,
    })
}

/// Counts `more` wrong code words.
pub async fn count_wrong_code_words(
    connection: &mut AnyConnection,
    activity: ActivityId,
    person: PersonId,
    more: i64,
    now: Timestamp,
) -> Result<()> {
    sqlx::query(
        "insert into throttles (key, count, window_start, locked_until) values ($1, $2, $3, 0)
         on conflict (key) do update set count = throttles.count + excluded.count",
    )
    .bind(key(activity, person))
    .bind(more)
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(())
}
