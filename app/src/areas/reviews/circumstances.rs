//! What the times of a record say about how it came about: late, by which clock, how long it waited.
//!
//! Late entries are allowed; they only stay marked.

use domain::{
    Lang, Timestamp,
    time::{Capture, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS},
};

use crate::i18n;

/// From here on a record counts as written down afterwards, or as sent late.
const LATE_MS: i64 = DAY_MS;
/// A clock that is off by less is right enough.
const CLOCK_TOLERANCE_MS: i64 = 2 * MINUTE_MS;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// Written down so many milliseconds after it happened, if that is a day or more.
    pub written_after: Option<i64>,
    /// On the phone for so many milliseconds before it arrived, if that is a day or more.
    pub waited: Option<i64>,
    pub clock: Clock,
}

/// What is known about the phone's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clock {
    /// Never compared with the server's.
    #[default]
    Unknown,
    Right,
    /// Milliseconds that it was behind.
    Slow(i64),
    /// Milliseconds that it was ahead.
    Fast(i64),
}

impl Circumstances {
    pub fn of(capture: &Capture, received_at: Option<Timestamp>) -> Self {
        let captured = capture.captured_at();
        let written = captured.since(capture.occurred_at);
        let waited = received_at.map_or(0, |at| at.since(captured));
        Self {
            written_after: (written >= LATE_MS).then_some(written),
            waited: (waited >= LATE_MS).then_some(waited),
            clock: match capture.server_offset_ms {
                None => Clock::Unknown,
                Some(ahead) if ahead.abs() < CLOCK_TOLERANCE_MS => Clock::Right,
                Some(ahead) if ahead > 0 => Clock::Slow(ahead),
                Some(ahead) => Clock::Fast(ahead.saturating_neg()),
            },
        }
    }
}

/// Whether a line of the list is marked as late: all that a list knows is both ends.
pub fn is_late(occurred_at: Timestamp, received_at: Timestamp) -> bool {
    received_at.since(occurred_at) >= LATE_MS
}

/// 40 秒, 12 分钟, 3 小时 20 分, 4 天
pub fn long(lang: Lang, ms: i64) -> String {
    if ms < MINUTE_MS {
        let seconds = ms / SECOND_MS;
        return lang.pick(format!("{seconds} 秒"), format!("{seconds} s"));
    }
    if ms >= 2 * DAY_MS {
        let days = ms / DAY_MS;
        return lang.pick(format!("{days} 天"), format!("{days} days"));
    }
    let minutes = ms / MINUTE_MS;
    // Beyond a few hours nobody reads minutes.
    let rounded = if ms > 6 * HOUR_MS {
        minutes - minutes % 60
    } else {
        minutes
    };
    i18n::duration(lang, rounded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn capture(occurred: i64, wall_clock: i64, offset: Option<i64>) -> Capture {
        Capture {
            occurred_at: Timestamp(occurred),
            wall_clock: Timestamp(wall_clock),
            utc_offset_minutes: 480,
            server_offset_ms: offset,
            monotonic_since_server_time_ms: None,
        }
    }

    #[test]
    fn a_record_of_the_same_day_has_no_mark() {
        let found = Circumstances::of(
            &capture(0, HOUR_MS, Some(400)),
            Some(Timestamp(2 * HOUR_MS)),
        );
        assert_eq!(
            found,
            Circumstances {
                clock: Clock::Right,
                ..Circumstances::default()
            }
        );
    }

    #[test]
    fn a_record_written_down_two_days_later_says_so() {
        let found = Circumstances::of(&capture(0, 2 * DAY_MS, None), None);
        assert_eq!(found.written_after, Some(2 * DAY_MS));
        assert_eq!(found.clock, Clock::Unknown);
    }

    #[test]
    fn the_wait_counts_from_the_corrected_clock() {
        let found = Circumstances::of(&capture(0, 0, Some(DAY_MS)), Some(Timestamp(DAY_MS)));
        assert_eq!(found.waited, None);
        assert_eq!(found.clock, Clock::Slow(DAY_MS));
    }

    #[test]
    fn a_clock_that_was_ahead_is_called_fast() {
        let found = Circumstances::of(&capture(0, 0, Some(-10 * MINUTE_MS)), None);
        assert_eq!(found.clock, Clock::Fast(10 * MINUTE_MS));
    }

    #[test]
    fn a_span_is_told_in_fitting_units() {
        assert_eq!(long(Lang::Zh, 40 * SECOND_MS), "40 秒");
        assert_eq!(long(Lang::En, 12 * MINUTE_MS), "12 min");
        assert_eq!(long(Lang::Zh, 7 * HOUR_MS + 20 * MINUTE_MS), "7 小时");
        assert_eq!(long(Lang::Zh, 4 * DAY_MS + HOUR_MS), "4 天");
    }
}
