//! What the tests need from the machine: found, installed where possible, or named.

use crate::process::{is_root, run_quietly, timed, warn, which};
use anyhow::{Context, Result, bail};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// Chromium's path; on Debian as root it is installed, with a font that has Chinese.
pub fn need_chromium() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("MINGLU_CHROMIUM") {
        return Ok(path.into());
    }
    if find_chromium().is_none() {
        apt("Chromium", &["chromium"])?;
    }
    if !has_chinese_font()
        && let Err(error) = apt("A font with Chinese characters", &["fonts-noto-cjk"])
    {
        // Pictures will show boxes, but no test reads pictures.
        warn(&format!("{error:#}"));
    }
    find_chromium().context("Chromium was installed, but isn't on the path")
}

/// PostgreSQL's programs; on Debian as root they are installed.
pub fn need_postgres() -> Result<()> {
    if which("initdb").is_some() || Path::new("/usr/lib/postgresql").is_dir() {
        return Ok(());
    }
    apt("PostgreSQL: initdb", &["postgresql"])
}

/// The programs with which the tests open what the server exports: `LibreOffice`, openpyxl, poppler, zip; on
/// Debian as root they are installed.
pub fn need_documents() -> Result<()> {
    const PROGRAMS: [(&str, &str); 4] = [
        ("soffice", "libreoffice-writer libreoffice-calc"),
        ("pdftotext", "poppler-utils"),
        ("unzip", "unzip"),
        ("zip", "zip"),
    ];
    let missing = PROGRAMS.iter().filter(|(name, _)| which(name).is_none());
    let mut packages: Vec<&str> = missing.flat_map(|(_, it)| it.split(' ')).collect();
    // Debian's package is for its own Python.
    let has = |python| run_quietly(Command::new(python).args(["-c", "import openpyxl"])).is_ok();
    if !has("python3") && !has("/usr/bin/python3") {
        packages.extend(["python3", "python3-openpyxl"]);
    }
    if packages.is_empty() {
        return Ok(());
    }
    apt("Programs that open documents", &packages)
}

fn find_chromium() -> Option<PathBuf> {
    [
        "chromium",
        "chromium-browser",
        "google-chrome-stable",
        "google-chrome",
    ]
    .iter()
    .find_map(|name| which(name))
}

fn has_chinese_font() -> bool {
    run_quietly(Command::new("fc-list").args([":lang=zh", "family"]))
        .is_ok_and(|list| !list.trim().is_empty())
}

fn apt(what: &str, packages: &[&str]) -> Result<()> {
    let line = format!("apt-get install {}", packages.join(" "));
    if which("apt-get").is_none() || !is_root() {
        bail!("{what} not found; on Debian: {line}");
    }
    timed(&line, || {
        // Failing to refresh the lists matters only if the packages can't be found afterwards.
        let _ = run_quietly(Command::new("apt-get").args(["update", "--quiet"]));
        run_quietly(
            Command::new("apt-get")
                .args(["install", "--yes", "--quiet", "--no-install-recommends"])
                .args(packages)
                .env("DEBIAN_FRONTEND", "noninteractive"),
        )
    })
    .with_context(|| format!("{what} not found, and `{line}` failed"))?;
    Ok(())
}
