//! Kiosk mode: one phone at the gate for people without one. While it is on, the app shows nothing else;
//! only the organizer's number ends it, or the end of the activity.
//!
//! Kept in `localStorage` (`minglu.kiosk`), so that closing the app is no way out.

use domain::{ActivityId, Timestamp, areas::attendances::Direction, keys::sha256_hex};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::platform;

const KEY: &str = "minglu.kiosk";
/// Fewest digits of the organizer's number.
pub const DIGITS: usize = 4;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kiosk {
    pub activity: ActivityId,
    pub direction: Direction,
    /// Whether people sign by hand.
    pub signature: bool,
    /// SHA-256 of activity and number.
    lock: String,
    /// When it ends by itself.
    until: Timestamp,
}

impl Kiosk {
    pub fn new(
        activity: ActivityId,
        direction: Direction,
        signature: bool,
        number: &str,
        until: Timestamp,
    ) -> Self {
        Self {
            activity,
            direction,
            signature,
            lock: lock(activity, number),
            until,
        }
    }

    pub fn opens(&self, number: &str) -> bool {
        lock(self.activity, number) == self.lock
    }
}

fn lock(activity: ActivityId, number: &str) -> String {
    sha256_hex(format!("{activity}/{}", number.trim()).as_bytes())
}

/// Whether this phone is a kiosk now, from any component.
#[derive(Clone, Copy)]
pub struct KioskMode(RwSignal<Option<Kiosk>>);

pub fn use_kiosk() -> KioskMode {
    use_context::<KioskMode>().unwrap_or_else(|| KioskMode(RwSignal::new(None)))
}

/// Takes up what was on before the app was closed.
pub(crate) fn provide(on_server: bool) {
    let mode = KioskMode(RwSignal::new(None));
    provide_context(mode);
    if on_server {
        return;
    }
    let kept: Option<Kiosk> = platform::storage::get::<Option<Kiosk>>(KEY).flatten();
    let now = Timestamp(platform::now_ms());
    mode.0.set(kept.filter(|kiosk| now < kiosk.until));
}

impl KioskMode {
    pub fn get(self) -> Option<Kiosk> {
        self.0.get()
    }

    pub fn now(self) -> Option<Kiosk> {
        self.0.get_untracked()
    }

    pub fn is_on(self) -> bool {
        self.0.read().is_some()
    }

    pub fn begin(self, kiosk: Kiosk) {
        let kept = Some(kiosk);
        platform::storage::set(KEY, &kept);
        self.0.set(kept);
    }

    pub fn end(self) {
        platform::storage::set(KEY, &None::<Kiosk>);
        self.0.set(None);
    }

    /// Ends by itself when its time is over.
    pub fn check(self, now: Timestamp) {
        let over = self
            .0
            .with_untracked(|kiosk| kiosk.as_ref().is_some_and(|kiosk| now >= kiosk.until));
        if over {
            self.end();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn only_the_number_that_was_set_opens_it() {
        let activity = ActivityId(Uuid::from_u128(1));
        let kiosk = Kiosk::new(activity, Direction::In, false, "2580", Timestamp(1));
        assert!(kiosk.opens("2580") && kiosk.opens(" 2580 "));
        assert!(!kiosk.opens("2581") && !kiosk.opens("") && !kiosk.opens("02580"));
        let text = serde_json::to_string(&kiosk).expect("JSON");
        assert!(!text.contains("2580"), "the number isn't kept: {text}");
    }
}
