//! `cargo xtask faults`: kills a real server (`server/tests/process/kills.rs`) as often as one likes.

use crate::{
    postgres::{self, Postgres},
    process::{cargo, run},
};
use anyhow::Result;

#[derive(clap::Args)]
pub struct Args {
    /// How often the server is killed
    #[arg(long, default_value_t = 1_000)]
    kills: usize,
    /// On a temporary PostgreSQL instead of SQLite
    #[arg(long)]
    postgres: bool,
}

pub fn run_kills(args: &Args) -> Result<()> {
    let database = args.postgres.then(Postgres::start).transpose()?;
    let kills = args.kills.to_string();
    let on = if args.postgres { "postgres" } else { "sqlite" };
    let environment = [("MINGLU_KILLS", kills.as_str()), ("MINGLU_TEST_ON", on)];
    by_hand("kills", database.as_ref(), &environment)
}

/// Runs what `server/tests/process` keeps for those who ask: on SQLite without a cluster, on both with.
pub fn by_hand(
    part: &str,
    database: Option<&Postgres>,
    environment: &[(&str, &str)],
) -> Result<()> {
    let mut command = cargo()?;
    command.args(["test", "--release", "--package", "server"]);
    command.args(["--test", "process", "--", "--ignored", "--exact"]);
    command.args([&format!("{part}::by_hand"), "--nocapture"]);
    command.envs(environment.iter().copied());
    if let Some(database) = database {
        command.env(postgres::VARIABLE, database.url());
    }
    run(&mut command)
}
