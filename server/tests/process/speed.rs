//! What a sync costs: operations per second, time per batch, bytes on the wire, bytes sent again after a
//! connection was cut. `cargo xtask bench sync`

use std::{
    io::Write as _,
    rc::Rc,
    time::{Duration, Instant},
};

use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use tokio::task::{JoinSet, LocalSet};

use crate::{
    Outcome,
    herd::percentiles,
    home::{Home, wanted},
    http::Connection,
    native::{self, Album, Counts},
    support::Backend,
    world::{self, Phone},
};

const BATCH: usize = 50;
/// Clients at once, and the operations of all of them together.
const LOADS: [(usize, usize); 3] = [(1, 3_000), (20, 10_000), (100, 20_000)];
/// The most that may be sent again after a cut: one piece.
const PIECE: usize = 512 * 1024;
/// Pieces of a thousand that are cut.
const CUT: u64 = 300;
const PHOTOS: usize = 40;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by `cargo xtask bench sync`"]
async fn by_hand() {
    for backend in wanted() {
        println!("| {backend:?} | |\n|---|---|");
        measure(backend).await.expect("measured");
    }
}

async fn measure(backend: Backend) -> Outcome<()> {
    let home = Home::on_disk(backend).await?;
    let (_, phones) = home.settle(101).await?;
    let process = home.start().await?;
    // The first request reads the forms.
    push(&home, &phones[100..], BATCH, false).await?;
    for (clients, operations) in LOADS {
        let load = push(&home, &phones[..clients], operations, false).await?;
        println!(
            "| push, {clients} at once: operations per second | {:.0} |",
            load.operations as f64 / load.took.as_secs_f64()
        );
        println!(
            "| push, {clients} at once: ms per batch of {BATCH} (50 / 95 / 99 % / worst) | {} |",
            percentiles(&load.batches)
        );
    }
    for is_packed in [false, true] {
        let load = push(&home, &phones[..1], 20 * BATCH, is_packed).await?;
        println!(
            "| bytes per record of {} bytes, {}: request, answer | {:.0}, {:.0} |",
            load.raw / load.operations,
            if is_packed { "gzip" } else { "plain" },
            load.sent as f64 / load.operations as f64,
            load.received as f64 / load.operations as f64
        );
    }
    println!(
        "| peak memory of the server | {:.0} MB |",
        process.peak_mb()?
    );
    process.kill()
}

struct Load {
    operations: usize,
    took: Duration,
    batches: Vec<f64>,
    /// Bytes of the operations alone.
    raw: usize,
    sent: usize,
    received: usize,
}

/// All phones push at once, each its part.
async fn push(home: &Home, phones: &[Phone], count: usize, is_packed: bool) -> Outcome<Load> {
    let operations = world::operations(phones, count);
    let each = operations.len() / phones.len();
    let raw = operations.iter().map(String::len).sum();
    let mut prepared = Vec::with_capacity(phones.len());
    for (phone, part) in phones.iter().zip(operations.chunks(each)) {
        let mut bodies = Vec::new();
        for batch in part.chunks(BATCH) {
            bodies.push(body(phone, batch, is_packed)?);
        }
        let connection = Connection::open(&home.address, &phone.token).await?;
        prepared.push((connection, bodies));
    }
    let begun = Instant::now();
    let mut running = JoinSet::new();
    for (connection, bodies) in prepared {
        running.spawn(send(connection, bodies, is_packed));
    }
    let mut load = Load {
        operations: operations.len(),
        took: Duration::ZERO,
        batches: Vec::new(),
        raw,
        sent: 0,
        received: 0,
    };
    while let Some(done) = running.join_next().await {
        let (connection, times) = done??;
        load.batches.extend(times);
        load.sent += connection.sent;
        load.received += connection.received;
    }
    load.took = begun.elapsed();
    Ok(load)
}

fn body(phone: &Phone, batch: &[String], is_packed: bool) -> Outcome<Vec<u8>> {
    let heartbeat = json!({
        "device_id": phone.device, "outbox": batch.len(), "blobs": 0,
        "max_device_seq": 10_000, "device_epoch": 1, "app_build": "bench",
    });
    let operations = batch.join(",");
    let text = format!("{{\"heartbeat\":{heartbeat},\"operations\":[{operations}]}}");
    if !is_packed {
        return Ok(text.into_bytes());
    }
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(text.as_bytes())?;
    Ok(packed.finish()?)
}

async fn send(
    mut connection: Connection,
    bodies: Vec<Vec<u8>>,
    is_packed: bool,
) -> Outcome<(Connection, Vec<f64>)> {
    let mut headers = vec![("content-type", "application/json".to_owned())];
    if is_packed {
        headers.push(("content-encoding", "gzip".to_owned()));
    }
    let mut times = Vec::with_capacity(bodies.len());
    for body in bodies {
        let begun = Instant::now();
        let reply = connection
            .send("POST", "/api/sync/push", &headers, &body)
            .await?;
        times.push(begun.elapsed().as_secs_f64() * 1_000.0);
        let answer: Value = serde_json::from_slice(&reply.body)?;
        let verdicts = answer["verdicts"]
            .as_array()
            .ok_or_else(|| answer.to_string())?;
        let other = verdicts
            .iter()
            .find(|it| it["outcome"]["verdict"] != "applied");
        if let Some(other) = other {
            return Err(other.to_string().into());
        }
    }
    Ok((connection, times))
}

on_both! {
    async fn a_cut_upload_sends_at_most_a_piece_again(backend) {
        let home = Home::new(backend).await.expect("a home");
        LocalSet::new().run_until(cut(&home, backend)).await.expect("a run");
    }
}

/// Large photos over a line that breaks, by the app's own replica.
async fn cut(home: &Home, backend: Backend) -> Outcome<()> {
    let (_, phones) = home.settle(1).await?;
    let process = home.start().await?;
    let counts = Rc::new(Counts::default());
    let replica = native::open(&phones[0], &home.address, &counts, 5, CUT).await?;
    let (album, thumbnails) = (Album::new(1_000), Album::new(64));
    let mut bytes = 0;
    let photos: Vec<_> = (0..PHOTOS)
        .map(|_| (album.print(), thumbnails.print()))
        .collect();
    for (full, thumbnail) in &photos {
        bytes += full.len() + thumbnail.len();
    }
    native::save(&replica, 0, photos).await?;
    let begun = Instant::now();
    while !native::is_drained(&replica) {
        replica.sync_now().await;
        assert!(begun.elapsed() < Duration::from_mins(1), "it never ends");
    }
    let (cuts, sent) = (counts.cuts.get(), counts.piece_bytes.get());
    let again = sent - bytes;
    println!("{backend:?}: {bytes} bytes, {cuts} cuts, {again} bytes sent again");
    assert!(
        cuts > 0 && again <= cuts * PIECE,
        "{again} bytes after {cuts} cuts"
    );
    process.kill()
}
