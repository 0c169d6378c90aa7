//! A PostgreSQL of its own, for what would disturb the other tests: it is stopped and started again.
//!
//! As in `xtask/src/postgres.rs`, a small shell script ends it with this process, however that ends.

use std::{
    os::unix::{fs::chown, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use crate::{Outcome, world};

/// `nobody`: PostgreSQL refuses to run as root.
const NOBODY: u32 = 65534;

const KEEPER: &str = r#"read -r _; "$1" stop -D "$2/data" -m immediate; rm -rf "$2""#;

pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    keeper: Child,
}

impl Cluster {
    pub fn start() -> Outcome<Self> {
        let programs = programs()?;
        let folder = tempfile::tempdir()?.keep();
        let is_root = is_root();
        if is_root {
            chown(&folder, Some(NOBODY), Some(NOBODY))?;
        }
        let mut init = Self::command(&programs.join("initdb"), &folder);
        init.args(["--username=postgres", "--auth=trust", "--encoding=UTF8"])
            .args(["--no-locale", "--no-sync", "-D"])
            .arg(folder.join("data"));
        run(&mut init)?;
        let mut keeper = Self::command(Path::new("sh"), &folder);
        keeper
            .args(["-c", KEEPER, "keeper"])
            .arg(programs.join("pg_ctl"))
            .arg(&folder)
            .process_group(0)
            .stdin(Stdio::piped());
        let cluster = Self {
            keeper: keeper.spawn()?,
            programs,
            folder,
        };
        cluster.go_on()?;
        Ok(cluster)
    }

    /// Starts it, and waits until it answers.
    pub fn go_on(&self) -> Outcome<()> {
        let options = format!(
            "-k {} -c listen_addresses= -c fsync=off",
            self.folder.display()
        );
        let log = self.folder.join("log");
        run(self
            .control()
            .args(["start", "-w", "-o", &options, "-l"])
            .arg(log))
    }

    /// Ends it at once, as a crash would.
    pub fn stop(&self) -> Outcome<()> {
        run(self.control().args(["stop", "-m", "immediate"]))
    }

    fn control(&self) -> Command {
        let mut command = Self::command(&self.programs.join("pg_ctl"), &self.folder);
        command.arg("-D").arg(self.folder.join("data"));
        command
    }

    /// A fresh database's address.
    pub async fn database(&self) -> Outcome<String> {
        let host = self.folder.to_string_lossy().replace('/', "%2F");
        sqlx::any::install_default_drivers();
        world::database(&format!("postgres://postgres@{host}/postgres"), false).await
    }

    fn command(program: &Path, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(folder)
            .env("HOME", folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // Nothing can be done about a failure here.
        drop(self.keeper.wait());
    }
}

fn run(command: &mut Command) -> Outcome<()> {
    let status = command.status()?;
    if status.success() {
        return Ok(());
    }
    Err(format!("{command:?}: {status}").into())
}

/// Where Debian keeps the newest version; else the path decides.
fn programs() -> Outcome<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql");
    let found = versions
        .into_iter()
        .flatten()
        .flatten()
        .max_by_key(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            name.parse::<u32>().unwrap_or(0)
        });
    if let Some(entry) = found {
        return Ok(entry.path().join("bin"));
    }
    let output = Command::new("sh")
        .args(["-c", "command -v initdb"])
        .output()?;
    let path = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    Ok(path.parent().ok_or("no PostgreSQL")?.to_owned())
}

pub fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").is_ok_and(|it| it.uid() == 0)
}
