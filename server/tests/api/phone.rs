//! A phone as the sync routes see it: numbered operations, a heartbeat, a cursor; and an organization
//! with forms and activities for it.

#![allow(dead_code, reason = "each test module uses its own part")]

use std::{cell::Cell, collections::BTreeMap, io::Cursor};

use domain::{
    ActivityId, AttachmentId, Capture, Change, Operation, Outcome, PersonId, RecordRef, Row,
    Timestamp, Verdict,
    api::sync::{Heartbeat, KNOWS, PullResponse, PulledRow, PushResponse, ScopeSummary},
    areas::{
        activities::{Activity, ActivityKind, ActivityState},
        attachments::{AttachmentChange, BlobFacts, PhotoSource},
        attendances::{AttendanceChange, Direction, Proof},
        guests::GuestChange,
        sign_ups::{SignUpChange, sign_up_id},
        submissions::SubmissionChange,
    },
    forms::{Answer, Answers},
    operation::Area,
    time::HOUR_MS,
};
use image::{DynamicImage, ImageBuffer, ImageFormat, Rgb};
use serde_json::json;
use server::{AppState, areas, feed, ids};
use uuid::Uuid;

use crate::support::{Client, Reply, TestApp, TestOrganization, TestPerson};

pub const CODE_WORD: &str = "135790";

/// An organization with the built-in forms.
pub async fn organization(app: &TestApp) -> TestOrganization {
    let organization = app.organization().await;
    let mut tx = app.begin().await;
    let rows = areas::forms::install_builtin(&mut tx, organization.id)
        .await
        .expect("the forms are installed");
    feed::publish(&mut tx, organization.id, &rows)
        .await
        .expect("published");
    tx.commit().await.expect("committed");
    organization
}

/// An activity that began an hour ago and ends in two.
pub async fn activity(app: &TestApp, organizer: &TestPerson) -> Activity {
    activity_with(app, organizer, |_| {}).await
}

pub async fn activity_with(
    app: &TestApp,
    organizer: &TestPerson,
    change: impl FnOnce(&mut Activity),
) -> Activity {
    let mut activity = Activity {
        id: ids::new(&app.state.clock),
        revision: 1,
        title: "献血车进社区".to_owned(),
        kind: ActivityKind::BloodDonation,
        place: "文三路".to_owned(),
        details: String::new(),
        starts_at: app.now().plus_ms(-HOUR_MS),
        ends_at: app.now().plus_ms(2 * HOUR_MS),
        organizer_id: organizer.id,
        department_id: None,
        capacity: None,
        items: Vec::new(),
        state: ActivityState::Planned,
        public: false,
    };
    change(&mut activity);
    put_activity(app, organizer, &activity).await;
    activity
}

pub async fn put_activity(app: &TestApp, organizer: &TestPerson, activity: &Activity) {
    let stored = areas::activities::store::Stored {
        activity: activity.clone(),
        code_word: CODE_WORD.to_owned(),
    };
    let mut tx = app.begin().await;
    areas::activities::store::put(&mut tx, organizer.organization_id, &stored)
        .await
        .expect("the activity is written");
    let rows = [Row::Gates(stored.gate()), Row::Activities(stored.activity)];
    feed::publish(&mut tx, organizer.organization_id, &rows)
        .await
        .expect("published");
    tx.commit().await.expect("committed");
}

pub struct Phone {
    pub client: Client,
    pub person: TestPerson,
    state: AppState,
    seq: Cell<i64>,
    pub epoch: Cell<i64>,
}

impl Phone {
    pub async fn of(app: &TestApp, person: &TestPerson) -> Self {
        Self {
            client: person.client().await,
            person: person.clone(),
            state: app.state.clone(),
            seq: Cell::new(0),
            epoch: Cell::new(0),
        }
    }

    pub fn now(&self) -> Timestamp {
        self.state.clock.now()
    }

    pub fn set_seq(&self, seq: i64) {
        self.seq.set(seq);
    }

    pub fn operation(&self, record: RecordRef, change: Change) -> Operation {
        self.seq.set(self.seq.get() + 1);
        Operation {
            op_id: ids::new(&self.state.clock),
            device_id: self.person.device_id,
            device_seq: self.seq.get(),
            device_epoch: self.epoch.get(),
            schema_version: 1,
            organization_id: self.person.organization_id,
            actor_id: self.person.id,
            record,
            base_revision: None,
            change,
            blobs: Vec::new(),
            capture: Capture {
                occurred_at: self.now(),
                wall_clock: self.now(),
                utc_offset_minutes: 480,
                server_offset_ms: Some(0),
                monotonic_since_server_time_ms: None,
            },
            app_build: "test".to_owned(),
        }
    }

