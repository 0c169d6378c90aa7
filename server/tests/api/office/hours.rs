//! `/api/office/hours`: what was recorded, what counts, and what leaves.

use std::io::{Cursor, Read as _};

use axum::http::StatusCode;
use calamine::{Reader as _, Xlsx};
use domain::{
    Outcome,
    api::hours::{HourLine, Hours, MyConsent, MyCorrection},
    areas::{
        activities::{Activity, ActivityKind},
        attendances::{Direction, Proof},
        people::Role,
    },
    time::{DAY_MS, MINUTE_MS},
};
use serde_json::json;

use crate::{
    phone::{self, Phone},
    support::{Client, TestApp, TestOrganization, TestPerson},
};

const HOURS: &str = "/api/office/hours";
const PERIOD: &str = "from=2026-11-01&until=2026-11-30";

struct World {
    organization: TestOrganization,
    office: Client,
    phone: Phone,
    guest: TestPerson,
    activity: Activity,
}

/// Somebody was there for 95 minutes.
async fn world(app: &TestApp) -> World {
    let organization = phone::organization(app).await;
    let office = organization.person(Role::Reviewer).await.client().await;
    let organizer = organization.person(Role::Recorder).await;
    let guest = organization.person(Role::Volunteer).await;
    let phone = Phone::of(app, &organizer).await;
    let activity = phone::activity_with(app, &organizer, |it| {
        it.kind = ActivityKind::VolunteerService;
    })
    .await;
    let mut operations = Vec::new();
    for (direction, minutes) in [(Direction::In, -30), (Direction::Out, 65)] {
        let proof = Proof::Roster { signature: None };
        let mut fact = phone.attend(activity.id, guest.id, direction, proof);
        fact.capture.occurred_at = app.now().plus_ms(minutes * MINUTE_MS);
        operations.push(fact);
    }
    app.advance_ms(2 * 60 * MINUTE_MS);
    let outcomes = phone.outcomes(&operations).await;
    assert_eq!(outcomes, vec![Outcome::Applied { revision: 1 }; 2]);
    World {
        organization,
        office,
        phone,
        guest,
        activity,
    }
}

impl World {
    async fn line(&self) -> HourLine {
        let hours: Hours = self.office.get(&format!("{HOURS}?{PERIOD}")).await.ok();
        let mut lines = hours.lines.into_iter();
        lines
            .find(|line| line.person_id == self.guest.id)
            .expect("a line")
    }

    async fn rows(&self, query: &str) -> Vec<Vec<String>> {
        let path = format!("{HOURS}/list.xlsx?{PERIOD}&{query}");
        let reply = self.office.get(&path).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
        let mut book: Xlsx<_> =
            calamine::open_workbook_from_rs(Cursor::new(reply.bytes)).expect("a workbook");
        let range = book.worksheet_range("服务时长").expect("a sheet");
        let rows = range.rows();
        rows.map(|row| row.iter().map(ToString::to_string).collect())
            .collect()
    }

    fn correction(&self, minutes: Option<i64>) -> serde_json::Value {
        json!({
            "activity_id": self.activity.id, "person_id": self.guest.id,
            "minutes": minutes, "reason": "签退码失效，实际服务两小时",
        })
    }
}

