//! The rules of the house that the compiler can't see, as code.
//!
//! Each rule is a function from a file to complaints. What clippy can check is left to clippy.

use crate::{client::site::files_below, process::root};
use anyhow::{Result, bail};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Areas that may know another one: (file or folder, the other area or `*`, why).
const MAY_KNOW: &[(&str, &str, &str)] = &[
    (
        "server/src/areas/sync/",
        "*",
        "every operation arrives here and is handed to its area, every area's rows leave from here",
    ),
    (
        "server/src/areas/blobs/",
        "*",
        "stored bytes complete the photos and records that name them, and are shown to those who see these",
    ),
    (
        "server/src/areas/",
        "people",
        "roles and departments' names are the vocabulary of permission",
    ),
    (
        "app/src/areas/",
        "people",
        "a person's name and role stand beside whatever that person did",
    ),
    (
        "app/src/areas/evidence/",
        "submissions",
        "whether a record counts hangs on its review",
    ),
    (
        "domain/src/areas/rectifications.rs",
        "evidence",
        "what shows a problem is named as what proves an item is",
    ),
    (
        "app/src/areas/attendances/",
        "guests",
        "a guest comes through the same gate",
    ),
    (
        "app/src/areas/tasks.rs",
        "rectifications",
        "both are what somebody is asked to do by a day",
    ),
    (
        "app/src/areas/submissions/",
        "attachments",
        "a form is filled in with its photos",
    ),
    (
        "app/src/areas/reviews/",
        "*",
        "a reviewer sees a record with its photos, its author's check-in and its activity",
    ),
];

/// Files that may be longer than [`LONGEST`]: (file, why). Keep it short.
const MAY_BE_LONG: &[(&str, &str)] = &[(
    "server/tests/api/blobs.rs",
    "one fact of the upload protocol after the other",
)];

/// Lines; a file that passes 400 is asking to be two.
const LONGEST: usize = 500;

/// Made by tools, or not ours.
const SKIPPED: [&str; 7] = [
    ".git",
    "target",
    "data",
    "node_modules",
    "test-results",
    "playwright-report",
    "Cargo.lock",
];

/// One text file of the repository.
struct File {
    /// Relative to the repository, with `/`.
    name: String,
    text: String,
}

pub fn run() -> Result<()> {
    let root = root()?;
    let files = read_all(&root)?;
    let mut complaints = Vec::new();
    let areas = areas(&files);
    for file in &files {
        let extension = Path::new(&file.name).extension().unwrap_or_default();
        if extension == "rs" {
            complaints.extend(opens_with_its_purpose(file));
            complaints.extend(is_short(file));
            complaints.extend(knows_no_other_area(file, &areas));
            complaints.extend(leaves_nothing_undone(file));
        }
        if extension == "md" {
            complaints.extend(links_resolve(file, &root));
        }
        complaints.extend(names_no_machine(file));
    }
    complaints.extend(lists_are_current(&files));
    if complaints.is_empty() {
        eprintln!("  ✓ tidy: {} files", files.len());
        return Ok(());
    }
    bail!("not tidy:\n  {}", complaints.join("\n  "))
}

fn opens_with_its_purpose(file: &File) -> Option<String> {
    (!file.text.starts_with("//!")).then(|| {
        format!(
            "{}: must open with `//!`: what it is for, what it leaves out",
            file.name
        )
    })
}

fn is_short(file: &File) -> Option<String> {
    let lines = file.text.lines().count();
    let excused = MAY_BE_LONG.iter().any(|(name, _)| *name == file.name);
    (lines > LONGEST && !excused).then(|| {
        format!(
            "{}: {lines} lines, {LONGEST} at most: make it two",
            file.name
        )
    })
}

/// `domain/src/areas/attendances/decide.rs` → `attendances`
fn area_of(name: &str) -> Option<&str> {
    let (_, below) = name.split_once("/src/areas/")?;
    let area = below.split(['/', '.']).next()?;
    (area != "mod").then_some(area)
}

fn areas(files: &[File]) -> BTreeSet<String> {
    files
        .iter()
        .filter_map(|file| area_of(&file.name))
        .map(str::to_owned)
        .collect()
}

/// What cuts across areas hangs on `RecordRef`; an area that imports another grows into it.
fn knows_no_other_area(file: &File, areas: &BTreeSet<String>) -> Vec<String> {
    let Some(own) = area_of(&file.name) else {
        return Vec::new();
    };
    let mut complaints = Vec::new();
    for (number, line) in file.text.lines().enumerate() {
        if line.trim_start().starts_with("//") {
            continue;
        }
        for path in ["areas::", "super::"] {
            for (at, _) in line.match_indices(path) {
                let rest = &line[at + path.len()..];
                // `areas::{one, two}` names several.
                let named = match rest.strip_prefix('{') {
                    Some(list) => list.split('}').next().unwrap_or_default(),
                    None => rest,
                };
                for part in named.split(',') {
                    let other = word(part.trim());
                    let excused = MAY_KNOW.iter().any(|(place, known, _)| {
                        file.name.starts_with(place) && (*known == other || *known == "*")
                    });
                    if other != own && areas.contains(other) && !excused {
                        complaints.push(format!(
                            "{}:{}: area `{own}` knows area `{other}`",
                            file.name,
                            number + 1
                        ));
                    }
                    if !rest.starts_with('{') {
                        break;
                    }
                }
            }
        }
    }
    complaints
}

