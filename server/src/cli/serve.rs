//! `minglu serve`.

use std::{net::SocketAddr, time::Duration};

use domain::{OrganizationId, PersonId, areas::people::Role};
use figment::value::{Dict, Value};
use tokio::net::TcpListener;

use crate::{
    AppState,
    error::{Error, Result},
    likenesses, maintenance, one_time_links, organizations, router, sample,
    settings::Settings,
};

#[derive(clap::Args)]
pub struct Args {
    /// Address and port to listen on [default: 127.0.0.1:3000]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// Fill an empty database with a sample organization, and print one-time log-in links
    #[arg(long)]
    sample: bool,
    /// Believe X-Forwarded-For; only behind a proxy that sets it
    #[arg(long)]
    trust_proxy: bool,
}

impl Args {
    /// The settings among them.
    pub fn flags(&self) -> Dict {
        let mut flags = Dict::new();
        if let Some(listen) = &self.listen {
            flags.insert("bind".to_owned(), Value::from(listen.as_str()));
        }
        if self.trust_proxy {
            flags.insert("trust_proxy".to_owned(), Value::from(true));
        }
        flags
    }
}

/// Serves until it is told to stop; requests in progress are finished first.
pub async fn run(args: &Args, settings: Settings) -> Result<()> {
    let state = super::state(settings).await?;
    let brought = organizations::bring_forms(&state).await?;
    if brought > 0 {
        tracing::info!(organizations = brought, "brought new built-in forms");
    }
    if args.sample {
        if sample::fill(&state).await?.is_some() {
            println!("Filled the empty database with a sample organization.");
        }
        print_links(&state).await?;
    } else if is_empty(&state).await? {
        println!(
            "There is no organization yet. Make one with:\n  \
             minglu init --name NAME --admin-name NAME --mobile NUMBER"
        );
    }
    let bind = state.settings.bind.clone();
    let listener = TcpListener::bind(&bind)
        .await
        .map_err(|error| Error::internal(format!("can't listen on {bind}: {error}")))?;
    println!("Minglu is at {}", state.settings.public_url);
    let jobs = tokio::spawn(maintenance::run(state.clone()));
    let looks = tokio::spawn(likenesses::run(state.clone()));
    let service = router::router(state.clone()).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service)
        .with_graceful_shutdown(stop_signal())
        .await
        .map_err(Error::internal)?;
    jobs.abort();
    looks.abort();
    // A request that hangs must not keep the process for ever.
    if tokio::time::timeout(Duration::from_secs(10), state.db.close())
        .await
        .is_err()
    {
        tracing::warn!("some connections to the database were still in use");
    }
    Ok(())
}

async fn stop_signal() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}

async fn is_empty(state: &AppState) -> Result<bool> {
    let found: Option<String> = sqlx::query_scalar("select id from organizations limit 1")
        .fetch_optional(state.db.read())
        .await?;
    Ok(found.is_none())
}

/// Prints a fresh one-time link for one person of each role, of the oldest organization.
async fn print_links(state: &AppState) -> Result<()> {
    println!("\nOne-time log-in links, valid for 24 hours; a new set is printed at each start:");
    for role in Role::ALL {
        let person: Option<(String, String, String)> = sqlx::query_as(
            "select p.id, p.organization_id, p.name from people p
             join organizations o on o.id = p.organization_id
             where p.role = $1 and p.active = 1
             order by o.created_at, o.id, p.joined_at, p.id limit 1",
        )
        .bind(role.as_str())
        .fetch_optional(state.db.read())
        .await?;
        let Some((id, organization, name)) = person else {
            continue;
        };
        let id: PersonId = id.parse()?;
        let organization: OrganizationId = organization.parse()?;
        let mut tx = state.db.begin().await?;
        let link = one_time_links::make(&mut tx, organization, id, state.clock.now()).await?;
        tx.commit().await?;
        let (zh, en) = role.name();
        println!(
            "  {en} ({zh}, {name}):\n    {}{}",
            state.settings.public_url, link.path
        );
    }
    println!();
    Ok(())
}
