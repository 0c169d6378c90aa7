//! Lays `target/site` out: hashed names, the service worker's list, and `assets.json`.
//!
//! Everything below `/pkg/` has its content's hash in its path and may be cached for ever;
//! everything else must be revalidated.

use super::{
    Mode,
    optimize::{self, Parts},
    split::{OFFICE, SCRIPT},
};
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// `assets.json`: what the server needs to render a page's head.
#[derive(Serialize, Deserialize)]
pub struct Assets {
    /// Names this build; the service worker's cache is `minglu-<build>`.
    pub build: String,
    /// True for an optimized build.
    pub release: bool,
    /// Logical name (`boot.js`, `minglu.wasm`, `minglu.css`, `icons/icon.svg` …) → URL path.
    pub files: BTreeMap<String, String>,
    /// What the service worker keeps for offline use, as URL paths.
    pub precache: Vec<String>,
}

/// A laid-out site that isn't published yet.
pub struct Made {
    pub folder: PathBuf,
    pub build: String,
    pub precached: usize,
}

/// Puts the site together in a folder of its own.
pub fn assemble(root: &Path, work: &Path, parts: &Parts, mode: Mode) -> Result<Made> {
    let mut site = Site::new(work.join("site"))?;
    let public = root.join("public");

    for file in files_below(&public)? {
        let name = file
            .strip_prefix(&public)?
            .to_string_lossy()
            .replace('\\', "/");
        if !is_source(&name) {
            site.add_hashed(&name, &fs::read(&file)?)?;
        }
    }
    let css = site.link(&fs::read_to_string(&parts.css)?);
    site.add_hashed("minglu.css", css.as_bytes())?;
    let wasm = site.add_hashed("minglu.wasm", &fs::read(&parts.wasm)?)?;

    let scripts = work.join("bindgen");
    site.add_later(&parts.later, &scripts)?;
    let boot = read(&public.join("boot.js"))?
        .replace("\"@WASM@\"", &serde_json::to_string(&wasm)?)
        .replace(
            "\"@LIVE@\"",
            if mode == Mode::Dev { "true" } else { "false" },
        );
    fs::write(scripts.join("boot.js"), boot)?;
    let mut modules = Vec::new();
    match &parts.bundler {
        Some(program) => {
            let bundled = work.join("boot.js");
            optimize::bundle(program, &scripts.join("boot.js"), &bundled)?;
            modules.push(site.add_hashed("boot.js", &fs::read(bundled)?)?);
        }
        None => modules.extend(site.add_modules(&scripts)?),
    }

    let manifest = site.link(&read(&public.join("manifest.webmanifest"))?);
    site.add("manifest.webmanifest", manifest.as_bytes())?;

    let mut precache = vec!["/shell".to_owned(), "/manifest.webmanifest".to_owned()];
    precache.extend(modules);
    // The icon's pictures are for the operating system, which fetches them while installing.
    let kept = site
        .files
        .iter()
        .filter(|(name, _)| !name.starts_with("icons/") || *name == "icons/icon.svg")
        .filter(|(name, _)| *name != OFFICE);
    precache.extend(kept.map(|(_, path)| path.clone()));
    precache.sort();
    precache.dedup();

    let worker = read(&public.join("sw.js"))?;
    let mut hash = Sha256::new();
    hash.update(precache.join("\n"));
    hash.update(&worker);
    hash.update(&manifest);
    let build = hex(&hash.finalize(), 12);
    let worker = worker
        .replace("\"@BUILD@\"", &serde_json::to_string(&build)?)
        .replace("[\"@FILES@\"]", &serde_json::to_string(&precache)?);
    let filled = work.join("sw.js");
    fs::write(&filled, worker)?;
    if let Some(program) = &parts.bundler {
        optimize::minify(program, &filled, &work.join("sw.min.js"))?;
        fs::rename(work.join("sw.min.js"), &filled)?;
    }
    site.add("sw.js", &fs::read(filled)?)?;

    let precached = precache.len();
    let assets = Assets {
        build: build.clone(),
        release: mode == Mode::Release,
        files: site.files,
        precache,
    };
    fs::write(
        site.folder.join("assets.json"),
        serde_json::to_vec_pretty(&assets)?,
    )?;
    Ok(Made {
        folder: site.folder,
        build,
        precached,
    })
}