on_both! {
    async fn a_correction_counts_and_what_was_recorded_stays(backend) {
        let app = TestApp::new(backend).await;
        let world = world(&app).await;
        assert_eq!((world.line().await.recorded, world.line().await.minutes), (95, 95));
        let path = format!("{HOURS}/correct");
        let line: HourLine = world.office.post(&path, &world.correction(Some(120))).await.ok();
        assert_eq!((line.recorded, line.minutes), (95, 120));
        let mine: Vec<MyCorrection> = world.guest.client().await.get("/api/my/hours").await.ok();
        assert_eq!(mine.len(), 1);
        assert_eq!(mine[0].minutes, 120);
        let others: Vec<MyCorrection> = world.phone.client.get("/api/my/hours").await.ok();
        assert!(others.is_empty());
        app.advance_ms(DAY_MS);
        let line: HourLine = world.office.post(&path, &world.correction(None)).await.ok();
        assert_eq!(line.minutes, 95);
        let kept = app.number("select cast(count(*) as bigint) from hour_corrections").await;
        let acts = app
            .number("select cast(count(*) as bigint) from audit where act = 'hours_corrected'")
            .await;
        assert_eq!((kept, acts), (2, 2));
    }

    async fn a_correction_needs_a_reason_and_somebody_who_was_there(backend) {
        let app = TestApp::new(backend).await;
        let world = world(&app).await;
        let path = format!("{HOURS}/correct");
        let mut body = world.correction(Some(120));
        body["reason"] = json!(" ");
        let refused = world.office.post(&path, &body).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let refused = world.office.post(&path, &world.correction(Some(1_441))).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let mut body = world.correction(Some(60));
        body["person_id"] = json!(world.phone.person.id);
        let refused = world.office.post(&path, &body).await;
        assert_eq!(refused.code(), "not_there");
    }

    async fn a_list_is_rounded_and_a_public_one_names_only_those_who_agreed(backend) {
        let app = TestApp::new(backend).await;
        let world = world(&app).await;
        let administrator = world.organization.person(Role::Administrator).await;
        let administrator = administrator.client().await;
        let rounding = json!({ "rounding": "half" });
        let path = format!("{HOURS}/rounding");
        assert_eq!(world.office.put(&path, &rounding).await.status, StatusCode::FORBIDDEN);
        assert_eq!(administrator.put(&path, &rounding).await.status, StatusCode::OK);
        let rows = world.rows("").await;
        let own = rows.iter().find(|row| row[1] == world.guest.name).expect("a row");
        assert_eq!((own[3].as_str(), own[7].as_str()), ("志愿服务", "1.5"));
        assert_eq!(own[8], server::validate::masked(&world.guest.mobile));
        let named = |rows: &[Vec<String>]| rows.iter().any(|row| row[1] == world.guest.name);
        assert!(!named(&world.rows("public=1").await));
        let consent = json!({ "person_id": world.guest.id, "consents": true });
        let reply = world.office.put(&format!("{HOURS}/consent"), &consent).await;
        assert_eq!(reply.status, StatusCode::OK);
        let rows = world.rows("public=1").await;
        assert!(named(&rows) && rows[2][0].contains("公示期"), "{rows:?}");
    }

    async fn only_voluntary_service_is_certified_and_shown_and_each_person_has_a_sum(backend) {
        let app = TestApp::new(backend).await;
        let world = world(&app).await;
        let study = phone::activity_with(&app, &world.phone.person, |it| {
            it.kind = ActivityKind::StudySession;
            "集中学习".clone_into(&mut it.title);
        })
        .await;
        let mut operations = Vec::new();
        for (direction, minutes) in [(Direction::In, 0), (Direction::Out, 60)] {
            let proof = Proof::Roster { signature: None };
            let mut fact = world.phone.attend(study.id, world.guest.id, direction, proof);
            fact.capture.occurred_at = study.starts_at.plus_ms(minutes * MINUTE_MS);
            operations.push(fact);
        }
        app.set_now(study.ends_at);
        world.phone.outcomes(&operations).await;
        let consent = json!({ "person_id": world.guest.id, "consents": true });
        let reply = world.office.put(&format!("{HOURS}/consent"), &consent).await;
        assert_eq!(reply.status, StatusCode::OK);
        let of_study = |rows: &[Vec<String>]| rows.iter().any(|row| row[2] == "集中学习");
        assert!(of_study(&world.rows("").await));
        assert!(!of_study(&world.rows("public=1").await));
        let reply = world.office.get(&format!("{HOURS}/list.xlsx?{PERIOD}")).await;
        let mut book: Xlsx<_> =
            calamine::open_workbook_from_rs(Cursor::new(reply.bytes)).expect("a workbook");
        let range = book.worksheet_range("按人汇总").expect("a sheet");
        let rows: Vec<Vec<String>> =
            range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect();
        let own = rows.iter().find(|row| row[1] == world.guest.name).expect("a row");
        assert_eq!(own[3..], ["1", "1.58", "2"]);
        let path = format!("{HOURS}/certificate.docx?{PERIOD}&person_id={}", world.guest.id);
        let text = crate::office::reports::document(world.office.get(&path).await.bytes);
        assert!(text.contains("志愿服务活动1次") && !text.contains("集中学习"), "{text}");
    }

    async fn consent_is_given_and_taken_back_by_whom_it_is_about(backend) {
        let app = TestApp::new(backend).await;
        let world = world(&app).await;
        let guest = world.guest.client().await;
        let path = "/api/my/hours/consent";
        let named = |rows: Vec<Vec<String>>| rows.iter().any(|row| row[1] == world.guest.name);
        assert!(!guest.get(path).await.ok::<MyConsent>().consents);
        for consents in [true, false] {
            let said: MyConsent = guest.put(path, &json!({ "consents": consents })).await.ok();
            assert_eq!(said.consents, consents);
            assert_eq!(guest.get(path).await.ok::<MyConsent>().consents, consents);
            assert_eq!(named(world.rows("public=1").await), consents);
            assert_eq!(world.line().await.consents, consents);
        }
    }

    async fn the_draft_of_a_certificate_says_that_it_proves_nothing(backend) {
        let app = TestApp::new(backend).await;
        let world = world(&app).await;
        let path = format!("{HOURS}/certificate.docx?{PERIOD}&person_id={}", world.guest.id);
        let reply = world.office.get(&path).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
        let mut archive = zip::ZipArchive::new(Cursor::new(reply.bytes)).expect("a document");
        let mut text = String::new();
        let mut entry = archive.by_name("word/document.xml").expect("its text");
        entry.read_to_string(&mut text).expect("text");
        for part in ["底稿", "1小时35分钟", "官方志愿服务信息系统", &world.guest.name] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
}
