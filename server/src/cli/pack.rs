//! `minglu verify-pack`: whether an evidence pack is what a server signed, file by file.
//!
//! Opens no database: whoever was given a pack checks it with the program and the public keys alone.

use std::{
    collections::HashSet,
    fs::File,
    io::{BufReader, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use domain::{
    keys::{self, Sha256Stream},
    packs::{Entry, FORMAT, Flaw, MANIFEST, Manifest, SEAL, Seal},
    proofs::Trust,
};
use zip::ZipArchive;

use crate::{Error, Result};

/// The largest manifest that is read; one of a million files is smaller.
const MANIFEST_LIMIT: u64 = 512 * 1024 * 1024;

#[derive(clap::Args)]
pub struct Verify {
    /// The pack (.zip)
    file: PathBuf,
    /// The server's public keys as `minglu keys` prints them [default: the key in the pack, whose
    /// fingerprint is printed for you to compare]
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
}

/// What was found in a pack.
#[derive(Debug)]
pub struct Checked {
    pub manifest: Manifest,
    /// Whether the signature fits; by the key that was given, or else by the pack's own.
    pub signed: bool,
    /// Whether the key was given by whoever checks.
    pub known_key: bool,
    pub key_id: String,
    pub fingerprint: String,
    pub flaws: Vec<Flaw>,
    /// Receipts of records that this key didn't sign.
    pub bad_receipts: usize,
}

impl Checked {
    pub fn is_genuine(&self) -> bool {
        self.signed && self.flaws.is_empty() && self.bad_receipts == 0
    }
}

/// Prints what was found; the error says that the pack isn't genuine.
pub fn verify(args: &Verify) -> Result<()> {
    let trust = match &args.keys {
        None => None,
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| {
                Error::internal(format!("can't read {}: {error}", path.display()))
            })?;
            let trust: Trust = serde_json::from_str(&text).map_err(|error| {
                Error::internal(format!(
                    "keys: these are no keys of `minglu keys` ({error})"
                ))
            })?;
            Some(trust)
        }
    };
    let checked = check(&args.file, trust.as_ref())?;
    for flaw in &checked.flaws {
        println!("{}", sentence(flaw));
    }
    if checked.bad_receipts > 0 {
        println!("{} receipts aren't genuine.", checked.bad_receipts);
    }
    if !checked.signed {
        println!("The signature doesn't fit the manifest.");
    }
    if !checked.is_genuine() {
        return Err(Error::internal("NOT GENUINE: the pack was changed"));
    }
    let manifest = &checked.manifest;
    let at = chrono::DateTime::from_timestamp_millis(manifest.made_at.0)
        .map_or_else(|| manifest.made_at.0.to_string(), |at| at.to_rfc3339());
    let receipts: usize = manifest.receipts.iter().map(|it| it.receipts.len()).sum();
    println!(
        "Genuine: {} files of {}, {} ({}), made at {at}; {receipts} receipts of {} records.",
        manifest.entries.len(),
        manifest.organization,
        manifest.year,
        manifest.scope.as_deref().unwrap_or("the whole standard"),
        manifest.receipts.len(),
    );
    if checked.known_key {
        println!(
            "Signed by key {}, which is among the keys given.",
            checked.key_id
        );
    } else {
        println!(
            "Signed by the key that the pack itself names; compare its fingerprint with the one that the \
             agency gives you:\n{}",
            checked.fingerprint
        );
    }
    Ok(())
}

/// Reads every file of a pack and compares it with what was signed.
pub fn check(file: &Path, trust: Option<&Trust>) -> Result<Checked> {
    let unreadable = |error: &dyn std::fmt::Display| {
        Error::internal(format!("can't read {} as a pack: {error}", file.display()))
    };
    let opened = File::open(file).map_err(|error| unreadable(&error))?;
    let mut archive =
        ZipArchive::new(BufReader::new(opened)).map_err(|error| unreadable(&error))?;
    let manifest_bytes = whole(&mut archive, MANIFEST)?;
    let seal = whole(&mut archive, SEAL)?;
    let seal: Seal = serde_json::from_slice(&seal)
        .map_err(|error| Error::internal(format!("{SEAL} can't be read: {error}")))?;
    let manifest: Manifest = serde_json::from_slice(&manifest_bytes)
        .map_err(|error| Error::internal(format!("{MANIFEST} can't be read: {error}")))?;
    if manifest.format != FORMAT {
        return Err(Error::internal(format!(
            "the pack is in the format {}; this program knows {FORMAT}",
            manifest.format
        )));
    }
    let own = keys::from_base64url(&seal.public_key).unwrap_or_default();
    let known = match trust {
        None => None,
        Some(trust) => Some(trust.key(&seal.key_id).ok_or_else(|| {
            Error::internal(format!(
                "the pack names key {}, which isn't among the keys given",
                seal.key_id
            ))
        })?),
    };
    let key: &[u8] = known.as_ref().map_or(own.as_slice(), |key| key.as_ref());
    let mut found = Vec::with_capacity(archive.len());
    for index in 0..archive.len() {
        let Some(entry) = hashed(&mut archive, index) else {
            continue;
        };
        if entry.path != MANIFEST && entry.path != SEAL {
            found.push(entry);
        }
    }
    let mut flaws = manifest.flaws(&found);
    flaws.extend(twice(file, &archive)?.into_iter().map(Flaw::Twice));
    let receipts = manifest.receipts.iter().flat_map(|it| &it.receipts);
    let bad_receipts = receipts
        .filter(|receipt| receipt.key_id == seal.key_id && !receipt.is_signed_by(key))
        .count();
    Ok(Checked {
        signed: seal.fits(&manifest_bytes, key),
        known_key: trust.is_some(),
        fingerprint: keys::sha256_hex(&own),
        key_id: seal.key_id,
        flaws,
        bad_receipts,
        manifest,
    })
}

