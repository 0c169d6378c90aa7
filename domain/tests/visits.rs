//! What premises remember: visits drawn from records of the built-in checklists, and their findings.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{
    Capture, PersonId, PremisesId, SubmissionId, Timestamp,
    areas::{
        premises::{Premises, PremisesKind},
        submissions::{ReviewState, Submission},
    },
    forms::{Answer, Answers, Environment, Form},
    time::DAY_MS,
    visits::{History, Visit, is_checklist, prefill, recheck},
};
use uuid::Uuid;

const SMALL_HOTEL: &str = include_str!("../../forms/small_hotel.md");
const INSPECTION: &str = include_str!("../../forms/inspection.md");
const FIELD_NOTE: &str = include_str!("../../forms/field_note.md");

fn form(markdown: &str) -> Form {
    Form::from_markdown(markdown).expect("a built-in form")
}

fn day(number: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, number).expect("a day")
}

fn choice(name: &str) -> Answer {
    Answer::Choice(name.to_owned())
}

/// A record of the `number`th day.
fn record(number: u32, form_id: &str, answers: &[(&str, Answer)]) -> Submission {
    let at = Timestamp(1_793_500_000_000 + i64::from(number) * DAY_MS);
    let answers: BTreeMap<String, Answer> = answers
        .iter()
        .map(|(name, answer)| ((*name).to_owned(), answer.clone()))
        .collect();
    Submission {
        id: SubmissionId(Uuid::from_u128(u128::from(number))),
        revision: 1,
        form_id: form_id.to_owned(),
        form_version: "1".to_owned(),
        activity_id: None,
        premises_id: Some(PremisesId(Uuid::from_u128(900))),
        author_id: PersonId(Uuid::from_u128(800)),
        department_id: None,
        answers,
        title: String::new(),
        state: ReviewState::Submitted,
        review_note: String::new(),
        capture: Capture {
            occurred_at: at,
            ..Capture::default()
        },
        received_at: None,
        conflicts: Vec::new(),
    }
}

fn visit(number: u32, answers: &[(&str, Answer)]) -> Visit {
    let record = record(number, "small_hotel", answers);
    Visit::of(&record, Some(&form(SMALL_HOTEL))).expect("a visit")
}

fn failing(number: u32, due: u32) -> Visit {
    visit(
        number,
        &[
            ("l01", choice("pass")),
            ("l08", choice("fail")),
            ("due_date", Answer::Date(day(due))),
        ],
    )
}

#[test]
fn a_visit_says_which_lines_failed_and_which_passed() {
    let visit = visit(
        1,
        &[
            ("mode", choice("recheck")),
            ("official_no", Answer::Text("浙卫监 1".to_owned())),
            ("l01", choice("pass")),
            ("l02_checked", Answer::Integer(5)),
            ("l02_passed", Answer::Integer(4)),
            ("l08", choice("fail")),
            ("due_date", Answer::Date(day(20))),
        ],
    );
    assert_eq!(visit.failed, ["l02_passed", "l08"]);
    assert_eq!(visit.passed, ["l01"]);
    assert!(visit.recheck && !visit.settled);
    assert_eq!(visit.due, Some(day(20)));
    assert_eq!(visit.official_no, "浙卫监 1");
}

#[test]
fn counts_of_none_are_no_line() {
    let none = [
        ("l02_checked", Answer::Integer(0)),
        ("l02_passed", Answer::Integer(0)),
    ];
    let visit = visit(1, &none);
    assert!(visit.failed.is_empty() && visit.passed.is_empty());
}

#[test]
fn a_summary_with_problems_is_a_finding_and_a_note_is_none() {
    let record = record(1, "inspection", &[("has_problems", choice("yes"))]);
    let summary = Visit::of(&record, Some(&form(INSPECTION))).expect("a visit");
    assert_eq!(summary.failed, ["has_problems"]);
    assert!(is_checklist(&form(SMALL_HOTEL)) && is_checklist(&form(INSPECTION)));
    assert!(!is_checklist(&form(FIELD_NOTE)));
}

#[test]
fn a_record_without_premises_is_no_visit() {
    let mut record = record(1, "small_hotel", &[]);
    record.premises_id = None;
    assert_eq!(Visit::of(&record, None), None);
}

#[test]
fn a_finding_stays_open_until_a_recheck_passes_it() {
    let history = History::of([failing(1, 10)]);
    let finding = history.open().next().expect("a finding");
    assert_eq!((finding.line.as_str(), finding.due), ("l08", Some(day(10))));
    assert!(!finding.is_overdue(day(10)) && finding.is_overdue(day(11)));
    assert_eq!(history.next_due(), Some(day(10)));

    let recheck = visit(5, &[("mode", choice("recheck")), ("l08", choice("pass"))]);
    // They come in any order.
    let history = History::of([recheck.clone(), failing(1, 10)]);
    assert_eq!(history.open().count(), 0);
    assert_eq!(history.findings[0].closed, Some((recheck.id, recheck.at)));
    assert!(!history.is_overdue(day(30)));
    assert_eq!(history.last_visit().map(|visit| visit.id), Some(recheck.id));
}

