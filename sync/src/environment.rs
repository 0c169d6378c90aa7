//! What the replica needs from the device it runs on: clocks, randomness, space, other tabs.
//!
//! Leaves out storage and network; a test or the simulation passes its own.

use std::rc::Rc;

use async_trait::async_trait;
use domain::Timestamp;
use uuid::Uuid;

use crate::leadership::Leadership;

#[async_trait(?Send)]
pub trait Environment {
    /// The device's clock, as it shows.
    fn wall_clock(&self) -> Timestamp;
    /// Milliseconds on a clock that nobody can set; its start means nothing.
    fn monotonic_ms(&self) -> i64;
    /// Minutes east of UTC.
    fn utc_offset_minutes(&self) -> i32;
    /// Fills the slice from a cryptographic source.
    fn fill_random(&self, bytes: &mut [u8]);
    fn app_build(&self) -> String;
    /// Free bytes that the browser would still let this origin use, if it says.
    async fn free_bytes(&self) -> Option<i64>;
    /// Asks the browser to promise not to evict the store; `None` where it can't be asked.
    async fn persist(&self) -> Option<bool>;
    async fn sleep(&self, ms: i64);
    /// Tells the account's other tabs that something changed.
    fn announce(&self);
    /// Calls back when another tab announces a change.
    fn on_announcement(&self, callback: Rc<dyn Fn()>);
    /// Waits until this tab may sync; `steal` takes the place of a leader that went silent.
    async fn lead(&self, steal: bool) -> Leadership;
}

/// A new `UUIDv7` from the device's clock and random source.
pub(crate) fn new_id(environment: &dyn Environment) -> Uuid {
    let mut random = [0; 10];
    environment.fill_random(&mut random);
    let millis = u64::try_from(environment.wall_clock().0).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}
