//! The app's handle on this device: whose account is open, its rows, drafts and outbox as signals,
//! the session with the server, and the clock.
//!
//! Screens read here and nowhere else; every value comes from the device's store, so that no screen
//! waits for the network. On the server everything stays empty: what the store holds appears only in
//! the browser. Leaves out the store itself (crate `sync`) and drawing.

pub mod accounts;
#[cfg(target_arch = "wasm32")]
mod engine;
mod online;

use std::sync::Arc;

use domain::{
    ActivityId, Area, DepartmentId, PersonId, RecordRef, Row, Timestamp,
    api::session::Session,
    areas::{
        activities::Activity,
        attachments::Attachment,
        attendances::Attendance,
        guests::Guest,
        people::{Department, Person},
        sign_ups::SignUp,
        submissions::Submission,
    },
    forms::{Environment, StoredForm},
    row::FormRow,
    small,
};
use leptos::prelude::*;
use sync::{Account, CarriedFile, Draft, LocalRow, OutboxItem, Problem, SentItem, Status};

pub use accounts::Remembered;
pub use online::{device_info, invitation, public_activity};

#[cfg(target_arch = "wasm32")]
use crate::components::sync_status::SyncState;
use crate::platform;

/// How far the account's store is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Not known yet; also what the server renders.
    Starting,
    /// Nobody's account is open on this device.
    SignedOut,
    Ready(Account),
    /// The browser's store can't be used; the sentence says what to do.
    Broken(domain::Text),
}

/// Whether the server knows this device's session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Online {
    /// Not asked yet, or no answer.
    #[default]
    Unknown,
    LoggedIn(Box<Session>),
    LoggedOut,
}

/// A list of the store; `None` until it was read the first time.
type List<T> = RwSignal<Option<Arc<Vec<T>>>>;

const AREAS: usize = Area::ALL.len();

/// Copyable; the same for the whole page.
#[derive(Clone, Copy)]
pub struct Device(StoredValue<Signals>);

#[derive(Clone, Copy)]
struct Signals {
    phase: RwSignal<Phase>,
    online: RwSignal<Online>,
    status: RwSignal<Option<Status>>,
    rows: [List<LocalRow>; AREAS],
    drafts: List<Draft>,
    outbox: List<OutboxItem>,
    sent: List<SentItem>,
    problems: List<Problem>,
    carried: List<CarriedFile>,
    now: RwSignal<Timestamp>,
}

/// A list that screens asked for and that is read again after each change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Rows(Area),
    Drafts,
    Outbox,
    Sent,
    Problems,
    Carried,
}

impl Device {
    /// Puts the device into the context and, in the browser, opens the last account's store once the
    /// page is drawn.
    pub fn provide() -> Self {
        let device = Self(StoredValue::new(Signals {
            phase: RwSignal::new(Phase::Starting),
            online: RwSignal::new(Online::Unknown),
            status: RwSignal::new(None),
            rows: std::array::from_fn(|_| RwSignal::new(None)),
            drafts: RwSignal::new(None),
            outbox: RwSignal::new(None),
            sent: RwSignal::new(None),
            problems: RwSignal::new(None),
            carried: RwSignal::new(None),
            now: RwSignal::new(Timestamp(0)),
        }));
        provide_context(device);
        #[cfg(target_arch = "wasm32")]
        Effect::new(move |started: Option<()>| {
            if started.is_none() {
                engine::start(device);
            }
        });
        device
    }

    pub fn get() -> Self {
        expect_context()
    }

    fn signals(self) -> Signals {
        self.0.get_value()
    }

    pub fn phase(self) -> Phase {
        self.signals().phase.get()
    }

    /// Whose account is open.
    pub fn account(self) -> Option<Account> {
        match self.signals().phase.get() {
            Phase::Ready(account) => Some(account),
            _ => None,
        }
    }

    pub fn online(self) -> Online {
        self.signals().online.get()
    }

    /// The status line; `None` before the store is open.
    pub fn status(self) -> Option<Status> {
        self.signals().status.get()
    }

    /// Now, by the best clock known; moves every 20 s. Zero on the server.
    pub fn now(self) -> Timestamp {
        self.signals().now.get()
    }

    /// Now, without following the clock.
    pub fn now_untracked(self) -> Timestamp {
        self.signals().now.get_untracked()
    }

