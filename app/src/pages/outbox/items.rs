//! What the person sees as one item: a record with its photos is several operations, but one thing.
//!
//! Pure; leaves out words and drawing.

use domain::{
    Area, Change, Operation, Outcome, RecordRef, Row, Text, Timestamp,
    areas::attachments::{Attachment, AttachmentChange},
};
use sync::{LocalRow, OutboxItem, OutboxState, SentItem};

/// Something that the server hasn't wholly received.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    pub record: RecordRef,
    /// Oldest first; empty when only photos are missing.
    pub operations: Vec<OutboxItem>,
    pub photos: Photos,
}

/// How many of a record's photos the server holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Photos {
    pub done: usize,
    pub all: usize,
}

impl Waiting {
    pub fn is_sending(&self) -> bool {
        let mut operations = self.operations.iter();
        operations.any(|item| item.state == OutboxState::Sending)
    }

    pub fn attempts(&self) -> u32 {
        let operations = self.operations.iter();
        operations.map(|item| item.attempts).max().unwrap_or(0)
    }

    pub fn last_error(&self) -> Option<&Text> {
        let mut operations = self.operations.iter().rev();
        operations.find_map(|item| item.last_error.as_ref())
    }

    pub fn captured_at(&self) -> Option<Timestamp> {
        self.operations.first()?.captured_at
    }

    /// The operation that says what it is: an act on the record itself before one on a photo.
    pub fn telling(&self) -> Option<&Operation> {
        let own = |one: &&Operation| !matches!(one.change, Change::Attachments(_));
        let read = self.operations.iter().rev();
        let mut read = read.filter_map(|item| item.operation.as_ref());
        let last = read.clone().next();
        read.find(own).or(last)
    }
}

/// The record that a person would name: a photo's is the one that it belongs to.
pub fn subject(operation: &Operation, attachments: &[Attachment]) -> RecordRef {
    match &operation.change {
        Change::Attachments(
            AttachmentChange::Add { subject, .. } | AttachmentChange::Describe { subject, .. },
        ) => *subject,
        Change::Attachments(AttachmentChange::Withdraw { .. }) => attachments
            .iter()
            .find(|one| one.id.0 == operation.record.id)
            .map_or(operation.record, |one| one.subject),
        _ => operation.record,
    }
}

/// What waits and can't be shown: another version of the app made it.
pub fn unreadable(outbox: &[OutboxItem]) -> impl Iterator<Item = &OutboxItem> {
    outbox.iter().filter(|item| item.operation.is_none())
}

/// The unsent things, the one captured last first. `rows` are those that may hold photos.
pub fn waiting(
    outbox: &[OutboxItem],
    rows: &[LocalRow],
    attachments: &[Attachment],
) -> Vec<Waiting> {
    let mut found: Vec<Waiting> = Vec::new();
    for item in outbox {
        let Some(operation) = &item.operation else {
            continue;
        };
        let record = subject(operation, attachments);
        match found.iter_mut().find(|one| one.record == record) {
            Some(one) => one.operations.push(item.clone()),
            None => found.push(Waiting {
                record,
                operations: vec![item.clone()],
                photos: Photos::default(),
            }),
        }
    }
    for local in rows.iter().filter(|local| local.photos_pending > 0) {
        let record = local.row.record();
        let all = match &local.row {
            // A handwritten signature.
            Row::Attendances(_) | Row::Guests(_) => 1,
            _ => photos_of(record, attachments),
        };
        let all = all.max(local.photos_pending);
        let done = all - local.photos_pending;
        match found.iter_mut().find(|one| one.record == record) {
            Some(one) => one.photos = Photos { done, all },
            None => found.push(Waiting {
                record,
                operations: Vec::new(),
                photos: Photos { done, all },
            }),
        }
    }
    found.reverse();
    found
}

fn photos_of(record: RecordRef, attachments: &[Attachment]) -> usize {
    let own = |one: &&Attachment| one.subject == record && !one.withdrawn;
    attachments.iter().filter(own).count()
}

/// Something that the server received: an act with the photos that came with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    pub record: RecordRef,
    pub operation: Operation,
    pub item: SentItem,
    /// Photos added with it.
    pub photos: usize,
    /// What a person should know most of, over the act and its photos.
    pub outcome: Outcome,
    /// Why the office won't take it in.
    pub closed: Option<String>,
}

/// The received things, the latest first.
pub fn received(sent: &[SentItem], attachments: &[Attachment]) -> Vec<Received> {
    let mut found: Vec<Received> = Vec::new();
    for item in sent {
        let Some(operation) = &item.operation else {
            continue;
        };
        let record = subject(operation, attachments);
        let is_photo = operation.record.area == Area::Attachments;
        let adds = matches!(
            operation.change,
            Change::Attachments(AttachmentChange::Add { .. })
        );
        let outcome = item.outcome.first().clone();
        let closed = item.later.as_ref().and_then(|later| later.closed.clone());
        let mut latest = found.iter_mut().rev();
        match latest.find(|one| is_photo && one.record == record) {
            Some(one) => {
                one.photos += usize::from(adds);
                if weight(&outcome) > weight(&one.outcome) {
                    one.outcome = outcome;
                    one.closed = closed;
                }
            }
            None => found.push(Received {
                record,
                operation: operation.clone(),
                item: item.clone(),
                photos: usize::from(adds),
                outcome,
                closed,
            }),
        }
    }
    found.reverse();
    found
}

