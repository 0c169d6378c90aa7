//! Backup and restore: one file for either database, so that a backup also moves an organization
//! from `SQLite` to `PostgreSQL` or from a folder to S3.
//!
//! The file is gzip over JSON lines: a head, then for each row `{"table", "row"}` in the order of
//! [`TABLES`], then for each blob `{"blob", "data"}` (base64), then an end with both counts, without
//! which a file is known to be cut. Columns that are null are left out.
//!
//! Not in it: uploads in progress (phones start them again), one-time links and counters.

use std::{
    collections::{BTreeMap, HashSet},
    fs::File,
    io::{BufRead as _, BufReader, BufWriter, Write},
    path::Path,
    sync::Arc,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::Timestamp;
use flate2::{Compression, read::MultiGzDecoder, write::GzEncoder};
use futures::TryStreamExt as _;
use object_store::{ObjectStore, ObjectStoreExt as _};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sqlx::{
    AssertSqlSafe, Column as _, Row as _, TypeInfo as _, ValueRef as _,
    any::{AnyRow, AnyTypeInfoKind},
};

use crate::{
    Clock, Db, Tx,
    error::{Error, Result},
};

/// In an order in which each row's references are there before it.
pub const TABLES: &[&str] = &[
    "organizations",
    "server_keys",
    "departments",
    "people",
    "person_roles",
    "devices",
    "sessions",
    "invitations",
    "certificates",
    "forms",
    "standards",
    "tasks",
    "task_completions",
    "rectifications",
    "rectification_events",
    "rectification_sources",
    "activities",
    "premises",
    "sign_ups",
    "attendances",
    "guests",
    "guest_changes",
    "hour_corrections",
    "hour_settings",
    "hour_consents",
    "submissions",
    "submission_counts",
    "submission_versions",
    "attachments",
    "photo_words",
    "blobs",
    "files",
    "evidence",
    "self_assessments",
    "self_assessment_opinions",
    "self_assessment_departments",
    "rejected_blobs",
    "likenesses",
    "likeness_bands",
    "look_alikes",
    "inbox",
    "feed",
    "audit",
];

/// Left out on purpose; see the module's text.
pub const LEFT_OUT: &[&str] = &[
    "one_time_links",
    // Made again from the rest.
    "search_documents",
    "throttles",
    "uploads",
    "upload_pieces",
];

const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Head {
        minglu_backup: u32,
        made_at: Timestamp,
    },
    Row {
        table: String,
        row: Map<String, Value>,
    },
    Blob {
        blob: String,
        data: String,
    },
    End {
        rows: u64,
        blobs: u64,
    },
}

/// How much was written or read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    pub rows: u64,
    pub blobs: u64,
}

/// Writes everything as of one moment to `file`; the server may run meanwhile.
pub async fn write(
    db: &Db,
    blobs: &Arc<dyn ObjectStore>,
    clock: &Clock,
    file: &Path,
) -> Result<Done> {
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    let mut out = GzEncoder::new(
        BufWriter::new(private_file(Path::new(&part))?),
        Compression::fast(),
    );
    let mut done = Done::default();
    put(
        &mut out,
        &Line::Head {
            minglu_backup: VERSION,
            made_at: clock.now(),
        },
    )?;
    let mut tx = db.snapshot().await?;
    for table in TABLES {
        let mut rows = sqlx::query(AssertSqlSafe(format!("select * from {table}"))).fetch(&mut *tx);
        while let Some(row) = rows.try_next().await? {
            put(
                &mut out,
                &Line::Row {
                    table: (*table).to_owned(),
                    row: encode(&row)?,
                },
            )?;
            done.rows += 1;
        }
    }
    let in_progress: HashSet<String> = sqlx::query_scalar("select object from upload_pieces")
        .fetch_all(&mut *tx)
        .await?
        .into_iter()
        .collect();
    drop(tx);
    // After the rows: what they name is there, and blobs never change.
    let mut listed = blobs.list(None);
    while let Some(object) = listed.try_next().await? {
        if in_progress.contains(object.location.as_ref()) {
            continue;
        }
        let bytes = match blobs.get(&object.location).await {
            Ok(found) => found.bytes().await?,
            // A piece of an upload that was finished meanwhile.
            Err(object_store::Error::NotFound { .. }) => continue,
            Err(error) => return Err(error.into()),
        };
        put(
            &mut out,
            &Line::Blob {
                blob: object.location.to_string(),
                data: STANDARD.encode(&bytes),
            },
        )?;
        done.blobs += 1;
    }
    put(
        &mut out,
        &Line::End {
            rows: done.rows,
            blobs: done.blobs,
        },
    )?;
    let inner = out.finish().map_err(Error::internal)?;
    let inner = inner
        .into_inner()
        .map_err(|error| Error::internal(error.into_error()))?;
    inner.sync_all().map_err(Error::internal)?;
    std::fs::rename(&part, file).map_err(Error::internal)?;
    Ok(done)
}

