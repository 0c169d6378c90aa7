//! The server is killed again and again while phones push and upload: what was acknowledged stays, once.

use std::time::{Duration, Instant};

use crate::{
    Outcome,
    home::{Home, number, wanted},
    ledger::{self, Findings},
    phone::Crew,
    random::Random,
    support::Backend,
};

const PHONES: usize = 20;

struct Report {
    kills: usize,
    /// From start to first answer, shortest first.
    starts: Vec<Duration>,
    took: Duration,
    findings: Findings,
}

async fn run(backend: Backend, kills: usize, tell: bool) -> Outcome<Report> {
    let home = Home::new(backend).await?;
    let (organization, phones) = home.settle(PHONES).await?;
    let crew = Crew::start(phones, &home.address);
    let mut random = Random::of(kills as u64, &[]);
    let mut starts = Vec::with_capacity(kills);
    let begun = Instant::now();
    for kill in 1..=kills {
        let process = home.start().await?;
        starts.push(process.started_in);
        // At any moment, also while the first requests come in; but each life leaves something.
        tokio::time::sleep(Duration::from_millis(random.range(0, 400) as u64)).await;
        crew.tally.progress(1).await?;
        process.kill()?;
        if tell && kill % 25 == 0 {
            println!(
                "{kill} kills in {:.0} s, {} operations and {} photos acknowledged",
                begun.elapsed().as_secs_f64(),
                crew.tally.count(),
                crew.tally.stored()
            );
        }
    }
    let took = begun.elapsed();
    let process = home.start().await?;
    let mut workers = crew.finish().await?;
    let findings = ledger::check(&home, organization, &mut workers).await?;
    process.kill()?;
    starts.sort();
    Ok(Report {
        kills,
        starts,
        took,
        findings,
    })
}

impl Report {
    fn tell(&self, backend: Backend) {
        let findings = &self.findings;
        let at = |share: usize| self.starts[(self.starts.len() - 1) * share / 100].as_millis();
        println!(
            "{backend:?}: {} kills in {:.0} s; {} operations acknowledged, {} lost, {} twice, {:.0} a \
             second; {} photos stored; starts in {} ms (median), {} ms (99th percentile); answers \
             {:?}, {} requests without one; {} files left over",
            self.kills,
            self.took.as_secs_f64(),
            findings.acknowledged,
            findings.lost,
            findings.twice,
            findings.acknowledged as f64 / self.took.as_secs_f64(),
            findings.stored,
            at(50),
            at(99),
            findings.answers,
            findings.unanswered,
            findings.left_over,
        );
        for broken in findings.broken.iter().take(30) {
            println!("BROKEN {broken}");
        }
    }
}

async fn hold(backend: Backend, kills: usize, tell: bool) {
    let report = run(backend, kills, tell).await.expect("a run");
    report.tell(backend);
    let findings = &report.findings;
    assert_eq!((findings.lost, findings.twice), (0, 0));
    assert!(
        findings.broken.is_empty(),
        "{} broken",
        findings.broken.len()
    );
    assert!(findings.acknowledged > kills && findings.stored > 0);
}

on_both! {
    async fn what_was_acknowledged_outlives_kills(backend) {
        hold(backend, 12, false).await;
    }
}

/// `cargo xtask faults`
#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by `cargo xtask faults`"]
async fn by_hand() {
    let kills = number("MINGLU_KILLS", 100);
    for backend in wanted() {
        hold(backend, kills, true).await;
    }
}
