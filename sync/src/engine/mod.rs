//! The engine: when to sync, and the order of a round's stages.
//!
//! A round is push → pull → blobs → colleagues' rescue files → certificates. An error that concerns one
//! item or one stage doesn't stop the others; no network, a missing log-in or a busy server ends the round.

mod blobs;
mod certificates;
mod closed;
mod committing;
mod forgotten;
mod full;
mod heartbeat;
mod history;
mod later_verdicts;
mod pause;
pub(crate) mod problems;
mod pull;
mod push;
mod rests;
mod tidy;

use std::{
    cell::{Cell, RefCell},
    future::poll_fn,
    pin::pin,
    task::{Poll, Waker},
};

use domain::{Timestamp, api::sync::ScopeSummary, small};
use futures::{
    future::{Either, FutureExt as _, LocalBoxFuture, select},
    lock::Mutex,
};
use serde::Serialize;

use rests::Rests;

use crate::{
    client::{Client, HeardTime},
    commit,
    error::SyncError,
    leadership::Leadership,
    records::{self, ClockFix, Entry, Link, LinkState, Upload, meta},
    replica::Replica,
    rescue::{self, CarriedFile},
    status::Figures,
    storage::{Mode, StorageError, Store},
    types::Problem,
};

/// A leader that gave no sign for so long is replaced, in ms.
const LEADER_SILENT_MS: i64 = 180_000;
/// How long the browser may think about whether it keeps the store, in ms.
const PERSIST_MS: i64 = 1_000;
/// How often a tab that doesn't lead looks after the leader, in ms.
const FOLLOW_MS: i64 = 30_000;

#[derive(Default)]
pub(crate) struct Engine {
    woken: Cell<bool>,
    /// Woken by this tab, not only by word from another one.
    asked: Cell<bool>,
    waker: RefCell<Option<Waker>>,
    /// The last local order that this tab knew of when it looked for work.
    seen_order: Cell<i64>,
    asked_to_persist: Cell<bool>,
    stale: Cell<bool>,
    /// One round at a time.
    round: Mutex<()>,
    failures: Cell<u32>,
    /// Items (operations and blobs) that failed by themselves.
    pub(crate) rests: Rests,
    /// How often rows of the server may have changed in the store, as far as this tab knows.
    synced: Cell<u64>,
    /// How often anything but drafts may have changed in the store, as far as this tab knows.
    records: Cell<u64>,
    /// The summary that the store was last found to match.
    verified: Cell<Option<ScopeSummary>>,
    /// The server's time in the last answer.
    heard_at: Cell<Option<Timestamp>>,
    /// What the server was last told that this device holds.
    told: RefCell<Option<(i64, i64)>>,
    tidied_at: Cell<Option<i64>>,
    /// When a certificate was last asked for in vain, on the monotonic clock.
    certificates_tried: RefCell<Vec<(String, i64)>>,
    full: Cell<bool>,
    /// Met in the round that is under way.
    found_full: Cell<bool>,
}

/// Whose session the browser holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Visitor {
    Oneself,
    SomebodyElse,
    Nobody,
}

/// What a round did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncReport {
    /// Operations that the server received in this round.
    pub received: usize,
    /// Blobs that the server confirmed in this round.
    pub stored: usize,
    /// Rows that came.
    pub pulled: usize,
    /// Whether everything is sent and everything new has come.
    pub complete: bool,
    /// The first error of the round, if there was one.
    pub error: Option<SyncError>,
    /// Whether something of the round didn't fit on the device.
    full: bool,
}

impl SyncReport {
    pub(crate) fn note(&mut self, error: SyncError) {
        self.full |= error == SyncError::Storage(StorageError::Full);
        if self.error.is_none() {
            self.error = Some(error);
        }
    }
}

impl Engine {
    fn wake(&self) {
        self.woken.set(true);
        if let Some(waker) = self.waker.borrow_mut().take() {
            waker.wake();
        }
    }

