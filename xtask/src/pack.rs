//! `cargo xtask pack-client`: keeps today's client for the browser tests of later releases.
//!
//! What an archive holds is `end2end/pack_client.mjs`'s; what it is for stands in
//! `end2end/fixtures/README.md`.

use crate::{
    client::{self, Mode},
    npm,
    process::{root, run},
    serve,
};
use anyhow::Result;
use std::process::Command;

#[derive(clap::Args)]
pub struct Args {
    /// The release's version, such as 0.2.0
    version: String,
}

pub fn run_task(args: &Args) -> Result<()> {
    client::build(Mode::Release)?;
    let server = serve::build_like_tests()?;
    npm::install()?;
    let root = root()?;
    run(Command::new("node")
        .arg("pack_client.mjs")
        .arg(root.join("target/site"))
        .arg(format!("fixtures/client-{}.tar.br", args.version))
        .current_dir(root.join("end2end"))
        .env("MINGLU_BIN", server))
}
