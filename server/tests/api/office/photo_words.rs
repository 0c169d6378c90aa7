//! Other words for a photo after it was sent: by its author's phone, and by the office.

use axum::http::StatusCode;
use domain::{
    AttachmentId, Change, Operation, Outcome, RecordRef,
    api::{Page, office::SubmissionDetail, search::Hit},
    areas::{
        attachments::{Attachment, AttachmentChange, Reworded, Wordings},
        people::Role,
    },
    operation::Area,
};
use serde_json::json;

use crate::{
    phone::{self, Phone},
    support::{Client, TestApp},
};

fn describe(phone: &Phone, photo: &Operation, was: &str, now: &str) -> Operation {
    let Change::Attachments(AttachmentChange::Add { subject, .. }) = &photo.change else {
        panic!("no photo");
    };
    phone.operation(
        photo.record,
        Change::Attachments(AttachmentChange::Describe {
            subject: *subject,
            caption: Reworded::new(was, now, &[]),
            people: None,
        }),
    )
}

async fn photo_of(office: &Client, record: RecordRef) -> Attachment {
    let path = format!("/api/office/submissions/{}", record.id);
    let detail: SubmissionDetail = office.get(&path).await.ok();
    detail.attachments.into_iter().next().expect("a photo")
}

fn texts(photo: &Attachment) -> Vec<&str> {
    let others = photo.others.caption.iter();
    others.map(|other| other.text.as_str()).collect()
}

async fn finds(office: &Client, words: &str) -> bool {
    let path = format!("/api/office/search?q={words}");
    let found: Page<Hit> = office.get(&path).await.ok();
    !found.items.is_empty()
}

on_both! {
    async fn an_author_says_it_otherwise_and_both_stay_where_two_did(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let author = organization.person(Role::Volunteer).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let phone = Phone::of(&app, &author).await;
        let note = phone.note("社区宣传");
        let photo = phone.photo(note.record, &phone::blob(b"photo"));
        phone.outcomes(&[note.clone(), photo.clone()]).await;
        let first = describe(&phone, &photo, "", "健康素养展板");
        assert_eq!(phone.outcome(&first).await, Outcome::Applied { revision: 2 });
        assert!(finds(&office, "健康素养展板").await);
        let second = describe(&phone, &photo, "", "控烟宣传栏");
        assert_eq!(phone.outcome(&second).await, Outcome::Conflict { revision: 3 });
        let seen = photo_of(&office, note.record).await;
        assert_eq!(seen.caption, "健康素养展板");
        assert_eq!(texts(&seen), ["控烟宣传栏"]);
        let third = describe(&phone, &photo, "", "控烟知识栏");
        assert_eq!(phone.outcome(&third).await, Outcome::Conflict { revision: 4 });
        let detail: SubmissionDetail = office.get(&format!("/api/office/submissions/{}", note.record.id)).await.ok();
        assert_eq!(texts(&detail.attachments[0]), ["控烟宣传栏", "控烟知识栏"]);
        assert_eq!(detail.attachments[0].others.caption[1].by, Some(author.id));
        assert_eq!(detail.wrote_otherwise[0].id, author.id);
        // The office, who saw all three, chooses; what wasn't taken stays in the history.
        let path = format!("/api/office/attachments/{}/words", photo.record.id);
        let body = json!({ "caption": "控烟知识栏", "people": "" });
        let chosen: Attachment = office.request("POST", &path).json(&body).if_match(4).send().await.ok();
        assert!(chosen.others.is_empty());
        let was: Vec<Option<String>> = sqlx::query_scalar("select was_others from photo_words order by revision")
            .fetch_all(app.state.db.read())
            .await
            .expect("kept");
        assert_eq!(was.len(), 2);
        let was: Wordings = serde_json::from_str(was[1].as_deref().expect("kept")).expect("words");
        assert_eq!(was, detail.attachments[0].others);
    }

    async fn the_office_puts_words_right_and_what_stood_there_is_kept(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let author = organization.person(Role::Volunteer).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let phone = Phone::of(&app, &author).await;
        let note = phone.note("社区宣传");
        let photo = phone.photo(note.record, &phone::blob(b"photo"));
        let wrong = describe(&phone, &photo, "", "健康素样展板");
        phone.outcomes(&[note.clone(), photo.clone(), wrong]).await;
        let id = AttachmentId(photo.record.id);
        let path = format!("/api/office/attachments/{id}/words");
        let body = json!({ "caption": "健康素养展板", "people": "王芳" });
        let send = || office.request("POST", &path).json(&body);
        assert_eq!(send().if_match(1).send().await.status, StatusCode::PRECONDITION_FAILED);
        let now: Attachment = send().if_match(2).send().await.ok();
        assert_eq!((now.caption.as_str(), now.facts.people.as_str()), ("健康素养展板", "王芳"));
        assert!(finds(&office, "健康素养展板").await);
        assert!(!finds(&office, "健康素样展板").await);
        let was: Vec<String> = sqlx::query_scalar("select was_caption from photo_words order by revision")
            .fetch_all(app.state.db.read())
            .await
            .expect("kept");
        assert_eq!(was, ["", "健康素样展板"]);
        let mut store = phone::Store::default();
        store.pull(&phone).await;
        let told = store.of(Area::Attachments);
        assert!(matches!(told[..], [domain::Row::Attachments(it)] if it.caption == "健康素养展板"));
    }

    async fn words_that_came_before_their_photo_wait_beside_what_it_says(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let phone = Phone::of(&app, &organization.person(Role::Volunteer).await).await;
        let note = phone.note("社区宣传");
        let photo = phone.photo(note.record, &phone::blob(b"photo"));
        // As after the server came back from a backup: the last words are here first.
        let late = describe(&phone, &photo, "控烟宣传栏", "控烟知识栏");
        assert!(matches!(phone.outcome(&late).await, Outcome::Held { .. }));
        let early = describe(&phone, &photo, "", "健康素养展板");
        phone.outcomes(&[note.clone(), photo.clone(), early]).await;
        let seen = photo_of(&office, note.record).await;
        assert_eq!((seen.caption.as_str(), seen.revision), ("健康素养展板", 3));
        assert_eq!(texts(&seen), ["控烟知识栏"]);
    }
}
