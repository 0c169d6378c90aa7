//! Check-ins: the proofs that only the server can judge, and the flags that need its database.

use domain::api::sync::CertificateRequest;
use domain::{
    ActivityId, Outcome, PersonId, RecordRef, Row,
    areas::{
        attendances::{Attendance, Direction, Flag, Method, Proof, ProofState},
        people::Role,
    },
    keys::{SecretKey, to_base64url},
    operation::Area,
    proofs::{Certificate, CertificateSubject, display_link, personal_link},
    time::{HOUR_MS, MINUTE_MS},
};

use crate::{
    phone::{self, CODE_WORD, Phone, Store},
    support::{TestApp, TestOrganization},
};

fn word(digits: &str) -> Proof {
    Proof::CodeWord {
        digits: digits.to_owned(),
    }
}

async fn certificate(phone: &Phone, subject: CertificateSubject, key: &SecretKey) -> Certificate {
    let request = CertificateRequest {
        subject,
        public_key: to_base64url(&key.public()),
    };
    phone.client.post("/api/certificates", &request).await.ok()
}

/// The fact as the staff's phones see it.
async fn fact(app: &TestApp, organization: &TestOrganization, record: RecordRef) -> Attendance {
    let staff = organization.person(Role::Recorder).await;
    let mut store = Store::default();
    store.pull(&Phone::of(app, &staff).await).await;
    match store.rows.remove(&record) {
        Some(Row::Attendances(fact)) => fact,
        other => panic!("{other:?} is no attendance"),
    }
}

