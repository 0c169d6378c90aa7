//! What leaves in a pack, and what stays here.

use std::io::Cursor;

use calamine::{Reader as _, Xlsx};
use domain::{
    Change, EvidenceKind, Outcome, SubmissionId,
    api::packs::WhyLeftOut,
    areas::{
        activities::ActivityKind,
        attendances::{Direction, Proof},
        evidence::SubjectArea,
        people::Role,
        submissions::SubmissionChange,
    },
    forms::{Answer, Answers},
};
use image::ImageFormat;

use super::{Revised, document_text, entries, world};
use crate::{
    phone::{self, Phone},
    support::TestApp,
};

on_both! {
    async fn what_is_personal_stays_here_and_a_photo_leaves_only_as_its_form_allows(backend) {
        let app = TestApp::new(backend).await;
        let world = world(&app).await;
        for faces_hidden in [false, true] {
            let mut note = world.phone.note("走访慰问");
            let record = note.record;
            let picture = phone::picture(u8::from(faces_hidden), ImageFormat::Jpeg);
            let facts = world.store(&app, picture, "image/jpeg").await;
            let photo = world.phone.photo(record, &facts);
            if let Change::Submissions(SubmissionChange::Submit { form_id, answers, .. }) = &mut note.change {
                "assistance".clone_into(form_id);
                *answers = assistance(&app);
                if faces_hidden {
                    let photos = Answer::Images(vec![photo.record.id.to_string()]);
                    answers.insert("photos".to_owned(), photos);
                    answers.insert("faces_hidden".to_owned(), Answer::Acknowledged);
                }
            }
            let outcomes = world.phone.outcomes(&[note, photo]).await;
            assert_eq!(outcomes, vec![Outcome::Applied { revision: 1 }; 2]);
            let detail = format!("/api/office/submissions/{}", record.id);
            let seen: Revised = world.office.get(&detail).await.ok();
            world.approve(SubmissionId(record.id), seen.submission.revision).await;
            world.map(&app, EvidenceKind::Photo, SubjectArea::Submissions, record.id).await;
        }
        let item = world.item().await;
        let why: Vec<WhyLeftOut> = item.left_out.iter().map(|it| it.why).collect();
        assert_eq!(why, [WhyLeftOut::FacesShown]);
        let all = entries(&world.pack().await);
        let photos = all.keys().filter(|name| name.contains("照片")).count();
        assert_eq!(photos, 1, "{:?}", all.keys());
        let sheets = all.iter().filter(|(name, _)| name.contains("走访慰问.docx"));
        let mut found = 0;
        for (name, bytes) in sheets {
            let text = document_text(bytes);
            assert!(text.contains("项含个人信息"), "{name}: {text}");
            assert!(!text.contains("只给单位看"), "{name}: {text}");
            found += 1;
        }
        assert_eq!(found, 2);
    }

    async fn a_sign_in_list_leaves_with_those_who_came_and_without_their_numbers(backend) {
        let app = TestApp::new(backend).await;
        let world = world(&app).await;
        let [came, absent] = [
            world.organization.person(Role::Volunteer).await,
            world.organization.person(Role::Volunteer).await,
        ];
        let activity = phone::activity_with(&app, &world.phone.person, |it| {
            it.kind = ActivityKind::VolunteerService;
            "清扫楼道，联系 13812345678".clone_into(&mut it.title);
        })
        .await;
        let own = Phone::of(&app, &absent).await;
        assert_eq!(own.outcome(&own.sign_up(activity.id)).await, Outcome::Applied { revision: 1 });
        let proof = Proof::Roster { signature: None };
        let fact = world.phone.attend(activity.id, came.id, Direction::In, proof);
        assert_eq!(world.phone.outcome(&fact).await, Outcome::Applied { revision: 1 });
        world.map(&app, EvidenceKind::SignIn, SubjectArea::Activities, activity.id.0).await;
        let all = entries(&world.pack().await);
        let (_, list) = all.iter().find(|(name, _)| name.contains("签到表")).expect("the list");
        let mut list: Xlsx<_> =
            calamine::open_workbook_from_rs(Cursor::new(list.clone())).expect("a workbook");
        let range = list.worksheet_range("签到表").expect("a sheet");
        let cells: Vec<String> = range.rows().flatten().map(ToString::to_string).collect();
        let has = |part: &str| cells.iter().any(|cell| cell.contains(part));
        assert!(has(&came.name) && has("138****5678"), "{cells:?}");
        assert!(!has(&absent.name) && !has("13812345678"), "{cells:?}");
    }

    async fn nobody_who_gave_blood_is_named_and_others_are_on_their_sign_in_list(backend) {
        let app = TestApp::new(backend).await;
        let world = world(&app).await;
        let guest = world.organization.person(Role::Volunteer).await;
        let mut activities = Vec::new();
        for kind in [ActivityKind::BloodDonation, ActivityKind::VolunteerService] {
            let organizer = &world.phone.person;
            let activity = phone::activity_with(&app, organizer, |it| it.kind = kind).await;
            let proof = Proof::Roster { signature: None };
            let came = world.phone.attend(activity.id, guest.id, Direction::In, proof);
            assert_eq!(world.phone.outcome(&came).await, Outcome::Applied { revision: 1 });
            world.map(&app, EvidenceKind::SignIn, SubjectArea::Activities, activity.id.0).await;
            activities.push(activity.id);
        }
        let all = entries(&world.pack().await);
        let own: Vec<(&String, &Vec<u8>)> =
            all.iter().filter(|(name, _)| name.contains("献血车进社区")).collect();
        let [(_, first), (_, second)] = own[..] else {
            panic!("{:?}", all.keys());
        };
        let (blood, list) = if own[0].0.ends_with("docx") { (first, second) } else { (second, first) };
        let text = document_text(blood);
        assert!(text.contains("参加人数：1人") && !text.contains(&guest.name), "{text}");
        let mut list: Xlsx<_> =
            calamine::open_workbook_from_rs(Cursor::new(list.clone())).expect("a workbook");
        let range = list.worksheet_range("签到表").expect("a sheet");
        assert!(range.rows().flatten().any(|cell| cell.to_string() == guest.name));
    }
}

/// A visit without photos.
fn assistance(app: &TestApp) -> Answers {
    let text = |text: &str| Answer::Text(text.to_owned());
    let choice = |name: &str| Answer::Choice(name.to_owned());
    let today = app.now().civil(480).expect("a day").date();
    Answers::from([
        ("event_date".to_owned(), Answer::Date(today)),
        ("target_kind".to_owned(), choice("elderly")),
        ("people".to_owned(), Answer::Integer(3)),
        ("way".to_owned(), choice("visit")),
        ("amount".to_owned(), Answer::Decimal(500.0)),
        ("handlers".to_owned(), text("只给单位看甲、只给单位看乙")),
    ])
}
