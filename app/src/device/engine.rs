//! The browser's half of the handle: opens the account's store, runs its sync, and reads the wanted
//! lists again after each change.

use std::{
    cell::{Cell, RefCell},
    sync::Arc,
};

use domain::{Area, Timestamp};
use leptos::prelude::*;
use sync::{
    Replica, StorageError, Subscription,
    browser::{Running, presence},
    storage::indexed_db::IndexedDb,
};
use wasm_bindgen_futures::spawn_local;

use super::{
    Device, Online, Phase, Wanted,
    accounts::{self, Remembered},
};
use crate::{
    layout::use_frame,
    platform::{self, document, events},
};

thread_local! {
    /// One page, one open store; kept here because handles of the browser can't be shared with the
    /// server's threads, which the signals must be able to.
    static OPEN: RefCell<Option<Open>> = const { RefCell::new(None) };
    static WANTED: RefCell<Vec<Wanted>> = const { RefCell::new(Vec::new()) };
    /// At which version of what it shows a list was last read.
    static READ: RefCell<Vec<(Wanted, u64)>> = const { RefCell::new(Vec::new()) };
    /// Grows each time a store is closed.
    static OPENED: Cell<u64> = const { Cell::new(0) };
    static READING: Cell<bool> = const { Cell::new(false) };
    static STALE: Cell<bool> = const { Cell::new(false) };
}

struct Open {
    replica: Replica,
    _subscription: Subscription,
    /// Keeps the sync loop going; dropped with the account.
    running: Option<Running>,
}

/// How often the clock signal moves, in ms.
const CLOCK_MS: u32 = 20_000;

pub(super) fn replica() -> Option<Replica> {
    OPEN.with_borrow(|open| open.as_ref().map(|open| open.replica.clone()))
}

/// Opens the account that was used last and asks the server who is logged in; whichever of both is
/// there first shows something.
pub(super) fn start(device: Device) {
    keep_clock(device);
    keep_frame(device);
    follow_other_tabs();
    watch_idleness(device);
    spawn_local(async move {
        let current = accounts::load().current().cloned();
        if let Some(remembered) = current {
            open(device, &remembered).await;
        }
        device.ask_session().await;
        if device.signals().phase.get_untracked() == Phase::Starting {
            device.signals().phase.set(Phase::SignedOut);
        }
        run();
    });
}

/// Opens the account's store in place of whichever was open.
pub(super) async fn open(device: Device, remembered: &Remembered) {
    close(device);
    match open_replica(device, remembered).await {
        Ok(open) => {
            let account = open.replica.account();
            device.signals().status.set(Some(open.replica.status()));
            OPEN.with_borrow_mut(|slot| *slot = Some(open));
            device.signals().now.set(now());
            device.signals().phase.set(Phase::Ready(account));
            refresh(device);
        }
        Err(error) => device.signals().phase.set(Phase::Broken(error.text())),
    }
}

async fn open_replica(device: Device, remembered: &Remembered) -> Result<Open, StorageError> {
    let replica = sync::browser::open(remembered.account.clone(), &document::build()).await?;
    let subscription = replica.on_change(Box::new(move || changed(device)));
    Ok(Open {
        replica,
        _subscription: subscription,
        running: None,
    })
}

/// Leaves the open store as it is on the device.
pub(super) fn close(device: Device) {
    drop(OPEN.with_borrow_mut(Option::take));
    READ.with_borrow_mut(Vec::clear);
    OPENED.set(OPENED.get() + 1);
    device.signals().status.set(None);
    device.signals().drafts.set(None);
    device.signals().outbox.set(None);
    device.signals().sent.set(None);
    device.signals().problems.set(None);
    device.signals().carried.set(None);
    for rows in device.signals().rows {
        rows.set(None);
    }
}

/// Deletes an account's store; only for one that holds nothing unsent.
pub(super) fn delete_store(name: String) {
    spawn_local(async move {
        // It waits for other tabs to let go. One that can't be deleted stays: it is the person's
        // own device.
        IndexedDb::delete(&name).await.ok();
    });
}

