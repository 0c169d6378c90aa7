//! The handle that pages hold: reading rows, the status line, listening for changes.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
    rc::{Rc, Weak},
};

use domain::{
    Area, OpId, RecordRef, Row, Timestamp,
    keys::{self, SecretKey},
    proofs::{Certificate, CertificateSubject, Trust},
    small,
};

use crate::{
    clock::{Reading, ServerClock},
    commit,
    engine::{Engine, problems::drop_problem},
    environment::{Environment, new_id},
    overlay::{Ahead, Overlay},
    records::{self, ClockFix, Device, Entry, KeyPair, Sent, SyncedRow, meta},
    shelf::Shelf,
    status::Figures,
    storage::{Mode, Storage, StorageError, Store},
    transport::Transport,
    types::{Account, LocalRow, OutboxItem, OutboxState, Problem, SentItem, Status},
};

/// One account's replica on this device; clones share it.
#[derive(Clone)]
pub struct Replica(pub(crate) Rc<Inner>);

pub(crate) struct Inner {
    pub(crate) storage: Rc<dyn Storage>,
    pub(crate) transport: Rc<dyn Transport>,
    pub(crate) environment: Rc<dyn Environment>,
    pub(crate) account: RefCell<Account>,
    pub(crate) clock: Cell<ServerClock>,
    pub(crate) trust: RefCell<Trust>,
    pub(crate) engine: Engine,
    pub(crate) shelf: RefCell<Shelf>,
    /// Operations in a request that is under way.
    pub(crate) in_flight: RefCell<BTreeSet<OpId>>,
    /// How many items the round that is under way had to send.
    pub(crate) sending: Cell<Option<usize>>,
    status: Cell<Status>,
    listeners: RefCell<Vec<Listener>>,
    next_listener: Cell<u64>,
}

type Listener = (u64, Rc<dyn Fn()>);

/// Stops listening when dropped.
pub struct Subscription {
    inner: Weak<Inner>,
    id: u64,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(inner) = self.inner.upgrade() {
            let mut listeners = inner.listeners.borrow_mut();
            listeners.retain(|(id, _)| *id != self.id);
        }
    }
}

impl Replica {
    /// Opens the account's replica on its store. Needs no network.
    pub async fn open(
        storage: Rc<dyn Storage>,
        transport: Rc<dyn Transport>,
        environment: Rc<dyn Environment>,
        account: Account,
    ) -> Result<Self, StorageError> {
        let tx = storage.begin(Mode::Read).await?;
        let me = RecordRef::new(Area::People, account.person_id);
        let shelf = RefCell::default();
        // Asked for at once: whoever opens the app waits for the answers.
        let (clock, trust, device, me, mut figures) = futures::try_join!(
            records::get::<ClockFix>(&*tx, Store::Meta, meta::CLOCK),
            records::get::<Trust>(&*tx, Store::Meta, meta::TRUST),
            records::get::<Device>(&*tx, Store::Meta, meta::DEVICE),
            records::synced(&*tx, me),
            Figures::read(&*tx, &shelf),
        )?;
        drop(tx);
        let replica = Self(Rc::new(Inner {
            storage,
            transport,
            environment: environment.clone(),
            account: RefCell::new(account),
            clock: Cell::new(ServerClock::remembered(clock.map(|fix| fix.offset_ms))),
            trust: RefCell::new(trust.unwrap_or_default()),
            engine: Engine::default(),
            shelf,
            in_flight: RefCell::default(),
            sending: Cell::new(None),
            status: Cell::new(Status::SavedOnPhone { unsent: 0 }),
            listeners: RefCell::default(),
            next_listener: Cell::new(0),
        }));
        if device.is_none_or(|device| device.store.is_none()) {
            // Without a name the server can only tell less; a full phone opens all the same.
            let _unnamed = replica.name_store().await;
        }
        replica.take_account(me);
        replica.take_figures(&mut figures);
        let weak = Rc::downgrade(&replica.0);
        environment.on_announcement(Rc::new(move || {
            if let Some(inner) = weak.upgrade() {
                Replica(inner).heard_announcement();
            }
        }));
        Ok(replica)
    }

    /// Whose replica it is, with the role that the server last told.
    pub fn account(&self) -> Account {
        self.0.account.borrow().clone()
    }

