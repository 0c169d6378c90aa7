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
/// So many wrong numbers are forgiven; then each asks for a longer pause, in minutes.
const FORGIVEN: u32 = 4;
const LONGEST_PAUSE: i64 = 16;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kiosk {
    pub activity: ActivityId,
    pub direction: Direction,
    /// Whether people sign by hand.
    pub signature: bool,
    /// Whether guests are asked where they come from.
    #[serde(default)]
    pub unit: bool,
    /// SHA-256 of activity and number.
    lock: String,
    /// When it ends by itself.
    until: Timestamp,
    /// Wrong numbers since it began, and until when no other one is looked at.
    #[serde(default)]
    wrong: u32,
    #[serde(default)]
    paused_until: Timestamp,
}

/// What comes of a number that somebody typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    Opens,
    Wrong,
    /// Not looked at: too many were wrong.
    Paused {
        minutes: i64,
    },
}

impl Kiosk {
    pub fn new(
        activity: ActivityId,
        direction: Direction,
        signature: bool,
        unit: bool,
        number: &str,
        until: Timestamp,
    ) -> Self {
        Self {
            activity,
            direction,
            signature,
            unit,
            lock: lock(activity, number),
            until,
            wrong: 0,
            paused_until: Timestamp(0),
        }
    }

    /// Ten thousand numbers are soon tried by somebody with time and nobody watching.
    fn try_number(&mut self, number: &str, now: Timestamp) -> Tried {
        if now < self.paused_until {
            let left = self.paused_until.since(now);
            return Tried::Paused {
                minutes: (left + 59_999) / 60_000,
            };
        }
        if lock(self.activity, number) == self.lock {
            return Tried::Opens;
        }
        self.wrong = self.wrong.saturating_add(1);
        if let Some(over) = self.wrong.checked_sub(FORGIVEN + 1) {
            let minutes = LONGEST_PAUSE.min(1 << over.min(16));
            self.paused_until = now.plus_minutes(minutes);
        }
        Tried::Wrong
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

    /// Ends it if the number is the organizer's. Wrong ones are remembered, also when the app is closed.
    pub fn leave(self, number: &str, now: Timestamp) -> Tried {
        let Some(mut kiosk) = self.now() else {
            return Tried::Opens;
        };
        let tried = kiosk.try_number(number, now);
        match tried {
            Tried::Opens => self.end(),
            Tried::Wrong => {
                let kept = Some(kiosk);
                platform::storage::set(KEY, &kept);
                // The page it shows stays as it is.
                self.0.update_untracked(|known| *known = kept);
            }
            Tried::Paused { .. } => {}
        }
        tried
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
        let kiosk = Kiosk::new(activity, Direction::In, false, false, "2580", Timestamp(1));
        let tried = |number| kiosk.clone().try_number(number, Timestamp(0));
        assert_eq!([tried("2580"), tried(" 2580 ")], [Tried::Opens; 2]);
        assert_eq!(
            [tried("2581"), tried(""), tried("02580")],
            [Tried::Wrong; 3]
        );
        let text = serde_json::to_string(&kiosk).expect("JSON");
        assert!(!text.contains("2580"), "the number isn't kept: {text}");
    }

    #[test]
    fn after_five_wrong_numbers_the_right_one_has_to_wait() {
        let mut kiosk = Kiosk::new(
            ActivityId(Uuid::from_u128(1)),
            Direction::In,
            false,
            false,
            "2580",
            Timestamp(i64::MAX),
        );
        let at = |minutes: i64| Timestamp(minutes * 60_000);
        for _ in 0..5 {
            assert_eq!(kiosk.try_number("0000", at(0)), Tried::Wrong);
        }
        let paused = |minutes| Tried::Paused { minutes };
        assert_eq!(kiosk.try_number("2580", at(0)), paused(1));
        assert_eq!(kiosk.try_number("0001", at(1)), Tried::Wrong);
        assert_eq!(kiosk.try_number("2580", at(1)), paused(2));
        for minutes in [100, 200, 300, 400, 500] {
            assert_eq!(kiosk.try_number("0002", at(minutes)), Tried::Wrong);
        }
        assert_eq!(kiosk.try_number("2580", at(500)), paused(16));
        assert_eq!(kiosk.try_number("2580", at(516)), Tried::Opens);
    }
}
