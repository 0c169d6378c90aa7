//! After an event many phones come at once, each with its records and photos: all get through, nobody
//! hears anything but "done" or "come again later", and another organization doesn't notice.

use std::{
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use serde_json::Value;
use server::Db;
use tokio::task::LocalSet;

use crate::{
    Outcome,
    home::{Home, number, wanted},
    http::Connection,
    native::{self, Album, Counts},
    random::Random,
    support::Backend,
    world::{self, Phone},
};

/// Each phone's: notes, and a note with photos, which are operations too.
const NOTES: usize = 16;
const PHOTOS: usize = 3;
/// Records of the organization that is looked at from beside.
const RECORDS: usize = 2_000;

#[derive(Clone, Copy)]
struct Plan {
    phones: usize,
    /// Within how long all of them come.
    arrival: Duration,
    /// How long the other organization is looked at before.
    before: Duration,
}

struct Report {
    counts: Rc<Counts>,
    /// From the first arrival until nothing is unsent.
    drained: Duration,
    photo_bytes: usize,
    peak_mb: f64,
    before: Beside,
    during: Beside,
}

async fn run(home: &Home, plan: Plan) -> Outcome<Report> {
    let (_, phones) = home.settle(plan.phones).await?;
    let quiet = quiet_organization(home).await?;
    let process = home.start().await?;
    let counts = Rc::new(Counts::default());
    let (album, thumbnails) = (Album::new(256), Album::new(64));
    let mut replicas = Vec::with_capacity(phones.len());
    for (index, phone) in phones.iter().enumerate() {
        let replica = native::open(phone, &home.address, &counts, index as u64, 0).await?;
        let photos = (0..PHOTOS).map(|_| (album.print(), thumbnails.print()));
        native::save(&replica, NOTES, photos.collect()).await?;
        replicas.push(replica);
    }
    let before = Watch::start(home, &quiet).stop_after(plan.before).await?;

    let watch = Watch::start(home, &quiet);
    let begun = Instant::now();
    let mut random = Random::of(plan.phones as u64, &[]);
    for replica in replicas.clone() {
        let wait = random.range(0, plan.arrival.as_millis() as i64) as u64;
        tokio::task::spawn_local(async move {
            tokio::time::sleep(Duration::from_millis(wait)).await;
            replica.run().await;
        });
    }
    let mut told = Instant::now();
    loop {
        let left = replicas.iter().filter(|it| !native::is_drained(it)).count();
        if left == 0 {
            break;
        }
        if told.elapsed() > Duration::from_secs(10) {
            told = Instant::now();
            println!(
                "{left} phones still hold something after {:.0} s; {:.0} MB; {:?}",
                begun.elapsed().as_secs_f64(),
                process.resident_mb()?,
                counts.statuses.borrow()
            );
        }
        if begun.elapsed() > plan.arrival + Duration::from_mins(10) {
            return Err(format!("{left} phones still hold something").into());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let drained = begun.elapsed();
    let during = watch.stop_after(Duration::ZERO).await?;
    let peak_mb = process.peak_mb()?;
    let (operations, photos) = arrived(home).await?;
    assert_eq!(photos, plan.phones * PHOTOS);
    assert_eq!(
        operations,
        plan.phones * (NOTES + 1 + PHOTOS) + before.pushed + during.pushed
    );
    process.kill()?;
    Ok(Report {
        counts,
        drained,
        photo_bytes: album.print().len(),
        peak_mb,
        before,
        during,
    })
}

/// What is in the database: operations, and photos that are stored.
async fn arrived(home: &Home) -> Outcome<(usize, usize)> {
    let db = home.db().await?;
    let operations: i64 = sqlx::query_scalar("select cast(count(*) as bigint) from inbox")
        .fetch_one(db.read())
        .await?;
    let photos: i64 =
        sqlx::query_scalar("select cast(count(*) as bigint) from attachments where stored = 1")
            .fetch_one(db.read())
            .await?;
    db.close().await;
    Ok((operations as usize, photos as usize))
}

/// An organization of its own: somebody at the review list, and a phone.
struct Quiet {
    office: Phone,
    phone: Phone,
}

async fn quiet_organization(home: &Home) -> Outcome<Quiet> {
    let db: Db = home.db().await?;
    let organization = world::organization(&db).await?;
    let office = world::reviewer(&db, organization).await?;
    let phones = world::phones(&db, organization, 1).await?;
    world::fill(&db, organization, &phones, RECORDS).await?;
    db.close().await;
    let phone = phones.into_iter().next().ok_or("no phone")?;
    Ok(Quiet { office, phone })
}

/// What the other organization met, in ms.
#[derive(Default)]
struct Beside {
    lists: Vec<f64>,
    pushes: Vec<f64>,
    pushed: usize,
}

/// Looks at the review list and pushes one note every second, in a thread of its own.
struct Watch {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Outcome<Beside>>,
}

impl Watch {
    fn start(home: &Home, quiet: &Quiet) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (stopped, address) = (stop.clone(), home.address.clone());
        let (office, phone) = (quiet.office.clone(), quiet.phone.clone());
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(look(&stopped, &address, &office, &phone))
        });
        Self { stop, thread }
    }

    async fn stop_after(self, time: Duration) -> Outcome<Beside> {
        tokio::time::sleep(time).await;
        self.stop.store(true, Ordering::SeqCst);
        tokio::task::spawn_blocking(move || self.thread.join())
            .await?
            .map_err(|_| "the watch died")?
    }
}

