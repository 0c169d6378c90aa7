//! Whether a third party can trust a pack.

use std::{
    collections::BTreeMap,
    io::{Cursor, Write as _},
};

use domain::{EvidenceKind, areas::evidence::SubjectArea, packs::Flaw};
use server::cli::pack;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::{entries, saved, world, written};
use crate::support::TestApp;

on_both! {
    async fn anybody_checks_a_pack_with_one_command(backend) {
        let app = TestApp::new(backend).await;
        let world = world(&app).await;
        let file = world.file(&app, "通知", Some("2026-03-05")).await;
        world.map(&app, EvidenceKind::Document, SubjectArea::Files, file).await;
        let pack = world.pack().await;
        let folder = tempfile::tempdir().expect("a folder");
        let keys = folder.path().join("keys.json");
        let trust = serde_json::to_vec(&app.state.keys.trust(Vec::new())).expect("JSON");
        std::fs::write(&keys, trust).expect("written");
        let verify = |pack: &[u8]| {
            let pack = saved(pack);
            let mut minglu = std::process::Command::new(env!("CARGO_BIN_EXE_minglu"));
            let output = minglu.arg("verify-pack").arg(pack.path()).arg("--keys").arg(&keys).output();
            let output = output.expect("it runs");
            (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
        };
        let (genuine, said) = verify(&pack);
        assert!(genuine && said.contains("Genuine") && said.contains("among the keys given"), "{said}");
        // The same name again, with other bytes.
        let mut twice = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in entries(&pack) {
            twice.start_file(&name, SimpleFileOptions::default()).expect("begun");
            twice.write_all(&bytes).expect("written");
        }
        twice.start_file("目录.xlsy", SimpleFileOptions::default()).expect("begun");
        twice.write_all(b"other").expect("written");
        let mut twice = twice.finish().expect("finished").into_inner();
        let (from, to) = ("目录.xlsy".as_bytes(), "目录.xlsx".as_bytes());
        while let Some(at) = twice.windows(from.len()).position(|it| it == from) {
            twice[at..at + to.len()].copy_from_slice(to);
        }
        let (genuine, said) = verify(&twice);
        assert!(!genuine && said.contains("There twice: 目录.xlsx"), "{said}");
    }

    async fn whatever_is_changed_in_a_pack_is_named(backend) {
        let app = TestApp::new(backend).await;
        let world = world(&app).await;
        let file = world.file(&app, "通知", Some("2026-03-05")).await;
        world.map(&app, EvidenceKind::Document, SubjectArea::Files, file).await;
        let whole = entries(&world.pack().await);
        let check = |entries: &BTreeMap<String, Vec<u8>>| {
            pack::check(written(entries).path(), None).expect("a pack")
        };
        assert!(check(&whole).is_genuine());
        let name = whole.keys().find(|name| name.ends_with(".pdf")).expect("the file").clone();

        let mut changed = whole.clone();
        changed.get_mut(&name).expect("there").push(b'!');
        changed.insert("增加.txt".to_owned(), Vec::new());
        changed.remove("目录.xlsx");
        let found = check(&changed);
        assert!(!found.is_genuine() && found.signed);
        assert!(found.flaws.contains(&Flaw::Changed(name.clone())));
        assert!(found.flaws.contains(&Flaw::Extra("增加.txt".to_owned())));
        assert!(found.flaws.contains(&Flaw::Missing("目录.xlsx".to_owned())));

        // Who makes the manifest fit can't sign it.
        let mut forged = whole.clone();
        let manifest = String::from_utf8(forged["manifest.json"].clone()).expect("text");
        forged.insert("manifest.json".to_owned(), manifest.replace("2026", "2025").into_bytes());
        assert!(!check(&forged).signed);

        let other = TestApp::new(backend).await;
        let trust = other.state.keys.trust(Vec::new());
        let found = pack::check(written(&whole).path(), Some(&trust)).expect("a pack");
        assert!(!found.is_genuine());
    }
}
