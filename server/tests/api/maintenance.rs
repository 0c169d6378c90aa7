//! What the server sweeps up by itself.

use domain::{areas::people::Role, time::DAY_MS};
use object_store::{ObjectStoreExt as _, path::Path};

use crate::support::TestApp;

on_both! {
    async fn only_what_is_over_is_swept_up(backend) {
        let app = TestApp::new(backend).await;
        let organization = app.organization().await;
        organization.person(Role::Volunteer).await.client().await;
        app.anonymous().get("/api/invitations/abcdefghjk").await;
        app.advance_ms(30 * DAY_MS);
        let phone = organization.person(Role::Volunteer).await.client().await;
        app.advance_ms(2 * DAY_MS);
        server::maintenance::sweep(&app.state).await.expect("swept");
        assert_eq!(app.number("select cast(count(*) as bigint) from sessions").await, 1);
        assert_eq!(app.number("select cast(count(*) as bigint) from throttles").await, 0);
        assert_eq!(phone.get("/api/session").await.status, axum::http::StatusCode::OK);
    }

    async fn a_piece_that_nothing_counts_is_removed_after_a_day(backend) {
        let app = TestApp::new(backend).await;
        let organization = app.organization().await;
        let person = organization.person(Role::Volunteer).await;
        let mut tx = app.begin().await;
        sqlx::query(
            "insert into uploads (id, organization_id, device_id, person_id, sha256, size,
                 media_type, stored_bytes, pieces, lock_holder, created_at, expires_at)
             values ('u', $1, 'd', $2, 'h', 9, 'image/jpeg', 3, 1, '', 0, 0)",
        )
        .bind(organization.id.to_string())
        .bind(person.id.to_string())
        .execute(&mut *tx)
        .await
        .expect("an upload");
        sqlx::query("insert into upload_pieces values ('u', 0, 'uploads/u/0-a', 3)")
            .execute(&mut *tx)
            .await
            .expect("a piece");
        tx.commit().await.expect("committed");
        let places = ["uploads/u/0-a", "uploads/u/1-b", "blobs/o/ab/abcd"].map(Path::from);
        for place in &places {
            app.state.blobs.put(place, "abc".into()).await.expect("stored");
        }
        // The store tells the time by itself.
        let now = server::Clock::system().now();
        app.set_now(now);
        let remove = || server::areas::blobs::remove_left_over(&app.state);
        assert_eq!(remove().await.expect("looked"), 0);
        app.set_now(now.plus_ms(DAY_MS + 60_000));
        assert_eq!(remove().await.expect("removed"), 1);
        for (place, stays) in places.iter().zip([true, false, true]) {
            assert_eq!(app.state.blobs.head(place).await.is_ok(), stays, "{place}");
        }
    }
}
