//! What a device says about itself with each push, and whose session it is.

use domain::{
    Timestamp,
    api::{
        session::PERSON,
        sync::{DeviceNotice, Heartbeat},
    },
    areas::people::Role,
};
use uuid::Uuid;

use crate::{
    phone::{self, Phone},
    support::TestApp,
};

on_both! {
    async fn an_emptied_phone_is_noticed(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let person = organization.person(Role::Volunteer).await;
        let phone = Phone::of(&app, &person).await;
        let notes = [phone.note("一"), phone.note("二"), phone.note("三")];
        let mut heartbeat = phone.heartbeat(3);
        heartbeat.blobs = 2;
        // Only the first arrives; two remain on the phone.
        assert_eq!(phone.push_with(heartbeat, &notes[..1]).await.notice, None);
        assert_eq!(app.number("select outbox from devices where outbox > 0").await, 2);
        let mut empty = phone.heartbeat(0);
        empty.max_device_seq = 0;
        let notice = phone.push_with(empty.clone(), &[]).await.notice;
        assert_eq!(
            notice,
            Some(DeviceNotice::Emptied { outbox: 2, blobs: 2, at: app.now() })
        );
        assert_eq!(app.number("select count(*) from devices where emptied_at is not null").await, 1);
        assert_eq!(phone.push_with(empty, &[]).await.notice, None);
    }

    async fn an_outbox_that_vanishes_is_noticed_and_a_sent_one_is_not(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let person = organization.person(Role::Volunteer).await;
        let phone = Phone::of(&app, &person).await;
        let notes = [phone.note("一"), phone.note("二")];
        phone.push_with(phone.heartbeat(2), &notes[..1]).await;
        phone.push_with(phone.heartbeat(1), &notes[1..]).await;
        assert_eq!(phone.push_with(phone.heartbeat(0), &[]).await.notice, None);
        let lost = [phone.note("三"), phone.note("四")];
        phone.push_with(phone.heartbeat(2), &lost[..1]).await;
        let notice = phone.push_with(phone.heartbeat(0), &[]).await.notice;
        assert!(matches!(notice, Some(DeviceNotice::Emptied { outbox: 1, .. })), "{notice:?}");
    }

    async fn a_push_that_was_held_up_on_the_way_alarms_nobody(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let person = organization.person(Role::Volunteer).await;
        let phone = Phone::of(&app, &person).await;
        let early = [phone.note("一")];
        let old_heartbeat = phone.heartbeat(1);
        phone.push_with(old_heartbeat.clone(), &early).await;
        phone.push(&[phone.note("二")]).await;
        assert_eq!(phone.push_with(old_heartbeat, &early).await.notice, None);
        assert_eq!(app.number("select max_device_seq from devices").await, 2);
    }

    async fn a_heartbeat_that_was_overtaken_alarms_nobody_and_changes_nothing(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let person = organization.person(Role::Volunteer).await;
        let phone = Phone::of(&app, &person).await;
        let heard = |mut heartbeat: Heartbeat, at: Timestamp| {
            heartbeat.heard_at = Some(at);
            heartbeat.store = Some(Uuid::from_u128(1));
            heartbeat
        };
        let early = heard(phone.heartbeat(0), app.now());
        let waiting = [phone.note("一"), phone.note("二"), phone.note("三")];
        let late = heard(phone.heartbeat(3), app.now().plus_ms(1));
        app.advance_ms(10);
        assert_eq!(phone.push_with(late.clone(), &waiting[..1]).await.notice, None);
        // Whether it had heard less, as much, or nothing at all yet.
        for heard_at in [early.heard_at, late.heard_at, None] {
            let overtaken = Heartbeat { heard_at, ..early.clone() };
            assert_eq!(phone.push_with(overtaken, &[]).await.notice, None);
            assert_eq!(app.number("select outbox from devices where max_device_seq = 3").await, 2);
        }
        // A new store with a clock of its own is one that begins empty.
        let mut emptied = early;
        emptied.heard_at = Some(app.now());
        emptied.store = Some(Uuid::from_u128(2));
        let alarm = DeviceNotice::Emptied { outbox: 2, blobs: 0, at: app.now() };
        assert_eq!(phone.push_with(emptied.clone(), &[]).await.notice, Some(alarm.clone()));
        // Said again until the device has noted it.
        app.advance_ms(10);
        emptied.heard_at = Some(app.now());
        assert_eq!(phone.push_with(emptied.clone(), &[]).await.notice, Some(alarm.clone()));
        let DeviceNotice::Emptied { at, .. } = alarm else { panic!() };
        emptied.emptied_at = Some(at);
        assert_eq!(phone.push_with(emptied.clone(), &[]).await.notice, None);
        emptied.emptied_at = None;
        assert_eq!(phone.push_with(emptied, &[]).await.notice, None);
    }

    async fn a_heartbeat_that_comes_after_a_new_start_alarms_nobody(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let person = organization.person(Role::Volunteer).await;
        let phone = Phone::of(&app, &person).await;
        let told = |heard_at: Option<Timestamp>, outbox: usize| Heartbeat {
            heard_at,
            store: Some(Uuid::from_u128(1)),
            ..phone.heartbeat(outbox)
        };
        phone.push_with(told(Some(app.now()), 0), &[]).await;
        app.advance_ms(10);
        // Sent now, and on its way for long.
        let held_up = told(Some(app.now()), 0);
        let _waiting = [phone.note("一"), phone.note("二")];
        app.advance_ms(10);
        // The app was started anew and hasn't heard anything yet.
        assert_eq!(phone.push_with(told(None, 2), &[]).await.notice, None);
        app.advance_ms(10);
        assert_eq!(phone.push_with(held_up.clone(), &[]).await.notice, None);
        assert_eq!(app.number("select outbox from devices where max_device_seq = 2").await, 2);
        // A store that fell back says so once it has heard of today.
        let fallen = Heartbeat { heard_at: Some(app.now()), ..held_up };
        let notice = phone.push_with(fallen, &[]).await.notice;
        assert_eq!(notice, Some(DeviceNotice::Emptied { outbox: 2, blobs: 0, at: app.now() }));
    }

    async fn nothing_is_taken_or_told_on_somebody_elses_session(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let one = organization.person(Role::Volunteer).await;
        let other = organization.person(Role::Volunteer).await;
        let phone = Phone::of(&app, &one).await;
        let body = serde_json::json!({ "heartbeat": phone.heartbeat(0), "operations": [phone.note("一")] });
        for (person, status) in [(other.id, 401), (one.id, 200)] {
            let asked = |method, path| phone.client.request(method, path).header(PERSON, &person.to_string());
            assert_eq!(asked("POST", "/api/sync/push").json(&body).send().await.status, status);
            assert_eq!(asked("GET", "/api/sync/pull").send().await.status, status);
        }
    }
}