    /// All rows of an area, by id, with unsent changes laid over them.
    pub async fn rows(&self, area: Area) -> Result<Vec<LocalRow>, StorageError> {
        let mut lists = self.rows_of(&[area]).await?;
        Ok(lists.pop().unwrap_or_default())
    }

    /// The rows of several areas, in their order, as of one moment; faster than asking for each.
    pub async fn rows_of(&self, areas: &[Area]) -> Result<Vec<Vec<LocalRow>>, StorageError> {
        let tx = self.0.storage.begin(Mode::Read).await?;
        let (account, now) = (self.account(), self.best_now());
        let ahead = Ahead::areas(areas);
        let overlay = Overlay::load_with(&*tx, &account, now, &ahead, &self.0.shelf).await?;
        overlay.into_rows(&*tx, areas).await
    }

    pub async fn row(&self, record: RecordRef) -> Result<Option<LocalRow>, StorageError> {
        let tx = self.0.storage.begin(Mode::Read).await?;
        let mut overlay =
            Overlay::load(&*tx, &self.account(), self.best_now(), &self.0.shelf).await?;
        overlay.local_row(&*tx, record).await
    }

    /// What the server hasn't received, newest last.
    pub async fn outbox(&self) -> Result<Vec<OutboxItem>, StorageError> {
        let tx = self.0.storage.begin(Mode::Read).await?;
        let found = tx.list(Store::Outbox, "").await?;
        let in_flight = self.0.in_flight.borrow();
        let items = found.iter();
        Ok(items
            .map(|(_, text)| match domain::json::read::<Entry>(text) {
                Ok(entry) => OutboxItem {
                    operation: entry.operation(),
                    captured_at: Some(entry.captured_at),
                    attempts: entry.attempts,
                    state: if in_flight.contains(&entry.op_id) {
                        OutboxState::Sending
                    } else {
                        OutboxState::Waiting
                    },
                    last_error: entry.last_error,
                },
                Err(_) => OutboxItem {
                    operation: None,
                    captured_at: None,
                    attempts: 0,
                    state: OutboxState::Waiting,
                    last_error: None,
                },
            })
            .collect())
    }

    /// What the server received in the last 30 days, newest last.
    pub async fn sent(&self) -> Result<Vec<SentItem>, StorageError> {
        let tx = self.0.storage.begin(Mode::Read).await?;
        let mut found: Vec<Sent> = records::list(&*tx, Store::Sent, "").await?;
        small::sort_by_key(&mut found, |sent| (sent.at, sent.order));
        let prefix = format!("{}/", Area::LaterVerdicts.as_str());
        let later: Vec<SyncedRow> = records::list(&*tx, Store::Synced, &prefix).await?;
        let later = |op_id: OpId| {
            later.iter().find_map(|synced| match &synced.row {
                Row::LaterVerdicts(verdict) if verdict.op_id == op_id => Some((**verdict).clone()),
                _ => None,
            })
        };
        let mut items = Vec::with_capacity(found.len());
        for sent in found {
            let later = later(sent.known_as());
            items.push(SentItem {
                op_id: sent.op_id,
                operation: sent.operation(),
                outcome: later
                    .as_ref()
                    .map_or(sent.outcome, |later| later.outcome.clone()),
                receipt: sent.receipt,
                at: sent.at,
                later,
            });
        }
        Ok(items)
    }

    /// A blob's bytes, while this device keeps them.
    pub async fn blob(&self, sha256: &str) -> Result<Option<Vec<u8>>, StorageError> {
        let tx = self.0.storage.begin(Mode::Read).await?;
        tx.get_bytes(sha256).await
    }

    pub fn status(&self) -> Status {
        self.0.status.get()
    }

    /// What a person should look at; stays until acknowledged or mended.
    pub async fn problems(&self) -> Result<Vec<Problem>, StorageError> {
        let tx = self.0.storage.begin(Mode::Read).await?;
        let mut problems: Vec<Problem> = records::list(&*tx, Store::Meta, meta::PROBLEM).await?;
        if self.0.engine.is_full() && !problems.contains(&Problem::DeviceFull) {
            problems.push(Problem::DeviceFull);
        }
        Ok(problems)
    }

    /// The person has seen these problems.
    pub async fn acknowledge(&self, problems: &[Problem]) -> Result<(), StorageError> {
        let tx = self.0.storage.begin(Mode::Write).await?;
        for problem in problems {
            drop_problem(&*tx, problem).await?;
        }
        tx.commit().await?;
        if problems.contains(&Problem::DeviceFull) {
            self.0.engine.forget_full();
        }
        self.changed().await;
        Ok(())
    }

