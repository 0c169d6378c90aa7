//! One organization with something of every kind that a path can name.

use std::{collections::BTreeMap, io::Cursor};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{
    ActivityId, AttachmentId, DepartmentId, DeviceId, EvidenceId, FileId, GuestId, InvitationId,
    OpId, PremisesId, RectificationId, StandardId, SubmissionId, TaskId,
    api::{forms::FormDetail, office::Invitation, standards::StandardDetail},
    areas::{
        evidence::{Evidence, File},
        people::Role,
        premises::Premises,
        rectifications::Rectification,
        tasks::Task,
    },
    keys::sha256_hex,
};
use image::{DynamicImage, ImageBuffer, ImageFormat, Rgb};

use super::table::{Names, Route};
use crate::{
    phone::{self, Phone},
    support::{Client, Outgoing, TestApp, TestOrganization, TestPerson},
};

pub struct World {
    pub organization: TestOrganization,
    pub administrator: TestPerson,
    pub author: TestPerson,
    pub office: Client,
    pub department: DepartmentId,
    pub activity: ActivityId,
    pub submission: SubmissionId,
    pub device: DeviceId,
    pub invitation: InvitationId,
    pub premises: PremisesId,
    pub task: TaskId,
    pub rectification: RectificationId,
    pub guest: GuestId,
    pub photo: AttachmentId,
    /// The code of an item that only this organization's standard has.
    pub item: String,
    pub file: FileId,
    /// A line of the ledger.
    pub evidence: EvidenceId,
    /// A draft.
    pub standard: StandardId,
    /// An operation that a rule refused.
    pub quarantined: OpId,
    /// A version of the office's own form, which nobody else has.
    pub form: uuid::Uuid,
    pub code: String,
    /// Path of an upload that has begun.
    pub upload: String,
    pub sha256: String,
}

impl World {
    /// `seed` makes the photo another one.
    pub async fn new(app: &TestApp, seed: u8) -> Self {
        let organization = phone::organization(app).await;
        let department = organization.department("监督一科").await;
        let administrator = organization
            .person_in(Role::Administrator, Some(department))
            .await;
        let author = organization.person(Role::Volunteer).await;
        let office = administrator.client().await;
        let activity = phone::activity(app, &administrator).await.id;
        let phone = Phone::of(app, &author).await;
        let note = phone.note("桥下垃圾已清理");
        phone.outcome(&note).await;
        let photo = phone.photo(note.record, &phone::blob(b"nowhere"));
        phone.outcome(&photo).await;
        let nameless = phone.note("");
        phone.outcome(&nameless).await;
        let gate = Phone::of(app, &administrator).await;
        let guest = gate.guest(activity, "周惠");
        gate.outcome(&guest).await;
        let upload = begin_upload(&phone, &picture(seed.wrapping_add(100))).await;
        let whole = picture(seed);
        let path = begin_upload(&phone, &whole).await;
        let sent = phone
            .client
            .request("PATCH", &path)
            .header("tus-resumable", "1.0.0")
            .header("content-type", "application/offset+octet-stream")
            .header("upload-offset", "0")
            .bytes(whole.clone())
            .send()
            .await;
        assert_eq!(sent.status.as_u16(), 204, "{}", sent.text());
        let invitation: Invitation = office
            .request("POST", "/api/office/invitations")
            .json(&serde_json::json!({ "role": "volunteer", "days": 7, "max_uses": 5 }))
            .send()
            .await
            .ok();
        let own = format!(
            "| survey |\n| | type | name | label |\n| | text | what | 内容 |\n| settings |\n\
             | | form_id | version | form_title |\n| | own_{seed} | 1 | 自己的表 |\n"
        );
        let own: FormDetail = office
            .request("POST", "/api/office/forms")
            .if_match(0)
            .bytes(own)
            .send()
            .await
            .ok();
        let premises: Premises = office
            .post(
                "/api/office/premises",
                &serde_json::json!({ "name": "桂花旅馆", "kind": "small_hotel" }),
            )
            .await
            .json();
        let item = format!("A-{seed}");
        put_standard(app, &organization, &item).await;
        let evidence: Evidence = office
            .post(
                "/api/office/evidence",
                &serde_json::json!({
                    "item": item, "kind": "notice", "year": 2026,
                    "subject": { "area": "activities", "id": activity },
                }),
            )
            .await
            .json();
        let file: File = office
            .post(
                "/api/office/files",
                &serde_json::json!({ "sha256": sha256_hex(&whole), "file_name": "方案.jpg" }),
            )
            .await
            .json();
        let standard: StandardDetail = office
            .post("/api/office/standards", &super::standards::standard_body())
            .await
            .json();
        let mut world = Self {
            file: file.id,
            item,
            evidence: evidence.id,
            form: own.version.id,
            device: author.device_id,
            organization,
            administrator,
            author,
            office,
            department,
            activity,
            submission: SubmissionId(note.record.id),
            guest: GuestId(guest.record.id),
            photo: AttachmentId(photo.record.id),
            invitation: invitation.id,
            premises: premises.id,
            standard: standard.line.id,
            quarantined: nameless.op_id,
            code: invitation.code,
            upload,
            sha256: sha256_hex(&whole),
            task: TaskId(uuid::Uuid::nil()),
            rectification: RectificationId(uuid::Uuid::nil()),
        };
        let body = super::tasks::task(&world);
        let task: Task = world.office.post("/api/office/tasks", &body).await.json();
        world.task = task.id;
        let body = super::tasks::problem(&world);
        let path = "/api/office/rectifications";
        let problem: Rectification = world.office.post(path, &body).await.json();
        world.rectification = problem.id;
        world
    }

