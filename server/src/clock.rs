//! The clock, passed in, so that every rule about time is testable.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use domain::Timestamp;

/// Tells the time in milliseconds since 1970.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    pub fn system() -> Self {
        Self(Arc::new(|| {
            Timestamp(chrono::Utc::now().timestamp_millis())
        }))
    }

    /// A clock that stands where `millis` says.
    pub fn manual(millis: Arc<AtomicI64>) -> Self {
        Self(Arc::new(move || Timestamp(millis.load(Ordering::SeqCst))))
    }

    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now().0)
    }
}
