//! A year of a team's work as one pack, opened by other programs: `unzip`, `LibreOffice`, poppler.
//!
//! `MINGLU_PACK_PERCENT` says how much of the year is made: 400 activities and 6,000 records at 100.
//! `MINGLU_PACK_ON=postgres` takes the other database. `MINGLU_PACK_BENCH=1` also prints how fast and with how much memory, beside `zip -0` of the same bytes;
//! then `MINGLU_PACK_KILOBYTES` is the size of a photo.

use std::{collections::BTreeSet, fs, io::Write as _, time::Instant};

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use domain::{
    ActivityId, Capture, EvidenceKind, PersonId, RecordRef, SubmissionId, Timestamp,
    areas::{
        activities::{Activity, ActivityKind, ActivityState},
        attachments::{Attachment, BlobFacts, PhotoFacts, PhotoSource},
        attendances::{Attendance, Direction, Method, ProofState},
        evidence::{Evidence, File, Subject, SubjectArea},
        people::Role,
        standards::Standard,
        submissions::{ReviewState, Submission},
    },
    operation::Area,
    packs::Manifest,
    time::HOUR_MS,
};
use futures::StreamExt as _;
use image::{DynamicImage, ImageBuffer, ImageFormat, Rgb};
use object_store::ObjectStoreExt as _;
use server::{
    areas::{activities, attachments, attendances, blobs, evidence, submissions},
    cli::pack,
    ids,
};
use tower::ServiceExt as _;
use uuid::Uuid;

use super::reading::{documents, files, measure, peak, run, texts, workbooks};
use crate::{
    phone,
    support::{Backend, TestApp, TestOrganization, TestPerson},
};

/// 2026-01-05 09:00 in China.
const FIRST: Timestamp = Timestamp(1_767_574_800_000);
const DOCUMENTS: usize = 61;
/// Of the year's activities, records and those who came to each.
const ACTIVITIES: usize = 400;
const RECORDS: usize = 6_000;
pub(super) const CAME: usize = 6;
/// Fills lines and a page, to be measured.
const LONG: usize = 28 * 45;

fn number_from(variable: &str) -> Option<usize> {
    std::env::var(variable).ok()?.parse().ok()
}

fn percent() -> usize {
    number_from("MINGLU_PACK_PERCENT").unwrap_or(5)
}

/// A part of the year, never nothing.
fn part(of: usize) -> usize {
    (of * percent() / 100).max(1)
}

struct Year<'a> {
    app: &'a TestApp,
    organization: TestOrganization,
    author: TestPerson,
    standard: domain::StandardId,
    items: Vec<String>,
    activities: Vec<ActivityId>,
}

