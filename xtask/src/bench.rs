//! `cargo xtask bench`: what it weighs and how fast it is.
//!
//! What measures lives with what it measures: `end2end/bench/*.mjs` for the client, the server's and
//! the domain's own programs for these.

use crate::{
    client::{self, Mode, compress, site::Assets},
    npm,
    process::{cargo, heading, root, run},
    serve,
};
use anyhow::{Context, Result, bail};
use std::{fs, process::Command};

#[derive(clap::Subcommand)]
pub enum Task {
    /// Bytes of the first load: everything that a phone keeps for offline use
    Size,
    /// Time from address to usable page, in Chromium (end2end/bench/*.mjs)
    Client {
        /// Only scripts whose name contains this
        filter: Option<String>,
    },
    /// A keystroke in a form of 300 questions with repeats, native
    Forms,
    /// The server under load: `cargo run --release --package server --example <program>`
    Server {
        /// The measuring program
        #[arg(long, default_value = "bench_server")]
        program: String,
        /// Its arguments, after `--`
        #[arg(last = true)]
        rest: Vec<String>,
    },
}

pub fn run_task(task: &Task) -> Result<()> {
    match task {
        Task::Size => size(),
        Task::Client { filter } => client(filter.as_deref()),
        Task::Forms => run(cargo()?.args([
            "run",
            "--release",
            "--package",
            "domain",
            "--example",
            "bench_forms",
        ])),
        Task::Server { program, rest } => {
            client::build(Mode::Release)?;
            let mut command = cargo()?;
            command.args([
                "run",
                "--release",
                "--package",
                "server",
                "--example",
                program,
                "--",
            ]);
            run(command.args(rest))
        }
    }
}

fn size() -> Result<()> {
    let site = root()?.join("target/site");
    let assets = fs::read(site.join("assets.json"))
        .context("no target/site: run `cargo xtask client --release` first")?;
    let assets: Assets = serde_json::from_slice(&assets)?;
    if !assets.release {
        bail!("target/site is a debug build: run `cargo xtask client --release` first");
    }
    println!(
        "{:<44} {:>10} {:>10} {:>10}",
        "file", "raw", "gzip", "brotli"
    );
    let mut total = [0; 3];
    let mut files = assets.precache;
    files.push("/sw.js".to_owned());
    for path in &files {
        // The shell is the server's; it is a few hundred bytes.
        let Ok(bytes) = fs::read(site.join(path.trim_start_matches('/'))) else {
            println!("{path:<44} {:>10}", "(rendered)");
            continue;
        };
        let sizes = [
            bytes.len(),
            compress::gzip(&bytes)?.len().min(bytes.len()),
            compress::brotli(&bytes)?.len().min(bytes.len()),
        ];
        println!(
            "{path:<44} {:>10} {:>10} {:>10}",
            sizes[0], sizes[1], sizes[2]
        );
        for (sum, size) in total.iter_mut().zip(sizes) {
            *sum += size;
        }
    }
    println!(
        "{:<44} {:>10} {:>10} {:>10}",
        "total", total[0], total[1], total[2]
    );
    println!(
        "brotli: {:.1} KB (600 at most, 400 wanted)",
        total[2] as f64 / 1000.0
    );
    Ok(())
}

fn client(filter: Option<&str>) -> Result<()> {
    heading("Client and server");
    client::build(Mode::Release)?;
    let server = serve::build(true)?;
    npm::install()?;
    let folder = root()?.join("end2end");
    let mut scripts = client::site::files_below(&folder.join("bench"))?;
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
    for script in scripts {
        heading(&script.file_name().unwrap_or_default().to_string_lossy());
        run(Command::new("node")
            .arg(&script)
            .current_dir(&folder)
            .env("MINGLU_BIN", &server))?;
    }
    Ok(())
}
