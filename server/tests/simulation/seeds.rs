//! The tests: which seeds run where, that a seed replays, and that every mutation is caught.

use std::{
    ops::Range,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use crate::{
    mutations::Mutation,
    plan::Plan,
    shrink::shrink,
    simulation::{Options, Report, run},
    support::Backend,
};

/// Runs seeds on twice as many threads as there are cores, because each waits for its database's own
/// thread half of the time; tells of each that broke a promise.
fn run_all(seeds: Range<u64>, backend: Backend) -> Vec<(u64, Report)> {
    let begun = Instant::now();
    let next = AtomicU64::new(seeds.start);
    let broken = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(2, usize::from) * 2;
    let (requests, operations) = (AtomicU64::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= seeds.end {
                        return;
                    }
                    let report = run(&Options::new(seed, backend));
                    requests.fetch_add(report.requests, Ordering::SeqCst);
                    operations.fetch_add(report.operations as u64, Ordering::SeqCst);
                    if !report.broken.is_empty() {
                        broken.lock().expect("unpoisoned").push((seed, report));
                    }
                }
            });
        }
    });
    let took = begun.elapsed().as_secs_f64();
    let count = seeds.end - seeds.start;
    println!(
        "{count} seeds on {backend:?} in {took:.1} s: {:.0} a minute, {requests:?} requests, \
         {operations:?} operations",
        count as f64 * 60.0 / took
    );
    let mut broken = broken.into_inner().expect("unpoisoned");
    broken.sort_by_key(|(seed, _)| *seed);
    broken
}

fn tell(seed: u64, report: &Report) {
    println!("== seed {seed}");
    for line in &report.story {
        println!("{line}");
    }
    for broken in &report.broken {
        println!("BROKEN {broken}");
    }
}

/// A failing seed's story, as short as it can be made.
fn tell_shrunk(options: &Options, report: &Report) {
    let (steps, shrunk) = shrink(options, report.clone());
    println!("== seed {} needs no more than:", options.seed);
    for step in &steps {
        println!("{:>10} ms  phone {} {:?}", step.at_ms, step.phone, step.act);
    }
    tell(options.seed, &shrunk);
}

#[test]
fn a_seed_replays_exactly() {
    for seed in [3, 5, 8] {
        let first = run(&Options::new(seed, Backend::Sqlite));
        let second = run(&Options::new(seed, Backend::Sqlite));
        for (one, other) in first.story.iter().zip(&second.story) {
            assert_eq!(one, other);
        }
        assert_eq!(first.hash, second.hash);
    }
}

#[test]
fn three_hundred_seeds_keep_every_promise() {
    hold(0..300, Backend::Sqlite);
}

#[test]
fn seeds_keep_every_promise_on_postgres() {
    hold(0..20, Backend::Postgres);
}

fn hold(seeds: Range<u64>, backend: Backend) {
    let broken = run_all(seeds, backend);
    if let Some((seed, report)) = broken.first() {
        tell_shrunk(&Options::new(*seed, backend), report);
        for (seed, report) in &broken {
            println!("seed {seed}: {}", report.broken[0]);
        }
        panic!("{} seeds broke a promise", broken.len());
    }
}

#[test]
fn every_mutation_is_caught() {
    for mutation in Mutation::ALL {
        let caught = (0..mutation.seeds()).find_map(|seed| {
            let report = run(&Options {
                mutation: Some(mutation),
                ..Options::new(seed, Backend::Sqlite)
            });
            let promises = mutation.breaks();
            let broken = report
                .broken
                .into_iter()
                .find(|broken| promises.contains(&broken.promise))?;
            Some((seed, broken))
        });
        match caught {
            Some((seed, broken)) => println!("{mutation:?}: seed {seed}: {broken}"),
            None => panic!(
                "{mutation:?} wasn't caught within {} seeds",
                mutation.seeds()
            ),
        }
    }
}

#[test]
fn a_failing_seeds_story_is_made_shorter() {
    let options = Options {
        mutation: Some(Mutation::ForgetWhenSending),
        ..Options::new(0, Backend::Sqlite)
    };
    let (steps, report) = shrink(&options, run(&options));
    assert!(report.broken.iter().any(|broken| broken.promise == "P1"));
    assert!(steps.len() <= 2, "{steps:?}");
}

/// `cargo xtask simulate`: `MINGLU_SEEDS` is `from..to`, `MINGLU_TRACE` asks for the story.
#[test]
#[ignore = "by hand: cargo xtask simulate"]
fn by_hand() {
    let seeds = std::env::var("MINGLU_SEEDS").unwrap_or_else(|_| "0..100".to_owned());
    let (from, to) = seeds.split_once("..").expect("from..to");
    let seeds = from.parse().expect("a number")..to.parse().expect("a number");
    let backend = match std::env::var("MINGLU_SIMULATE_ON").as_deref() {
        Ok("postgres") => Backend::Postgres,
        _ => Backend::Sqlite,
    };
    if std::env::var_os("MINGLU_TRACE").is_some() {
        for seed in seeds {
            println!("{:#?}", Plan::of(seed));
            let report = run(&Options::new(seed, backend));
            tell(seed, &report);
            println!("{:?}", report.verdicts);
        }
        return;
    }
    hold(seeds, backend);
}
