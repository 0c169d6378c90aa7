//! Premises of the sample, with inspections, findings and rechecks. Invented, the codes too.

use std::collections::HashMap;

use domain::{
    Capture, OrganizationId, PremisesId, Row, SubmissionId, Timestamp,
    areas::{
        premises::{Premises, PremisesKind},
        submissions::{ReviewState, Submission},
    },
    forms::{Answer, Answers, Environment, Form, Kind},
    text::Lang,
    time::{DAY_MS, HOUR_MS, UTC_OFFSET_MINUTES},
    visits::prefill,
};

use super::{Rows, csv::Table, people::Members, records, unknown};
use crate::{AppState, Error, Result, Tx, areas::premises::store, ids};

pub(super) async fn fill(
    state: &AppState,
    tx: &mut Tx,
    organization: OrganizationId,
    members: &Members,
    rows: &mut Rows,
) -> Result<()> {
    let forms: HashMap<String, Form> = rows
        .iter()
        .filter_map(|row| match row {
            Row::Forms(row) => Some((row.form.id.clone(), row.form.read()?.clone())),
            _ => None,
        })
        .collect();
    let now = state.clock.now();
    let table = Table::read(include_str!("../../../templates/premises.csv"));
    for record in table.records() {
        let kind = record.get("kind");
        let premises = Premises {
            id: ids::new::<PremisesId>(&state.clock),
            revision: 1,
            name: record.get("name").to_owned(),
            kind: PremisesKind::parse(kind).ok_or_else(|| unknown("kind", kind))?,
            address: record.get("address").to_owned(),
            phone: record.get("phone").to_owned(),
            credit_code: record.get("credit_code").to_owned(),
            official_no: record.get("official_no").to_owned(),
            note: record.get("note").to_owned(),
            active: true,
        };
        store::put(tx, organization, &premises).await?;
        rows.push(Row::Premises(Box::new(premises.clone())));
        for visit in record.get("visits").split_whitespace() {
            let visit = Visit::read(visit)?;
            let form = premises
                .kind
                .checklist()
                .and_then(|id| forms.get(id))
                .ok_or_else(|| unknown("checklist", kind))?;
            let submission = inspection(state, members, form, &premises, &visit, now)?;
            // What is older than the office's backlog has been approved.
            let review = (visit.days_ago > 12).then(|| records::Review::approval("linjingshu"));
            let review = review.as_ref();
            let kept = records::keep(tx, organization, members, submission, review, now).await?;
            rows.push(Row::Submissions(Box::new(kept)));
        }
    }
    Ok(())
}

/// `author/days ago/days to put it right/failed lines`, such as `qianyuqing/12/7/l08;l16`; an author
/// after `!` looks again at what had failed.
struct Visit<'a> {
    author: &'a str,
    recheck: bool,
    days_ago: i64,
    days: i64,
    failed: Vec<&'a str>,
}

impl<'a> Visit<'a> {
    fn read(text: &'a str) -> Result<Self> {
        let parts: Vec<&str> = text.split('/').collect();
        let [author, days_ago, days, failed] = parts.as_slice() else {
            return Err(unknown("visit", text));
        };
        Ok(Self {
            author: author.trim_start_matches('!'),
            recheck: author.starts_with('!'),
            days_ago: days_ago.parse().map_err(Error::internal)?,
            days: days.parse().map_err(Error::internal)?,
            failed: failed.split(';').filter(|line| !line.is_empty()).collect(),
        })
    }
}

fn inspection(
    state: &AppState,
    members: &Members,
    form: &Form,
    premises: &Premises,
    visit: &Visit<'_>,
    now: Timestamp,
) -> Result<Submission> {
    let author = members.get(visit.author)?;
    let at = now.plus_ms(-visit.days_ago * DAY_MS - 2 * HOUR_MS);
    let id: SubmissionId = ids::new(&state.clock);
    let answers = answers(form, premises, visit, at)?;
    Ok(Submission {
        id,
        revision: 1,
        form_id: form.id.clone(),
        form_version: form.version.clone(),
        activity_id: None,
        premises_id: Some(premises.id),
        author_id: author.id,
        department_id: author.department_id,
        title: form.summary_line(&answers, Lang::Zh),
        answers,
        state: ReviewState::Submitted,
        review_note: String::new(),
        capture: Capture {
            occurred_at: at,
            wall_clock: at,
            utc_offset_minutes: UTC_OFFSET_MINUTES,
            server_offset_ms: Some(0),
            monotonic_since_server_time_ms: None,
        },
        received_at: Some(at.plus_minutes(35).min(now)),
        conflicts: Vec::new(),
    })
}

/// A checklist in which all lines pass but the given ones.
fn answers(form: &Form, premises: &Premises, visit: &Visit<'_>, at: Timestamp) -> Result<Answers> {
    let environment = Environment {
        now_ms: at.0,
        utc_offset_minutes: UTC_OFFSET_MINUTES,
        ..Environment::default()
    };
    let mut answers = form.initial_answers(&environment);
    let choice = |name: &str| Answer::Choice(name.to_owned());
    answers.insert("mode".to_owned(), choice("daily"));
    prefill(form, &mut answers, premises, visit.recheck);
    let number = format!("示例文书 {}", at.0 / HOUR_MS);
    answers.insert("official_no".to_owned(), Answer::Text(number));
    for question in form.questions() {
        let name = &question.name;
        let failed = visit.failed.contains(&name.as_str());
        let answer = match &question.kind {
            Kind::SelectOne(choices) if choices.iter().any(|it| it.name == "fail") => {
                choice(if failed { "fail" } else { "pass" })
            }
            Kind::Integer if name.ends_with("_checked") => Answer::Integer(4),
            Kind::Integer if name.ends_with("_passed") => Answer::Integer(4 - i64::from(failed)),
            _ => continue,
        };
        answers.insert(name.clone(), answer);
    }
    if !visit.failed.is_empty() {
        let due = at
            .plus_ms(visit.days * DAY_MS)
            .civil(UTC_OFFSET_MINUTES)
            .map(|at| at.date())
            .unwrap_or_default();
        let opinion = "对上述不合格项立即整改，到期复查。".to_owned();
        answers.insert("opinion".to_owned(), Answer::Text(opinion));
        answers.insert("due_date".to_owned(), Answer::Date(due));
    }
    let answers = form.prune(&answers, &environment);
    match form.check(&answers, &environment).first() {
        Some(problem) => Err(Error::internal(format!(
            "a sample {}: {}: {}",
            form.id, problem.question, problem.message.zh
        ))),
        None => Ok(answers),
    }
}
