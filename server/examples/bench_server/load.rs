//! The loads, and what they take.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use server::{
    Db,
    bulk::{self, Placeholder},
};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::{Outcome, http::Connection, world::Phone};

pub const CLIENTS: usize = 20;
pub const OPERATIONS: usize = 10_000;
pub const BATCH: usize = 50;
/// Photos per client, of about 300 KB each.
const PHOTOS: usize = 5;

pub const FILTERS: [(&str, &str); 5] = [
    ("waiting", "state=submitted"),
    ("all", ""),
    ("one form", "form_id=blood_drive"),
    ("returned", "state=returned"),
    (
        "approved of one form",
        "state=approved&form_id=law_outreach",
    ),
];

/// The server in a process of its own; killed when dropped.
pub struct Process {
    child: Child,
    pub address: String,
}

impl Process {
    pub fn start(url: &str, folder: &Path) -> Outcome<Self> {
        let blobs = folder.join("blobs");
        std::fs::create_dir_all(&blobs)?;
        let mut child = Command::new(std::env::current_exe()?)
            .arg("serve")
            .arg(url)
            .arg(&blobs)
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().ok_or("no output")?;
        let mut address = String::new();
        BufReader::new(output).read_line(&mut address)?;
        Ok(Self {
            child,
            address: address.trim().to_owned(),
        })
    }

    /// Resident memory, in MB.
    pub fn resident_mb(&self) -> Outcome<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .ok_or("no VmRSS")?;
        let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kib / 1024.0)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Inserts the same bytes, 50 rows per transaction, so many per statement, from so many tasks; rows
/// per second.
pub async fn bare(
    db: &Db,
    operations: &[String],
    rows_at_once: usize,
    tasks: usize,
) -> Outcome<f64> {
    let mut tx = db.begin().await?;
    sqlx::query("drop table if exists bare")
        .execute(&mut *tx)
        .await?;
    sqlx::query("create table bare (id text primary key, body text not null)")
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    let start = Instant::now();
    let mut running = JoinSet::new();
    for part in operations.chunks(operations.len() / tasks) {
        let part: Vec<(String, String)> = part
            .iter()
            .map(|body| (Uuid::now_v7().to_string(), body.clone()))
            .collect();
        let db = db.clone();
        running.spawn(async move {
            for batch in part.chunks(BATCH) {
                let mut tx = db.begin().await?;
                for rows in batch.chunks(rows_at_once) {
                    let text = bulk::values(
                        "insert into bare (id, body) values",
                        rows.len(),
                        2,
                        "",
                        Placeholder::Numbered,
                    );
                    let mut query = sqlx::query(text);
                    for (id, body) in rows {
                        query = query.bind(id.as_str()).bind(body.as_str());
                    }
                    query.execute(&mut *tx).await?;
                }
                tx.commit().await?;
            }
            Outcome::Ok(())
        });
    }
    while let Some(result) = running.join_next().await {
        result??;
    }
    Ok(operations.len() as f64 / start.elapsed().as_secs_f64())
}

/// Pushes from all phones at once, each its own part; operations per second.
pub async fn push(process: &Process, phones: &[Phone], operations: &[String]) -> Outcome<f64> {
    let mut running = JoinSet::new();
    let mut prepared = Vec::new();
    for (phone, part) in phones
        .iter()
        .zip(operations.chunks(operations.len() / phones.len()))
    {
        let bodies: Vec<String> = part.chunks(BATCH).map(|batch| body(phone, batch)).collect();
        let connection = Connection::open(&process.address, &phone.token).await?;
        prepared.push((connection, bodies));
    }
    let start = Instant::now();
    for (mut connection, bodies) in prepared {
        running.spawn(async move {
            for body in bodies {
                send(&mut connection, &body).await?;
            }
            Outcome::Ok(())
        });
    }
    while let Some(result) = running.join_next().await {
        result??;
    }
    Ok(operations.len() as f64 / start.elapsed().as_secs_f64())
}

fn body(phone: &Phone, batch: &[String]) -> String {
    let heartbeat = json!({
        "device_id": phone.device, "outbox": batch.len(), "blobs": 0,
        "max_device_seq": 10_000, "device_epoch": 1, "app_build": "bench",
    });
    format!(
        "{{\"heartbeat\":{heartbeat},\"operations\":[{}]}}",
        batch.join(",")
    )
}

async fn send(connection: &mut Connection, body: &str) -> Outcome<()> {
    let headers = [("content-type", "application/json".to_owned())];
    let reply = connection
        .send("POST", "/api/sync/push", &headers, body.as_bytes())
        .await?;
    let answer: Value = serde_json::from_slice(&reply.body)?;
    let verdicts = answer["verdicts"]
        .as_array()
        .ok_or_else(|| answer.to_string())?;
    match verdicts
        .iter()
        .find(|it| it["outcome"]["verdict"] != "applied")
    {
        Some(other) => Err(other.to_string().into()),
        None => Ok(()),
    }
}

/// What a full pull brought.
pub struct Pulled {
    pub rows: usize,
    pub pages: usize,
    pub cursor: String,
}

