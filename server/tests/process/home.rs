//! Where a server lives: its database, its folder and its port, which outlive its process.

use std::{
    fs::File,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use domain::OrganizationId;
use server::Db;

use crate::{
    Outcome,
    http::Connection,
    random::Random,
    support::{Backend, Fresh},
    world,
};

pub struct Home {
    pub url: String,
    /// With the folder `blobs` in it.
    pub folder: PathBuf,
    pub address: String,
    /// What all its processes said.
    pub log: PathBuf,
    _fresh: Option<Fresh>,
}

impl Home {
    /// A migrated, empty database.
    pub async fn new(backend: Backend) -> Outcome<Self> {
        let fresh = Fresh::new(backend).await;
        let folder = fresh.folder.path().to_owned();
        let url = fresh.url.clone();
        Self::over(&folder, url, Some(fresh))
    }

    /// As [`Home::new`], but on a disk that a commit waits for: to measure on.
    pub async fn on_disk(backend: Backend) -> Outcome<Self> {
        let mut fresh = Fresh::new(backend).await;
        let disk = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        if backend == Backend::Sqlite {
            let file = disk.path().join("minglu.db");
            std::fs::copy(fresh.folder.path().join("minglu.db"), &file)?;
            fresh.url = format!("sqlite:{}", file.display());
        }
        fresh.folder = disk;
        let (folder, url) = (fresh.folder.path().to_owned(), fresh.url.clone());
        Self::over(&folder, url, Some(fresh))
    }

    /// On a database and a folder of the caller's.
    pub fn at(folder: &Path, url: String) -> Outcome<Self> {
        Self::over(folder, url, None)
    }

    fn over(folder: &Path, url: String, fresh: Option<Fresh>) -> Outcome<Self> {
        Ok(Self {
            url,
            folder: folder.to_owned(),
            address: free_address()?,
            log: folder.join("log"),
            _fresh: fresh,
        })
    }

    /// The database, beside the server.
    pub async fn db(&self) -> Outcome<Db> {
        Ok(Db::connect(&self.url).await?)
    }

    /// An organization with its forms and so many volunteers' phones.
    pub async fn settle(&self, phones: usize) -> Outcome<(OrganizationId, Vec<world::Phone>)> {
        let db = self.db().await?;
        let organization = world::organization(&db).await?;
        let phones = world::phones(&db, organization, phones).await?;
        db.close().await;
        Ok((organization, phones))
    }

    /// `minglu` with these arguments, on this database and folder; `MINGLU_BIN` may name another build.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let built = env!("CARGO_BIN_EXE_minglu").into();
        let program = std::env::var_os("MINGLU_BIN").unwrap_or(built);
        let mut command = Command::new(program);
        command
            .current_dir(&self.folder)
            .env("DATABASE_URL", &self.url)
            .env("BLOB_URL", self.folder.join("blobs"))
            .env("MINGLU_BIND", &self.address)
            .args(arguments)
            .stdin(Stdio::null());
        command
    }

    /// Starts the server and waits until it answers.
    pub async fn start(&self) -> Outcome<Process> {
        self.start_as(self.command(&["serve"])).await
    }

    pub async fn start_as(&self, mut command: Command) -> Outcome<Process> {
        let log = File::options().create(true).append(true).open(&self.log)?;
        let begun = Instant::now();
        let child = command.stdout(log.try_clone()?).stderr(log).spawn()?;
        let mut process = Process {
            child,
            started_in: Duration::ZERO,
        };
        loop {
            if let Ok(mut connection) = Connection::open(&self.address, "").await
                && connection
                    .send("GET", "/api/session", &[], &[])
                    .await
                    .is_ok()
            {
                process.started_in = begun.elapsed();
                return Ok(process);
            }
            if let Some(status) = process.child.try_wait()? {
                return Err(format!("the server ended ({status}): {}", self.said()).into());
            }
            if begun.elapsed() > Duration::from_mins(1) {
                return Err(format!("the server doesn't start: {}", self.said()).into());
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    pub fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

/// For what is run by hand: the database that `MINGLU_TEST_ON` names; both where a cluster is there.
pub fn wanted() -> Vec<Backend> {
    match std::env::var("MINGLU_TEST_ON").as_deref() {
        Ok("sqlite") => vec![Backend::Sqlite],
        Ok("postgres") => vec![Backend::Postgres],
        _ if std::env::var_os("MINGLU_TEST_POSTGRES").is_none() => vec![Backend::Sqlite],
        _ => vec![Backend::Sqlite, Backend::Postgres],
    }
}

/// A number from the environment, for what is run by hand.
pub fn number(name: &str, otherwise: usize) -> usize {
    let value = std::env::var(name).ok();
    value
        .and_then(|value| value.parse().ok())
        .unwrap_or(otherwise)
}

/// A server's process; killed when dropped.
pub struct Process {
    child: Child,
    /// From the start to the first answer.
    pub started_in: Duration,
}

impl Process {
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`
    pub fn kill(mut self) -> Outcome<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// The most memory that it ever had, in MB.
    pub fn peak_mb(&self) -> Outcome<f64> {
        self.memory_mb("VmHWM:")
    }

    pub fn resident_mb(&self) -> Outcome<f64> {
        self.memory_mb("VmRSS:")
    }

    fn memory_mb(&self, what: &str) -> Outcome<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(what));
        let kib: f64 = line
            .ok_or("no such line")?
            .trim()
            .trim_end_matches(" kB")
            .parse()?;
        Ok(kib / 1024.0)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may be dead already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A port that nothing else takes while the server is down: below those that the system gives to
/// outgoing connections.
fn free_address() -> Outcome<String> {
    let seed = uuid::Uuid::new_v4().as_u128() as u64;
    let mut random = Random::of(seed, &[]);
    for _ in 0..100 {
        let address = format!("127.0.0.1:{}", random.range(20_000, 32_000));
        if TcpListener::bind(&address).is_ok() {
            return Ok(address);
        }
    }
    Err("no free port".into())
}
