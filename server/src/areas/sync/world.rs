//! What a batch of operations reads, loaded with few queries and kept in step while deciding, so that
//! later operations see the rows of earlier ones.
//!
//! Leaves out writing.

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::{
    ActivityId, Area, Change, DeviceId, Operation, OrganizationId, PersonId, RecordRef, Refusal,
    Row, Timestamp,
    areas::{
        attachments::{AttachmentChange, BlobFacts},
        attendances::{Attendance, AttendanceChange, Method, Proof},
        submissions::SubmissionChange,
    },
    decide::{self, Facts, GateFacts, Needs},
    forms::Offer,
    permission::Actor,
    proofs::{Certificate, Trust},
    row::{FormRow, form_row_id},
    time::HOUR_MS,
};
use sqlx::AnyConnection;
use uuid::Uuid;

use super::{certificates, people::Roles, rows, throttle};
use crate::{
    AppState,
    areas::{attachments, attendances, sign_ups},
    error::Result,
};

/// How far from a check-in another place is looked for.
const ELSEWHERE_MS: i64 = 24 * HOUR_MS;

pub struct World {
    organization: OrganizationId,
    now: Timestamp,
    pub roles: Roles,
    rows: HashMap<RecordRef, Row>,
    /// What was asked for already, found or not.
    asked: HashSet<RecordRef>,
    /// The facts of the batch's people and devices at its activities, with the device.
    attendances: HashMap<ActivityId, Vec<(Attendance, DeviceId)>>,
    /// The facts of each person around the batch's check-ins, at whatever activity.
    whereabouts: HashMap<PersonId, Vec<Attendance>>,
    coming: HashMap<ActivityId, i64>,
    certificates: HashMap<Uuid, Option<Certificate>>,
    code_word_tries: HashMap<(ActivityId, PersonId), i64>,
    trust: Option<Trust>,
    stored_blobs: HashSet<String>,
    /// By name and the media type that the device said.
    rejected_blobs: HashMap<(String, String), Refusal>,
}

/// What the operations of one batch ask for together.
#[derive(Default)]
struct Wanted {
    records: Vec<RecordRef>,
    forms: Vec<(String, String)>,
    activities: BTreeSet<ActivityId>,
    people: BTreeSet<PersonId>,
    devices: BTreeSet<DeviceId>,
    moments: Vec<Timestamp>,
    coming: BTreeSet<ActivityId>,
    certificates: BTreeSet<Uuid>,
    code_words: BTreeSet<(ActivityId, PersonId)>,
    blobs: BTreeSet<String>,
    authors: BTreeSet<PersonId>,
}

impl World {
    pub fn new(organization: OrganizationId, now: Timestamp) -> Self {
        Self {
            organization,
            now,
            roles: Roles::default(),
            rows: HashMap::new(),
            asked: HashSet::new(),
            attendances: HashMap::new(),
            whereabouts: HashMap::new(),
            coming: HashMap::new(),
            certificates: HashMap::new(),
            code_word_tries: HashMap::new(),
            trust: None,
            stored_blobs: HashSet::new(),
            rejected_blobs: HashMap::new(),
        }
    }

