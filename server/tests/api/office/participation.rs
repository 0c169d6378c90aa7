//! `/api/office/participation`: sums by department, names of those whom nothing has reached.

use std::io::Cursor;

use axum::http::StatusCode;
use calamine::{Reader as _, Xlsx};
use domain::{
    Outcome, PersonId,
    api::participation::Participation,
    areas::{
        attendances::{Direction, Proof},
        people::Role,
        submissions::SubmissionChange,
    },
    forms::Answer,
    operation::Change,
};

use crate::{
    phone::{self, Phone},
    support::TestApp,
};

const PATH: &str = "/api/office/participation";

async fn rename(app: &TestApp, id: PersonId, name: &str) {
    let mut tx = app.begin().await;
    sqlx::query("update people set name = $1 where id = $2")
        .bind(name)
        .bind(id.to_string())
        .execute(&mut *tx)
        .await
        .expect("renamed");
    tx.commit().await.expect("committed");
}

on_both! {
    async fn whoever_came_recorded_or_organized_took_part(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let office = organization.person(Role::Reviewer).await;
        let client = office.client().await;
        let organizer = organization.person(Role::Recorder).await;
        let author = organization.person(Role::Recorder).await;
        let guest = organization.person(Role::Volunteer).await;
        let nobody = organization.person(Role::Volunteer).await;
        let phone = Phone::of(&app, &organizer).await;
        let activity = phone::activity(&app, &organizer).await;
        let proof = Proof::Roster { signature: None };
        let fact = phone.attend(activity.id, guest.id, Direction::In, proof);
        phone.outcomes(&[fact]).await;
        let writer = Phone::of(&app, &author).await;
        writer.outcomes(&[writer.note("河边垃圾已清")]).await;

        let found: Participation = client.get(&format!("{PATH}?year=2026")).await.ok();
        let names: Vec<_> = found.not_yet.iter().map(|it| it.id).collect();
        assert!(names.contains(&nobody.id) && names.contains(&office.id), "{found:?}");
        for person in [&organizer, &author, &guest] {
            assert!(!names.contains(&person.id), "{found:?}");
        }
        let (took_part, of) = found
            .departments
            .iter()
            .fold((0, 0), |sum, it| (sum.0 + it.took_part, sum.1 + it.of));
        assert_eq!(of - took_part, found.not_yet.len() as i64);
        assert!(took_part >= 3);

        // In another month nobody did anything; in another year nobody had joined.
        let other: Participation = client.get(&format!("{PATH}?year=2026&month=1")).await.ok();
        assert!(other.departments.iter().all(|it| it.took_part == 0));
        let earlier: Participation = client.get(&format!("{PATH}?year=2019")).await.ok();
        assert!(earlier.not_yet.is_empty(), "{earlier:?}");
        let wrong = client.get(&format!("{PATH}?year=2026&month=13")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let list = client.get(&format!("{PATH}/list.xlsx?year=2026")).await;
        assert_eq!(list.status, StatusCode::OK);
        assert!(list.bytes.starts_with(b"PK"));
    }

    async fn whom_a_record_names_is_reached_too_unless_two_bear_the_name(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let office = organization.person(Role::Reviewer).await;
        let client = office.client().await;
        let chair = organization.person(Role::Recorder).await;
        let other = organization.person(Role::Recorder).await;
        let author = Phone::of(&app, &organization.person(Role::Recorder).await).await;
        let markdown = "| survey |\n| | type | name | label | minglu_roster |\n\
             | | text | hosts | 主持 | people |\n| settings |\n\
             | | form_id | version | form_title |\n| | talk | 1 | 讲座 |\n";
        let head = organization.person(Role::Administrator).await.client().await;
        let made = head.request("POST", "/api/office/forms").if_match(0).bytes(markdown).send().await;
        assert_eq!(made.status, StatusCode::OK, "{}", made.text());
        let record = |names: String| {
            let mut note = author.note("讲座");
            if let Change::Submissions(SubmissionChange::Submit { form_id, answers, .. }) = &mut note.change {
                "talk".clone_into(form_id);
                answers.clear();
                answers.insert("hosts".to_owned(), Answer::Text(names));
            }
            note
        };
        let missing = async || {
            let found: Participation = client.get(&format!("{PATH}?year=2026")).await.ok();
            found.not_yet.iter().map(|it| it.id).collect::<Vec<_>>()
        };
        assert!(missing().await.contains(&chair.id));
        let names = format!("{}、外请老师", chair.name);
        let outcomes = author.outcomes(&[record(names)]).await;
        assert!(matches!(outcomes[0], Outcome::Applied { .. }), "{outcomes:?}");
        let now = missing().await;
        assert!(!now.contains(&chair.id) && now.contains(&other.id));

        // Two of one name: nobody knows who was there.
        rename(&app, other.id, &chair.name).await;
        let now = missing().await;
        assert!(now.contains(&chair.id) && now.contains(&other.id));
    }

    async fn names_are_in_the_order_of_pinyin_and_the_list_is_of_one_department(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let client = organization.person(Role::Reviewer).await.client().await;
        let department = organization.department("监督一科").await;
        for name in ["周一", "曾丽", "安然"] {
            let person = organization.person_in(Role::Recorder, Some(department)).await;
            rename(&app, person.id, name).await;
        }
        let found: Participation = client.get(&format!("{PATH}?year=2026")).await.ok();
        let own = found.not_yet.iter().filter(|it| it.department_id == Some(department));
        let names: Vec<&str> = own.clone().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["安然", "曾丽", "周一"]);
        assert!(own.clone().all(|it| it.joined.is_some()), "they came within the year");
        let path = format!("{PATH}/list.xlsx?year=2026&lang=zh&department={department}");
        let list = client.get(&path).await;
        let mut book: Xlsx<_> =
            calamine::open_workbook_from_rs(Cursor::new(list.bytes)).expect("a workbook");
        let range = book.worksheet_range("邀请名单").expect("a sheet");
        let rows = range.rows().filter(|row| row[0] == "监督一科");
        assert_eq!(rows.count(), 3);
        assert!(!range.rows().any(|row| row[2] == "办公室审核"));
    }
}
