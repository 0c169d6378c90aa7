//! `cargo xtask client`: from the `frontend` crate and `public/` to `target/site`.
//!
//! cargo → wasm-bindgen (as a library) → wasm-opt and esbuild (release) → hashed names,
//! precache list, compressed side files. What is served, and how, is the server's.

mod bindgen;
pub mod compress;
mod optimize;
pub mod site;
mod split;

use crate::process::{self, cargo, cargo_artifact, root, timed, warn};
use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

#[derive(clap::Args)]
pub struct Args {
    /// Optimize for download size and compress with brotli and gzip
    #[arg(long)]
    release: bool,
}

/// How the client is built.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mode {
    /// Unoptimized; the page reloads itself when `cargo xtask dev` has rebuilt something, and
    /// there is no service worker in the way.
    Dev,
    /// Unoptimized, otherwise as in release.
    Debug,
    /// Small and compressed.
    Release,
}

pub fn run(args: &Args) -> Result<()> {
    build(if args.release {
        Mode::Release
    } else {
        Mode::Debug
    })
}

/// Builds the client into `target/site`, or leaves it alone if nothing has changed.
pub fn build(mode: Mode) -> Result<()> {
    let root = root()?;
    ensure_wasm_target()?;
    let mut command = cargo()?;
    command.args([
        "build",
        "--package",
        "frontend",
        "--lib",
        "--target",
        TARGET,
    ]);
    let mut flags = vec![ERASE.to_owned()];
    if mode == Mode::Release {
        command.args(["--profile", "client"]);
        flags.extend(without_local_paths(&root));
        flags.extend(split::FLAGS.map(str::to_owned));
    }
    command.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"));
    let wasm = cargo_artifact(&mut command, "frontend", "wasm")?;

    if mode == Mode::Release
        && let Err(error) = crate::npm::install()
    {
        warn(&format!(
            "{error:#}\n  The client will be larger than it should be."
        ));
    }
    let inputs = fingerprint(&root, &wasm, mode)?;
    let stamp = root.join("target/site.stamp");
    if fs::read_to_string(&stamp).is_ok_and(|made| made == inputs)
        && root.join("target/site/assets.json").exists()
    {
        eprintln!("  ✓ target/site is up to date");
        return Ok(());
    }

    // Not `target/client`: there cargo keeps what it built for the profile of that name.
    let work = root.join("target/client-work");
    let _ = fs::remove_dir_all(&work);
    fs::create_dir_all(&work)?;
    let cut = match mode {
        Mode::Release => Some(timed("wasm-split", || {
            split::cut(&wasm, &work.join("split"))
        })?),
        Mode::Dev | Mode::Debug => None,
    };
    let main = cut.as_ref().map_or(wasm, |cut| cut.main.clone());
    let scripts = work.join("bindgen");
    timed("wasm-bindgen", || bindgen::generate(&main, &scripts, mode))?;
    let parts = optimize::prepare(&root, &work, mode, cut.as_ref())?;
    let laid_out = site::assemble(&root, &work, &parts, mode)?;
    if mode == Mode::Release {
        timed("brotli and gzip", || compress::side_files(&laid_out.folder))?;
    }
    site::publish(&laid_out.folder, &root.join("target/site"))?;
    fs::write(stamp, inputs)?;
    eprintln!(
        "  ✓ target/site: build {}, {} files to precache",
        laid_out.build, laid_out.precached
    );
    Ok(())
}

/// Builds the storage contract for the browser tests and returns its folder.
pub fn build_contract() -> Result<std::path::PathBuf> {
    let root = root()?;
    ensure_wasm_target()?;
    let mut command = cargo()?;
    command.args(["build", "--package", "sync", "--example", CONTRACT]);
    command.args(["--target", TARGET]);
    let wasm = cargo_artifact(&mut command, CONTRACT, "wasm")?;
    let folder = root.join("target/browser_contract");
    fs::create_dir_all(&folder)?;
    timed("wasm-bindgen", || bindgen::generate_tests(&wasm, &folder))?;
    Ok(folder)
}

const CONTRACT: &str = "browser_contract";

pub const TARGET: &str = "wasm32-unknown-unknown";

/// Adds the wasm target if the toolchain lacks it.
pub fn ensure_wasm_target() -> Result<()> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let sysroot = process::run_quietly(
        Command::new(rustc)
            .args(["--print", "sysroot"])
            .current_dir(root()?),
    )?;
    if Path::new(sysroot.trim())
        .join("lib/rustlib")
        .join(TARGET)
        .exists()
    {
        return Ok(());
    }
    process::run(
        Command::new("rustup")
            .args(["target", "add", TARGET])
            .current_dir(root()?),
    )
    .with_context(|| format!("the Rust target {TARGET} is missing and rustup couldn't add it"))
}

/// Leptos gives each closure in a view one of a few types in place of a type of its own; without
/// this the client is several times as large. What the server renders doesn't depend on it.
const ERASE: &str = "--cfg=erase_components";

/// Compiler flags that keep this machine's folders out of the panic messages.
///
/// With `--target`, they reach neither build scripts nor procedural macros.
fn without_local_paths(root: &Path) -> Vec<String> {
    let cargo_home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")))
        .unwrap_or_default();
    let registry = cargo_home.join("registry/src");
    let folders = fs::read_dir(&registry).into_iter().flatten().flatten();
    folders
        .map(|folder| folder.path())
        .chain([root.to_owned()])
        .map(|folder| format!("--remap-path-prefix={}=", folder.display()))
        .collect()
}

/// Changes whenever `target/site` has to be made again.
fn fingerprint(root: &Path, wasm: &Path, mode: Mode) -> Result<String> {
    let mut hash = Sha256::new();
    hash.update(format!(
        "{mode:?} {:?} {}",
        optimize::tools(),
        optimize::keep_names()
    ));
    hash.update(fs::read(wasm)?);
    // A changed xtask may lay things out differently. Its sources say so, not its program: cargo
    // replaces that one while it runs.
    for folder in ["public", "xtask/src/client"] {
        for file in site::files_below(&root.join(folder))? {
            hash.update(file.to_string_lossy().as_bytes());
            hash.update(fs::read(&file)?);
        }
    }
    Ok(site::hex(&hash.finalize(), 32))
}