impl Year<'_> {
    async fn fill(&mut self) {
        let people = self.people().await;
        self.activities(&people).await;
        self.documents().await;
        let all: Vec<usize> = (0..part(RECORDS)).collect();
        for piece in all.chunks(200) {
            self.records(piece).await;
        }
    }

    async fn people(&self) -> Vec<PersonId> {
        let mut people = Vec::new();
        for _ in 0..CAME {
            people.push(self.organization.person(Role::Volunteer).await.id);
        }
        people
    }

    fn item(&self, number: usize) -> String {
        self.items[number % self.items.len()].clone()
    }

    fn day(number: usize) -> Timestamp {
        FIRST.plus_days((number * 7 % 355) as i64)
    }

    fn line(&self, item: usize, kind: EvidenceKind, area: SubjectArea, id: Uuid) -> Evidence {
        Evidence {
            id: ids::new(&self.app.state.clock),
            standard_id: self.standard,
            item: self.item(item),
            kind,
            subject: Subject { area, id },
            year: 2026,
            passage: String::new(),
            added_by: self.author.id,
            added_at: self.app.now(),
        }
    }

    async fn activities(&mut self, people: &[PersonId]) {
        let mut tx = self.app.begin().await;
        for number in 0..part(ACTIVITIES) {
            let starts_at = Self::day(number);
            let activity = Activity {
                id: ids::new(&self.app.state.clock),
                revision: 1,
                title: format!("社区志愿服务第{number}次"),
                kind: ActivityKind::VolunteerService,
                place: "桂花苑".to_owned(),
                details: String::new(),
                starts_at,
                ends_at: starts_at.plus_ms(2 * HOUR_MS),
                organizer_id: self.author.id,
                department_id: None,
                capacity: None,
                items: Vec::new(),
                state: ActivityState::Planned,
                public: false,
            };
            let mut facts = Vec::new();
            for person in people {
                for (direction, at) in [(Direction::In, 0), (Direction::Out, 90)] {
                    let fact = Attendance {
                        id: ids::new(&self.app.state.clock),
                        revision: 1,
                        activity_id: activity.id,
                        person_id: *person,
                        direction,
                        at: starts_at.plus_minutes(at),
                        method: Method::Roster,
                        recorded_by: self.author.id,
                        proof: ProofState::Vouched,
                        flags: Vec::new(),
                        signature: None,
                    };
                    facts.push(attendances::store::Recorded {
                        fact,
                        device_id: self.author.device_id,
                        evidence: None,
                        capture: Capture::default(),
                        received_at: starts_at,
                    });
                }
            }
            let id = activity.id;
            let stored = activities::store::Stored {
                activity,
                code_word: "123456".to_owned(),
            };
            activities::store::put(&mut tx, self.organization.id, &stored)
                .await
                .expect("the activity is written");
            attendances::store::insert(&mut tx, self.organization.id, &facts)
                .await
                .expect("the facts are written");
            let line = self.line(number, EvidenceKind::SignIn, SubjectArea::Activities, id.0);
            evidence::store::insert(&mut tx, self.organization.id, &[line])
                .await
                .expect("mapped");
            self.activities.push(id);
        }
        tx.commit().await.expect("committed");
    }

    async fn documents(&self) {
        for number in 0..DOCUMENTS {
            let bytes = format!("第{number}号文件\n").repeat(40).into_bytes();
            let facts = self.store(bytes, "text/plain").await;
            let file = File {
                id: ids::new(&self.app.state.clock),
                revision: 1,
                sha256: facts.sha256,
                bytes: facts.size,
                media_type: facts.media_type,
                file_name: "文件.txt".to_owned(),
                title: format!("任务{number}的通知"),
                kind: EvidenceKind::Notice,
                dated_on: Some("2026-03-05".to_owned()),
                document_no: format!("卫执〔2026〕{number}号"),
                department_id: None,
                activity_id: None,
                added_by: self.author.id,
                added_at: self.app.now(),
                withdrawn: false,
            };
            let line = self.line(number, EvidenceKind::Notice, SubjectArea::Files, file.id.0);
            let mut tx = self.app.begin().await;
            evidence::store::insert_file(&mut tx, self.organization.id, &file)
                .await
                .expect("the file is written");
            evidence::store::insert(&mut tx, self.organization.id, &[line])
                .await
                .expect("mapped");
            tx.commit().await.expect("committed");
        }
    }

    async fn store(&self, bytes: Vec<u8>, media_type: &str) -> BlobFacts {
        let facts = BlobFacts {
            media_type: media_type.to_owned(),
            width: 48,
            height: 32,
            ..phone::blob(&bytes)
        };
        let path = blobs::path(self.organization.id, &facts.sha256);
        let put = self.app.state.blobs.put(&path, bytes.into()).await;
        put.expect("stored");
        let mut tx = self.app.begin().await;
        sqlx::query(
            "insert into blobs (organization_id, sha256, size, media_type, person_id, stored_at)
             values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(self.organization.id.to_string())
        .bind(&facts.sha256)
        .bind(facts.size)
        .bind(media_type)
        .bind(self.author.id.to_string())
        .bind(self.app.now().0)
        .execute(&mut *tx)
        .await
        .expect("the blob is written");
        tx.commit().await.expect("committed");
        facts
    }

    async fn records(&self, numbers: &[usize]) {
        let mut records = Vec::new();
        let mut photos = Vec::new();
        for &number in numbers {
            let at = Self::day(number);
            let id: SubmissionId = ids::new(&self.app.state.clock);
            let blob = self.store(picture(number as u32), "image/jpeg").await;
            photos.push(Attachment {
                id: ids::new(&self.app.state.clock),
                revision: 1,
                subject: RecordRef::new(Area::Submissions, id.0),
                question: "photos".to_owned(),
                thumbnail: blob.clone(),
                blob,
                source: PhotoSource::Camera,
                taken_at: Some(at),
                caption: format!("现场{number}"),
                facts: PhotoFacts::default(),
                added_by: self.author.id,
                withdrawn: false,
                stored: true,
                rejected: None,
                others: domain::areas::attachments::Wordings::default(),
            });
            let mut answers = phone::answers(&format!("记录{number}"), at);
            if number == 0 {
                let long = domain::forms::Answer::Text("文".repeat(LONG));
                answers.insert("note".to_owned(), long);
            }
            records.push(Submission {
                id,
                revision: 1,
                form_id: "field_note".to_owned(),
                form_version: "1".to_owned(),
                activity_id: Some(self.activities[number % self.activities.len()]),
                premises_id: None,
                author_id: self.author.id,
                department_id: None,
                answers,
                title: format!("记录{number}"),
                state: ReviewState::Approved,
                review_note: String::new(),
                capture: Capture {
                    occurred_at: at,
                    wall_clock: at,
                    utc_offset_minutes: 480,
                    ..Capture::default()
                },
                received_at: Some(at),
                conflicts: Vec::new(),
            });
        }
        let mut tx = self.app.begin().await;
        let all: Vec<&Submission> = records.iter().collect();
        submissions::store::insert(&mut tx, self.organization.id, &all)
            .await
            .expect("the records are written");
        attachments::store::insert(&mut tx, self.organization.id, &photos)
            .await
            .expect("the photos are written");
        for (&number, record) in numbers.iter().zip(&records) {
            let area = SubjectArea::Submissions;
            let line = self.line(number, EvidenceKind::CheckForm, area, record.id.0);
            evidence::store::insert(&mut tx, self.organization.id, &[line])
                .await
                .expect("mapped");
        }
        tx.commit().await.expect("committed");
    }
}

