//! `cargo xtask bench`: what it weighs and how fast it is. Results stand in docs/performance.md.
//!
//! The programs that measure live with what they measure: `end2end/bench/*.mjs` for the client,
//! `server/examples/bench_server` for the server and `bench_likeness` for photos, `domain/examples/bench_forms` for the
//! forms, `bench_scanner` for codes and `bench_standards` for a standard's table. Nothing
//! here runs in `cargo xtask test`: on a shared machine a time is a fact about the machine.

use crate::{
    client::{self, Mode, compress, site::Assets},
    faults, npm,
    postgres::{self, Postgres},
    process::{cargo, heading, root, run, warn},
    serve, test,
};
use anyhow::{Context, Result, bail};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

#[derive(clap::Args)]
pub struct Args {
    /// What to measure; everything unless named
    #[command(subcommand)]
    task: Option<Task>,
}

#[derive(clap::Subcommand)]
enum Task {
    /// Bytes of the first load, and of all that a phone keeps for offline use
    Size,
    /// In Chromium on a slowed-down phone: `start` (first visit, offline start), `lighthouse`, `check_in` …
    Client {
        /// Only scripts of end2end/bench whose name contains this
        filter: Option<String>,
    },
    /// A keystroke in a form of 300 questions with repeats, native
    Forms,
    /// Reading a standard of 500 rows, native
    Standards,
    /// How many changed copies of a photo are recognized, and how many others are taken for it
    Likeness {
        /// Arguments for the example `bench_likeness`, after `--`: `--count N`, `--photos FOLDER`
        #[arg(last = true)]
        rest: Vec<String>,
    },
    /// How many QR and bar codes are read that are tilted, dim, blurred or partly covered, and how many are
    /// misread, native
    Scanner {
        /// Arguments for the example `bench_scanner`, after `--`: `--count N`
        #[arg(last = true)]
        rest: Vec<String>,
    },
    /// Push, pull, the review list, memory: on SQLite and on a temporary PostgreSQL
    Server {
        /// Arguments for the example `bench_server`, after `--`: `--push`, `--records N`
        #[arg(last = true)]
        rest: Vec<String>,
    },
    /// What a sync costs: time, bytes on the wire, bytes sent again after cuts; on both databases
    Sync,
    /// Many phones at once, each with 20 operations and 3 photos, beside another organization
    Herd {
        #[arg(long, default_value_t = 1_000)]
        phones: usize,
    },
    /// The evidence pack of a year, beside `zip -0` of the same files, and how much memory it takes
    Pack {
        /// Of 400 activities and 6,000 records
        #[arg(long, default_value_t = 100)]
        percent: usize,
        /// Of each photo
        #[arg(long, default_value_t = 200)]
        kilobytes: usize,
    },
    /// What a developer waits for after a change in `app`
    Rebuild,
}

pub fn run_task(args: &Args) -> Result<()> {
    match &args.task {
        Some(Task::Size) => size(),
        Some(Task::Client { filter }) => measure_client(filter.as_deref()),
        Some(Task::Forms) => example("bench_forms"),
        Some(Task::Standards) => example("bench_standards"),
        Some(Task::Likeness { rest }) => likeness(rest),
        Some(Task::Scanner { rest }) => scanner(rest),
        Some(Task::Server { rest }) => measure_server(rest),
        Some(Task::Sync) => on_both("speed", &[]),
        Some(Task::Herd { phones }) => herd(*phones),
        Some(Task::Pack { percent, kilobytes }) => pack(*percent, *kilobytes),
        Some(Task::Rebuild) => rebuild(),
        None => everything(),
    }
}

/// All of it, in spite of misses; the first one is the error at the end.
fn everything() -> Result<()> {
    let outcomes = [
        size(),
        measure_client(None),
        example("bench_forms"),
        example("bench_standards"),
        likeness(&[]),
        scanner(&[]),
        measure_server(&[]),
        on_both("speed", &[]),
        herd(1_000),
        pack(100, 200),
        rebuild(),
    ];
    outcomes.into_iter().collect()
}

/// The most that the first load may weigh, and what is wanted, in KB after brotli.
const SIZE_LIMIT: f64 = 600.0;
const SIZE_WANTED: f64 = 400.0;

fn example(name: &str) -> Result<()> {
    let args = ["run", "--release", "--package", "domain", "--example"];
    run(cargo()?.args(args).arg(name))
}

