//! The evidence ledger: what a record proves, what an item has and lacks.

use axum::http::StatusCode;
use domain::{
    Change, EvidenceKind, Operation, SubmissionId,
    api::{
        Page,
        evidence::{Doubt, ItemDetail, ItemLedger, Ledger, Piece, RecordEvidence, What},
        office::Review,
    },
    areas::{
        activities::ActivityState, attachments::AttachmentChange, people::Role,
        submissions::Submission,
    },
    coverage::Progress,
    photos::Resemblance,
};
use serde_json::json;
use server::areas::evidence::standing;

use crate::{
    blobs::upload,
    phone::{self, Phone, blob, picture},
    support::{Client, TestApp, TestOrganization},
};

/// An organization with the sample's standard.
pub async fn organization(app: &TestApp) -> TestOrganization {
    let organization = phone::organization(app).await;
    let standard = serde_json::from_str(include_str!("../../../../templates/standard.json"))
        .expect("a standard");
    let mut tx = app.begin().await;
    let id = server::ids::new(&app.state.clock);
    server::areas::standards::store::insert_current(
        &mut tx,
        organization.id,
        id,
        &standard,
        app.now(),
    )
    .await
    .expect("written");
    tx.commit().await.expect("committed");
    organization
}

/// A record with one photo whose bytes are here.
async fn record(phone: &Phone, title: &str, seed: u8) -> SubmissionId {
    let bytes = picture(seed, image::ImageFormat::Jpeg);
    let note = phone.note(title);
    let photo = phone.photo(note.record, &blob(&bytes));
    phone.outcomes(&[note.clone(), photo]).await;
    // The same bytes come once.
    let known = phone
        .client
        .get(&format!("/api/blobs/{}", blob(&bytes).sha256))
        .await;
    if known.status != StatusCode::OK {
        upload(phone, &bytes).await;
    }
    SubmissionId(note.record.id)
}

async fn review(office: &Client, id: SubmissionId, revision: i64, review: &Review) {
    let path = format!("/api/office/submissions/{id}/review");
    let body = serde_json::to_value(review).expect("JSON");
    let reply = office
        .request("POST", &path)
        .if_match(revision)
        .json(&body)
        .send()
        .await;
    assert_eq!(reply.ok::<Submission>().revision, revision + 1);
}

fn path(id: SubmissionId) -> String {
    format!("/api/office/submissions/{id}/evidence")
}

async fn item(office: &Client, code: &str, year: i32) -> ItemLedger {
    let ledger: Ledger = office
        .get(&format!("/api/office/evidence?year={year}"))
        .await
        .ok();
    let items = ledger
        .projects
        .into_iter()
        .flat_map(|project| project.items);
    items
        .into_iter()
        .find(|item| item.code == code)
        .expect("in the standard")
}

/// The item's page; its counts are the ledger's, its pieces are read anew, and both agree.
async fn detail(office: &Client, code: &str) -> ItemDetail {
    let detail: ItemDetail = office
        .get(&format!("/api/office/evidence/items/{code}?year=2026"))
        .await
        .ok();
    let pieces = pieces(office, code, "year=2026").await;
    let count = |is: &dyn Fn(&Piece) -> bool| {
        let pieces = pieces.iter().filter(|piece| is(piece));
        pieces.count() as i64
    };
    let read = [
        count(&Piece::counts),
        count(&|it| it.counts() && !it.doubts.is_empty()),
        count(&|it| !it.counts()),
    ];
    let item = &detail.item;
    assert_eq!([item.pieces, item.doubtful, item.idle], read);
    detail
}

/// What stands at an item, page by page.
async fn pieces(office: &Client, code: &str, query: &str) -> Vec<Piece> {
    let path = format!("/api/office/evidence/items/{code}/pieces?{query}");
    let mut page: Page<Piece> = office.get(&path).await.ok();
    let mut pieces = page.items;
    while let Some(after) = page.next {
        page = office.get(&format!("{path}&after={after}")).await.ok();
        pieces.extend(page.items);
    }
    pieces
}

