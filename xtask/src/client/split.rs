//! Cuts the parts that a phone need not load first out of the wasm (`app/src/pages/part.rs` says
//! which), each into a file of its own that is fetched when it is asked for.

use anyhow::{Context, Result, anyhow};
use std::{
    fs,
    path::{Path, PathBuf},
};
use wasm_split_cli_support::{Options, transform};

/// The compiler flags that a wasm to be cut needs: the linker's relocations, and the split points.
pub const FLAGS: [&str; 2] = ["-Clink-arg=--emit-relocs", "--cfg=minglu_split"];

/// The script that fetches the parts; the main wasm imports it by this name.
pub const SCRIPT: &str = "__wasm_split.js";

/// The part with the office's pages: the only one that a phone doesn't keep for offline use.
pub const OFFICE: &str = "split_office.wasm";

pub struct Split {
    /// For wasm-bindgen.
    pub main: PathBuf,
    /// Beside [`SCRIPT`], which names them.
    pub parts: Vec<PathBuf>,
    pub script: PathBuf,
}

/// Cuts `wasm` into files in `folder`.
pub fn cut(wasm: &Path, folder: &Path) -> Result<Split> {
    let bytes = fs::read(wasm).with_context(|| wasm.display().to_string())?;
    let main = folder.join("main.wasm");
    let link = format!("./{SCRIPT}");
    let mut options = Options::new(&bytes);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.link_name = &link;
    options.main_module = "./minglu.js";
    let made = transform(options).map_err(|error| anyhow!("wasm-split: {error:#}"))?;
    Ok(Split {
        parts: made.split_modules,
        script: folder.join(SCRIPT),
        main,
    })
}
