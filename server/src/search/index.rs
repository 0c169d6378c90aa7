//! The index itself: what of the search each database does in its own way. `SQLite` has FTS5 over words
//! that are cut before, PostgreSQL a `tsvector` of the same words under a GIN index.
//!
//! Words are ASCII letters and digits only, so that neither cuts or joins them.

use domain::OrganizationId;
use sqlx::{AnyConnection, any::AnyRow};

use super::{Asked, whose};
use crate::{
    Result,
    bulk::{self, CHUNK},
    db::{DatabaseKind, Db},
};

/// Makes the index where there is none.
pub async fn prepare(db: &Db) -> Result<()> {
    let mut tx = db.begin().await?;
    match db.kind() {
        DatabaseKind::Sqlite => {
            sqlx::query(
                "create virtual table if not exists search_index using fts5 (
                     words, content = '', contentless_delete = 1, detail = none,
                     tokenize = 'ascii')",
            )
            .execute(&mut *tx)
            .await?;
        }
        DatabaseKind::Postgres => {
            // Two servers that start at once would both find none.
            sqlx::query("select pg_advisory_xact_lock(7316482011)")
                .execute(&mut *tx)
                .await?;
            for statement in [
                "create table if not exists search_index (
                     number bigint primary key, words tsvector not null)",
                "create index if not exists search_index_words on search_index using gin (words)",
            ] {
                sqlx::query(statement).execute(&mut *tx).await?;
            }
        }
    }
    tx.commit().await
}

pub(super) async fn insert(connection: &mut AnyConnection, lines: &[(i64, String)]) -> Result<()> {
    let (head, tail) = if is_sqlite(connection) {
        (
            // Two organizations' documents may fall on one place: the first keeps it.
            "insert or ignore into search_index (rowid, words) values",
            "",
        )
    } else {
        (
            "insert into search_index (number, words)
             select number, array_to_tsvector(string_to_array(words, ' ')) from (values",
            ") as new (number, words)
             on conflict (number) do nothing",
        )
    };
    bulk::write(
        connection,
        head,
        2,
        tail,
        lines,
        |query, (number, words)| query.bind(*number).bind(words.as_str()),
    )
    .await
}

pub(super) async fn delete(connection: &mut AnyConnection, number: i64) -> Result<()> {
    let statement = if is_sqlite(connection) {
        "delete from search_index where rowid = $1"
    } else {
        "delete from search_index where number = $1"
    };
    sqlx::query(statement)
        .bind(number)
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets everything.
pub(super) async fn clear(connection: &mut AnyConnection) -> Result<()> {
    let statement = if is_sqlite(connection) {
        "insert into search_index (search_index) values ('delete-all')"
    } else {
        "truncate search_index"
    };
    sqlx::query(statement).execute(connection).await?;
    Ok(())
}

/// The documents that have all words, the greatest number first.
pub(super) async fn find(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    words: &[Asked],
    before: i64,
    limit: i64,
) -> Result<Vec<AnyRow>> {
    let is_sqlite = is_sqlite(connection);
    let mut parts = vec![whose(organization)];
    parts.extend(words.iter().map(|asked| {
        let mark = match (asked.beginning, is_sqlite) {
            (false, _) => "",
            (true, true) => "*",
            (true, false) => ":*",
        };
        format!("{}{mark}", asked.word)
    }));
    let limit = limit.min(CHUNK as i64);
    if is_sqlite {
        // `cross`: the index first. SQLite would look each of the organization's documents up in it.
        let statement = "select d.number, d.area, d.id, d.at, d.title, d.body
             from search_index cross join search_documents d on d.number = search_index.rowid
             where search_index match $1 and search_index.rowid < $2 and d.organization_id = $3
             order by search_index.rowid desc limit $4";
        let question = parts.join(" AND ");
        return ask(
            connection,
            statement,
            &question,
            before,
            organization,
            limit,
        )
        .await;
    }
    let question = parts.join(" & ");
    // PostgreSQL reads and sorts all that has the words before it hands out the latest. What many documents
    // have, the latest have as well; what they don't fill a page with, few have. By the operator's
    // function, for which PostgreSQL looks into no index.
    let latest = "select d.number, d.area, d.id, d.at, d.title, d.body
         from (select number, area, id, at, title, body from search_documents
               where organization_id = $3 and number < $2 order by number desc limit 500) d
         join search_index i on i.number = d.number
         where ts_match_vq(i.words, cast($1 as tsquery))
         order by d.number desc limit $4";
    let found = ask(connection, latest, &question, before, organization, limit).await?;
    if found.len() as i64 == limit {
        return Ok(found);
    }
    let all = "select d.number, d.area, d.id, d.at, d.title, d.body
         from search_index i join search_documents d on d.number = i.number
         where i.words @@ cast($1 as tsquery) and i.number < $2 and d.organization_id = $3
         order by i.number desc limit $4";
    ask(connection, all, &question, before, organization, limit).await
}

async fn ask(
    connection: &mut AnyConnection,
    statement: &'static str,
    question: &str,
    before: i64,
    organization: OrganizationId,
    limit: i64,
) -> Result<Vec<AnyRow>> {
    Ok(sqlx::query(statement)
        .bind(question)
        .bind(before)
        .bind(organization.to_string())
        .bind(limit)
        .fetch_all(connection)
        .await?)
}

fn is_sqlite(connection: &AnyConnection) -> bool {
    connection.backend_name() == "SQLite"
}
