//! `cargo xtask test`: every check, in the order in which they fail fastest.
//!
//! Compiles each dependency once per purpose: check (clippy), the development profile (Rust
//! tests, and the server that the browser tests talk to), wasm for clippy, wasm for release.

pub mod machine;

use crate::{
    client::{self, Mode},
    npm,
    postgres::{self, Postgres},
    process::{cargo, heading, root, run, run_seeing},
    serve, tidy,
};
use anyhow::{Result, bail};
use clap::ValueEnum;
use std::{
    process::Command,
    time::{Duration, Instant},
};

#[derive(clap::Args)]
pub struct Args {
    /// Only this step (may be given several times)
    #[arg(long, value_name = "STEP")]
    only: Vec<Step>,
    /// Without this step (may be given several times)
    #[arg(long, value_name = "STEP")]
    skip: Vec<Step>,
    /// Arguments for the test runner after `--`, together with `--only rust` or `--only e2e`
    #[arg(last = true)]
    rest: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum Step {
    /// Formatting
    Fmt,
    /// The rules of the house (see tidy.rs)
    Tidy,
    /// clippy on everything that runs natively
    Clippy,
    /// clippy on what runs in the browser
    ClippyWasm,
    /// Rust tests on SQLite and on a temporary PostgreSQL
    Rust,
    /// The release client
    Client,
    /// The server for the browser tests
    Server,
    /// Browser tests
    E2e,
}

struct Outcome {
    step: Step,
    took: Duration,
    error: Option<anyhow::Error>,
    /// The test runners' own closing lines.
    closing: Vec<String>,
}

pub fn run_all(args: &Args) -> Result<()> {
    let begun = Instant::now();
    let mut outcomes = Vec::new();
    for &step in Step::value_variants() {
        let wanted = args.only.is_empty() || args.only.contains(&step);
        if !wanted || args.skip.contains(&step) {
            continue;
        }
        heading(&format!(
            "{} ({} s since the start)",
            name(step),
            begun.elapsed().as_secs()
        ));
        let start = Instant::now();
        let mut closing = Vec::new();
        let error = one(step, &args.rest, &mut closing).err();
        if let Some(error) = &error {
            eprintln!("xtask: {error:#}");
        }
        outcomes.push(Outcome {
            step,
            took: start.elapsed(),
            error,
            closing,
        });
    }
    summary(&outcomes, begun.elapsed())
}

fn one(step: Step, rest: &[String], closing: &mut Vec<String>) -> Result<()> {
    match step {
        Step::Fmt => run(cargo()?.args(["fmt", "--all", "--check"])),
        Step::Tidy => tidy::run(),
        Step::Clippy => run(cargo()?
            .args(["clippy", "--workspace", "--all-targets", "--keep-going"])
            .args(DENY)),
        Step::ClippyWasm => {
            client::ensure_wasm_target()?;
            let mut command = cargo()?;
            command.args([
                "clippy",
                "--keep-going",
                "--package",
                "frontend",
                "--package",
                "app",
            ]);
            run(command
                .args(["--package", "sync", "--target", client::TARGET])
                .args(DENY))
        }
        Step::Rust => rust(rest, closing),
        Step::Client => client::build(Mode::Release),
        Step::Server => serve::build_like_tests().map(drop),
        Step::E2e => e2e(rest, closing),
    }
}

const DENY: [&str; 3] = ["--", "-D", "warnings"];

fn rust(rest: &[String], closing: &mut Vec<String>) -> Result<()> {
    machine::need_postgres()?;
    machine::need_documents()?;
    // Before the database, which would only stand in the compiler's way.
    run(cargo()?.args(["test", "--workspace", "--no-run"]))?;
    let postgres = Postgres::start()?;
    let mut command = cargo()?;
    command
        .args(["test", "--workspace", "--no-fail-fast"])
        .args(rest);
    command.env(postgres::VARIABLE, postgres.url());
    run_seeing(&mut command, |line| {
        if line.starts_with("test result:") && !line.contains(" 0 passed; 0 failed; 0 ignored") {
            closing.push(line.to_owned());
        }
    })
}

fn e2e(rest: &[String], closing: &mut Vec<String>) -> Result<()> {
    let chromium = machine::need_chromium()?;
    npm::install()?;
    // Both are done already, unless this step runs alone.
    client::build(Mode::Release)?;
    let contract = client::build_contract()?;
    let server = serve::build_like_tests()?;
    let Some(playwright) = npm::program("playwright") else {
        bail!("Playwright is not in end2end/node_modules: remove that folder and run again");
    };
    let mut command = Command::new(playwright);
    command
        .current_dir(root()?.join("end2end"))
        .arg("test")
        .args(rest);
    command
        .env("MINGLU_BIN", server)
        .env("MINGLU_STORAGE_CONTRACT", contract)
        .env("MINGLU_CHROMIUM", chromium);
    run_seeing(&mut command, |line| {
        let mut words = line.split_whitespace();
        let counts = words.next().is_some_and(|word| word.parse::<u32>().is_ok());
        let kinds = ["passed", "failed", "flaky", "skipped", "interrupted", "did"];
        if counts && words.next().is_some_and(|word| kinds.contains(&word)) {
            closing.push(line.to_owned());
        }
    })
}

fn summary(outcomes: &[Outcome], took: Duration) -> Result<()> {
    heading("Summary");
    for outcome in outcomes {
        for line in &outcome.closing {
            println!("{:<12} {}", name(outcome.step), line.trim());
        }
    }
    println!();
    for outcome in outcomes {
        let state = if outcome.error.is_none() {
            "ok"
        } else {
            "FAILED"
        };
        println!(
            "{:<12} {:>7.1} s  {state}",
            name(outcome.step),
            outcome.took.as_secs_f64()
        );
    }
    println!("{:<12} {:>7.1} s", "total", took.as_secs_f64());
    let failed: Vec<String> = outcomes
        .iter()
        .filter_map(|outcome| {
            let error = outcome.error.as_ref()?;
            let first = format!("{error:#}")
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned();
            Some(format!("\n  {}: {first}", name(outcome.step)))
        })
        .collect();
    if failed.is_empty() {
        return Ok(());
    }
    bail!(
        "{} of {} steps failed:{}",
        failed.len(),
        outcomes.len(),
        failed.concat()
    )
}

fn name(step: Step) -> String {
    step.to_possible_value()
        .map(|value| value.get_name().to_owned())
        .unwrap_or_default()
}
