//! Receipts: whether this server signed one, and what it still holds of the operation.
//!
//! A third party without the database checks with the public keys alone, which `minglu keys` prints.

use std::{io::Read as _, path::PathBuf};

use domain::{Receipt, proofs::Trust};
use sqlx::Row as _;

use crate::{AppState, Error, Result};

#[derive(clap::Args)]
pub struct Verify {
    /// The receipt as the phone copies it (JSON); - reads standard input
    file: PathBuf,
    /// The server's public keys as `minglu keys` prints them [default: those of the database]
    #[arg(long, value_name = "FILE")]
    pub keys: Option<PathBuf>,
}

/// Prints the public keys, with the retired ones.
pub fn print_keys(state: &AppState) -> Result<()> {
    let trust = state.keys.trust(Vec::new());
    println!("{}", serde_json::to_string_pretty(&trust)?);
    Ok(())
}

/// With keys from a file, no database is asked.
pub fn verify_alone(args: &Verify, keys: &std::path::Path) -> Result<()> {
    let trust = read_file(keys)?;
    let trust: Trust = serde_json::from_str(&trust)
        .map_err(|error| unusable("keys", "these are no keys of `minglu keys`", &error))?;
    check(&receipt(args)?, &trust)
}

/// Also says what the database holds of the operation.
pub async fn verify(state: &AppState, args: &Verify) -> Result<()> {
    let receipt = receipt(args)?;
    check(&receipt, &state.keys.trust(Vec::new()))?;
    let held = sqlx::query("select payload_hash, verdict from inbox where op_id = $1")
        .bind(receipt.op_id.to_string())
        .fetch_optional(state.db.read())
        .await?;
    match held {
        None => println!("This database holds no such operation: it is older, or another one."),
        Some(row) if row.try_get::<String, _>("payload_hash")? != receipt.payload_hash => {
            println!("This database holds another operation under that id.");
        }
        Some(row) => println!(
            "This database holds the operation; its verdict today is {}.",
            row.try_get::<String, _>("verdict")?
        ),
    }
    Ok(())
}

fn check(receipt: &Receipt, trust: &Trust) -> Result<()> {
    let key = trust.key(&receipt.key_id).ok_or_else(|| {
        Error::internal(format!(
            "the receipt names key {}, which isn't among the keys given",
            receipt.key_id
        ))
    })?;
    if !receipt.is_signed_by(&key) {
        return Err(Error::internal(
            "NOT GENUINE: the signature doesn't fit what the receipt says",
        ));
    }
    let at = chrono::DateTime::from_timestamp_millis(receipt.received_at.0)
        .map_or_else(|| receipt.received_at.0.to_string(), |at| at.to_rfc3339());
    println!(
        "Genuine: operation {} was received at {at}, verdict {}; SHA-256 of its content {}.",
        receipt.op_id, receipt.verdict, receipt.payload_hash
    );
    Ok(())
}

fn receipt(args: &Verify) -> Result<Receipt> {
    serde_json::from_str(&read_file(&args.file)?)
        .map_err(|error| unusable("file", "this is no receipt", &error))
}

fn read_file(path: &std::path::Path) -> Result<String> {
    let mut text = String::new();
    let read = if path.as_os_str() == "-" {
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(path)
    };
    read.map_err(|error| Error::internal(format!("can't read {}: {error}", path.display())))
}

fn unusable(what: &str, why: &str, error: &serde_json::Error) -> Error {
    Error::internal(format!("{what}: {why} ({error})"))
}
