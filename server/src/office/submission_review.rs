//! The office's decision on a submission: approve it, return it with a reason, or choose between two
//! values of a question.
//!
//! Online only, against the revision that was seen. Nobody decides on their own record while
//! somebody else could.

use axum::{Router, extract::State, response::Response, routing::post};
use domain::{
    Lang, OrganizationId, RecordRef, Row, SubmissionId,
    api::office::Review,
    areas::submissions::{ReviewState, Submission},
    forms::{Environment, set_answer},
    operation::Area,
    permission::Ability,
};
use sqlx::AnyConnection;

use crate::{
    AppState, Error, Result,
    areas::{forms, people, submissions::store},
    audit,
    auth::Member,
    extract::{IfMatch, Json, Path, revised},
    feed,
    search::{self, Document},
    validate,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/api/office/submissions/{id}/review", post(answer))
}

async fn answer(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<SubmissionId>,
    seen: IfMatch,
    Json(decision): Json<Review>,
) -> Result<Response> {
    let submission = decide(&state, &member, id, seen, &decision).await?;
    Ok(revised(submission.revision, submission))
}

async fn decide(
    state: &AppState,
    member: &Member,
    id: domain::SubmissionId,
    seen: IfMatch,
    review: &Review,
) -> Result<Submission> {
    member.require(Ability::Review)?;
    let organization = member.organization_id;
    let now = state.clock.now();
    let mut tx = state.db.begin_for(organization).await?;
    feed::lock(&mut tx, organization).await?;
    let old = store::find(&mut tx, organization, id)
        .await?
        .ok_or(Error::NotFound)?;
    seen.check(old.revision)?;
    let own = old.author_id == member.person_id();
    let chooses = matches!(review, Review::Choose { .. });
    let person = member.person_id();
    if own && !chooses && people::store::others_review(&mut tx, organization, person).await? {
        return Err(Error::conflict(
            "own_record",
            "这是您本人提交的记录，请由其他审核人员审核",
            "You wrote this record. Please leave the decision to another reviewer",
        ));
    }
    let before = old.state;
    let mut new = decided(old, review)?;
    if chooses {
        new.title = check_answers(&mut tx, organization, &new).await?;
    }
    let version = store::Version {
        at: now,
        by: member.person_id(),
        op_id: None,
    };
    store::put(&mut tx, organization, &new, version).await?;
    if chooses {
        let found = forms::store::find(&mut tx, organization, &new.form_id, &new.form_version);
        if let Some(form) = found.await?.as_ref().and_then(|row| row.form.read()) {
            let document = Document::of_record(form, &new);
            search::put(&mut tx, organization, &[document], false).await?;
        }
    }
    let act = match (review, own) {
        (Review::Approve, false) => "submission_approve",
        (Review::Approve, true) => "submission_approve_own",
        (Review::Choose { .. }, _) => "submission_choose",
        (Review::Return { .. }, false) => "submission_return",
        (Review::Return { .. }, true) => "submission_return_own",
    };
    let detail = format!("{} → {}", before.as_str(), new.state.as_str());
    audit::by(
        &mut tx,
        member,
        now,
        act,
        Some(RecordRef::new(Area::Submissions, id)),
        &detail,
    )
    .await?;
    let row = [Row::Submissions(Box::new(new.clone()))];
    feed::publish(&mut tx, organization, &row).await?;
    tx.commit().await?;
    Ok(new)
}

/// The submission after the decision.
fn decided(old: Submission, review: &Review) -> Result<Submission> {
    match (review, old.state) {
        (_, ReviewState::Voided) => Err(Error::conflict(
            "already_voided",
            "这条记录已作废，不能再审核",
            "This record was voided; there is nothing to decide",
        )),
        (Review::Approve, ReviewState::Approved) => Err(Error::conflict(
            "already_approved",
            "这条记录已审核通过",
            "This record is approved already",
        )),
        (Review::Approve, _) => Ok(Submission {
            revision: old.revision + 1,
            state: ReviewState::Approved,
            review_note: String::new(),
            // What is approved is what stands; the history keeps the other values.
            conflicts: Vec::new(),
            ..old
        }),
        (Review::Choose { question, value }, _) => {
            let (disputed, rest): (Vec<_>, Vec<_>) = old
                .conflicts
                .into_iter()
                .partition(|conflict| conflict.question == *question);
            let mut answers = old.answers;
            let stands = answers.get(question) == value.as_ref();
            if disputed.is_empty() || !(stands || disputed.iter().any(|it| it.theirs == *value)) {
                return Err(Error::conflict(
                    "nothing_to_choose",
                    "这一处已经选定或又有改动，请刷新查看",
                    "This has been settled or changed. Please refresh the page",
                ));
            }
            set_answer(&mut answers, question, value.clone());
            Ok(Submission {
                revision: old.revision + 1,
                answers,
                conflicts: rest,
                ..old
            })
        }
        (Review::Return { reason }, _) => Ok(Submission {
            revision: old.revision + 1,
            state: ReviewState::Returned,
            review_note: validate::reason(reason, ("请写明退回原因", "Please write why"))?,
            ..old
        }),
    }
}

/// Whether the chosen answers fit the form together; the line for lists that they make.
async fn check_answers(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    submission: &Submission,
) -> Result<String> {
    let (form, version) = (&submission.form_id, &submission.form_version);
    let found = forms::store::find(connection, organization, form, version).await?;
    let Some(form) = found.as_ref().and_then(|row| row.form.read()) else {
        return Err(Error::internal(format!("form {form} is missing")));
    };
    let environment = Environment::of(&submission.capture);
    match form
        .check(&submission.answers, &environment)
        .into_iter()
        .next()
    {
        None => Ok(form.summary_line(&submission.answers, Lang::Zh)),
        Some(problem) => Err(Error::Invalid {
            field: problem.question.into(),
            message: problem.message,
        }),
    }
}