    /// The day that it is by the device's clock.
    pub fn today(self) -> chrono::NaiveDate {
        self.now()
            .civil(self.utc_offset_minutes())
            .map(|at| at.date())
            .unwrap_or_default()
    }

    /// Minutes east of UTC.
    pub fn utc_offset_minutes(self) -> i32 {
        platform::utc_offset_minutes()
    }

    /// What the expressions of a form may ask.
    pub fn environment(self) -> Environment {
        let account = self.signals().phase.with_untracked(|phase| match phase {
            Phase::Ready(account) => Some(account.clone()),
            _ => None,
        });
        Environment {
            now_ms: self.signals().now.get_untracked().0,
            utc_offset_minutes: platform::utc_offset_minutes(),
            username: account.clone().map(|it| it.name).unwrap_or_default(),
            device_id: account
                .map(|it| it.device_id.to_string())
                .unwrap_or_default(),
            ..Environment::default()
        }
    }

    /// The rows of an area with unsent changes laid over them; `None` while they are being read.
    pub fn rows(self, area: Area) -> Option<Arc<Vec<LocalRow>>> {
        self.want(Wanted::Rows(area));
        self.rows_signal(area).get()
    }

    fn rows_signal(self, area: Area) -> List<LocalRow> {
        let index = Area::ALL.iter().position(|known| *known == area);
        self.signals().rows[index.unwrap_or_default()]
    }

    pub fn row(self, record: RecordRef) -> Option<LocalRow> {
        self.rows(record.area)?
            .iter()
            .find(|local| local.row.record() == record)
            .cloned()
    }

    /// Unfinished forms, the one changed last first.
    pub fn drafts(self) -> Option<Arc<Vec<Draft>>> {
        self.want(Wanted::Drafts);
        self.signals().drafts.get()
    }

    /// What the server hasn't received, newest last.
    pub fn outbox(self) -> Option<Arc<Vec<OutboxItem>>> {
        self.want(Wanted::Outbox);
        self.signals().outbox.get()
    }

    /// What the server received in the last 30 days, newest last.
    pub fn sent(self) -> Option<Arc<Vec<SentItem>>> {
        self.want(Wanted::Sent);
        self.signals().sent.get()
    }

    /// What a person should look at.
    pub fn problems(self) -> Option<Arc<Vec<Problem>>> {
        self.want(Wanted::Problems);
        self.signals().problems.get()
    }

    /// Colleagues' files that this phone carries, or handed in lately.
    pub fn carried(self) -> Option<Arc<Vec<CarriedFile>>> {
        self.want(Wanted::Carried);
        self.signals().carried.get()
    }

    /// Asks for lists before the first of them is used, so that they come in one go.
    pub fn prepare(self, areas: &[Area]) {
        for area in areas {
            self.want(Wanted::Rows(*area));
        }
        self.want(Wanted::Drafts);
    }

