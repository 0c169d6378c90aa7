//! Decides submissions: the first sending, corrections merged question by question, taking back.

use std::collections::BTreeMap;

use super::{Decision, Facts, Needs, check_text};
use crate::{
    areas::submissions::{FieldConflict, ReviewState, Submission, SubmissionChange},
    forms::{Answer, Answers, Environment, Form, set_answer},
    ids::{ActivityId, PremisesId, SubmissionId},
    operation::{Area, Operation, RecordRef},
    permission::{Ability, may},
    refusal::Refusal,
    row::{Row, form_row_id},
    text::Lang,
    time::Timestamp,
};

/// Longest title, in characters.
const TITLE_LIMIT: i64 = 200;
/// Longest reason, in characters.
const REASON_LIMIT: i64 = 500;

pub(super) fn needs(change: &SubmissionChange, needs: &mut Needs) {
    if let SubmissionChange::Submit {
        form_id,
        form_version,
        activity_id,
        premises_id,
        ..
    } = change
    {
        needs.records.push(RecordRef::new(
            Area::Forms,
            form_row_id(form_id, form_version),
        ));
        if let Some(activity_id) = activity_id {
            needs
                .records
                .push(RecordRef::new(Area::Activities, *activity_id));
        }
        let premises = premises_id.map(|id| RecordRef::new(Area::Premises, id));
        needs.records.extend(premises);
    }
}

/// The form of an existing submission, which an `Amend` reads too; known only once it is loaded.
pub fn form_of(submission: &Submission) -> RecordRef {
    RecordRef::new(
        Area::Forms,
        form_row_id(&submission.form_id, &submission.form_version),
    )
}

/// What is asked of the form by which a submission was filled in.
#[derive(Clone, Copy)]
pub(super) struct Forms {
    /// Whether the answers keep its rules.
    check: fn(&Operation, &Facts, FormName<'_>, &Answers) -> Result<(), Refusal>,
    /// The line in lists; nothing where it stays as it was.
    title: fn(&Facts, FormName<'_>, &Answers) -> Option<String>,
}

#[derive(Clone, Copy)]
struct FormName<'a> {
    id: &'a str,
    version: &'a str,
}

pub(super) const BY_FORM: Forms = Forms {
    check: |operation, facts, name, answers| {
        check_answers(operation, known_form(facts, name)?, answers)
    },
    title: |facts, name, answers| {
        let form = facts.form(name.id, name.version)?;
        Some(form.summary_line(answers, Lang::Zh))
    },
};

pub(super) const AS_BEFORE: Forms = Forms {
    check: |_, _, _, _| Ok(()),
    title: |_, _, _| None,
};

pub(super) fn decide(
    operation: &Operation,
    change: &SubmissionChange,
    facts: &Facts,
    forms: Forms,
) -> Result<Decision, Refusal> {
    if !may(facts.actor.role, Ability::SubmitForms) {
        return Err(Refusal::NotPermitted);
    }
    let existing = facts.submission(operation.record.id);
    match change {
        SubmissionChange::Submit {
            form_id,
            form_version,
            activity_id,
            premises_id,
            title,
            answers,
        } => {
            if existing.is_some() {
                return Err(Refusal::AlreadyExists);
            }
            let place = Place {
                activity_id: *activity_id,
                premises_id: *premises_id,
            };
            let name = FormName {
                id: form_id,
                version: form_version,
            };
            (forms.check)(operation, facts, name, answers)?;
            submit(operation, facts, name, place, title, answers)
        }
        SubmissionChange::Amend {
            title,
            changed,
            was,
        } => {
            let Some(existing) = existing else {
                return Ok(Decision::Hold(operation.record));
            };
            amend(
                operation,
                facts,
                forms,
                existing,
                &Amendment {
                    title,
                    changed,
                    was,
                },
            )
        }
        SubmissionChange::Void { reason } => {
            let Some(existing) = existing else {
                return Ok(Decision::Hold(operation.record));
            };
            check_text("reason", reason, REASON_LIMIT)?;
            check_author(operation, facts, existing)?;
            Ok(Decision::Apply(Row::Submissions(Box::new(Submission {
                revision: existing.revision + 1,
                state: ReviewState::Voided,
                review_note: reason.clone(),
                ..existing.clone()
            }))))
        }
    }
}

fn known_form<'a>(facts: &'a Facts, name: FormName<'_>) -> Result<&'a Form, Refusal> {
    let form = facts.form(name.id, name.version);
    form.ok_or_else(|| Refusal::UnknownForm {
        form_id: name.id.chars().take(100).collect(),
        version: name.version.chars().take(100).collect(),
    })
}

/// What a record is connected with.
#[derive(Clone, Copy)]
struct Place {
    activity_id: Option<ActivityId>,
    premises_id: Option<PremisesId>,
}

fn submit(
    operation: &Operation,
    facts: &Facts,
    form: FormName<'_>,
    place: Place,
    title: &str,
    answers: &Answers,
) -> Result<Decision, Refusal> {
    if place
        .activity_id
        .is_some_and(|id| facts.activity(id).is_none())
    {
        return Err(Refusal::UnknownActivity);
    }
    // A phone may not hold the premises any more; only the server knows all of them.
    let on_server = facts.gate.is_some();
    let premises = |id| facts.row(RecordRef::new(Area::Premises, id));
    if on_server && let Some(id) = place.premises_id {
        if premises(id).is_none() {
            return Err(Refusal::WrongRecord);
        }
        // A visit opens and closes findings that all inspectors see.
        if !may(facts.actor.role, Ability::SeePremises) {
            return Err(Refusal::NotPermitted);
        }
    }
    check_text("title", title, TITLE_LIMIT)?;
    Ok(Decision::Apply(Row::Submissions(Box::new(Submission {
        id: SubmissionId(operation.record.id),
        revision: 1,
        form_id: form.id.to_owned(),
        form_version: form.version.to_owned(),
        activity_id: place.activity_id,
        premises_id: place.premises_id,
        author_id: operation.actor_id,
        department_id: facts.actor.department_id,
        answers: answers.clone(),
        title: title.to_owned(),
        state: ReviewState::Submitted,
        review_note: String::new(),
        capture: operation.capture.clone(),
        received_at: received_at(facts),
        conflicts: Vec::new(),
    }))))
}

struct Amendment<'a> {
    title: &'a str,
    changed: &'a BTreeMap<String, Option<Answer>>,
    was: &'a BTreeMap<String, Option<Answer>>,
}