    /// Loads what the operations need and what isn't here yet.
    pub async fn load<'a>(
        &mut self,
        connection: &mut AnyConnection,
        state: &AppState,
        operations: impl Iterator<Item = &'a Operation>,
    ) -> Result<()> {
        let mut wanted = Wanted::default();
        let operations: Vec<&Operation> = operations.collect();
        for operation in &operations {
            wanted.add(operation);
        }
        let authors: Vec<PersonId> = wanted.authors.iter().copied().collect();
        self.roles
            .load(connection, self.organization, &authors)
            .await?;
        self.load_rows(connection, &wanted.records).await?;
        for operation in &operations {
            if let Some(Row::Submissions(submission)) = self.rows.get(&operation.record) {
                wanted
                    .forms
                    .push((submission.form_id.clone(), submission.form_version.clone()));
            }
        }
        self.load_forms(connection, state, std::mem::take(&mut wanted.forms))
            .await?;
        if !wanted.coming.is_empty() {
            let activities: Vec<ActivityId> =
                std::mem::take(&mut wanted.coming).into_iter().collect();
            let coming =
                sign_ups::store::coming(connection, self.organization, &activities).await?;
            for activity in activities {
                let people = coming.get(&activity).copied().unwrap_or(0);
                self.coming.entry(activity).or_insert(people);
            }
        }
        if !wanted.blobs.is_empty() {
            let names: Vec<String> = std::mem::take(&mut wanted.blobs).into_iter().collect();
            let stored =
                attachments::store::stored_blobs(connection, self.organization, &names).await?;
            self.stored_blobs.extend(stored);
            let rejected =
                attachments::store::rejected_blobs(connection, self.organization, &names).await?;
            self.rejected_blobs.extend(rejected);
        }
        if wanted.activities.is_empty() {
            return Ok(());
        }
        self.load_gates(connection, state, wanted).await
    }

    async fn load_rows(
        &mut self,
        connection: &mut AnyConnection,
        records: &[RecordRef],
    ) -> Result<()> {
        let mut missing: Vec<RecordRef> = Vec::new();
        for record in records {
            if record.area != Area::Forms && self.asked.insert(*record) {
                missing.push(*record);
            }
        }
        let found = rows::load(connection, self.organization, &missing).await?;
        self.rows.extend(found);
        Ok(())
    }

    async fn load_forms(
        &mut self,
        connection: &mut AnyConnection,
        state: &AppState,
        forms: Vec<(String, String)>,
    ) -> Result<()> {
        for (id, version) in forms {
            let record = RecordRef::new(Area::Forms, form_row_id(&id, &version));
            if !self.asked.insert(record) {
                continue;
            }
            let form = rows::form(connection, state, self.organization, &id, &version).await?;
            if let Some(form) = form {
                let row = FormRow {
                    revision: 1,
                    current: true,
                    position: 0,
                    offer: Offer::default(),
                    form,
                };
                self.rows.insert(record, Row::Forms(Box::new(row)));
            }
        }
        Ok(())
    }

    /// Facts about check-ins are loaded once per batch: a check-in never waits for another record.
    async fn load_gates(
        &mut self,
        connection: &mut AnyConnection,
        state: &AppState,
        wanted: Wanted,
    ) -> Result<()> {
        let organization = self.organization;
        if self.trust.is_none() {
            let revoked = certificates::revoked(connection, organization, self.now).await?;
            self.trust = Some(state.keys.trust(revoked));
        }
        let activities: Vec<ActivityId> = wanted.activities.into_iter().collect();
        let people: Vec<PersonId> = wanted.people.into_iter().collect();
        let devices: Vec<DeviceId> = wanted.devices.into_iter().collect();
        let facts = attendances::store::at_activities(
            connection,
            organization,
            &activities,
            &people,
            &devices,
        )
        .await?;
        for (fact, device) in facts {
            self.attendances
                .entry(fact.activity_id)
                .or_default()
                .push((fact, device));
        }
        let first = wanted.moments.iter().min().copied().unwrap_or_default();
        let last = wanted.moments.iter().max().copied().unwrap_or_default();
        let facts = attendances::store::of_people(
            connection,
            organization,
            &people,
            first.plus_ms(-ELSEWHERE_MS),
            last.plus_ms(ELSEWHERE_MS),
        )
        .await?;
        let mut elsewhere: Vec<RecordRef> = Vec::new();
        for fact in facts {
            elsewhere.push(RecordRef::new(Area::Activities, fact.activity_id));
            self.whereabouts
                .entry(fact.person_id)
                .or_default()
                .push(fact);
        }
        self.load_rows(connection, &elsewhere).await?;
        for id in wanted.certificates {
            let certificate = certificates::find(connection, organization, id).await?;
            self.certificates.insert(id, certificate);
        }
        for (activity, person) in wanted.code_words {
            let tries = throttle::code_word_tries(connection, activity, person).await?;
            self.code_word_tries.insert((activity, person), tries);
        }
        Ok(())
    }

    /// Takes the facts for one decision out of the world; [`World::give_back`] returns them.
    pub fn facts(&mut self, operation: &Operation, actor: Actor) -> Borrowed {
        let Needs {
            mut records,
            attendances_of,
            sign_ups_of,
            certificate,
        } = decide::needs(operation);
        if let Some(Row::Submissions(submission)) = self.rows.get(&operation.record) {
            let form = form_row_id(&submission.form_id, &submission.form_version);
            records.push(RecordRef::new(Area::Forms, form));
        }
        let mut taken = Vec::with_capacity(records.len());
        let mut rows = Vec::with_capacity(records.len());
        for record in records {
            if let Some(row) = self.rows.remove(&record) {
                taken.push(record);
                rows.push(row);
            }
        }
        let attendances = attendances_of.map_or_else(Vec::new, |(activity, person)| {
            self.attendances
                .get(&activity)
                .into_iter()
                .flatten()
                .filter(|(fact, _)| fact.person_id == person)
                .map(|(fact, _)| fact.clone())
                .collect()
        });
        let code_word = attendances_of.and_then(|(activity, _)| {
            rows.iter().find_map(|row| match row {
                Row::Gates(gate) if gate.activity_id == activity => Some(gate.code_word.clone()),
                _ => None,
            })
        });
        let tries = attendances_of.and_then(|pair| self.code_word_tries.get(&pair));
        let gate = GateFacts {
            // Only check-ins look at it, and cloning it for every record costs.
            trust: attendances_of
                .and_then(|_| self.trust.clone())
                .unwrap_or_default(),
            certificate: certificate.and_then(|id| self.certificates.get(&id).cloned().flatten()),
            code_word,
            code_word_tries: tries.copied().unwrap_or(0),
        };
        Borrowed {
            taken,
            facts: Facts {
                actor,
                rows,
                attendances,
                coming: sign_ups_of
                    .and_then(|activity| self.coming.get(&activity).copied())
                    .unwrap_or(0),
                gate: Some(gate),
                by_office: false,
                now: self.now,
            },
        }
    }

    pub fn give_back(&mut self, borrowed: Borrowed) {
        self.rows
            .extend(borrowed.taken.into_iter().zip(borrowed.facts.rows));
    }

    pub fn row(&self, record: RecordRef) -> Option<&Row> {
        self.rows.get(&record)
    }

    /// Puts a decided row into the world.
    pub fn put(&mut self, row: Row, device: DeviceId) {
        let record = row.record();
        match &row {
            Row::SignUps(sign_up) => {
                let before = match self.rows.get(&record) {
                    Some(Row::SignUps(before)) => is_coming(before),
                    _ => 0,
                };
                *self.coming.entry(sign_up.activity_id).or_insert(0) += is_coming(sign_up) - before;
            }
            Row::Attendances(fact) => {
                self.attendances
                    .entry(fact.activity_id)
                    .or_default()
                    .push((fact.clone(), device));
                self.whereabouts
                    .entry(fact.person_id)
                    .or_default()
                    .push(fact.clone());
            }
            _ => {}
        }
        self.asked.insert(record);
        self.rows.insert(record, row);
    }

    /// One more wrong code word.
    pub fn count_wrong_code_word(&mut self, activity: ActivityId, person: PersonId) {
        *self.code_word_tries.entry((activity, person)).or_insert(0) += 1;
    }

    pub fn is_stored(&self, sha256: &str) -> bool {
        self.stored_blobs.contains(sha256)
    }

    pub fn rejection(&self, blob: &BlobFacts) -> Option<&Refusal> {
        self.rejected_blobs
            .get(&(blob.sha256.clone(), blob.media_type.clone()))
    }

    /// How many other people's own codes this device brought to the activity.
    pub fn others_on_device(
        &self,
        activity: ActivityId,
        device: DeviceId,
        person: PersonId,
    ) -> usize {
        let others: BTreeSet<PersonId> = self
            .attendances
            .get(&activity)
            .into_iter()
            .flatten()
            .filter(|(fact, by)| {
                *by == device
                    && fact.person_id != person
                    && matches!(fact.method, Method::Display | Method::CodeWord)
            })
            .map(|(fact, _)| fact.person_id)
            .collect();
        others.len()
    }

    /// The facts of a person at other activities, each with the end of its activity.
    pub fn elsewhere(
        &self,
        person: PersonId,
        activity: ActivityId,
    ) -> Vec<(&Attendance, Timestamp)> {
        self.whereabouts
            .get(&person)
            .into_iter()
            .flatten()
            .filter(|fact| fact.activity_id != activity)
            .map(|fact| {
                let record = RecordRef::new(Area::Activities, fact.activity_id);
                let end = match self.rows.get(&record) {
                    Some(Row::Activities(activity)) => activity.ends_at,
                    _ => fact.at,
                };
                (fact, end)
            })
            .collect()
    }
}

