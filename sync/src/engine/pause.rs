//! How long a tab rests between rounds.

use super::SyncReport;
use crate::{error::SyncError, replica::Replica, types::Status};

/// Between rounds while all is well, in ms: brings what others changed.
const IDLE_MS: i64 = 60_000;
/// The longest pause after failures while nothing waits to be sent, in ms: a server that was restored may ask
/// for something again.
const BACKOFF_IDLE_MS: i64 = 90_000;
/// The longest pause while something waits, in ms: once faults end, it is gone within two minutes.
pub(super) const BACKOFF_UNSENT_MS: i64 = 60_000;
/// A phone that is shut out begins where others are after so many tries: at eight seconds.
const SHUT_OUT_TRIES: u32 = 3;

impl Replica {
    /// How long to rest after a round, in ms; never for ever.
    pub(super) fn pause(&self, report: &SyncReport) -> i64 {
        let unsent = !matches!(
            self.status(),
            Status::AllSent { .. } | Status::Offline { unsent: 0 }
        );
        let jitter = |ms: i64| {
            let mut byte = [0];
            self.0.environment.fill_random(&mut byte);
            ms / 2 + ms / 2 * i64::from(byte[0]) / 255
        };
        match &report.error {
            None => {
                let due = self.0.engine.rests.first_due(self.now_monotonic());
                due.map_or(IDLE_MS, |ms| ms.clamp(1_000, IDLE_MS))
            }
            Some(SyncError::Busy {
                after_ms: Some(after),
            }) => after.saturating_add(jitter(1_000)).max(1_000),
            Some(error) => {
                let limit = if unsent {
                    BACKOFF_UNSENT_MS
                } else {
                    BACKOFF_IDLE_MS
                };
                let mut tries = self.0.engine.failures.get().saturating_sub(1);
                if *error == SyncError::NeedsLogin {
                    // Until a person logs in, or the office opens the account again, asking won't help.
                    tries += SHUT_OUT_TRIES;
                }
                let pause = jitter(exponential(tries, limit));
                // An item that rests meanwhile would otherwise wait for one after the other.
                let rest = self.0.engine.rests.next_end(self.now_monotonic());
                rest.map_or(pause, |rest| pause.min(rest)).max(500)
            }
        }
    }
}

/// Doubles from a second on with each failure.
pub(super) fn exponential(tries: u32, limit: i64) -> i64 {
    1_000_i64.saturating_mul(1 << tries.min(20)).min(limit)
}
