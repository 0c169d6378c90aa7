//! `/api/office/forms`: uploading, comparing, publishing, retiring; what phones get; exports.

use std::io::{Cursor, Read, Write};

use axum::http::StatusCode;
use domain::{
    Area, Change, Lang, Operation, Outcome, RecordRef, Row,
    api::forms::{FormCheck, FormDetail, FormErrors, FormLine},
    areas::{people::Role, submissions::SubmissionChange},
    forms::{Answer, Answers, How, Offer},
    row::{FormRow, form_row_id},
};
use serde_json::json;
use server::ids;
use uuid::Uuid;
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::{
    phone::{self, Phone, Store},
    support::{Client, Reply, TestApp},
};

const FORMS: &str = "/api/office/forms";

/// A form as a file, with these rows and this version.
fn file(version: &str, rows: &[&str]) -> String {
    let rows = rows.join(" |\n| | ");
    format!(
        "| survey |\n| | type | name | label | minglu_sensitivity |\n| | {rows} |\n| choices |\n\
         | | list_name | name | label |\n| | result | pass | 合格 |\n| | result | fail | 不合格 |\n\
         | settings |\n| | form_id | version | form_title |\n| | shop | {version} | 小店检查 |\n"
    )
}

const FIRST: [&str; 4] = [
    "text | name | 店名 | public",
    "select_one result | clean | 卫生 | public",
    "text | owner | 经营者 | personal",
    "integer | staff | 从业人数 | public",
];

async fn send(client: &Client, path: &str, seen: Option<i64>, file: &str) -> Reply {
    let request = client.request("POST", path).bytes(file);
    match seen {
        Some(seen) => request.if_match(seen).send().await,
        None => request.send().await,
    }
}

async fn publish(client: &Client, seen: i64, file: &str) -> FormDetail {
    send(client, FORMS, Some(seen), file).await.ok()
}

async fn check(client: &Client, file: &str) -> FormCheck {
    send(client, "/api/office/forms/check", None, file)
        .await
        .ok()
}

async fn act(client: &Client, id: Uuid, what: &str, seen: i64) -> Reply {
    let path = format!("{FORMS}/{id}/{what}");
    client.request("POST", &path).if_match(seen).send().await
}

fn filled(phone: &Phone, version: &str, answers: Answers) -> Operation {
    let id = ids::new::<Uuid>(&server::Clock::system());
    phone.operation(
        RecordRef::new(Area::Submissions, id),
        Change::Submissions(SubmissionChange::Submit {
            form_id: "shop".to_owned(),
            form_version: version.to_owned(),
            activity_id: None,
            premises_id: None,
            title: "小店".to_owned(),
            answers,
        }),
    )
}

fn shop(name: &str) -> Answers {
    Answers::from([
        ("name".to_owned(), Answer::Text(name.to_owned())),
        ("clean".to_owned(), Answer::Choice("fail".to_owned())),
        ("owner".to_owned(), Answer::Text("张三".to_owned())),
    ])
}

/// The versions of the form on the phone.
async fn on_phone(store: &mut Store, phone: &Phone) -> Vec<FormRow> {
    store.pull(phone).await;
    let mut rows: Vec<FormRow> = store
        .rows
        .values()
        .filter_map(|row| match row {
            Row::Forms(row) if row.form.id == "shop" => Some((**row).clone()),
            _ => None,
        })
        .collect();
    rows.sort_by(|a, b| a.form.version.cmp(&b.form.version));
    rows
}