on_both! {
    async fn a_rotating_code_is_verified_on_arrival(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let organizer = organization.person(Role::Volunteer).await;
        let guest = organization.person(Role::Volunteer).await;
        let activity = phone::activity(&app, &organizer).await;
        let gate = Phone::of(&app, &organizer).await;
        let key = SecretKey::from_bytes(&[7; 32]);
        let subject = CertificateSubject::Display { activity_id: activity.id };
        let issued = certificate(&gate, subject, &key).await;
        let show = |at, direction| {
            display_link("https://x", &issued, &key, activity.id, direction, at)
        };
        let phone = Phone::of(&app, &guest).await;
        let scan = |code: String| phone.check_in(activity.id, guest.id, Proof::Display { code });
        let good = scan(show(app.now(), Direction::In));
        let wrong_way = scan(show(app.now(), Direction::Out));
        let old = scan(show(app.now().plus_ms(-HOUR_MS), Direction::In));
        let other_key = SecretKey::from_bytes(&[8; 32]);
        let forged =
            scan(display_link("", &issued, &other_key, activity.id, Direction::In, app.now()));
        let nonsense = scan("https://example.com/#x".to_owned());
        let all = [good, wrong_way, old, forged, nonsense];
        // It arrives days later: only the capture's time counts.
        app.advance_ms(72 * HOUR_MS);
        for outcome in phone.outcomes(&all).await {
            assert_eq!(outcome, Outcome::Applied { revision: 1 });
        }
        let flags = [
            None,
            Some(Flag::OtherCode),
            Some(Flag::SlotFarFromCapture),
            Some(Flag::BadSignature),
            Some(Flag::UnreadableCode),
        ];
        for (operation, flag) in all.iter().zip(flags) {
            let fact = fact(&app, &organization, operation.record).await;
            assert_eq!(fact.method, Method::Display);
            match flag {
                None => assert_eq!((fact.proof, fact.flags), (ProofState::Verified, vec![])),
                Some(flag) => {
                    assert_eq!(fact.proof, ProofState::Doubtful);
                    assert!(fact.flags.contains(&flag), "{fact:?}");
                }
            }
        }
        assert_eq!(
            app.number("select count(*) from attendances where evidence is not null").await,
            5
        );
    }

    async fn a_certificate_that_was_taken_back_proves_nothing(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let organizer = organization.person(Role::Recorder).await;
        let activity = phone::activity(&app, &organizer).await;
        let gate = Phone::of(&app, &organizer).await;
        let key = SecretKey::from_bytes(&[7; 32]);
        let subject = CertificateSubject::Display { activity_id: activity.id };
        let issued = certificate(&gate, subject, &key).await;
        let mut tx = app.begin().await;
        sqlx::query("update certificates set revoked_at = 1").execute(&mut *tx).await.expect("done");
        tx.commit().await.expect("committed");
        let code = display_link("", &issued, &key, activity.id, Direction::In, app.now());
        let scan = gate.check_in(activity.id, organizer.id, Proof::Display { code });
        gate.outcome(&scan).await;
        let fact = fact(&app, &organization, scan.record).await;
        assert_eq!(fact.flags, [Flag::BadCertificate]);
        assert_eq!(gate.page(None).await.trust.expect("trust").revoked, [issued.id]);
    }

    async fn a_personal_code_is_scanned_by_the_organizer(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let organizer = organization.person(Role::Volunteer).await;
        let guest = organization.person(Role::Volunteer).await;
        let other = organization.person(Role::Volunteer).await;
        let activity = phone::activity(&app, &organizer).await;
        let own = Phone::of(&app, &guest).await;
        let key = SecretKey::from_bytes(&[9; 32]);
        let subject = CertificateSubject::Personal { person_id: guest.id };
        let issued = certificate(&own, subject, &key).await;
        let code = personal_link("", &issued, &key, app.now()).expect("a personal certificate");
        let gate = Phone::of(&app, &organizer).await;
        let good = gate.check_in(activity.id, guest.id, Proof::Scan { code: code.clone() });
        let swapped = gate.check_in(activity.id, other.id, Proof::Scan { code: code.clone() });
        gate.outcomes(&[good.clone(), swapped.clone()]).await;
        assert_eq!(fact(&app, &organization, good.record).await.proof, ProofState::Verified);
        assert_eq!(fact(&app, &organization, swapped.record).await.flags, [Flag::OtherCode]);
        // Whoever isn't the organizer may not record others.
        let outsider = Phone::of(&app, &other).await;
        let refused = outsider.check_in(activity.id, guest.id, Proof::Scan { code });
        assert!(matches!(outsider.outcome(&refused).await, Outcome::Quarantined { .. }));
    }

    async fn wrong_code_words_are_counted_across_devices(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let guest = organization.person(Role::Volunteer).await;
        let activity = phone::activity(&app, &guest).await;
        let phone = Phone::of(&app, &guest).await;
        let wrong: Vec<_> = (0..3)
            .map(|_| phone.check_in(activity.id, guest.id, word("000000")))
            .collect();
        phone.outcomes(&wrong).await;
        let more: Vec<_> = (0..2)
            .map(|_| phone.check_in(activity.id, guest.id, word("111111")))
            .collect();
        phone.outcomes(&more).await;
        let right = phone.check_in(activity.id, guest.id, word(CODE_WORD));
        phone.outcome(&right).await;
        let first = fact(&app, &organization, wrong[0].record).await;
        assert_eq!((first.proof, first.flags), (ProofState::Doubtful, vec![Flag::WrongCodeWord]));
        let last = fact(&app, &organization, right.record).await;
        assert_eq!(last.proof, ProofState::Doubtful);
        assert_eq!(last.flags, [Flag::Duplicate, Flag::TooManyTries]);
    }

    async fn an_arrival_at_two_places_is_flagged(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let guest = organization.person(Role::Volunteer).await;
        let here = phone::activity(&app, &guest).await;
        let there = phone::activity(&app, &guest).await;
        let phone = Phone::of(&app, &guest).await;
        let first = phone.check_in(here.id, guest.id, word(CODE_WORD));
        app.advance_ms(10 * MINUTE_MS);
        let second = phone.check_in(there.id, guest.id, word(CODE_WORD));
        phone.outcomes(&[first.clone(), second.clone()]).await;
        assert_eq!(fact(&app, &organization, first.record).await.flags, []);
        assert_eq!(fact(&app, &organization, second.record).await.flags, [Flag::TwoPlaces]);
        // After a check-out there, the next arrival here is nothing special.
        let leaving = phone.attend(there.id, guest.id, Direction::Out, word(CODE_WORD));
        let leaving_here = phone.attend(here.id, guest.id, Direction::Out, word(CODE_WORD));
        app.advance_ms(MINUTE_MS);
        let elsewhere = phone::activity(&app, &guest).await;
        let third = phone.check_in(elsewhere.id, guest.id, word(CODE_WORD));
        phone.outcomes(&[leaving, leaving_here]).await;
        phone.outcome(&third).await;
        assert_eq!(fact(&app, &organization, third.record).await.flags, []);
    }

    async fn one_device_for_many_people_is_flagged(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let organizer = organization.person(Role::Volunteer).await;
        let activity = phone::activity(&app, &organizer).await;
        let mut records = Vec::new();
        for _ in 0..5 {
            // The same installation, log-in after log-in.
            let mut person = organization.person(Role::Volunteer).await;
            person.device_id = organizer.device_id;
            let phone = Phone::of(&app, &person).await;
            let check_in = phone.check_in(activity.id, person.id, word(CODE_WORD));
            assert_eq!(phone.outcome(&check_in).await, Outcome::Applied { revision: 1 });
            records.push(check_in.record);
        }
        for (index, record) in records.into_iter().enumerate() {
            let flags = fact(&app, &organization, record).await.flags;
            assert_eq!(flags.contains(&Flag::OneDeviceManyPeople), index >= 3, "{index}");
        }
    }

    async fn people_and_activities_of_others_are_unknown(backend) {
        let app = TestApp::new(backend).await;
        let ours = phone::organization(&app).await;
        let theirs = phone::organization(&app).await;
        let recorder = ours.person(Role::Recorder).await;
        let stranger = theirs.person(Role::Recorder).await;
        let our_activity = phone::activity(&app, &recorder).await;
        let their_activity = phone::activity(&app, &stranger).await;
        let phone = Phone::of(&app, &recorder).await;
        let roster = || Proof::Roster { signature: None };
        let tick = |activity: ActivityId, person: PersonId| phone.check_in(activity, person, roster());
        let outcomes = phone
            .outcomes(&[
                tick(their_activity.id, recorder.id),
                tick(our_activity.id, stranger.id),
                tick(our_activity.id, recorder.id),
            ])
            .await;
        let codes: Vec<&str> = outcomes
            .iter()
            .map(|outcome| match outcome {
                Outcome::Quarantined { refusal } => refusal.code(),
                other => other.name(),
            })
            .collect();
        assert_eq!(codes, ["unknown_activity", "unknown_person", "applied"]);
        let record = RecordRef::new(Area::Gates, their_activity.id);
        let mut store = Store::default();
        store.pull(&phone).await;
        assert!(!store.rows.contains_key(&record));
    }
}