/// Reads a backup into an empty database; all of it or nothing.
///
/// The organizations' epochs move on, so that phones, which may know changes from after the backup,
/// compare everything instead of trusting their cursors.
pub async fn read(
    db: &Db,
    blobs: &Arc<dyn ObjectStore>,
    clock: &Clock,
    file: &Path,
) -> Result<Done> {
    let input = File::open(file)
        .map_err(|error| Error::internal(format!("can't open {}: {error}", file.display())))?;
    let mut lines = BufReader::new(MultiGzDecoder::new(BufReader::new(input))).lines();
    match next(&mut lines)? {
        Some(Line::Head { minglu_backup, .. }) if minglu_backup <= VERSION => {}
        Some(Line::Head { minglu_backup, .. }) => {
            return Err(Error::internal(format!(
                "the backup has format {minglu_backup}; this version of Minglu reads {VERSION} at \
                 most, please update it"
            )));
        }
        _ => return Err(Error::internal(format!("{} is no backup", file.display()))),
    }
    let mut tx = db.begin().await?;
    let occupied: Option<String> = sqlx::query_scalar("select id from organizations limit 1")
        .fetch_optional(&mut *tx)
        .await?;
    if occupied.is_some() {
        return Err(Error::internal(
            "the database has an organization already; restore into an empty one (another --data \
             folder or another --database-url)",
        ));
    }
    // The server's own key of an empty database has signed nothing yet.
    sqlx::query("delete from server_keys")
        .execute(&mut *tx)
        .await?;
    let mut done = Done::default();
    loop {
        match next(&mut lines)? {
            Some(Line::Row { table, row }) => {
                // Until tasks had a schedule, only the sample had any.
                if table != "tasks" || row.contains_key("schedule") {
                    insert(&mut tx, &table, &row).await?;
                }
                done.rows += 1;
            }
            Some(Line::Blob { blob, data }) => {
                let bytes = STANDARD.decode(data).map_err(Error::internal)?;
                let location = object_store::path::Path::parse(&blob).map_err(Error::internal)?;
                blobs.put(&location, bytes.into()).await?;
                done.blobs += 1;
            }
            // Reading on to the end of the file checks its checksum.
            Some(Line::End { rows, blobs })
                if (Done { rows, blobs }) == done && next(&mut lines)?.is_none() =>
            {
                break;
            }
            _ => {
                return Err(Error::internal(format!(
                    "{} is cut or damaged after {} rows and {} blobs; nothing was restored",
                    file.display(),
                    done.rows,
                    done.blobs
                )));
            }
        }
    }
    // A backup of before knows no likenesses.
    sqlx::query(
        "insert into likenesses (organization_id, sha256)
         select distinct organization_id, blob from attachments where stored = 1
         on conflict do nothing",
    )
    .execute(&mut *tx)
    .await?;
    // By the clock, so that restoring the same backup twice gives two epochs.
    sqlx::query(
        "update organizations set epoch = case when epoch >= $1 then epoch + 1 else $1 end",
    )
    .bind(clock.now().0 / 1_000)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(done)
}

