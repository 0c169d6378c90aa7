//! Makes the client small with the pinned tools from npm, and says so loudly where it can't.

use super::{
    Mode,
    split::{SCRIPT, Split},
};
use crate::{
    npm,
    process::{run_quietly, timed, warn, which},
};
use anyhow::{Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// What the site is put together from.
pub struct Parts {
    /// The optimized wasm.
    pub wasm: PathBuf,
    /// What is fetched later, optimized.
    pub later: Vec<PathBuf>,
    /// All style sheets in one.
    pub css: PathBuf,
    /// esbuild, where JS is to be bundled and minified.
    pub bundler: Option<PathBuf>,
}

/// The oldest browsers that can run the wasm (reference types); CSS nesting is lowered for them.
const BROWSERS: &str = "--target=chrome96,safari15.4,firefox100";

/// The programs that a release build would use.
pub fn tools() -> [Option<PathBuf>; 2] {
    [
        npm::program("wasm-opt").or_else(|| which("wasm-opt")),
        npm::program("esbuild"),
    ]
}

/// Whether the functions keep their names, for a profiler: `MINGLU_NAMES=1 cargo xtask bench client pull`.
pub fn keep_names() -> bool {
    std::env::var_os("MINGLU_NAMES").is_some()
}

/// Optimizes the wasm and joins the style sheets.
pub fn prepare(root: &Path, work: &Path, mode: Mode, cut: Option<&Split>) -> Result<Parts> {
    let raw = work.join("bindgen/minglu_bg.wasm");
    let joined = work.join("minglu.css");
    fs::write(&joined, join_styles(root)?)?;
    if mode != Mode::Release {
        return Ok(Parts {
            wasm: raw,
            later: Vec::new(),
            css: joined,
            bundler: None,
        });
    }
    let [wasm_opt, bundler] = tools();
    let mut wasm = raw;
    let mut later = Vec::new();
    if let Some(cut) = cut {
        fs::copy(&cut.script, work.join("bindgen").join(SCRIPT))?;
        later.clone_from(&cut.parts);
    }
    if let Some(program) = wasm_opt {
        let folder = work.join("small");
        fs::create_dir_all(&folder)?;
        for file in std::iter::once(&mut wasm).chain(&mut later) {
            let name = file.file_name().unwrap_or_default();
            let small = folder.join(name);
            let label = format!("wasm-opt -Oz {}", name.to_string_lossy());
            timed(&label, || shrink(&program, file, &small))?;
            *file = small;
        }
    } else {
        warn(
            "wasm-opt not found: the client is half as large again as it should be.\n  \
                 Install npm (then it comes from end2end/package.json), or on Debian: \
                 apt-get install binaryen",
        );
    }
    let css = if let Some(program) = &bundler {
        let small = work.join("minglu.min.css");
        run_quietly(
            Command::new(program)
                .args([BROWSERS, "--minify", "--log-level=error"])
                .arg(format!("--outfile={}", small.display()))
                .arg(&joined),
        )?;
        small
    } else {
        warn("esbuild not found: JS and CSS are not minified. Install npm and build again");
        joined
    };
    Ok(Parts {
        wasm,
        later,
        css,
        bundler,
    })
}

/// Bundles `entry` and all that it imports into one minified module.
pub fn bundle(program: &Path, entry: &Path, output: &Path) -> Result<()> {
    run_quietly(
        Command::new(program)
            .args([
                "--bundle",
                "--format=esm",
                "--minify",
                "--log-level=error",
                BROWSERS,
            ])
            .arg(format!("--outfile={}", output.display()))
            .arg(entry),
    )?;
    Ok(())
}

/// Minifies one script, not a module.
pub fn minify(program: &Path, script: &Path, output: &Path) -> Result<()> {
    run_quietly(
        Command::new(program)
            .args(["--minify", "--log-level=error", BROWSERS])
            .arg(format!("--outfile={}", output.display()))
            .arg(script),
    )?;
    Ok(())
}

fn shrink(program: &Path, input: &Path, output: &Path) -> Result<()> {
    let mut command = Command::new(program);
    command.arg("-Oz").arg(input).arg("-o").arg(output);
    // True of what rustc links: the stack lies below all data and ends far above the first KB.
    command.arg("--low-memory-unused");
    // What rustc emits for this target by default; older versions of the tool must be told.
    for feature in [
        "bulk-memory",
        "multivalue",
        "mutable-globals",
        "nontrapping-float-to-int",
        "reference-types",
        "sign-ext",
    ] {
        command.arg(format!("--enable-{feature}"));
    }
    command.arg(if keep_names() { "-g" } else { "--strip-debug" });
    command.args(["--strip-producers", "--strip-target-features"]);
    run_quietly(&mut command)?;
    Ok(())
}

/// The style sheets of `public/style`, in the order of their names.
fn join_styles(root: &Path) -> Result<String> {
    let mut sheets = Vec::new();
    if let Ok(folder) = fs::read_dir(root.join("public/style")) {
        for entry in folder {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "css") {
                sheets.push(path);
            }
        }
    }
    sheets.sort();
    let mut joined = String::new();
    for sheet in sheets {
        joined += &fs::read_to_string(&sheet).with_context(|| sheet.display().to_string())?;
        joined.push('\n');
    }
    Ok(joined)
}
