//! Visits: what premises remember of the records made there, and the findings that come of them.
//!
//! A visit is drawn from a submission, so that a colleague's phone knows what was found without holding
//! the colleague's record. Leaves out photos, opinions and whatever else only the record holds.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    areas::submissions::{ReviewState, Submission},
    forms::{Answer, Answers, Form, Kind},
    ids::{PersonId, PremisesId, SubmissionId},
    small,
    time::Timestamp,
};

/// One inspection as its premises remember it; id and revision are the submission's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    pub id: SubmissionId,
    pub revision: i64,
    pub premises_id: PremisesId,
    pub form_id: String,
    pub form_version: String,
    pub author_id: PersonId,
    pub at: Timestamp,
    pub state: ReviewState,
    /// Whether it was made to look again at what had failed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub recheck: bool,
    /// Names of the questions that failed, in the form's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed: Vec<String>,
    /// Until when what failed is to be put right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<NaiveDate>,
    /// The record itself says that all is put right.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub settled: bool,
    /// Number of the formal document in the state's system; the document stays there.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub official_no: String,
}

/// The answer of a line that isn't in order, and of one that is.
const FAIL: &str = "fail";
const PASS: &str = "pass";

impl Visit {
    /// What a submission tells about its premises; `None` if it names none.
    ///
    /// Read are the conventions of the built-in checklists: a choice between `pass` and `fail`;
    /// `<line>_passed` of `<line>_checked`; `has_problems`; and `mode`, `due_date`, `recheck`,
    /// `official_no`. A form without them is a visit without findings.
    pub fn of(submission: &Submission, form: Option<&Form>) -> Option<Self> {
        let mut visit = Self {
            id: submission.id,
            revision: submission.revision,
            premises_id: submission.premises_id?,
            form_id: submission.form_id.clone(),
            form_version: submission.form_version.clone(),
            author_id: submission.author_id,
            at: submission.capture.occurred_at,
            state: submission.state,
            recheck: chosen(&submission.answers, "mode") == Some("recheck"),
            failed: Vec::new(),
            passed: Vec::new(),
            due: match submission.answers.get("due_date") {
                Some(Answer::Date(date)) => Some(*date),
                _ => None,
            },
            settled: chosen(&submission.answers, "recheck") == Some("settled"),
            official_no: match submission.answers.get("official_no") {
                Some(Answer::Text(number)) => number.chars().take(60).collect(),
                _ => String::new(),
            },
        };
        let lines = form.filter(|form| form.id != RECHECK);
        for question in lines.into_iter().flat_map(Form::questions) {
            let offers = |name: &str| question.kind.choices().iter().any(|one| one.name == name);
            let line = Line {
                name: &question.name,
                is_choice: matches!(question.kind, Kind::SelectOne(_)) && offers(FAIL),
            };
            match line.passes(&submission.answers) {
                Some(true) => visit.passed.push(question.name.clone()),
                Some(false) => visit.failed.push(question.name.clone()),
                None => {}
            }
        }
        visit.look_again(&submission.answers);
        Some(visit)
    }
}

impl Visit {
    /// Takes the lines of a recheck that looks at earlier findings only ([`recheck`]).
    fn look_again(&mut self, answers: &Answers) {
        let Some(Answer::Repeat(instances)) = answers.get(FINDINGS) else {
            return;
        };
        for instance in instances {
            let Some(Answer::Text(line)) = instance.get(FINDING) else {
                continue;
            };
            match chosen(instance, "result") {
                Some(PASS) => self.passed.push(line.clone()),
                Some(FAIL) => self.failed.push(line.clone()),
                _ => continue,
            }
            self.recheck = true;
        }
    }

    /// The checklist and the line: those of a recheck name another form's, as `small_hotel/l08`.
    fn checklist_and_line<'a>(&'a self, line: &'a str) -> (&'a str, &'a str) {
        line.split_once('/').unwrap_or((&self.form_id, line))
    }

    /// Whether the office asks its author for a correction.
    pub fn is_returned(&self) -> bool {
        self.state == ReviewState::Returned
    }
}

/// Whether a form has lines that can fail: whether it is a checklist.
pub fn is_checklist(form: &Form) -> bool {
    form.id != RECHECK
        && form.questions().any(|question| {
            question.name == "has_problems"
                || question.kind.choices().iter().any(|one| one.name == FAIL)
        })
}

struct Line<'a> {
    name: &'a str,
    is_choice: bool,
}

impl Line<'_> {
    /// `None` if it wasn't looked at.
    fn passes(&self, answers: &Answers) -> Option<bool> {
        if self.is_choice {
            return match chosen(answers, self.name)? {
                FAIL => Some(false),
                PASS => Some(true),
                _ => None,
            };
        }
        if self.name == "has_problems" {
            return chosen(answers, self.name).map(|answer| answer == "no");
        }
        let line = self.name.strip_suffix("_passed")?;
        let number = |name: &str| match answers.get(name) {
            Some(Answer::Integer(number)) => Some(*number),
            _ => None,
        };
        let (passed, checked) = (number(self.name)?, number(&format!("{line}_checked"))?);
        (checked > 0).then_some(passed >= checked)
    }
}

fn chosen<'a>(answers: &'a Answers, question: &str) -> Option<&'a str> {
    match answers.get(question) {
        Some(Answer::Choice(name)) => Some(name),
        _ => None,
    }
}

