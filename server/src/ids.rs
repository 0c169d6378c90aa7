//! New ids: `UUIDv7` from the server's clock.

use domain::Timestamp;
use uuid::{NoContext, Uuid};

use crate::Clock;

/// A new id of whatever type is asked for.
pub fn new<T: From<Uuid>>(clock: &Clock) -> T {
    at(clock.now())
}

/// A new id made at the given time.
pub fn at<T: From<Uuid>>(at: Timestamp) -> T {
    let millis = u64::try_from(at.0).unwrap_or(0);
    let at = uuid::Timestamp::from_unix(
        NoContext,
        millis / 1_000,
        u32::try_from(millis % 1_000).unwrap_or(0) * 1_000_000,
    );
    T::from(Uuid::new_v7(at))
}
