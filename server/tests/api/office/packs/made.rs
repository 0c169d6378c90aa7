//! A year of a team's work, made from a seed: 61 tasks, 55 mechanisms, activities, records with photos.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use axum::http::StatusCode;
use domain::{
    ActivityId, Capture, EvidenceKind, PersonId, RecordRef, SubmissionId, Timestamp,
    api::{
        premises::Imported,
        tasks::{TaskList, TaskPreview},
    },
    areas::{
        activities::{Activity, ActivityKind, ActivityState},
        attachments::{Attachment, BlobFacts, PhotoFacts, PhotoSource, Wordings},
        attendances::{Attendance, Direction, Method, ProofState},
        evidence::{Evidence, File, Subject, SubjectArea},
        people::Role,
        standards::Standard,
        submissions::{ReviewState, Submission},
        tasks::{Plan, Task},
    },
    forms::{Answer, Form, Kind, Sensitivity},
    operation::Area,
    suggestions::kind_for,
    time::HOUR_MS,
};
use image::{DynamicImage, ImageBuffer, ImageFormat, Rgb};
use object_store::ObjectStoreExt as _;
use serde_json::json;
use server::{
    areas::{activities, attachments, attendances, blobs, evidence, forms, submissions},
    ids,
};
use uuid::Uuid;

use super::{
    drawn::{Draw, answers},
    mechanisms::{By, MECHANISMS, sign},
};
use crate::{
    phone,
    support::{Client, TestApp, TestOrganization, TestPerson},
};

/// 2026-01-05 09:00 in China.
const FIRST: Timestamp = Timestamp(1_767_574_800_000);
pub(super) const TASKS: usize = 61;
/// Of the year's activities, records and those who came to each.
const ACTIVITIES: usize = 400;
const RECORDS: usize = 6_000;
pub(super) const CAME: usize = 6;
/// Fills lines and a page, to be measured.
const LONG: usize = 28 * 45;

fn number_from(variable: &str) -> Option<usize> {
    std::env::var(variable).ok()?.parse().ok()
}

/// A part of the year, never nothing.
fn part(of: usize) -> usize {
    (of * number_from("MINGLU_PACK_PERCENT").unwrap_or(5) / 100).max(1)
}

pub(super) fn activities() -> usize {
    part(ACTIVITIES)
}

pub(super) fn records() -> usize {
    part(RECORDS)
}

/// What is to be found in the pack.
#[derive(Default)]
pub(super) struct Made {
    /// The photos that leave, by their hash.
    pub photos: BTreeSet<String>,
    pub pictures: usize,
    pub documents: usize,
    pub sign_ins: usize,
    pub files: usize,
    /// Pieces of each mechanism, photos left out.
    pub mechanisms: BTreeMap<usize, usize>,
}

pub(super) struct Year<'a> {
    app: &'a TestApp,
    office: &'a Client,
    organization: &'a TestOrganization,
    author: &'a TestPerson,
    id: domain::StandardId,
    standard: &'a Standard,
    items: Vec<&'a str>,
    forms: HashMap<String, Form>,
    activities: Vec<ActivityId>,
    draw: Draw,
    made: Made,
}

impl<'a> Year<'a> {
    pub async fn new(
        app: &'a TestApp,
        office: &'a Client,
        organization: &'a TestOrganization,
        author: &'a TestPerson,
        standard: &'a Standard,
    ) -> Self {
        let mut tx = app.begin().await;
        let versions = forms::store::versions(&mut tx, organization.id, None).await;
        let versions = versions.expect("the forms");
        let forms = versions.iter().filter_map(|it| it.row.form.read());
        let forms = forms.map(|form| (form.id.clone(), form.clone())).collect();
        drop(tx);
        Self {
            app,
            office,
            organization,
            author,
            id: super::install_standard(app, organization).await,
            standard,
            items: standard.items().map(|it| it.item.code.as_str()).collect(),
            forms,
            activities: Vec::new(),
            draw: Draw::new(2026),
            made: Made::default(),
        }
    }

    pub async fn fill(mut self) -> Made {
        let mut people = Vec::new();
        for _ in 0..CAME {
            people.push(self.organization.person(Role::Volunteer).await.id);
        }
        self.activities(&people).await;
        self.tasks().await;
        let all: Vec<usize> = (0..records()).collect();
        for piece in all.chunks(200) {
            self.records(piece).await;
        }
        self.made
    }

