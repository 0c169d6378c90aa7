//! Measures the server: push, pull, the review list, memory; on `SQLite` and, where
//! `MINGLU_TEST_POSTGRES` names a cluster, on `PostgreSQL`. Prints tables in Markdown.
//!
//! The server runs in a process of its own (this program started again with `serve`), so that its
//! memory and its work are its own. Clients speak HTTP over loopback.
//!
//! `cargo run --release -p server --example bench_server -- [--records 1000000] [--folder target/bench] [--push] [--office] [--keep]`
//! (`--push`: nothing but the push; `--office`: nothing but the office's lists and its first page; `--keep`: what
//! an earlier `--office --keep` wrote is measured again)

mod http;
mod load;
mod office;
mod world;

use std::{path::PathBuf, sync::Arc, time::Instant};

use server::{AppState, Clock, Db, settings::Settings};
use tokio::net::TcpListener;

pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Submissions in the database when the review list is measured.
const RECORDS: usize = 1_000_000;

struct Options {
    records: usize,
    folder: PathBuf,
    only_push: bool,
    only_office: bool,
    /// `sqlite` or `postgres`, where not both are to be measured.
    on: Option<String>,
    keep: bool,
}

#[tokio::main]
async fn main() -> Outcome<()> {
    sqlx::any::install_default_drivers();
    let mut arguments = std::env::args().skip(1);
    let mut options = Options {
        records: RECORDS,
        folder: PathBuf::from("target/bench"),
        only_push: false,
        only_office: false,
        on: None,
        keep: false,
    };
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or("a value is missing");
        match argument.as_str() {
            "serve" => return serve(&value()?, &value()?).await,
            "--push" => options.only_push = true,
            "--office" => options.only_office = true,
            "--on" => options.on = Some(value()?),
            "--keep" => options.keep = true,
            "--records" => options.records = value()?.parse()?,
            "--folder" => options.folder = value()?.into(),
            other => return Err(format!("unknown argument {other}").into()),
        }
    }
    std::fs::create_dir_all(&options.folder)?;
    let is_on = |name: &str| options.on.as_deref().is_none_or(|on| on == name);
    let folder = options.folder.canonicalize()?.join("sqlite");
    if is_on("sqlite") {
        prepare(&folder, options.keep)?;
        let url = format!("sqlite:{}", folder.join("minglu.db").display());
        measure("SQLite", &url, &folder, &options).await?;
    }
    match std::env::var("MINGLU_TEST_POSTGRES") {
        Ok(_) if !is_on("postgres") => {}
        Ok(cluster) => {
            let folder = folder.with_file_name("postgres");
            prepare(&folder, options.keep)?;
            let url = world::database(&cluster, options.keep).await?;
            measure("PostgreSQL", &url, &folder, &options).await?;
            if !options.keep {
                world::drop_database(&cluster).await?;
            }
        }
        Err(_) => println!("MINGLU_TEST_POSTGRES isn't set: PostgreSQL isn't measured."),
    }
    if !options.keep {
        drop(std::fs::remove_dir_all(&options.folder));
    }
    Ok(())
}

fn prepare(folder: &std::path::Path, keep: bool) -> Outcome<()> {
    if !keep {
        drop(std::fs::remove_dir_all(folder));
    }
    Ok(std::fs::create_dir_all(folder)?)
}

/// The server's process: prints its address and serves until it is killed.
async fn serve(url: &str, blobs: &str) -> Outcome<()> {
    let db = Db::connect(url).await?;
    let blobs = object_store::local::LocalFileSystem::new_with_prefix(blobs)?.with_fsync(true);
    let state = AppState::new(Settings::default(), db, Arc::new(blobs), Clock::system()).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    axum::serve(listener, server::router::router(state)).await?;
    Ok(())
}

async fn measure(
    name: &str,
    url: &str,
    folder: &std::path::Path,
    options: &Options,
) -> Outcome<()> {
    let records = options.records;
    if options.only_office {
        return office::measure(name, url, folder, records).await;
    }
    let db = Db::connect(url).await?;
    db.migrate().await?;
    let organization = world::organization(&db).await?;
    let phones = world::phones(&db, organization, load::CLIENTS + 1).await?;
    println!("\n| {name} | |\n|---|---|");

    let operations = world::operations(&phones[..load::CLIENTS], load::OPERATIONS);
    let mut bare = Vec::new();
    for (rows_at_once, tasks) in [
        (1, 1),
        (1, load::CLIENTS),
        (load::BATCH, 1),
        (load::BATCH, load::CLIENTS),
    ] {
        let per_second = load::bare(&db, &operations, rows_at_once, tasks).await?;
        let what = format!(
            "bare inserts, 50 rows a transaction, {rows_at_once} a statement, {tasks} at once"
        );
        row(&format!("{what}, per second"), &format!("{per_second:.0}"));
        bare.push((what, per_second));
    }

    let process = load::Process::start(url, folder)?;
    // The first request reads the forms.
    load::push(&process, &phones[..1], &world::operations(&phones[..1], 50)).await?;
    let idle = process.resident_mb()?;
    let pushed = load::push(&process, &phones[..load::CLIENTS], &operations).await?;
    row(
        "push, 20 clients, operations per second",
        &format!("{pushed:.0}"),
    );
    for (what, per_second) in bare {
        row(
            &format!("push to {what} (wanted 0.3)"),
            &format!("{:.2}", pushed / per_second),
        );
    }
    if options.only_push {
        return Ok(());
    }
    let checked_in = load::push(
        &process,
        &phones[..load::CLIENTS],
        &world::check_ins(&db, organization, &phones[..load::CLIENTS], 2_000).await?,
    )
    .await?;
    row(
        "push of check-ins, operations per second",
        &format!("{checked_in:.0}"),
    );

    let reader = &phones[load::CLIENTS..];
    load::push(&process, reader, &world::operations(reader, 10_000)).await?;
    let start = Instant::now();
    let pulled = load::pull(&process, &reader[0]).await?;
    row(
        &format!(
            "full pull of {} rows in {} pages, ms",
            pulled.rows, pulled.pages
        ),
        &format!("{}", start.elapsed().as_millis()),
    );
    let nothing = load::pull_nothing(&process, &reader[0], &pulled.cursor, 100).await?;
    row("pull with nothing new, ms", &format!("{nothing:.1}"));

    row("memory idle, MB (at most 80)", &format!("{idle:.0}"));
    let operations = world::operations(&phones[..load::CLIENTS], load::OPERATIONS);
    let (peak, photos) =
        load::push_and_upload(&process, &phones[..load::CLIENTS], operations).await?;
    row(
        &format!("memory while 20 clients push and upload {photos} photos, MB (at most 300)"),
        &format!("{peak:.0}"),
    );

    let start = Instant::now();
    let office = world::reviewer(&db, organization).await?;
    world::fill(&db, organization, &phones, records).await?;
    world::analyze(&db).await?;
    eprintln!(
        "{name}: {records} records written in {} s",
        start.elapsed().as_secs()
    );
    for (filter, query) in load::FILTERS {
        let times = load::list(&process, &office, query, 300).await?;
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
        row(
            &format!(
                "review list at {records}, {filter}: median, 99th percentile, ms (at most 50)"
            ),
            &format!("{:.1}, {:.1}", at(0.5), at(0.99)),
        );
    }
    drop(process);
    db.close().await;
    Ok(())
}

fn row(what: &str, value: &str) {
    println!("| {what} | {value} |");
}