pub async fn pull(process: &Process, phone: &Phone) -> Outcome<Pulled> {
    let mut connection = Connection::open(&process.address, &phone.token).await?;
    let mut pulled = Pulled {
        rows: 0,
        pages: 0,
        cursor: String::new(),
    };
    loop {
        let path = format!("/api/sync/pull?cursor={}", pulled.cursor);
        let reply = connection.send("GET", &path, &[], &[]).await?;
        let page: Value = serde_json::from_slice(&reply.body)?;
        pulled.rows += page["rows"].as_array().ok_or("no rows")?.len();
        pulled.pages += 1;
        page["cursor"]
            .as_str()
            .ok_or("no cursor")?
            .clone_into(&mut pulled.cursor);
        if page["more"] != true {
            return Ok(pulled);
        }
    }
}

/// Pulls so many times from the newest cursor; milliseconds each.
pub async fn pull_nothing(
    process: &Process,
    phone: &Phone,
    cursor: &str,
    times: u32,
) -> Outcome<f64> {
    let mut connection = Connection::open(&process.address, &phone.token).await?;
    let path = format!("/api/sync/pull?cursor={cursor}");
    let start = Instant::now();
    for _ in 0..times {
        connection.send("GET", &path, &[], &[]).await?;
    }
    Ok(start.elapsed().as_secs_f64() * 1_000.0 / f64::from(times))
}

/// Pushes and uploads at once from all phones; the server's highest resident memory in MB, and how
/// many photos went up.
pub async fn push_and_upload(
    process: &Process,
    phones: &[Phone],
    operations: Vec<String>,
) -> Outcome<(f64, usize)> {
    let mut running = JoinSet::new();
    for (index, phone) in phones.iter().enumerate() {
        let mut connection = Connection::open(&process.address, &phone.token).await?;
        running.spawn(async move {
            for number in 0..PHOTOS {
                upload(&mut connection, &photo(index * PHOTOS + number)).await?;
            }
            Outcome::Ok(())
        });
    }
    let pushing = push(process, phones, &operations);
    let mut pushing = std::pin::pin!(pushing);
    let mut ticks = tokio::time::interval(Duration::from_millis(20));
    let mut peak: f64 = 0.0;
    let mut pushed = false;
    while !pushed || !running.is_empty() {
        tokio::select! {
            result = &mut pushing, if !pushed => { result?; pushed = true; }
            Some(result) = running.join_next() => result??,
            _ = ticks.tick() => {}
        }
        peak = peak.max(process.resident_mb()?);
    }
    Ok((peak, phones.len() * PHOTOS))
}

/// A JPEG of about 300 KB that is like no other.
fn photo(seed: usize) -> Vec<u8> {
    use image::{DynamicImage, ImageBuffer, ImageFormat, Rgb};
    let pixels = ImageBuffer::from_fn(64, 64, |x, y| Rgb([seed as u8, x as u8, y as u8]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    drop(DynamicImage::ImageRgb8(pixels).write_to(&mut bytes, ImageFormat::Jpeg));
    let mut bytes = bytes.into_inner();
    let mut noise = seed as u64 + 1;
    while bytes.len() < 300_000 {
        noise = noise
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        bytes.extend(noise.to_be_bytes());
    }
    bytes
}

async fn upload(connection: &mut Connection, bytes: &[u8]) -> Outcome<()> {
    let tus = ("tus-resumable", "1.0.0".to_owned());
    let name = domain::keys::sha256_hex(bytes);
    let metadata = format!(
        "sha256 {},filetype {}",
        STANDARD.encode(name),
        STANDARD.encode("image/jpeg")
    );
    let headers = [
        tus.clone(),
        ("upload-length", bytes.len().to_string()),
        ("upload-metadata", metadata),
    ];
    let created = connection.send("POST", "/api/blobs", &headers, &[]).await?;
    let headers = [
        tus,
        ("upload-offset", "0".to_owned()),
        ("content-type", "application/offset+octet-stream".to_owned()),
    ];
    let location = created.header("location").ok_or("no location")?.to_owned();
    let reply = connection.send("PATCH", &location, &headers, bytes).await?;
    if reply.status == 204 {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&reply.body).into_owned().into())
    }
}

/// Asks for the first page so many times; milliseconds, shortest first.
pub async fn list(
    process: &Process,
    office: &Phone,
    query: &str,
    times: usize,
) -> Outcome<Vec<f64>> {
    let mut connection = Connection::open(&process.address, &office.token).await?;
    let path = format!("/api/office/submissions?{query}");
    let mut taken = Vec::with_capacity(times);
    for _ in 0..times {
        let start = Instant::now();
        let reply = connection.send("GET", &path, &[], &[]).await?;
        taken.push(start.elapsed().as_secs_f64() * 1_000.0);
        if reply.status != 200 {
            return Err(String::from_utf8_lossy(&reply.body).into_owned().into());
        }
    }
    taken.sort_by(f64::total_cmp);
    Ok(taken)
}
