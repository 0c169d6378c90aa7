//! The right of one tab to sync for its account. Two leaders at once waste work but harm nothing:
//! every request is idempotent.

use std::{cell::Cell, rc::Rc};

/// Held while a tab syncs; dropping it lets the next tab lead.
pub struct Leadership {
    lost: Rc<Cell<bool>>,
    release: Option<Box<dyn FnOnce()>>,
}

impl Leadership {
    /// `lost` becomes true when another tab took over; `release` runs on drop.
    pub fn new(lost: Rc<Cell<bool>>, release: Box<dyn FnOnce()>) -> Self {
        Self {
            lost,
            release: Some(release),
        }
    }

    /// For a device that has no other tabs.
    pub fn alone() -> Self {
        Self {
            lost: Rc::default(),
            release: None,
        }
    }

    pub fn is_lost(&self) -> bool {
        self.lost.get()
    }
}

impl Drop for Leadership {
    fn drop(&mut self) {
        if let Some(release) = self.release.take() {
            release();
        }
    }
}
