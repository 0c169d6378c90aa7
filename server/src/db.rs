//! The database behind one handle: `SQLite` or `PostgreSQL`, chosen by the address at start-up.
//!
//! Reads come from a pool; writes go through [`Db::begin`] and [`Db::begin_for`]. On `SQLite` they are one
//! connection with `begin immediate`, so that writers queue here and never fail half-way with "database is
//! locked". Where writers queue, organizations take turns.

use std::{
    ops::{Deref, DerefMut},
    time::Duration,
};

use domain::OrganizationId;
use sqlx::{AnyConnection, AnyPool, Connection as _, Transaction, any::AnyPoolOptions};

use crate::{
    error::{Error, Result},
    turns::{Turn, Turns},
};

/// A transaction that may write. Nothing is kept without `commit`.
#[derive(Debug)]
pub struct Tx {
    // Dropped in this order: the next writer finds the connection free.
    transaction: Transaction<'static, sqlx::Any>,
    _turn: Option<Turn>,
}

impl Tx {
    pub async fn commit(self) -> Result<()> {
        Ok(self.transaction.commit().await?)
    }
}

impl Deref for Tx {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        &self.transaction
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        &mut self.transaction
    }
}

/// So long a request waits for its turn to write; then it is to come again.
const PATIENCE: Duration = Duration::from_secs(30);
/// Connections to PostgreSQL, and how many of them may write at once: the others are there to read.
const CONNECTIONS: u32 = 20;
const WRITERS: usize = 16;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseKind {
    Sqlite,
    Postgres,
}

#[derive(Clone, Debug)]
pub struct Db {
    read: AnyPool,
    write: AnyPool,
    turns: Turns,
    kind: DatabaseKind,
}

static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

impl Db {
    /// Opens `sqlite:…` (the file is made if it is missing) or `postgres:…`.
    pub async fn connect(url: &str) -> Result<Self> {
        sqlx::any::install_default_drivers();
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let pool = AnyPoolOptions::new()
                .max_connections(CONNECTIONS)
                .acquire_timeout(Duration::from_secs(10))
                .after_connect(|connection, _| {
                    Box::pin(async move {
                        // Organizations differ in size by a thousand times: a plan for none of them takes
                        // several times as long for the large ones.
                        sqlx::raw_sql("set plan_cache_mode = force_custom_plan")
                            .execute(connection)
                            .await?;
                        Ok(())
                    })
                })
                .connect(url)
                .await?;
            return Ok(Self {
                read: pool.clone(),
                write: pool,
                turns: Turns::new(WRITERS),
                kind: DatabaseKind::Postgres,
            });
        }
        let url = if url.contains("mode=") {
            url.to_owned()
        } else if url.contains('?') {
            format!("{url}&mode=rwc")
        } else {
            format!("{url}?mode=rwc")
        };
        let write = AnyPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(30))
            .after_connect(|connection, _| {
                Box::pin(async move {
                    sqlx::raw_sql(
                        "pragma journal_mode = wal; pragma synchronous = full; \
                         pragma foreign_keys = on; pragma busy_timeout = 10000; \
                         pragma cache_size = -32000; pragma wal_autocheckpoint = 4000;",
                    )
                    .execute(connection)
                    .await?;
                    Ok(())
                })
            })
            .after_release(|connection, _| {
                Box::pin(async move {
                    // SQLite ends a transaction by itself when the disk is full; sqlx then counts it as
                    // open for ever, and the connection could begin no other.
                    connection.ping().await?;
                    Ok(!connection.is_in_transaction())
                })
            })
            .connect(&url)
            .await?;
        let read = AnyPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(10))
            .after_connect(|connection, _| {
                Box::pin(async move {
                    sqlx::raw_sql(
                        "pragma busy_timeout = 10000; pragma query_only = on; \
                         pragma foreign_keys = on;",
                    )
                    .execute(connection)
                    .await?;
                    Ok(())
                })
            })
            .connect_lazy(&url)?;
        Ok(Self {
            read,
            write,
            turns: Turns::new(1),
            kind: DatabaseKind::Sqlite,
        })
    }

    /// Brings the tables up to date; does nothing when they are.
    pub async fn migrate(&self) -> Result<()> {
        MIGRATOR
            .run(&self.write)
            .await
            .map_err(crate::Error::internal)?;
        crate::search::prepare(self).await?;
        self.look_at_sizes().await?;
        Ok(())
    }

    /// Has SQLite look at how large its tables have become: without that it takes each index of an
    /// organization for one of ten rows, and reads all of its photos to find two hundred by their ids.
    /// PostgreSQL does it by itself.
    pub async fn look_at_sizes(&self) -> Result<()> {
        if self.kind == DatabaseKind::Sqlite {
            // 0x10002: every table that has grown since it was last looked at.
            sqlx::raw_sql("pragma analysis_limit = 1000; pragma optimize = 0x10002;")
                .execute(&self.write)
                .await?;
        }
        Ok(())
    }

    /// For reads outside a transaction.
    pub fn read(&self) -> &AnyPool {
        &self.read
    }

    /// Starts a transaction that may write, and that is no organization's.
    pub async fn begin(&self) -> Result<Tx> {
        self.begin_at(None).await
    }

    /// Starts a transaction that writes for an organization, when it is its turn.
    pub async fn begin_for(&self, organization: OrganizationId) -> Result<Tx> {
        self.begin_at(Some(organization)).await
    }

    async fn begin_at(&self, organization: Option<OrganizationId>) -> Result<Tx> {
        let turn = tokio::time::timeout(PATIENCE, self.turns.take(organization))
            .await
            .map_err(|_| Error::Unavailable { retry_after_s: 5 })?;
        let transaction = match self.kind {
            DatabaseKind::Sqlite => self.write.begin_with("begin immediate").await?,
            DatabaseKind::Postgres => self.write.begin().await?,
        };
        Ok(Tx {
            transaction,
            _turn: Some(turn),
        })
    }

    /// Starts a read-only transaction: everything read in it is of one moment.
    pub async fn snapshot(&self) -> Result<Tx> {
        let transaction = match self.kind {
            DatabaseKind::Sqlite => self.read.begin().await?,
            DatabaseKind::Postgres => {
                self.read
                    .begin_with("begin isolation level repeatable read read only")
                    .await?
            }
        };
        Ok(Tx {
            transaction,
            _turn: None,
        })
    }

    pub fn kind(&self) -> DatabaseKind {
        self.kind
    }

    /// Waits until every connection is closed.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}