/// Starts the sync loop of the open account.
pub(super) fn run() {
    OPEN.with_borrow_mut(|open| {
        if let Some(open) = open.as_mut().filter(|open| open.running.is_none()) {
            open.running = Some(sync::browser::start(&open.replica));
        }
    });
}

fn now() -> Timestamp {
    replica().map_or_else(
        || Timestamp(platform::now_ms()),
        |replica| replica.best_now(),
    )
}

/// Reads a list when the first screen asks for it.
pub(super) fn want(device: Device, wanted: Wanted) {
    let new = WANTED.with_borrow_mut(|list| {
        let new = !list.contains(&wanted);
        if new {
            list.push(wanted);
        }
        new
    });
    if new {
        refresh(device);
    }
}

fn changed(device: Device) {
    if let Some(replica) = replica() {
        device.signals().status.set(Some(replica.status()));
        let account = replica.account();
        if device
            .signals()
            .phase
            .with_untracked(|phase| !matches!(phase, Phase::Ready(known) if *known == account))
        {
            device.signals().phase.set(Phase::Ready(account));
        }
    }
    refresh(device);
}

/// Reads all wanted lists again; changes during the reading cause one more round.
fn refresh(device: Device) {
    STALE.set(true);
    if READING.replace(true) {
        return;
    }
    spawn_local(async move {
        while STALE.replace(false) {
            let Some(replica) = replica() else { break };
            let wanted = WANTED.with_borrow(Vec::clone);
            let opened = OPENED.get();
            let lists: Vec<(Wanted, u64)> = wanted
                .into_iter()
                .map(|list| (list, version(&replica, list)))
                .filter(|read| read.1 == ALWAYS || !READ.with_borrow(|list| list.contains(read)))
                .collect();
            // Shown together, so that a screen of several lists is drawn once.
            let mut found = Vec::<(Wanted, u64, Show)>::new();
            // One that can't be read now stays as it was; the next change reads it again.
            let areas: Vec<Area> = lists.iter().filter_map(|(list, _)| area(*list)).collect();
            if !areas.is_empty()
                && let Ok(rows) = replica.rows_of(&areas).await
            {
                for (area, rows) in areas.into_iter().zip(rows) {
                    let list = Wanted::Rows(area);
                    let read = lists.iter().find(|(known, _)| *known == list);
                    let version = read.map_or(ALWAYS, |(_, version)| *version);
                    found.push((list, version, put(device.rows_signal(area), rows)));
                }
            }
            for (list, version) in lists {
                if let Ok(Some(show)) = read(device, &replica, list).await {
                    found.push((list, version, show));
                }
            }
            if OPENED.get() != opened {
                // What was read is another account's.
                continue;
            }
            for (list, version, show) in found {
                show();
                READ.with_borrow_mut(|read| {
                    read.retain(|(known, _)| *known != list);
                    read.push((list, version));
                });
            }
        }
        READING.set(false);
    });
}

/// Of lists that are read again after each change.
const ALWAYS: u64 = u64::MAX;

/// What must have grown for the list to have changed.
fn version(replica: &Replica, wanted: Wanted) -> u64 {
    match wanted {
        _ if is_servers(wanted) => replica.synced_version(),
        Wanted::Drafts | Wanted::Problems => ALWAYS,
        Wanted::Rows(_) | Wanted::Outbox | Wanted::Sent | Wanted::Carried => {
            replica.records_version()
        }
    }
}

fn area(wanted: Wanted) -> Option<Area> {
    match wanted {
        Wanted::Rows(area) => Some(area),
        _ => None,
    }
}

/// Whether nothing that a person does on this device changes the list: only what the server sends.
fn is_servers(wanted: Wanted) -> bool {
    matches!(
        wanted,
        Wanted::Rows(
            Area::Activities
                | Area::Gates
                | Area::People
                | Area::Departments
                | Area::Forms
                | Area::Premises
                | Area::Visits
                | Area::Standards
                | Area::Tasks
                | Area::Rectifications
        )
    )
}

