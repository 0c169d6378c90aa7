//! What the replica knows of the server's clock: an offset measured at each contact.
//!
//! A phone's clock may be wrong or set in between; the monotonic clock can't be set but may stand
//! still while the phone sleeps. Leaves out reading either: both come in as arguments.

use domain::Timestamp;

/// The largest round trip whose measurement is believed, in ms.
const ROUND_TRIP_LIMIT_MS: i64 = 10_000;
/// A difference of the two clocks up to here is drift, not somebody setting the clock, in ms.
const DRIFT_MS: i64 = 2 * 60_000;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ServerClock {
    offset_ms: Option<i64>,
    heard: Option<Heard>,
}

/// The readings when the server's time was last heard by this run of the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Heard {
    wall: Timestamp,
    monotonic_ms: i64,
}

/// Both clocks of the device at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) wall: Timestamp,
    pub(crate) monotonic_ms: i64,
}

impl ServerClock {
    /// From the offset that an earlier run of the app measured.
    pub(crate) fn remembered(offset_ms: Option<i64>) -> Self {
        Self {
            offset_ms,
            heard: None,
        }
    }

    /// Takes the server's time, read half a round trip before the answer arrived.
    pub(crate) fn hear(self, server: Timestamp, asked: Reading, answered: Reading) -> Self {
        let round_trip = answered.monotonic_ms - asked.monotonic_ms;
        if !(0..=ROUND_TRIP_LIMIT_MS).contains(&round_trip) {
            return self;
        }
        let now = server.plus_ms(round_trip / 2);
        Self {
            offset_ms: Some(now.since(answered.wall)),
            heard: Some(Heard {
                wall: answered.wall,
                monotonic_ms: answered.monotonic_ms,
            }),
        }
    }

    pub(crate) fn offset_ms(self) -> Option<i64> {
        self.offset_ms
    }

    /// Milliseconds on the monotonic clock since the server's time was heard.
    pub(crate) fn since_heard_ms(self, now: Reading) -> Option<i64> {
        self.heard
            .map(|heard| (now.monotonic_ms - heard.monotonic_ms).max(0))
    }

    /// The best estimate of the server's time.
    pub(crate) fn best(self, now: Reading) -> Timestamp {
        let offset = self.offset_ms.unwrap_or(0);
        let by_wall = now.wall.plus_ms(offset);
        let Some(heard) = self.heard else {
            return by_wall;
        };
        let elapsed = now.monotonic_ms - heard.monotonic_ms;
        let by_monotonic = heard.wall.plus_ms(offset).plus_ms(elapsed);
        // Behind the monotonic clock, the wall clock was set back; ahead of it, the phone slept.
        if by_monotonic.since(by_wall) > DRIFT_MS {
            by_monotonic
        } else {
            by_wall
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(wall: i64, monotonic_ms: i64) -> Reading {
        Reading {
            wall: Timestamp(wall),
            monotonic_ms,
        }
    }

    #[test]
    fn the_offset_is_taken_at_half_the_round_trip() {
        let clock = ServerClock::default().hear(
            Timestamp(1_000_000),
            reading(400_000, 0),
            reading(400_800, 800),
        );
        assert_eq!(clock.offset_ms(), Some(599_600));
        assert_eq!(clock.best(reading(400_900, 900)), Timestamp(1_000_500));
        assert_eq!(clock.since_heard_ms(reading(400_900, 900)), Some(100));
    }

    #[test]
    fn a_slow_answer_is_not_believed() {
        let before = ServerClock::remembered(Some(5));
        let after = before.hear(Timestamp(9), reading(0, 0), reading(60_000, 60_000));
        assert_eq!(before, after);
    }

    #[test]
    fn a_clock_set_back_is_overruled_and_a_sleep_is_not() {
        let clock = ServerClock::default().hear(
            Timestamp(10_000_000),
            reading(10_000_000, 0),
            reading(10_000_000, 0),
        );
        assert_eq!(clock.best(reading(0, 600_000)), Timestamp(10_600_000));
        assert_eq!(
            clock.best(reading(13_600_000, 1_000)),
            Timestamp(13_600_000)
        );
    }
}
