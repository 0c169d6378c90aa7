//! What the office decides about an operation that a rule refused.
//!
//! Each act takes the organization's lock first, so that two people can't decide on the same one.

use std::collections::BTreeMap;

use domain::{
    Change, Lang, OpId, Operation, Outcome, Refusal, Row, Text,
    api::{
        office::{Acceptance, Assignment, Closing},
        sync::PUSH_BYTES,
    },
    areas::submissions::SubmissionChange,
    forms::{Environment, set_answer},
};

use super::{form_of, store};
use crate::{
    AppState, Error, Result, Tx,
    areas::{
        people,
        sync::{blame, check_characters, inbox, read_kept, take_in},
    },
    audit,
    auth::Member,
    feed, validate,
};

/// Takes an operation in, with corrected answers if there are any.
pub(super) async fn accept(
    state: &AppState,
    member: &Member,
    op_id: OpId,
    acceptance: &Acceptance,
) -> Result<()> {
    let organization = member.organization_id;
    let (mut tx, kept) = begin(state, member, op_id).await?;
    if kept.raw.len() > PUSH_BYTES {
        // Phones would have to pull it.
        return Err(still_refused(&Refusal::TooLong {
            field: "operation".to_owned(),
            limit: PUSH_BYTES as i64,
        }));
    }
    let mut operation = read_kept(&kept.raw).map_err(|refusal| still_refused(&refusal))?;
    if operation.actor_id != kept.sender {
        return Err(still_refused(&Refusal::NotYours));
    }
    let own = kept.sender == member.person_id();
    if own && people::store::others_review(&mut tx, organization, member.person_id()).await? {
        return Err(Error::conflict(
            "own_record",
            "这是您本人提交的，请由其他审核人员处理",
            "You sent this. Please leave the decision to another reviewer",
        ));
    }
    let mut corrected = None;
    let title = matches!(
        &kept.line.refusal,
        Some(Refusal::TooLong { field, .. } | Refusal::BadCharacter { field }) if field == "title"
    );
    if title || !acceptance.corrections.is_empty() {
        let corrections = &acceptance.corrections;
        operation = correct(&mut tx, state, member, operation, corrections).await?;
        corrected = Some(serde_json::to_string(&operation)?);
    }
    check_characters(&operation).map_err(|refusal| still_refused(&refusal))?;
    let now = state.clock.now();
    let by = corrected.is_some().then(|| member.person_id());
    let taken = take_in(&mut tx, state, organization, now, &operation, by).await;
    // The database may object to what no rule objects to.
    let (outcome, touched) = taken.map_err(|error| match blame(&error) {
        Some(refusal) => still_refused(&refusal),
        None => error,
    })?;
    match &outcome {
        Outcome::Quarantined { refusal } => return Err(still_refused(refusal)),
        Outcome::Held { .. } => return Err(still_refused(&Refusal::PredecessorMissing)),
        _ => {}
    }
    let ruling = inbox::Ruling {
        outcome,
        at: now,
        by: Some(member.person_id()),
        closed: None,
        corrected,
    };
    let verdict = inbox::rule(&mut tx, organization, op_id, &ruling).await?;
    let names: Vec<&str> = acceptance.corrections.keys().map(String::as_str).collect();
    let record = operation.record;
    audit::by(
        &mut tx,
        member,
        state.clock.now(),
        "quarantine_accept",
        Some(record),
        &names.join(" "),
    )
    .await?;
    let mut rows: Vec<Row> = touched.into_values().collect();
    rows.push(verdict);
    feed::publish(&mut tx, organization, &rows).await?;
    tx.commit().await?;
    Ok(())
}

/// Closes an operation without taking it in; its author reads why.
pub(super) async fn close(
    state: &AppState,
    member: &Member,
    op_id: OpId,
    closing: &Closing,
) -> Result<()> {
    let ask = ("请写明不予采纳的原因", "Please write why it isn't taken in");
    let reason = validate::reason(&closing.reason, ask)?;
    let organization = member.organization_id;
    let (mut tx, kept) = begin(state, member, op_id).await?;
    let ruling = inbox::Ruling {
        outcome: kept.outcome,
        at: state.clock.now(),
        by: Some(member.person_id()),
        closed: Some(reason.clone()),
        corrected: None,
    };
    let verdict = inbox::rule(&mut tx, organization, op_id, &ruling).await?;
    let record = match &verdict {
        Row::LaterVerdicts(verdict) => verdict.record,
        _ => None,
    };
    audit::by(
        &mut tx,
        member,
        state.clock.now(),
        "quarantine_close",
        record,
        &reason,
    )
    .await?;
    feed::publish(&mut tx, organization, &[verdict]).await?;
    tx.commit().await?;
    Ok(())
}

