//! Records that tell of a problem and became none yet: the form `rectification`, patrols and inspections
//! with lines that failed. Each is written down as the record says it, so that nobody types it twice.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use axum::{Router, extract::State, routing::get};
use chrono::{Days, NaiveDate};
use domain::{
    OrganizationId, PremisesId, SubmissionId,
    api::rectifications::Source,
    areas::{
        evidence::{Subject, SubjectArea},
        people::Department,
        rectifications::{FoundBy, Problem},
        submissions::{ReviewState, Submission},
    },
    forms::{Answer, Form},
    permission::Ability,
    text::Lang,
    visits::{History, RECHECK, Visit, is_checklist},
};
use sqlx::{AnyConnection, Row as _};
use uuid::Uuid;

use crate::{
    AppState, Result,
    areas::{departments, forms, rectifications::store, submissions, sync::visits},
    auth::Member,
    bulk,
    extract::Json,
    office::subjects,
};

/// So many are offered at most.
const SOURCES: usize = 50;
/// Until when something is to be put right, where the record doesn't say, in days.
const USUAL: u64 = 14;
/// The form that is about nothing else.
const RECTIFICATION: &str = "rectification";
/// Lines that failed, named in the problem's words.
const LINES: usize = 5;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/api/office/rectifications/sources", get(sources))
}

async fn sources(State(state): State<AppState>, member: Member) -> Result<Json<Vec<Source>>> {
    member.require(Ability::EditTasks)?;
    let organization = member.organization_id;
    let today = subjects::today(state.clock.now());
    let mut connection = state.db.snapshot().await?;
    let forms = telling(&mut connection, organization).await?;
    let ids = latest(&mut connection, organization, &forms).await?;
    let taken: HashSet<Uuid> = store::sources(&mut connection, organization)
        .await?
        .into_iter()
        .collect();
    let records = submissions::store::load(&mut connection, organization, &ids).await?;
    let open = open_lines(visits::load(&mut connection, organization, &ids).await?);
    let departments = departments::store::list(&mut connection, organization).await?;
    let mut found: Vec<(Submission, Problem)> = records
        .into_iter()
        .filter(|it| it.state != ReviewState::Voided && !taken.contains(&it.id.0))
        .filter_map(|it| {
            let form = forms.get(&(it.form_id.clone(), it.form_version.clone()))?;
            let problem = problem(&it, form, open.get(&it.id), &departments, today)?;
            Some((it, problem))
        })
        .collect();
    found.sort_by_key(|(it, _)| std::cmp::Reverse(it.capture.occurred_at));
    found.truncate(SOURCES);
    let wanted: Vec<Subject> = found.iter().map(|(it, _)| subject(it.id)).collect();
    let lines = subjects::lines(&mut connection, organization, &wanted).await?;
    let mut problems: HashMap<Subject, Problem> = found
        .into_iter()
        .map(|(it, problem)| (subject(it.id), problem))
        .collect();
    Ok(Json(
        lines
            .into_iter()
            .filter_map(|line| {
                let problem = problems.remove(&line.subject)?;
                Some(Source { line, problem })
            })
            .collect(),
    ))
}

fn subject(id: SubmissionId) -> Subject {
    Subject {
        area: SubjectArea::Submissions,
        id: id.0,
    }
}

/// All versions of the forms that can tell of a problem.
async fn telling(
    connection: &mut AnyConnection,
    organization: OrganizationId,
) -> Result<HashMap<(String, String), Form>> {
    let versions = forms::store::versions(connection, organization, None).await?;
    Ok(versions
        .iter()
        .filter_map(|version| version.row.form.read())
        .filter(|form| form.id == RECTIFICATION || form.id == RECHECK || is_checklist(form))
        .map(|form| ((form.id.clone(), form.version.clone()), form.clone()))
        .collect())
}

async fn latest(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    forms: &HashMap<(String, String), Form>,
) -> Result<Vec<Uuid>> {
    let ids: BTreeSet<String> = forms.keys().map(|(id, _)| id.clone()).collect();
    let ids: Vec<String> = ids.into_iter().collect();
    let rows = bulk::select(
        connection,
        organization,
        "select id from submissions where organization_id = $1 and form_id in",
        &ids,
        "order by received_at desc, id desc limit 400",
    )
    .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        found.push(row.try_get::<String, _>("id")?.parse()?);
    }
    Ok(found)
}

