//! `/api/office/submissions`: the review list, one record, the decision.

use axum::http::StatusCode;
use domain::{
    Operation, Outcome, SubmissionId, Timestamp,
    api::office::{Review, SubmissionCounts, SubmissionDetail},
    areas::{
        attendances::Proof,
        people::Role,
        submissions::{ReviewState, Submission},
    },
    forms::Answer,
};
use serde_json::json;

use crate::{
    phone::{self, Phone},
    support::{Client, Reply, TestApp, TestOrganization, TestPerson},
};

struct Office {
    organization: TestOrganization,
    reviewer: TestPerson,
    client: Client,
    phone: Phone,
}

async fn office(app: &TestApp) -> Office {
    let organization = phone::organization(app).await;
    let reviewer = organization.person(Role::Reviewer).await;
    let author = organization.person(Role::Volunteer).await;
    Office {
        client: reviewer.client().await,
        phone: Phone::of(app, &author).await,
        organization,
        reviewer,
    }
}

/// Pushes a field note and says its id.
async fn submit(phone: &Phone, title: &str) -> (SubmissionId, Operation) {
    let note = phone.note(title);
    assert_eq!(phone.outcome(&note).await, Outcome::Applied { revision: 1 });
    (SubmissionId(note.record.id), note)
}

async fn review(client: &Client, id: SubmissionId, seen: i64, review: &Review) -> Reply {
    client
        .request("POST", &format!("/api/office/submissions/{id}/review"))
        .if_match(seen)
        .json(review)
        .send()
        .await
}

fn send_back(reason: &str) -> Review {
    Review::Return {
        reason: reason.to_owned(),
    }
}

async fn counts(client: &Client) -> SubmissionCounts {
    client.get("/api/office/submissions/counts").await.ok()
}

async fn detail(client: &Client, id: SubmissionId) -> SubmissionDetail {
    client
        .get(&format!("/api/office/submissions/{id}"))
        .await
        .ok()
}