fn private_file(path: &Path) -> Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .map_err(|error| Error::internal(format!("can't write {}: {error}", path.display())))
}

fn put(out: &mut impl Write, line: &Line) -> Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n").map_err(Error::internal)
}

fn next(lines: &mut impl Iterator<Item = std::io::Result<String>>) -> Result<Option<Line>> {
    match lines.next() {
        Some(line) => {
            let line = line.map_err(|error| {
                Error::internal(format!("the backup is cut or damaged: {error}"))
            })?;
            Ok(Some(serde_json::from_str(&line)?))
        }
        None => Ok(None),
    }
}

fn encode(row: &AnyRow) -> Result<Map<String, Value>> {
    let mut map = Map::new();
    for (index, column) in row.columns().iter().enumerate() {
        let raw = row.try_get_raw(index)?;
        if raw.is_null() {
            continue;
        }
        let value = match raw.type_info().kind() {
            AnyTypeInfoKind::Text => Value::from(row.try_get::<String, _>(index)?),
            AnyTypeInfoKind::Integer | AnyTypeInfoKind::BigInt | AnyTypeInfoKind::SmallInt => {
                Value::from(row.try_get::<i64, _>(index)?)
            }
            AnyTypeInfoKind::Double | AnyTypeInfoKind::Real => {
                Value::from(row.try_get::<f64, _>(index)?)
            }
            _ => {
                return Err(Error::internal(format!(
                    "column {} has the type {}, which a backup can't hold",
                    column.name(),
                    raw.type_info().name()
                )));
            }
        };
        map.insert(column.name().to_owned(), value);
    }
    Ok(map)
}

async fn insert(tx: &mut Tx, table: &str, row: &Map<String, Value>) -> Result<()> {
    let Some(table) = TABLES.iter().find(|known| **known == table) else {
        return Err(Error::internal(format!(
            "the backup holds a table {table} that this version of Minglu doesn't know; please \
             update it"
        )));
    };
    let row: BTreeMap<&str, &Value> = row
        .iter()
        .map(|(name, value)| (name.as_str(), value))
        .collect();
    if row.is_empty() || !row.keys().all(|name| is_column_name(name)) {
        return Err(Error::internal(format!("a row of {table} is damaged")));
    }
    let names: Vec<&str> = row.keys().copied().collect();
    let places: Vec<String> = (1..=names.len())
        .map(|number| format!("${number}"))
        .collect();
    let text = format!(
        "insert into {table} ({}) values ({})",
        names.join(", "),
        places.join(", ")
    );
    let mut query = sqlx::query(AssertSqlSafe(text));
    for value in row.values() {
        query = match value {
            Value::String(text) => query.bind(text.as_str()),
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(whole), _) => query.bind(whole),
                (None, Some(real)) => query.bind(real),
                _ => return Err(Error::internal(format!("a row of {table} is damaged"))),
            },
            _ => return Err(Error::internal(format!("a row of {table} is damaged"))),
        };
    }
    query.execute(&mut **tx).await?;
    Ok(())
}

fn is_column_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_backed_up_or_left_out_on_purpose() {
        let migrations = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
        let mut made = Vec::new();
        for entry in std::fs::read_dir(migrations).expect("the folder") {
            let text = std::fs::read_to_string(entry.expect("an entry").path()).expect("text");
            for line in text.lines() {
                if let Some(rest) = line.strip_prefix("create table ") {
                    made.push(rest.split_whitespace().next().expect("a name").to_owned());
                }
            }
        }
        made.sort_unstable();
        // A table may have been made anew.
        made.dedup();
        let mut known: Vec<&str> = TABLES.iter().chain(LEFT_OUT).copied().collect();
        known.sort_unstable();
        assert_eq!(made, known);
    }
}