    fn day(&mut self) -> Timestamp {
        FIRST.plus_days(self.draw.below(355) as i64)
    }

    fn of(by: impl Fn(By) -> bool) -> Vec<usize> {
        let numbered = (1..).zip(MECHANISMS);
        let found = numbered.filter(|(_, (_, it))| by(*it));
        found.map(|(number, _)| number).collect()
    }

    fn count(&mut self, mechanism: usize) {
        *self.made.mechanisms.entry(mechanism).or_insert(0) += 1;
    }

    fn line(&self, item: &str, kind: EvidenceKind, area: SubjectArea, id: Uuid) -> Evidence {
        Evidence {
            id: ids::new(&self.app.state.clock),
            standard_id: self.id,
            item: item.to_owned(),
            kind,
            subject: Subject { area, id },
            year: 2026,
            passage: String::new(),
            added_by: self.author.id,
            added_at: self.app.now(),
        }
    }

    async fn activities(&mut self, people: &[PersonId]) {
        let mechanism = Self::of(|by| by == By::SignIn)[0];
        let mut tx = self.app.begin().await;
        for number in 0..activities() {
            let starts_at = self.day();
            let activity = Activity {
                id: ids::new(&self.app.state.clock),
                revision: 1,
                title: format!("{}社区志愿服务第{number}次", sign(mechanism)),
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
            let item = *self.draw.of(&self.items);
            let line = self.line(item, EvidenceKind::SignIn, SubjectArea::Activities, id.0);
            evidence::store::insert(&mut tx, self.organization.id, &[line])
                .await
                .expect("mapped");
            self.activities.push(id);
            self.made.sign_ins += 1;
            self.count(mechanism);
        }
        tx.commit().await.expect("committed");
    }

    /// The office's list is imported, and each task done with a document.
    async fn tasks(&mut self) {
        let table = include_str!("../../../../../templates/tasks.csv");
        let preview = self
            .office
            .request("POST", "/api/office/tasks/preview?first_year=2026");
        let read: TaskPreview = preview.bytes(table).send().await.ok();
        let rows: Vec<Plan> = read.rows.into_iter().map(|row| row.plan).collect();
        let body = json!({ "rows": rows });
        let imported: Imported = self
            .office
            .post("/api/office/tasks/import", &body)
            .await
            .ok();
        assert_eq!(imported.added, TASKS as i64);
        let list: TaskList = self.office.get("/api/office/tasks").await.ok();
        let mechanisms = Self::of(|by| by == By::Document);
        for (number, line) in list.tasks.iter().enumerate() {
            let mechanism = mechanisms[number % mechanisms.len()];
            let file = self.document(mechanism, number, &line.task).await;
            let occurrence = line.next.map_or(list.today, |next| next.by);
            let finish = format!("/api/office/tasks/{}/finish", line.task.id);
            let subject = json!({ "area": "files", "id": file });
            let body = json!({ "occurrence": occurrence, "subjects": [subject] });
            let done = self.office.request("POST", &finish).if_match(1).json(&body);
            let done = done.send().await;
            assert_eq!(done.status, StatusCode::OK, "{}", done.text());
        }
    }

    async fn document(&mut self, mechanism: usize, number: usize, task: &Task) -> Uuid {
        let bytes = format!("第{number}号文件\n").repeat(40).into_bytes();
        let facts = self.store(bytes, "text/plain").await;
        let file = File {
            id: ids::new(&self.app.state.clock),
            revision: 1,
            sha256: facts.sha256,
            bytes: facts.size,
            media_type: facts.media_type,
            file_name: "文件.txt".to_owned(),
            title: format!("{}{}的通知", sign(mechanism), task.plan.title),
            kind: EvidenceKind::Notice,
            dated_on: Some("2026-03-05".to_owned()),
            document_no: format!("卫执〔2026〕{number}号"),
            department_id: None,
            activity_id: None,
            added_by: self.author.id,
            added_at: self.app.now(),
            withdrawn: false,
        };
        let item = task.plan.items.iter();
        let mut item = item.filter(|code| self.items.contains(&code.as_str()));
        let drawn = *self.draw.of(&self.items);
        let item = item.next().map_or(drawn, String::as_str);
        let line = self.line(item, EvidenceKind::Notice, SubjectArea::Files, file.id.0);
        let mut tx = self.app.begin().await;
        evidence::store::insert_file(&mut tx, self.organization.id, &file)
            .await
            .expect("the file is written");
        evidence::store::insert(&mut tx, self.organization.id, &[line])
            .await
            .expect("mapped");
        tx.commit().await.expect("committed");
        self.made.files += 1;
        self.count(mechanism);
        file.id.0
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

    /// The items that a record proves: its form's, every tenth one two.
    fn proves(&mut self, form: &Form, number: usize) -> Vec<&'a str> {
        let served = form.settings.items.iter().map(String::as_str);
        let served: Vec<&str> = served.filter(|code| self.items.contains(code)).collect();
        let first = if served.is_empty() {
            *self.draw.of(&self.items)
        } else {
            *self.draw.of(&served)
        };
        let own = self.items.iter().copied().find(|code| *code == first);
        let mut items: Vec<&'a str> = own.into_iter().collect();
        if number.is_multiple_of(10) {
            let other = *self.draw.of(&self.items);
            if other != first {
                items.push(other);
            }
        }
        items
    }

    async fn records(&mut self, numbers: &[usize]) {
        let mechanisms = Self::of(|by| matches!(by, By::Form(_)));
        let (mut records, mut photos, mut lines) = (Vec::new(), Vec::new(), Vec::new());
        for &number in numbers {
            let at = self.day();
            // The first of all is measured; then each mechanism in turn, then as it comes.
            let mechanism = match number {
                0 => 18,
                _ if number <= mechanisms.len() => mechanisms[number - 1],
                _ => *self.draw.of(&mechanisms),
            };
            let By::Form(form_id) = MECHANISMS[mechanism - 1].1 else {
                unreachable!("only mechanisms with a form are drawn");
            };
            let form = self.forms[form_id].clone();
            let id: SubmissionId = ids::new(&self.app.state.clock);
            let mut answers = if number == 0 {
                let mut answers = phone::answers("记录0", at);
                answers.insert("note".to_owned(), Answer::Text("文".repeat(LONG)));
                answers
            } else {
                answers(&form, &mut self.draw, at)
            };
            let items = self.proves(&form, number);
            if let Some(photo) = self.photo(&form, id, at, number).await {
                let images = Answer::Images(vec![photo.id.to_string()]);
                answers.insert(photo.question.clone(), images);
                self.made.photos.insert(photo.blob.sha256.clone());
                self.made.pictures += items.len();
                for item in &items {
                    let area = SubjectArea::Attachments;
                    lines.push(self.line(item, EvidenceKind::Photo, area, photo.id.0));
                }
                photos.push(photo);
            }
            for item in &items {
                let placed = self.standard.item(item).expect("an item of the standard");
                let kind = kind_for(&form, placed.item);
                lines.push(self.line(item, kind, SubjectArea::Submissions, id.0));
                self.made.documents += 1;
                self.count(mechanism);
            }
            records.push(Submission {
                id,
                revision: 1,
                form_id: form.id.clone(),
                form_version: form.version.clone(),
                activity_id: Some(*self.draw.of(&self.activities)),
                premises_id: None,
                author_id: self.author.id,
                department_id: None,
                answers,
                title: format!("{}记录{number}", sign(mechanism)),
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
        evidence::store::insert(&mut tx, self.organization.id, &lines)
            .await
            .expect("mapped");
        tx.commit().await.expect("committed");
    }

    /// A photo at the first question that asks for one which may leave.
    async fn photo(
        &mut self,
        form: &Form,
        record: SubmissionId,
        at: Timestamp,
        number: usize,
    ) -> Option<Attachment> {
        let question = form
            .questions()
            .find(|it| it.kind == Kind::Image && it.sensitivity < Sensitivity::Sensitive)?;
        let blob = self.store(picture(number as u32), "image/jpeg").await;
        Some(Attachment {
            id: ids::new(&self.app.state.clock),
            revision: 1,
            subject: RecordRef::new(Area::Submissions, record.0),
            question: question.name.clone(),
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
            others: Wordings::default(),
        })
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
