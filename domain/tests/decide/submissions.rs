//! Facts about sending, correcting and merging records.

use std::collections::BTreeMap;

use domain::{
    Area, Change, Refusal, Row,
    areas::{
        people::Role,
        submissions::{FieldConflict, ReviewState, Submission, SubmissionChange},
    },
    decide::{Decision, Facts, decide},
    forms::{Answer, Answers},
};

use crate::support::*;

fn text(value: &str) -> Answer {
    Answer::Text(value.to_owned())
}

fn answers(topic: &str, reach: i64) -> Answers {
    Answers::from([
        ("topic".to_owned(), text(topic)),
        ("reach".to_owned(), Answer::Integer(reach)),
    ])
}

fn submit(answers: Answers) -> domain::Operation {
    let change = SubmissionChange::Submit {
        form_id: "note".to_owned(),
        form_version: "1".to_owned(),
        activity_id: None,
        premises_id: None,
        title: "普法".to_owned(),
        answers,
    };
    operation(Area::Submissions, id(600), Change::Submissions(change))
}

fn amend(question: &str, new: Answer, was: Answer, base: i64) -> domain::Operation {
    let change = SubmissionChange::Amend {
        title: "普法".to_owned(),
        changed: BTreeMap::from([(question.to_owned(), Some(new))]),
        was: BTreeMap::from([(question.to_owned(), Some(was))]),
    };
    let mut operation = operation(Area::Submissions, id(600), Change::Submissions(change));
    operation.base_revision = Some(base);
    operation
}

fn with_submission(change: impl FnOnce(&mut Submission)) -> Facts {
    let mut facts = facts(Role::Volunteer);
    let Decision::Apply(Row::Submissions(mut row)) = decide(&submit(answers("宪法", 30)), &facts)
    else {
        panic!("not applied")
    };
    change(&mut row);
    facts.rows.push(Row::Submissions(row));
    facts
}

#[test]
fn a_first_sending_waits_for_the_office() {
    let facts = with_submission(|_| ());
    let Some(Row::Submissions(row)) = facts.rows.last() else {
        panic!("no row")
    };
    assert_eq!((row.state, row.revision), (ReviewState::Submitted, 1));
}

#[test]
fn an_answer_that_does_not_fit_the_form_names_its_question() {
    let operation = submit(Answers::from([("topic".to_owned(), Answer::Integer(3))]));
    let Decision::Refuse(Refusal::InvalidAnswer { question, .. }) =
        decide(&operation, &facts(Role::Volunteer))
    else {
        panic!("not refused")
    };
    assert_eq!(question, "topic");
}

#[test]
fn a_nul_in_a_text_is_refused_by_name() {
    let operation = submit(answers("宪\0法", 1));
    assert!(matches!(
        decide(&operation, &facts(Role::Volunteer)),
        Decision::Refuse(Refusal::InvalidAnswer { .. } | Refusal::BadCharacter { .. })
    ));
}

#[test]
fn an_unknown_form_version_is_refused_not_guessed() {
    let mut facts = facts(Role::Volunteer);
    facts.rows.retain(|row| !matches!(row, Row::Forms(_)));
    assert!(matches!(
        decide(&submit(answers("宪法", 1)), &facts),
        Decision::Refuse(Refusal::UnknownForm { .. })
    ));
}

#[test]
fn a_correction_before_its_record_is_held() {
    let operation = amend("topic", text("民法典"), text("宪法"), 1);
    assert_eq!(
        decide(&operation, &facts(Role::Volunteer)),
        Decision::Hold(operation.record)
    );
}

#[test]
fn disjoint_edits_merge() {
    let facts = with_submission(|row| {
        row.revision = 2;
        row.answers.insert("reach".to_owned(), Answer::Integer(45));
    });
    let decision = decide(&amend("topic", text("民法典"), text("宪法"), 1), &facts);
    let Decision::Merge(Row::Submissions(row)) = decision else {
        panic!("{decision:?}")
    };
    assert_eq!(row.answers, answers("民法典", 45));
}