    /// A field note.
    pub fn note(&self, title: &str) -> Operation {
        let record = RecordRef::new(Area::Submissions, ids::new::<Uuid>(&self.state.clock));
        self.operation(
            record,
            Change::Submissions(SubmissionChange::Submit {
                form_id: "field_note".to_owned(),
                form_version: "1".to_owned(),
                activity_id: None,
                premises_id: None,
                title: title.to_owned(),
                answers: answers(title, self.now()),
            }),
        )
    }

    /// A correction of one question.
    pub fn amend(
        &self,
        record: RecordRef,
        base: i64,
        question: &str,
        was: Option<&str>,
        new: &str,
    ) -> Operation {
        let text = |text: &str| Answer::Text(text.to_owned());
        let mut operation = self.operation(
            record,
            Change::Submissions(SubmissionChange::Amend {
                title: "改".to_owned(),
                changed: BTreeMap::from([(question.to_owned(), Some(text(new)))]),
                was: BTreeMap::from([(question.to_owned(), was.map(text))]),
            }),
        );
        operation.base_revision = Some(base);
        operation
    }

    pub fn photo(&self, subject: RecordRef, blob: &BlobFacts) -> Operation {
        let id: AttachmentId = ids::new(&self.state.clock);
        self.operation(
            RecordRef::new(Area::Attachments, id),
            Change::Attachments(AttachmentChange::Add {
                subject,
                question: "photos".to_owned(),
                blob: blob.clone(),
                thumbnail: blob.clone(),
                source: PhotoSource::Camera,
                taken_at: None,
                caption: String::new(),
                facts: domain::areas::attachments::PhotoFacts::default(),
            }),
        )
    }

    pub fn check_in(&self, activity: ActivityId, person: PersonId, proof: Proof) -> Operation {
        self.attend(activity, person, Direction::In, proof)
    }

    pub fn attend(
        &self,
        activity_id: ActivityId,
        person_id: PersonId,
        direction: Direction,
        proof: Proof,
    ) -> Operation {
        let record = RecordRef::new(Area::Attendances, ids::new::<Uuid>(&self.state.clock));
        self.operation(
            record,
            Change::Attendances(AttendanceChange::Record {
                activity_id,
                person_id,
                direction,
                proof,
            }),
        )
    }

    pub fn guest(&self, activity_id: ActivityId, name: &str) -> Operation {
        let record = RecordRef::new(Area::Guests, ids::new::<Uuid>(&self.state.clock));
        self.operation(
            record,
            Change::Guests(GuestChange::Arrive {
                activity_id,
                name: name.to_owned(),
                unit: String::new(),
                signature: None,
            }),
        )
    }

    /// That guest leaves.
    pub fn guest_leaves(&self, arrival: &Operation, activity_id: ActivityId) -> Operation {
        let change = GuestChange::Leave { activity_id };
        self.operation(arrival.record, Change::Guests(change))
    }

    pub fn sign_up(&self, activity_id: ActivityId) -> Operation {
        let id = sign_up_id(activity_id, self.person.id);
        self.operation(
            RecordRef::new(Area::SignUps, id),
            Change::SignUps(SignUpChange::SignUp { activity_id }),
        )
    }

    pub fn heartbeat(&self, outbox: usize) -> Heartbeat {
        Heartbeat {
            device_id: self.person.device_id.to_string(),
            outbox: outbox as i64,
            oldest: Some(self.now()),
            blobs: 0,
            max_device_seq: self.seq.get(),
            device_epoch: self.epoch.get(),
            persisted: Some(true),
            free_bytes: Some(1_000_000_000),
            app_build: "test".to_owned(),
            heard_at: None,
            store: None,
            emptied_at: None,
        }
    }

    pub async fn push(&self, operations: &[Operation]) -> PushResponse {
        self.push_with(self.heartbeat(operations.len()), operations)
            .await
    }

    pub async fn push_with(&self, heartbeat: Heartbeat, operations: &[Operation]) -> PushResponse {
        let body = json!({ "heartbeat": heartbeat, "operations": operations });
        let response: PushResponse = self.client.post("/api/sync/push", &body).await.ok();
        for verdict in &response.verdicts {
            self.check_receipt(verdict);
        }
        response
    }

    pub async fn outcomes(&self, operations: &[Operation]) -> Vec<Outcome> {
        let response = self.push(operations).await;
        response
            .verdicts
            .into_iter()
            .map(|verdict| verdict.outcome)
            .collect()
    }

