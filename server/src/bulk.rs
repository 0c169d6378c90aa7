//! Statements over many rows at once: lists of placeholders and of value tuples, always bound.
//!
//! Leaves out values: only `$n` is ever written into a text. The number of rows is cut into few
//! different sizes, so that the connection's cache of prepared statements stays small.

use std::fmt::Write as _;

use domain::OrganizationId;
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{
    Any, AnyConnection, AssertSqlSafe,
    any::{AnyArguments, AnyRow},
    query::Query,
};

use crate::error::{Error, Result};

/// Sizes in which many rows are written or asked for; the last must be 1.
const SIZES: [usize; 7] = [200, 50, 20, 10, 5, 2, 1];
/// The most ids in one list.
pub const CHUNK: usize = 500;

/// Cuts `items` into pieces of few different lengths, in order.
pub fn pieces<T>(items: &[T]) -> impl Iterator<Item = &[T]> {
    let mut rest = items;
    std::iter::from_fn(move || {
        let size = SIZES.into_iter().find(|size| *size <= rest.len())?;
        let (piece, remaining) = rest.split_at(size);
        rest = remaining;
        Some(piece)
    })
}

/// How a placeholder is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placeholder {
    /// `$1`, `$2`, …: both databases.
    Numbered,
    /// `?`: `SQLite` only. It looks names up one by one, which with hundreds of numbered placeholders
    /// took a third of the writing.
    Plain,
}

impl Placeholder {
    fn of(connection: &AnyConnection) -> Self {
        match connection.backend_name() {
            "SQLite" => Self::Plain,
            _ => Self::Numbered,
        }
    }
}

/// `head ($1, …), ($n, …) tail` for so many rows of so many columns.
pub fn values(
    head: &'static str,
    rows: usize,
    columns: usize,
    tail: &'static str,
    placeholder: Placeholder,
) -> AssertSqlSafe<String> {
    let mut text = String::with_capacity(head.len() + tail.len() + rows * columns * 6 + 16);
    text.push_str(head);
    for row in 0..rows {
        text.push_str(if row == 0 { " (" } else { ", (" });
        for column in 0..columns {
            let separator = if column == 0 { "" } else { ", " };
            let number = row * columns + column + 1;
            // Writing to a string can't fail.
            let _ = match placeholder {
                Placeholder::Numbered => write!(text, "{separator}${number}"),
                Placeholder::Plain => write!(text, "{separator}?"),
            };
        }
        text.push(')');
    }
    text.push(' ');
    text.push_str(tail);
    AssertSqlSafe(text)
}

/// `head ($first, …) tail` with `count` placeholders.
pub fn list(
    head: &'static str,
    first: usize,
    count: usize,
    tail: &'static str,
) -> AssertSqlSafe<String> {
    let mut text = String::with_capacity(head.len() + tail.len() + count * 6 + 4);
    text.push_str(head);
    text.push_str(" (");
    for number in first..first + count {
        let separator = if number == first { "" } else { ", " };
        let _ = write!(text, "{separator}${number}");
    }
    text.push_str(") ");
    text.push_str(tail);
    AssertSqlSafe(text)
}

/// [`list`] with `?`, also for the one `$1` of the head.
fn plain_list(head: &str, count: usize, tail: &'static str) -> AssertSqlSafe<String> {
    let mut text = head.replacen("$1", "?", 1);
    text.push_str(" (?");
    for _ in 1..count {
        text.push_str(", ?");
    }
    text.push_str(") ");
    text.push_str(tail);
    AssertSqlSafe(text)
}

