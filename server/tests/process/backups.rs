//! `minglu backup` while phones push: what was acknowledged before it is in it, and it is of one moment.

use std::{collections::BTreeMap, process::Command};

use domain::keys::sha256_hex;
use sqlx::Row as _;

use crate::{
    Outcome,
    home::Home,
    http::Connection,
    phone::{Crew, lock},
    support::Backend,
    world::{self, Phone},
};

const PHONES: usize = 20;

on_both! {
    async fn a_backup_under_load_is_whole(backend) {
        back_up(backend).await.expect("a run");
    }
}

async fn back_up(backend: Backend) -> Outcome<()> {
    let home = Home::new(backend).await?;
    let (organization, phones) = home.settle(PHONES).await?;
    let db = home.db().await?;
    let reader = world::reviewer(&db, organization).await?;
    db.close().await;
    let process = home.start().await?;
    let crew = Crew::start(phones, &home.address);
    let tally = crew.tally.clone();
    tally
        .until(|tally| tally.count() > 300 && tally.stored() > 20)
        .await?;
    let acknowledged = lock(&tally.acknowledged).clone();
    let stored = lock(&tally.stored).clone();
    let file = home.folder.join("minglu.backup").display().to_string();
    obey(home.command(&["backup", &file])).await?;
    assert!(tally.count() > acknowledged.len(), "there was no load");
    crew.finish().await?;
    process.kill()?;

    let elsewhere = Home::new(backend).await?;
    obey(elsewhere.command(&["restore", &file])).await?;
    let process = elsewhere.start().await?;
    assert_ne!(epoch(&home).await?, epoch(&elsewhere).await?);
    let inbox = inbox(&elsewhere).await?;
    for id in &acknowledged {
        assert!(inbox.contains_key(&id.to_string()), "{id} is lost");
    }
    is_of_one_moment(&elsewhere, &inbox).await?;
    let named = blobs(&elsewhere).await?;
    for name in stored.iter().chain(&named) {
        has_bytes(&elsewhere, &reader, name).await?;
    }
    println!(
        "{backend:?}: {} acknowledged and {} photos before; {} and {} restored",
        acknowledged.len(),
        stored.len(),
        inbox.len(),
        named.len()
    );
    process.kill()
}

/// Runs a command beside everything else.
async fn obey(mut command: Command) -> Outcome<()> {
    let output = tokio::task::spawn_blocking(move || command.output()).await??;
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
}

async fn epoch(home: &Home) -> Outcome<i64> {
    let db = home.db().await?;
    let epoch = sqlx::query_scalar("select epoch from organizations")
        .fetch_one(db.read())
        .await?;
    db.close().await;
    Ok(epoch)
}

/// Which record each operation is about.
async fn inbox(home: &Home) -> Outcome<BTreeMap<String, String>> {
    let db = home.db().await?;
    let rows = sqlx::query("select op_id, record_id from inbox")
        .fetch_all(db.read())
        .await?;
    db.close().await;
    let mut inbox = BTreeMap::new();
    for row in rows {
        inbox.insert(row.try_get("op_id")?, row.try_get("record_id")?);
    }
    Ok(inbox)
}

/// Each record has the revision that the operations in the inbox make.
async fn is_of_one_moment(home: &Home, inbox: &BTreeMap<String, String>) -> Outcome<()> {
    let mut operations: BTreeMap<&str, i64> = BTreeMap::new();
    for record in inbox.values() {
        *operations.entry(record).or_default() += 1;
    }
    let db = home.db().await?;
    let rows = sqlx::query("select id, revision from submissions")
        .fetch_all(db.read())
        .await?;
    let counted: i64 = sqlx::query_scalar("select cast(sum(n) as bigint) from submission_counts")
        .fetch_one(db.read())
        .await?;
    db.close().await;
    assert_eq!(counted, rows.len() as i64);
    for row in rows {
        let id: String = row.try_get("id")?;
        let revision: i64 = row.try_get("revision")?;
        assert_eq!(operations.get(id.as_str()), Some(&revision), "{id}");
    }
    Ok(())
}

async fn blobs(home: &Home) -> Outcome<Vec<String>> {
    let db = home.db().await?;
    let named = sqlx::query_scalar(
        "select blob from attachments where stored = 1 union select sha256 from blobs",
    )
    .fetch_all(db.read())
    .await?;
    db.close().await;
    Ok(named)
}

async fn has_bytes(home: &Home, phone: &Phone, name: &str) -> Outcome<()> {
    let mut connection = Connection::open(&home.address, &phone.token).await?;
    let path = format!("/api/blobs/{name}");
    let reply = connection.send("GET", &path, &[], &[]).await?;
    assert_eq!(
        (reply.status, sha256_hex(&reply.body)),
        (200, name.to_owned())
    );
    Ok(())
}
