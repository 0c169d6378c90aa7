//! The database behind one handle: `SQLite` or `PostgreSQL`, chosen by the address at start-up.
//!
//! Reads come from a pool; writes go through [`Db::begin`], which on `SQLite` is one connection with
//! `begin immediate`, so that writers queue here and never fail half-way with "database is locked".

use std::time::Duration;

use sqlx::{AnyPool, Connection as _, any::AnyPoolOptions};

use crate::error::Result;

/// A transaction that may write. Nothing is kept without `commit`.
pub type Tx = sqlx::Transaction<'static, sqlx::Any>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseKind {
    Sqlite,
    Postgres,
}

#[derive(Clone, Debug)]
pub struct Db {
    read: AnyPool,
    write: AnyPool,
    kind: DatabaseKind,
}

static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

impl Db {
    /// Opens `sqlite:…` (the file is made if it is missing) or `postgres:…`.
    pub async fn connect(url: &str) -> Result<Self> {
        sqlx::any::install_default_drivers();
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let pool = AnyPoolOptions::new()
                .max_connections(20)
                .acquire_timeout(Duration::from_secs(10))
                .connect(url)
                .await?;
            return Ok(Self {
                read: pool.clone(),
                write: pool,
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
            kind: DatabaseKind::Sqlite,
        })
    }

    /// Brings the tables up to date; does nothing when they are.
    pub async fn migrate(&self) -> Result<()> {
        MIGRATOR
            .run(&self.write)
            .await
            .map_err(crate::Error::internal)
    }

    /// For reads outside a transaction.
    pub fn read(&self) -> &AnyPool {
        &self.read
    }

    /// Starts a transaction that may write.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(match self.kind {
            DatabaseKind::Sqlite => self.write.begin_with("begin immediate").await?,
            DatabaseKind::Postgres => self.write.begin().await?,
        })
    }

    /// Starts a read-only transaction: everything read in it is of one moment.
    pub async fn snapshot(&self) -> Result<Tx> {
        Ok(match self.kind {
            DatabaseKind::Sqlite => self.read.begin().await?,
            DatabaseKind::Postgres => {
                self.read
                    .begin_with("begin isolation level repeatable read read only")
                    .await?
            }
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
