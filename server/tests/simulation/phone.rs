//! A phone: its disk, its clock, its tabs, and how it is switched off and on.

use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
    task::Waker,
};

use async_trait::async_trait;
use domain::Timestamp;
use sync::{Account, Environment, Replica, leadership::Leadership, storage::memory::Memory};

use crate::{
    disk::Disk,
    machine::{Owner, Promise},
    network::Line,
    random::Random,
    simulation::Simulation,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    Up,
    Down,
    /// Whatever is asked, a log-in page for the Wi-Fi answers.
    Portal,
}

/// The build of the app that reads everything.
pub const NEWEST: u32 = 2;

pub struct Phone {
    pub index: usize,
    pub account: Account,
    /// The browser's session, whoever logged in last.
    token: RefCell<String>,
    /// The account's own session.
    own_token: RefCell<String>,
    /// Which phone stands for the other account that logged in on this one.
    pub guest: Cell<Option<usize>>,
    /// Whether it is another account's store on somebody's phone.
    pub is_guest: Cell<bool>,
    pub memory: Memory,
    /// Of which phone's backup it is a copy.
    pub copy_of: Option<usize>,
    pub is_copied: Cell<bool>,
    pub skew: Cell<i64>,
    pub utc_offset: Cell<i32>,
    pub build: Cell<u32>,
    pub is_store_lost: Cell<bool>,
    /// How often the browser threw the store away.
    pub evictions: Cell<u32>,
    pub random: RefCell<Random>,
    pub tabs: RefCell<Vec<Rc<Tab>>>,
    /// Whether the browser knows no Web Locks, so that every tab leads.
    pub lockless: bool,
    /// Polls until it goes off, and how.
    pub fuse: Cell<Option<(u32, Fall)>>,
    pub works: Cell<u64>,
    link: Cell<Link>,
    lock: RefCell<Lock>,
    calls: Cell<u64>,
}

/// How a phone goes off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fall {
    /// What wasn't flushed is lost too.
    pub power_cut: bool,
    pub down_ms: i64,
}

#[derive(Default)]
struct Lock {
    holder: Option<(usize, Rc<Cell<bool>>)>,
    waiting: Vec<Waker>,
}

pub struct Tab {
    pub index: usize,
    pub replica: RefCell<Option<Replica>>,
    started_at: i64,
    heard: RefCell<Vec<Rc<dyn Fn()>>>,
}

impl Phone {
    pub fn new(
        index: usize,
        account: Account,
        token: String,
        lockless: bool,
        seed: Random,
    ) -> Self {
        Self {
            index,
            account,
            token: RefCell::new(token.clone()),
            own_token: RefCell::new(token),
            guest: Cell::new(None),
            is_guest: Cell::new(false),
            memory: Memory::default(),
            copy_of: None,
            is_copied: Cell::new(false),
            skew: Cell::new(0),
            utc_offset: Cell::new(480),
            build: Cell::new(NEWEST),
            is_store_lost: Cell::new(false),
            evictions: Cell::new(0),
            random: RefCell::new(seed),
            tabs: RefCell::default(),
            lockless,
            fuse: Cell::new(None),
            works: Cell::new(0),
            link: Cell::new(Link::Up),
            lock: RefCell::default(),
            calls: Cell::new(0),
        }
    }

    /// A phone that came up from a backup of this one: the same device, as far as it knows.
    pub fn restored(&self, index: usize, seed: Random) -> Self {
        let mut copy = Self::new(
            index,
            self.account.clone(),
            self.own_token(),
            self.lockless,
            seed,
        );
        copy.memory = self.memory.restore_copy();
        copy.copy_of = Some(self.index);
        copy
    }

    pub fn name(&self) -> String {
        match self.copy_of {
            Some(of) => format!("phone {} (a copy of {of})", self.index),
            None => format!("phone {}", self.index),
        }
    }

    pub fn token(&self) -> String {
        self.token.borrow().clone()
    }

    pub fn own_token(&self) -> String {
        self.own_token.borrow().clone()
    }

    /// The account logged in.
    pub fn set_token(&self, token: String) {
        self.own_token.replace(token.clone());
        self.token.replace(token);
    }

    /// Another account logged in on this browser.
    pub fn borrow_session(&self, token: String) {
        self.token.replace(token);
    }

    pub fn link(&self) -> Link {
        self.link.get()
    }

    pub fn set_link(&self, link: Link) {
        self.link.set(link);
    }

    pub fn next_call(&self) -> u64 {
        self.calls.set(self.calls.get() + 1);
        self.calls.get()
    }

    pub fn calls(&self) -> u64 {
        self.calls.get()
    }

    /// The replica of one of its tabs, if the app is open.
    pub fn replica(&self, choice: usize) -> Option<(usize, Replica)> {
        let tabs = self.tabs.borrow();
        let open: Vec<&Rc<Tab>> = tabs
            .iter()
            .filter(|tab| tab.replica.borrow().is_some())
            .collect();
        let tab = open.get(choice % open.len().max(1))?;
        Some((tab.index, tab.replica.borrow().clone()?))
    }

    pub fn is_open(&self) -> bool {
        !self.tabs.borrow().is_empty()
    }

