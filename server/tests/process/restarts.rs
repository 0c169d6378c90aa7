//! PostgreSQL crashes and comes back while phones push: the server needs no restart.

use std::time::Duration;

use server::Db;

use crate::{Outcome, cluster::Cluster, home::Home, ledger, phone::Crew};

const PHONES: usize = 20;
const CRASHES: usize = 4;

#[tokio::test]
async fn a_server_outlives_its_database() {
    let findings = run().await.expect("a run");
    println!("{findings:?}");
    assert_eq!((findings.lost, findings.twice), (0, 0));
    assert!(findings.broken.is_empty(), "{:?}", findings.broken);
    assert!(
        findings.answers.contains_key(&503),
        "{:?}",
        findings.answers
    );
}

async fn run() -> Outcome<ledger::Findings> {
    let cluster = Cluster::start()?;
    let url = cluster.database().await?;
    let db = Db::connect(&url).await?;
    db.migrate().await?;
    db.close().await;
    let folder = tempfile::tempdir()?;
    let home = Home::at(folder.path(), url)?;
    let (organization, phones) = home.settle(PHONES).await?;
    let process = home.start().await?;
    let crew = Crew::start(phones, &home.address);
    for _ in 0..CRASHES {
        crew.tally.progress(100).await?;
        cluster.stop()?;
        // Long enough for phones to ask in vain.
        tokio::time::sleep(Duration::from_millis(400)).await;
        cluster.go_on()?;
    }
    crew.tally.progress(100).await?;
    let mut workers = crew.finish().await?;
    let findings = ledger::check(&home, organization, &mut workers).await?;
    process.kill()?;
    Ok(findings)
}