/// A line that failed, from the visit that found it to the one that found it put right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub form_id: String,
    /// The version in which the line's words stand.
    pub form_version: String,
    pub line: String,
    pub found_in: SubmissionId,
    pub since: Timestamp,
    /// The last deadline that was set.
    #[serde(default)]
    pub due: Option<NaiveDate>,
    /// How often it failed: more than once when a recheck failed too.
    pub times: i64,
    /// The visit that found it in order, and when.
    #[serde(default)]
    pub closed: Option<(SubmissionId, Timestamp)>,
}

impl Finding {
    pub fn is_open(&self) -> bool {
        self.closed.is_none()
    }

    /// Whether it should have been put right before this day.
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        self.is_open() && self.due.is_some_and(|due| due < today)
    }
}

/// What a premises' visits add up to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// The visits that count, the latest first.
    pub visits: Vec<Visit>,
    /// Open ones first, the longest open first.
    pub findings: Vec<Finding>,
}

impl History {
    /// Adds up the visits of one premises, in whatever order they come.
    ///
    /// A finding is a line of a checklist that failed. It is closed by the next visit that looks at the
    /// same line and passes it, be it a recheck or a whole new inspection: nobody is to go there twice
    /// for the form's sake. Until then a further failure makes it no second finding, but may set a new
    /// deadline. A record that was voided never happened.
    pub fn of(visits: impl IntoIterator<Item = Visit>) -> Self {
        let mut visits: Vec<Visit> = visits
            .into_iter()
            .filter(|visit| visit.state != ReviewState::Voided)
            .collect();
        small::sort_by_key(&mut visits, |visit| (visit.at, visit.id));
        let mut findings: Vec<Finding> = Vec::new();
        for visit in &visits {
            let open = |findings: &[Finding], line: &str| {
                let (form_id, line) = visit.checklist_and_line(line);
                findings.iter().position(|known| {
                    known.is_open() && known.form_id == form_id && known.line == line
                })
            };
            for line in &visit.failed {
                if let Some(at) = open(&findings, line) {
                    findings[at].due = visit.due.or(findings[at].due);
                    findings[at].times += 1;
                } else {
                    let (form_id, line) = visit.checklist_and_line(line);
                    findings.push(Finding {
                        form_id: form_id.to_owned(),
                        form_version: visit.form_version.clone(),
                        line: line.to_owned(),
                        found_in: visit.id,
                        since: visit.at,
                        due: visit.due,
                        times: 1,
                        closed: None,
                    });
                }
            }
            let settled = visit.failed.iter().filter(|_| visit.settled);
            for line in visit.passed.iter().chain(settled) {
                if let Some(at) = open(&findings, line) {
                    findings[at].closed = Some((visit.id, visit.at));
                }
            }
        }
        small::sort_by_key(&mut findings, |finding| {
            (!finding.is_open(), finding.since, finding.line.clone())
        });
        visits.reverse();
        Self { visits, findings }
    }

    pub fn last_visit(&self) -> Option<&Visit> {
        self.visits.first()
    }

    pub fn open(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.is_open())
    }

    /// The nearest deadline of what is open.
    pub fn next_due(&self) -> Option<NaiveDate> {
        self.open().filter_map(|finding| finding.due).min()
    }

    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        self.open().any(|finding| finding.is_overdue(today))
    }

    /// Puts what presses most first: overdue, then open by its deadline, then all else.
    pub fn urgency(&self, today: NaiveDate) -> (bool, bool, NaiveDate) {
        let is_open = self.open().next().is_some();
        let due = self.next_due().unwrap_or(NaiveDate::MAX);
        (!self.is_overdue(today), !is_open, due)
    }
}

/// The form of a recheck that looks only at what is open.
pub const RECHECK: &str = "premises_recheck";
/// Its repeat, with the finding (`small_hotel/l08`), its words and the result of each.
const FINDINGS: &str = "findings";
const FINDING: &str = "finding";

/// Puts the open findings into a recheck, each with the words of its line; nothing for another form.
pub fn recheck(form: &Form, answers: &mut Answers, open: &[(Finding, String)]) {
    if form.id != RECHECK {
        return;
    }
    let instances = open.iter().map(|(finding, words)| {
        let line = format!("{}/{}", finding.form_id, finding.line);
        small::map([
            (FINDING.to_owned(), Answer::Text(line)),
            ("problem".to_owned(), Answer::Text(words.clone())),
        ])
    });
    let instances: Vec<Answers> = instances.collect();
    let count = instances.len().to_string();
    answers.insert("open_count".to_owned(), Answer::Text(count));
    answers.insert(FINDINGS.to_owned(), Answer::Repeat(instances));
}

/// What a form about a premises begins with, so that nobody types it again: the answers to the questions
/// of these names that the form has.
pub fn prefill(
    form: &Form,
    answers: &mut Answers,
    premises: &crate::areas::premises::Premises,
    has_open_findings: bool,
) {
    let known = [
        ("subject_name", &premises.name),
        ("target", &premises.name),
        ("address", &premises.address),
        ("credit_code", &premises.credit_code),
    ];
    for (name, text) in known {
        let asked = form.question(name).map(|question| &question.kind);
        if asked == Some(&Kind::Text) && !text.is_empty() {
            answers.insert(name.to_owned(), Answer::Text(text.clone()));
        }
    }
    let offers_recheck = form.question("mode").is_some_and(|question| {
        let mut choices = question.kind.choices().iter();
        choices.any(|choice| choice.name == "recheck")
    });
    if has_open_findings && offers_recheck {
        let recheck = Answer::Choice("recheck".to_owned());
        answers.insert("mode".to_owned(), recheck);
    }
}