    /// Opens one more tab.
    pub fn open_tab(self: &Rc<Self>, simulation: &Rc<Simulation>) {
        let index = simulation.next_tab();
        let tab = Rc::new(Tab {
            index,
            replica: RefCell::default(),
            started_at: simulation.machine.now(),
            heard: RefCell::default(),
        });
        self.tabs.borrow_mut().push(tab.clone());
        let storage = Rc::new(Disk {
            simulation: Rc::downgrade(simulation),
            phone: self.index,
            memory: self.memory.clone(),
        });
        let transport = Rc::new(Line {
            simulation: Rc::downgrade(simulation),
            phone: Rc::downgrade(self),
        });
        let environment = Rc::new(Device {
            simulation: Rc::downgrade(simulation),
            phone: Rc::downgrade(self),
            tab: tab.clone(),
        });
        let account = self.account.clone();
        let owner = Owner {
            phone: self.index,
            tab: index,
        };
        let words = simulation.clone();
        let name = self.name();
        simulation.machine.spawn(owner, async move {
            match Replica::open(storage, transport, environment, account).await {
                Ok(replica) => {
                    tab.replica.replace(Some(replica.clone()));
                    replica.run().await;
                }
                Err(error) => words.say(&format!("{name} can't open the app: {error}")),
            }
        });
    }

    /// Everything that runs on it ends where it stands.
    pub fn fall(&self, simulation: &Simulation, fall: Fall) {
        simulation.machine.kill(|owner| owner.phone == self.index);
        for tab in self.tabs.take() {
            // Breaks the circle of replica, environment and tab.
            tab.heard.take();
            tab.replica.take();
        }
        self.lock.replace(Lock::default());
        self.fuse.set(None);
        if fall.power_cut {
            self.memory.cut_power();
        }
    }

    /// Closes the tab that was opened last, if another one stays.
    pub fn close_tab(&self, simulation: &Simulation) {
        let closed = {
            let mut tabs = self.tabs.borrow_mut();
            if tabs.len() < 2 {
                return;
            }
            tabs.pop()
        };
        let Some(tab) = closed else { return };
        simulation
            .machine
            .kill(|owner| owner.phone == self.index && owner.tab == tab.index);
        tab.heard.take();
        tab.replica.take();
    }

    fn try_lock(&self, tab: usize, steal: bool) -> Option<Rc<Cell<bool>>> {
        let mut lock = self.lock.borrow_mut();
        if let Some((_, lost)) = &lock.holder {
            if !steal {
                return None;
            }
            lost.set(true);
        }
        let lost = Rc::new(Cell::new(false));
        lock.holder = Some((tab, lost.clone()));
        Some(lost)
    }

    fn unlock(&self, lost: &Rc<Cell<bool>>) {
        let mut lock = self.lock.borrow_mut();
        let mine = lock
            .holder
            .as_ref()
            .is_some_and(|(_, held)| Rc::ptr_eq(held, lost));
        if mine {
            lock.holder = None;
            for waker in lock.waiting.drain(..) {
                waker.wake();
            }
        }
    }
}

struct Device {
    simulation: Weak<Simulation>,
    phone: Weak<Phone>,
    tab: Rc<Tab>,
}

impl Device {
    fn now(&self) -> i64 {
        self.simulation
            .upgrade()
            .map_or(0, |simulation| simulation.machine.now())
    }
}

#[async_trait(?Send)]
impl Environment for Device {
    fn wall_clock(&self) -> Timestamp {
        let skew = self.phone.upgrade().map_or(0, |phone| phone.skew.get());
        Timestamp(self.now() + skew)
    }

    fn monotonic_ms(&self) -> i64 {
        self.now() - self.tab.started_at
    }

    fn utc_offset_minutes(&self) -> i32 {
        let phone = self.phone.upgrade();
        phone.map_or(480, |phone| phone.utc_offset.get())
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        if let Some(phone) = self.phone.upgrade() {
            phone.random.borrow_mut().fill(bytes);
        }
    }

    fn app_build(&self) -> String {
        let build = self.phone.upgrade().map_or(0, |phone| phone.build.get());
        format!("simulation {build}")
    }

    async fn free_bytes(&self) -> Option<i64> {
        Some(1_000_000_000)
    }

    async fn persist(&self) -> Option<bool> {
        Some(true)
    }

    async fn sleep(&self, ms: i64) {
        let Some(simulation) = self.simulation.upgrade() else {
            return std::future::pending().await;
        };
        if simulation.never_wakes(ms) {
            return std::future::pending().await;
        }
        let over = Promise::new();
        let bell = over.clone();
        simulation.machine.after(ms, move || bell.give(()));
        drop(simulation);
        over.await;
    }

    fn announce(&self) {
        let (Some(simulation), Some(phone)) = (self.simulation.upgrade(), self.phone.upgrade())
        else {
            return;
        };
        for tab in phone.tabs.borrow().iter() {
            if tab.index == self.tab.index {
                continue;
            }
            let tab = tab.clone();
            simulation.machine.after(1, move || {
                let heard: Vec<_> = tab.heard.borrow().clone();
                for callback in heard {
                    callback();
                }
            });
        }
    }

    fn on_announcement(&self, callback: Rc<dyn Fn()>) {
        self.tab.heard.borrow_mut().push(callback);
    }

    async fn lead(&self, steal: bool) -> Leadership {
        let Some(phone) = self.phone.upgrade() else {
            return std::future::pending().await;
        };
        if phone.lockless {
            return Leadership::alone();
        }
        let lost = std::future::poll_fn(|context| {
            if let Some(lost) = phone.try_lock(self.tab.index, steal) {
                return std::task::Poll::Ready(lost);
            }
            let waker = context.waker().clone();
            phone.lock.borrow_mut().waiting.push(waker);
            std::task::Poll::Pending
        })
        .await;
        let owner = Rc::downgrade(&phone);
        let held = lost.clone();
        Leadership::new(
            lost,
            Box::new(move || {
                if let Some(phone) = owner.upgrade() {
                    phone.unlock(&held);
                }
            }),
        )
    }
}
