//! Whether somebody is at the device. Requests that a page or the sync makes by itself say so, and
//! keep no unattended desktop logged in.

use std::cell::Cell;

thread_local! {
    static TOUCHED_AT: Cell<f64> = const { Cell::new(0.0) };
}

/// Polls come every few seconds: without a touch for longer than this, they are nobody's.
const ATTENDED_MS: f64 = 60_000.0;

/// Notes that a person pressed, typed or scrolled, or opened the page.
pub fn touch() {
    TOUCHED_AT.set(js_sys::Date::now());
}

/// Milliseconds since the last touch.
pub fn idle_ms() -> f64 {
    js_sys::Date::now() - TOUCHED_AT.get()
}

/// Whether a request that goes out now counts as a person's.
pub fn is_attended() -> bool {
    idle_ms() < ATTENDED_MS
}