fn amend(
    operation: &Operation,
    facts: &Facts,
    forms: Forms,
    existing: &Submission,
    amendment: &Amendment<'_>,
) -> Result<Decision, Refusal> {
    check_author(operation, facts, existing)?;
    check_text("title", amendment.title, TITLE_LIMIT)?;
    let mut answers = existing.answers.clone();
    let mut conflicts = existing.conflicts.clone();
    let mut disputed = false;
    let sees_all = operation.base_revision == Some(existing.revision);
    let is_disputed = |question: &String| {
        let mut conflicts = existing.conflicts.iter();
        conflicts.any(|conflict| conflict.question == *question)
    };
    // Choosing between two values is no answer to what the office returned the record for.
    let only_settles = sees_all && amendment.changed.keys().all(is_disputed);
    for (question, new) in amendment.changed {
        // Whoever writes to a disputed question with both values before them has chosen.
        if sees_all {
            conflicts.retain(|conflict| conflict.question != *question);
        }
        let current = answers.get(question).cloned();
        let base = amendment.was.get(question).cloned().flatten();
        if current == *new {
            continue;
        }
        if current != base {
            disputed = true;
            conflicts.push(FieldConflict {
                question: question.clone(),
                ours: current,
                theirs: new.clone(),
                by: operation.actor_id,
            });
            continue;
        }
        set_answer(&mut answers, question, new.clone());
    }
    let form = FormName {
        id: &existing.form_id,
        version: &existing.form_version,
    };
    (forms.check)(operation, facts, form, &answers)?;
    // The author's line tells of a value that doesn't stand.
    let title = if disputed {
        (forms.title)(facts, form, &answers).unwrap_or_else(|| existing.title.clone())
    } else {
        amendment.title.to_owned()
    };
    let row = Row::Submissions(Box::new(Submission {
        revision: existing.revision + 1,
        title,
        answers,
        state: if only_settles {
            existing.state
        } else {
            ReviewState::Submitted
        },
        conflicts,
        capture: operation.capture.clone(),
        received_at: received_at(facts),
        ..existing.clone()
    }));
    Ok(if disputed {
        Decision::Conflict(row)
    } else if operation.base_revision == Some(existing.revision) {
        Decision::Apply(row)
    } else {
        Decision::Merge(row)
    })
}

fn check_author(
    operation: &Operation,
    facts: &Facts,
    existing: &Submission,
) -> Result<(), Refusal> {
    if existing.author_id != operation.actor_id && !may(facts.actor.role, Ability::Review) {
        return Err(Refusal::NotPermitted);
    }
    match existing.state {
        ReviewState::Approved => Err(Refusal::AlreadyApproved),
        ReviewState::Voided => Err(Refusal::AlreadyVoided),
        ReviewState::Submitted | ReviewState::Returned => Ok(()),
    }
}

fn check_answers(operation: &Operation, form: &Form, answers: &Answers) -> Result<(), Refusal> {
    let environment = Environment::of(&operation.capture);
    match form.check(answers, &environment).into_iter().next() {
        None => Ok(()),
        Some(problem) => Err(Refusal::InvalidAnswer {
            question: problem.question,
            message: problem.message,
        }),
    }
}

/// Only the server knows when it received something; on the phone it hasn't yet.
fn received_at(facts: &Facts) -> Option<Timestamp> {
    facts.gate.is_some().then_some(facts.now)
}
