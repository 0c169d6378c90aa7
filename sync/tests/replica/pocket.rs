//! A phone in a pocket: a store in memory, a clock that stands, no network. And ways to end a piece of
//! work wherever it waits.

use std::{
    cell::Cell,
    future::Future,
    pin::pin,
    rc::Rc,
    task::{Context, Poll, Waker},
};

use async_trait::async_trait;
use domain::{
    Area, Change, DeviceId, OrganizationId, PersonId, RecordRef, Timestamp,
    areas::{
        attachments::PhotoSource,
        attendances::{AttendanceChange, Direction, Proof},
        people::Role,
        submissions::SubmissionChange,
    },
    forms::{Answer, Answers},
};
use sync::{
    Account, Draft, Environment, NewBlob, NewOperation, NewPhoto, NewPicture, Replica, Storage,
    Subscription,
    leadership::Leadership,
    storage::{Mode, Store, memory::Memory},
    transport::{Request, Response, Transport, Unreachable},
};
use uuid::Uuid;

pub const NOW: Timestamp = Timestamp(1_795_399_200_000);

pub struct NoNetwork;

#[async_trait(?Send)]
impl Transport for NoNetwork {
    async fn send(&self, _: Request) -> Result<Response, Unreachable> {
        Err(Unreachable)
    }
}

#[derive(Default)]
pub struct Device {
    pub wall_clock: Cell<i64>,
    pub free_bytes: Cell<Option<i64>>,
    pub drawn: Cell<u8>,
}

#[async_trait(?Send)]
impl Environment for Device {
    fn wall_clock(&self) -> Timestamp {
        NOW.plus_ms(self.wall_clock.get())
    }

    fn monotonic_ms(&self) -> i64 {
        0
    }

    fn utc_offset_minutes(&self) -> i32 {
        480
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        self.drawn.set(self.drawn.get().wrapping_add(1));
        bytes.fill(self.drawn.get());
    }

    fn app_build(&self) -> String {
        "test".to_owned()
    }

    async fn free_bytes(&self) -> Option<i64> {
        self.free_bytes.get()
    }

    async fn persist(&self) -> Option<bool> {
        None
    }

    async fn sleep(&self, _: i64) {
        std::future::pending::<()>().await;
    }

    fn announce(&self) {}

    fn on_announcement(&self, _: Rc<dyn Fn()>) {}

    async fn lead(&self, _: bool) -> Leadership {
        Leadership::alone()
    }
}

pub fn account(person: u128) -> Account {
    Account {
        organization_id: OrganizationId(Uuid::from_u128(1)),
        person_id: PersonId(Uuid::from_u128(person)),
        name: "甲".to_owned(),
        role: Role::Recorder,
        department_id: None,
        device_id: DeviceId(Uuid::from_u128(7)),
    }
}

/// How often the screens were told of a change, for as long as the subscription is held.
pub fn count_changes(replica: &Replica) -> (Rc<Cell<u32>>, Subscription) {
    let told = Rc::new(Cell::new(0));
    let count = told.clone();
    let listening = replica.on_change(Box::new(move || count.set(count.get() + 1)));
    (told, listening)
}

pub async fn open(memory: &Memory) -> Replica {
    open_with(memory, Rc::new(Device::default())).await
}

pub async fn open_with(memory: &Memory, device: Rc<Device>) -> Replica {
    Replica::open(
        Rc::new(memory.clone()),
        Rc::new(NoNetwork),
        device,
        account(2),
    )
    .await
    .expect("the store opens")
}

/// Polls the work so often and then drops it; says whether it ended before.
pub fn crash_after<F: Future>(polls: usize, work: F) -> Option<F::Output> {
    let mut work = pin!(work);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..polls {
        if let Poll::Ready(done) = work.as_mut().poll(&mut context) {
            return Some(done);
        }
    }
    None
}

/// How many entries each store holds, and whether the bytes of that name are there.
pub async fn counts(memory: &Memory) -> [usize; 6] {
    let tx = memory.begin(Mode::Read).await.expect("read");
    let mut counts = [0; 6];
    for (count, store) in counts.iter_mut().zip(Store::ALL) {
        *count = tx.list(store, "").await.expect("read").len();
    }
    counts
}

pub async fn has_bytes(memory: &Memory, name: &str) -> bool {
    let tx = memory.begin(Mode::Read).await.expect("read");
    tx.get_bytes(name).await.expect("read").is_some()
}

pub fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

/// A tick on the roster with a signature.
pub fn signed_tick(n: u128, signature: &[u8]) -> NewOperation {
    let change = AttendanceChange::Record {
        activity_id: domain::ActivityId(id(50)),
        person_id: PersonId(id(51)),
        direction: Direction::In,
        proof: Proof::Roster {
            signature: Some(domain::keys::sha256_hex(signature)),
        },
    };
    NewOperation {
        blobs: vec![NewBlob {
            bytes: signature.to_vec(),
            media_type: "image/png".to_owned(),
        }],
        ..NewOperation::new(
            RecordRef::new(Area::Attendances, id(n)),
            Change::Attendances(change),
        )
    }
}

pub fn note(n: u128, title: &str) -> NewOperation {
    NewOperation::new(
        RecordRef::new(Area::Submissions, id(n)),
        Change::Submissions(SubmissionChange::Submit {
            form_id: "field_note".to_owned(),
            form_version: "1".to_owned(),
            activity_id: None,
            premises_id: None,
            title: title.to_owned(),
            answers: answers(title),
        }),
    )
}

pub fn answers(title: &str) -> Answers {
    Answers::from([("title".to_owned(), Answer::Text(title.to_owned()))])
}

pub fn draft(n: u128) -> Draft {
    Draft {
        id: id(n),
        form_id: "field_note".to_owned(),
        form_version: "1".to_owned(),
        activity_id: None,
        premises_id: None,
        answers: answers("草稿"),
        photos: Vec::new(),
        updated_at: NOW,
        amends: None,
        line: None,
    }
}

pub fn photo(full: &[u8], thumbnail: &[u8]) -> NewPhoto {
    let picture = |bytes: &[u8]| NewPicture {
        bytes: bytes.to_vec(),
        media_type: "image/jpeg".to_owned(),
        width: 8,
        height: 8,
    };
    NewPhoto {
        question: "photos".to_owned(),
        full: picture(full),
        thumbnail: picture(thumbnail),
        source: PhotoSource::Camera,
        taken_at: None,
        caption: String::new(),
        facts: domain::areas::attachments::PhotoFacts::default(),
    }
}