    /// Another tab changed the store.
    pub(crate) fn announced(&self) {
        self.stale.set(true);
        self.rows_changed();
        self.records_changed();
        self.wake();
    }

    fn rows_changed(&self) {
        self.synced.set(self.synced.get() + 1);
    }

    pub(crate) fn records_changed(&self) {
        self.records.set(self.records.get() + 1);
    }

    async fn woken(&self) {
        poll_fn(|context| {
            if self.woken.replace(false) {
                return Poll::Ready(());
            }
            *self.waker.borrow_mut() = Some(context.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

impl Replica {
    /// Asks the loop to sync soon; safe to call at any time.
    pub fn wake(&self) {
        self.0.engine.asked.set(true);
        self.0.engine.wake();
    }

    /// A round because a person asked: what rests after a failure is tried too.
    pub fn sync_now(&self) -> LocalBoxFuture<'_, SyncReport> {
        self.0.engine.rests.end_all();
        self.sync_once()
    }

    /// Grows when the server's rows on this device may have changed; what shows only them waits for it.
    pub fn synced_version(&self) -> u64 {
        self.0.engine.synced.get()
    }

    /// Grows when rows as the person sees them may have changed: by the server or by what was done here.
    /// It stays when nothing but a draft was saved.
    pub fn records_version(&self) -> u64 {
        self.0.engine.records.get()
    }

    /// Syncs for as long as it is polled: at each [`Replica::wake`], and by a timer that is armed
    /// again after every round. Only one of the account's tabs does the work.
    pub async fn run(&self) {
        loop {
            let leadership = self.wait_to_lead().await;
            // Before the first round, which may take long: nobody should think it silent meanwhile.
            self.sign_of_life().await;
            while !leadership.is_lost() {
                self.catch_up().await;
                let report = self.sync_once().await;
                self.sign_of_life().await;
                self.rest(self.pause(&report)).await;
            }
        }
    }

    /// Rests until the time is over, this tab asks, or another one has saved something new. Any other
    /// word from another tab starts no round: where two tabs lead, they would wake each other for ever.
    async fn rest(&self, ms: i64) {
        let mut sleep = pin!(self.0.environment.sleep(ms));
        loop {
            let woken = pin!(self.0.engine.woken());
            if let Either::Left(_) = select(sleep.as_mut(), woken).await {
                return;
            }
            if self.0.engine.asked.replace(false) {
                return;
            }
            self.catch_up().await;
            if self.has_new_work().await {
                return;
            }
        }
    }

    /// Whether something was saved since this tab last looked, by whatever tab.
    async fn has_new_work(&self) -> bool {
        let Ok(tx) = self.0.storage.begin(Mode::Read).await else {
            return false;
        };
        let Ok(order) = commit::current_order(&*tx).await else {
            return false;
        };
        order > self.0.engine.seen_order.replace(order)
    }

    /// Runs one round. Rounds of the same replica wait for each other.
    ///
    /// Boxed, because a future of this size would be compiled again into each crate that awaits it.
    pub fn sync_once(&self) -> LocalBoxFuture<'_, SyncReport> {
        self.one_round().boxed_local()
    }

    async fn one_round(&self) -> SyncReport {
        let _turn = self.0.engine.round.lock().await;
        let mut report = SyncReport::default();
        self.has_new_work().await;
        let before = self.refresh_status().await.unwrap_or_default();
        if before.unsent > 0 {
            self.0.sending.set(Some(before.unsent));
        }
        let ended = self.round(&mut report).await;
        self.0.sending.set(None);
        let link = match &ended {
            Err(SyncError::Offline | SyncError::NotMinglu) => Link::Offline,
            Err(SyncError::NeedsLogin) => Link::NeedsLogin,
            _ => Link::Fine,
        };
        if let Err(error) = ended {
            report.note(error);
        }
        let after = self.note_link(link, report.error.is_none()).await;
        if let Err(StorageError::Full) = after {
            report.note(StorageError::Full.into());
        }
        self.judge_space(&mut report).await;
        // Unread, they only make the next round come earlier.
        let _unread = self.forget_settled().await;
        report.complete = report.error.is_none() && after.is_ok_and(|after| after.unsent == 0);
        let failures = self.0.engine.failures.get();
        self.0.engine.failures.set(match report.error {
            None => 0,
            // What got through shows that the server can be reached.
            Some(_) if report.received + report.pulled > 0 => 1,
            Some(_) => failures.saturating_add(1),
        });
        self.changed().await;
        report
    }

    /// Lets go of items that no longer wait: another tab sent them, or they were given up.
    async fn forget_settled(&self) -> Result<(), StorageError> {
        if self.0.engine.rests.is_empty() {
            return Ok(());
        }
        let tx = self.0.storage.begin(Mode::Read).await?;
        let entries: Vec<Entry> = records::list(&*tx, Store::Outbox, "").await?;
        let uploads: Vec<Upload> = records::list(&*tx, Store::Uploads, "").await?;
        let uploads = uploads.into_iter().filter(Upload::is_pending);
        let operations = entries.iter().map(|entry| entry.op_id.to_string());
        let carried = rescue::carried(&*tx).await?;
        let carried = carried.into_iter().filter(CarriedFile::is_pending);
        let photos = uploads.map(|upload| upload.sha256);
        let waiting = small::set(
            operations
                .chain(photos)
                .chain(carried.map(|file| file.sha256)),
        );
        self.0.engine.rests.retain(&waiting);
        Ok(())
    }

    async fn round(&self, report: &mut SyncReport) -> Result<(), SyncError> {
        match self.check_session().await? {
            Visitor::Oneself => {}
            Visitor::SomebodyElse => return Err(SyncError::NeedsLogin),
            Visitor::Nobody => {
                self.closed_round(report).await?;
                return Err(SyncError::NeedsLogin);
            }
        }
        carry_on(self.push(report).await, report)?;
        carry_on(self.pull(report).await, report)?;
        carry_on(self.send_blobs(report).await, report)?;
        carry_on(self.hand_in(report).await, report)?;
        carry_on(self.renew_certificates().await, report)?;
        carry_on(self.tell_heartbeat().await, report)?;
        carry_on(self.tidy().await.map_err(SyncError::from), report)
    }

    /// Nothing is sent on somebody else's session: another person may have logged in on this
    /// browser while this account's work waits.
    async fn check_session(&self) -> Result<Visitor, SyncError> {
        let (session, heard) = match self.client().session().await {
            Err(SyncError::NeedsLogin) => return Ok(Visitor::Nobody),
            other => other?,
        };
        self.hear(heard).await?;
        let account = self.account();
        let same = session.person_id == account.person_id
            && session.organization_id == account.organization_id;
        Ok(if same {
            Visitor::Oneself
        } else {
            Visitor::SomebodyElse
        })
    }

    pub(crate) fn client(&self) -> Client<'_> {
        Client {
            transport: &*self.0.transport,
            environment: &*self.0.environment,
            person: self.0.account.borrow().person_id,
        }
    }

    /// Measures the server's clock; the offset is kept for the next start.
    pub(crate) async fn hear(&self, heard: HeardTime) -> Result<(), StorageError> {
        /// Smaller changes aren't worth a write, in ms.
        const NOISE_MS: i64 = 500;
        self.0.engine.heard_at.set(Some(heard.server));
        let before = self.0.clock.get();
        let after = before.hear(heard.server, heard.asked, heard.answered);
        self.0.clock.set(after);
        let Some(offset_ms) = after.offset_ms() else {
            return Ok(());
        };
        let kept = before.offset_ms();
        if kept.is_some_and(|kept| (kept - offset_ms).abs() < NOISE_MS) {
            return Ok(());
        }
        let kept = self.write_meta(meta::CLOCK, &ClockFix { offset_ms }).await;
        self.0.engine.unless_full(kept)
    }

    pub(crate) fn now_monotonic(&self) -> i64 {
        self.0.environment.monotonic_ms()
    }

    pub(crate) async fn write_meta<T: Serialize>(
        &self,
        key: &str,
        value: &T,
    ) -> Result<(), StorageError> {
        let tx = self.0.storage.begin(Mode::Write).await?;
        records::put(&*tx, Store::Meta, key, value).await?;
        tx.commit().await
    }

    /// Notes what a person should look at.
    pub(crate) async fn note_problem(&self, problem: &Problem) -> Result<(), StorageError> {
        self.write_meta(&problems::key(&problem.key()), problem)
            .await
    }

    async fn note_link(&self, link: Link, well: bool) -> Result<Figures, StorageError> {
        let tx = self.0.storage.begin(Mode::Write).await?;
        let figures = Figures::read(&*tx, &self.0.shelf).await?;
        let all_sent_at = if well && figures.unsent == 0 {
            Some(self.best_now())
        } else {
            figures.all_sent_at
        };
        let state = LinkState { link, all_sent_at };
        records::put(&*tx, Store::Meta, meta::LINK, &state).await?;
        tx.commit().await?;
        Ok(figures)
    }

    /// Waits until this tab leads, showing meanwhile what the others change.
    async fn wait_to_lead(&self) -> Leadership {
        let lead = self.0.environment.lead(false);
        let mut lead = pin!(lead);
        loop {
            let sleep = pin!(self.0.environment.sleep(FOLLOW_MS));
            let woken = pin!(self.0.engine.woken());
            let pause = select(sleep, woken);
            match select(lead.as_mut(), pause).await {
                Either::Left((leadership, _)) => return leadership,
                Either::Right(_) => {
                    self.catch_up().await;
                    if self.leader_is_silent().await {
                        return self.0.environment.lead(true).await;
                    }
                }
            }
        }
    }

    async fn catch_up(&self) {
        if self.0.engine.stale.replace(false) && self.refresh_status().await.is_ok() {
            // Roles may have changed with what the other tab pulled; a failure is mended next time.
            let _unread = self.refresh_account().await;
            self.notify();
        }
    }

    async fn sign_of_life(&self) {
        // A missed sign only lets another tab take over.
        let _unwritten = self
            .write_meta(meta::LEADER, &self.0.environment.wall_clock())
            .await;
    }

    async fn leader_is_silent(&self) -> bool {
        let Ok(tx) = self.0.storage.begin(Mode::Read).await else {
            return false;
        };
        let Ok(last) = records::get::<Timestamp>(&*tx, Store::Meta, meta::LEADER).await else {
            return false;
        };
        let now = self.0.environment.wall_clock();
        // A clock that was set back makes the sign lie in the future: that is silence too.
        last.is_none_or(|last| now.since(last).abs() > LEADER_SILENT_MS)
    }

    /// Asks the browser once per run not to evict the store, at the first capture. Some ask the
    /// person in turn, who may take long: the capture doesn't wait for that.
    pub(crate) async fn ask_to_persist(&self) {
        if self.0.engine.asked_to_persist.replace(true) {
            return;
        }
        let answer = pin!(self.0.environment.persist());
        let patience = pin!(self.0.environment.sleep(PERSIST_MS));
        if let Either::Left((Some(persisted), _)) = select(answer, patience).await {
            // Only a hint for the office; the capture itself doesn't depend on it.
            let _unwritten = self.write_meta(meta::PERSISTED, &persisted).await;
        }
    }
}

/// Lets the next stage run unless the error concerns the whole round.
fn carry_on(stage: Result<(), SyncError>, report: &mut SyncReport) -> Result<(), SyncError> {
    match stage {
        Err(error) if error.ends_round() => Err(error),
        Err(error) => {
            report.note(error);
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}
