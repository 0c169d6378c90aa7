//! wasm-bindgen, as a library: no tool to install, and never a version mismatch.

use super::{Mode, optimize};
use anyhow::Result;
use std::path::Path;
use wasm_bindgen_cli_support::Bindgen;

/// Writes `minglu.js`, `minglu_bg.wasm` and the crates' JS snippets into `folder`.
pub fn generate(wasm: &Path, folder: &Path, mode: Mode) -> Result<()> {
    let release = mode == Mode::Release;
    Bindgen::new()
        .input_path(wasm)
        .out_name("minglu")
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        // The parts that are fetched later import the function table.
        .keep_lld_exports(release)
        .keep_debug(false)
        // Names make a panic's stack readable while developing.
        .remove_name_section(release && !optimize::keep_names())
        .remove_producers_section(release)
        .generate(folder)
}

/// Writes the JS and wasm of the browser's storage tests into `folder`; no part of the client.
pub fn generate_tests(wasm: &Path, folder: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(wasm)
        .out_name("browser_contract")
        .web(true)?
        .typescript(false)
        .generate(folder)
}