/// The identifier at the beginning of a text.
fn word(text: &str) -> &str {
    let end = text
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    &text[..end]
}

fn leaves_nothing_undone(file: &File) -> Vec<String> {
    // Put together here, so that this file doesn't complain about itself.
    let macros = ["todo", "unimplemented", "dbg"].map(|name| format!("{name}!("));
    let lines = file.text.lines().enumerate();
    lines
        .filter(|(_, line)| macros.iter().any(|needle| line.contains(needle.as_str())))
        .map(|(number, line)| format!("{}:{}: {}", file.name, number + 1, line.trim()))
        .collect()
}

/// Somebody's home folder, or a package host that only one machine can reach.
fn names_no_machine(file: &File) -> Vec<String> {
    let homes = ["/home", "/root", "/Users", "/work"].map(|folder| format!("{folder}/"));
    let mut complaints = Vec::new();
    for (number, line) in file.text.lines().enumerate() {
        let path = homes.iter().any(|home| {
            line.match_indices(home.as_str()).any(|(at, _)| {
                // `https://host/home/` and `office/work/` are no absolute paths.
                !line[..at].ends_with(|c: char| c.is_alphanumeric() || "./_-*}".contains(c))
            })
        });
        let host = file.name.ends_with("package-lock.json") && line.contains("\"resolved\"");
        if path || host {
            let line: String = line.trim().chars().take(80).collect();
            complaints.push(format!(
                "{}:{}: names a machine: {line}",
                file.name,
                number + 1
            ));
        }
    }
    complaints
}

fn links_resolve(file: &File, root: &Path) -> Vec<String> {
    let folder = root
        .join(&file.name)
        .parent()
        .map(Path::to_owned)
        .unwrap_or_default();
    let mut complaints = Vec::new();
    let mut in_code = false;
    for (number, line) in file.text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        for (at, mark) in line.match_indices("](") {
            let target = line[at + mark.len()..]
                .split([')', ' '])
                .next()
                .unwrap_or_default();
            let path = target.split('#').next().unwrap_or_default();
            let elsewhere = path.contains("://") || path.starts_with("mailto:");
            if !path.is_empty() && !elsewhere && !folder.join(path).exists() {
                complaints.push(format!(
                    "{}:{}: no such file: {path}",
                    file.name,
                    number + 1
                ));
            }
        }
    }
    complaints
}

/// An excuse that nobody needs any more is removed.
fn lists_are_current(files: &[File]) -> Vec<String> {
    let lines = |name: &str| {
        files
            .iter()
            .find(|file| file.name == name)
            .map_or(0, |file| file.text.lines().count())
    };
    let long = MAY_BE_LONG
        .iter()
        .filter(|(name, _)| lines(name) <= LONGEST);
    let know = MAY_KNOW
        .iter()
        .filter(|(place, _, _)| !files.iter().any(|file| file.name.starts_with(place)));
    long.map(|(name, _)| *name)
        .chain(know.map(|(place, _, _)| *place))
        .map(|name| format!("xtask/src/tidy.rs: {name} needs no excuse any more"))
        .collect()
}

/// Every text file that is ours.
fn read_all(root: &Path) -> Result<Vec<File>> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(root)? {
        let path = entry?.path();
        if path.is_dir() {
            if !is_skipped(&path) {
                paths.extend(files_below(&path)?);
            }
        } else {
            paths.push(path);
        }
    }
    let mut files = Vec::new();
    for path in paths {
        let relative = path.strip_prefix(root)?;
        if relative.ancestors().any(is_skipped) {
            continue;
        }
        // What isn't UTF-8 is a picture or a sheet.
        if let Ok(text) = fs::read_to_string(&path) {
            files.push(File {
                name: relative.to_string_lossy().replace('\\', "/"),
                text,
            });
        }
    }
    Ok(files)
}

fn is_skipped(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| SKIPPED.iter().any(|skipped| name == *skipped))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> File {
        File {
            name: name.to_owned(),
            text: text.to_owned(),
        }
    }

    fn known() -> BTreeSet<String> {
        ["activities", "attendances"].map(str::to_owned).into()
    }

    #[test]
    fn an_area_that_imports_another_is_found() {
        for line in [
            "use crate::areas::activities::Activity;",
            "use crate::areas::{attendances, activities};",
            "use super::activities;",
            "let x = domain::areas::activities::list();",
        ] {
            let file = file("server/src/areas/attendances/store.rs", line);
            assert_eq!(knows_no_other_area(&file, &known()).len(), 1, "{line}");
        }
    }

    #[test]
    fn an_area_may_import_itself_and_what_is_no_area() {
        let text = "use crate::areas::attendances::store;\nuse super::store;\n// areas::activities";
        let file = file("server/src/areas/attendances/routes.rs", text);
        assert!(knows_no_other_area(&file, &known()).is_empty());
    }

    #[test]
    fn an_absolute_home_path_is_found_and_a_route_is_not() {
        let path = ["/home", "/someone/x"].concat();
        assert_eq!(
            names_no_machine(&file("a.md", &format!("see {path}"))).len(),
            1
        );
        assert!(names_no_machine(&file("a.md", &format!("https://example.org{path}"))).is_empty());
    }

    #[test]
    fn a_link_to_a_missing_file_is_found() {
        let text = "[a](missing.md) [b](https://example.org) [c](#here)";
        assert_eq!(
            links_resolve(&file("README.md", text), Path::new(".")).len(),
            1
        );
    }
}
