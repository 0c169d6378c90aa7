//! `/api/office/packs`: what would be in a pack, an item's sheet, the archive, and whether a third party
//! can trust it.

#![expect(
    clippy::case_sensitive_file_extension_comparisons,
    reason = "a pack's names are made by the server"
)]

mod checks;
mod drawn;
mod leaves;
mod made;
mod mechanisms;
mod reading;
mod year;

use std::{
    collections::BTreeMap,
    io::{Cursor, Read as _, Write as _},
};

use axum::http::StatusCode;
use calamine::{Reader as _, Xlsx};
use domain::{
    EvidenceKind, Outcome, RecordRef, SubmissionId,
    api::{
        office::Review,
        packs::{ItemSheet, Mark, PackItem, PackProgress, PackState, PackSummary, WhyLeftOut},
    },
    areas::{
        attachments::BlobFacts,
        evidence::{Evidence, File, Subject, SubjectArea},
        people::Role,
        standards::Standard,
    },
    operation::Area,
};
use image::ImageFormat;
use object_store::ObjectStoreExt as _;
use server::{
    areas::{blobs, evidence, standards},
    cli::pack,
    ids,
};
use uuid::Uuid;
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::{
    phone::{self, Phone},
    support::{Client, TestApp, TestOrganization, TestPerson},
};

const PACKS: &str = "/api/office/packs";
/// Wants minutes twice and two photos.
const ITEM: &str = "Ⅰ-1-2";

struct World {
    organization: TestOrganization,
    reviewer: TestPerson,
    office: Client,
    phone: Phone,
    standard: domain::StandardId,
}

async fn world(app: &TestApp) -> World {
    let organization = phone::organization(app).await;
    let reviewer = organization.person(Role::Reviewer).await;
    let author = organization.person(Role::Recorder).await;
    let standard = install_standard(app, &organization).await;
    World {
        office: reviewer.client().await,
        phone: Phone::of(app, &author).await,
        organization,
        reviewer,
        standard,
    }
}

pub(super) async fn install_standard(
    app: &TestApp,
    organization: &TestOrganization,
) -> domain::StandardId {
    let text = include_str!("../../../../../templates/standard.json");
    let standard: Standard = serde_json::from_str(text).expect("the sample standard");
    let id = ids::new(&app.state.clock);
    let mut tx = app.begin().await;
    standards::store::insert_current(&mut tx, organization.id, id, &standard, app.now())
        .await
        .expect("the standard is written");
    tx.commit().await.expect("committed");
    id
}

impl World {
    /// A line of the ledger.
    async fn map(&self, app: &TestApp, kind: EvidenceKind, area: SubjectArea, id: Uuid) {
        let mut tx = app.begin().await;
        let line = Evidence {
            id: ids::new(&app.state.clock),
            standard_id: self.standard,
            item: ITEM.to_owned(),
            kind,
            subject: Subject { area, id },
            year: 2026,
            passage: "会议研究了创建工作，联系人 13812345678。".to_owned(),
            added_by: self.reviewer.id,
            added_at: app.now(),
        };
        let written = evidence::store::insert(&mut tx, self.organization.id, &[line]).await;
        assert_eq!(written.expect("the line is written"), 1);
        tx.commit().await.expect("committed");
    }

    async fn submit(&self, title: &str) -> SubmissionId {
        let note = self.phone.note(title);
        let outcome = self.phone.outcome(&note).await;
        assert_eq!(outcome, Outcome::Applied { revision: 1 });
        SubmissionId(note.record.id)
    }

    async fn approve(&self, id: SubmissionId, seen: i64) {
        let reply = self
            .office
            .request("POST", &format!("/api/office/submissions/{id}/review"))
            .if_match(seen)
            .json(&Review::Approve)
            .send()
            .await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    }