on_both! {
    async fn a_new_version_reaches_phones_and_records_keep_theirs(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let office = organization.person(Role::Administrator).await.client().await;
        let volunteer = organization.person(Role::Volunteer).await;
        let (phone, mut store) = (Phone::of(&app, &volunteer).await, Store::default());
        let first = publish(&office, 0, &file("1", &FIRST)).await;
        assert_eq!((first.line.revision, first.line.versions.len()), (1, 1));
        assert!(first.version.current && !first.version.built_in);
        assert_eq!(on_phone(&mut store, &phone).await.len(), 1);
        let old = filled(&phone, "1", shop("老店"));
        assert!(matches!(phone.outcome(&old).await, Outcome::Applied { .. }));

        let rows = ["text | name | 店铺名称 | public", "date | day | 日期 | public"];
        let second = file("2", &rows);
        let looked_at = check(&office, &second).await;
        assert!(looked_at.can_be_published());
        assert_eq!(looked_at.compared_with.as_deref(), Some("1"));
        let names: Vec<(&str, How)> =
            looked_at.changes.iter().map(|it| (it.name.as_str(), it.how)).collect();
        assert_eq!(names, [
            ("name", How::Changed), ("day", How::Added), ("clean", How::Removed),
            ("owner", How::Removed), ("staff", How::Removed),
        ]);
        assert_eq!(on_phone(&mut store, &phone).await.len(), 1, "looking changes nothing");
        // Somebody who looked at an older state is told.
        let stale = send(&office, FORMS, Some(0), &second).await;
        assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
        let published = publish(&office, 1, &second).await;
        assert_eq!(published.line.revision, 3);
        let rows = on_phone(&mut store, &phone).await;
        let current: Vec<(&str, bool)> =
            rows.iter().map(|row| (row.form.version.as_str(), row.current)).collect();
        assert_eq!(current, [("1", false), ("2", true)]);

        // A draft that was begun with the first version is sent long after, and a correction of it.
        let late = filled(&phone, "1", shop("迟到的店"));
        assert!(matches!(phone.outcome(&late).await, Outcome::Applied { .. }));
        let amend = phone.amend(old.record, 1, "owner", Some("张三"), "李四");
        assert!(matches!(phone.outcome(&amend).await, Outcome::Applied { .. }));
        let path = format!("/api/office/submissions/{}", old.record.id);
        let detail: domain::api::office::SubmissionDetail = office.get(&path).await.ok();
        assert_eq!(detail.form.version, "1");
        assert!(detail.form.question("clean").is_some());
        let lines: Vec<FormLine> = office.get(FORMS).await.ok();
        let line = lines.iter().find(|it| it.form_id == "shop").expect("the form's line");
        assert_eq!((line.records, line.versions.len()), (2, 2));
        assert_eq!(line.current().map(|it| it.version.as_str()), Some("2"));
        let acts = "select cast(count(*) as bigint) from audit where act = 'form.published'";
        assert_eq!(app.number(acts).await, 2);
    }

    async fn what_is_wrong_with_a_file_is_said_with_its_place(backend) {
        let app = TestApp::new(backend).await;
        let organization = app.organization().await;
        let office = organization.person(Role::Administrator).await.client().await;
        let bad = file("1", &["text | 1a | 店名 | public", "select_one none | b | 卫生 | public"]);
        for (path, seen) in [("/api/office/forms/check", None), (FORMS, Some(0))] {
            let reply = send(&office, path, seen, &bad).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
            let errors: FormErrors = reply.json();
            assert_eq!(errors.code, "form_errors");
            let places: Vec<(&str, usize, &str)> = errors
                .errors
                .iter()
                .map(|it| (it.sheet.as_str(), it.row, it.column.as_str()))
                .collect();
            assert_eq!(places, [("survey", 3, "name"), ("survey", 4, "type")]);
        }
        for junk in ["", "PK\u{3}\u{4}", "hello", "\u{0}|"] {
            let reply = send(&office, "/api/office/forms/check", None, junk).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{junk:?}");
        }
        let huge = "|".repeat(2_100_000);
        let reply = send(&office, "/api/office/forms/check", None, &huge).await;
        assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(app.number("select cast(count(*) as bigint) from forms").await, 0);
    }

    async fn a_type_that_changes_is_refused(backend) {
        let app = TestApp::new(backend).await;
        let organization = app.organization().await;
        let office = organization.person(Role::Administrator).await.client().await;
        publish(&office, 0, &file("1", &FIRST)).await;
        // Also against a version that isn't the last.
        publish(&office, 1, &file("2", &["text | name | 店名 | public"])).await;
        let clash = file("3", &["text | staff | 从业人数 | public"]);
        let looked_at = check(&office, &clash).await;
        assert!(!looked_at.can_be_published());
        let clashes: Vec<(&str, &str)> =
            looked_at.clashes.iter().map(|it| (it.name.as_str(), it.version.as_str())).collect();
        assert_eq!(clashes, [("staff", "1")]);
        let refused = send(&office, FORMS, Some(3), &clash).await;
        assert_eq!((refused.status, refused.code().as_str()), (StatusCode::CONFLICT, "form_clashes"));
        assert_eq!(app.number("select cast(count(*) as bigint) from forms").await, 2);
    }

    async fn a_version_that_exists_is_counted_on(backend) {
        let app = TestApp::new(backend).await;
        let organization = app.organization().await;
        let office = organization.person(Role::Administrator).await.client().await;
        publish(&office, 0, &file("2026.1", &FIRST)).await;
        let again = check(&office, &file("7", &FIRST)).await;
        assert_eq!(again.same_as.map(|it| it.version).as_deref(), Some("2026.1"));
        let twice = send(&office, FORMS, Some(1), &file("2026.1", &FIRST)).await;
        assert_eq!(twice.code(), "form_unchanged");
        let second = publish(&office, 1, &file("2026.1", &FIRST[..2])).await;
        assert_eq!(second.version.version, "2026.1-2");
        let looked_at = check(&office, &file("2026.1-2", &FIRST[..1])).await;
        assert_eq!(looked_at.version_taken.as_deref(), Some("2026.1-2"));
        assert_eq!(looked_at.form.version, "2026.1-3");
    }

    async fn a_form_is_retired_and_offered_again(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let office = organization.person(Role::Administrator).await.client().await;
        let volunteer = organization.person(Role::Volunteer).await;
        let (phone, mut store) = (Phone::of(&app, &volunteer).await, Store::default());
        let first = publish(&office, 0, &file("1", &FIRST)).await.version.id;
        let second = publish(&office, 1, &file("2", &FIRST[..1])).await.version.id;
        let retired: FormLine = act(&office, second, "retire", 3).await.ok();
        assert_eq!((retired.revision, retired.current()), (4, None));
        assert!(on_phone(&mut store, &phone).await.iter().all(|row| !row.current));
        assert_eq!(act(&office, second, "retire", 4).await.code(), "already_retired");
        assert_eq!(act(&office, first, "offer", 3).await.status, StatusCode::PRECONDITION_FAILED);
        let offered: FormLine = act(&office, first, "offer", 4).await.ok();
        assert_eq!(offered.current().map(|it| it.id), Some(first));
        let changed: FormLine = act(&office, second, "offer", offered.revision).await.ok();
        assert_eq!(changed.current().map(|it| it.id), Some(second));
        let rows = on_phone(&mut store, &phone).await;
        assert_eq!(rows.iter().map(|row| row.current).collect::<Vec<_>>(), [false, true]);
        assert_eq!(act(&office, second, "offer", changed.revision).await.code(), "already_offered");
        let acts = "select cast(count(*) as bigint) from audit
                    where act in ('form.retired', 'form.offered')";
        assert_eq!(app.number(acts).await, 3);
    }

    async fn who_fills_it_in_reaches_phones_and_the_next_version(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let department = organization.department("监督一科").await;
        let office = organization.person(Role::Administrator).await.client().await;
        let volunteer = organization.person(Role::Volunteer).await;
        let (phone, mut store) = (Phone::of(&app, &volunteer).await, Store::default());
        let first = publish(&office, 0, &file("1", &FIRST)).await.version.id;
        let path = format!("{FORMS}/{first}/audience");
        let put = async |seen: i64, body: serde_json::Value| {
            office.request("PUT", &path).if_match(seen).json(&body).send().await
        };
        let nobody = put(1, json!({ "staff": false, "departments": [Uuid::now_v7()] })).await;
        assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
        let body = json!({ "staff": true, "departments": [department, department] });
        let line: FormLine = put(1, body).await.ok();
        let offer = Offer { staff: true, departments: vec![department] };
        assert_eq!((&line.offer, line.revision), (&offer, 2));
        assert_eq!(on_phone(&mut store, &phone).await[0].offer, offer);
        let second = publish(&office, 2, &file("2", &FIRST[..1])).await;
        assert_eq!(second.line.offer, offer);
        // It is no permission: what somebody began is taken in.
        let begun = filled(&phone, "2", Answers::new());
        assert!(matches!(phone.outcome(&begun).await, Outcome::Applied { .. }));
    }

    async fn a_newer_built_in_version_leaves_the_offices_own_alone(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let office = organization.person(Role::Administrator).await.client().await;
        let lines: Vec<FormLine> = office.get(FORMS).await.ok();
        let line = |id: &str| lines.iter().find(|it| it.form_id == id).expect("a form").clone();
        assert!(line("patrol").current().is_some_and(|it| it.built_in));
        // As if these organizations had been founded with an older Minglu.
        let mut tx = app.begin().await;
        for form in ["patrol", "meeting", "honor"] {
            sqlx::query("update forms set version = 'old', id = $1 where form_id = $2")
                .bind(form_row_id(form, "old").to_string())
                .bind(form)
                .execute(&mut *tx)
                .await
                .expect("an older version");
        }
        sqlx::query("update forms set body = replace(body, '\"version\":\"1\"', '\"version\":\"old\"') \
                     where version = 'old'")
            .execute(&mut *tx)
            .await
            .expect("an older body");
        sqlx::query("update forms set origin = 'office' where form_id = 'meeting'")
            .execute(&mut *tx)
            .await
            .expect("the office's own");
        sqlx::query("update forms set current = 0 where form_id = 'honor'")
            .execute(&mut *tx)
            .await
            .expect("retired");
        tx.commit().await.expect("committed");
        assert_eq!(server::organizations::bring_forms(&app.state).await.expect("brought"), 1);
        assert_eq!(server::organizations::bring_forms(&app.state).await.expect("nothing"), 0);
        let current = "select cast(count(*) as bigint) from forms where current = 1
                       and version <> 'old' and form_id in ('patrol', 'meeting', 'honor')";
        assert_eq!(app.number(current).await, 1);
        let kept = "select cast(count(*) as bigint) from forms where current = 1 and version = 'old'";
        assert_eq!(app.number(kept).await, 1);
        let all = "select cast(count(*) as bigint) from forms
                   where form_id in ('patrol', 'meeting', 'honor')";
        assert_eq!(app.number(all).await, 6);
    }

    async fn a_form_is_downloaded_and_comes_back_equal(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let office = organization.person(Role::Administrator).await.client().await;
        let lines: Vec<FormLine> = office.get(FORMS).await.ok();
        let hotel = lines.iter().find(|it| it.form_id == "small_hotel").expect("the form");
        let id = hotel.current().expect("a version").id;
        let reply = office.get(&format!("{FORMS}/{id}/form.xlsx?lang=zh")).await;
        assert_eq!(reply.status, StatusCode::OK);
        assert!(reply.header("content-disposition").starts_with("attachment; filename=\"small_hotel.xlsx\""));
        let request = office.request("POST", "/api/office/forms/check").bytes(reply.bytes);
        let looked_at: FormCheck = request.send().await.ok();
        assert_eq!(looked_at.same_as.map(|it| it.id), Some(id));
    }

    async fn pictures_come_with_the_form_and_stay_with_the_next_version(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let office = organization.person(Role::Administrator).await.client().await;
        let volunteer = organization.person(Role::Volunteer).await;
        let (phone, mut store) = (Phone::of(&app, &volunteer).await, Store::default());
        let pictured = |version: &str| {
            file(version, &FIRST)
                .replace("| minglu_sensitivity |", "| minglu_sensitivity | media::image |")
                .replace("店名 | public |", "店名 | public | door.png |")
        };
        let lacking = send(&office, FORMS, Some(0), &pictured("1")).await;
        assert_eq!(lacking.status, StatusCode::UNPROCESSABLE_ENTITY);
        let lacking: FormErrors = lacking.json();
        assert!(lacking.errors[0].message.en.contains("door.png is missing"));

        let mut door = Cursor::new(Vec::new());
        image::DynamicImage::new_rgb8(8, 8)
            .write_to(&mut door, image::ImageFormat::Png)
            .expect("a picture");
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in [("shop.md", pictured("1").into_bytes()), ("door.png", door.into_inner())] {
            archive.start_file(name, SimpleFileOptions::default()).expect("a file");
            archive.write_all(&bytes).expect("its bytes");
        }
        let archive = archive.finish().expect("an archive").into_inner();
        let request = office.request("POST", FORMS).bytes(archive).if_match(0);
        let published: FormDetail = request.send().await.ok();
        let next = pictured("2").replace("店名", "店铺名称");
        publish(&office, published.line.revision, &next).await;
        let rows = on_phone(&mut store, &phone).await;
        assert_eq!(rows.len(), 2);
        for row in rows {
            let form = row.form.read().expect("a form");
            let name = form.question("name").expect("the question");
            let picture = form.picture(name.image.as_ref(), Lang::Zh).expect("its picture");
            assert!(picture.starts_with("data:image/png;base64,"));
        }
    }

    async fn records_leave_as_a_table_and_an_archive(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let office = organization.person(Role::Administrator).await.client().await;
        let reviewer = organization.person(Role::Reviewer).await.client().await;
        let volunteer = organization.person(Role::Volunteer).await;
        let phone = Phone::of(&app, &volunteer).await;
        let id = publish(&office, 0, &file("1", &FIRST)).await.version.id;
        // More than a page.
        let count = 205;
        for chunk in (0..count).collect::<Vec<_>>().chunks(50) {
            let operations: Vec<Operation> =
                chunk.iter().map(|n| filled(&phone, "1", shop(&format!("=店{n}")))).collect();
            phone.outcomes(&operations).await;
        }
        publish(&office, 1, &file("2", &["text | name | 店名 | public"])).await;
        let csv = reviewer.get(&format!("{FORMS}/{id}/records.csv?lang=zh")).await;
        assert_eq!(csv.status, StatusCode::OK);
        let text = csv.text();
        let mut lines = text.lines();
        assert_eq!(
            lines.next(),
            Some("\u{feff}SubmissionDate,OccurredAt,SubmitterName,Department,ReviewState,FormVersion,\
                  ActivityID,name,clean,staff,KEY")
        );
        assert_eq!(lines.clone().count(), count);
        assert!(lines.all(|line| line.contains(",待审核,1,,'=店") && line.contains(",不合格,")));
        assert!(!text.contains("张三"));

        let personal = format!("{FORMS}/{id}/records.csv?lang=en&personal=1");
        assert_eq!(reviewer.get(&personal).await.status, StatusCode::FORBIDDEN);
        assert!(office.get(&personal).await.text().contains("张三"));
        let exports = "select cast(count(*) as bigint) from audit where act = 'form.exported'";
        assert_eq!(app.number(exports).await, 2);

        let zip = reviewer.get(&format!("{FORMS}/{id}/records.zip")).await;
        assert_eq!(zip.status, StatusCode::OK);
        let mut archive = ZipArchive::new(Cursor::new(zip.bytes)).expect("an archive");
        assert_eq!(archive.len(), count + 1);
        let mut read = |index: usize| {
            let mut text = String::new();
            let mut file = archive.by_index(index).expect("a file");
            file.read_to_string(&mut text).expect("text");
            text
        };
        assert_eq!(read(0), text);
        let xml = read(1);
        assert!(xml.contains("<clean>fail</clean>") && xml.contains("version=\"1\""), "{xml}");
        assert!(!xml.contains("张三") && !xml.contains("<owner"), "{xml}");
    }
}