    /// The route's path, naming what is in this organization.
    pub fn path(&self, route: &Route) -> String {
        let name = match route.names {
            Names::Nothing => uuid::Uuid::nil().to_string(),
            Names::Activity => self.activity.to_string(),
            Names::Submission => self.submission.to_string(),
            Names::Person => self.author.id.to_string(),
            Names::Device => self.device.to_string(),
            Names::Department => self.department.to_string(),
            Names::Premises => self.premises.to_string(),
            Names::Task => self.task.to_string(),
            Names::Rectification => self.rectification.to_string(),
            Names::Guest => self.guest.to_string(),
            Names::Photo => self.photo.to_string(),
            Names::Evidence => self.evidence.to_string(),
            Names::File => self.file.to_string(),
            Names::Item => self.item.clone(),
            Names::Standard => self.standard.to_string(),
            Names::Invitation => self.invitation.to_string(),
            Names::Quarantined => self.quarantined.to_string(),
            Names::Form => self.form.to_string(),
            Names::Upload => self
                .upload
                .rsplit('/')
                .next()
                .unwrap_or_default()
                .to_owned(),
            Names::Blob => self.sha256.clone(),
            Names::Code => self.code.clone(),
        };
        put_in(route.path, &name)
    }

    /// A request that is right in everything but perhaps who asks.
    pub fn ask(&self, client: &Client, route: &Route) -> Outgoing {
        let mut request = client.request(route.method, &self.path(route));
        if route.is_tus() {
            request = request
                .header("tus-resumable", "1.0.0")
                .header("content-type", "application/offset+octet-stream")
                .header("upload-offset", "0")
                .header("upload-length", "100")
                .header("upload-metadata", &metadata(&sha256_hex(b"x")));
        }
        if route.revised {
            request = request.if_match(1);
        }
        match route.body {
            Some(body) => request.json(&body(self)),
            None => request,
        }
    }
}

/// A standard in use that has one item.
async fn put_standard(app: &TestApp, organization: &TestOrganization, item: &str) {
    let standard = serde_json::from_value(serde_json::json!({
        "schema_version": 1, "title": "测评标准", "total_points": 1, "cycle_years": 3,
        "projects": [{ "code": "P", "title": "项目", "points": 1, "contents": [{
            "code": "C", "title": "内容", "points": 1, "items": [{
                "code": item, "title": "有活动方案", "points": 1,
                "scoring": { "type": "all_or_nothing" },
                "evidence": [{ "kind": "plan", "label": "活动方案", "min": 1 }],
            }],
        }] }],
    }))
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
}

/// A real photo that is like no other.
fn picture(seed: u8) -> Vec<u8> {
    let pixels = ImageBuffer::from_fn(16, 16, |x, y| Rgb([seed, x as u8, y as u8]));
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(pixels)
        .write_to(&mut bytes, ImageFormat::Jpeg)
        .expect("written");
    bytes.into_inner()
}

fn metadata(sha256: &str) -> String {
    format!(
        "sha256 {},filetype {}",
        STANDARD.encode(sha256),
        STANDARD.encode("image/jpeg")
    )
}

async fn begin_upload(phone: &Phone, bytes: &[u8]) -> String {
    let reply = phone
        .client
        .request("POST", "/api/blobs")
        .header("tus-resumable", "1.0.0")
        .header("upload-length", &bytes.len().to_string())
        .header("upload-metadata", &metadata(&sha256_hex(bytes)))
        .send()
        .await;
    assert_eq!(reply.status.as_u16(), 201, "{}", reply.text());
    reply.header("location")
}

/// The path with `name` for its parameter.
pub fn put_in(path: &str, name: &str) -> String {
    match (path.find('{'), path.find('}')) {
        (Some(from), Some(to)) => format!("{}{name}{}", &path[..from], &path[to + 1..]),
        _ => path.to_owned(),
    }
}

/// How many rows each table has. Tables that count attempts or keep sessions are left out.
pub async fn rows(app: &TestApp) -> BTreeMap<&'static str, i64> {
    const MIGRATION: &str = include_str!("../../../migrations/0001_initial.sql");
    let mut counts = BTreeMap::new();
    for line in MIGRATION.lines() {
        let Some(rest) = line.strip_prefix("create table ") else {
            continue;
        };
        let table = rest.split_whitespace().next().unwrap_or_default();
        if matches!(table, "throttles" | "sessions") {
            continue;
        }
        let statement = format!("select cast(count(*) as bigint) from {table}");
        let count = sqlx::query_scalar(sqlx::AssertSqlSafe(statement))
            .fetch_one(app.state.db.read())
            .await
            .expect("a count");
        counts.insert(table, count);
    }
    assert!(counts.len() > 10, "the tables are found: {counts:?}");
    counts
}
