//! `cargo xtask serve`: the whole product on this machine, with sample data under `./data`.

use crate::{
    client::{self, Mode},
    process::{cargo, cargo_artifact, heading, root},
};
use anyhow::{Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

#[derive(clap::Args)]
pub struct Args {
    /// Optimize the server too (the client always is: a phone may want to load it)
    #[arg(long)]
    release: bool,
    /// The port on 127.0.0.1
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// Further arguments for `minglu serve`, after `--`
    #[arg(last = true)]
    rest: Vec<String>,
}

pub fn run(args: &Args) -> Result<()> {
    heading("Client");
    client::build(Mode::Release)?;
    heading("Server");
    let server = build(args.release)?;
    heading(&format!("http://127.0.0.1:{}", args.port));
    let mut command = serve_command(&server, args.port, &args.rest)?;
    become_it(&mut command)
}

/// `cargo xtask release`: the client, and the server with it inside.
pub fn release() -> Result<()> {
    heading("Client");
    client::build(Mode::Release)?;
    heading("Server");
    let program = build(true)?;
    let size = fs::metadata(&program)?.len();
    println!("{} ({} MB)", program.display(), size / 1_000_000);
    Ok(())
}

/// Builds `minglu` and returns the program's path.
pub fn build(release: bool) -> Result<PathBuf> {
    let mut command = cargo()?;
    command.args(["build", "--package", "server", "--bin", "minglu"]);
    if release {
        command.arg("--release").env(BUILD, site_build(&root()?)?);
    }
    artifact(&mut command)
}

/// Builds `minglu` exactly as `cargo test --workspace` does, so that nothing is compiled twice.
pub fn build_like_tests() -> Result<PathBuf> {
    artifact(cargo()?.args(["build", "--workspace", "--bins", "--tests"]))
}

/// `minglu serve` with sample data.
pub fn serve_command(server: &Path, port: u16, rest: &[String]) -> Result<Command> {
    let address = format!("127.0.0.1:{port}");
    let mut command = Command::new(server);
    command
        .current_dir(root()?)
        .args(["serve", "--sample"])
        .args(rest)
        .env("MINGLU_BIND", &address)
        .env("MINGLU_PUBLIC_URL", format!("http://{address}"));
    Ok(command)
}

/// Tells the server's release build which site it embeds (see `server/src/pages/assets.rs`).
const BUILD: &str = "MINGLU_BUILD";

fn site_build(root: &Path) -> Result<String> {
    let assets = fs::read(root.join("target/site/assets.json")).context("no target/site yet")?;
    let assets: serde_json::Value = serde_json::from_slice(&assets)?;
    Ok(assets["build"].as_str().unwrap_or_default().to_owned())
}

fn artifact(command: &mut Command) -> Result<PathBuf> {
    cargo_artifact(command, "minglu", std::env::consts::EXE_EXTENSION)
}

/// Replaces this process, so that signals reach the server itself.
#[cfg(unix)]
fn become_it(command: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    Err(command.exec()).context("can't start the server")
}

#[cfg(not(unix))]
fn become_it(command: &mut Command) -> Result<()> {
    crate::process::run(command)
}