/// How much a person should hear of it.
fn weight(outcome: &Outcome) -> u8 {
    match outcome.first() {
        Outcome::Applied { .. } | Outcome::Duplicate { .. } | Outcome::Retry { .. } => 0,
        Outcome::Merged { .. } => 1,
        Outcome::Held { .. } => 2,
        Outcome::Conflict { .. } => 3,
        Outcome::Quarantined { .. } => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        ActivityId, Capture, DeviceId, OpId, OrganizationId, PersonId, Refusal,
        areas::{
            attachments::{BlobFacts, PhotoSource},
            sign_ups::SignUpChange,
            submissions::SubmissionChange,
        },
        operation::SCHEMA_VERSION,
    };
    use uuid::Uuid;

    fn operation(id: u128, record: RecordRef, change: Change) -> Operation {
        Operation {
            op_id: OpId(Uuid::from_u128(id)),
            device_id: DeviceId(Uuid::nil()),
            device_seq: 1,
            device_epoch: 0,
            schema_version: SCHEMA_VERSION,
            organization_id: OrganizationId(Uuid::nil()),
            actor_id: PersonId(Uuid::nil()),
            record,
            base_revision: None,
            change,
            blobs: Vec::new(),
            capture: Capture::default(),
            app_build: String::new(),
        }
    }

    fn record(id: u128) -> RecordRef {
        RecordRef::new(Area::Submissions, Uuid::from_u128(id))
    }

    fn void(id: u128, of: RecordRef) -> Operation {
        let change = SubmissionChange::Void {
            reason: String::new(),
        };
        operation(id, of, Change::Submissions(change))
    }

    fn photo(id: u128, of: RecordRef) -> Operation {
        let own = RecordRef::new(Area::Attachments, Uuid::from_u128(id));
        let facts = BlobFacts {
            sha256: String::new(),
            size: 1,
            media_type: String::new(),
            width: 1,
            height: 1,
        };
        let change = AttachmentChange::Add {
            subject: of,
            question: String::new(),
            blob: facts.clone(),
            thumbnail: facts,
            source: PhotoSource::Camera,
            taken_at: None,
            caption: String::new(),
            facts: domain::areas::attachments::PhotoFacts::default(),
        };
        operation(id, own, Change::Attachments(change))
    }

    fn unsent(operation: Operation, attempts: u32) -> OutboxItem {
        OutboxItem {
            captured_at: Some(operation.capture.captured_at()),
            operation: Some(operation),
            attempts,
            last_error: (attempts > 0).then(|| Text::new("忙", "Busy")),
            state: OutboxState::Waiting,
        }
    }

    fn sent(operation: Operation, outcome: Outcome) -> SentItem {
        SentItem {
            op_id: operation.op_id,
            operation: Some(operation),
            outcome,
            receipt: None,
            at: Timestamp(0),
            later: None,
        }
    }

    #[test]
    fn a_record_and_its_photos_wait_as_one() {
        let other = RecordRef::new(Area::SignUps, Uuid::from_u128(9));
        let sign_up = SignUpChange::SignUp {
            activity_id: ActivityId(Uuid::nil()),
        };
        let outbox = [
            unsent(void(1, record(7)), 0),
            unsent(photo(2, record(7)), 2),
            unsent(operation(3, other, Change::SignUps(sign_up)), 0),
        ];
        let found = waiting(&outbox, &[], &[]);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].record, other);
        assert_eq!(found[1].operations.len(), 2);
        assert_eq!(found[1].attempts(), 2);
        assert!(found[1].last_error().is_some());
        let telling = found[1].telling().expect("an operation");
        assert_eq!(telling.record, record(7));
    }

    #[test]
    fn what_another_version_made_is_counted_beside_the_others() {
        let mut strange = unsent(void(2, record(8)), 0);
        strange.operation = None;
        let outbox = [unsent(void(1, record(7)), 0), strange];
        assert_eq!(waiting(&outbox, &[], &[]).len(), 1);
        assert_eq!(unreadable(&outbox).count(), 1);
    }

    #[test]
    fn the_worst_outcome_of_an_act_and_its_photos_is_told() {
        let applied = Outcome::Applied { revision: 1 };
        let refused = Outcome::Quarantined {
            refusal: Refusal::NotPermitted,
        };
        let list = [
            sent(void(1, record(7)), applied.clone()),
            sent(photo(2, record(7)), refused.clone()),
            sent(photo(3, record(7)), applied.clone()),
            sent(void(4, record(7)), applied.clone()),
        ];
        let found = received(&list, &[]);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].photos, &found[0].outcome), (0, &applied));
        assert_eq!((found[1].photos, &found[1].outcome), (2, &refused));
    }
}