/// Puts a finished site where the server reads it.
pub fn publish(made: &Path, target: &Path) -> Result<()> {
    if target.exists() {
        fs::remove_dir_all(target)?;
    }
    fs::rename(made, target).with_context(|| format!("can't write {}", target.display()))
}

/// Every file below a folder, sorted; empty if there is no such folder.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// The first `digits` hexadecimal digits.
pub fn hex(bytes: &[u8], digits: usize) -> String {
    use std::fmt::Write;
    let mut text = bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    text.truncate(digits);
    text
}

/// Files of `public/` that are worked on rather than served as they are.
fn is_source(name: &str) -> bool {
    let hidden = name
        .rsplit('/')
        .next()
        .is_some_and(|last| last.starts_with('.'));
    hidden
        || name.starts_with("style/")
        || matches!(
            name,
            "boot.js" | "sw.js" | "manifest.webmanifest" | "README.md"
        )
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("can't read {}", path.display()))
}

struct Site {
    folder: PathBuf,
    files: BTreeMap<String, String>,
}

impl Site {
    fn new(folder: PathBuf) -> Result<Self> {
        fs::create_dir_all(&folder)?;
        Ok(Self {
            folder,
            files: BTreeMap::new(),
        })
    }

    fn add(&mut self, name: &str, bytes: &[u8]) -> Result<String> {
        self.write(name, name, bytes)
    }

    /// `icons/icon.svg` → `/pkg/icons/icon.<hash>.svg`
    fn add_hashed(&mut self, name: &str, bytes: &[u8]) -> Result<String> {
        let hash = hex(&Sha256::digest(bytes), 12);
        let hashed = match name.rsplit_once('.') {
            Some((stem, extension)) => format!("pkg/{stem}.{hash}.{extension}"),
            None => format!("pkg/{name}.{hash}"),
        };
        self.write(name, &hashed, bytes)
    }

    /// The parts that are fetched later, and their hashed names into the script that fetches them.
    fn add_later(&mut self, parts: &[PathBuf], scripts: &Path) -> Result<()> {
        if parts.is_empty() {
            return Ok(());
        }
        let script = scripts.join(SCRIPT);
        let mut text = read(&script)?;
        for part in parts {
            let name = part
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let path = self.add_hashed(&name, &fs::read(part)?)?;
            text = text.replace(&format!("\"./{name}\""), &serde_json::to_string(&path)?);
        }
        fs::write(script, text)?;
        Ok(())
    }

    /// Modules that import each other by relative paths keep their names in one hashed folder.
    fn add_modules(&mut self, folder: &Path) -> Result<Vec<String>> {
        let mut files = files_below(folder)?;
        files.retain(|file| file.extension().is_some_and(|extension| extension == "js"));
        let mut hash = Sha256::new();
        for file in &files {
            hash.update(file.to_string_lossy().as_bytes());
            hash.update(fs::read(file)?);
        }
        let hash = hex(&hash.finalize(), 12);
        let mut paths = Vec::new();
        for file in files {
            let name = file
                .strip_prefix(folder)?
                .to_string_lossy()
                .replace('\\', "/");
            paths.push(self.write(&name, &format!("pkg/{hash}/{name}"), &fs::read(&file)?)?);
        }
        Ok(paths)
    }

    fn write(&mut self, name: &str, path: &str, bytes: &[u8]) -> Result<String> {
        let target = self.folder.join(path);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&target, bytes)?;
        let path = format!("/{path}");
        self.files.insert(name.to_owned(), path.clone());
        Ok(path)
    }

    /// Replaces `/icons/icon.svg` and its like by their hashed paths.
    fn link(&self, text: &str) -> String {
        self.files
            .iter()
            .fold(text.to_owned(), |text, (name, path)| {
                text.replace(&format!("/{name}"), path)
            })
    }
}