/// Names that the archive lists more than once: of such files one program shows the first, another the last.
fn twice(file: &Path, archive: &ZipArchive<BufReader<File>>) -> Result<Vec<String>> {
    /// Of one file in the archive's directory: what it begins with, and how long it is without names.
    const BEGINS: &[u8] = b"PK\x01\x02";
    const FIXED: usize = 46;
    let unreadable = |error: std::io::Error| {
        Error::internal(format!("can't read {} as a pack: {error}", file.display()))
    };
    let mut reader = BufReader::new(File::open(file).map_err(unreadable)?);
    let from = SeekFrom::Start(archive.central_directory_start());
    reader.seek(from).map_err(unreadable)?;
    let (mut seen, mut twice) = (HashSet::new(), Vec::new());
    let mut head = [0; FIXED];
    while reader.read_exact(&mut head).is_ok() && head.starts_with(BEGINS) {
        let length = |at: usize| u64::from(u16::from_le_bytes([head[at], head[at + 1]]));
        let mut name = Vec::new();
        let mut rest = reader.by_ref().take(length(28));
        rest.read_to_end(&mut name).map_err(unreadable)?;
        let more = (length(30) + length(32)) as i64;
        reader.seek_relative(more).map_err(unreadable)?;
        let name = String::from_utf8_lossy(&name).into_owned();
        if !seen.insert(name.clone()) {
            twice.push(name);
        }
    }
    Ok(twice)
}

/// The file of this name, whole.
fn whole(archive: &mut ZipArchive<BufReader<File>>, name: &str) -> Result<Vec<u8>> {
    let missing = |error: &dyn std::fmt::Display| {
        Error::internal(format!("this is no pack, or it was cut: {name} ({error})"))
    };
    let entry = archive.by_name(name).map_err(|error| missing(&error))?;
    let mut bytes = Vec::new();
    entry
        .take(MANIFEST_LIMIT)
        .read_to_end(&mut bytes)
        .map_err(|error| missing(&error))?;
    Ok(bytes)
}

/// The file's name and hash; one that can't be read to its end has a hash that none has. Folders have no
/// bytes of their own.
fn hashed(archive: &mut ZipArchive<BufReader<File>>, index: usize) -> Option<Entry> {
    let mut entry = match archive.by_index(index) {
        Ok(entry) => entry,
        Err(error) => {
            return Some(Entry {
                path: format!("#{index} ({error})"),
                bytes: 0,
                sha256: String::new(),
            });
        }
    };
    if entry.is_dir() {
        return None;
    }
    let path = entry.name().map_or_else(
        |error| format!("#{index} ({error})"),
        std::borrow::Cow::into_owned,
    );
    let mut hash = Sha256Stream::default();
    let mut bytes = 0;
    let mut piece = vec![0; 64 * 1024];
    loop {
        match entry.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => {
                hash.update(&piece[..read]);
                bytes += read as i64;
            }
            Err(_) => {
                return Some(Entry {
                    path,
                    bytes,
                    sha256: String::new(),
                });
            }
        }
    }
    Some(Entry {
        path,
        bytes,
        sha256: hash.finish_hex(),
    })
}

fn sentence(flaw: &Flaw) -> String {
    match flaw {
        Flaw::Missing(path) => format!("Missing: {path}"),
        Flaw::Extra(path) => format!("Added afterwards: {path}"),
        Flaw::Changed(path) => format!("Changed or damaged: {path}"),
        Flaw::Twice(path) => format!("There twice: {path}"),
    }
}
