//! Decides a batch of operations over rows loaded in bulk and writes what comes out of it.
//!
//! Leaves out transactions, receipts and the change feed: the caller holds the organization's lock,
//! publishes the touched rows and commits.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    panic::{AssertUnwindSafe, catch_unwind},
};

use domain::{
    Area, Change, DeviceId, OpId, Operation, OrganizationId, Outcome, PersonId, RecordRef, Refusal,
    Row, Timestamp,
    api::sync::HELD_MS,
    areas::{
        attachments::Attachment,
        attendances::{AttendanceChange, Flag, Proof},
        guests::Guest,
        sign_ups::SignUp,
        submissions::{ReviewState, Submission},
    },
    decide::{Decision, decide},
    permission::Actor,
};
use sqlx::AnyConnection;
use uuid::Uuid;

use super::{
    circumstances, device,
    envelope::{self, Envelope},
    inbox::{self, Seen},
    throttle,
    world::World,
};
use crate::{
    AppState,
    areas::{
        attachments::store::Words, attendances::store::Recorded, guests,
        submissions::store::Version,
    },
    error::Result,
};

mod by_office;
mod held;
mod write;

pub use by_office::take_in;
use held::Held;

/// Longest text of a code that is kept beside the attendance, in characters; the inbox has it whole.
const EVIDENCE: usize = 2_000;

/// On whose session an operation came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sender {
    pub person_id: PersonId,
    pub device_id: DeviceId,
}

#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    pub envelope: &'a Envelope,
    pub sender: Sender,
    /// Said before anything is judged, such as that it is too long.
    pub refusal: Option<&'a Refusal>,
}

/// What became of one item.
#[derive(Clone, Debug)]
pub struct Done {
    /// Under which id the inbox keeps it.
    pub key: OpId,
    pub outcome: Outcome,
    pub received_at: Timestamp,
}

#[derive(Debug, Default)]
pub struct Processed {
    /// One per item, in order.
    pub done: Vec<Done>,
    /// The new state of each record that changed.
    pub touched: BTreeMap<RecordRef, Row>,
    /// Devices whose sequence numbers were used before by other operations.
    pub cloned: BTreeSet<DeviceId>,
}

/// Decides the items in order, each seeing what the ones before it did, and writes the results.
///
/// Any error leaves the transaction unusable or half-written: roll back.
pub async fn process(
    connection: &mut AnyConnection,
    state: &AppState,
    organization: OrganizationId,
    now: Timestamp,
    items: &[Item<'_>],
) -> Result<Processed> {
    let mut seen = look_up(connection, organization, items).await?;
    let mut batch = Batch::new(organization, now);
    batch.owners = device::owners(connection, organization, items).await?;
    let fresh = items
        .iter()
        .filter(|item| !seen.contains_key(&item.envelope.key()) && item.refusal.is_none())
        .filter_map(|item| item.envelope.operation.as_ref().ok());
    batch.world.load(connection, state, fresh).await?;

    let mut done: Vec<Done> = Vec::with_capacity(items.len());
    let mut held: Vec<Held> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let mut key = item.envelope.key();
        let mut reused = false;
        if seen
            .get(&key)
            .is_some_and(|before| before.hash != item.envelope.hash)
        {
            key = item.envelope.key_when_reused();
            reused = true;
        }
        if let Some(before) = seen.get(&key) {
            done.push(Done {
                key,
                outcome: Outcome::Duplicate {
                    first: Box::new(before.outcome.clone()),
                },
                received_at: before.received_at,
            });
            continue;
        }
        let outcome = if reused {
            Outcome::Quarantined {
                refusal: Refusal::OperationIdReused {
                    op_id: item.envelope.key(),
                },
            }
        } else {
            batch.first_verdict(item)
        };
        if let (Outcome::Held { waits_for, .. }, Ok(operation)) =
            (&outcome, &item.envelope.operation)
        {
            held.push(Held {
                index,
                waits_for: *waits_for,
                operation,
                sender: item.sender,
            });
        }
        seen.insert(
            key,
            Seen {
                hash: item.envelope.hash.clone(),
                outcome: outcome.clone(),
                received_at: now,
            },
        );
        batch.entries.push((index, key));
        done.push(Done {
            key,
            outcome,
            received_at: now,
        });
    }
    batch.release(connection, state, held, &mut done).await?;
    let cloned = clones(connection, organization, items, &batch.entries).await?;
    batch.write(connection, items, &done).await?;
    Ok(Processed {
        done,
        touched: batch.touched,
        cloned,
    })
}

