//! `/api/office/premises`: the list, its import, and what visits leave there.

use axum::http::StatusCode;
use calamine::{Reader as _, Xlsx};
use domain::{
    Change, Operation, Outcome, PremisesId, RecordRef, Row,
    api::{
        office::Review,
        premises::{ImportPreview, ImportRow, Imported, PremisesDetail, PremisesLine},
        sync::{PullResponse, PulledRow},
    },
    areas::{people::Role, premises::Premises, submissions::SubmissionChange},
    forms::{Answer, Answers},
    operation::Area,
    time::DAY_MS,
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    phone::{self, Phone, Store},
    support::{Client, TestApp},
};

const LIST: &str = "/api/office/premises";

async fn hotel(office: &Client) -> Premises {
    let body = json!({
        "name": "桂花旅馆", "kind": "small_hotel", "address": "桂花路 1 号",
        "phone": "１３８１２３４５６７８", "credit_code": "91350100m000100y43",
    });
    office.post(LIST, &body).await.json()
}

/// A whole checklist in which `l08` is as given.
fn inspection(phone: &Phone, premises: PremisesId, l08: &str, days_ago: i64) -> Operation {
    let at = phone.now().plus_ms(-days_ago * DAY_MS);
    let text = |text: &str| Answer::Text(text.to_owned());
    let choice = |name: &str| Answer::Choice(name.to_owned());
    let mut answers = Answers::from([
        ("subject_name".to_owned(), text("桂花旅馆")),
        ("address".to_owned(), text("桂花路 1 号")),
        (
            "checked_at".to_owned(),
            Answer::DateTime {
                ms: at.0,
                utc_offset_minutes: 480,
            },
        ),
        ("mode".to_owned(), choice("daily")),
        ("inspectors".to_owned(), Answer::Integer(2)),
        ("official_no".to_owned(), text("浙卫监 2026-0001")),
        ("l02_checked".to_owned(), Answer::Integer(3)),
        ("l02_passed".to_owned(), Answer::Integer(3)),
    ]);
    for number in (1..=16).filter(|number| *number != 2) {
        answers.insert(format!("l{number:02}"), choice("pass"));
    }
    answers.insert("l08".to_owned(), choice(l08));
    if l08 == "fail" {
        let due = at.plus_ms(2 * DAY_MS).civil(480).expect("a day").date();
        answers.insert("opinion".to_owned(), text("杯具一客一换"));
        answers.insert("due_date".to_owned(), Answer::Date(due));
    }
    let record = RecordRef::new(Area::Submissions, Uuid::now_v7());
    let mut operation = phone.operation(
        record,
        Change::Submissions(SubmissionChange::Submit {
            form_id: "small_hotel".to_owned(),
            form_version: "1".to_owned(),
            activity_id: None,
            premises_id: Some(premises),
            title: "桂花旅馆".to_owned(),
            answers,
        }),
    );
    operation.capture.occurred_at = at;
    operation
}

async fn lines(office: &Client, query: &str) -> Vec<PremisesLine> {
    office.get(&format!("{LIST}?{query}")).await.ok()
}

async fn previewed(office: &Client, body: impl Into<Vec<u8>>) -> ImportPreview {
    let path = format!("{LIST}/preview");
    office.request("POST", &path).bytes(body).send().await.ok()
}