/// `head ($first, …) head ($n, …) … tail`: several lists, counted on from the first.
pub fn lists(
    parts: &[(&'static str, usize)],
    first: usize,
    tail: &'static str,
) -> AssertSqlSafe<String> {
    let mut text = String::new();
    let mut next = first;
    for (head, count) in parts {
        let AssertSqlSafe(part) = list(head, next, *count, "");
        text.push_str(&part);
        next += count;
    }
    text.push_str(tail);
    AssertSqlSafe(text)
}

/// Runs `head (…) tail` over many ids, with the organization as `$1`, the only placeholder in `head`
/// and `tail`; `head` ends with `in`.
pub async fn select(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    head: &'static str,
    ids: &[String],
    tail: &'static str,
) -> Result<Vec<AnyRow>> {
    each_piece(connection, organization, head, ids, tail, By::Organization).await
}

/// [`select`] where the list alone finds the rows and the organization is only checked: a table's own
/// ids, or those of an index that begins with them.
///
/// SQLite takes an organization for ten rows and two hundred ids for two hundred, and would rather
/// read all that the organization has.
pub async fn by_ids(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    head: &'static str,
    ids: &[String],
    tail: &'static str,
) -> Result<Vec<AnyRow>> {
    each_piece(connection, organization, head, ids, tail, By::Ids).await
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Organization,
    Ids,
}

/// `x.organization_id = $1` as `+x.organization_id = $1`: a term that SQLite looks for in no index.
fn unindexed(head: &str) -> String {
    let Some(at) = head.find("organization_id = $1") else {
        return head.to_owned();
    };
    let before = head[..at].trim_end_matches(|c: char| c.is_alphanumeric() || "._".contains(c));
    format!("{before}+{}", &head[before.len()..])
}

async fn each_piece(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    head: &'static str,
    ids: &[String],
    tail: &'static str,
    by: By,
) -> Result<Vec<AnyRow>> {
    let unindexed = (by == By::Ids).then(|| unindexed(head));
    let plain = unindexed.as_deref().unwrap_or(head);
    let placeholder = Placeholder::of(connection);
    let mut found = Vec::new();
    for piece in ids.chunks(CHUNK) {
        // Rounded up with repeats of the last id, again for few different texts.
        let size = match piece.len() {
            0..=2 => piece.len(),
            3..=10 => 10,
            11..=50 => 50,
            51..=200 => 200,
            _ => CHUNK,
        };
        let AssertSqlSafe(text) = match placeholder {
            Placeholder::Numbered => list(head, 2, size, tail),
            Placeholder::Plain => plain_list(plain, size, tail),
        };
        let mut query = sqlx::query(AssertSqlSafe(text)).bind(organization.to_string());
        let last = piece.last().into_iter().cycle();
        for id in piece.iter().chain(last).take(size) {
            query = query.bind(id.as_str());
        }
        found.append(&mut query.fetch_all(&mut *connection).await?);
    }
    Ok(found)
}

/// Writes many rows, each of values of its own, which `bind` binds in order: `insert … values (…)`, or
/// `update … from (values (…)) as v where …`, where both databases call the columns `v.column1` and so on.
pub async fn write<T>(
    connection: &mut AnyConnection,
    head: &'static str,
    columns: usize,
    tail: &'static str,
    rows: &[T],
    bind: impl for<'q> Fn(Query<'q, Any, AnyArguments>, &'q T) -> Query<'q, Any, AnyArguments>,
) -> Result<()> {
    let placeholder = Placeholder::of(connection);
    for piece in pieces(rows) {
        let mut query = sqlx::query(values(head, piece.len(), columns, tail, placeholder));
        for row in piece {
            query = bind(query, row);
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// The word that stands for an enum's variant without data, as in JSON.
pub fn word<T: Serialize>(value: &T) -> Result<String> {
    match serde_json::to_value(value)? {
        serde_json::Value::String(word) => Ok(word),
        other => Err(Error::internal(format!("{other} is no word"))),
    }
}

/// The variant that a word of the database stands for.
pub fn variant<T: DeserializeOwned>(word: String) -> Result<T> {
    Ok(serde_json::from_value(serde_json::Value::String(word))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_cover_everything_in_order() {
        let items: Vec<usize> = (0..138).collect();
        let pieces: Vec<&[usize]> = pieces(&items).collect();
        assert_eq!(pieces.concat(), items);
        assert_eq!(
            pieces.iter().map(|piece| piece.len()).collect::<Vec<_>>(),
            [50, 50, 20, 10, 5, 2, 1]
        );
    }

    #[test]
    fn placeholders_count_on_from_row_to_row() {
        let two_rows = |placeholder| {
            let AssertSqlSafe(text) = values(
                "insert into t (a, b) values",
                2,
                2,
                "on conflict do nothing",
                placeholder,
            );
            text
        };
        assert_eq!(
            two_rows(Placeholder::Numbered),
            "insert into t (a, b) values ($1, $2), ($3, $4) on conflict do nothing"
        );
        assert_eq!(
            two_rows(Placeholder::Plain),
            "insert into t (a, b) values (?, ?), (?, ?) on conflict do nothing"
        );
        assert_eq!(
            unindexed("select 1 from t x where x.organization_id = $1 and x.id in"),
            "select 1 from t x where +x.organization_id = $1 and x.id in"
        );
        let AssertSqlSafe(text) = list("select 1 where a in", 2, 3, "order by a");
        assert_eq!(text, "select 1 where a in ($2, $3, $4) order by a");
    }
}