/// Puts what was read onto the screens.
type Show = Box<dyn FnOnce()>;

/// `None` for rows, which are read together.
async fn read(
    device: Device,
    replica: &Replica,
    wanted: Wanted,
) -> Result<Option<Show>, StorageError> {
    Ok(Some(match wanted {
        Wanted::Rows(_) => return Ok(None),
        Wanted::Drafts => put(device.signals().drafts, replica.drafts().await?),
        Wanted::Outbox => put(device.signals().outbox, replica.outbox().await?),
        Wanted::Sent => put(device.signals().sent, replica.sent().await?),
        Wanted::Problems => put(device.signals().problems, replica.problems().await?),
        Wanted::Carried => put(device.signals().carried, replica.carried().await?),
    }))
}

/// An unchanged list disturbs no screen.
fn put<T: PartialEq + Send + Sync + 'static>(list: super::List<T>, new: Vec<T>) -> Show {
    Box::new(move || {
        let same = list.with_untracked(|old| old.as_ref().is_some_and(|old| **old == new));
        if !same {
            list.set(Some(Arc::new(new)));
        }
    })
}

fn keep_clock(device: Device) {
    device.signals().now.set(now());
    gloo_timers::callback::Interval::new(CLOCK_MS, move || device.signals().now.set(now()))
        .forget();
    events::on_window("focus", move |_| device.signals().now.set(now()));
}

/// The frame around the pages shows whose account it is and where the records are.
fn keep_frame(device: Device) {
    use domain::areas::submissions::ReviewState;
    let frame = use_frame();
    Effect::new(move |_| frame.sync.set(super::sync_state(device.status())));
    Effect::new(move |_| {
        frame.broken.set(match device.phase() {
            Phase::Broken(why) => Some(why),
            _ => None,
        });
    });
    Effect::new(move |_| {
        let organization = accounts::load()
            .current()
            .map(|known| known.organization_name.clone())
            .unwrap_or_default();
        frame
            .viewer
            .set(device.account().map(|account| crate::layout::Viewer {
                name: account.name,
                organization,
                role: account.role,
            }));
    });
    Effect::new(move |_| {
        let me = device.account().map(|account| account.person_id);
        let returned = device.rows(Area::Submissions).map_or(0, |rows| {
            rows.iter()
                .filter(|local| match &local.row {
                    domain::Row::Submissions(one) => {
                        one.state == ReviewState::Returned && Some(one.author_id) == me
                    }
                    _ => false,
                })
                .count()
        });
        frame.returned.set(returned);
    });
}

/// Another tab logged in as somebody else or out: this one starts anew.
fn follow_other_tabs() {
    events::on_window("storage", |event| {
        use wasm_bindgen::JsCast;
        let key = js_sys::Reflect::get(event.unchecked_ref(), &"key".into());
        let ours = key.ok().and_then(|key| key.as_string()).as_deref() == Some(accounts::KEY);
        let open = replica().map(|replica| replica.account().person_id);
        let current = accounts::load()
            .current()
            .map(|known| known.account.person_id);
        if ours
            && open != current
            && let Some(window) = web_sys::window()
        {
            window.location().reload().ok();
        }
    });
}

/// On the desktop, the session ends after the idle minutes that the server set.
fn watch_idleness(device: Device) {
    presence::touch();
    for name in ["pointerdown", "keydown", "wheel", "touchstart"] {
        events::on_window(name, |_| presence::touch());
    }
    gloo_timers::callback::Interval::new(15_000, move || {
        let minutes = device
            .signals()
            .online
            .with_untracked(|online| match online {
                Online::LoggedIn(session) => session.idle_minutes,
                _ => None,
            });
        let idle = presence::idle_ms() as i64;
        if minutes.is_some_and(|minutes| idle > minutes * domain::time::MINUTE_MS) {
            spawn_local(async move {
                device.log_out().await;
                if let Some(window) = web_sys::window() {
                    window.location().set_href("/login?idle").ok();
                }
            });
        }
    })
    .forget();
}