#[test]
fn the_same_question_edited_twice_keeps_both_values_for_a_person() {
    let facts = with_submission(|row| {
        row.revision = 2;
        row.answers.insert("topic".to_owned(), text("刑法"));
    });
    let decision = decide(&amend("topic", text("民法典"), text("宪法"), 1), &facts);
    let Decision::Conflict(Row::Submissions(row)) = decision else {
        panic!("{decision:?}")
    };
    assert_eq!(row.answers["topic"], text("刑法"));
    assert_eq!(row.conflicts[0].ours, Some(text("刑法")));
    assert_eq!(row.conflicts[0].theirs, Some(text("民法典")));
}

#[test]
fn whoever_sees_both_values_settles_the_question() {
    let facts = |revision| {
        with_submission(|row| {
            row.revision = revision;
            row.state = ReviewState::Returned;
            row.conflicts = vec![FieldConflict {
                question: "topic".to_owned(),
                ours: Some(text("宪法")),
                theirs: Some(text("民法典")),
                by: organizer(),
            }];
        })
    };
    for chosen in ["宪法", "民法典"] {
        let choice = amend("topic", text(chosen), text("宪法"), 3);
        let Decision::Apply(Row::Submissions(row)) = decide(&choice, &facts(3)) else {
            panic!("not applied")
        };
        assert_eq!(row.answers["topic"], text(chosen));
        assert_eq!(row.conflicts, []);
        // What the office asked for is still to be done.
        assert_eq!(row.state, ReviewState::Returned);
        // Who hasn't seen the other value hasn't chosen.
        let decision = decide(&choice, &facts(4));
        let Some(Row::Submissions(row)) = decision.row() else {
            panic!("{decision:?}")
        };
        assert_eq!(row.conflicts.len(), 1);
    }
}

#[test]
fn a_correction_of_a_returned_record_goes_back_to_the_office() {
    let facts = with_submission(|row| row.state = ReviewState::Returned);
    let decision = decide(
        &amend("reach", Answer::Integer(31), Answer::Integer(30), 1),
        &facts,
    );
    let Decision::Apply(Row::Submissions(row)) = decision else {
        panic!("{decision:?}")
    };
    assert_eq!(row.state, ReviewState::Submitted);
}

#[test]
fn an_approved_record_is_not_changed_behind_the_offices_back() {
    let facts = with_submission(|row| row.state = ReviewState::Approved);
    let operation = amend("reach", Answer::Integer(31), Answer::Integer(30), 1);
    assert_eq!(
        decide(&operation, &facts),
        Decision::Refuse(Refusal::AlreadyApproved)
    );
}

#[test]
fn a_volunteer_cannot_correct_anothers_record() {
    let facts = with_submission(|row| row.author_id = organizer());
    let operation = amend("reach", Answer::Integer(31), Answer::Integer(30), 1);
    assert_eq!(
        decide(&operation, &facts),
        Decision::Refuse(Refusal::NotPermitted)
    );
}

#[test]
fn a_newer_format_is_kept_for_a_person() {
    let mut operation = submit(answers("宪法", 1));
    operation.schema_version = 99;
    assert_eq!(
        decide(&operation, &facts(Role::Volunteer)),
        Decision::Refuse(Refusal::UnknownSchema { version: 99 })
    );
}

#[test]
fn premises_that_only_the_phone_does_not_know_are_left_to_the_server() {
    let mut operation = submit(answers("宪法", 30));
    let Change::Submissions(SubmissionChange::Submit { premises_id, .. }) = &mut operation.change
    else {
        panic!("no submission")
    };
    *premises_id = Some(domain::PremisesId(id(950)));
    let mut facts = facts(Role::Recorder);
    facts.gate = None;
    let Decision::Apply(Row::Submissions(row)) = decide(&operation, &facts) else {
        panic!("not applied")
    };
    assert_eq!(row.premises_id, Some(domain::PremisesId(id(950))));
    facts.gate = Some(domain::decide::GateFacts::default());
    let decision = decide(&operation, &facts);
    assert_eq!(decision, Decision::Refuse(Refusal::WrongRecord));
}
