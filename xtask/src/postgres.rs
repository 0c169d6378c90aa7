//! A temporary PostgreSQL: its own cluster in a temporary folder, on a unix socket only.
//!
//! It ends with this process, however that ends: a small shell script runs the server and waits
//! on a pipe whose other end we hold; when the pipe closes, the script stops the server and
//! removes the folder. So neither a failure nor Ctrl-C nor a kill leaves anything behind.

use crate::process::{is_root, run_quietly, timed, which};
use anyhow::{Context, Result, bail};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// What the Rust tests read: the URL of a database in which they may create others.
pub const VARIABLE: &str = "MINGLU_TEST_POSTGRES";

/// `nobody`: PostgreSQL refuses to run as root.
const NOBODY: u32 = 65534;

/// A running server; dropping it stops and removes it.
pub struct Postgres {
    folder: PathBuf,
    keeper: Child,
    /// Our end of the pipe. Apart from `keeper`, whose `wait` would close it.
    lifeline: Option<ChildStdin>,
}

/// `cargo xtask postgres`: keeps one until Ctrl-C.
pub fn run() -> Result<()> {
    let mut postgres = Postgres::start()?;
    println!("export {VARIABLE}='{}'", postgres.url());
    eprintln!("Running until Ctrl-C. Data and server are removed then.");
    postgres.keeper.wait()?;
    bail!("PostgreSQL has ended by itself")
}

impl Postgres {
    /// Makes a cluster for tests: what they write needn't outlive the machine, so nothing waits for the
    /// disk.
    pub fn start() -> Result<Self> {
        Self::start_with("off")
    }

    /// Makes a cluster that is as durable as any, to measure on.
    pub fn start_durable() -> Result<Self> {
        Self::start_with("on")
    }

    fn start_with(fsync: &str) -> Result<Self> {
        let initdb = find("initdb")?;
        let server = find("postgres")?;
        let folder = std::env::temp_dir().join(format!("minglu-postgres-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder)?;
        if is_root() {
            give_to_nobody(&folder)?;
        }
        let mut keeper = timed("temporary PostgreSQL", || {
            run_quietly(
                as_postgres_user(&mut Command::new(initdb), &folder)
                    .args(["--username=postgres", "--auth=trust", "--encoding=UTF8"])
                    .args(["--no-locale", "--no-instructions", "-D"])
                    .arg(folder.join("data")),
            )?;
            let mut keeper = Command::new("sh");
            as_postgres_user(&mut keeper, &folder)
                .args(["-c", KEEPER, "keeper"])
                .arg(server)
                .arg(&folder)
                .arg(fsync)
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            own_group(&mut keeper);
            let mut keeper = keeper.spawn().context("can't start sh")?;
            wait_until_ready(&folder, &mut keeper)?;
            Ok(keeper)
        })?;
        let lifeline = keeper.stdin.take();
        Ok(Self {
            folder,
            keeper,
            lifeline,
        })
    }

    /// The maintenance database; `%2F` because a socket's folder stands in the host's place.
    pub fn url(&self) -> String {
        let host = self.folder.to_string_lossy().replace('/', "%2F");
        format!("postgres://postgres@{host}/postgres")
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        // Nothing can be done about a failure here; the script removes the folder.
        let _ = self.keeper.wait();
    }
}

/// `$1` the server, `$2` the folder, `$3` whether to wait for the disk. `read` returns when our end of the pipe closes.
/// SIGQUIT is PostgreSQL's immediate shutdown: the data isn't wanted any more.
const KEEPER: &str = r#"
"$1" -D "$2/data" -k "$2" -c listen_addresses= -c max_connections=300 -c fsync=$3 \
    </dev/null >"$2/log" 2>&1 &
server=$!
read -r _
kill -QUIT $server 2>/dev/null
wait $server 2>/dev/null
rm -rf "$2"
"#;

fn wait_until_ready(folder: &Path, keeper: &mut Child) -> Result<()> {
    let begun = Instant::now();
    let log = folder.join("log");
    while begun.elapsed() < Duration::from_secs(30) {
        let said = fs::read_to_string(&log).unwrap_or_default();
        if said.contains("database system is ready to accept connections") {
            return Ok(());
        }
        if said.contains("FATAL") || keeper.try_wait()?.is_some() {
            break;
        }
        thread::sleep(Duration::from_millis(50));
    }
    let said = fs::read_to_string(&log).unwrap_or_default();
    drop(keeper.stdin.take());
    let _ = keeper.wait();
    bail!("PostgreSQL didn't start:\n{said}")
}

/// On the path, or where Debian keeps one folder per version.
fn find(program: &str) -> Result<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_string_lossy().parse().ok()?;
            let path = entry.path().join("bin").join(program);
            path.is_file().then_some((version, path))
        })
        .collect();
    versions.sort();
    // The newest installed one first: what is on the path may be a wrapper.
    versions
        .pop()
        .map(|(_, path)| path)
        .or_else(|| which(program))
        .with_context(|| {
            format!("PostgreSQL: {program} not found; on Debian: apt-get install postgresql")
        })
}

#[cfg(unix)]
fn give_to_nobody(folder: &Path) -> Result<()> {
    std::os::unix::fs::chown(folder, Some(NOBODY), Some(NOBODY))?;
    Ok(())
}

#[cfg(not(unix))]
fn give_to_nobody(_: &Path) -> Result<()> {
    Ok(())
}

/// In the folder, because the caller's may be unreadable to another user.
fn as_postgres_user<'a>(command: &'a mut Command, folder: &Path) -> &'a mut Command {
    command.current_dir(folder).env("HOME", folder);
    #[cfg(unix)]
    if is_root() {
        use std::os::unix::process::CommandExt;
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

/// Keeps the terminal's Ctrl-C away: the closing pipe ends it in order.
fn own_group(command: &mut Command) {
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        command.process_group(0);
    }
    #[cfg(not(unix))]
    let _ = command;
}
