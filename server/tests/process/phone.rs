//! A phone that makes operations and photos, sends each until it is answered, and keeps a book of what it
//! was told. Plainer than the app's own replica: what it counts, it counts by itself.

use std::{
    collections::BTreeMap,
    io::Cursor,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{
    Change, OpId, Operation, Outcome as Judged, RecordRef, Timestamp,
    api::sync::{Heartbeat, PushRequest, PushResponse},
    areas::{
        attachments::{AttachmentChange, BlobFacts, PhotoSource},
        submissions::SubmissionChange,
    },
    forms::Answer,
    keys::sha256_hex,
    operation::Area,
    verdict::Verdict,
};
use image::{DynamicImage, ImageBuffer, ImageFormat, Rgb};
use serde_json::value::RawValue;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::{
    Outcome,
    http::{Connection, Reply},
    random::Random,
    world::{self, Phone},
};

/// How long something may stay unanswered once nothing fails any more.
const PATIENCE: Duration = Duration::from_secs(90);

/// Phones at work, in tasks of their own.
pub struct Crew {
    pub tally: Arc<Tally>,
    working: JoinSet<Outcome<Worker>>,
}

impl Crew {
    pub fn start(phones: Vec<Phone>, address: &str) -> Self {
        let tally = Arc::new(Tally::default());
        let mut working = JoinSet::new();
        for (index, phone) in phones.into_iter().enumerate() {
            working.spawn(Worker::new(phone, address, &tally, index as u64).work());
        }
        Self { tally, working }
    }

    /// Begins nothing more, and waits until everything is acknowledged.
    pub async fn finish(mut self) -> Outcome<Vec<Worker>> {
        self.tally.stop.store(true, Ordering::SeqCst);
        let mut workers = Vec::new();
        while let Some(worker) = self.working.join_next().await {
            workers.push(worker??);
        }
        Ok(workers)
    }
}

/// What all phones of a run share.
#[derive(Default)]
pub struct Tally {
    /// Nothing new is begun any more; what was begun is sent until it is answered.
    pub stop: AtomicBool,
    pub acknowledged: Mutex<Vec<OpId>>,
    /// Names of blobs.
    pub stored: Mutex<Vec<String>>,
    /// Answers that ask to come again.
    pub put_off: AtomicU64,
    pub unanswered: AtomicU64,
}

impl Tally {
    /// How many operations are acknowledged by now.
    pub fn count(&self) -> usize {
        lock(&self.acknowledged).len()
    }

    pub fn stored(&self) -> usize {
        lock(&self.stored).len()
    }

    /// Waits until so many more operations are acknowledged; an error if that takes long.
    pub async fn progress(&self, more: usize) -> Outcome<()> {
        let enough = self.count() + more;
        self.until(|tally| tally.count() >= enough).await
    }

    pub async fn until(&self, is_so: impl Fn(&Self) -> bool) -> Outcome<()> {
        let begun = Instant::now();
        while !is_so(self) {
            if begun.elapsed() > PATIENCE {
                return Err("nothing gets through".into());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }
}

pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a phone was told.
#[derive(Default)]
pub struct Book {
    pub made: BTreeMap<OpId, String>,
    pub acknowledged: BTreeMap<OpId, Verdict>,
    pub notes: Vec<Note>,
    /// Names of blobs that the server said it has.
    pub stored: Vec<String>,
    /// How often each status came.
    pub answers: BTreeMap<u16, u64>,
    /// Requests without an answer.
    pub unanswered: u64,
    /// What no phone should ever hear.
    pub wrong: Vec<String>,
}

/// A record as it must be once everything is acknowledged.
pub struct Note {
    pub id: Uuid,
    pub revision: i64,
    pub text: String,
    pub photos: usize,
}

pub struct Worker {
    pub phone: Phone,
    pub book: Book,
    address: String,
    tally: Arc<Tally>,
    random: Random,
    connection: Option<Connection>,
    seq: i64,
    epoch: i64,
}

impl Worker {
    pub fn new(phone: Phone, address: &str, tally: &Arc<Tally>, seed: u64) -> Self {
        Self {
            phone,
            book: Book::default(),
            address: address.to_owned(),
            tally: tally.clone(),
            random: Random::of(seed, &[]),
            connection: None,
            seq: 0,
            epoch: now().0,
        }
    }

    /// Makes and sends until it is told to stop.
    pub async fn work(mut self) -> Outcome<Self> {
        while !self.tally.stop.load(Ordering::SeqCst) {
            self.round().await?;
        }
        Ok(self)
    }

    /// Some notes, corrections of earlier ones, now and then a photo; all of it until it is answered.
    pub async fn round(&mut self) -> Outcome<()> {
        let mut photos = Vec::new();
        let mut batch = Vec::new();
        let earlier = self.book.notes.len();
        for _ in 0..=self.random.below(8) {
            if earlier > 0 && self.random.chance(300) {
                let note = self.random.below(earlier);
                batch.push(self.amend(note));
            } else {
                batch.push(self.note());
            }
        }
        if self.random.chance(250) {
            let (full, thumbnail) = (photo(&mut self.random, 128), photo(&mut self.random, 32));
            batch.push(self.attach(&full, &thumbnail));
            photos = vec![thumbnail, full];
        }
        let mut waiting = None;
        while !batch.is_empty() {
            let before = batch.len();
            if let Some(verdicts) = self.push(&batch).await? {
                self.read(&mut batch, verdicts);
            }
            if batch.len() == before {
                self.rest(&mut waiting).await?;
            }
        }
        for bytes in photos {
            let mut waiting = None;
            while !self.upload(&bytes).await {
                self.rest(&mut waiting).await?;
            }
            self.book.stored.push(sha256_hex(&bytes));
            lock(&self.tally.stored).push(sha256_hex(&bytes));
        }
        Ok(())
    }

    /// A short pause; an error when nothing is wrong any more and still no answer came.
    async fn rest(&mut self, since: &mut Option<Instant>) -> Outcome<()> {
        if self.tally.stop.load(Ordering::SeqCst) {
            let begun = *since.get_or_insert_with(Instant::now);
            if begun.elapsed() > PATIENCE {
                return Err(format!("never answered: {:?}", self.book.answers).into());
            }
        }
        let pause = self.random.range(20, 120) as u64;
        tokio::time::sleep(Duration::from_millis(pause)).await;
        Ok(())
    }

    fn operation(&mut self, record: RecordRef, base: Option<i64>, change: Change) -> Operation {
        self.seq += 1;
        Operation {
            op_id: OpId(Uuid::now_v7()),
            device_id: self.phone.device,
            device_seq: self.seq,
            device_epoch: self.epoch,
            schema_version: 1,
            organization_id: self.phone.organization,
            actor_id: self.phone.person,
            record,
            base_revision: base,
            change,
            blobs: Vec::new(),
            capture: world::capture(now()),
            app_build: "process".to_owned(),
        }
    }

    fn note(&mut self) -> Operation {
        let id = Uuid::now_v7();
        let text = format!("记录 {id}");
        let mut answers = world::answers(now());
        answers.insert("note".to_owned(), Answer::Text(text.clone()));
        self.book.notes.push(Note {
            id,
            revision: 1,
            text,
            photos: 0,
        });
        let change = SubmissionChange::Submit {
            form_id: "field_note".to_owned(),
            form_version: "1".to_owned(),
            activity_id: None,
            premises_id: None,
            title: "社区普法宣传".to_owned(),
            answers,
        };
        let record = RecordRef::new(Area::Submissions, id);
        self.operation(record, None, Change::Submissions(change))
    }

    fn amend(&mut self, index: usize) -> Operation {
        let note = &mut self.book.notes[index];
        let text = format!("改 {}", Uuid::new_v4());
        let was = std::mem::replace(&mut note.text, text.clone());
        let (id, base) = (note.id, note.revision);
        note.revision += 1;
        let one = |text| BTreeMap::from([("note".to_owned(), Some(Answer::Text(text)))]);
        let change = SubmissionChange::Amend {
            title: "社区普法宣传".to_owned(),
            changed: one(text),
            was: one(was),
        };
        let record = RecordRef::new(Area::Submissions, id);
        self.operation(record, Some(base), Change::Submissions(change))
    }

    /// A photo of the newest note.
    fn attach(&mut self, full: &[u8], thumbnail: &[u8]) -> Operation {
        let facts = |bytes: &[u8], side| BlobFacts {
            sha256: sha256_hex(bytes),
            size: bytes.len() as i64,
            media_type: "image/jpeg".to_owned(),
            width: side,
            height: side,
        };
        let (full, thumbnail) = (facts(full, 128), facts(thumbnail, 32));
        let index = self.book.notes.len() - 1;
        self.book.notes[index].photos += 1;
        let blobs = vec![full.sha256.clone(), thumbnail.sha256.clone()];
        let change = AttachmentChange::Add {
            subject: RecordRef::new(Area::Submissions, self.book.notes[index].id),
            question: "photos".to_owned(),
            blob: full,
            thumbnail,
            source: PhotoSource::Camera,
            taken_at: None,
            caption: String::new(),
            facts: domain::areas::attachments::PhotoFacts::default(),
        };
        let record = RecordRef::new(Area::Attachments, Uuid::now_v7());
        let operation = self.operation(record, None, Change::Attachments(change));
        Operation { blobs, ..operation }
    }

    /// Sends the batch once; the verdicts if an answer came.
    async fn push(&mut self, batch: &[Operation]) -> Outcome<Option<Vec<Verdict>>> {
        let mut operations = Vec::with_capacity(batch.len());
        for operation in batch {
            let text = serde_json::to_string(operation)?;
            self.book.made.insert(operation.op_id, text.clone());
            operations.push(RawValue::from_string(text)?);
        }
        let heartbeat = Heartbeat {
            device_id: self.phone.device.to_string(),
            outbox: batch.len() as i64,
            max_device_seq: self.seq,
            device_epoch: self.epoch,
            app_build: "process".to_owned(),
            ..Heartbeat::default()
        };
        let body = serde_json::to_vec(&PushRequest {
            heartbeat,
            operations,
        })?;
        let headers = [("content-type", "application/json".to_owned())];
        let Some(reply) = self.ask("POST", "/api/sync/push", &headers, &body).await else {
            return Ok(None);
        };
        if reply.status != 200 {
            return Ok(None);
        }
        let answer: PushResponse = serde_json::from_slice(&reply.body)?;
        if let Some(notice) = answer.notice {
            self.book.wrong.push(format!("{notice:?}"));
        }
        Ok(Some(answer.verdicts))
    }

    /// Moves what was received from the batch into the book.
    fn read(&mut self, batch: &mut Vec<Operation>, verdicts: Vec<Verdict>) {
        if verdicts.len() != batch.len() {
            let (asked, said) = (batch.len(), verdicts.len());
            self.book
                .wrong
                .push(format!("{said} verdicts for {asked} operations"));
            return;
        }
        for (operation, verdict) in std::mem::take(batch).into_iter().zip(verdicts) {
            if !verdict.outcome.is_received() {
                batch.push(operation);
                continue;
            }
            let counts = matches!(verdict.outcome.first(), Judged::Applied { .. });
            if verdict.op_id != Some(operation.op_id) || !counts {
                self.book.wrong.push(format!("{verdict:?}"));
            }
            lock(&self.tally.acknowledged).push(operation.op_id);
            self.book.acknowledged.insert(operation.op_id, verdict);
        }
    }

    /// Sends what the server lacks of a photo; whether it says that it has the whole.
    async fn upload(&mut self, bytes: &[u8]) -> bool {
        self.try_upload(bytes).await.unwrap_or(false)
    }

    async fn try_upload(&mut self, bytes: &[u8]) -> Option<bool> {
        let tus = ("tus-resumable", "1.0.0".to_owned());
        let name = sha256_hex(bytes);
        let metadata = format!(
            "sha256 {},filetype {}",
            STANDARD.encode(&name),
            STANDARD.encode("image/jpeg")
        );
        let headers = [
            tus.clone(),
            ("upload-length", bytes.len().to_string()),
            ("upload-metadata", metadata),
        ];
        let created = self.ask("POST", "/api/blobs", &headers, &[]).await?;
        if created.status == 200 {
            return Some(offset(&created) == Some(bytes.len()));
        }
        let location = created.header("location")?.to_owned();
        let headers = [tus.clone()];
        let mut reply = self.ask("HEAD", &location, &headers, &[]).await?;
        for _ in 0..3 {
            let from = offset(&reply).filter(|_| reply.status < 300)?;
            if from == bytes.len() {
                return Some(true);
            }
            let headers = [
                tus.clone(),
                ("upload-offset", from.to_string()),
                ("content-type", "application/offset+octet-stream".to_owned()),
            ];
            reply = self
                .ask("PATCH", &location, &headers, bytes.get(from..)?)
                .await?;
        }
        Some(false)
    }

    /// One request; `None` when no answer came.
    pub async fn ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, String)],
        body: &[u8],
    ) -> Option<Reply> {
        let asked = async {
            if self.connection.is_none() {
                let opened = Connection::open(&self.address, &self.phone.token).await?;
                self.connection = Some(opened);
            }
            let connection = self.connection.as_mut().ok_or("no connection")?;
            connection.send(method, path, headers, body).await
        };
        let Ok(Ok(reply)) = tokio::time::timeout(Duration::from_secs(45), asked).await else {
            self.connection = None;
            self.book.unanswered += 1;
            self.tally.unanswered.fetch_add(1, Ordering::SeqCst);
            return None;
        };
        *self.book.answers.entry(reply.status).or_default() += 1;
        match reply.status {
            200..300 => {}
            // The upload stands elsewhere, or ended meanwhile.
            404 | 409 | 410 => {}
            429 | 503 if reply.header("retry-after").is_some() => {
                self.tally.put_off.fetch_add(1, Ordering::SeqCst);
            }
            status => {
                let text = String::from_utf8_lossy(&reply.body);
                self.book
                    .wrong
                    .push(format!("{method} {path}: {status} {text}"));
            }
        }
        Some(reply)
    }
}

fn offset(reply: &Reply) -> Option<usize> {
    reply.header("upload-offset")?.parse().ok()
}

pub fn now() -> Timestamp {
    server::Clock::system().now()
}

/// A photo of noise, like no other.
pub fn photo(random: &mut Random, side: u32) -> Vec<u8> {
    let pixels = ImageBuffer::from_fn(side, side, |_, _| {
        let noise = random.next().to_be_bytes();
        Rgb([noise[0], noise[1], noise[2]])
    });
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(pixels)
        .write_to(&mut bytes, ImageFormat::Jpeg)
        .expect("a photo");
    bytes.into_inner()
}