    async fn store(&self, app: &TestApp, bytes: Vec<u8>, media_type: &str) -> BlobFacts {
        let facts = BlobFacts {
            media_type: media_type.to_owned(),
            ..phone::blob(&bytes)
        };
        let path = blobs::path(self.organization.id, &facts.sha256);
        app.state
            .blobs
            .put(&path, bytes.into())
            .await
            .expect("stored");
        let mut tx = app.begin().await;
        sqlx::query(
            "insert into blobs (organization_id, sha256, size, media_type, person_id, stored_at)
             values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(self.organization.id.to_string())
        .bind(&facts.sha256)
        .bind(facts.size)
        .bind(media_type)
        .bind(self.reviewer.id.to_string())
        .bind(app.now().0)
        .execute(&mut *tx)
        .await
        .expect("the blob is written");
        tx.commit().await.expect("committed");
        facts
    }

    async fn file(&self, app: &TestApp, title: &str, dated_on: Option<&str>) -> Uuid {
        let bytes = format!("%PDF-1.4 {title}").into_bytes();
        let facts = self.store(app, bytes, "application/pdf").await;
        let file = File {
            id: ids::new(&app.state.clock),
            revision: 1,
            sha256: facts.sha256,
            bytes: facts.size,
            media_type: facts.media_type,
            file_name: "扫描件.pdf".to_owned(),
            title: title.to_owned(),
            kind: EvidenceKind::Document,
            dated_on: dated_on.map(str::to_owned),
            document_no: "卫执〔2026〕3号".to_owned(),
            department_id: None,
            activity_id: None,
            added_by: self.reviewer.id,
            added_at: app.now(),
            withdrawn: false,
        };
        let mut tx = app.begin().await;
        evidence::store::insert_file(&mut tx, self.organization.id, &file)
            .await
            .expect("the file is written");
        tx.commit().await.expect("committed");
        file.id.0
    }

    async fn item(&self) -> PackItem {
        let summary: PackSummary = self.office.get(&format!("{PACKS}?year=2026")).await.ok();
        let mut items = summary.projects.into_iter().flat_map(|it| it.items);
        items.find(|item| item.code == ITEM).expect("the item")
    }

    async fn pack(&self) -> Vec<u8> {
        let path = format!("{PACKS}/pack.zip?year=2026&scope=%E2%85%A0-1-2");
        let reply = self.office.get(&path).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
        assert_eq!(reply.header("content-type"), "application/zip");
        reply.bytes
    }
}

fn entries(pack: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(pack)).expect("an archive");
    let mut entries = BTreeMap::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).expect("an entry");
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("its bytes");
        entries.insert(entry.name().expect("a name").into_owned(), bytes);
    }
    entries
}

fn document_text(docx: &[u8]) -> String {
    String::from_utf8(entries(docx).remove("word/document.xml").expect("its text")).expect("UTF-8")
}

fn written(entries: &BTreeMap<String, Vec<u8>>) -> tempfile::NamedTempFile {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer
            .start_file(name, SimpleFileOptions::default())
            .expect("begun");
        writer.write_all(bytes).expect("written");
    }
    let bytes = writer.finish().expect("finished").into_inner();
    saved(&bytes)
}

fn saved(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(bytes).expect("written");
    file
}

