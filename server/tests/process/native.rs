//! The app's own replica without a browser: its store in memory, its network a real connection. Whatever
//! it asks and is told is counted.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use domain::{
    Change, RecordRef, Timestamp,
    areas::{attachments::PhotoSource, people::Role, submissions::SubmissionChange},
    operation::Area,
};
use sync::{
    Account, Environment, Replica,
    leadership::Leadership,
    storage::memory::Memory,
    transport::{Method, Request, Response, Transport, Unreachable},
    types::{CaptureInput, Draft, NewOperation, NewPhoto, NewPicture, Status},
};
use uuid::Uuid;

use crate::{
    Outcome,
    http::Connection,
    phone::{now, photo},
    random::Random,
    world::{self, Phone},
};

/// What all phones of a thread met.
#[derive(Default)]
pub struct Counts {
    /// How long each push took that was answered with 200, in ms.
    pub pushes: RefCell<Vec<f64>>,
    pub statuses: RefCell<BTreeMap<u16, u64>>,
    pub unanswered: Cell<u64>,
    /// Neither 2xx nor a request to come again.
    pub wrong: RefCell<Vec<String>>,
    /// Bytes of photos' pieces that went out.
    pub piece_bytes: Cell<usize>,
    /// Connections that were cut within a piece.
    pub cuts: Cell<usize>,
}

pub struct Line {
    address: String,
    token: String,
    connection: RefCell<Option<Connection>>,
    counts: Rc<Counts>,
    /// How often a piece's connection is cut, per thousand.
    cut: u64,
    random: RefCell<Random>,
}

impl Line {
    async fn ask(&self, request: &Request) -> Outcome<Response> {
        // Nobody else asks meanwhile: a replica asks one thing after the other.
        let kept = self.connection.borrow_mut().take();
        let mut connection = match kept {
            Some(connection) => connection,
            None => Connection::open(&self.address, &self.token).await?,
        };
        let headers = &request.headers;
        let (method, path) = (request.method.as_str(), request.path.as_str());
        if request.method == Method::Patch {
            let mut sent = request.body.len();
            let cut = self.random.borrow_mut().chance(self.cut);
            if cut {
                sent = self.random.borrow_mut().below(sent);
            }
            self.counts
                .piece_bytes
                .set(self.counts.piece_bytes.get() + sent);
            if cut {
                self.counts.cuts.set(self.counts.cuts.get() + 1);
                connection
                    .cut(method, path, headers, &request.body, sent)
                    .await?;
                return Err("cut".into());
            }
        }
        let reply = connection
            .send(method, path, headers, &request.body)
            .await?;
        self.connection.replace(Some(connection));
        Ok(Response {
            status: reply.status,
            headers: reply.headers,
            body: reply.body,
        })
    }

    fn count(&self, request: &Request, response: &Response, took: Duration) {
        let status = response.status;
        *self.counts.statuses.borrow_mut().entry(status).or_default() += 1;
        let asks_to_wait = matches!(status, 429 | 503) && response.header("retry-after").is_some();
        if !(200..300).contains(&status) && !asks_to_wait {
            let text = String::from_utf8_lossy(&response.body);
            let wrong = format!(
                "{} {}: {status} {text}",
                request.method.as_str(),
                request.path
            );
            self.counts.wrong.borrow_mut().push(wrong);
        }
        if request.path == "/api/sync/push" && status == 200 {
            self.counts
                .pushes
                .borrow_mut()
                .push(took.as_secs_f64() * 1_000.0);
        }
    }
}

#[async_trait(?Send)]
impl Transport for Line {
    async fn send(&self, request: Request) -> Result<Response, Unreachable> {
        let limit = Duration::from_millis(request.timeout_ms as u64);
        let begun = Instant::now();
        if let Ok(Ok(response)) = tokio::time::timeout(limit, self.ask(&request)).await {
            self.count(&request, &response, begun.elapsed());
            return Ok(response);
        }
        self.counts.unanswered.set(self.counts.unanswered.get() + 1);
        Err(Unreachable)
    }
}

struct Device {
    begun: Instant,
    random: RefCell<Random>,
}

#[async_trait(?Send)]
impl Environment for Device {
    fn wall_clock(&self) -> Timestamp {
        now()
    }

    fn monotonic_ms(&self) -> i64 {
        self.begun.elapsed().as_millis() as i64
    }