#[test]
fn a_recheck_asks_only_for_what_is_open_and_closes_what_passes() {
    let first = visit(
        1,
        &[
            ("l08", choice("fail")),
            ("l16", choice("fail")),
            ("due_date", Answer::Date(day(10))),
        ],
    );
    let history = History::of([first.clone()]);
    let open: Vec<_> = history
        .open()
        .map(|finding| (finding.clone(), format!("words of {}", finding.line)))
        .collect();
    let form = form(include_str!("../../forms/premises_recheck.md"));
    let environment = Environment {
        now_ms: 1_795_000_000_000,
        utc_offset_minutes: 480,
        ..Environment::default()
    };
    let mut answers = form.initial_answers(&environment);
    answers.insert(
        "subject_name".to_owned(),
        Answer::Text("桂花旅馆".to_owned()),
    );
    answers.insert(
        "official_no".to_owned(),
        Answer::Text("浙卫监 2".to_owned()),
    );
    recheck(&form, &mut answers, &open);
    let missing = form.check(&answers, &environment);
    assert_eq!(missing.len(), 2, "only the two results: {missing:?}");
    let Some(Answer::Repeat(lines)) = answers.get_mut("findings") else {
        panic!("no findings")
    };
    lines[0].insert("result".to_owned(), choice("pass"));
    lines[1].insert("result".to_owned(), choice("fail"));
    let missing = form.check(&answers, &environment);
    assert_eq!(missing.len(), 1, "a new deadline: {missing:?}");
    answers.insert("due_date".to_owned(), Answer::Date(day(30)));
    // As it is submitted.
    let answers = form.prune(&answers, &environment);
    assert_eq!(form.check(&answers, &environment), []);

    let mut record = record(5, "premises_recheck", &[]);
    record.answers = answers;
    let again = Visit::of(&record, Some(&form)).expect("a visit");
    assert_eq!(again.passed, ["small_hotel/l08"]);
    assert_eq!(again.failed, ["small_hotel/l16"]);
    assert!(again.recheck);
    let history = History::of([first, again]);
    let open: Vec<_> = history.open().collect();
    assert_eq!(
        (open.len(), open[0].line.as_str(), open[0].times),
        (1, "l16", 2)
    );
}

#[test]
fn a_recheck_of_other_lines_closes_nothing() {
    let recheck = visit(5, &[("l01", choice("pass"))]);
    let history = History::of([failing(1, 10), recheck]);
    assert_eq!(history.open().count(), 1);
}

#[test]
fn failing_again_keeps_one_finding_with_the_new_deadline() {
    let history = History::of([failing(1, 10), failing(5, 15)]);
    let open: Vec<_> = history.open().collect();
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].times, open[0].due), (2, Some(day(15))));
    assert_eq!(open[0].found_in, SubmissionId(Uuid::from_u128(1)));
}

#[test]
fn what_fails_after_it_was_put_right_is_a_new_finding() {
    let passed = visit(5, &[("l08", choice("pass"))]);
    let history = History::of([failing(1, 10), passed, failing(9, 20)]);
    assert_eq!(history.findings.len(), 2);
    let open: Vec<_> = history.open().collect();
    assert_eq!((open.len(), open[0].due), (1, Some(day(20))));
}

#[test]
fn a_record_that_says_itself_that_all_is_settled_leaves_nothing_open() {
    let mut visit = failing(1, 10);
    visit.settled = true;
    assert_eq!(History::of([visit]).open().count(), 0);
}

#[test]
fn a_voided_record_never_happened() {
    let mut recheck = visit(5, &[("l08", choice("pass"))]);
    recheck.state = ReviewState::Voided;
    let history = History::of([failing(1, 10), recheck]);
    assert_eq!((history.visits.len(), history.open().count()), (1, 1));
}

#[test]
fn the_same_line_of_another_checklist_is_another_finding() {
    let mut other = visit(5, &[("l08", choice("pass"))]);
    other.form_id = "hair_beauty".to_owned();
    assert_eq!(History::of([failing(1, 10), other]).open().count(), 1);
}

#[test]
fn what_the_list_knows_is_not_typed_again() {
    let premises = Premises {
        id: PremisesId(Uuid::from_u128(900)),
        revision: 1,
        name: "桂花旅馆".to_owned(),
        kind: PremisesKind::SmallHotel,
        address: "桂花路 1 号".to_owned(),
        phone: String::new(),
        credit_code: "91350100M000100Y43".to_owned(),
        official_no: String::new(),
        note: String::new(),
        active: true,
    };
    for markdown in [
        SMALL_HOTEL,
        include_str!("../../forms/hair_beauty.md"),
        include_str!("../../forms/bathhouse.md"),
        include_str!("../../forms/entertainment.md"),
        include_str!("../../forms/medical_epidemic.md"),
        include_str!("../../forms/school_health.md"),
        include_str!("../../forms/secondary_water.md"),
        INSPECTION,
    ] {
        let form = form(markdown);
        let environment = Environment::default();
        let mut answers: Answers = form.initial_answers(&environment);
        prefill(&form, &mut answers, &premises, true);
        let text = |name: &str| answers.get(name).map(Answer::value).unwrap_or_default();
        assert_eq!(text("subject_name"), "桂花旅馆", "{}", form.id);
        assert_eq!(text("address"), "桂花路 1 号");
        assert_eq!(text("credit_code"), "91350100M000100Y43");
        assert_eq!(text("mode"), "recheck");
        // The form's own rules take them.
        let problems = form.check(&answers, &environment);
        let filled = ["subject_name", "address", "credit_code", "mode"];
        let about = problems
            .iter()
            .find(|it| filled.contains(&it.question.as_str()));
        assert_eq!(about, None);
    }
    for kind in PremisesKind::ALL {
        let checklist = kind.checklist();
        assert!(checklist.is_none_or(|name| {
            std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
                .join(format!("../forms/{name}.md"))
                .exists()
        }));
    }
}