on_both! {
    async fn the_office_keeps_the_list_and_only_staff_have_it_on_their_phones(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let made = hotel(&office).await;
        assert_eq!(made.phone, "13812345678");
        assert_eq!(made.credit_code, "91350100M000100Y43");
        let path = format!("{LIST}/{}", made.id);
        let body = json!({ "name": "桂花旅馆", "kind": "small_hotel", "active": false });
        let changed = office.request("PUT", &path).if_match(1).json(&body).send().await;
        assert_eq!(changed.ok::<Premises>().revision, 2);
        let stale = office.request("PUT", &path).if_match(1).json(&body).send().await;
        assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
        assert!(lines(&office, "").await.is_empty());
        assert_eq!(lines(&office, "show=inactive").await.len(), 1);
        for (role, sees) in [(Role::Volunteer, false), (Role::Recorder, true)] {
            let person = organization.person(role).await;
            let mut store = Store::default();
            store.pull(&Phone::of(&app, &person).await).await;
            assert_eq!(store.has(Area::Premises, made.id), sees);
        }
        let acts = app
            .number("select cast(count(*) as bigint) from audit where act like 'premises%'")
            .await;
        assert_eq!(acts, 2);
    }

    async fn a_client_that_does_not_know_premises_is_sent_none_and_an_updated_one_all(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let made = hotel(&office).await;
        let phone = Phone::of(&app, &organization.person(Role::Recorder).await).await;
        let inspected = inspection(&phone, made.id, "pass", 1);
        assert_eq!(phone.outcome(&inspected).await, Outcome::Applied { revision: 1 });
        let old: PullResponse = phone.client.get("/api/sync/pull").await.ok();
        let areas: Vec<Area> = old.rows.iter().filter_map(|row| match row {
            PulledRow::Put { row } => Some(row.record().area),
            PulledRow::Remove { .. } => None,
        }).collect();
        assert!(!areas.contains(&Area::Premises) && !areas.contains(&Area::Visits));
        assert_eq!(old.summary.map(|summary| summary.count), Some(areas.len() as i64));
        // After the update the phone goes on with its cursor.
        let mut store = Store { cursor: Some(old.cursor), ..Store::default() };
        store.pull(&phone).await;
        assert!(store.has(Area::Premises, made.id));
        assert!(store.has(Area::Visits, inspected.record.id));
        assert!(store.has(Area::Submissions, inspected.record.id));
    }

    async fn a_credit_code_must_be_right_and_stands_once(backend) {
        let app = TestApp::new(backend).await;
        let here = app.organization().await;
        let office = here.person(Role::Reviewer).await.client().await;
        let made = hotel(&office).await;
        let twice = json!({ "name": "另一家", "kind": "other", "credit_code": made.credit_code });
        let reply = office.post(LIST, &twice).await;
        assert_eq!((reply.status, reply.code().as_str()), (StatusCode::CONFLICT, "premises_exist"));
        let wrong = json!({ "name": "另一家", "kind": "other", "credit_code": "91350100M000100Y44" });
        assert_eq!(office.post(LIST, &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        // Another organization knows nothing of it.
        let there = app.organization().await;
        let stranger = there.person(Role::Administrator).await.client().await;
        assert_eq!(stranger.post(LIST, &twice).await.status, StatusCode::CREATED);
        let path = format!("{LIST}/{}", made.id);
        assert_eq!(stranger.get(&path).await.status, StatusCode::NOT_FOUND);
    }

    async fn a_failed_line_stays_open_on_every_staff_phone_until_a_recheck_passes_it(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let made = hotel(&office).await;
        let first = Phone::of(&app, &organization.person(Role::Recorder).await).await;
        let second = Phone::of(&app, &organization.person(Role::Recorder).await).await;
        let failed = inspection(&first, made.id, "fail", 5);
        assert_eq!(first.outcome(&failed).await, Outcome::Applied { revision: 1 });

        // The colleague has the visit, but not the record.
        let mut store = Store::default();
        store.pull(&second).await;
        assert!(!store.has(Area::Submissions, failed.record.id));
        let visit = RecordRef::new(Area::Visits, failed.record.id);
        let Some(Row::Visits(visit)) = store.rows.get(&visit) else {
            panic!("no visit")
        };
        assert_eq!(visit.failed, ["l08"]);
        let found = lines(&office, "show=overdue").await;
        assert_eq!((found.len(), found[0].open, found[0].visits), (1, 1, 1));

        let passed = inspection(&second, made.id, "pass", 1);
        assert_eq!(second.outcome(&passed).await, Outcome::Applied { revision: 1 });
        assert!(lines(&office, "show=open").await.is_empty());
        let detail: PremisesDetail = office.get(&format!("{LIST}/{}", made.id)).await.ok();
        assert_eq!((detail.history.visits.len(), detail.people.len()), (2, 2));
        assert_eq!(detail.forms.len(), 1);
        let closed = detail.history.findings[0].closed;
        assert_eq!(closed.map(|(id, _)| id.0), Some(passed.record.id));

        // The office's decision reaches the colleague's phone as the visit's state.
        let review = format!("/api/office/submissions/{}/review", failed.record.id);
        let body = serde_json::to_value(Review::Approve).expect("JSON");
        let approved = office.request("POST", &review).if_match(1).json(&body).send().await;
        assert_eq!(approved.status, StatusCode::OK);
        store.pull(&second).await;
        let visit = RecordRef::new(Area::Visits, failed.record.id);
        let Some(Row::Visits(visit)) = store.rows.get(&visit) else {
            panic!("no visit")
        };
        assert_eq!(visit.state, domain::areas::submissions::ReviewState::Approved);
    }

    async fn premises_that_nobody_knows_are_kept_for_the_office(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let person = organization.person(Role::Recorder).await;
        let phone = Phone::of(&app, &person).await;
        let there = app.organization().await;
        let stranger = hotel(&there.person(Role::Reviewer).await.client().await).await;
        let outcome = phone.outcome(&inspection(&phone, stranger.id, "pass", 0)).await;
        let refusal = domain::Refusal::WrongRecord;
        assert_eq!(outcome, Outcome::Quarantined { refusal });
    }

    async fn a_pasted_table_is_shown_first_and_its_good_rows_are_taken_in(backend) {
        let app = TestApp::new(backend).await;
        let organization = app.organization().await;
        let office = organization.person(Role::Reviewer).await.client().await;
        hotel(&office).await;
        let table = "监管单位一览表\t\t\n单位名称\t类别\t地址\t统一社会信用代码\n\
                     桂花旅馆\t小旅馆\t桂花路 1 号\t\n阿红理发店\t美容美发\t西街 3 号\t\n\
                     老王浴室\t浴室\t西街 4 号\t12345\n合计\t3\t\t\n";
        let preview = previewed(&office, table).await;
        let new: Vec<bool> = preview.rows.iter().map(ImportRow::is_new).collect();
        assert_eq!(new, [false, true, false]);
        assert!(preview.rows[0].known.is_some());
        // All are sent, as by a client that doesn't look: only the good and new one is written.
        let rows: Vec<_> = preview.rows.into_iter().map(|row| row.input).collect();
        let path = format!("{LIST}/import");
        let imported: Imported = office.post(&path, &json!({ "rows": rows })).await.ok();
        assert_eq!(imported, Imported { added: 1, left_out: 2 });
        let again: Imported = office.post(&path, &json!({ "rows": rows })).await.ok();
        assert_eq!(again, Imported { added: 0, left_out: 3 });
        let found = lines(&office, "q=%E9%98%BF%E7%BA%A2").await;
        assert_eq!(found[0].premises.name, "阿红理发店");
    }

    async fn the_workbook_that_is_downloaded_can_be_imported_and_holds_no_phone_numbers(backend) {
        let app = TestApp::new(backend).await;
        let organization = app.organization().await;
        let office = organization.person(Role::Reviewer).await.client().await;
        hotel(&office).await;
        let reply = office.get(&format!("{LIST}/list.xlsx")).await;
        assert_eq!(reply.status, StatusCode::OK);
        let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(reply.bytes.clone())).expect("a workbook");
        let sheet = book.worksheet_range("监管单位").expect("the sheet");
        let cells: Vec<String> = sheet.rows().flatten().map(ToString::to_string).collect();
        assert!(cells.iter().any(|cell| cell == "桂花旅馆"));
        assert!(!cells.iter().any(|cell| cell.contains("13812345678")));
        let there = app.organization().await;
        let other = there.person(Role::Reviewer).await.client().await;
        let preview = previewed(&other, reply.bytes.clone()).await;
        assert_eq!(preview.rows.len(), 1);
        assert!(preview.rows[0].is_new());
        assert_eq!(preview.rows[0].input.credit_code, "91350100M000100Y43");
    }

    async fn what_is_no_table_is_refused_in_words(backend) {
        let app = TestApp::new(backend).await;
        let organization = app.organization().await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let path = format!("{LIST}/preview");
        for bad in [b"".to_vec(), b"PK\x03\x04".to_vec(), vec![0xff, 0xfe, 0x00], "你好".into()] {
            let reply = office.request("POST", &path).bytes(bad).send().await;
            assert_eq!(reply.code(), "table_unreadable", "{}", reply.text());
        }
        let reply = office.request("POST", &path).bytes(vec![b'a'; 3_000_000]).send().await;
        assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
    }
}
