//! Running other programs and showing what goes on meanwhile.
//!
//! Leaves out what to run: each task knows its own programs.

use anyhow::{Context, Result, anyhow, bail};
use std::{
    ffi::OsStr,
    io::{BufRead, BufReader, IsTerminal, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// The workspace's folder.
///
/// Asked at run time: a compiled-in path would be wrong as soon as several checkouts share one
/// target folder.
pub fn root() -> Result<PathBuf> {
    if let Some(manifest) = std::env::var_os("CARGO_MANIFEST_DIR")
        && let Some(root) = Path::new(&manifest).parent()
    {
        return Ok(root.to_owned());
    }
    let here = std::env::current_dir()?;
    here.ancestors()
        .find(|folder| folder.join("xtask/Cargo.toml").exists())
        .map(Path::to_owned)
        .context("not inside the Minglu repository: run `cargo xtask` from one of its folders")
}

/// `cargo`, the same one that runs this task, in the workspace's folder.
pub fn cargo() -> Result<Command> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(root()?);
    Ok(command)
}

/// Finds a program on the path.
pub fn which(program: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}

/// True when this process runs as root.
#[cfg(unix)]
pub fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
}

#[cfg(not(unix))]
pub fn is_root() -> bool {
    false
}

/// Runs a program on this terminal; an error when it fails.
pub fn run(command: &mut Command) -> Result<()> {
    let line = show(command);
    eprintln!("  $ {line}");
    let status = command
        .status()
        .with_context(|| format!("can't start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    Ok(())
}

/// Runs a program on this terminal and hands each line of its standard output to `see` as well.
pub fn run_seeing(command: &mut Command, mut see: impl FnMut(&str)) -> Result<()> {
    let line = show(command);
    eprintln!("  $ {line}");
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("can't start `{line}`"))?;
    let output = child
        .stdout
        .take()
        .context("the program has no standard output")?;
    let mut terminal = std::io::stdout();
    for text in BufReader::new(output).split(b'\n') {
        let text = text?;
        // A closed terminal must not stop the run half-way.
        let _ = terminal
            .write_all(&text)
            .and_then(|()| terminal.write_all(b"\n"));
        see(&String::from_utf8_lossy(&text));
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    Ok(())
}

/// Runs a program silently; its whole output is part of the error when it fails.
pub fn run_quietly(command: &mut Command) -> Result<String> {
    let line = show(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("can't start `{line}`"))?;
    if !output.status.success() {
        let said = [output.stdout, output.stderr].concat();
        bail!(
            "`{line}` failed ({})\n{}",
            output.status,
            String::from_utf8_lossy(&said)
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Builds something with cargo and returns the files of the artifact called `name`.
///
/// Asking cargo is the only way to know them: the target folder may be anywhere.
pub fn cargo_artifact(command: &mut Command, name: &str, extension: &str) -> Result<PathBuf> {
    command
        .arg("--message-format=json-render-diagnostics")
        .stdin(Stdio::null());
    let line = show(command);
    eprintln!("  $ {line}");
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("can't start `{line}`"))?;
    let output = child
        .stdout
        .take()
        .context("cargo has no standard output")?;
    let mut found = None;
    for message in BufReader::new(output).lines() {
        let Ok(message) = serde_json::from_str::<serde_json::Value>(&message?) else {
            continue;
        };
        // `profile.test` tells a test harness from the program of the same name.
        if message["reason"] == "compiler-artifact"
            && message["target"]["name"] == name
            && message["profile"]["test"] == false
        {
            let files = message["filenames"].as_array().into_iter().flatten();
            found = files
                .filter_map(|file| file.as_str().map(PathBuf::from))
                .find(|file| file.extension().unwrap_or_default() == OsStr::new(extension))
                .or(found);
        }
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    found.with_context(|| format!("`{line}` made no `{name}`"))
}

/// Does one long, silent piece of work, showing that it is alive every ten seconds.
pub fn timed<T>(label: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let begun = Instant::now();
    let (done, waiting) = mpsc::channel::<()>();
    let name = label.to_owned();
    let heartbeat = thread::spawn(move || {
        while waiting.recv_timeout(Duration::from_secs(10)) == Err(mpsc::RecvTimeoutError::Timeout)
        {
            eprintln!("  … {name}, {} s so far", begun.elapsed().as_secs());
        }
    });
    eprintln!("  · {label}");
    let result = work();
    drop(done);
    heartbeat
        .join()
        .map_err(|_| anyhow!("the progress thread died"))?;
    if result.is_ok() {
        eprintln!("  ✓ {label} ({:.1} s)", begun.elapsed().as_secs_f64());
    }
    result
}

/// Prints a heading that stands out between the lines of other programs.
pub fn heading(text: &str) {
    if std::io::stderr().is_terminal() {
        eprintln!("\n\x1b[1m▶ {text}\x1b[0m");
    } else {
        eprintln!("\n▶ {text}");
    }
}

/// Prints something that must not be overlooked.
pub fn warn(text: &str) {
    let (on, off) = if std::io::stderr().is_terminal() {
        ("\x1b[1;33m", "\x1b[0m")
    } else {
        ("", "")
    };
    eprintln!("{on}  WARNING: {text}{off}");
}

/// The command as one would type it; long arguments are shortened.
fn show(command: &Command) -> String {
    let program = Path::new(command.get_program())
        .file_name()
        .unwrap_or(command.get_program());
    std::iter::once(program)
        .chain(command.get_args())
        .map(|word| {
            let word = word.to_string_lossy();
            if word.chars().count() > 80 {
                format!("{}…", word.chars().take(80).collect::<String>())
            } else {
                word.into_owned()
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}
