//! The manifest of an evidence pack (迎检材料包): what is in it, under which hash, and who says so.
//!
//! A third party checks a pack with this and the server's public key alone. Leaves out how a pack is
//! written and read (the server's `office::packs`, `minglu verify-pack`).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    ids::{OrganizationId, StandardId, SubmissionId},
    keys,
    time::Timestamp,
    verdict::Receipt,
};

pub const FORMAT: &str = "minglu-pack-1";
/// The names of the two entries that the manifest itself doesn't list.
pub const MANIFEST: &str = "manifest.json";
pub const SEAL: &str = "seal.json";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    pub organization_id: OrganizationId,
    pub organization: String,
    pub standard_id: StandardId,
    pub standard: String,
    pub year: i32,
    /// The project's or item's code; `None` is the whole standard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    pub made_at: Timestamp,
    pub entries: Vec<Entry>,
    /// When the server received each record's versions, in its own signed words.
    pub receipts: Vec<RecordReceipts>,
}

/// A file of the pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// With `/` between folders.
    pub path: String,
    pub bytes: i64,
    pub sha256: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordReceipts {
    pub record: SubmissionId,
    pub receipts: Vec<Receipt>,
}

/// The server's signature over the manifest's bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// Which of the server's keys signed it.
    pub key_id: String,
    /// That key, base64url; whoever checks compares it with what the agency publishes.
    pub public_key: String,
    /// 64 bytes, base64url.
    pub signature: String,
}

impl Seal {
    /// The bytes that are signed.
    pub fn message(manifest: &[u8]) -> Vec<u8> {
        keys::sha256_parts(&[FORMAT.as_bytes(), manifest]).to_vec()
    }

    /// Whether it was made over these bytes by the holder of `public_key`.
    pub fn fits(&self, manifest: &[u8], public_key: &[u8]) -> bool {
        keys::from_base64url(&self.signature)
            .is_some_and(|it| keys::verify(public_key, &Self::message(manifest), &it))
    }
}

/// What is wrong with a pack's files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The manifest names it, the pack hasn't got it.
    Missing(String),
    /// The pack has it, the manifest doesn't name it.
    Extra(String),
    /// Its bytes are others than those that were signed.
    Changed(String),
    /// The same name twice, in the pack or in the manifest.
    Twice(String),
}

impl Manifest {
    /// Compares the manifest with the files that were found, each with its hash; the manifest's order,
    /// then what is too much.
    pub fn flaws(&self, found: &[Entry]) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        let mut there: BTreeMap<&str, &Entry> = BTreeMap::new();
        for entry in found {
            if there.insert(&entry.path, entry).is_some() {
                flaws.push(Flaw::Twice(entry.path.clone()));
            }
        }
        let mut named: BTreeSet<&str> = BTreeSet::new();
        for entry in &self.entries {
            if !named.insert(&entry.path) {
                flaws.push(Flaw::Twice(entry.path.clone()));
                continue;
            }
            match there.remove(entry.path.as_str()) {
                None => flaws.push(Flaw::Missing(entry.path.clone())),
                Some(own) if own != entry => flaws.push(Flaw::Changed(entry.path.clone())),
                Some(_) => {}
            }
        }
        let extra = found
            .iter()
            .filter(|entry| there.contains_key(entry.path.as_str()));
        flaws.extend(extra.map(|entry| Flaw::Extra(entry.path.clone())));
        flaws
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str, sha256: &str) -> Entry {
        Entry {
            path: path.to_owned(),
            bytes: 1,
            sha256: sha256.to_owned(),
        }
    }

    #[test]
    fn what_is_missing_changed_or_too_much_is_named() {
        let manifest = Manifest {
            format: FORMAT.to_owned(),
            organization_id: uuid::Uuid::nil().into(),
            organization: String::new(),
            standard_id: uuid::Uuid::nil().into(),
            standard: String::new(),
            year: 2026,
            scope: None,
            made_at: Timestamp(0),
            entries: vec![entry("a", "1"), entry("b", "2"), entry("c", "3")],
            receipts: Vec::new(),
        };
        assert_eq!(manifest.flaws(&manifest.entries), []);
        assert_eq!(
            manifest.flaws(&[
                entry("d", "4"),
                entry("a", "1"),
                entry("b", "9"),
                entry("a", "1"),
            ]),
            [
                Flaw::Twice("a".to_owned()),
                Flaw::Changed("b".to_owned()),
                Flaw::Missing("c".to_owned()),
                Flaw::Extra("d".to_owned()),
            ]
        );
    }

    #[test]
    fn a_seal_fits_its_manifest_and_key_only() {
        let key = keys::SecretKey::from_bytes(&[7; 32]);
        let seal = Seal {
            key_id: "1".to_owned(),
            public_key: keys::to_base64url(&key.public()),
            signature: keys::to_base64url(&key.sign(&Seal::message(b"{}"))),
        };
        assert!(seal.fits(b"{}", &key.public()));
        assert!(!seal.fits(b"{ }", &key.public()));
        let other = keys::SecretKey::from_bytes(&[8; 32]);
        assert!(!seal.fits(b"{}", &other.public()));
    }
}