    /// Calls back after any local or synced change, in this tab or another.
    pub fn on_change(&self, callback: Box<dyn Fn()>) -> Subscription {
        let id = self.0.next_listener.get();
        self.0.next_listener.set(id + 1);
        let listener: Listener = (id, Rc::from(callback));
        self.0.listeners.borrow_mut().push(listener);
        Subscription {
            inner: Rc::downgrade(&self.0),
            id,
        }
    }

    /// The certificate and key for a subject, obtained by an earlier sync.
    pub async fn certificate(
        &self,
        subject: CertificateSubject,
    ) -> Result<Option<(Certificate, SecretKey)>, StorageError> {
        let tx = self.0.storage.begin(Mode::Read).await?;
        let key = records::certificate_key(subject);
        let pair: Option<KeyPair> = records::get(&*tx, Store::Meta, &key).await?;
        let found = pair.and_then(|pair| match pair.certificate {
            Some(certificate) => Some((pair.secret, certificate)),
            None => pair.previous,
        });
        Ok(found.and_then(|(secret, certificate)| {
            let secret = keys::from_base64url(&secret)?;
            let secret = <[u8; 32]>::try_from(secret).ok()?;
            Some((certificate, SecretKey::from_bytes(&secret)))
        }))
    }

    /// The server's keys and revoked certificates, as last heard.
    pub fn trust(&self) -> Trust {
        self.0.trust.borrow().clone()
    }

    /// The best estimate of the server's time.
    pub fn best_now(&self) -> Timestamp {
        self.0.clock.get().best(self.reading())
    }

    pub(crate) fn reading(&self) -> Reading {
        Reading {
            wall: self.0.environment.wall_clock(),
            monotonic_ms: self.0.environment.monotonic_ms(),
        }
    }

    /// Gives a store that has just begun its name, by which the server knows it from one that was lost.
    async fn name_store(&self) -> Result<(), StorageError> {
        let tx = self.0.storage.begin(Mode::Strict).await?;
        let mut device = commit::device(&*tx).await?;
        if device.store.is_none() {
            device.store = Some(new_id(&*self.0.environment));
            records::put(&*tx, Store::Meta, meta::DEVICE, &device).await?;
        }
        tx.commit().await
    }

    /// Takes the role and department that the server last told about this person.
    pub(crate) async fn refresh_account(&self) -> Result<(), StorageError> {
        let me = RecordRef::new(Area::People, self.0.account.borrow().person_id);
        let tx = self.0.storage.begin(Mode::Read).await?;
        self.take_account(records::synced(&*tx, me).await?);
        Ok(())
    }

    fn take_account(&self, me: Option<Row>) {
        if let Some(Row::People(person)) = me {
            let mut account = self.0.account.borrow_mut();
            account.role = person.role;
            account.department_id = person.department_id;
            account.name = person.name;
        }
    }

    /// Recomputes the status line and tells this tab and the others.
    pub(crate) async fn changed(&self) {
        self.0.engine.records_changed();
        self.drafts_changed().await;
    }

    /// The same, where nothing but drafts changed.
    pub(crate) async fn drafts_changed(&self) {
        // A store that can't be read now keeps the last status; the next transaction corrects it.
        let _unread = self.refresh_status().await;
        self.notify();
        self.0.environment.announce();
    }

    pub(crate) async fn refresh_status(&self) -> Result<Figures, StorageError> {
        let tx = self.0.storage.begin(Mode::Read).await?;
        let mut figures = Figures::read(&*tx, &self.0.shelf).await?;
        self.take_figures(&mut figures);
        Ok(figures)
    }

    fn take_figures(&self, figures: &mut Figures) {
        if self.0.engine.is_full() && !figures.full {
            figures.problems += 1;
        }
        if let Some(total) = self.0.sending.get() {
            self.0.sending.set(Some(total.max(figures.unsent)));
        }
        self.0.status.set(figures.status(self.0.sending.get()));
    }

    pub(crate) fn notify(&self) {
        let listeners = self.0.listeners.borrow().clone();
        for (_, listener) in listeners {
            listener();
        }
    }

    fn heard_announcement(&self) {
        self.0.engine.announced();
        self.notify();
    }
}
