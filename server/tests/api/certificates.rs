//! `POST /api/certificates`

use domain::{
    ActivityId,
    api::sync::CertificateRequest,
    areas::people::Role,
    keys::{SecretKey, to_base64url},
    proofs::{Certificate, CertificateSubject, Code, personal_link, read_code},
    time::{DAY_MS, HOUR_MS, SECOND_MS},
};
use uuid::Uuid;

use crate::{
    phone::{self, Phone},
    support::{Reply, TestApp},
};

fn key(seed: u8) -> String {
    to_base64url(&SecretKey::from_bytes(&[seed; 32]).public())
}

async fn ask(phone: &Phone, subject: CertificateSubject, public_key: &str) -> Reply {
    let request = CertificateRequest {
        subject,
        public_key: public_key.to_owned(),
    };
    phone.client.post("/api/certificates", &request).await
}

on_both! {
    async fn the_organizer_and_staff_get_one_for_the_gate(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let organizer = organization.person(Role::Volunteer).await;
        let staff = organization.person(Role::Recorder).await;
        let other = organization.person(Role::Volunteer).await;
        let activity = phone::activity(&app, &organizer).await;
        let subject = CertificateSubject::Display { activity_id: activity.id };
        for (person, may) in [(&organizer, true), (&staff, true), (&other, false)] {
            let phone = Phone::of(&app, person).await;
            let reply = ask(&phone, subject, &key(1)).await;
            assert_eq!(reply.status, if may { 200 } else { 403 });
            if may {
                let certificate: Certificate = reply.json();
                assert_eq!(certificate.subject, subject);
                assert_eq!(certificate.not_before, activity.starts_at.plus_ms(-12 * HOUR_MS));
                assert_eq!(certificate.not_after, activity.ends_at.plus_ms(12 * HOUR_MS));
                let trust = app.state.keys.trust(Vec::new());
                let key = trust.key(&certificate.key_id).expect("a known key");
                assert!(certificate.is_signed_by(&key));
            }
        }
    }

    async fn asking_again_returns_the_same_until_it_no_longer_fits(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let organizer = organization.person(Role::Volunteer).await;
        let mut activity = phone::activity(&app, &organizer).await;
        let phone = Phone::of(&app, &organizer).await;
        let subject = CertificateSubject::Display { activity_id: activity.id };
        let first: Certificate = ask(&phone, subject, &key(1)).await.ok();
        assert_eq!(ask(&phone, subject, &key(1)).await.ok::<Certificate>(), first);
        assert_ne!(ask(&phone, subject, &key(2)).await.ok::<Certificate>().id, first.id);
        activity.ends_at = activity.ends_at.plus_ms(HOUR_MS);
        activity.revision = 2;
        phone::put_activity(&app, &organizer, &activity).await;
        let moved: Certificate = ask(&phone, subject, &key(1)).await.ok();
        assert_eq!(moved.not_after, first.not_after.plus_ms(HOUR_MS));
    }

    async fn a_personal_one_is_for_oneself_and_is_renewed_in_time(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let person = organization.person(Role::Volunteer).await;
        let administrator = organization.person(Role::Administrator).await;
        let phone = Phone::of(&app, &person).await;
        let subject = CertificateSubject::Personal { person_id: person.id };
        let first: Certificate = ask(&phone, subject, &key(3)).await.ok();
        assert_eq!(first.not_after, app.now().plus_ms(90 * DAY_MS));
        app.advance_ms(20 * DAY_MS);
        assert_eq!(ask(&phone, subject, &key(3)).await.ok::<Certificate>(), first);
        let office = Phone::of(&app, &administrator).await;
        assert_eq!(ask(&office, subject, &key(4)).await.status, 403);
    }

    async fn a_code_that_is_shown_at_once_is_not_doubtful(backend) {
        let app = TestApp::new(backend).await;
        let person = phone::organization(&app).await.person(Role::Volunteer).await;
        let phone = Phone::of(&app, &person).await;
        let subject = CertificateSubject::Personal { person_id: person.id };
        for _ in 0..3 {
            app.advance_ms(11 * SECOND_MS);
            let certificate: Certificate = ask(&phone, subject, &key(5)).await.ok();
            let secret = SecretKey::from_bytes(&[5; 32]);
            let text = personal_link("https://minglu.example", &certificate, &secret, app.now());
            let Some(Code::Personal(code)) = read_code(&text.expect("a link")) else {
                panic!("no personal code");
            };
            let trust = app.state.keys.trust(Vec::new());
            assert_eq!(code.judge(&trust, person.id, app.now()), []);
        }
    }

    async fn what_makes_no_sense_is_refused(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let theirs = phone::organization(&app).await;
        let person = organization.person(Role::Administrator).await;
        let stranger = theirs.person(Role::Administrator).await;
        let foreign = phone::activity(&app, &stranger).await;
        let phone = Phone::of(&app, &person).await;
        for id in [foreign.id, ActivityId(Uuid::nil())] {
            let subject = CertificateSubject::Display { activity_id: id };
            assert_eq!(ask(&phone, subject, &key(1)).await.status, 404);
        }
        let subject = CertificateSubject::Personal { person_id: person.id };
        for bad in ["", "x", "AAAA", &"A".repeat(44), &"_".repeat(43)] {
            let reply = ask(&phone, subject, bad).await;
            assert_eq!((reply.status.as_u16(), reply.code().as_str()), (422, "invalid_public_key"));
        }
        let request = CertificateRequest { subject, public_key: key(1) };
        let reply = app.anonymous().post("/api/certificates", &request).await;
        assert_eq!(reply.status, 401);
    }
}
