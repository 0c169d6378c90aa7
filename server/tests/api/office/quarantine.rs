//! `/api/office/quarantine`.

use axum::http::StatusCode;
use domain::{
    OpId, OrganizationId, Row,
    api::{
        office::{QuarantineDetail, QuarantineLine, ReceiptCheck},
        sync::HELD_MS,
    },
    areas::{later_verdicts::LaterVerdict, people::Role},
    forms::Answer,
    operation::Area,
    refusal::Refusal,
    verdict::Outcome,
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    phone::{self, Phone, Store},
    support::{Client, TestApp, TestOrganization},
};

/// A reviewer's desk and a volunteer's phone.
struct Desk {
    organization: TestOrganization,
    office: Client,
    phone: Phone,
    store: Store,
}

impl Desk {
    async fn new(app: &TestApp) -> Self {
        let organization = phone::organization(app).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let phone = Phone::of(app, &organization.person(Role::Volunteer).await).await;
        Self {
            organization,
            office,
            phone,
            store: Store::default(),
        }
    }

    async fn act(&self, op_id: OpId, act: &str, body: serde_json::Value) -> StatusCode {
        let path = format!("/api/office/quarantine/{op_id}/{act}");
        self.office.post(&path, &body).await.status
    }

    async fn lines(&self, decided: bool) -> Vec<QuarantineLine> {
        let path = format!("/api/office/quarantine?decided={decided}");
        self.office.get(&path).await.ok()
    }

    /// What the phone hears about its operations after their first verdicts.
    async fn heard(&mut self) -> Vec<LaterVerdict> {
        self.store.pull(&self.phone).await;
        let rows = self.store.of(Area::LaterVerdicts);
        let verdicts = rows.into_iter().filter_map(|row| match row {
            Row::LaterVerdicts(verdict) => Some((**verdict).clone()),
            _ => None,
        });
        verdicts.collect()
    }
}

async fn quarantine(app: &TestApp, organization: OrganizationId, raw: &str, at: i64) -> Uuid {
    let id = Uuid::now_v7();
    let outcome = Outcome::Quarantined {
        refusal: Refusal::UnknownActivity,
    };
    let mut tx = app.begin().await;
    sqlx::query(
        "insert into inbox
             (op_id, organization_id, device_id, device_epoch, device_seq, person_id, payload_hash,
              raw, verdict, outcome, record_area, record_id, received_at)
         values ($1, $2, 'd', 0, $3, '01930000-0000-7000-8000-00000000000f', 'h', $4, 'quarantined', $5, 'sign_ups', 'r', $3)",
    )
    .bind(id.to_string())
    .bind(organization.to_string())
    .bind(at)
    .bind(raw)
    .bind(serde_json::to_string(&outcome).expect("JSON"))
    .execute(&mut *tx)
    .await
    .expect("the inbox takes it");
    tx.commit().await.expect("committed");
    id
}

