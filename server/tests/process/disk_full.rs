//! No room on the server's disk: phones are asked to come again, and once there is room everything goes
//! through. The disk is a small one in memory, for which one must be root; whoever isn't can forbid
//! files to grow.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::atomic::Ordering,
    time::Duration,
};

use domain::OrganizationId;
use server::Db;

use crate::{
    Outcome,
    cluster::is_root,
    home::{Home, Process},
    http::Connection,
    ledger,
    phone::Crew,
    support::{Backend, Fresh},
    world::Phone,
};

const PHONES: usize = 10;
/// So many answers "not now" before there is room again.
const PUT_OFF: u64 = 60;
/// What the disk holds, and what is free when phones begin.
const DISK: u64 = 64 * 1024 * 1024;
const FREE: u64 = 1024 * 1024;

on_both! {
    async fn a_full_disk_loses_nothing(backend) {
        if !is_root() {
            println!("SKIPPED: only root can mount a small disk; see `files_that_may_not_grow`");
            return;
        }
        on_small_disk(backend).await.expect("a run");
    }
}

async fn on_small_disk(backend: Backend) -> Outcome<()> {
    let disk = Disk::mount()?;
    let fresh = Fresh::new(backend).await;
    let url = match backend {
        Backend::Postgres => fresh.url.clone(),
        Backend::Sqlite => {
            let file = disk.folder.join("minglu.db");
            std::fs::copy(fresh.folder.path().join("minglu.db"), &file)?;
            format!("sqlite:{}", file.display())
        }
    };
    let mut home = Home::at(&disk.folder, url)?;
    home.log = fresh.folder.path().join("log");
    let (organization, phones) = home.settle(PHONES + 1).await?;
    let process = home.start().await?;
    let ballast = disk.fill()?;
    let room = || Ok(std::fs::remove_file(&ballast)?);
    fill_and_heal(&home, process, organization, phones, room).await
}

/// As a full disk, but by a limit on the size of files, which needs no root.
#[tokio::test]
async fn files_that_may_not_grow_lose_nothing() {
    async fn run() -> Outcome<()> {
        let home = Home::new(Backend::Sqlite).await?;
        let (organization, phones) = home.settle(PHONES + 1).await?;
        let plain = home.command(&["serve"]);
        let mut limited = home.command(&[]);
        limited = {
            let mut shell = Command::new("sh");
            shell
                .args(["-c", r#"trap "" XFSZ; ulimit -S -f 3000; exec "$0" serve"#])
                .arg(plain.get_program())
                .current_dir(&home.folder)
                .stdin(Stdio::null());
            for (name, value) in limited.get_envs() {
                shell.env(name, value.unwrap_or_default());
            }
            shell
        };
        let process = home.start_as(limited).await?;
        let id = process.id().to_string();
        let room = || {
            let lifted = Command::new("prlimit")
                .args(["--pid", &id, "--fsize=unlimited:"])
                .status()?;
            lifted
                .success()
                .then_some(())
                .ok_or("prlimit failed".into())
        };
        fill_and_heal(&home, process, organization, phones, room).await
    }
    run().await.expect("a run");
}

/// Phones work until nothing goes any more; then there is room.
async fn fill_and_heal(
    home: &Home,
    process: Process,
    organization: OrganizationId,
    mut phones: Vec<Phone>,
    room: impl FnOnce() -> Outcome<()>,
) -> Outcome<()> {
    let reader = phones.pop().ok_or("no phone")?;
    let db = home.db().await?;
    let mut tx = db.begin().await?;
    // Long enough ago to be noted again.
    sqlx::query("update sessions set last_seen_at = last_seen_at - 120000 where token_hash = $1")
        .bind(server::tokens::hash(&reader.token))
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    db.close().await;
    let crew = Crew::start(phones, &home.address);
    let tally = crew.tally.clone();
    let is_full = |tally: &crate::phone::Tally| tally.put_off.load(Ordering::SeqCst) >= PUT_OFF;
    let told = |error| format!("{error}: {}", home.said());
    tally.until(is_full).await.map_err(told)?;
    reads(home, &reader).await?;
    room()?;
    tally.progress(100).await.map_err(told)?;
    let mut workers = crew.finish().await?;
    let findings = ledger::check(home, organization, &mut workers).await?;
    println!("{findings:?}");
    assert_eq!((findings.lost, findings.twice), (0, 0));
    assert!(findings.broken.is_empty(), "{:?}", findings.broken);
    process.kill()?;
    if home.url.starts_with("sqlite:") {
        let db = Db::connect(&home.url).await?;
        let said: String = sqlx::query_scalar("pragma integrity_check")
            .fetch_one(db.read())
            .await?;
        assert_eq!(said, "ok");
        db.close().await;
    }
    Ok(())
}

/// Whoever only reads goes on, also where the server would like to note that it was seen.
async fn reads(home: &Home, phone: &Phone) -> Outcome<()> {
    let mut connection = Connection::open(&home.address, &phone.token).await?;
    for path in ["/api/session", "/api/sync/pull"] {
        let reply = connection.send("GET", path, &[], &[]).await?;
        let text = String::from_utf8_lossy(&reply.body);
        assert_eq!(reply.status, 200, "{path}: {text}");
    }
    Ok(())
}

/// A small disk in memory, with a folder of everybody's in it.
struct Disk {
    folder: PathBuf,
}

impl Disk {
    fn mount() -> Outcome<Self> {
        let folder = tempfile::tempdir()?.keep();
        let size = format!("size={DISK}");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(&folder)
            .status()?;
        if mounted.success() {
            return Ok(Self { folder });
        }
        std::fs::remove_dir(&folder)?;
        Err("a small disk can't be mounted".into())
    }

    /// Leaves little free.
    fn fill(&self) -> Outcome<PathBuf> {
        let ballast = self.folder.join("ballast");
        let used: u64 = used(&self.folder)?;
        std::fs::write(&ballast, vec![1; (DISK - FREE - used) as usize])?;
        Ok(ballast)
    }
}

fn used(folder: &Path) -> Outcome<u64> {
    let mut bytes = 0;
    for file in ledger::files_below(folder)? {
        bytes += std::fs::metadata(file)?.len();
    }
    Ok(bytes)
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: the server may just be ending.
        drop(Command::new("umount").arg("-l").arg(&self.folder).status());
        std::thread::sleep(Duration::from_millis(10));
        drop(std::fs::remove_dir(&self.folder));
    }
}