/// Says who is to look after it.
pub(super) async fn assign(
    state: &AppState,
    member: &Member,
    op_id: OpId,
    assignment: &Assignment,
) -> Result<()> {
    let organization = member.organization_id;
    let (mut tx, _) = begin(state, member, op_id).await?;
    let person = assignment.person_id;
    if let Some(person) = person
        && people::store::load(&mut tx, organization, &[person.0])
            .await?
            .is_empty()
    {
        return Err(Error::invalid(
            "person_id",
            "找不到这位人员，请从名单中选择",
            "This person isn't known. Please choose from the list",
        ));
    }
    store::assign(&mut tx, organization, op_id, person).await?;
    let detail = person.map(|id| id.to_string()).unwrap_or_default();
    audit::by(
        &mut tx,
        member,
        state.clock.now(),
        "quarantine_assign",
        None,
        &detail,
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// The transaction, and the operation while nobody has decided on it.
async fn begin(state: &AppState, member: &Member, op_id: OpId) -> Result<(Tx, store::Kept)> {
    let mut tx = state.db.begin_for(member.organization_id).await?;
    feed::lock(&mut tx, member.organization_id).await?;
    let kept = store::find(&mut tx, member.organization_id, op_id).await?;
    if !kept.is_open() {
        return Err(Error::conflict(
            "already_decided",
            "这一条已经处理过了，请刷新列表",
            "Somebody has decided on this one. Please refresh the list",
        ));
    }
    Ok((tx, kept))
}

fn still_refused(refusal: &Refusal) -> Error {
    Error::conflict(
        "still_refused",
        format!("还不能采纳：{}", refusal.message(Lang::Zh)),
        format!("It can't be taken in yet: {}", refusal.message(Lang::En)),
    )
}

/// The operation with the corrected answers in the place of those that came.
async fn correct(
    tx: &mut Tx,
    state: &AppState,
    member: &Member,
    mut operation: Operation,
    corrections: &BTreeMap<String, String>,
) -> Result<Operation> {
    let environment = Environment::of(&operation.capture);
    let Change::Submissions(change) = &mut operation.change else {
        return Err(nothing_to_correct());
    };
    let found = form_of(tx, state, member, operation.record, change).await?;
    let (form, existing) = found.ok_or_else(nothing_to_correct)?;
    let mut merged = existing.map(|one| one.answers).unwrap_or_default();
    for (question, text) in corrections {
        let answer = form.parse_answer(question, text, &environment);
        let answer = answer.map_err(|problem| invalid(question, problem.message))?;
        match change {
            SubmissionChange::Submit { answers, .. } => set_answer(answers, question, answer),
            SubmissionChange::Amend { changed, was, .. } => {
                // The office corrects what stands today.
                was.insert(question.clone(), merged.get(question).cloned());
                changed.insert(question.clone(), answer);
            }
            SubmissionChange::Void { .. } => return Err(nothing_to_correct()),
        }
    }
    match change {
        SubmissionChange::Submit { title, answers, .. } => {
            *title = form.summary_line(answers, Lang::Zh);
        }
        SubmissionChange::Amend { title, changed, .. } => {
            for (question, answer) in changed {
                set_answer(&mut merged, question, answer.clone());
            }
            *title = form.summary_line(&merged, Lang::Zh);
        }
        SubmissionChange::Void { .. } => {}
    }
    Ok(operation)
}

fn invalid(question: &str, message: Text) -> Error {
    Error::Invalid {
        field: question.to_owned().into(),
        message,
    }
}

fn nothing_to_correct() -> Error {
    Error::conflict(
        "nothing_to_correct",
        "这一条没有可以更正的填写内容",
        "There are no answers here that could be corrected",
    )
}