/// How many pieces count at an item, how many of them are doubtful, how many don't count.
async fn standing(office: &Client) -> [i64; 3] {
    let item = detail(office, BINS).await.item;
    [item.pieces, item.doubtful, item.idle]
}

/// `Ⅶ-1-3`, for an address.
const BINS: &str = "%E2%85%A6-1-3";

on_both! {
    async fn a_record_is_mapped_once_and_proves_many_items_with_its_photos(backend) {
        let app = TestApp::new(backend).await;
        let organization = organization(&app).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let author = Phone::of(&app, &organization.person(Role::Recorder).await).await;
        let id = record(&author, "四分类垃圾桶标识规范、投放准确", 1).await;
        let seen: RecordEvidence = office.get(&path(id)).await.ok();
        assert_eq!((seen.year, seen.photos, seen.items.len()), (2026, 1, 72));
        assert!(seen.proves.is_empty());
        let by_words = seen.suggestions.iter().find(|it| it.item == "Ⅶ-1-3").expect("suggested");
        assert!(!by_words.words.is_empty());

        let said: RecordEvidence = office.post(&path(id), &json!({ "item": "Ⅶ-1-3" })).await.ok();
        assert_eq!((said.proves.len(), said.proves[0].photos, said.proves[0].year), (1, 1, 2026));
        // Again changes it, and doubles nothing.
        let other = json!({ "item": "Ⅶ-1-3", "kind": "sum", "passage": "第二段" });
        let said: RecordEvidence = office.post(&path(id), &other).await.ok();
        assert_eq!(said.proves[0].kind, Some(EvidenceKind::Summary));
        let said: RecordEvidence = office.post(&path(id), &json!({ "item": "Ⅴ-2-3" })).await.ok();
        assert_eq!(said.proves.len(), 2);

        // It counts once it is approved.
        let before = item(&office, "Ⅶ-1-3", 2026).await;
        assert_eq!((before.pieces, before.idle, before.progress), (0, 2, Progress::Nothing));
        review(&office, id, 1, &Review::Approve).await;
        let after = item(&office, "Ⅶ-1-3", 2026).await;
        assert_eq!((after.pieces, after.idle, after.progress), (2, 0, Progress::Some));
        assert_eq!(after.needs[0].missing(), 3);
        assert_eq!(item(&office, "Ⅶ-1-3", 2025).await.pieces, 0);
        let ledger: Ledger = office.get("/api/office/evidence").await.ok();
        assert_eq!((ledger.months[10], ledger.months.iter().sum::<i64>()), (2, 2));

        let gone = office.request("DELETE", &format!("{}?item={BINS}", path(id))).send().await;
        assert_eq!(gone.ok::<RecordEvidence>().proves.len(), 1);
        assert_eq!(item(&office, "Ⅶ-1-3", 2026).await.pieces, 0);
        // Mapping it anew takes the first mapping out.
        let acts = app
            .number("select cast(count(*) as bigint) from audit where act like 'evidence%'")
            .await;
        assert_eq!(acts, 5);
    }

    async fn an_item_with_many_pieces_is_read_page_by_page(backend) {
        let app = TestApp::new(backend).await;
        let organization = organization(&app).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let author = Phone::of(&app, &organization.person(Role::Recorder).await).await;
        let note = author.note("垃圾分类");
        author.outcome(&note).await;
        let photo = |n: u8| author.photo(note.record, &blob(&[n]));
        for photos in [0..30, 30..60] {
            let photos: Vec<Operation> = photos.map(photo).collect();
            author.outcomes(&photos).await;
        }
        let said = office.post(&path(SubmissionId(note.record.id)), &json!({ "item": "Ⅶ-1-3" })).await;
        assert_eq!(said.status, StatusCode::OK);
        let first: Page<Piece> = office
            .get(&format!("/api/office/evidence/items/{BINS}/pieces"))
            .await
            .ok();
        assert_eq!((first.items.len(), first.next.is_some()), (50, true));
        let mut ids: Vec<_> = pieces(&office, BINS, "").await.iter().map(|it| it.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 61);
        let reply = office.get(&format!("/api/office/evidence/items/{BINS}/pieces?after=x")).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn what_was_returned_or_voided_proves_nothing(backend) {
        let app = TestApp::new(backend).await;
        let organization = organization(&app).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let author = Phone::of(&app, &organization.person(Role::Recorder).await).await;
        let id = record(&author, "垃圾分类", 1).await;
        let said = office.post(&path(id), &json!({ "item": "Ⅶ-1-3" })).await;
        assert_eq!(said.status, StatusCode::OK);
        review(&office, id, 1, &Review::Approve).await;
        review(&office, id, 2, &Review::Return { reason: "照片不清楚".to_owned() }).await;
        let standing = item(&office, "Ⅶ-1-3", 2026).await;
        assert_eq!((standing.pieces, standing.idle), (0, 2));
        let reply = office.post(&path(id), &json!({ "item": "Ⅴ-2-3" })).await;
        assert_eq!((reply.status, reply.code().as_str()), (StatusCode::CONFLICT, "record_does_not_count"));
        let pieces = pieces(&office, BINS, "show=idle").await;
        assert_eq!(pieces.len(), 2);
        assert!(pieces.iter().all(|piece| !piece.counts()));
    }

    async fn material_of_another_year_and_twice_used_photos_are_said(backend) {
        let app = TestApp::new(backend).await;
        let organization = organization(&app).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let author = Phone::of(&app, &organization.person(Role::Recorder).await).await;
        let first = record(&author, "一月", 1).await;
        let second = record(&author, "二月", 1).await;
        for (id, year) in [(first, 2026), (second, 2025)] {
            review(&office, id, 1, &Review::Approve).await;
            let body = json!({ "item": "Ⅶ-1-3", "year": year });
            assert_eq!(office.post(&path(id), &body).await.status, StatusCode::OK);
        }
        assert_eq!(item(&office, "Ⅶ-1-3", 2026).await.doubtful, 0);
        assert_eq!(item(&office, "Ⅶ-1-3", 2025).await.doubtful, 2);
        let found = detail(&office, BINS).await;
        assert_eq!((found.previous.as_deref(), found.next.as_deref()), (Some("Ⅶ-1-2"), Some("Ⅶ-1-4")));
        let of_this_year = pieces(&office, BINS, "").await;
        let photo = of_this_year
            .iter()
            .find(|piece| matches!(piece.what, What::Photo { .. }))
            .expect("the photo");
        assert_eq!((photo.twins.len(), photo.twins[0].record), (1, Some(second)));
        assert_eq!(photo.twins[0].resemblance, Resemblance::Same);
        let wrong = pieces(&office, BINS, "year=2025&show=doubtful").await;
        assert_eq!(wrong.len(), 2);
        assert!(wrong.iter().all(|it| it.doubts == [Doubt::OtherYear { year: 2026 }]));
        assert!(pieces(&office, BINS, "show=doubtful").await.is_empty());
        // Put right, line by line.
        for piece in &wrong {
            let line = format!("/api/office/evidence/{}", piece.id);
            let body = json!({ "kind": piece.kind, "year": 2026, "passage": "见照片" });
            let reply = office.request("PATCH", &line).json(&body).send().await;
            assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
        }
        assert_eq!(item(&office, "Ⅶ-1-3", 2026).await.pieces, 4);
        for piece in pieces(&office, BINS, "").await {
            let line = format!("/api/office/evidence/{}", piece.id);
            let reply = office.request("DELETE", &line).send().await;
            assert_eq!(reply.status, StatusCode::NO_CONTENT);
        }
        assert_eq!(item(&office, "Ⅶ-1-3", 2026).await.pieces, 0);
    }

    async fn what_changes_after_it_was_filed_is_judged_anew(backend) {
        let app = TestApp::new(backend).await;
        let organization = organization(&app).await;
        let reviewer = organization.person(Role::Reviewer).await;
        let office = reviewer.client().await;
        let author = Phone::of(&app, &organization.person(Role::Recorder).await).await;
        let note = author.note("垃圾分类");
        let bytes = picture(1, image::ImageFormat::Jpeg);
        let photo = author.photo(note.record, &blob(&bytes));
        author.outcomes(&[note.clone(), photo.clone()]).await;
        upload(&author, &bytes).await;
        let id = SubmissionId(note.record.id);
        assert_eq!(office.post(&path(id), &json!({ "item": "Ⅶ-1-3" })).await.status, StatusCode::OK);
        assert_eq!(standing(&office).await, [0, 0, 2]);
        review(&office, id, 1, &Review::Approve).await;
        assert_eq!(standing(&office).await, [2, 0, 0]);

        let mut activity = phone::activity(&app, &reviewer).await;
        let held = json!({
            "item": "Ⅶ-1-3", "kind": EvidenceKind::SignIn, "year": 2026,
            "subject": { "area": "activities", "id": activity.id },
        });
        assert_eq!(office.post("/api/office/evidence", &held).await.status, StatusCode::CREATED);
        assert_eq!(standing(&office).await, [3, 0, 0]);
        // It turns out to have been last year.
        activity.starts_at = activity.starts_at.plus_days(-365);
        phone::put_activity(&app, &reviewer, &activity).await;
        assert_eq!(standing(&office).await, [3, 1, 0]);
        let ledger: Ledger = office.get("/api/office/evidence?year=2026").await.ok();
        assert_eq!((ledger.months.iter().sum::<i64>(), ledger.undated), (2, 0));
        activity.state = ActivityState::Cancelled;
        phone::put_activity(&app, &reviewer, &activity).await;
        assert_eq!(standing(&office).await, [2, 0, 1]);

        let withdrawn = AttachmentChange::Withdraw { reason: "重复".to_owned() };
        let withdrawn = author.operation(photo.record, Change::Attachments(withdrawn));
        author.outcomes(&[withdrawn]).await;
        assert_eq!(standing(&office).await, [1, 0, 2]);

        // Lines from before a judgment was noted are judged at the next start.
        let mut tx = app.begin().await;
        let forgotten = sqlx::query("update evidence set counts = null, dated_on = null")
            .execute(&mut *tx)
            .await
            .expect("written");
        assert_eq!(forgotten.rows_affected(), 3);
        tx.commit().await.expect("committed");
        standing::fill(&app.state.db).await.expect("judged");
        assert_eq!(standing(&office).await, [1, 0, 2]);
    }

    async fn what_can_not_be_filed_says_why(backend) {
        let app = TestApp::new(backend).await;
        let organization = organization(&app).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let author = Phone::of(&app, &organization.person(Role::Recorder).await).await;
        let id = record(&author, "垃圾分类", 1).await;
        for body in [
            json!({ "item": "Ⅸ-1-1" }),
            json!({ "item": "Ⅶ-1-3", "year": 1999 }),
            json!({ "item": "Ⅶ-1-3", "passage": "长".repeat(501) }),
            json!({ "item": "Ⅶ-1-3", "kind": "song" }),
        ] {
            let reply = office.post(&path(id), &body).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        }
        let bare = phone::organization(&app).await;
        let clerk = bare.person(Role::Reviewer).await.client().await;
        let ledger: Ledger = clerk.get("/api/office/evidence").await.ok();
        assert!(ledger.projects.is_empty());
        let author = Phone::of(&app, &bare.person(Role::Recorder).await).await;
        let id = record(&author, "垃圾分类", 1).await;
        let reply = clerk.post(&path(id), &json!({ "item": "Ⅶ-1-3" })).await;
        assert_eq!(reply.code(), "no_standard");
    }
}
