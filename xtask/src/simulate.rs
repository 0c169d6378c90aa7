//! `cargo xtask simulate`: runs seeds of the simulation of sync (`server/tests/simulation`), or tells
//! the story of one.

use crate::{
    postgres::{self, Postgres},
    process::{cargo, run},
};
use anyhow::Result;

#[derive(clap::Args)]
pub struct Args {
    /// Which seeds, such as 0..1000
    #[arg(long, value_name = "FROM..TO", default_value = "0..100", value_parser = range)]
    seeds: (u64, u64),
    /// This seed alone
    #[arg(long, value_name = "K")]
    seed: Option<u64>,
    /// Tell what happens, line by line
    #[arg(long)]
    trace: bool,
    /// On a temporary PostgreSQL instead of SQLite
    #[arg(long)]
    postgres: bool,
    /// Optimized: worth it from some thousand seeds on
    #[arg(long)]
    release: bool,
}

fn range(text: &str) -> Result<(u64, u64), String> {
    let number = |text: &str| {
        text.trim()
            .parse::<u64>()
            .map_err(|error| error.to_string())
    };
    let (from, to) = text.split_once("..").ok_or("such as 0..1000")?;
    Ok((number(from)?, number(to)?))
}

pub fn run_seeds(args: &Args) -> Result<()> {
    let (from, to) = args.seed.map_or(args.seeds, |seed| (seed, seed + 1));
    let database = args.postgres.then(Postgres::start).transpose()?;
    let mut command = cargo()?;
    command.args(["test", "--package", "server", "--test", "simulation"]);
    if args.release {
        command.arg("--release");
    }
    command.args([
        "--",
        "--ignored",
        "--exact",
        "seeds::by_hand",
        "--nocapture",
    ]);
    command.env("MINGLU_SEEDS", format!("{from}..{to}"));
    if args.trace {
        command.env("MINGLU_TRACE", "1");
    }
    if let Some(database) = &database {
        command.env("MINGLU_SIMULATE_ON", "postgres");
        command.env(postgres::VARIABLE, database.url());
    }
    run(&mut command)
}
