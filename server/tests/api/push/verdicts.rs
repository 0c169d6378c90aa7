//! Each verdict, who may do what, and what the device hears about itself.

use domain::{
    Change, Outcome, RecordRef, Refusal, Row,
    api::sync::{DeviceNotice, HELD_MS},
    areas::{people::Role, submissions::ReviewState},
    operation::Area,
    time::DAY_MS,
};

use crate::{
    phone::{self, Phone, Store},
    support::TestApp,
};

fn refusal(outcome: &Outcome) -> &Refusal {
    match outcome {
        Outcome::Quarantined { refusal } => refusal,
        other => panic!("{other:?} is no quarantine"),
    }
}

on_both! {
    async fn a_new_record_is_applied_and_kept_raw(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let person = organization.person(Role::Volunteer).await;
        let phone = Phone::of(&app, &person).await;
        let note = phone.note("第一条");
        assert_eq!(phone.outcome(&note).await, Outcome::Applied { revision: 1 });
        assert_eq!(app.number("select count(*) from inbox where verdict = 'applied'").await, 1);
        assert_eq!(app.number("select count(*) from submission_versions").await, 1);
        assert_eq!(
            app.number("select n from submission_counts where state = 'submitted'").await,
            1
        );
        let mut store = Store::default();
        store.pull(&phone).await;
        let Some(Row::Submissions(row)) = store.rows.get(&note.record) else {
            panic!("no submission");
        };
        assert_eq!(row.received_at, Some(app.now()));
        assert_eq!(row.state, ReviewState::Submitted);
    }

    async fn later_operations_of_a_batch_see_the_rows_of_earlier_ones(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let person = organization.person(Role::Volunteer).await;
        let phone = Phone::of(&app, &person).await;
        let note = phone.note("一");
        let first = phone.amend(note.record, 1, "title", Some("一"), "二");
        let second = phone.amend(note.record, 2, "title", Some("二"), "三");
        assert_eq!(
            phone.outcomes(&[note.clone(), first, second]).await,
            [1, 2, 3].map(|revision| Outcome::Applied { revision })
        );
        assert_eq!(app.number("select count(*) from submission_versions").await, 3);
        assert_eq!(app.number("select revision from submissions").await, 3);
        assert_eq!(
            app.number("select n from submission_counts where state = 'submitted'").await,
            1
        );
    }

    async fn a_duplicate_carries_the_first_verdict_whatever_it_was(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let person = organization.person(Role::Volunteer).await;
        let phone = Phone::of(&app, &person).await;
        let good = phone.note("好");
        let mut bad = phone.note("坏");
        if let Change::Submissions(domain::areas::submissions::SubmissionChange::Submit {
            form_version, ..
        }) = &mut bad.change
        {
            "99".clone_into(form_version);
        }
        let first = phone.push(&[good.clone(), bad.clone()]).await;
        assert!(matches!(refusal(&first.verdicts[1].outcome), Refusal::UnknownForm { .. }));
        app.advance_ms(DAY_MS);
        for _ in 0..10 {
            let again = phone.push(&[bad.clone(), good.clone(), good.clone()]).await;
            for (verdict, original) in again.verdicts.iter().zip([1, 0, 0]) {
                let original = &first.verdicts[original];
                assert_eq!(
                    verdict.outcome,
                    Outcome::Duplicate { first: Box::new(original.outcome.clone()) }
                );
                assert_eq!(verdict.receipt, original.receipt);
            }
        }
        assert_eq!(app.number("select count(*) from inbox").await, 2);
        assert_eq!(app.number("select count(*) from submissions").await, 1);
    }

    async fn other_questions_merge_and_the_same_one_is_a_conflict(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let person = organization.person(Role::Volunteer).await;
        let phone = Phone::of(&app, &person).await;
        let note = phone.note("原题");
        phone.push(std::slice::from_ref(&note)).await;
        let place = phone.amend(note.record, 1, "place", None, "文三路");
        let title = phone.amend(note.record, 1, "title", Some("原题"), "新题");
        let other = phone.amend(note.record, 1, "title", Some("原题"), "另题");
        assert_eq!(
            phone.outcomes(&[place, title, other]).await,
            [
                Outcome::Applied { revision: 2 },
                Outcome::Merged { revision: 3 },
                Outcome::Conflict { revision: 4 },
            ]
        );
        let mut store = Store::default();
        store.pull(&phone).await;
        let Some(Row::Submissions(row)) = store.rows.get(&note.record) else {
            panic!("no submission");
        };
        assert_eq!(row.conflicts.len(), 1);
        assert_eq!(row.answers.len(), 3);
    }

    async fn what_comes_before_its_record_is_held_and_applied_when_it_comes(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let person = organization.person(Role::Volunteer).await;
        let phone = Phone::of(&app, &person).await;
        let note = phone.note("一");
        let photo = phone.photo(note.record, &phone::blob(b"x"));
        let withdraw = phone.operation(
            photo.record,
            Change::Attachments(domain::areas::attachments::AttachmentChange::Withdraw {
                reason: "重复".to_owned(),
            }),
        );
        let amend = phone.amend(note.record, 1, "place", None, "文三路");
        let until = app.now().plus_ms(HELD_MS);
        assert_eq!(
            phone.outcomes(&[withdraw.clone(), photo.clone(), amend.clone()]).await,
            [photo.record, note.record, note.record]
                .map(|waits_for| Outcome::Held { waits_for, until })
        );
        // The note brings the photo and the correction; the photo brings its withdrawal.
        assert_eq!(phone.outcome(&note).await, Outcome::Applied { revision: 1 });
        let mut store = Store::default();
        store.pull(&phone).await;
        let Some(Row::Attachments(attachment)) = store.rows.get(&photo.record) else {
            panic!("no attachment");
        };
        assert!(attachment.withdrawn);
        assert_eq!(store.rows[&note.record].revision(), 2);
        for operation in [&withdraw, &photo, &amend] {
            let outcome = phone.outcome(operation).await;
            assert!(matches!(outcome.first(), Outcome::Applied { .. }), "{outcome:?}");
        }
        assert_eq!(app.number("select count(*) from inbox where verdict = 'held'").await, 0);
    }

    async fn within_one_batch_order_doesnt_matter(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let person = organization.person(Role::Volunteer).await;
        let phone = Phone::of(&app, &person).await;
        let note = phone.note("一");
        let photo = phone.photo(note.record, &phone::blob(b"x"));
        let amend = phone.amend(note.record, 1, "place", None, "文三路");
        assert_eq!(
            phone.outcomes(&[photo, amend, note]).await,
            [1, 2, 1].map(|revision| Outcome::Applied { revision })
        );
        assert_eq!(app.number("select photos from submissions").await, 1);
    }

    async fn what_waited_too_long_is_quarantined(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let person = organization.person(Role::Volunteer).await;
        let phone = Phone::of(&app, &person).await;
        let missing = phone.note("没有发出");
        let amend = phone.amend(missing.record, 1, "place", None, "文三路");
        assert!(matches!(phone.outcome(&amend).await, Outcome::Held { .. }));
        app.advance_ms(HELD_MS - 1);
        assert_eq!(server::areas::sync::expire_held(&app.state).await.expect("no error"), 0);
        app.advance_ms(1);
        let outcome = phone.outcome(&amend).await;
        assert_eq!(refusal(outcome.first()), &Refusal::PredecessorMissing);
        // Also without anybody pushing.
        let later = phone.amend(missing.record, 1, "place", None, "文二路");
        phone.outcome(&later).await;
        app.advance_ms(HELD_MS);
        assert_eq!(server::areas::sync::expire_held(&app.state).await.expect("no error"), 1);
        // The record itself is still welcome.
        assert_eq!(phone.outcome(&missing).await, Outcome::Applied { revision: 1 });
    }

    async fn the_same_id_with_other_content_is_kept_as_well(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let person = organization.person(Role::Volunteer).await;
        let phone = Phone::of(&app, &person).await;
        let first = phone.note("一");
        let mut second = phone.note("二");
        second.op_id = first.op_id;
        let mut third = phone.note("三");
        third.op_id = first.op_id;
        let outcomes = phone.outcomes(&[first.clone(), second.clone(), third.clone()]).await;
        assert_eq!(outcomes[0], Outcome::Applied { revision: 1 });
        for outcome in &outcomes[1..] {
            assert_eq!(refusal(outcome), &Refusal::OperationIdReused { op_id: first.op_id });
        }
        let again = phone.outcomes(&[third, second, first]).await;
        assert_eq!(again[0], Outcome::Duplicate { first: Box::new(outcomes[2].clone()) });
        assert_eq!(again[2], Outcome::Duplicate { first: Box::new(outcomes[0].clone()) });
        assert_eq!(app.number("select count(*) from inbox").await, 3);
        assert_eq!(app.number("select count(*) from submissions").await, 1);
    }

    async fn an_organization_never_meets_the_ids_of_another(backend) {
        let app = TestApp::new(backend).await;
        let ours = phone::organization(&app).await;
        let theirs = phone::organization(&app).await;
        let our_person = ours.person(Role::Volunteer).await;
        let their_person = theirs.person(Role::Administrator).await;
        let our_phone = Phone::of(&app, &our_person).await;
        let their_phone = Phone::of(&app, &their_person).await;
        let note = our_phone.note("我们的");
        our_phone.outcome(&note).await;

        // The same operation id there is a new operation there.
        let mut same_id = their_phone.note("他们的");
        same_id.op_id = note.op_id;
        assert_eq!(their_phone.outcome(&same_id).await, Outcome::Applied { revision: 1 });
        // The same record id finds nothing to change, and writes nothing over ours.
        let mut same_record = their_phone.note("他们的");
        same_record.record = note.record;
        let beside = their_phone.note("旁边的");
        let outcomes = their_phone.outcomes(&[same_record, beside]).await;
        assert_eq!(refusal(&outcomes[0]), &Refusal::AlreadyExists);
        assert_eq!(outcomes[1], Outcome::Applied { revision: 1 });
        let amend = their_phone.amend(note.record, 1, "place", None, "别处");
        assert!(matches!(their_phone.outcome(&amend).await, Outcome::Held { .. }));
        // Nor may anybody name our organization, our person or our device.
        let mut foreign = their_phone.note("冒名");
        foreign.organization_id = ours.id;
        let mut actor = their_phone.note("冒名");
        actor.actor_id = our_person.id;
        let mut device = their_phone.note("冒名");
        device.device_id = our_person.device_id;
        for outcome in their_phone.outcomes(&[foreign, actor, device]).await {
            assert_eq!(refusal(&outcome), &Refusal::NotYours);
        }
        let mut store = Store::default();
        store.pull(&our_phone).await;
        assert_eq!(store.rows[&note.record].revision(), 1);
    }

    async fn permission_is_judged_as_of_the_capture(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let recorder = organization.person(Role::Recorder).await;
        let guest = organization.person(Role::Volunteer).await;
        let activity = phone::activity(&app, &guest).await;
        let phone = Phone::of(&app, &recorder).await;
        let tick = || {
            phone.check_in(
                activity.id,
                guest.id,
                domain::areas::attendances::Proof::Roster { signature: None },
            )
        };
        let before = tick();
        app.advance_ms(1_000);
        let mut tx = app.begin().await;
        sqlx::query(
            "insert into person_roles (person_id, organization_id, since, role)
             values ($1, $2, $3, 'volunteer')",
        )
        .bind(recorder.id.to_string())
        .bind(organization.id.to_string())
        .bind(app.now().0)
        .execute(&mut *tx)
        .await
        .expect("the role changes");
        sqlx::query("update people set role = 'volunteer' where id = $1")
            .bind(recorder.id.to_string())
            .execute(&mut *tx)
            .await
            .expect("the role changes");
        tx.commit().await.expect("committed");
        let after = tick();
        let outcomes = phone.outcomes(&[before, after]).await;
        assert_eq!(outcomes[0], Outcome::Applied { revision: 1 });
        assert_eq!(refusal(&outcomes[1]), &Refusal::NotPermitted);
    }

    async fn earlier_work_of_a_deactivated_account_is_received(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let person = organization.person(Role::Volunteer).await;
        let phone = Phone::of(&app, &person).await;
        let before = phone.note("停用前");
        app.advance_ms(1_000);
        let mut tx = app.begin().await;
        sqlx::query("update people set active = 0, deactivated_at = $1 where id = $2")
            .bind(app.now().0)
            .bind(person.id.to_string())
            .execute(&mut *tx)
            .await
            .expect("the account ends");
        tx.commit().await.expect("committed");
        app.advance_ms(1_000);
        let after = phone.note("停用后");
        let outcomes = phone.outcomes(&[before, after]).await;
        assert_eq!(outcomes[0], Outcome::Applied { revision: 1 });
        assert_eq!(refusal(&outcomes[1]), &Refusal::NotPermitted);
        assert_eq!(phone.client.get("/api/sync/pull").await.status, 401);
    }

    async fn a_full_activity_refuses_and_a_withdrawal_makes_room(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let organizer = organization.person(Role::Recorder).await;
        let activity = phone::activity_with(&app, &organizer, |it| it.capacity = Some(1)).await;
        let (a, b) = (
            Phone::of(&app, &organization.person(Role::Volunteer).await).await,
            Phone::of(&app, &organization.person(Role::Volunteer).await).await,
        );
        assert_eq!(a.outcome(&a.sign_up(activity.id)).await, Outcome::Applied { revision: 1 });
        assert_eq!(refusal(&b.outcome(&b.sign_up(activity.id)).await), &Refusal::ActivityFull);
        let sign_up = a.sign_up(activity.id);
        let withdraw = a.operation(
            sign_up.record,
            Change::SignUps(domain::areas::sign_ups::SignUpChange::Withdraw {
                activity_id: activity.id,
            }),
        );
        assert_eq!(a.outcome(&withdraw).await, Outcome::Applied { revision: 2 });
        assert_eq!(b.outcome(&b.sign_up(activity.id)).await, Outcome::Applied { revision: 1 });
    }

    async fn a_restored_phone_is_told_to_take_the_next_epoch(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let person = organization.person(Role::Volunteer).await;
        let phone = Phone::of(&app, &person).await;
        let first = [phone.note("一"), phone.note("二"), phone.note("三")];
        assert_eq!(phone.push(&first).await.notice, None);
        // A backup from before: the numbers go on from 2.
        phone.set_seq(1);
        let again = [phone.note("二乙"), phone.note("三乙")];
        let response = phone.push(&again).await;
        assert_eq!(response.notice, Some(DeviceNotice::EpochUsed { next_epoch: 1 }));
        for verdict in response.verdicts {
            assert_eq!(verdict.outcome, Outcome::Applied { revision: 1 });
        }
        phone.epoch.set(1);
        phone.set_seq(0);
        assert_eq!(phone.push(&[phone.note("四")]).await.notice, None);
        // Sending the same operations again is no sign of a clone.
        assert_eq!(phone.push(&first).await.notice, None);
    }

    async fn a_push_needs_a_session_of_a_device_that_wasnt_revoked(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let person = organization.person(Role::Volunteer).await;
        let phone = Phone::of(&app, &person).await;
        let body = serde_json::json!({"heartbeat": phone.heartbeat(0), "operations": []});
        assert_eq!(app.anonymous().post("/api/sync/push", &body).await.status, 401);
        let mut tx = app.begin().await;
        sqlx::query("update devices set revoked_at = 1").execute(&mut *tx).await.expect("revoked");
        tx.commit().await.expect("committed");
        let reply = phone.client.post("/api/sync/push", &body).await;
        assert_eq!((reply.status.as_u16(), reply.code()), (401, "device_revoked".to_owned()));
    }

    async fn a_second_create_of_a_record_is_kept_apart(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let person = organization.person(Role::Volunteer).await;
        let phone = Phone::of(&app, &person).await;
        let note = phone.note("一");
        let mut twin = phone.note("二");
        twin.record = note.record;
        let mut lost = phone.note("三");
        lost.record = RecordRef::new(Area::Attendances, lost.record.id);
        let outcomes = phone.outcomes(&[note, twin, lost]).await;
        assert_eq!(refusal(&outcomes[1]), &Refusal::AlreadyExists);
        assert_eq!(refusal(&outcomes[2]), &Refusal::WrongRecord);
    }
}
