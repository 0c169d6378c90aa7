//! Virtual time, and one thing after the other: tasks are polled in an order that the seed draws, and
//! when none can go on, the clock jumps to whatever is due next.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    future::Future,
    pin::Pin,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use futures::future::LocalBoxFuture;

use crate::random::Random;

/// More polls than any honest run needs: something spins.
const POLLS: u64 = 600_000;

/// Whose task it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Owner {
    pub phone: usize,
    pub tab: usize,
}

/// What happens at a time; the number keeps the order of what happens at the same one.
type Due = BTreeMap<(i64, u64), Box<dyn FnOnce()>>;

pub struct Machine {
    now: Cell<i64>,
    next: Cell<u64>,
    due: RefCell<Due>,
    tasks: RefCell<BTreeMap<u64, Task>>,
    frozen: RefCell<BTreeSet<Owner>>,
    random: RefCell<Random>,
    polls: Cell<u64>,
}

struct Task {
    owner: Owner,
    ready: Arc<Flag>,
    /// Absent while it is polled.
    future: Option<LocalBoxFuture<'static, ()>>,
}

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl Machine {
    pub fn new(now: i64, random: Random) -> Self {
        Self {
            now: Cell::new(now),
            next: Cell::new(0),
            due: RefCell::default(),
            tasks: RefCell::default(),
            frozen: RefCell::default(),
            random: RefCell::new(random),
            polls: Cell::new(0),
        }
    }

    pub fn now(&self) -> i64 {
        self.now.get()
    }

    fn number(&self) -> u64 {
        self.next.set(self.next.get() + 1);
        self.next.get()
    }

    /// Does something `ms` from now.
    pub fn after(&self, ms: i64, act: impl FnOnce() + 'static) {
        let at = (self.now() + ms.max(0), self.number());
        self.due.borrow_mut().insert(at, Box::new(act));
    }

    pub fn spawn(&self, owner: Owner, future: impl Future<Output = ()> + 'static) {
        let task = Task {
            owner,
            ready: Arc::new(Flag(AtomicBool::new(true))),
            future: Some(Box::pin(future)),
        };
        self.tasks.borrow_mut().insert(self.number(), task);
    }

    /// Drops the tasks of whoever matches, wherever they stand.
    pub fn kill(&self, whom: impl Fn(Owner) -> bool) {
        let mut tasks = self.tasks.borrow_mut();
        let (gone, kept) = std::mem::take(&mut *tasks)
            .into_iter()
            .partition(|(_, task)| whom(task.owner));
        *tasks = kept;
        drop(tasks);
        // Their drops may ask this machine for something.
        drop::<BTreeMap<u64, Task>>(gone);
        self.frozen.borrow_mut().retain(|owner| !whom(*owner));
    }

    /// A frozen tab isn't polled.
    pub fn freeze(&self, owner: Owner, frozen: bool) {
        if frozen {
            self.frozen.borrow_mut().insert(owner);
        } else {
            self.frozen.borrow_mut().remove(&owner);
        }
    }

    pub fn thaw_all(&self) {
        self.frozen.borrow_mut().clear();
    }

    /// Lets `ms` pass. `after_poll` runs after each poll of a task.
    pub fn run_for(&self, ms: i64, set_clock: &dyn Fn(i64), after_poll: &dyn Fn(Owner)) {
        let end = self.now() + ms;
        loop {
            while let Some(owner) = self.poll_one() {
                after_poll(owner);
            }
            let first = self.due.borrow().keys().next().copied();
            match first {
                Some(key) if key.0 <= end => {
                    let act = self.due.borrow_mut().remove(&key);
                    self.now.set(key.0);
                    set_clock(key.0);
                    if let Some(act) = act {
                        act();
                    }
                }
                _ => break,
            }
        }
        self.now.set(end);
        set_clock(end);
    }

    fn poll_one(&self) -> Option<Owner> {
        let (id, owner, ready, mut future) = {
            let mut tasks = self.tasks.borrow_mut();
            let frozen = self.frozen.borrow();
            let able: Vec<u64> = tasks
                .iter()
                .filter(|(_, task)| {
                    task.ready.0.load(Ordering::SeqCst) && !frozen.contains(&task.owner)
                })
                .map(|(id, _)| *id)
                .collect();
            if able.is_empty() {
                return None;
            }
            let id = self.random.borrow_mut().pick(&able);
            let task = tasks.get_mut(&id)?;
            (id, task.owner, task.ready.clone(), task.future.take()?)
        };
        self.polls.set(self.polls.get() + 1);
        assert!(self.polls.get() < POLLS, "something spins");
        ready.0.store(false, Ordering::SeqCst);
        let waker = Waker::from(ready);
        let ended = future.as_mut().poll(&mut Context::from_waker(&waker));
        let mut tasks = self.tasks.borrow_mut();
        match ended {
            Poll::Ready(()) => {
                tasks.remove(&id);
            }
            Poll::Pending => {
                if let Some(task) = tasks.get_mut(&id) {
                    task.future = Some(future);
                }
            }
        }
        Some(owner)
    }

    /// Ends everything, so that nothing keeps anything else alive.
    pub fn clear(&self) {
        self.kill(|_| true);
        let due = std::mem::take(&mut *self.due.borrow_mut());
        drop(due);
    }
}

/// Something that is given once to whoever waits for it.
pub struct Promise<T>(Rc<Slot<T>>);

struct Slot<T> {
    value: RefCell<Option<T>>,
    waker: RefCell<Option<Waker>>,
}

impl<T> Clone for Promise<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Promise<T> {
    pub fn new() -> Self {
        Self(Rc::new(Slot {
            value: RefCell::new(None),
            waker: RefCell::new(None),
        }))
    }

    /// The first value counts.
    pub fn give(&self, value: T) {
        let mut slot = self.0.value.borrow_mut();
        if slot.is_none() {
            *slot = Some(value);
            if let Some(waker) = self.0.waker.borrow_mut().take() {
                waker.wake();
            }
        }
    }

    /// Whether somebody else still knows of it.
    pub fn is_awaited(&self) -> bool {
        Rc::strong_count(&self.0) > 1
    }
}

impl<T> Future for Promise<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        if let Some(value) = self.0.value.borrow_mut().take() {
            return Poll::Ready(value);
        }
        *self.0.waker.borrow_mut() = Some(context.waker().clone());
        Poll::Pending
    }
}

/// Lets others run first; also a place to crash at.
pub async fn step_aside() {
    let mut asked = false;
    std::future::poll_fn(|context| {
        if asked {
            return Poll::Ready(());
        }
        asked = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