fn scanner(rest: &[String]) -> Result<()> {
    let args = [
        "run",
        "--release",
        "--package",
        "domain",
        "--example",
        "bench_scanner",
        "--",
    ];
    run(cargo()?.args(args).args(rest))
}

fn likeness(rest: &[String]) -> Result<()> {
    let args = [
        "run",
        "--release",
        "--package",
        "server",
        "--example",
        "bench_likeness",
        "--",
    ];
    run(cargo()?.args(args).args(rest))
}

/// The test that opens a pack with other programs, at its full size.
fn pack(percent: usize, kilobytes: usize) -> Result<()> {
    test::machine::need_documents()?;
    let postgres = durable_postgres();
    for database in ["sqlite", "postgres"] {
        heading(database);
        let mut command = cargo()?;
        command
            .args(["test", "--release", "--package", "server", "--test", "api"])
            .args(["--", "office::packs::year", "--nocapture"])
            .env("MINGLU_PACK_ON", database)
            .env("MINGLU_PACK_BENCH", "1")
            .env("MINGLU_PACK_PERCENT", percent.to_string())
            .env("MINGLU_PACK_KILOBYTES", kilobytes.to_string());
        match (database, &postgres) {
            ("postgres", None) => continue,
            ("postgres", Some(postgres)) => {
                command.env(postgres::VARIABLE, postgres.url());
            }
            _ => {}
        }
        run(&mut command)?;
    }
    Ok(())
}

fn size() -> Result<()> {
    client::build(Mode::Release)?;
    let site = root()?.join("target/site");
    let assets = fs::read(site.join("assets.json")).context("no target/site")?;
    let assets: Assets = serde_json::from_slice(&assets)?;
    let mut kept = assets.precache;
    kept.push("/sw.js".to_owned());
    let (later, first): (Vec<_>, Vec<_>) = kept.into_iter().partition(|path| is_part(path));
    let office = assets.files.into_values();
    let office: Vec<_> = office
        .filter(|path| path.contains("split_office"))
        .collect();

    heading("First load: home, activities, check-in, the store and its sync");
    let first = weigh(&site, &first)?;
    heading("Fetched behind it and kept: records, the organizer’s desk, the scanner, the account");
    let later = weigh(&site, &later)?;
    heading("Fetched when asked for: the office");
    weigh(&site, &office)?;
    println!("\nfirst load, brotli: {first:.1} KB ({SIZE_LIMIT} at most, {SIZE_WANTED} wanted)");
    println!("all that a phone keeps, brotli: {:.1} KB", first + later);
    if first > SIZE_LIMIT {
        bail!("the first load is too large");
    }
    Ok(())
}

/// Whether a file was cut off the client.
fn is_part(path: &str) -> bool {
    path.contains("/split_") || path.contains("/chunk_")
}

/// Prints what the files weigh; their sum after brotli, in KB.
fn weigh(site: &Path, files: &[String]) -> Result<f64> {
    println!("| file | raw | gzip | brotli |\n|---|---|---|---|");
    let mut total = [0; 3];
    for path in files {
        // The shell is the server's; it is two kilobytes.
        let Ok(bytes) = fs::read(site.join(path.trim_start_matches('/'))) else {
            println!("| {path} | (rendered) | | |");
            continue;
        };
        let sizes = [
            bytes.len(),
            compress::gzip(&bytes)?.len().min(bytes.len()),
            compress::brotli(&bytes)?.len().min(bytes.len()),
        ];
        println!("| {path} | {} | {} | {} |", sizes[0], sizes[1], sizes[2]);
        for (sum, size) in total.iter_mut().zip(sizes) {
            *sum += size;
        }
    }
    println!("| total | {} | {} | {} |", total[0], total[1], total[2]);
    Ok(f64::from(u32::try_from(total[2])?) / 1000.0)
}

fn measure_client(filter: Option<&str>) -> Result<()> {
    heading("Client and server");
    let bench = root()?.join("end2end/bench");
    let mut scripts = client::site::files_below(&bench)?;
    scripts.retain(|script| {
        let name = script.file_name().unwrap_or_default().to_string_lossy();
        script
            .extension()
            .is_some_and(|extension| extension == "mjs")
            && !name.starts_with('_')
            && filter.is_none_or(|filter| name.contains(filter))
    });
    if scripts.is_empty() {
        bail!("no such script in end2end/bench");
    }
    let tools = Tools::build()?;
    let mut missed = Ok(());
    for script in scripts {
        heading(&script.file_name().unwrap_or_default().to_string_lossy());
        missed = missed.and(tools.run(&script.to_string_lossy(), &[]));
    }
    missed
}