/// What the inbox says about the items' ids, also about the ids that stand in for reused ones.
async fn look_up(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    items: &[Item<'_>],
) -> Result<HashMap<OpId, Seen>> {
    let keys: Vec<OpId> = items.iter().map(|item| item.envelope.key()).collect();
    let mut seen = inbox::load(connection, organization, &keys).await?;
    let mut hashes: HashMap<OpId, &str> = HashMap::new();
    let mut stand_ins = Vec::new();
    for item in items {
        let key = item.envelope.key();
        let first = *hashes.entry(key).or_insert(&item.envelope.hash);
        let known = seen.get(&key).map_or(first, |before| before.hash.as_str());
        if known != item.envelope.hash {
            stand_ins.push(item.envelope.key_when_reused());
        }
    }
    if !stand_ins.is_empty() {
        seen.extend(inbox::load(connection, organization, &stand_ins).await?);
    }
    Ok(seen)
}

/// The devices of which another operation with the same sequence number came before.
async fn clones(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    items: &[Item<'_>],
    entries: &[(usize, OpId)],
) -> Result<BTreeSet<DeviceId>> {
    let mut found = BTreeSet::new();
    let mut used: BTreeMap<(DeviceId, i64), BTreeMap<i64, OpId>> = BTreeMap::new();
    for (index, key) in entries {
        let item = &items[*index];
        let Ok(operation) = &item.envelope.operation else {
            continue;
        };
        // An operation under a stand-in is no sign of a clone, nor is one of another device.
        if operation.device_id != item.sender.device_id || operation.op_id != *key {
            continue;
        }
        let numbers = used
            .entry((operation.device_id, operation.device_epoch))
            .or_default();
        if numbers.insert(operation.device_seq, *key).is_some() {
            found.insert(operation.device_id);
        }
    }
    for ((device, epoch), numbers) in used {
        let (Some(first), Some(last)) = (
            numbers.keys().next().copied(),
            numbers.keys().next_back().copied(),
        ) else {
            continue;
        };
        for (number, key) in
            inbox::sequence(connection, organization, device, epoch, first, last).await?
        {
            if numbers.get(&number).is_some_and(|here| *here != key) {
                found.insert(device);
            }
        }
    }
    Ok(found)
}

struct Batch {
    organization: OrganizationId,
    now: Timestamp,
    /// Of the devices that operations name other than their senders'.
    owners: BTreeMap<DeviceId, PersonId>,
    /// Who corrected the one operation of this batch.
    reviewer: Option<PersonId>,
    world: World,
    /// New lines of the inbox: which item, under which id.
    entries: Vec<(usize, OpId)>,
    /// Records that came into being and that others may wait for.
    arrived: Vec<RecordRef>,
    submissions: BTreeMap<Uuid, Changed>,
    versions: Vec<(Submission, Version)>,
    /// With whether it is new.
    attachments: BTreeMap<Uuid, (bool, Attachment)>,
    /// What photos' words were before this batch changed them.
    words: Vec<Words>,
    sign_ups: BTreeMap<Uuid, SignUp>,
    attendances: Vec<Recorded>,
    guests: Vec<guests::store::Recorded>,
    /// Guests who were known before, and left.
    left: BTreeMap<Uuid, Guest>,
    wrong_code_words: BTreeMap<(domain::ActivityId, PersonId), i64>,
    touched: BTreeMap<RecordRef, Row>,
}

struct Changed {
    /// Revision and state in the database before this batch; `None` for a new one.
    before: Option<(i64, ReviewState)>,
    latest: Submission,
}

impl Batch {
    fn new(organization: OrganizationId, now: Timestamp) -> Self {
        Self {
            organization,
            now,
            owners: BTreeMap::new(),
            reviewer: None,
            world: World::new(organization, now),
            entries: Vec::new(),
            arrived: Vec::new(),
            submissions: BTreeMap::new(),
            versions: Vec::new(),
            attachments: BTreeMap::new(),
            words: Vec::new(),
            sign_ups: BTreeMap::new(),
            attendances: Vec::new(),
            guests: Vec::new(),
            left: BTreeMap::new(),
            wrong_code_words: BTreeMap::new(),
            touched: BTreeMap::new(),
        }
    }

    fn first_verdict(&mut self, item: &Item<'_>) -> Outcome {
        if let Some(refusal) = item.refusal {
            return quarantined(refusal.clone());
        }
        match &item.envelope.operation {
            Err(refusal) => quarantined(refusal.clone()),
            Ok(operation)
                if operation.organization_id != self.organization
                    || operation.actor_id != item.sender.person_id
                    || !self.is_own_device(operation.device_id, item.sender) =>
            {
                quarantined(Refusal::NotYours)
            }
            Ok(operation) => self.judge(operation),
        }
    }

    /// The session's device, or one that the same person had before: a phone that was shut out gets
    /// another id at the next log-in, and its unsent work bears the old one.
    fn is_own_device(&self, device: DeviceId, sender: Sender) -> bool {
        device == sender.device_id || self.owners.get(&device) == Some(&sender.person_id)
    }

    /// Decides one operation of a known author and takes up its row.
    fn judge(&mut self, operation: &Operation) -> Outcome {
        let captured_at = operation.capture.captured_at();
        let Some(actor) = self
            .world
            .roles
            .as_of(operation.actor_id, captured_at, self.now)
        else {
            return quarantined(Refusal::NotPermitted);
        };
        self.judge_as(operation, actor, false)
    }

    fn judge_as(&mut self, operation: &Operation, actor: Actor, by_office: bool) -> Outcome {
        let mut borrowed = self.world.facts(operation, actor);
        borrowed.facts.by_office = by_office;
        // A rule that panics is our fault, and must not sink the operations beside it.
        let decision = catch_unwind(AssertUnwindSafe(|| decide(operation, &borrowed.facts)));
        self.world.give_back(borrowed);
        match decision {
            Ok(Decision::Apply(row)) => Outcome::Applied {
                revision: self.take_up(operation, row),
            },
            Ok(Decision::Merge(row)) => Outcome::Merged {
                revision: self.take_up(operation, row),
            },
            Ok(Decision::Conflict(row)) => Outcome::Conflict {
                revision: self.take_up(operation, row),
            },
            Ok(Decision::Hold(waits_for)) => Outcome::Held {
                waits_for,
                until: self.now.plus_ms(HELD_MS),
            },
            Ok(Decision::Refuse(refusal)) => quarantined(refusal),
            Err(_) => {
                tracing::error!(op_id = %operation.op_id, "a rule panicked");
                quarantined(Refusal::Unreadable {
                    detail: "rule".to_owned(),
                })
            }
        }
    }

    /// Puts a decided row into the world and onto the list of what is to be written.
    fn take_up(&mut self, operation: &Operation, row: Row) -> i64 {
        let record = operation.record;
        let is_new = self.world.row(record).is_none();
        let row = match row {
            Row::Submissions(submission) => {
                self.take_up_submission(operation, &submission);
                Row::Submissions(submission)
            }
            Row::Attachments(mut attachment) => {
                if is_new {
                    attachment.stored = self.world.is_stored(&attachment.blob.sha256);
                    attachment.rejected = self.world.rejection(&attachment.blob).cloned();
                } else if let Some(Row::Attachments(before)) = self.world.row(record)
                    && (before.caption != attachment.caption
                        || before.facts.people != attachment.facts.people
                        || before.others.lose_to(&attachment.others))
                {
                    self.words.push(Words {
                        before: before.clone(),
                        revision: attachment.revision,
                        at: self.now,
                        by: operation.actor_id,
                    });
                }
                let was_new = self
                    .attachments
                    .get(&record.id)
                    .map_or(is_new, |(was_new, _)| *was_new);
                self.attachments
                    .insert(record.id, (was_new, attachment.clone()));
                Row::Attachments(attachment)
            }
            Row::SignUps(sign_up) => {
                self.sign_ups.insert(record.id, sign_up.clone());
                Row::SignUps(sign_up)
            }
            Row::Attendances(mut fact) => {
                circumstances::add_flags(&mut fact, operation, &self.world);
                if fact.flags.contains(&Flag::WrongCodeWord) {
                    let pair = (fact.activity_id, fact.person_id);
                    *self.wrong_code_words.entry(pair).or_insert(0) += 1;
                    self.world.count_wrong_code_word(pair.0, pair.1);
                }
                self.attendances.push(Recorded {
                    fact: fact.clone(),
                    device_id: operation.device_id,
                    evidence: evidence(&operation.change),
                    capture: operation.capture.clone(),
                    received_at: self.now,
                });
                Row::Attendances(fact)
            }
            Row::Guests(guest) => {
                let fresh = |it: &&mut guests::store::Recorded| it.guest.id == guest.id;
                if let Some(fresh) = self.guests.iter_mut().find(fresh) {
                    fresh.guest = (*guest).clone();
                } else if is_new {
                    self.guests.push(guests::store::Recorded {
                        guest: (*guest).clone(),
                        device_id: operation.device_id,
                        capture: operation.capture.clone(),
                        received_at: self.now,
                    });
                } else {
                    self.left.insert(record.id, (*guest).clone());
                }
                Row::Guests(guest)
            }
            other => other,
        };
        // Nothing waits for a check-in or a sign-up.
        if is_new
            && matches!(
                record.area,
                Area::Submissions | Area::Attachments | Area::Guests
            )
        {
            self.arrived.push(record);
        }
        let revision = row.revision();
        self.touched.insert(record, row.clone());
        self.world.put(row, operation.device_id);
        revision
    }

    fn take_up_submission(&mut self, operation: &Operation, submission: &Submission) {
        let before = match self.world.row(operation.record) {
            Some(Row::Submissions(before)) => Some((before.revision, before.state)),
            _ => None,
        };
        self.submissions
            .entry(operation.record.id)
            .and_modify(|changed| changed.latest = submission.clone())
            .or_insert_with(|| Changed {
                before,
                latest: submission.clone(),
            });
        let version = Version {
            at: self.now,
            by: self.reviewer.unwrap_or(operation.actor_id),
            op_id: Some(operation.op_id),
        };
        self.versions.push((submission.clone(), version));
    }
}

fn quarantined(refusal: Refusal) -> Outcome {
    Outcome::Quarantined { refusal }
}

/// The raw proof of a check-in, kept for a later check.
fn evidence(change: &Change) -> Option<String> {
    let Change::Attendances(AttendanceChange::Record { proof, .. }) = change else {
        return None;
    };
    match proof {
        Proof::Display { code } | Proof::Scan { code } => {
            Some(code.chars().take(EVIDENCE).collect())
        }
        Proof::CodeWord { digits } => Some(digits.chars().take(EVIDENCE).collect()),
        Proof::Roster { .. } => None,
    }
}