    #[cfg(target_arch = "wasm32")]
    fn want(self, wanted: Wanted) {
        engine::want(self, wanted);
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn want(self, wanted: Wanted) {
        let _ = (self, wanted);
    }

    /// The account's replica, for acts; `None` before it is open and on the server.
    #[cfg(target_arch = "wasm32")]
    pub fn replica(self) -> Option<sync::Replica> {
        engine::replica()
    }

    #[cfg(not(target_arch = "wasm32"))]
    pub fn replica(self) -> Option<sync::Replica> {
        None
    }

    pub fn activities(self) -> Option<Vec<Activity>> {
        self.rows(Area::Activities).map(|rows| {
            pick(&rows, |row| match row {
                Row::Activities(activity) => Some(activity),
                _ => None,
            })
        })
    }

    pub fn attendances(self) -> Option<Vec<Attendance>> {
        self.rows(Area::Attendances).map(|rows| {
            pick(&rows, |row| match row {
                Row::Attendances(attendance) => Some(attendance),
                _ => None,
            })
        })
    }

    /// Who came to an activity without being a member, the earliest first; struck lines left out.
    pub fn guests_at(self, activity: ActivityId) -> Option<Vec<Guest>> {
        self.rows(Area::Guests).map(|rows| {
            let mut guests = pick(&rows, |row| match row {
                Row::Guests(guest) if guest.activity_id == activity && guest.counts() => {
                    Some(&**guest)
                }
                _ => None,
            });
            domain::small::sort_by_key(&mut guests, |guest| (guest.at, guest.id));
            guests
        })
    }

    pub fn sign_ups(self) -> Option<Vec<SignUp>> {
        self.rows(Area::SignUps).map(|rows| {
            pick(&rows, |row| match row {
                Row::SignUps(sign_up) => Some(sign_up),
                _ => None,
            })
        })
    }

    pub fn people(self) -> Option<Vec<Person>> {
        self.rows(Area::People).map(|rows| {
            pick(&rows, |row| match row {
                Row::People(person) => Some(person),
                _ => None,
            })
        })
    }

    /// By their position.
    pub fn departments(self) -> Option<Vec<Department>> {
        let mut departments = self.rows(Area::Departments).map(|rows| {
            pick(&rows, |row| match row {
                Row::Departments(department) => Some(department),
                _ => None,
            })
        })?;
        small::sort_by_key(&mut departments, |department| department.position);
        Some(departments)
    }

    /// All versions of the forms, by their position. They are read when somebody fills one in.
    pub fn forms(self) -> Option<Vec<FormRow>> {
        let mut forms = self.rows(Area::Forms).map(|rows| {
            pick(&rows, |row| match row {
                Row::Forms(form) => Some(&**form),
                _ => None,
            })
        })?;
        small::sort_by_key(&mut forms, |form| form.position);
        Some(forms)
    }

    /// One version of a form: `None` while the forms are being read, `Some(None)` if it isn't here.
    pub fn form(self, id: &str, version: &str) -> Option<Option<StoredForm>> {
        let rows = self.rows(Area::Forms)?;
        Some(rows.iter().find_map(|local| match &local.row {
            Row::Forms(row) if row.form.is(id, version) => Some(row.form.clone()),
            _ => None,
        }))
    }

    pub fn attachments(self) -> Option<Vec<Attachment>> {
        self.rows(Area::Attachments).map(|rows| {
            pick(&rows, |row| match row {
                Row::Attachments(attachment) => Some(attachment),
                _ => None,
            })
        })
    }

    /// My submissions with whether they hold unsent changes, the latest first.
    pub fn submissions(self) -> Option<Vec<(Submission, LocalRow)>> {
        let rows = self.rows(Area::Submissions)?;
        let mut found: Vec<(Submission, LocalRow)> = rows
            .iter()
            .filter_map(|local| match &local.row {
                Row::Submissions(submission) => Some(((**submission).clone(), local.clone())),
                _ => None,
            })
            .collect();
        small::sort_by_key(&mut found, |(submission, _)| {
            std::cmp::Reverse(submission.capture.captured_at())
        });
        Some(found)
    }

    /// A person's name, or a dash while it isn't known.
    pub fn person_name(self, id: PersonId) -> String {
        let record = RecordRef::new(Area::People, id);
        match self.row(record).map(|local| local.row) {
            Some(Row::People(person)) => person.name,
            _ => match self.account() {
                Some(account) if account.person_id == id => account.name,
                _ => "—".to_owned(),
            },
        }
    }

    pub fn department_name(self, id: Option<DepartmentId>) -> Option<String> {
        let record = RecordRef::new(Area::Departments, id?);
        match self.row(record)?.row {
            Row::Departments(department) => Some(department.name),
            _ => None,
        }
    }
}

/// The replica's status in the kit's words.
#[cfg(target_arch = "wasm32")]
fn sync_state(status: Option<Status>) -> SyncState {
    match status {
        None => SyncState::Starting,
        Some(Status::SavedOnPhone { unsent: n }) => SyncState::SavedOnPhone { n },
        Some(Status::Sending { done, total }) => SyncState::Sending { done, total },
        Some(Status::AllSent { at }) => SyncState::AllSent { at },
        Some(Status::Offline { unsent }) => SyncState::Offline { unsent },
        Some(Status::NeedsLogin { unsent }) => SyncState::NeedsLogin { unsent },
        Some(Status::Attention { problems: n, .. }) => SyncState::Attention { n },
    }
}

fn pick<T: Clone>(rows: &[LocalRow], read: impl Fn(&Row) -> Option<&T>) -> Vec<T> {
    rows.iter()
        .filter_map(|local| read(&local.row).cloned())
        .collect()
}