    fn utc_offset_minutes(&self) -> i32 {
        480
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        self.random.borrow_mut().fill(bytes);
    }

    fn app_build(&self) -> String {
        "native".to_owned()
    }

    async fn free_bytes(&self) -> Option<i64> {
        Some(1_000_000_000)
    }

    async fn persist(&self) -> Option<bool> {
        Some(true)
    }

    async fn sleep(&self, ms: i64) {
        tokio::time::sleep(Duration::from_millis(ms as u64)).await;
    }

    fn announce(&self) {}

    fn on_announcement(&self, _: Rc<dyn Fn()>) {}

    async fn lead(&self, _: bool) -> Leadership {
        Leadership::alone()
    }
}

/// Opens the app on a phone; `cut` of a thousand pieces are cut on the way.
pub async fn open(
    phone: &Phone,
    address: &str,
    counts: &Rc<Counts>,
    seed: u64,
    cut: u64,
) -> Outcome<Replica> {
    let line = Line {
        address: address.to_owned(),
        token: phone.token.clone(),
        connection: RefCell::default(),
        counts: counts.clone(),
        cut,
        random: RefCell::new(Random::of(seed, &[1])),
    };
    let device = Device {
        begun: Instant::now(),
        random: RefCell::new(Random::of(uuid::Uuid::new_v4().as_u128() as u64, &[seed])),
    };
    let account = Account {
        organization_id: phone.organization,
        person_id: phone.person,
        name: "张三".to_owned(),
        role: Role::Volunteer,
        department_id: None,
        device_id: phone.device,
    };
    let storage = Rc::new(Memory::default());
    Ok(Replica::open(storage, Rc::new(line), Rc::new(device), account).await?)
}

/// Saves so many notes; one more with the photos, each of them an operation too.
pub async fn save(replica: &Replica, notes: usize, photos: Vec<(Vec<u8>, Vec<u8>)>) -> Outcome<()> {
    for _ in 0..notes {
        let change = SubmissionChange::Submit {
            form_id: "field_note".to_owned(),
            form_version: "1".to_owned(),
            activity_id: None,
            premises_id: None,
            title: "社区普法宣传".to_owned(),
            answers: world::answers(now()),
        };
        let record = RecordRef::new(Area::Submissions, Uuid::now_v7());
        let operation = NewOperation::new(record, Change::Submissions(change));
        replica.commit(operation).await?;
    }
    if photos.is_empty() {
        return Ok(());
    }
    let draft = Draft {
        id: Uuid::now_v7(),
        form_id: "field_note".to_owned(),
        form_version: "1".to_owned(),
        activity_id: None,
        premises_id: None,
        answers: world::answers(now()),
        photos: Vec::new(),
        updated_at: now(),
        amends: None,
        line: None,
    };
    replica.save_draft(&draft).await?;
    for (full, thumbnail) in photos {
        let new = NewPhoto {
            question: "photos".to_owned(),
            full: picture(full),
            thumbnail: picture(thumbnail),
            source: PhotoSource::Camera,
            taken_at: None,
            caption: String::new(),
            facts: domain::areas::attachments::PhotoFacts::default(),
        };
        replica.add_draft_photo(draft.id, new).await?;
    }
    let input = CaptureInput {
        title: "社区普法宣传".to_owned(),
        occurred_at: None,
    };
    replica.submit_draft(&draft, input).await?;
    Ok(())
}

fn picture(bytes: Vec<u8>) -> NewPicture {
    NewPicture {
        bytes,
        media_type: "image/jpeg".to_owned(),
        width: 256,
        height: 256,
    }
}

/// Photos that are quickly made: one picture, with a comment of its own each time.
pub struct Album(Vec<u8>);

impl Album {
    pub fn new(side: u32) -> Self {
        Self(photo(&mut Random::of(7, &[]), side))
    }

    pub fn print(&self) -> Vec<u8> {
        let comment = Uuid::new_v4();
        let mut bytes = Vec::with_capacity(self.0.len() + 20);
        // Start of image, then a comment segment: marker, length, text.
        bytes.extend([0xff, 0xd8, 0xff, 0xfe, 0, 18]);
        bytes.extend(comment.as_bytes());
        bytes.extend(&self.0[2..]);
        bytes
    }
}

pub fn is_drained(replica: &Replica) -> bool {
    matches!(replica.status(), Status::AllSent { .. })
}
