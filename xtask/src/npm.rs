//! The tools that come from npm, at the versions that `end2end/package-lock.json` pins.

use crate::process::{root, run_quietly, timed, which};
use anyhow::{Result, bail};
use std::{fs, path::PathBuf, process::Command};

/// Installs the packages unless those of this lock file are there already.
///
/// An error names what is missing; the caller decides whether it can do without.
pub fn install() -> Result<()> {
    let folder = root()?.join("end2end");
    let wanted = fs::read(folder.join("package-lock.json"))?;
    let stamp = folder.join("node_modules/.minglu-lock");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    if which("npm").is_none() {
        bail!("npm not found; on Debian: apt-get install nodejs npm (Node 20 or newer)");
    }
    timed("npm ci in end2end", || {
        run_quietly(
            Command::new("npm")
                .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
                // The tests use the system's Chromium.
                .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
                .current_dir(&folder),
        )
    })?;
    fs::write(stamp, wanted)?;
    Ok(())
}

/// A program from an installed package, or `None`.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = root().ok()?.join("end2end/node_modules/.bin").join(name);
    path.exists().then_some(path)
}
