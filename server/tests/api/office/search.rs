//! Search: records by their words, photos by their captions.

use axum::http::StatusCode;
use domain::{
    Change, Outcome,
    api::{
        Page,
        search::{Hit, HitKind},
    },
    areas::{
        attachments::AttachmentChange,
        people::Role,
        submissions::{ReviewState, SubmissionChange},
    },
    forms::{Answer, Answers},
};

use crate::{
    phone::{self, Phone, blob},
    support::{Client, TestApp},
};

async fn found(office: &Client, question: &str) -> Vec<Hit> {
    let mut path = "/api/office/search?q=".to_owned();
    for byte in question.bytes() {
        path = format!("{path}%{byte:02x}");
    }
    office.get(&path).await.ok::<Page<Hit>>().items
}

async fn titles(office: &Client, question: &str) -> Vec<String> {
    found(office, question)
        .await
        .into_iter()
        .map(|hit| hit.title)
        .collect()
}

fn a_day() -> chrono::NaiveDate {
    chrono::NaiveDate::from_ymd_opt(2026, 11, 20).expect("a day")
}

on_both! {
    async fn a_record_is_found_by_its_words_in_chinese_and_english(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let author = Phone::of(&app, &organization.person(Role::Recorder).await).await;
        for title in ["文三路无偿献血宣传", "桥下垃圾已清理", "Blood drive 献血车"] {
            author.outcome(&author.note(title)).await;
            app.advance_ms(60_000);
        }
        assert_eq!(titles(&office, "献血").await, ["Blood drive 献血车", "文三路无偿献血宣传"]);
        assert_eq!(titles(&office, "献血 blood").await, ["Blood drive 献血车"]);
        assert_eq!(titles(&office, "血").await.len(), 2);
        assert_eq!(titles(&office, "DRI").await, ["Blood drive 献血车"]);
        assert_eq!(titles(&office, "无偿献血宣传").await, ["文三路无偿献血宣传"]);
        for nothing in ["血献", "", "，。", "'\" * ( : & | !", "％＿"] {
            assert!(titles(&office, nothing).await.is_empty(), "{nothing}");
        }
        let there = phone::organization(&app).await;
        let stranger = there.person(Role::Reviewer).await.client().await;
        assert!(titles(&stranger, "献血").await.is_empty());
        let long = office.get(&format!("/api/office/search?q={}", "a".repeat(101))).await;
        assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn a_correction_is_found_by_its_new_words_only(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let author = Phone::of(&app, &organization.person(Role::Recorder).await).await;
        let note = author.note("桥下垃圾");
        author.outcome(&note).await;
        author
            .outcome(&author.amend(note.record, 1, "title", Some("桥下垃圾"), "河道漂浮物"))
            .await;
        assert!(titles(&office, "桥下垃圾").await.is_empty());
        assert_eq!(found(&office, "漂浮物").await[0].excerpt[1], "漂浮物");
        let void = SubmissionChange::Void { reason: "重复".to_owned() };
        let mut void = author.operation(note.record, Change::Submissions(void));
        void.base_revision = Some(2);
        author.outcome(&void).await;
        let HitKind::Record { state, .. } = found(&office, "漂浮物").await.remove(0).is else {
            panic!("a record")
        };
        assert_eq!(state, ReviewState::Voided);
    }

    async fn a_photo_is_found_by_its_caption(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let author = Phone::of(&app, &organization.person(Role::Recorder).await).await;
        let note = author.note("巡查");
        let mut photo = author.photo(note.record, &blob(b"x"));
        if let Change::Attachments(AttachmentChange::Add { caption, .. }) = &mut photo.change {
            "灭火器压力正常".clone_into(caption);
        }
        author.outcomes(&[note.clone(), photo]).await;
        let hit = found(&office, "灭火器").await.remove(0);
        let HitKind::Photo { record, .. } = hit.is else {
            panic!("a photo")
        };
        assert_eq!(record.0, note.record.id);
    }

    async fn personal_answers_are_not_found(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let author = Phone::of(&app, &organization.person(Role::Recorder).await).await;
        let mut note = author.note("巡查");
        let text = |text: &str| Answer::Text(text.to_owned());
        note.change = Change::Submissions(SubmissionChange::Submit {
            form_id: "meeting".to_owned(),
            form_version: "1".to_owned(),
            activity_id: None,
            premises_id: None,
            title: "创建部署会".to_owned(),
            answers: Answers::from([
                ("meeting_kind".to_owned(), Answer::Choice("kickoff".to_owned())),
                ("event_date".to_owned(), Answer::Date(a_day())),
                ("place".to_owned(), text("三楼会议室")),
                ("chair".to_owned(), text("欧阳修")),
                ("attendees".to_owned(), Answer::Integer(30)),
                ("agenda".to_owned(), text("部署迎检")),
                ("decisions".to_owned(), text("每月巡查一次")),
                ("in_tasks".to_owned(), Answer::Choice("no".to_owned())),
            ]),
        });
        assert_eq!(author.outcome(&note).await, Outcome::Applied { revision: 1 });
        for found in ["巡查", "迎检", "推进会", "kick-off"] {
            assert_eq!(titles(&office, found).await.len(), 1, "{found}");
        }
        assert!(titles(&office, "欧阳").await.is_empty());
    }

    async fn what_came_before_the_index_is_taken_in(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let author = Phone::of(&app, &organization.person(Role::Recorder).await).await;
        for number in 0..35 {
            author.outcome(&author.note(&format!("献血 {number}"))).await;
            app.advance_ms(1_000);
        }
        let mut tx = app.begin().await;
        sqlx::query("delete from search_documents").execute(&mut *tx).await.expect("forgotten");
        tx.commit().await.expect("committed");
        assert!(titles(&office, "献血").await.is_empty());
        assert_eq!(server::search::fill(&app.state).await.expect("filled"), 35);
        assert_eq!(server::search::fill(&app.state).await.expect("filled"), 0);
        assert_eq!(server::search::rebuild(&app.state).await.expect("filled"), 35);
        let page: Page<Hit> = office.get("/api/office/search?q=%E7%8C%AE%E8%A1%80").await.ok();
        assert_eq!((page.items.len(), page.items[0].title.as_str()), (30, "献血 34"));
        let after = page.next.expect("there is more");
        let rest = format!("/api/office/search?q=%E7%8C%AE%E8%A1%80&after={after}");
        let rest: Page<Hit> = office.get(&rest).await.ok();
        assert_eq!((rest.items.len(), rest.next), (5, None));
    }
}
