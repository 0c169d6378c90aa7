//! The test server: a fresh database, the router in process, a clock that stands still.

#![allow(dead_code, reason = "each test module uses its own part")]

mod client;
mod database;
mod world;

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use domain::Timestamp;
use object_store::ObjectStore;
use server::{AppState, Clock, Db, settings::Settings};

#[allow(unused_imports, reason = "each test module uses its own part")]
pub use client::{Client, Outgoing, Reply};
pub use database::Backend;
#[allow(unused_imports, reason = "each test module uses its own part")]
pub use database::Fresh;
#[allow(unused_imports, reason = "each test module uses its own part")]
pub use world::{TestOrganization, TestPerson};

/// 2026-11-23 10:00 in China.
pub const NOW: Timestamp = Timestamp(1_795_399_200_000);

pub struct TestApp {
    pub state: AppState,
    pub router: axum::Router,
    millis: Arc<AtomicI64>,
    _database: database::Fresh,
}

impl TestApp {
    pub async fn new(backend: Backend) -> Self {
        Self::with(backend, |_| {}).await
    }

    /// With other settings than the tests' defaults.
    pub async fn with(backend: Backend, change: impl FnOnce(&mut Settings)) -> Self {
        let memory = Arc::new(object_store::memory::InMemory::new());
        Self::made(backend, change, memory).await
    }

    /// With bytes where a server keeps them.
    pub async fn keeping(backend: Backend, blobs: Arc<dyn ObjectStore>) -> Self {
        Self::made(backend, |_| {}, blobs).await
    }

    async fn made(
        backend: Backend,
        change: impl FnOnce(&mut Settings),
        blobs: Arc<dyn ObjectStore>,
    ) -> Self {
        let database = database::Fresh::new(backend).await;
        let mut settings = Settings {
            database_url: Some(database.url.clone()),
            data: database.folder.path().to_owned(),
            // The cheapest that the algorithm allows.
            argon2_memory_kib: 8,
            argon2_passes: 1,
            ..Settings::default()
        };
        change(&mut settings);
        let db = Db::connect(&database.url)
            .await
            .expect("the database opens");
        db.migrate().await.expect("the tables are made");
        let millis = Arc::new(AtomicI64::new(NOW.0));
        let state = AppState::new(settings, db, blobs, Clock::manual(millis.clone()))
            .await
            .expect("the state is ready");
        Self {
            router: server::router::router(state.clone()),
            state,
            millis,
            _database: database,
        }
    }

    pub fn now(&self) -> Timestamp {
        self.state.clock.now()
    }

    /// Moves the clock.
    pub fn advance_ms(&self, ms: i64) {
        self.millis.fetch_add(ms, Ordering::SeqCst);
    }

    /// Sets the clock.
    pub fn set_now(&self, now: Timestamp) {
        self.millis.store(now.0, Ordering::SeqCst);
    }

    /// Somebody without a session.
    pub fn anonymous(&self) -> Client {
        Client::new(self.router.clone(), None)
    }
}

/// Makes two tests of each async function: one on `SQLite`, one on `PostgreSQL`.
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($backend:ident) $body:block)*) => {
        $(
            mod $name {
                #[allow(unused_imports)]
                use super::*;

                $(#[$meta])*
                async fn run($backend: $crate::support::Backend) $body

                #[tokio::test]
                async fn sqlite() {
                    run($crate::support::Backend::Sqlite).await;
                }

                #[tokio::test]
                async fn postgres() {
                    run($crate::support::Backend::Postgres).await;
                }
            }
        )*
    };
}
