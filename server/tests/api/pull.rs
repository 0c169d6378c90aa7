//! `GET /api/sync/pull`

use std::sync::Arc;

use domain::{
    Outcome, RecordRef, Row,
    api::sync::{KNOWS, PullResponse},
    areas::{attendances::Proof, people::Role},
    operation::Area,
};

use crate::{
    phone::{self, Phone, Store},
    support::TestApp,
};

on_both! {
    async fn a_device_gets_what_its_user_may_see_and_nothing_else(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let organizer = organization.person(Role::Volunteer).await;
        let volunteer = organization.person(Role::Volunteer).await;
        let other = organization.person(Role::Volunteer).await;
        let recorder = organization.person(Role::Recorder).await;
        let activity = phone::activity(&app, &organizer).await;
        let phone = Phone::of(&app, &volunteer).await;
        let note = phone.note("社区宣传");
        let check_in = phone.check_in(
            activity.id,
            volunteer.id,
            Proof::CodeWord { digits: phone::CODE_WORD.to_owned() },
        );
        for outcome in phone.outcomes(&[note.clone(), check_in.clone(), phone.sign_up(activity.id)]).await {
            assert_eq!(outcome, Outcome::Applied { revision: 1 });
        }

        let stranger = {
            let organization = phone::organization(&app).await;
            let person = organization.person(Role::Administrator).await;
            Phone::of(&app, &person).await
        };
        let forms = app.number("select cast(count(*) as bigint) from forms").await;
        for (person, sees_fact, sees_note, sees_gate) in [
            (&volunteer, true, true, false),
            (&organizer, true, false, true),
            (&recorder, true, false, true),
            (&other, false, false, false),
        ] {
            let phone = Phone::of(&app, person).await;
            let mut store = Store::default();
            store.pull(&phone).await;
            assert!(store.has(Area::Activities, activity.id));
            assert_eq!(store.of(Area::SignUps).len(), 1);
            // The stranger's organization has as many.
            assert_eq!(store.of(Area::Forms).len() as i64 * 2, forms);
            assert_eq!(store.has(Area::Attendances, check_in.record.id), sees_fact);
            assert_eq!(store.has(Area::Submissions, note.record.id), sees_note);
            assert_eq!(store.has(Area::Gates, activity.id), sees_gate);
        }
        let mut store = Store::default();
        store.pull(&stranger).await;
        assert_eq!(store.rows.len(), store.of(Area::Forms).len());
    }

    async fn a_second_pull_brings_only_what_changed(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let person = organization.person(Role::Volunteer).await;
        let phone = Phone::of(&app, &person).await;
        let mut store = Store::default();
        store.pull(&phone).await;
        let page = phone.page(store.cursor.as_deref()).await;
        assert!(page.rows.is_empty() && !page.reset && !page.more);
        let note = phone.note("第一条");
        phone.push(std::slice::from_ref(&note)).await;
        let page = phone.page(store.cursor.as_deref()).await;
        assert_eq!(page.rows.len(), 1);
        store.pull(&phone).await;
        assert!(store.has(Area::Submissions, note.record.id));
    }

    async fn pages_end_between_changes_and_add_up(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let person = organization.person(Role::Volunteer).await;
        let phone = Phone::of(&app, &person).await;
        for batch in 0..21 {
            let notes: Vec<_> = (0..50).map(|n| phone.note(&format!("{batch}-{n}"))).collect();
            phone.push(&notes).await;
        }
        let mut store = Store::default();
        store.pull(&phone).await;
        assert_eq!(store.of(Area::Submissions).len(), 1_050);
        assert!(store.pages >= 3, "{} pages", store.pages);
        // On a quick network several come as one.
        for (times, rows) in [(2, 1_000), (99, store.rows.len())] {
            let path = format!("/api/sync/pull?knows={KNOWS}&times={times}");
            let page: PullResponse = phone.client.get(&path).await.ok();
            assert_eq!((page.rows.len(), page.more), (rows, times == 2));
        }
    }

    async fn a_page_stays_within_its_bytes(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let person = organization.person(Role::Volunteer).await;
        let phone = Phone::of(&app, &person).await;
        let long = "字".repeat(199);
        let notes: Vec<_> = (0..50)
            .map(|_| {
                let mut note = phone.note("长");
                if let domain::Change::Submissions(
                    domain::areas::submissions::SubmissionChange::Submit { title, .. },
                ) = &mut note.change
                {
                    title.clone_from(&long);
                }
                note
            })
            .collect();
        for _ in 0..30 {
            let fresh: Vec<_> = notes
                .iter()
                .map(|note| {
                    let mut note = note.clone();
                    note.op_id = domain::OpId(uuid::Uuid::now_v7());
                    note.record.id = uuid::Uuid::now_v7();
                    note
                })
                .collect();
            phone.push(&fresh).await;
        }
        let reply = phone.client.get("/api/sync/pull").await;
        assert!(reply.bytes.len() < 600 * 1024, "{} bytes", reply.bytes.len());
        let mut store = Store::default();
        store.pull(&phone).await;
        assert_eq!(store.of(Area::Submissions).len(), 1_500);
    }

    async fn another_scope_or_history_starts_again(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let person = organization.person(Role::Volunteer).await;
        let phone = Phone::of(&app, &person).await;
        let first = phone.page(None).await;
        assert!(first.reset);
        assert!(!phone.page(Some(&first.cursor)).await.reset);
        for cursor in ["nonsense", "AA", "%F0%9F%A6%80"] {
            assert!(phone.page(Some(cursor)).await.reset, "{cursor}");
        }
        let mut tx = app.begin().await;
        sqlx::query("update people set role = 'recorder' where id = $1")
            .bind(person.id.to_string())
            .execute(&mut *tx)
            .await
            .expect("the role changes");
        tx.commit().await.expect("committed");
        let second = phone.page(Some(&first.cursor)).await;
        assert!(second.reset);
        let mut tx = app.begin().await;
        sqlx::query("update organizations set epoch = epoch + 1 where id = $1")
            .bind(organization.id.to_string())
            .execute(&mut *tx)
            .await
            .expect("the epoch changes");
        tx.commit().await.expect("committed");
        assert!(phone.page(Some(&second.cursor)).await.reset);
        assert_eq!(first.rows.len(), second.rows.len());
    }

    async fn a_former_organizer_loses_the_gate(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let former = organization.person(Role::Volunteer).await;
        let next = organization.person(Role::Volunteer).await;
        let guest = organization.person(Role::Volunteer).await;
        let mut activity = phone::activity(&app, &former).await;
        let phone = Phone::of(&app, &former).await;
        let own = phone.check_in(activity.id, former.id, Proof::CodeWord { digits: "1".to_owned() });
        phone.push(std::slice::from_ref(&own)).await;
        let guest_phone = Phone::of(&app, &guest).await;
        let theirs =
            guest_phone.check_in(activity.id, guest.id, Proof::CodeWord { digits: "1".to_owned() });
        guest_phone.push(std::slice::from_ref(&theirs)).await;
        let mut store = Store::default();
        store.pull(&phone).await;
        assert!(store.has(Area::Gates, activity.id));
        assert!(store.has(Area::Attendances, theirs.record.id));

        activity.organizer_id = next.id;
        activity.revision += 1;
        phone::put_activity(&app, &next, &activity).await;

        store.pull(&phone).await;
        assert!(!store.has(Area::Gates, activity.id));
        assert!(!store.has(Area::Attendances, theirs.record.id));
        assert!(store.has(Area::Attendances, own.record.id));
        let mut store = Store::default();
        store.pull(&Phone::of(&app, &next).await).await;
        assert!(store.has(Area::Gates, activity.id));
        assert!(store.has(Area::Attendances, theirs.record.id));
    }

    async fn what_is_retracted_is_removed(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let organizer = organization.person(Role::Recorder).await;
        let activity = phone::activity(&app, &organizer).await;
        let phone = Phone::of(&app, &organizer).await;
        let mut store = Store::default();
        store.pull(&phone).await;
        let gate = RecordRef::new(Area::Gates, activity.id);
        let row = store.rows[&gate].clone();
        let mut tx = app.begin().await;
        server::feed::retract(&mut tx, organization.id, &[row]).await.expect("retracted");
        tx.commit().await.expect("committed");
        store.pull(&phone).await;
        assert!(!store.rows.contains_key(&gate));
    }

    async fn a_pull_never_skips_a_change(backend) {
        const WRITERS: usize = 50;
        const ROUNDS: usize = 4;
        let app = Arc::new(TestApp::new(backend).await);
        let organization = phone::organization(&app).await;
        let recorder = organization.person(Role::Recorder).await;
        let activity = phone::activity(&app, &recorder).await;
        let reader = Phone::of(&app, &recorder).await;
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..WRITERS {
            let person = organization.person(Role::Volunteer).await;
            let phone = Phone::of(&app, &person).await;
            let operations: Vec<_> = (0..ROUNDS)
                .map(|_| {
                    let proof = Proof::CodeWord { digits: phone::CODE_WORD.to_owned() };
                    phone.check_in(activity.id, person.id, proof)
                })
                .collect();
            let client = phone.client.clone();
            let heartbeat = phone.heartbeat(1);
            tasks.spawn(async move {
                for operation in operations {
                    let body = serde_json::json!({
                        "heartbeat": heartbeat, "operations": [operation],
                    });
                    let reply = client.post("/api/sync/push", &body).await;
                    assert_eq!(reply.status, 200, "{}", reply.text());
                }
            });
        }
        let mut store = Store::default();
        while !tasks.is_empty() {
            // Each pull goes on from the cursor of the one before it, while others write.
            store.pull(&reader).await;
            while let Some(result) = tasks.try_join_next() {
                result.expect("a writer ends well");
            }
            tokio::task::yield_now().await;
        }
        store.pull(&reader).await;
        assert_eq!(store.of(Area::Attendances).len(), WRITERS * ROUNDS);
        let duplicates = store
            .of(Area::Attendances)
            .into_iter()
            .filter(|row| matches!(row, Row::Attendances(fact)
                if fact.flags.contains(&domain::areas::attendances::Flag::Duplicate)))
            .count();
        assert_eq!(duplicates, WRITERS * (ROUNDS - 1));
    }

    async fn a_pull_needs_a_session(backend) {
        let app = TestApp::new(backend).await;
        assert_eq!(app.anonymous().get("/api/sync/pull").await.status, 401);
    }
}
