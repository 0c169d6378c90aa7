//! Compares what phones were told with what the database and the store of photos hold.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use domain::{
    OpId, OrganizationId, Row,
    api::sync::{PullResponse, PulledRow},
    forms::{Answer, Answers},
    keys::sha256_hex,
};
use serde_json::Value;
use server::Db;
use sqlx::Row as _;

use crate::{
    Outcome,
    home::Home,
    phone::{Note, Worker},
};

/// What was counted, and whatever isn't as it must be.
#[derive(Debug, Default)]
pub struct Findings {
    pub acknowledged: usize,
    pub lost: usize,
    pub twice: usize,
    pub stored: usize,
    pub answers: BTreeMap<u16, u64>,
    pub unanswered: u64,
    /// Files in the store that are no blob: what a killed server left behind.
    pub left_over: usize,
    pub broken: Vec<String>,
}

/// Everything that all phones were told, against everything that the server holds. It must be running
/// and at rest.
pub async fn check(
    home: &Home,
    organization: OrganizationId,
    workers: &mut [Worker],
) -> Outcome<Findings> {
    let db = home.db().await?;
    let mut found = Findings::default();
    operations(&db, organization, workers, &mut found).await?;
    effects(&db, organization, workers, &mut found).await?;
    db.close().await;
    blobs(home, workers, &mut found).await?;
    for worker in workers {
        pull(worker, &mut found).await?;
        found.broken.append(&mut worker.book.wrong);
        found.unanswered += worker.book.unanswered;
        for (status, count) in &worker.book.answers {
            *found.answers.entry(*status).or_default() += count;
        }
    }
    let said = home.said();
    let panics = said.lines().filter(|line| line.contains("panicked"));
    found.broken.extend(panics.map(str::to_owned));
    Ok(found)
}

/// Every acknowledged operation is in the inbox, once, with the same content; nothing else is.
async fn operations(
    db: &Db,
    organization: OrganizationId,
    workers: &[Worker],
    found: &mut Findings,
) -> Outcome<()> {
    let rows = sqlx::query("select op_id, raw, verdict from inbox where organization_id = $1")
        .bind(organization.to_string())
        .fetch_all(db.read())
        .await?;
    let mut inbox: BTreeMap<OpId, (String, String)> = BTreeMap::new();
    for row in rows {
        let id = row.try_get::<String, _>("op_id")?.parse()?;
        let kept = (row.try_get("raw")?, row.try_get("verdict")?);
        if inbox.insert(id, kept).is_some() {
            found.twice += 1;
        }
    }
    for book in workers.iter().map(|worker| &worker.book) {
        for (id, verdict) in &book.acknowledged {
            found.acknowledged += 1;
            let Some((raw, kept)) = inbox.remove(id) else {
                found.lost += 1;
                found.broken.push(format!("lost: {id}, told {verdict:?}"));
                continue;
            };
            let same: Value = serde_json::from_str(&raw)?;
            let sent: Value = serde_json::from_str(&book.made[id])?;
            if same != sent || kept != verdict.outcome.first().name() {
                found.broken.push(format!("changed: {id}, {kept}, {raw}"));
            }
        }
    }
    // What was made and never acknowledged; there is none once the phones are at rest.
    for id in inbox.keys() {
        found
            .broken
            .push(format!("in the inbox, but nobody was told: {id}"));
    }
    Ok(())
}

/// Each record is what its operations make of it, each applied once.
async fn effects(
    db: &Db,
    organization: OrganizationId,
    workers: &[Worker],
    found: &mut Findings,
) -> Outcome<()> {
    let rows = sqlx::query(
        "select s.id, s.revision, s.answers,
                (select cast(count(*) as bigint) from submission_versions v
                 where v.submission_id = s.id) as versions,
                (select cast(count(*) as bigint) from attachments a
                 where a.subject_id = s.id and a.stored = 1) as photos
         from submissions s where s.organization_id = $1",
    )
    .bind(organization.to_string())
    .fetch_all(db.read())
    .await?;
    let count = rows.len();
    let mut records = BTreeMap::new();
    for row in rows {
        let id: String = row.try_get("id")?;
        records.insert(id, row);
    }
    let mut notes = 0;
    for note in workers.iter().flat_map(|worker| &worker.book.notes) {
        notes += 1;
        let Some(row) = records.get(&note.id.to_string()) else {
            found.broken.push(format!("no record {}", note.id));
            continue;
        };
        let revision: i64 = row.try_get("revision")?;
        let versions: i64 = row.try_get("versions")?;
        let photos: i64 = row.try_get("photos")?;
        let answers: Answers = serde_json::from_str(&row.try_get::<String, _>("answers")?)?;
        if revision > note.revision {
            found.twice += 1;
        }
        let is = (revision, versions, photos, answers.get("note"));
        let must = Answer::Text(note.text.clone());
        let must = (
            note.revision,
            note.revision,
            note.photos as i64,
            Some(&must),
        );
        if is != must {
            let id = note.id;
            found
                .broken
                .push(format!("{id} is {is:?}, must be {must:?}"));
        }
    }
    let counted: i64 = sqlx::query_scalar(
        "select cast(coalesce(sum(n), 0) as bigint) from submission_counts where organization_id = $1",
    )
    .bind(organization.to_string())
    .fetch_one(db.read())
    .await?;
    if (count, counted) != (notes, notes as i64) {
        let text = format!("{count} records, counted as {counted}, must be {notes}");
        found.broken.push(text);
    }
    Ok(())
}

/// Every photo that was called stored comes back as the bytes that its name says.
async fn blobs(home: &Home, workers: &mut [Worker], found: &mut Findings) -> Outcome<()> {
    for worker in workers {
        for name in std::mem::take(&mut worker.book.stored) {
            found.stored += 1;
            let path = format!("/api/blobs/{name}");
            let reply = worker.ask("GET", &path, &[], &[]).await;
            if reply.is_none_or(|reply| sha256_hex(&reply.body) != name) {
                found.lost += 1;
                found.broken.push(format!("photo {name} isn't there"));
            }
        }
    }
    for file in files_below(&home.folder.join("blobs"))? {
        let name = file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if !domain::keys::is_sha256_hex(&name) {
            found.left_over += 1;
        } else if sha256_hex(&std::fs::read(&file)?) != name {
            found
                .broken
                .push(format!("{} has other bytes", file.display()));
        }
    }
    Ok(())
}

pub fn files_below(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    Ok(files)
}

/// A phone that starts from nothing gets each of its records, as it is.
async fn pull(worker: &mut Worker, found: &mut Findings) -> Outcome<()> {
    let mut got: BTreeMap<String, i64> = BTreeMap::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/api/sync/pull?cursor={cursor}");
        let reply = worker.ask("GET", &path, &[], &[]).await.ok_or("no pull")?;
        let page: PullResponse = serde_json::from_slice(&reply.body)?;
        for row in page.rows {
            if let PulledRow::Put {
                row: Row::Submissions(row),
            } = row
            {
                got.insert(row.id.to_string(), row.revision);
            }
        }
        cursor = page.cursor;
        if !page.more {
            break;
        }
    }
    let missed = |note: &&Note| got.get(&note.id.to_string()) != Some(&note.revision);
    for note in worker.book.notes.iter().filter(missed) {
        found
            .broken
            .push(format!("no pull brings {} at {}", note.id, note.revision));
    }
    Ok(())
}
