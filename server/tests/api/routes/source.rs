//! The table holds every route that the server's source declares.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::table::ROUTES;

const VERBS: [&str; 7] = ["get", "post", "put", "patch", "delete", "head", "options"];

#[test]
fn every_route_is_in_the_table() {
    let declared = declared();
    let listed: BTreeSet<(String, String)> = ROUTES
        .iter()
        .map(|route| (route.path.to_owned(), route.method.to_owned()))
        .collect();
    let missing: Vec<_> = declared.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&declared).collect();
    assert!(missing.is_empty(), "not in the table: {missing:?}");
    assert!(gone.is_empty(), "in the table, but not declared: {gone:?}");
}

fn declared() -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for file in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let text = fs::read_to_string(&file).expect("a source file");
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        for call in text.split(".route(").skip(1) {
            let call = arguments(call);
            let path = call.split('"').nth(1).expect("a path");
            for verb in VERBS {
                let names = |start: &str| call.contains(&format!("{start}{verb}("));
                if [" ", ".", "\n", "\t"].iter().any(|start| names(start)) {
                    found.insert((path.to_owned(), verb.to_uppercase()));
                }
            }
        }
    }
    assert!(found.len() > 30, "the routes are found: {found:?}");
    found
}

/// The text up to the parenthesis that ends the call.
fn arguments(text: &str) -> &str {
    let mut depth = 1;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[..at];
        }
    }
    text
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|it| it == "rs") {
            found.push(path);
        }
    }
    found
}
