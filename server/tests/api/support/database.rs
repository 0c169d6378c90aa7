//! A fresh database per test, copied from a template that has the tables. `PostgreSQL`: one cluster
//! per run (environment variable `MINGLU_TEST_POSTGRES`), one database per test.

use std::sync::atomic::{AtomicU32, Ordering};

use server::Db;
use sqlx::{AnyConnection, AssertSqlSafe, Connection};
use tokio::sync::OnceCell;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

pub struct Fresh {
    pub url: String,
    pub folder: tempfile::TempDir,
    postgres: Option<String>,
}

static NEXT: AtomicU32 = AtomicU32::new(1);
static TEMPLATE: OnceCell<String> = OnceCell::const_new();
static TEMPLATE_FILE: OnceCell<Vec<u8>> = OnceCell::const_new();

impl Fresh {
    pub async fn new(backend: Backend) -> Self {
        sqlx::any::install_default_drivers();
        let folder = temporary_folder();
        match backend {
            Backend::Sqlite => {
                let template = TEMPLATE_FILE.get_or_init(migrated_file).await;
                let file = folder.path().join("minglu.db");
                std::fs::write(&file, template).expect("the template is copied");
                Self {
                    url: format!("sqlite:{}", file.display()),
                    folder,
                    postgres: None,
                }
            }
            Backend::Postgres => {
                let template = TEMPLATE
                    .get_or_init(|| async {
                        let name = format!("minglu_template_{}", std::process::id());
                        admin(&format!("drop database if exists {name}")).await;
                        admin(&format!("create database {name}")).await;
                        let db = Db::connect(&address(&name))
                            .await
                            .expect("the template opens");
                        db.migrate().await.expect("the tables are made");
                        db.close().await;
                        name
                    })
                    .await;
                let name = format!(
                    "minglu_test_{}_{}",
                    std::process::id(),
                    NEXT.fetch_add(1, Ordering::SeqCst)
                );
                admin(&format!("drop database if exists {name}")).await;
                admin(&format!("create database {name} template {template}")).await;
                Self {
                    url: address(&name),
                    folder,
                    postgres: Some(name),
                }
            }
        }
    }
}

/// In memory where the system has such a folder: what a test wrote needn't outlive the machine.
fn temporary_folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .expect("a temporary folder")
}

/// The bytes of an empty `SQLite` database with all tables.
async fn migrated_file() -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("template.db");
    let db = Db::connect(&format!("sqlite:{}", file.display()))
        .await
        .expect("the template opens");
    db.migrate().await.expect("the tables are made");
    db.close().await;
    std::fs::read(&file).expect("the template is read")
}

impl Drop for Fresh {
    fn drop(&mut self) {
        let Some(name) = self.postgres.take() else {
            return;
        };
        // The test's runtime can't be waited for here; a thread has its own.
        let dropped = std::thread::spawn(move || {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime")
                .block_on(admin(&format!(
                    "drop database if exists {name} with (force)"
                )));
        });
        drop(dropped.join());
    }
}

/// The cluster's address, such as `postgres://postgres@%2Ftmp%2Fcluster/postgres`.
fn cluster() -> String {
    std::env::var("MINGLU_TEST_POSTGRES").expect(
        "MINGLU_TEST_POSTGRES isn't set: run the tests with `cargo xtask test`, or start a \
         PostgreSQL with `cargo xtask postgres` and export the address that it prints",
    )
}

fn address(database: &str) -> String {
    let mut url = url::Url::parse(&cluster()).expect("MINGLU_TEST_POSTGRES is an address");
    url.set_path(database);
    url.to_string()
}

async fn admin(statement: &str) {
    let mut connection = AnyConnection::connect(&cluster())
        .await
        .expect("the cluster of MINGLU_TEST_POSTGRES answers");
    sqlx::query(AssertSqlSafe(statement.to_owned()))
        .execute(&mut connection)
        .await
        .expect("the statement runs");
    connection.close().await.expect("the connection closes");
}
