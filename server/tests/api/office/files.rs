//! Documents: kept, described, found, handed out, withdrawn.

use axum::http::StatusCode;
use domain::{
    EvidenceKind,
    api::{
        Page,
        evidence::{Ledger, Piece},
        files::FileLine,
        search::Hit,
    },
    areas::{evidence::File, people::Role},
    keys::sha256_hex,
};
use serde_json::json;

use crate::{
    blobs::{create_as, patch},
    files::pdf,
    phone::{self, Phone},
    support::{Client, TestApp},
};

const FILES: &str = "/api/office/files";

/// A desktop that has sent these bytes.
async fn sent(phone: &Phone, bytes: &[u8], media_type: &str) {
    let upload = create_as(phone, bytes, &sha256_hex(bytes), media_type)
        .await
        .header("location");
    assert_eq!(
        patch(phone, &upload, 0, bytes).await.status,
        StatusCode::NO_CONTENT
    );
}

async fn list(office: &Client, query: &str) -> Vec<FileLine> {
    office
        .get(&format!("{FILES}?{query}"))
        .await
        .ok::<Page<FileLine>>()
        .items
}

on_both! {
    async fn a_document_is_kept_described_found_and_handed_out_by_its_name(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let desktop = Phone::of(&app, &organization.person(Role::Reviewer).await).await;
        let office = &desktop.client;
        let early = json!({ "sha256": sha256_hex(&pdf()), "file_name": "通知.pdf" });
        let reply = office.post(FILES, &early).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        sent(&desktop, &pdf(), "application/pdf").await;
        let named = json!({
            "sha256": sha256_hex(&pdf()), "file_name": "C:\\桌面\\创建方案 终稿.pdf",
        });
        let file: File = office.post(FILES, &named).await.json();
        assert_eq!((file.title.as_str(), file.file_name.as_str()), ("创建方案 终稿", "创建方案 终稿.pdf"));
        let department = organization.department("办公室").await;
        let about = json!({
            "title": "三年创建方案", "kind": "plan", "dated_on": "2026-03-05",
            "document_no": "卫执〔2026〕3号", "department_id": department,
        });
        let path = format!("{FILES}/{}", file.id);
        let changed = office.request("PUT", &path).if_match(1).json(&about).send().await;
        assert_eq!(changed.ok::<File>().kind, EvidenceKind::Plan);
        let stale = office.request("PUT", &path).if_match(1).json(&about).send().await;
        assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
        for (query, count) in [
            ("q=%E7%BB%88%E7%A8%BF", 1), ("q=2026", 1), ("kind=plan", 1), ("kind=notice", 0), ("q=%25", 1),
        ] {
            assert_eq!(list(office, query).await.len(), count, "{query}");
        }
        let hits: Page<Hit> = office.get("/api/office/search?q=%E5%8D%AB%E6%89%A7+2026").await.ok();
        assert_eq!(hits.items[0].title, "三年创建方案");
        let reply = office.get(&format!("{path}/content")).await;
        assert_eq!(reply.bytes, pdf());
        assert!(reply.header("content-disposition").ends_with("%E7%BB%88%E7%A8%BF.pdf"));
        for bad in [json!({ "title": "", "kind": "plan" }), json!({ "title": "x", "dated_on": "3月5日" })] {
            let reply = office.request("PUT", &path).if_match(2).json(&bad).send().await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
        }
    }

    async fn what_is_withdrawn_counts_and_is_found_no_more_until_it_is_brought_back(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let standard = serde_json::from_str(include_str!("../../../../templates/standard.json"))
            .expect("a standard");
        let mut tx = app.begin().await;
        let id = server::ids::new(&app.state.clock);
        server::areas::standards::store::insert_current(&mut tx, organization.id, id, &standard, app.now())
            .await
            .expect("written");
        tx.commit().await.expect("committed");
        let desktop = Phone::of(&app, &organization.person(Role::Reviewer).await).await;
        let office = &desktop.client;
        sent(&desktop, &pdf(), "application/pdf").await;
        let mut files = Vec::new();
        for name in ["文件甲.pdf", "文件乙.pdf"] {
            let named = json!({ "sha256": sha256_hex(&pdf()), "file_name": name });
            files.push(office.post(FILES, &named).await.json::<File>());
        }
        let evidence = json!({
            "item": "Ⅰ-1-1", "kind": "doc", "year": 2026,
            "subject": { "area": "files", "id": files[0].id },
        });
        assert_eq!(office.post("/api/office/evidence", &evidence).await.status, StatusCode::CREATED);
        assert_eq!(office.post("/api/office/evidence", &evidence).await.status, StatusCode::OK);
        assert_eq!(list(office, "").await.iter().find(|it| it.file.id == files[0].id).expect("it").items, ["Ⅰ-1-1"]);
        // The same bytes twice, and no date.
        let detail: domain::api::evidence::ItemDetail =
            office.get("/api/office/evidence/items/%E2%85%A0-1-1").await.ok();
        let pieces: Page<Piece> =
            office.get("/api/office/evidence/items/%E2%85%A0-1-1/pieces").await.ok();
        let piece: &Piece = &pieces.items[0];
        assert_eq!((piece.twins.len(), piece.twins[0].title.as_str()), (1, "文件乙"));
        assert_eq!(piece.doubts, [domain::api::evidence::Doubt::Undated]);
        assert_eq!((detail.item.pieces, detail.item.doubtful), (1, 1));
        // What is done once counts for the whole round.
        let next: Ledger = office.get("/api/office/evidence?year=2027").await.ok();
        assert_eq!(next.projects[0].items[0].pieces, 1);

        let path = format!("{FILES}/{}", files[0].id);
        let gone = office.request("POST", &format!("{path}/withdraw")).if_match(1).send().await;
        assert_eq!(gone.status, StatusCode::OK);
        let ledger: Ledger = office.get("/api/office/evidence").await.ok();
        assert_eq!((ledger.projects[0].items[0].pieces, ledger.projects[0].items[0].idle), (0, 1));
        assert_eq!((list(office, "").await.len(), list(office, "withdrawn=true").await.len()), (1, 1));
        let found = "/api/office/search?q=%E6%96%87%E4%BB%B6%E7%94%B2";
        assert!(office.get(found).await.ok::<Page<Hit>>().items.is_empty());
        let back = office.request("POST", &format!("{path}/restore")).if_match(2).send().await;
        assert_eq!(back.status, StatusCode::OK);
        assert_eq!(office.get(found).await.ok::<Page<Hit>>().items.len(), 1);
    }
}