/// The facts of one decision, on loan.
pub struct Borrowed {
    taken: Vec<RecordRef>,
    pub facts: Facts,
}

fn is_coming(sign_up: &domain::areas::sign_ups::SignUp) -> i64 {
    i64::from(sign_up.state == domain::areas::sign_ups::SignUpState::Coming)
}

impl Wanted {
    fn add(&mut self, operation: &Operation) {
        let needs = decide::needs(operation);
        self.records.extend(needs.records);
        self.authors.insert(operation.actor_id);
        self.coming.extend(needs.sign_ups_of);
        self.certificates.extend(needs.certificate);
        match &operation.change {
            Change::SignUps(_) | Change::Guests(_) => {}
            Change::Attendances(AttendanceChange::Record {
                activity_id,
                person_id,
                proof,
                ..
            }) => {
                self.activities.insert(*activity_id);
                self.people.insert(*person_id);
                self.devices.insert(operation.device_id);
                self.moments.push(operation.capture.occurred_at);
                if let Proof::CodeWord { .. } = proof {
                    self.code_words.insert((*activity_id, *person_id));
                }
            }
            Change::Submissions(SubmissionChange::Submit {
                form_id,
                form_version,
                ..
            }) => self.forms.push((form_id.clone(), form_version.clone())),
            Change::Submissions(_) => {}
            Change::Attachments(AttachmentChange::Add { blob, .. }) => {
                self.blobs.insert(blob.sha256.clone());
            }
            Change::Attachments(
                AttachmentChange::Withdraw { .. } | AttachmentChange::Describe { .. },
            ) => {}
        }
    }
}
