//! The command line: `minglu serve | migrate | init | user | backup | restore | reindex | keys | verify-receipt |
//! verify-pack`.
//!
//! Leaves out what the commands work on; each is a few calls into the library.

#![expect(clippy::doc_markdown, reason = "clap prints these texts as they are")]

pub mod pack;
mod people;
mod receipt;
mod serve;

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use clap::{Args, Parser, Subcommand};
use figment::{providers::Serialized, value::Dict};
use object_store::ObjectStore;
use serde::Serialize;

use crate::{AppState, Clock, Db, Error, Result, backup, blob_store, search, settings::Settings};

#[derive(Parser)]
#[command(
    name = "minglu",
    version,
    about = "Minglu 明录: a public agency's record of its civilized-unit work",
    after_help = "Settings come from (later wins) defaults, the file minglu.toml, the environment \
                  (MINGLU_BIND, MINGLU_PUBLIC_URL, MINGLU_DATA, DATABASE_URL, BLOB_URL, \
                  MINGLU_PHOTO_LIMIT, MINGLU_IDLE_MINUTES, MINGLU_PHONE_DAYS, MINGLU_TRUST_PROXY, …) \
                  and flags."
)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(Args, Serialize)]
struct Common {
    /// The settings file [default: minglu.toml if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    #[serde(skip)]
    config: Option<PathBuf>,
    /// The folder for the database and the photos [default: ./data]
    #[arg(long, global = true, value_name = "FOLDER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<PathBuf>,
    /// sqlite:FILE or postgres://USER:PASSWORD@HOST/NAME [default: a file in the data folder]
    #[arg(long, global = true, value_name = "ADDRESS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    database_url: Option<String>,
    /// A folder, or s3://BUCKET/PREFIX with AWS_… in the environment [default: in the data folder]
    #[arg(long, global = true, value_name = "ADDRESS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    blob_url: Option<String>,
    /// Where people reach the server, such as https://minglu.example.cn
    #[arg(long, global = true, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    public_url: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server (brings the tables up to date first)
    Serve(serve::Args),
    /// Bring the tables up to date and stop
    Migrate,
    /// Make an organization and print its administrator's one-time log-in link
    Init(people::Init),
    /// List, add, help and deactivate members
    #[command(subcommand)]
    User(people::User),
    /// Write everything, photos included, into one file; works while the server runs
    Backup {
        /// Keep it safe: it holds personal data and the server's keys
        file: PathBuf,
    },
    /// Read a backup into an empty database, of either kind; stop the server first
    Restore { file: PathBuf },
    /// Make the search's index anew from what is kept; works while the server runs
    Reindex,
    /// Print the public keys with which anybody can check receipts
    Keys,
    /// Say whether a receipt is genuine, and what became of the operation
    VerifyReceipt(receipt::Verify),
    /// Say whether an evidence pack is genuine, and name what was changed; needs no database
    VerifyPack(pack::Verify),
}

/// Runs the command that was asked for.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    log();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("minglu: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(obey(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("minglu: {}", explain(&error));
            ExitCode::FAILURE
        }
    }
}

/// The sentence for whoever typed the command.
fn explain(error: &Error) -> String {
    match error {
        Error::Internal(inner) => inner.to_string(),
        Error::Unavailable { .. } => {
            "the database or the store of photos can't work now; the warning above says why"
                .to_owned()
        }
        Error::Invalid { field, message } => format!("{field}: {}", message.en),
        other => other.to_api().message.en,
    }
}

fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("MINGLU_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,sqlx=warn,tower_http=warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}

async fn obey(cli: Cli) -> Result<()> {
    match cli.command {
        Command::Serve(args) => {
            let settings = settings(&cli.common, args.flags())?;
            serve::run(&args, settings).await
        }
        Command::Migrate => {
            let settings = settings(&cli.common, Dict::new())?;
            let (db, _) = open(&settings).await?;
            println!("The tables of {} are up to date.", kind(&db));
            Ok(())
        }
        Command::Init(args) => {
            let state = state(settings(&cli.common, Dict::new())?).await?;
            people::init(&state, &args).await
        }
        Command::User(command) => {
            let state = state(settings(&cli.common, Dict::new())?).await?;
            people::user(&state, &command).await
        }
        Command::Backup { file } => {
            let (db, blobs) = open(&settings(&cli.common, Dict::new())?).await?;
            let done = backup::write(&db, &blobs, &Clock::system(), &file).await?;
            println!(
                "Wrote {} rows and {} blobs to {}.",
                done.rows,
                done.blobs,
                file.display()
            );
            Ok(())
        }
        Command::Restore { file } => {
            let (db, blobs) = open(&settings(&cli.common, Dict::new())?).await?;
            let done = backup::read(&db, &blobs, &Clock::system(), &file).await?;
            println!("Restored {} rows and {} blobs.", done.rows, done.blobs);
            Ok(())
        }
        Command::Reindex => {
            let state = state(settings(&cli.common, Dict::new())?).await?;
            let documents = search::rebuild(&state).await?;
            println!("{documents} records, photos and files can be searched.");
            Ok(())
        }
        Command::Keys => receipt::print_keys(&state(settings(&cli.common, Dict::new())?).await?),
        Command::VerifyPack(args) => pack::verify(&args),
        Command::VerifyReceipt(args) => {
            if let Some(keys) = &args.keys {
                return receipt::verify_alone(&args, keys);
            }
            let state = state(settings(&cli.common, Dict::new())?).await?;
            receipt::verify(&state, &args).await
        }
    }
}

fn settings(common: &Common, more: Dict) -> Result<Settings> {
    let flags =
        figment::Figment::from(Serialized::defaults(common)).merge(Serialized::defaults(more));
    Settings::load(common.config.as_deref(), flags)
}

/// Opens the database, with its tables up to date, and the blobs.
async fn open(settings: &Settings) -> Result<(Db, Arc<dyn ObjectStore>)> {
    if settings.database_url.is_none() {
        std::fs::create_dir_all(&settings.data).map_err(|error| {
            Error::internal(format!(
                "can't make the folder {}: {error}",
                settings.data.display()
            ))
        })?;
    }
    let db = Db::connect(&settings.database())
        .await
        .map_err(|error| match error {
            Error::Unavailable { .. } => Error::internal(
                "the database of database_url doesn't answer; is it running, and is the address right?",
            ),
            other => other,
        })?;
    db.migrate().await?;
    let blobs = blob_store::open(&settings.blobs())?;
    Ok((db, blobs))
}

async fn state(settings: Settings) -> Result<AppState> {
    let (db, blobs) = open(&settings).await?;
    AppState::new(settings, db, blobs, Clock::system()).await
}

fn kind(db: &Db) -> &'static str {
    match db.kind() {
        crate::db::DatabaseKind::Sqlite => "SQLite",
        crate::db::DatabaseKind::Postgres => "PostgreSQL",
    }
}
