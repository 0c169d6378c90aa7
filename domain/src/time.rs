//! Time as Minglu keeps it: milliseconds since 1970 in UTC, and the honest circumstances of a capture.
//!
//! Leaves out clocks: whoever needs "now" passes it in.

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    pub fn plus_minutes(self, minutes: i64) -> Self {
        self.plus_ms(minutes.saturating_mul(MINUTE_MS))
    }

    pub fn plus_days(self, days: i64) -> Self {
        self.plus_ms(days.saturating_mul(DAY_MS))
    }

    /// Milliseconds from `earlier` to `self`; negative when `earlier` is later.
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The civil date and time at `utc_offset_minutes`, or `None` outside the calendar's range.
    pub fn civil(self, utc_offset_minutes: i32) -> Option<chrono::NaiveDateTime> {
        let local = self
            .0
            .checked_add(i64::from(utc_offset_minutes) * MINUTE_MS)?;
        chrono::DateTime::from_timestamp_millis(local).map(|at| at.naive_utc())
    }
}

pub const SECOND_MS: i64 = 1_000;
pub const MINUTE_MS: i64 = 60 * SECOND_MS;
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
pub const DAY_MS: i64 = 24 * HOUR_MS;
/// China has one time zone: UTC+8.
pub const UTC_OFFSET_MINUTES: i32 = 480;

/// When and under which clock something was recorded.
///
/// The server orders; a phone's clock never does. What the phone believed is kept beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capture {
    /// When it happened, as the person says (the phone's clock, corrected by the offset if known).
    pub occurred_at: Timestamp,
    /// What the phone's clock showed when it was recorded, uncorrected.
    pub wall_clock: Timestamp,
    /// Minutes east of UTC on the phone.
    pub utc_offset_minutes: i32,
    /// Milliseconds that the server's clock is ahead of the phone's, measured at the last contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_offset_ms: Option<i64>,
    /// Milliseconds on the phone's monotonic clock since the server's time was last heard, if the
    /// app ran without a break since then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monotonic_since_server_time_ms: Option<i64>,
}

impl Capture {
    /// The best estimate of when it was recorded: the phone's clock plus the measured offset.
    pub fn captured_at(&self) -> Timestamp {
        self.wall_clock.plus_ms(self.server_offset_ms.unwrap_or(0))
    }
}
