//! The one rule that phone and server share: what an operation does to the rows.
//!
//! The phone decides at once with what it knows and lays the result over its synced rows; the server
//! decides later with everything, and its order wins. Leaves out loading and storing.

mod attachments;
mod attendances;
mod guests;
mod sign_ups;
mod submissions;

pub use submissions::form_of;

use uuid::Uuid;

use crate::{
    areas::{
        activities::Activity, attachments::Attachment, attendances::Attendance, sign_ups::SignUp,
        submissions::Submission,
    },
    forms::Form,
    ids::{ActivityId, PersonId},
    operation::{Area, Change, Operation, RecordRef},
    permission::Actor,
    proofs::{Certificate, Trust},
    refusal::Refusal,
    row::{Row, form_row_id},
    time::Timestamp,
};

/// The records that a decision on an operation reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// The record itself and the one it hangs on.
    pub records: Vec<RecordRef>,
    /// All attendances of this person at this activity.
    pub attendances_of: Option<(ActivityId, PersonId)>,
    /// How many people come to this activity.
    pub sign_ups_of: Option<ActivityId>,
    /// A certificate that a code names.
    pub certificate: Option<Uuid>,
}

/// What an operation needs; whatever isn't found is simply absent from the [`Facts`].
pub fn needs(operation: &Operation) -> Needs {
    needs_of(operation.record, &operation.change)
}

/// The same before the operation has its envelope.
pub fn needs_of(record: RecordRef, change: &Change) -> Needs {
    let mut needs = Needs {
        records: vec![record],
        ..Needs::default()
    };
    match change {
        Change::SignUps(change) => sign_ups::needs(change, &mut needs),
        Change::Attendances(change) => attendances::needs(change, &mut needs),
        Change::Submissions(change) => submissions::needs(change, &mut needs),
        Change::Attachments(change) => attachments::needs(change, &mut needs),
        Change::Guests(change) => guests::needs(change, &mut needs),
    }
    needs
}

/// What is known when deciding.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The author, with the role held when it was captured.
    pub actor: Actor,
    /// The rows that [`needs`] named and that exist.
    pub rows: Vec<Row>,
    /// Facts of the same person at the same activity.
    pub attendances: Vec<Attendance>,
    pub coming: i64,
    /// `None` on the phone: a proof can only be judged by the server.
    pub gate: Option<GateFacts>,
    /// The office takes it in although a rule said no: what only asks for its consent is given.
    pub by_office: bool,
    /// The server's clock at arrival, or the phone's best estimate.
    pub now: Timestamp,
}

/// What only the server knows about a check-in's proof.
#[derive(Clone, Debug, Default)]
pub struct GateFacts {
    pub trust: Trust,
    pub certificate: Option<Certificate>,
    pub code_word: Option<String>,
    /// Wrong code words that this person tried at this activity before.
    pub code_word_tries: i64,
}

impl Facts {
    pub fn row(&self, record: RecordRef) -> Option<&Row> {
        self.rows.iter().find(|row| row.record() == record)
    }

    pub(crate) fn activity(&self, id: ActivityId) -> Option<&Activity> {
        match self.row(RecordRef::new(Area::Activities, id)) {
            Some(Row::Activities(activity)) => Some(activity),
            _ => None,
        }
    }

    pub(crate) fn submission(&self, id: Uuid) -> Option<&Submission> {
        match self.row(RecordRef::new(Area::Submissions, id)) {
            Some(Row::Submissions(submission)) => Some(submission),
            _ => None,
        }
    }

    pub(crate) fn attachment(&self, id: Uuid) -> Option<&Attachment> {
        match self.row(RecordRef::new(Area::Attachments, id)) {
            Some(Row::Attachments(attachment)) => Some(attachment),
            _ => None,
        }
    }

    pub(crate) fn sign_up(&self, id: Uuid) -> Option<&SignUp> {
        match self.row(RecordRef::new(Area::SignUps, id)) {
            Some(Row::SignUps(sign_up)) => Some(sign_up),
            _ => None,
        }
    }

    pub(crate) fn person_exists(&self, id: PersonId) -> bool {
        id == self.actor.person_id || self.row(RecordRef::new(Area::People, id)).is_some()
    }

    pub(crate) fn form(&self, id: &str, version: &str) -> Option<&Form> {
        match self.row(RecordRef::new(Area::Forms, form_row_id(id, version))) {
            Some(Row::Forms(row)) => row.form.read(),
            _ => None,
        }
    }
}

/// What an operation does.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    Apply(Row),
    /// Applied over somebody else's edit of other questions.
    Merge(Row),
    /// Applied as far as possible; the rest waits for a person.
    Conflict(Row),
    /// The record that it builds on isn't here yet.
    Hold(RecordRef),
    Refuse(Refusal),
}

impl Decision {
    /// The new row, if there is one.
    pub fn row(&self) -> Option<&Row> {
        match self {
            Self::Apply(row) | Self::Merge(row) | Self::Conflict(row) => Some(row),
            Self::Hold(_) | Self::Refuse(_) => None,
        }
    }
}

/// Decides an operation. Never panics, whatever it holds.
pub fn decide(operation: &Operation, facts: &Facts) -> Decision {
    decide_by(operation, facts, submissions::BY_FORM)
}

/// The same without looking at a form's questions: for what this device decided before, and for changes
/// without answers. What only replays needs nothing that reads forms, neither their code nor the time.
pub fn replay(operation: &Operation, facts: &Facts) -> Decision {
    decide_by(operation, facts, submissions::AS_BEFORE)
}

fn decide_by(operation: &Operation, facts: &Facts, forms: submissions::Forms) -> Decision {
    match check_envelope(operation, facts).and_then(|()| decide_change(operation, facts, forms)) {
        Ok(decision) => decision,
        Err(refusal) => Decision::Refuse(refusal),
    }
}

fn decide_change(
    operation: &Operation,
    facts: &Facts,
    forms: submissions::Forms,
) -> Result<Decision, Refusal> {
    match &operation.change {
        Change::SignUps(change) => sign_ups::decide(operation, change, facts),
        Change::Attendances(change) => attendances::decide(operation, change, facts),
        Change::Submissions(change) => submissions::decide(operation, change, facts, forms),
        Change::Attachments(change) => attachments::decide(operation, change, facts),
        Change::Guests(change) => guests::decide(operation, change, facts),
    }
}

fn check_envelope(operation: &Operation, facts: &Facts) -> Result<(), Refusal> {
    if operation.schema_version != crate::operation::SCHEMA_VERSION {
        return Err(Refusal::UnknownSchema {
            version: operation.schema_version,
        });
    }
    if operation.actor_id != facts.actor.person_id {
        return Err(Refusal::NotYours);
    }
    if operation.record.area != operation.change.area() {
        return Err(Refusal::WrongRecord);
    }
    Ok(())
}

/// Refuses a text that is too long or holds a character that no database keeps.
pub(crate) fn check_text(field: &str, text: &str, limit: i64) -> Result<(), Refusal> {
    if text.chars().count() as i64 > limit {
        return Err(Refusal::TooLong {
            field: field.to_owned(),
            limit,
        });
    }
    let bad = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if text.chars().any(bad) {
        return Err(Refusal::BadCharacter {
            field: field.to_owned(),
        });
    }
    Ok(())
}