/// The lines that each record found wrong at premises and that no later visit found in order.
fn open_lines(visits: Vec<Visit>) -> HashMap<SubmissionId, Vec<String>> {
    let mut of: BTreeMap<PremisesId, Vec<Visit>> = BTreeMap::new();
    for visit in visits {
        of.entry(visit.premises_id).or_default().push(visit);
    }
    let mut open: HashMap<SubmissionId, Vec<String>> = HashMap::new();
    for visits in of.into_values() {
        for finding in History::of(visits).open() {
            let lines = open.entry(finding.found_in).or_default();
            lines.push(finding.line.clone());
        }
    }
    open
}

/// What a record says of a problem; `None` if it tells of none.
fn problem(
    it: &Submission,
    form: &Form,
    open: Option<&Vec<String>>,
    departments: &[Department],
    today: NaiveDate,
) -> Option<Problem> {
    let text = |name: &str| match it.answers.get(name) {
        Some(Answer::Text(text)) => text.trim().to_owned(),
        _ => String::new(),
    };
    let date = |name: &str| match it.answers.get(name) {
        Some(Answer::Date(date)) => Some(*date),
        _ => None,
    };
    let chosen = |name: &str| match it.answers.get(name) {
        Some(Answer::Choice(name)) => Some(name.as_str()),
        _ => None,
    };
    let occurred = subjects::today(it.capture.occurred_at).min(today);
    let said = |name: &str| {
        let question = form.question(name)?;
        Some(it.answers.get(name)?.display(question, Lang::Zh))
    };
    let department = ["department", "duty_dept"].into_iter().find_map(said);
    let department = department
        .and_then(|name| departments.iter().find(|it| it.name == name))
        .map(|it| it.id);
    let usual = occurred.max(today) + Days::new(USUAL);
    let mut problem = Problem {
        problem: String::new(),
        found_by: FoundBy::Patrol,
        found_on: occurred,
        place: text("place"),
        measures: String::new(),
        department_id: department,
        person_id: None,
        due_on: date("due_date").unwrap_or(usual).max(occurred),
        items: Vec::new(),
        task_id: None,
        before: vec![subject(it.id)],
    };
    if it.form_id == RECTIFICATION {
        if chosen("closed") == Some("yes") {
            return None;
        }
        problem.problem = text("problem");
        problem.found_by = match chosen("found_by") {
            Some("self_check") => FoundBy::SelfCheck,
            Some("mock") => FoundBy::Mock,
            Some("feedback") => FoundBy::Feedback,
            _ => FoundBy::Patrol,
        };
        problem.found_on = date("found_on").unwrap_or(occurred).min(today);
        problem.due_on = problem.due_on.max(problem.found_on);
        problem.measures = text("measure");
        problem.items = vec![text("standard_item")];
        return (problem.problem.chars().count() >= 2).then_some(problem);
    }
    let failed: Vec<&str> = match (it.premises_id, open) {
        (Some(_), None) => return None,
        (Some(_), Some(lines)) => lines.iter().map(String::as_str).collect(),
        (None, _) => form
            .questions()
            .map(|question| question.name.as_str())
            .filter(|name| chosen(name) == Some("fail"))
            .collect(),
    };
    let label = |name: &&str| {
        form.question(name)
            .map(|question| question.label.zh.clone())
    };
    let words: Vec<String> = failed.iter().filter_map(label).take(LINES).collect();
    if words.is_empty() {
        return None;
    }
    if it.premises_id.is_some() {
        problem.found_by = FoundBy::Inspection;
        problem.place = [text("subject_name"), text("target")]
            .into_iter()
            .find(|name| !name.is_empty())
            .unwrap_or_default();
    } else if problem.place.is_empty() {
        problem.place = text("route");
    }
    problem.place = problem.place.chars().take(100).collect();
    let more = failed.len().saturating_sub(words.len());
    problem.problem = words.join("；").chars().take(450).collect();
    if more > 0 {
        problem.problem = format!("{}；另有 {more} 项", problem.problem);
    }
    problem.measures = text("opinion").chars().take(500).collect();
    problem.items.clone_from(&form.settings.items);
    Some(problem)
}
