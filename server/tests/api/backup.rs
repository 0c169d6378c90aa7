//! Backup and restore, from each database into each.

use std::sync::Arc;

use domain::areas::people::Role;
use object_store::{ObjectStore, ObjectStoreExt, memory::InMemory, path::Path};
use server::{Db, backup};

use crate::support::{Backend, TestApp};

async fn count(db: &Db, table: &'static str) -> i64 {
    sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
        "select cast(count(*) as bigint) from {table}"
    )))
    .fetch_one(db.read())
    .await
    .expect("a count")
}

async fn moves(from: Backend, to: Backend) {
    let app = TestApp::new(from).await;
    let organization = app.organization().await;
    let department = organization.department("一科").await;
    let person = organization
        .person_in(Role::Recorder, Some(department))
        .await;
    let phone = person.client().await;
    organization.person(Role::Volunteer).await;
    let name = Path::from("blobs/a/b");
    app.state
        .blobs
        .put(&name, vec![0, 255, 10, 13].into())
        .await
        .expect("stored");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("minglu.backup");
    let done = backup::write(&app.state.db, &app.state.blobs, &app.state.clock, &file)
        .await
        .expect("written");
    assert_eq!(done.blobs, 1);

    let other = TestApp::new(to).await;
    let blobs: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let clock = &other.state.clock;
    let restored = backup::read(&other.state.db, &blobs, clock, &file)
        .await
        .expect("restored");
    assert_eq!(restored, done);
    for table in backup::TABLES {
        assert_eq!(
            count(&app.state.db, table).await,
            count(&other.state.db, table).await,
            "{table}"
        );
    }
    let bytes = blobs
        .get(&name)
        .await
        .expect("found")
        .bytes()
        .await
        .expect("bytes");
    assert_eq!(bytes.as_ref(), [0, 255, 10, 13]);
    // Phones must not trust their cursors, and stay logged in.
    let epoch = other.number("select epoch from organizations").await;
    assert!(epoch > 1, "{epoch}");
    let again = crate::support::Client::new(other.router.clone(), phone.token.clone());
    assert_eq!(
        again.get("/api/session").await.status,
        axum::http::StatusCode::OK
    );
    // What isn't empty is never overwritten.
    let refused = backup::read(&other.state.db, &blobs, clock, &file).await;
    assert!(refused.expect_err("refused").to_string().contains("empty"));
}

#[tokio::test]
async fn sqlite_moves_to_postgres() {
    moves(Backend::Sqlite, Backend::Postgres).await;
}

#[tokio::test]
async fn postgres_moves_to_sqlite() {
    moves(Backend::Postgres, Backend::Sqlite).await;
}

on_both! {
    async fn a_cut_backup_restores_nothing(backend) {
        let app = TestApp::new(backend).await;
        app.organization().await.person(Role::Recorder).await;
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("minglu.backup");
        backup::write(&app.state.db, &app.state.blobs, &app.state.clock, &file)
            .await
            .expect("written");
        let whole = std::fs::read(&file).expect("read");
        let other = TestApp::new(backend).await;
        for length in [0, 10, whole.len() / 2, whole.len() - 1] {
            std::fs::write(&file, &whole[..length]).expect("written");
            let read =
                backup::read(&other.state.db, &other.state.blobs, &other.state.clock, &file).await;
            assert!(read.is_err(), "{length}");
            assert_eq!(count(&other.state.db, "organizations").await, 0);
        }
    }
}