    /// The one verdict on one operation.
    pub async fn outcome(&self, operation: &Operation) -> Outcome {
        let mut outcomes = self.outcomes(std::slice::from_ref(operation)).await;
        assert_eq!(outcomes.len(), 1);
        outcomes.remove(0)
    }

    /// Pushes texts as they are.
    pub async fn push_raw(&self, operations: &[String]) -> Reply {
        let heartbeat = serde_json::to_string(&self.heartbeat(operations.len())).expect("JSON");
        let body = format!(
            "{{\"heartbeat\":{heartbeat},\"operations\":[{}]}}",
            operations.join(",")
        );
        self.client
            .request("POST", "/api/sync/push")
            .header("content-type", "application/json")
            .bytes(body)
            .send()
            .await
    }

    /// Everything but a retry has a receipt that the server's key signed.
    pub fn check_receipt(&self, verdict: &Verdict) {
        let Some(receipt) = &verdict.receipt else {
            assert!(!verdict.outcome.is_received(), "no receipt for {verdict:?}");
            return;
        };
        let trust = self.state.keys.trust(Vec::new());
        let key = trust.key(&receipt.key_id).expect("a known key");
        assert!(receipt.is_signed_by(&key));
        assert_eq!(receipt.verdict, verdict.outcome.first().name());
        if let Some(op_id) = verdict.op_id {
            assert_eq!(receipt.op_id, op_id);
        }
    }

    pub async fn page(&self, cursor: Option<&str>) -> PullResponse {
        let path = match cursor {
            Some(cursor) => format!("/api/sync/pull?knows={KNOWS}&cursor={cursor}"),
            None => format!("/api/sync/pull?knows={KNOWS}"),
        };
        self.client.get(&path).await.ok()
    }
}

pub fn answers(title: &str, at: Timestamp) -> Answers {
    Answers::from([
        ("title".to_owned(), Answer::Text(title.to_owned())),
        (
            "occurred_at".to_owned(),
            Answer::DateTime {
                ms: at.0,
                utc_offset_minutes: 480,
            },
        ),
    ])
}

/// What a device holds after pulling.
#[derive(Clone, Debug, Default)]
pub struct Store {
    pub rows: BTreeMap<RecordRef, Row>,
    pub cursor: Option<String>,
    pub pages: usize,
}

impl Store {
    /// Pulls until there is no more, and checks the summary.
    pub async fn pull(&mut self, phone: &Phone) {
        let mut named = Vec::new();
        let mut reset = false;
        loop {
            let page = phone.page(self.cursor.as_deref()).await;
            self.pages += 1;
            reset |= page.reset;
            for row in page.rows {
                match row {
                    PulledRow::Put { row } => {
                        named.push(row.record());
                        self.rows.insert(row.record(), row);
                    }
                    PulledRow::Remove { record } => {
                        self.rows.remove(&record);
                    }
                }
            }
            self.cursor = Some(page.cursor);
            if page.more {
                assert_eq!(page.summary, None);
                continue;
            }
            if reset {
                self.rows.retain(|record, _| named.contains(record));
            }
            let summary = ScopeSummary {
                count: self.rows.len() as i64,
                checksum: self.rows.values().map(Row::digest).sum(),
            };
            assert_eq!(page.summary, Some(summary));
            assert!(page.trust.is_some());
            return;
        }
    }

    pub fn has(&self, area: Area, id: impl Into<Uuid>) -> bool {
        self.rows.contains_key(&RecordRef::new(area, id))
    }

    pub fn of(&self, area: Area) -> Vec<&Row> {
        self.rows
            .iter()
            .filter(|(record, _)| record.area == area)
            .map(|(_, row)| row)
            .collect()
    }
}

/// What a phone says about bytes; nobody looks at width and height.
pub fn blob(bytes: &[u8]) -> BlobFacts {
    BlobFacts {
        sha256: domain::keys::sha256_hex(bytes),
        size: bytes.len() as i64,
        media_type: "image/jpeg".to_owned(),
        width: 8,
        height: 8,
    }
}

/// A real photo that is like no other.
pub fn picture(seed: u8, format: ImageFormat) -> Vec<u8> {
    let pixels = ImageBuffer::from_fn(48, 32, |x, y| {
        Rgb([seed, (x * 5) as u8 ^ seed, (y * 7) as u8])
    });
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(pixels)
        .write_to(&mut bytes, format)
        .expect("written");
    bytes.into_inner()
}
