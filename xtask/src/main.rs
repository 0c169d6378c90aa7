//! `cargo xtask …`: the one way to set up, build, run, check and measure Minglu.
//!
//! Each subcommand is a module; what they share (running programs, showing progress) is in
//! `process`. No product code lives here, and the product never depends on it.

mod bench;
mod client;
mod dev;
mod faults;
mod npm;
mod pack;
mod postgres;
mod process;
mod serve;
mod simulate;
mod test;
mod tidy;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "Set up, build, run, check and measure Minglu"
)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the client into target/site (content-hashed, ready to be served)
    Client(client::Args),
    /// Build the client and the server, then run the server on sample data under ./data
    Serve(serve::Args),
    /// Watch the sources; rebuild, restart the server and reload the page on each change
    Dev(dev::Args),
    /// Run every check: formatting, lints, tidy, Rust tests on both databases, browser tests
    Test(test::Args),
    /// Check the rules of the house that the compiler can't see
    Tidy,
    /// Start a temporary PostgreSQL for tests and keep it until Ctrl-C
    Postgres,
    /// Simulate phones, server and a bad network from seeds
    Simulate(simulate::Args),
    /// Kill the server again and again while phones push; nothing acknowledged may be lost
    Faults(faults::Args),
    /// Build what is deployed: one program with the client inside
    Release,
    /// Measure sizes and speeds (results in docs/performance.md)
    Bench(bench::Args),
    /// Take the README's pictures again, from the sample data, into docs/images
    Screenshots,
    /// Keep today's client in end2end/fixtures, for the browser tests of later releases
    PackClient(pack::Args),
}

fn main() -> ExitCode {
    let result = match Cli::parse().task {
        Task::Client(args) => client::run(&args),
        Task::Serve(args) => serve::run(&args),
        Task::Dev(args) => dev::run(&args),
        Task::Test(args) => test::run_all(&args),
        Task::Tidy => tidy::run(),
        Task::Postgres => postgres::run(),
        Task::Simulate(args) => simulate::run_seeds(&args),
        Task::Faults(args) => faults::run_kills(&args),
        Task::Release => serve::release(),
        Task::Bench(args) => bench::run_task(&args),
        Task::Screenshots => bench::screenshots(),
        Task::PackClient(args) => pack::run_task(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