/// A small photo like no other.
fn picture(number: u32) -> Vec<u8> {
    let pixels = ImageBuffer::from_fn(48, 32, |x, y| {
        let mixed = (number.wrapping_mul(2_654_435_761) >> 8).wrapping_add(x * 31 + y * 17);
        Rgb([mixed as u8, (number >> 3) as u8, (x * y + number) as u8])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(pixels)
        .write_to(&mut bytes, ImageFormat::Jpeg)
        .expect("written");
    let mut bytes = bytes.into_inner();
    // What follows a picture's end is no part of it.
    let size = number_from("MINGLU_PACK_KILOBYTES").unwrap_or(0) * 1024;
    let filler = bytes.clone();
    while bytes.len() < size {
        bytes.extend_from_slice(&filler);
    }
    bytes
}

#[tokio::test]
async fn a_year_of_a_team_is_read_by_other_programs() {
    // Half a minute of LibreOffice: the other database by hand.
    let backend = match std::env::var("MINGLU_PACK_ON").as_deref() {
        Ok("postgres") => Backend::Postgres,
        _ => Backend::Sqlite,
    };
    let app = TestApp::new(backend).await;
    let organization = phone::organization(&app).await;
    let text = include_str!("../../../../../templates/standard.json");
    let standard: Standard = serde_json::from_str(text).expect("the sample standard");
    let items: Vec<String> = standard.items().map(|it| it.item.code.clone()).collect();
    assert_eq!(items.len(), 72);
    let reviewer = organization.person(Role::Reviewer).await;
    let client = reviewer.client().await;
    let mut year = Year {
        app: &app,
        standard: super::install_standard(&app, &organization).await,
        organization,
        author: reviewer,
        items,
        activities: Vec::new(),
    };
    year.fill().await;
    // Packets are taken as they come: no whole pack is ever in memory.
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("pack.zip");
    let before = peak();
    let began = Instant::now();
    let token = client.token.clone().expect("a session");
    let request = Request::get("/api/office/packs/pack.zip?year=2026")
        .header("host", "127.0.0.1:3000")
        .header("cookie", format!("minglu_session={token}"))
        .body(Body::empty())
        .expect("a request");
    let response = app
        .router
        .clone()
        .oneshot(request)
        .await
        .expect("an answer");
    assert_eq!(response.status(), StatusCode::OK);
    let mut out = fs::File::create(&file).expect("a file");
    let mut packets = response.into_body().into_data_stream();
    while let Some(packet) = packets.next().await {
        out.write_all(&packet.expect("a packet")).expect("written");
    }
    drop(out);
    let (took, after) = (began.elapsed(), peak());

    let checked = pack::check(&file, None).expect("a pack");
    assert!(checked.is_genuine(), "{:?}", checked.flaws);
    let out = folder.path().join("out");
    let (zip, target) = (file.display().to_string(), out.display().to_string());
    run("unzip", &["-tq", &zip]);
    run("unzip", &["-q", &zip, "-d", &target]);
    counts(&checked.manifest, &files(&out));
    if std::env::var_os("MINGLU_PACK_BENCH").is_some() {
        measure(&file, &out, took);
        println!("peak memory {before} before the pack, {after} after it");
    }
    workbooks(&out, &checked.manifest);
    texts(&out, &checked.manifest);
    documents(&out, &checked.manifest);
}

/// What is in the pack is what was made.
fn counts(manifest: &Manifest, unpacked: &[String]) {
    assert_eq!(unpacked.len(), manifest.entries.len() + 2);
    let ends = |ending: &str| {
        manifest
            .entries
            .iter()
            .filter(|it| it.path.ends_with(ending))
            .count()
    };
    assert_eq!(ends(".jpg"), part(RECORDS));
    assert_eq!(ends(".docx"), part(RECORDS) + 72);
    assert_eq!(ends(".xlsx"), part(ACTIVITIES) + 1);
    assert_eq!(ends("的通知.txt"), DOCUMENTS);
    let photos: BTreeSet<&str> = manifest
        .entries
        .iter()
        .filter(|it| it.path.ends_with(".jpg"))
        .map(|it| it.sha256.as_str())
        .collect();
    let made: BTreeSet<String> = (0..part(RECORDS))
        .map(|number| domain::keys::sha256_hex(&picture(number as u32)))
        .collect();
    assert!(made.iter().map(String::as_str).eq(photos));
}