/// `cargo xtask screenshots`: the README's pictures.
pub fn screenshots() -> Result<()> {
    let folder = root()?.join("docs/images");
    fs::create_dir_all(&folder)?;
    Tools::build()?.run("screenshots.mjs", &[&folder.to_string_lossy()])
}

/// The release client and server, and what drives a browser.
struct Tools {
    server: PathBuf,
    chromium: PathBuf,
}

impl Tools {
    fn build() -> Result<Self> {
        client::build(Mode::Release)?;
        let server = serve::build(true)?;
        npm::install()?;
        let chromium = test::machine::need_chromium()?;
        Ok(Self { server, chromium })
    }

    fn run(&self, script: &str, arguments: &[&str]) -> Result<()> {
        run(Command::new("node")
            .arg(script)
            .args(arguments)
            .current_dir(root()?.join("end2end"))
            .env("MINGLU_BIN", &self.server)
            .env("MINGLU_CHROMIUM", &self.chromium))
    }
}

fn measure_server(rest: &[String]) -> Result<()> {
    heading("Server");
    // Its pages refer to the client's files.
    client::build(Mode::Release)?;
    let mut command = cargo()?;
    command.args(["run", "--release", "--package", "server"]);
    command.args(["--example", "bench_server", "--"]).args(rest);
    let postgres = durable_postgres();
    if let Some(postgres) = &postgres {
        command.env(postgres::VARIABLE, postgres.url());
    }
    run(&mut command)
}

fn durable_postgres() -> Option<Postgres> {
    match test::machine::need_postgres().and_then(|()| Postgres::start_durable()) {
        Ok(postgres) => Some(postgres),
        Err(error) => {
            warn(&format!("{error:#}\n  PostgreSQL isn't measured."));
            None
        }
    }
}

/// What `server/tests/process` measures, on SQLite and on a temporary PostgreSQL.
fn on_both(part: &str, environment: &[(&str, &str)]) -> Result<()> {
    heading(part);
    faults::by_hand(part, durable_postgres().as_ref(), environment)
}

fn herd(phones: usize) -> Result<()> {
    on_both("herd", &[("MINGLU_PHONES", &phones.to_string())])
}

/// How long a rebuild after a change in `app` may take.
const REBUILD_LIMIT: Duration = Duration::from_secs(10);
const REBUILDS: u32 = 3;

/// The same steps as a round of `cargo xtask dev`, without the restart.
fn rebuild() -> Result<()> {
    heading("Rebuild after a change in app");
    let build = || -> Result<(Duration, Duration)> {
        let begun = Instant::now();
        client::build(Mode::Dev)?;
        let client = begun.elapsed();
        serve::build(false)?;
        Ok((client, begun.elapsed()))
    };
    build()?;
    let page = Changed::open(root()?.join("app/src/pages/home.rs"))?;
    let mut all = Vec::new();
    for number in 0..REBUILDS {
        page.append(&format!("const _CHANGE: u32 = {number};\n"))?;
        all.push(build()?);
    }
    all.sort_by_key(|(_, both)| *both);
    for (client, both) in &all {
        println!(
            "client {:.1} s, client and server {:.1} s",
            client.as_secs_f64(),
            both.as_secs_f64()
        );
    }
    let (_, median) = all[all.len() / 2];
    println!("median {:.1} s (at most 10)", median.as_secs_f64());
    if median > REBUILD_LIMIT {
        bail!("a rebuild takes too long");
    }
    Ok(())
}

/// A source file that gets its text back when this goes.
struct Changed {
    path: PathBuf,
    text: String,
}

impl Changed {
    fn open(path: PathBuf) -> Result<Self> {
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        Ok(Self { path, text })
    }

    fn append(&self, more: &str) -> Result<()> {
        Ok(fs::write(&self.path, format!("{}\n{more}", self.text))?)
    }
}

impl Drop for Changed {
    fn drop(&mut self) {
        if let Err(error) = fs::write(&self.path, &self.text) {
            warn(&format!(
                "{} is not as it was: {error}",
                self.path.display()
            ));
        }
    }
}