on_both! {
    async fn what_was_refused_is_shown_whole_and_newest_first(backend) {
        let app = TestApp::new(backend).await;
        let organization = app.organization().await;
        let other = app.organization().await;
        let older = quarantine(&app, organization.id, "{\"a\":1}", 1).await;
        let newer = quarantine(&app, organization.id, &"字".repeat(5_000), 2).await;
        quarantine(&app, other.id, "{}", 3).await;
        let client = organization.person(Role::Reviewer).await.client().await;
        let lines: Vec<QuarantineLine> = client.get("/api/office/quarantine").await.ok();
        assert_eq!(
            lines.iter().map(|it| it.op_id.0).collect::<Vec<_>>(),
            [newer, older]
        );
        assert_eq!(lines[0].raw.chars().count(), 4_000);
        assert_eq!(lines[1].raw, "{\"a\":1}");
        assert_eq!(lines[1].refusal, Some(Refusal::UnknownActivity));
    }

    async fn only_the_office_sees_the_quarantine(backend) {
        let app = TestApp::new(backend).await;
        let organization = app.organization().await;
        assert_eq!(
            app.anonymous().get("/api/office/quarantine").await.status,
            StatusCode::UNAUTHORIZED
        );
        for role in [Role::Volunteer, Role::Recorder] {
            let client = organization.person(role).await.client().await;
            let reply = client.get("/api/office/quarantine").await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN);
        }
    }

    async fn a_corrected_answer_takes_the_record_in_and_the_phone_hears_of_it(backend) {
        let app = TestApp::new(backend).await;
        let mut desk = Desk::new(&app).await;
        let note = desk.phone.note("");
        assert!(matches!(desk.phone.outcome(&note).await, Outcome::Quarantined { .. }));
        let path = format!("/api/office/quarantine/{}", note.op_id);
        let detail: QuarantineDetail = desk.office.get(&path).await.ok();
        assert_eq!(detail.form.map(|form| form.id), Some("field_note".to_owned()));
        // As it is, the rule still says no, and nothing is half done.
        assert_eq!(desk.act(note.op_id, "accept", json!({})).await, StatusCode::CONFLICT);
        let wrong = json!({ "corrections": { "no_such_question": "x" } });
        assert_eq!(
            desk.act(note.op_id, "accept", wrong).await,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        assert_eq!(app.number("select count(*) from submissions").await, 0);
        assert_eq!(desk.lines(false).await.len(), 1);

        let right = json!({ "corrections": { "title": "桥下垃圾" } });
        assert_eq!(desk.act(note.op_id, "accept", right.clone()).await, StatusCode::NO_CONTENT);
        let verdicts = desk.heard().await;
        assert!(verdicts[0].is_taken_in());
        assert_eq!(verdicts[0].op_id, note.op_id);
        let Some(Row::Submissions(submission)) = desk.store.rows.get(&note.record) else {
            panic!("the author's phone has no record");
        };
        assert_eq!(submission.author_id, desk.phone.person.id);
        assert_eq!(
            submission.answers.get("title"),
            Some(&Answer::Text("桥下垃圾".to_owned()))
        );
        // Once is enough; what came stays as it came, and sending it again changes nothing.
        assert_eq!(desk.act(note.op_id, "accept", right).await, StatusCode::CONFLICT);
        let decided = desk.lines(true).await;
        assert!(decided[0].decided.as_ref().is_some_and(|it| it.corrected));
        assert!(!decided[0].raw.contains("桥下垃圾"));
        assert_eq!(desk.lines(false).await, []);
        assert!(matches!(
            desk.phone.outcome(&note).await,
            Outcome::Duplicate { first } if matches!(*first, Outcome::Applied { .. })
        ));
        assert_eq!(app.number("select count(*) from submissions").await, 1);
    }

    async fn the_office_lets_somebody_in_beyond_the_places(backend) {
        let app = TestApp::new(backend).await;
        let mut desk = Desk::new(&app).await;
        let organizer = desk.organization.person(Role::Recorder).await;
        let activity = phone::activity_with(&app, &organizer, |it| it.capacity = Some(0)).await;
        let sign_up = desk.phone.sign_up(activity.id);
        let outcome = desk.phone.outcome(&sign_up).await;
        assert_eq!(outcome, Outcome::Quarantined { refusal: Refusal::ActivityFull });
        assert_eq!(desk.act(sign_up.op_id, "accept", json!({})).await, StatusCode::NO_CONTENT);
        assert!(desk.heard().await[0].is_taken_in());
        assert!(desk.store.rows.contains_key(&sign_up.record));
    }

    async fn a_closed_one_is_kept_and_its_author_reads_why(backend) {
        let app = TestApp::new(backend).await;
        let mut desk = Desk::new(&app).await;
        let note = desk.phone.note("");
        desk.phone.outcome(&note).await;
        for reason in ["", " 短 ", "字\u{0}字"] {
            let status = desk.act(note.op_id, "close", json!({ "reason": reason })).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{reason:?}");
        }
        let reason = json!({ "reason": "与上一条重复" });
        assert_eq!(desk.act(note.op_id, "close", reason).await, StatusCode::NO_CONTENT);
        let verdicts = desk.heard().await;
        assert_eq!(verdicts[0].closed.as_deref(), Some("与上一条重复"));
        assert_eq!(desk.lines(false).await, []);
        assert_eq!(desk.lines(true).await.len(), 1);
        assert_eq!(desk.act(note.op_id, "accept", json!({})).await, StatusCode::CONFLICT);
        assert_eq!(app.number("select count(*) from inbox").await, 1);
    }

    async fn somebody_of_the_organization_looks_after_it(backend) {
        let app = TestApp::new(backend).await;
        let desk = Desk::new(&app).await;
        let note = desk.phone.note("");
        desk.phone.outcome(&note).await;
        let colleague = desk.organization.person(Role::Recorder).await.id;
        let stranger = app.organization().await.person(Role::Recorder).await.id;
        let to = |person| json!({ "person_id": person });
        assert_eq!(
            desk.act(note.op_id, "assign", to(Some(stranger))).await,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        assert_eq!(
            desk.act(note.op_id, "assign", to(Some(colleague))).await,
            StatusCode::NO_CONTENT
        );
        assert_eq!(desk.lines(false).await[0].assigned_to, Some(colleague));
        assert_eq!(desk.act(note.op_id, "assign", to(None)).await, StatusCode::NO_CONTENT);
        assert_eq!(desk.lines(false).await[0].assigned_to, None);
    }

    async fn the_phone_hears_what_became_of_what_waited(backend) {
        let app = TestApp::new(backend).await;
        let mut desk = Desk::new(&app).await;
        let (note, lost) = (desk.phone.note("桥下"), desk.phone.note("没有发出"));
        let amend = desk.phone.amend(note.record, 1, "place", None, "文三路");
        let orphan = desk.phone.amend(lost.record, 1, "place", None, "文二路");
        desk.phone.outcomes(&[amend.clone(), orphan.clone()]).await;
        assert_eq!(desk.heard().await, []);
        desk.phone.outcome(&note).await;
        let verdicts = desk.heard().await;
        assert_eq!(verdicts.len(), 1);
        assert_eq!((verdicts[0].op_id, verdicts[0].by), (amend.op_id, None));
        assert_eq!(verdicts[0].outcome, Outcome::Applied { revision: 2 });
        app.advance_ms(HELD_MS);
        server::areas::sync::expire_held(&app.state).await.expect("no error");
        let verdicts = desk.heard().await;
        let given_up = verdicts.iter().find(|it| it.op_id == orphan.op_id);
        assert_eq!(
            given_up.map(|it| it.outcome.clone()),
            Some(Outcome::Quarantined { refusal: Refusal::PredecessorMissing })
        );
        // Its record comes after all: then the office can take it in.
        desk.phone.outcome(&lost).await;
        assert_eq!(desk.act(orphan.op_id, "accept", json!({})).await, StatusCode::NO_CONTENT);
        assert!(desk.heard().await.iter().all(LaterVerdict::is_taken_in));
    }

    async fn a_receipt_is_checked_against_what_is_kept(backend) {
        let app = TestApp::new(backend).await;
        let desk = Desk::new(&app).await;
        let note = desk.phone.note("桥下垃圾");
        let pushed = desk.phone.push(std::slice::from_ref(&note)).await;
        let receipt = pushed.verdicts[0].receipt.clone().expect("a receipt");
        let path = "/api/office/receipts/check";
        let check: ReceiptCheck = desk.office.post(path, &receipt).await.ok();
        let kept = check.kept.expect("it is kept");
        assert!(check.genuine && kept.same_content);
        assert_eq!(kept.line.title, "桥下垃圾");
        assert_eq!(kept.line.person_name, desk.phone.person.name);
        let mut forged = receipt.clone();
        "quarantined".clone_into(&mut forged.verdict);
        let check: ReceiptCheck = desk.office.post(path, &forged).await.ok();
        assert!(!check.genuine);
        // Another organization learns that it is genuine, and no more.
        let stranger = app.organization().await.person(Role::Reviewer).await.client().await;
        let check: ReceiptCheck = stranger.post(path, &receipt).await.ok();
        assert_eq!((check.genuine, check.kept), (true, None));
    }

    async fn nothing_is_booked_under_somebody_who_did_not_send_it(backend) {
        let app = TestApp::new(backend).await;
        let desk = Desk::new(&app).await;
        let victim = desk.organization.person(Role::Volunteer).await;
        let mut note = desk.phone.note("冒名");
        note.actor_id = victim.id;
        let outcome = desk.phone.outcome(&note).await;
        assert_eq!(outcome, Outcome::Quarantined { refusal: Refusal::NotYours });
        assert_eq!(desk.act(note.op_id, "accept", json!({})).await, StatusCode::CONFLICT);
        assert_eq!(app.number("select count(*) from submissions").await, 0);
    }

    async fn nobody_takes_in_their_own_while_somebody_else_could(backend) {
        let app = TestApp::new(backend).await;
        let desk = Desk::new(&app).await;
        let reviewer = desk.organization.person(Role::Reviewer).await;
        let phone = Phone::of(&app, &reviewer).await;
        let organizer = desk.organization.person(Role::Recorder).await;
        let activity = phone::activity_with(&app, &organizer, |it| it.capacity = Some(0)).await;
        let sign_up = phone.sign_up(activity.id);
        phone.outcome(&sign_up).await;
        let path = format!("/api/office/quarantine/{}/accept", sign_up.op_id);
        let own = phone.client.post(&path, &json!({})).await;
        assert_eq!((own.status, own.code()), (StatusCode::CONFLICT, "own_record".into()));
        assert_eq!(desk.act(sign_up.op_id, "accept", json!({})).await, StatusCode::NO_CONTENT);
    }

    async fn a_held_correction_is_corrected_over_what_stands(backend) {
        let app = TestApp::new(backend).await;
        let mut desk = Desk::new(&app).await;
        let note = desk.phone.note("桥下");
        let amend = desk.phone.amend(note.record, 1, "title", Some("桥下"), "");
        desk.phone.outcomes(&[note.clone(), amend.clone()]).await;
        let path = format!("/api/office/quarantine/{}", amend.op_id);
        let detail: QuarantineDetail = desk.office.get(&path).await.ok();
        assert!(detail.answers.contains_key("occurred_at"), "what stands is there, too");
        let right = json!({ "corrections": { "title": "三号桥下", "place": "文三路" } });
        assert_eq!(desk.act(amend.op_id, "accept", right).await, StatusCode::NO_CONTENT);
        desk.store.pull(&desk.phone).await;
        let Some(Row::Submissions(one)) = desk.store.rows.get(&note.record) else {
            panic!("no record");
        };
        assert_eq!(one.answers["place"], Answer::Text("文三路".to_owned()));
        assert!(one.title.starts_with("三号桥下"), "{}", one.title);
        assert_eq!(one.conflicts, []);
    }
}