on_both! {
    async fn a_pack_holds_what_the_ledger_names_and_proves_where_it_comes_from(backend) {
        let app = TestApp::new(backend).await;
        let world = world(&app).await;
        let record = world.submit("第一次领导小组会议 13912345678").await;
        let bytes = phone::picture(7, ImageFormat::Jpeg);
        let facts = world.store(&app, bytes.clone(), "image/jpeg").await;
        let photo = world.phone.photo(RecordRef::new(Area::Submissions, record.0), &facts);
        assert_eq!(world.phone.outcome(&photo).await, Outcome::Applied { revision: 1 });
        let revision: Revised = world
            .office
            .get(&format!("/api/office/submissions/{record}"))
            .await
            .ok();
        world.approve(record, revision.submission.revision).await;
        world.map(&app, EvidenceKind::Minutes, SubjectArea::Submissions, record.0).await;
        let file = world.file(&app, "关于成立领导小组的通知", Some("2026-03-05")).await;
        world.map(&app, EvidenceKind::Document, SubjectArea::Files, file).await;

        let item = world.item().await;
        // The photo comes with its record, but isn't filed itself: the ledger doesn't count it.
        assert_eq!((item.files, item.other_year, item.missing()), (4, 0, 3));
        world.map(&app, EvidenceKind::Photo, SubjectArea::Attachments, photo.record.id).await;
        let item = world.item().await;
        assert_eq!((item.files, item.missing(), item.left_out.len()), (4, 2, 0));
        let pack = world.pack().await;
        let all = entries(&pack);
        let folder = "Ⅰ ";
        let own: Vec<&String> = all.keys().filter(|name| name.starts_with(folder)).collect();
        assert_eq!(own.len(), 4, "{own:?}");
        let named = |part: &str| {
            all.iter()
                .find(|(name, _)| name.contains(part))
                .map_or_else(|| panic!("{part} in {own:?}"), |(_, bytes)| bytes)
        };
        assert_eq!(*named("照片"), bytes);
        assert!(named("关于成立领导小组的通知.pdf").starts_with(b"%PDF"));
        let sheet = document_text(named("000 "));
        assert!(sheet.contains("会议研究了创建工作，联系人 138****5678。"), "{sheet}");
        assert!(sheet.contains("未注明；主题："), "{sheet}");
        let text = document_text(named("第一次领导小组会议 139"));
        assert!(text.contains("139****5678") && !text.contains("13912345678"), "{text}");

        let mut catalogue: Xlsx<_> =
            calamine::open_workbook_from_rs(Cursor::new(named("目录.xlsx").clone())).expect("a workbook");
        let range = catalogue.worksheet_range("目录").expect("the catalogue");
        let head: Vec<String> = range.rows().nth(3).expect("a head").iter().map(ToString::to_string).collect();
        assert_eq!(head[..7], ["序号", "文号", "责任者", "题名", "日期", "页数", "备注"]);
        let cells: Vec<String> = range.rows().flatten().map(ToString::to_string).collect();
        assert!(cells.iter().any(|cell| cell == "卫执〔2026〕3号"));
        let range = catalogue.worksheet_range("照片说明").expect("the photos");
        let caption: Vec<String> = range.rows().next_back().expect("one").iter().map(ToString::to_string).collect();
        assert!(caption[1].starts_with("2026年") && caption[5].contains("照片"), "{caption:?}");

        let checked = pack::check(saved(&pack).path(), None).expect("a pack");
        assert!(checked.is_genuine(), "{checked:?}");
        let [receipts] = &checked.manifest.receipts[..] else {
            panic!("{:?}", checked.manifest.receipts);
        };
        assert_eq!(receipts.record, record);
        assert_eq!(receipts.receipts.len(), 1);
        let trust = app.state.keys.trust(Vec::new());
        assert!(pack::check(saved(&pack).path(), Some(&trust)).expect("a pack").is_genuine());
        let acts = app
            .number("select cast(count(*) as bigint) from audit where act = 'pack_export'")
            .await;
        assert_eq!(acts, 1);
    }

    async fn what_is_done_once_counts_over_the_round(backend) {
        let app = TestApp::new(backend).await;
        let world = world(&app).await;
        let file = world.file(&app, "成立领导小组的通知", Some("2025-03-05")).await;
        let once = "Ⅰ-1-1";
        let mut tx = app.begin().await;
        let line = Evidence {
            id: ids::new(&app.state.clock),
            standard_id: world.standard,
            item: once.to_owned(),
            kind: EvidenceKind::Document,
            subject: Subject { area: SubjectArea::Files, id: file },
            year: 2025,
            passage: String::new(),
            added_by: world.reviewer.id,
            added_at: app.now(),
        };
        evidence::store::insert(&mut tx, world.organization.id, &[line]).await.expect("written");
        tx.commit().await.expect("committed");
        let ledger: domain::api::evidence::Ledger =
            world.office.get("/api/office/evidence?year=2026").await.ok();
        let mut items = ledger.projects.into_iter().flat_map(|it| it.items);
        let in_ledger = items.find(|it| it.code == once).expect("the item");
        let summary: PackSummary = world.office.get(&format!("{PACKS}?year=2026")).await.ok();
        let mut items = summary.projects.into_iter().flat_map(|it| it.items);
        let in_pack = items.find(|it| it.code == once).expect("the item");
        assert_eq!(in_pack.needs, in_ledger.needs);
        assert_eq!((in_pack.files, in_pack.other_year), (2, 0));
        let next: PackSummary = world.office.get(&format!("{PACKS}?year=2028")).await.ok();
        let mut items = next.projects.into_iter().flat_map(|it| it.items);
        assert_eq!(items.find(|it| it.code == once).expect("the item").files, 1);
    }

    async fn a_download_says_how_far_it_is_to_whoever_began_it(backend) {
        let app = TestApp::new(backend).await;
        let world = world(&app).await;
        let path = format!("{PACKS}/progress?ticket=1767574800000");
        let begun: Option<PackProgress> = world.office.get(&path).await.ok();
        assert_eq!(begun, None);
        let pack = format!("{PACKS}/pack.zip?year=2026&scope=%E2%85%A0-1-2&ticket=1767574800000");
        let reply = world.office.get(&pack).await;
        let progress: Option<PackProgress> = world.office.get(&path).await.ok();
        let progress = progress.expect("it was begun");
        assert_eq!((progress.state, progress.percent), (PackState::Whole, 100));
        assert_eq!(progress.bytes, reply.bytes.len() as i64);
        let other = world.organization.person(Role::Reviewer).await.client().await;
        let theirs: Option<PackProgress> = other.get(&path).await.ok();
        assert_eq!(theirs, None);
    }

    async fn what_is_not_approved_or_of_another_year_says_so(backend) {
        let app = TestApp::new(backend).await;
        let world = world(&app).await;
        let waiting = world.submit("还在审核").await;
        world.map(&app, EvidenceKind::Minutes, SubjectArea::Submissions, waiting.0).await;
        for (title, date) in [("去年的通知", Some("2025-12-30")), ("没有日期", None)] {
            let file = world.file(&app, title, date).await;
            world.map(&app, EvidenceKind::Document, SubjectArea::Files, file).await;
        }
        world.map(&app, EvidenceKind::Photo, SubjectArea::Attachments, Uuid::now_v7()).await;
        let item = world.item().await;
        assert_eq!(item.other_year, 2);
        let why: Vec<WhyLeftOut> = item.left_out.iter().map(|it| it.why).collect();
        assert_eq!(why, [WhyLeftOut::NotApproved, WhyLeftOut::Gone]);
        let sheet: ItemSheet = world
            .office
            .get(&format!("{PACKS}/sheet?year=2026&item=%E2%85%A0-1-2"))
            .await
            .ok();
        let marks: Vec<&[Mark]> = sheet.lines.iter().map(|line| &line.marks[..]).collect();
        assert_eq!(marks, [&[Mark::Undated][..], &[Mark::OtherYear]]);
        let names: Vec<String> = entries(&world.pack().await).into_keys().collect();
        assert!(!names.iter().any(|name| name.contains("还在审核")), "{names:?}");
    }

    async fn another_organization_and_a_wrong_question_get_nothing(backend) {
        let app = TestApp::new(backend).await;
        let world = world(&app).await;
        let file = world.file(&app, "通知", Some("2026-03-05")).await;
        world.map(&app, EvidenceKind::Document, SubjectArea::Files, file).await;
        let stranger = phone::organization(&app).await;
        let stranger = stranger.person(Role::Administrator).await.client().await;
        let summary: PackSummary = stranger.get(&format!("{PACKS}?year=2026")).await.ok();
        assert_eq!(summary.standard, None);
        let none = stranger.get(&format!("{PACKS}/pack.zip?year=2026")).await;
        assert_eq!((none.status, none.code().as_str()), (StatusCode::CONFLICT, "no_standard"));
        let unknown = world.office.get(&format!("{PACKS}/pack.zip?year=2026&scope=X")).await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND);
        let year = world.office.get(&format!("{PACKS}?year=1")).await;
        assert_eq!(year.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

/// What of a record's detail is needed here.
#[derive(serde::Deserialize)]
struct Revised {
    submission: domain::areas::submissions::Submission,
}