on_both! {
    async fn approving_needs_the_revision_that_was_seen(backend) {
        let app = TestApp::new(backend).await;
        let office = office(&app).await;
        let (id, _) = submit(&office.phone, "桥下垃圾已清理").await;
        let path = format!("/api/office/submissions/{id}/review");
        let blind = office.client.post(&path, &Review::Approve).await;
        assert_eq!(blind.status, StatusCode::PRECONDITION_REQUIRED);
        let stale = review(&office.client, id, 7, &Review::Approve).await;
        assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
        let reply = review(&office.client, id, 1, &Review::Approve).await;
        assert_eq!(reply.header("etag"), "\"2\"");
        let approved: Submission = reply.ok();
        assert_eq!((approved.revision, approved.state), (2, ReviewState::Approved));
        let again = review(&office.client, id, 2, &Review::Approve).await;
        assert_eq!((again.status, again.code()), (StatusCode::CONFLICT, "already_approved".into()));
    }

    async fn the_office_settles_what_two_phones_wrote_differently(backend) {
        let app = TestApp::new(backend).await;
        let office = office(&app).await;
        for stands in ["新题", "另题"] {
            let (id, note) = submit(&office.phone, "原题").await;
            let one = office.phone.amend(note.record, 1, "title", Some("原题"), "新题");
            let other = office.phone.amend(note.record, 1, "title", Some("原题"), "另题");
            office.phone.outcomes(&[one, other]).await;
            let choose = |question: &str, value: &str| Review::Choose {
                question: question.to_owned(),
                value: Some(Answer::Text(value.to_owned())),
            };
            for (question, value) in [("place", stands), ("title", "第三题")] {
                let nothing = review(&office.client, id, 3, &choose(question, value)).await;
                assert_eq!(nothing.code(), "nothing_to_choose");
            }
            let choice = choose("title", stands);
            let settled: Submission = review(&office.client, id, 3, &choice).await.ok();
            assert_eq!(settled.answers["title"], Answer::Text(stands.to_owned()));
            assert_eq!((settled.conflicts.len(), settled.state), (0, ReviewState::Submitted));
            let again = review(&office.client, id, 4, &choice).await;
            assert_eq!(again.code(), "nothing_to_choose");
            // Both values are in the history.
            assert_eq!(detail(&office.client, id).await.versions.len(), 4);
        }
    }

    async fn a_returned_record_comes_back_corrected_and_keeps_its_history(backend) {
        let app = TestApp::new(backend).await;
        let office = office(&app).await;
        let (id, note) = submit(&office.phone, "排水口异常").await;
        review(&office.client, id, 1, &send_back(" 请补充位置 ")).await.ok::<Submission>();
        let pulled = office.phone.page(None).await;
        let text = serde_json::to_string(&pulled.rows).expect("JSON");
        assert!(text.contains("\"review_note\":\"请补充位置\""), "the phone hears the reason");
        let amended = office.phone.amend(note.record, 2, "place", None, "三号桥东侧");
        assert_eq!(office.phone.outcome(&amended).await, Outcome::Applied { revision: 3 });
        review(&office.client, id, 3, &Review::Approve).await.ok::<Submission>();
        let detail = detail(&office.client, id).await;
        let history: Vec<_> = detail
            .versions
            .iter()
            .map(|it| (it.revision, it.state, it.note.as_str(), it.by_name.as_str()))
            .collect();
        let (author, reviewer) = (office.phone.person.name.as_str(), office.reviewer.name.as_str());
        assert_eq!(history[0], (1, ReviewState::Submitted, "", author));
        assert_eq!(history[1], (2, ReviewState::Returned, "请补充位置", reviewer));
        assert_eq!((history[2].0, history[2].1, history[2].3), (3, ReviewState::Submitted, author));
        assert_eq!(history[3], (4, ReviewState::Approved, "", reviewer));
        assert_eq!(detail.versions[3].submission, detail.submission);
    }

    async fn counts_follow_every_step(backend) {
        let app = TestApp::new(backend).await;
        let office = office(&app).await;
        let (first, _) = submit(&office.phone, "甲事").await;
        let (second, _) = submit(&office.phone, "乙事").await;
        submit(&office.phone, "丙事").await;
        review(&office.client, first, 1, &Review::Approve).await.ok::<Submission>();
        review(&office.client, second, 1, &send_back("请补充")).await.ok::<Submission>();
        office.phone.push_raw(&["{\"nonsense\":true}".to_owned()]).await;
        assert_eq!(
            counts(&office.client).await,
            SubmissionCounts {
                submitted: 1,
                returned: 1,
                approved: 1,
                voided: 0,
                quarantined: 1,
                waiting_since: Some(app.now()),
            }
        );
        let other = app.organization().await.person(Role::Reviewer).await.client().await;
        assert_eq!(counts(&other).await, SubmissionCounts::default());
    }

    async fn an_approved_record_can_be_returned_and_a_voided_one_is_closed(backend) {
        let app = TestApp::new(backend).await;
        let office = office(&app).await;
        let (id, _) = submit(&office.phone, "先通过").await;
        review(&office.client, id, 1, &Review::Approve).await.ok::<Submission>();
        let returned: Submission =
            review(&office.client, id, 2, &send_back("数字有误")).await.ok();
        assert_eq!(returned.state, ReviewState::Returned);
        let (voided, note) = submit(&office.phone, "写错了").await;
        let void = office.phone.operation(
            note.record,
            domain::Change::Submissions(domain::areas::submissions::SubmissionChange::Void {
                reason: "重复".to_owned(),
            }),
        );
        assert_eq!(office.phone.outcome(&void).await, Outcome::Applied { revision: 2 });
        let reply = review(&office.client, voided, 2, &Review::Approve).await;
        assert_eq!((reply.status, reply.code()), (StatusCode::CONFLICT, "already_voided".into()));
    }

    async fn nobody_decides_on_their_own_record_while_somebody_else_could(backend) {
        let app = TestApp::new(backend).await;
        let office = office(&app).await;
        let own = Phone::of(&app, &office.reviewer).await;
        let (id, _) = submit(&own, "我自己的").await;
        let alone = review(&office.client, id, 1, &Review::Approve).await;
        alone.ok::<Submission>();
        let marked = "select cast(count(*) as bigint) from audit where act = 'submission_approve_own'";
        assert_eq!(app.number(marked).await, 1);
        office.organization.person(Role::Administrator).await;
        let (id, _) = submit(&own, "又一个").await;
        let reply = review(&office.client, id, 1, &Review::Approve).await;
        assert_eq!((reply.status, reply.code()), (StatusCode::CONFLICT, "own_record".into()));
    }

    async fn a_reason_must_say_something(backend) {
        let app = TestApp::new(backend).await;
        let office = office(&app).await;
        let (id, _) = submit(&office.phone, "需要退回").await;
        for reason in [String::new(), " 改 ".to_owned(), "长".repeat(501), "a\0b".to_owned()] {
            let reply = review(&office.client, id, 1, &send_back(&reason)).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(reply.code(), "invalid_reason");
        }
        let path = format!("/api/office/submissions/{id}/review");
        for body in [json!({"decision": "burn"}), json!({"decision": "return"}), json!(7)] {
            let reply = office.client.request("POST", &path).if_match(1).json(&body).send().await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        assert_eq!(detail(&office.client, id).await.submission.revision, 1);
    }

    async fn a_record_is_shown_with_its_activity_and_its_authors_check_in(backend) {
        let app = TestApp::new(backend).await;
        let office = office(&app).await;
        let activity = phone::activity(&app, &office.reviewer).await;
        let colleague = office.organization.person(Role::Volunteer).await;
        let colleague = Phone::of(&app, &colleague).await;
        let proof = || Proof::CodeWord { digits: phone::CODE_WORD.to_owned() };
        for phone in [&office.phone, &colleague] {
            let check_in = phone.check_in(activity.id, phone.person.id, proof());
            assert!(matches!(phone.outcome(&check_in).await, Outcome::Applied { .. }));
        }
        let mut note = office.phone.note("现场情况");
        if let domain::Change::Submissions(
            domain::areas::submissions::SubmissionChange::Submit { activity_id, .. },
        ) = &mut note.change
        {
            *activity_id = Some(activity.id);
        }
        assert_eq!(office.phone.outcome(&note).await, Outcome::Applied { revision: 1 });
        let detail = detail(&office.client, SubmissionId(note.record.id)).await;
        assert_eq!(detail.activity.map(|it| it.id), Some(activity.id));
        let present: Vec<_> = detail.attendances.iter().map(|it| it.person_id).collect();
        assert_eq!(present, [office.phone.person.id]);
        assert_eq!(detail.author_name, office.phone.person.name);
        assert_eq!(detail.form.id, "field_note");
        assert_eq!(detail.submission.received_at, Some(Timestamp(app.now().0)));
    }

    async fn only_the_office_reads_and_decides_and_only_its_own(backend) {
        let app = TestApp::new(backend).await;
        let office = office(&app).await;
        let (id, _) = submit(&office.phone, "内部记录").await;
        let record = format!("/api/office/submissions/{id}");
        let paths = ["/api/office/submissions", "/api/office/submissions/counts", &record];
        for role in [Role::Volunteer, Role::Recorder] {
            let client = office.organization.person(role).await.client().await;
            for path in paths {
                assert_eq!(client.get(path).await.status, StatusCode::FORBIDDEN);
            }
            let reply = review(&client, id, 1, &Review::Approve).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN);
        }
        for path in paths {
            assert_eq!(app.anonymous().get(path).await.status, StatusCode::UNAUTHORIZED);
        }
        let foreign = phone::organization(&app).await.person(Role::Administrator).await;
        let foreign = foreign.client().await;
        assert_eq!(foreign.get(&record).await.status, StatusCode::NOT_FOUND);
        let reply = review(&foreign, id, 1, &Review::Approve).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
        let nonsense = office.client.get("/api/office/submissions/not-an-id").await;
        assert_eq!(nonsense.status, StatusCode::NOT_FOUND);
    }
}
