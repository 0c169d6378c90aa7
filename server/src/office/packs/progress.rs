//! How far the packs are that are being made: what the office's page shows beside the download, which
//! itself can't say how long it will be.

use std::{
    collections::HashMap,
    sync::{
        Arc, LazyLock, Mutex, PoisonError,
        atomic::{AtomicI64, AtomicU8, Ordering},
    },
};

use domain::{
    OrganizationId, PersonId,
    api::packs::{PackProgress, PackState},
};

/// Downloads that are remembered; the oldest are forgotten first.
const KNOWN: usize = 200;

/// Whose download, and what they call it.
pub(super) type Key = (OrganizationId, PersonId, i64);

static DOWNLOADS: LazyLock<Mutex<HashMap<Key, Arc<Progress>>>> = LazyLock::new(Mutex::default);

/// One download.
pub(super) struct Progress {
    ticket: i64,
    /// About how many bytes it will be.
    total: i64,
    done: AtomicI64,
    /// 0: being made, 1: whole, 2: broken off.
    state: AtomicU8,
}

impl Progress {
    /// Begins, under that key if there is one.
    pub fn begin(key: Option<Key>, total: i64) -> Arc<Self> {
        let progress = Arc::new(Self {
            ticket: key.map_or(0, |(.., ticket)| ticket),
            total,
            done: AtomicI64::new(0),
            state: AtomicU8::new(0),
        });
        if let Some(key) = key {
            let mut known = DOWNLOADS.lock().unwrap_or_else(PoisonError::into_inner);
            // Tickets are moments.
            while known.len() >= KNOWN
                && let Some(oldest) = known.keys().min_by_key(|(.., ticket)| *ticket).copied()
            {
                known.remove(&oldest);
            }
            known.insert(key, Arc::clone(&progress));
        }
        progress
    }

    pub fn find(key: Key) -> Option<PackProgress> {
        let known = DOWNLOADS.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&key).map(|it| it.told())
    }

    pub fn add(&self, bytes: usize) {
        self.done.fetch_add(bytes as i64, Ordering::Relaxed);
    }

    pub fn end(&self, whole: bool) {
        self.state
            .store(if whole { 1 } else { 2 }, Ordering::Relaxed);
    }

    fn told(&self) -> PackProgress {
        let done = self.done.load(Ordering::Relaxed);
        let (state, percent) = match self.state.load(Ordering::Relaxed) {
            1 => (PackState::Whole, 100),
            broken => {
                let percent = (done.saturating_mul(100) / self.total.max(1)).clamp(0, 99);
                let state = if broken == 2 {
                    PackState::Broken
                } else {
                    PackState::Making
                };
                (state, percent)
            }
        };
        PackProgress {
            ticket: self.ticket,
            state,
            percent,
            bytes: done,
        }
    }
}
