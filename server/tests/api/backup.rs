//! Backup and restore, from each database into each.

use std::sync::Arc;

use domain::{Outcome, areas::people::Role, operation::Area};
use object_store::{ObjectStore, ObjectStoreExt, memory::InMemory, path::Path};
use server::{Db, backup};

use crate::{
    phone::{self, Phone, Store},
    support::{Backend, Client, TestApp},
};

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
    let again = Client::new(other.router.clone(), phone.token.clone());
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

    async fn a_phone_goes_on_with_a_restored_server(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let person = organization.person(Role::Volunteer).await;
        let before = Phone::of(&app, &person).await;
        let kept = before.note("备份之前");
        assert_eq!(before.outcome(&kept).await, Outcome::Applied { revision: 1 });
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("minglu.backup");
        backup::write(&app.state.db, &app.state.blobs, &app.state.clock, &file)
            .await
            .expect("written");
        let lost = before.note("备份之后");
        assert_eq!(before.outcome(&lost).await, Outcome::Applied { revision: 1 });
        let mut store = Store::default();
        store.pull(&before).await;
        assert_eq!(store.of(Area::Submissions).len(), 2);

        let other = TestApp::new(backend).await;
        backup::read(&other.state.db, &other.state.blobs, &other.state.clock, &file)
            .await
            .expect("restored");
        let mut after = Phone::of(&other, &person).await;
        // The session of before still stands: nobody logs in again.
        after.client = Client::new(other.router.clone(), before.client.token.clone());
        // A cursor from the lost future is not believed; what the phone holds is made true again.
        store.pull(&after).await;
        assert_eq!(store.of(Area::Submissions).len(), 1);
        // Sent again, the one is known and the other is taken in; the numbers raise no alarm.
        after.set_seq(2);
        let response = after.push(&[kept, lost]).await;
        let verdicts: Vec<_> = response.verdicts.iter().map(|it| it.outcome.name()).collect();
        assert_eq!(verdicts, ["duplicate", "applied"]);
        assert_eq!(response.notice, None);
        store.pull(&after).await;
        assert_eq!(store.of(Area::Submissions).len(), 2);
    }
}
