//! Items (operations and blobs) that failed by themselves, and how long each rests.
//!
//! Times are on the monotonic clock, in ms.

use std::{cell::RefCell, collections::BTreeSet};

use super::pause::{BACKOFF_UNSENT_MS, exponential};

/// A list: a map's code is larger than this file, and few items fail.
#[derive(Default)]
pub(crate) struct Rests(RefCell<Vec<Rest>>);

struct Rest {
    item: String,
    tries: u32,
    until: i64,
}

impl Rests {
    pub(crate) fn is_resting(&self, item: &str, now: i64) -> bool {
        let rests = self.0.borrow();
        rests
            .iter()
            .any(|rest| rest.item == item && rest.until > now)
    }

    /// Lets an item rest: for `after_ms` if the server said so, or longer with each failure.
    pub(crate) fn begin(&self, item: &str, now: i64, after_ms: Option<i64>) {
        let mut rests = self.0.borrow_mut();
        let place = rests.iter().position(|rest| rest.item == item);
        let tries = place.map_or(0, |place| rests.swap_remove(place).tries);
        let pause = after_ms.unwrap_or_else(|| exponential(tries, BACKOFF_UNSENT_MS));
        let until = now.saturating_add(pause.max(0));
        rests.push(Rest {
            item: item.to_owned(),
            tries: tries.saturating_add(1),
            until,
        });
    }

    /// Ends every rest; each item remembers how often it failed.
    pub(super) fn end_all(&self) {
        for rest in self.0.borrow_mut().iter_mut() {
            rest.until = 0;
        }
    }

    pub(crate) fn succeeded(&self, item: &str) {
        self.0.borrow_mut().retain(|rest| rest.item != item);
    }

    /// Whether it failed by itself before.
    pub(super) fn has_failed(&self, item: &str) -> bool {
        self.0.borrow().iter().any(|rest| rest.item == item)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    /// Forgets items that no longer wait.
    pub(super) fn retain(&self, waiting: &BTreeSet<String>) {
        let mut rests = self.0.borrow_mut();
        rests.retain(|rest| waiting.contains(&rest.item));
    }

    /// Milliseconds until the next rest ends; items whose rest is over wait for the round alone.
    pub(super) fn next_end(&self, now: i64) -> Option<i64> {
        let rests = self.0.borrow();
        let left = rests.iter().map(|rest| rest.until - now);
        left.filter(|left| *left > 0).min()
    }

    /// Milliseconds until the first item may be tried again.
    pub(super) fn first_due(&self, now: i64) -> Option<i64> {
        let rests = self.0.borrow();
        rests.iter().map(|rest| (rest.until - now).max(0)).min()
    }
}
