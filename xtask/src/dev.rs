//! `cargo xtask dev`: rebuild, restart and reload on every change.
//!
//! The page reloads itself: in this mode its boot script watches `/sw.js`, to which each round
//! adds a line (see `public/boot.js`).

use crate::{
    client::{self, Mode},
    process::{heading, root, warn},
    serve,
};
use anyhow::Result;
use notify::{EventKind, RecursiveMode, Watcher};
use std::{
    fs,
    io::Write,
    path::Path,
    process::{Child, Stdio},
    sync::mpsc,
    time::{Duration, Instant},
};

#[derive(clap::Args)]
pub struct Args {
    /// The port on 127.0.0.1
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// Further arguments for `minglu serve`, after `--`
    #[arg(last = true)]
    rest: Vec<String>,
}

/// What the client or the server is made from.
const WATCHED: [&str; 8] = [
    "app",
    "domain",
    "forms",
    "frontend",
    "public",
    "server",
    "sync",
    "templates",
];

pub fn run(args: &Args) -> Result<()> {
    let root = root()?;
    let (sender, changes) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if let Ok(event) = event
            && !matches!(event.kind, EventKind::Access(_))
        {
            let _ = sender.send(());
        }
    })?;
    for folder in WATCHED {
        if root.join(folder).exists() {
            watcher.watch(&root.join(folder), RecursiveMode::Recursive)?;
        }
    }
    let mut server = Running(None);
    for round in 1_u32.. {
        heading(&format!("Round {round}"));
        let begun = Instant::now();
        match one_round(&root, args, &mut server, round) {
            Ok(()) => eprintln!("  ✓ ready in {:.1} s", begun.elapsed().as_secs_f64()),
            Err(error) => warn(&format!("{error:#}\n  Waiting for the next change.")),
        }
        if changes.recv().is_err() {
            break;
        }
        // Editors write several files at once.
        while changes.recv_timeout(Duration::from_millis(150)).is_ok() {}
    }
    Ok(())
}

fn one_round(root: &Path, args: &Args, server: &mut Running, round: u32) -> Result<()> {
    client::build(Mode::Dev)?;
    let program = serve::build(false)?;
    server.stop();
    let mut command = serve::serve_command(&program, args.port, &args.rest)?;
    server.0 = Some(command.stdin(Stdio::null()).spawn()?);
    let mut worker = fs::OpenOptions::new()
        .append(true)
        .open(root.join("target/site/sw.js"))?;
    writeln!(
        worker,
        "// round {round} at {:?}",
        std::time::SystemTime::now()
    )?;
    Ok(())
}

/// The server; it ends with this value.
struct Running(Option<Child>);

impl Running {
    fn stop(&mut self) {
        if let Some(mut child) = self.0.take() {
            // It may have ended by itself, and then there is nothing to do.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}
