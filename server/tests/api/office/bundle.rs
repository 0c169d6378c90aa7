//! An activity's bundle: what is there, what is missing, texts to begin with.

use axum::http::StatusCode;
use domain::{
    Change, EvidenceKind,
    api::{
        bundles::{Bundle, Part},
        office::Review,
    },
    areas::{
        attendances::{Direction, Proof},
        evidence::{File, SubjectArea},
        people::Role,
        submissions::SubmissionChange,
    },
};
use serde_json::json;
use server::areas::evidence;

use crate::{
    phone::{self, Phone, blob},
    support::TestApp,
};

on_both! {
    async fn an_activity_says_which_papers_it_lacks_and_who_owes_them(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let department = organization.department("工会").await;
        let organizer = organization.person_in(Role::Recorder, Some(department)).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let activity = phone::activity(&app, &organizer).await;
        let path = format!("/api/office/activities/{}/bundle", activity.id);
        let empty: Bundle = office.get(&path).await.ok();
        assert_eq!(empty.owes, "工会");
        let kinds: Vec<EvidenceKind> = empty.parts.iter().map(|part| part.kind).collect();
        assert_eq!(kinds, [
            EvidenceKind::Notice, EvidenceKind::Plan, EvidenceKind::SignIn, EvidenceKind::Photo,
            EvidenceKind::Brief, EvidenceKind::Summary,
        ]);
        assert_eq!(empty.parts.iter().map(Part::missing).sum::<i64>(), 8);
        assert!(empty.parts[0].draft.contains("献血车进社区") && empty.parts[0].draft.contains("文三路"));

        // A record counts with its photos once it is approved.
        let phone = Phone::of(&app, &organizer).await;
        let mut note = phone.note("献血 36 人");
        if let Change::Submissions(SubmissionChange::Submit { activity_id, .. }) = &mut note.change {
            *activity_id = Some(activity.id);
        }
        let photo = phone.photo(note.record, &blob(b"x"));
        phone.outcomes(&[note.clone(), photo]).await;
        let seen: Bundle = office.get(&path).await.ok();
        assert_eq!(seen.parts[3].there, 0);
        let review = format!("/api/office/submissions/{}/review", note.record.id);
        let body = serde_json::to_value(Review::Approve).expect("JSON");
        let reply = office.request("POST", &review).if_match(1).json(&body).send().await;
        assert_eq!(reply.status, StatusCode::OK);
        let seen: Bundle = office.get(&format!("{path}?lang=zh")).await.ok();
        assert_eq!((seen.parts[3].there, seen.parts[3].missing()), (1, 2));
        assert!(seen.parts[5].draft.contains("献血 36 人"));

        let paper = json!({ "kind": "sum", "title": "活动总结", "text": seen.parts[5].draft });
        let reply = office.post(&path, &paper).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
        let file: File = reply.json();
        assert_eq!((file.file_name.as_str(), file.activity_id), ("活动总结.txt", Some(activity.id)));
        let seen: Bundle = office.get(&path).await.ok();
        assert_eq!((seen.parts[5].there, seen.parts[5].files[0].id), (1, file.id));
        let content = office.get(&format!("/api/office/files/{}/content", file.id)).await;
        assert!(content.text().contains("献血 36 人"));
        // What is there is filed together, once.
        let standard = crate::office::packs::install_standard(&app, &organization).await;
        let filing = format!("/api/office/activities/{}/evidence", activity.id);
        let proof = json!({ "item": "Ⅳ-2-1", "passage": "36 人参加，联系人已到场" });
        let filed: Bundle = office.post(&filing, &proof).await.ok();
        assert!(filed.proves.is_empty(), "nobody came yet");
        let fact = phone.attend(activity.id, organizer.id, Direction::In, Proof::Roster { signature: None });
        phone.outcome(&fact).await;
        for _ in 0..2 {
            let filed: Bundle = office.post(&filing, &proof).await.ok();
            assert_eq!(filed.proves, ["Ⅳ-2-1"]);
        }
        let mut tx = app.begin().await;
        let lines = evidence::store::of_standard(&mut tx, organization.id, standard).await;
        drop(tx);
        let lines = lines.expect("lines");
        let list = lines.iter().find(|it| it.kind == EvidenceKind::SignIn).expect("the list");
        assert!(list.passage.starts_with("36 人参加"));
        let mut kinds: Vec<_> = lines.iter().map(|it| (it.kind, it.subject.area, it.year)).collect();
        kinds.sort_unstable();
        let year = app.now().civil(480).expect("a day").format("%Y").to_string().parse().expect("a year");
        let mut wanted = [
            (EvidenceKind::SignIn, SubjectArea::Activities, year),
            (EvidenceKind::Summary, SubjectArea::Files, year),
        ];
        wanted.sort_unstable();
        assert_eq!(kinds, wanted);
        let unknown = office.post(&filing, &json!({ "item": "Z-9" })).await;
        assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
        let nothing = json!({ "kind": "sum", "title": "活动总结", "text": "  " });
        assert_eq!(office.post(&path, &nothing).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}