async fn look(stop: &AtomicBool, address: &str, office: &Phone, phone: &Phone) -> Outcome<Beside> {
    let mut beside = Beside::default();
    let mut reader = Connection::open(address, &office.token).await?;
    let mut writer = Connection::open(address, &phone.token).await?;
    let json = [("content-type", "application/json".to_owned())];
    let mut seconds = tokio::time::interval(Duration::from_secs(1));
    seconds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while !stop.load(Ordering::SeqCst) {
        seconds.tick().await;
        let begun = Instant::now();
        let path = "/api/office/submissions?state=submitted";
        let reply = reader.send("GET", path, &[], &[]).await?;
        beside.lists.push(begun.elapsed().as_secs_f64() * 1_000.0);
        if reply.status != 200 {
            return Err(format!("{path}: {}", reply.status).into());
        }
        let operation = world::operations(std::slice::from_ref(phone), 1).concat();
        let body = format!("{{\"operations\":[{operation}]}}");
        let begun = Instant::now();
        let reply = writer
            .send("POST", "/api/sync/push", &json, body.as_bytes())
            .await?;
        beside.pushes.push(begun.elapsed().as_secs_f64() * 1_000.0);
        let answer: Value = serde_json::from_slice(&reply.body)?;
        if answer["verdicts"][0]["outcome"]["verdict"] != "applied" {
            return Err(answer.to_string().into());
        }
        beside.pushed += 1;
    }
    Ok(beside)
}

/// 50th, 95th and 99th percentile and the worst, as text.
pub fn percentiles(times: &[f64]) -> String {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let index = (times.len().saturating_sub(1) as f64 * share) as usize;
        times.get(index).copied().unwrap_or_default()
    };
    format!(
        "{:.0} / {:.0} / {:.0} / {:.0}",
        at(0.5),
        at(0.95),
        at(0.99),
        at(1.0)
    )
}

impl Report {
    fn tell(&self, backend: Backend, plan: Plan) {
        let counts = &self.counts;
        println!(
            "| {backend:?}, {} phones within {} s | |\n|---|---|",
            plan.phones,
            plan.arrival.as_secs()
        );
        let operations = NOTES + 1 + PHOTOS;
        println!(
            "| each: operations, photos, bytes a photo | {operations}, {PHOTOS}, {} |",
            self.photo_bytes
        );
        println!(
            "| until nothing was unsent | {:.1} s |",
            self.drained.as_secs_f64()
        );
        println!("| peak memory of the server | {:.0} MB |", self.peak_mb);
        println!("| answers | {:?} |", counts.statuses.borrow());
        println!(
            "| requests without an answer | {} |",
            counts.unanswered.get()
        );
        println!("| wrong answers | {} |", counts.wrong.borrow().len());
        println!(
            "| push, ms (50 / 95 / 99 % / worst) | {} |",
            percentiles(&counts.pushes.borrow())
        );
        for (when, beside) in [("before", &self.before), ("during", &self.during)] {
            println!(
                "| another organization’s review list {when}, ms | {} |",
                percentiles(&beside.lists)
            );
            println!(
                "| another organization’s push {when}, ms | {} |",
                percentiles(&beside.pushes)
            );
        }
        for wrong in counts.wrong.borrow().iter().take(20) {
            println!("WRONG {wrong}");
        }
    }
}

async fn hold(home: Home, backend: Backend, plan: Plan) {
    LocalSet::new()
        .run_until(async {
            let report = run(&home, plan).await.expect("a run");
            report.tell(backend, plan);
            assert!(report.counts.wrong.borrow().is_empty());
            assert_eq!(report.counts.unanswered.get(), 0);
        })
        .await;
}

on_both! {
    async fn fifty_phones_at_once_all_get_through(backend) {
        let home = Home::new(backend).await.expect("a home");
        let plan = Plan {
            phones: 50,
            arrival: Duration::from_secs(2),
            before: Duration::from_secs(1),
        };
        hold(home, backend, plan).await;
    }
}

/// `cargo xtask bench herd`
#[tokio::test]
#[ignore = "run by `cargo xtask bench herd`"]
async fn by_hand() {
    let plan = Plan {
        phones: number("MINGLU_PHONES", 1_000),
        arrival: Duration::from_mins(1),
        before: Duration::from_secs(20),
    };
    for backend in wanted() {
        let home = Home::on_disk(backend).await.expect("a home");
        hold(home, backend, plan).await;
    }
}
