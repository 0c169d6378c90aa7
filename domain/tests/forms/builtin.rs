//! The forms in `forms/`: each is read, and its rules say what the mission says.

use domain::{
    Lang,
    forms::{Answer, Answers, Form, Frequency, Kind, ProblemKind, Sensitivity},
};

use crate::support::{answers, environment, photos, text};

macro_rules! forms {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../../forms/", $name, ".md")))),*]
    };
}

pub(crate) const FORMS: [(&str, &str); 31] = forms![
    "activity",
    "assistance",
    "bathhouse",
    "blood_drive",
    "budget_entry",
    "case_quality",
    "double_random_draw",
    "enforcement_visit",
    "entertainment",
    "field_note",
    "hair_beauty",
    "honor",
    "inspection",
    "law_outreach",
    "medical_epidemic",
    "meeting",
    "office_inspection",
    "patrol",
    "premises_recheck",
    "publicity",
    "rectification",
    "school_health",
    "secondary_water",
    "small_hotel",
    "study_list_item",
    "study_note",
    "study_session",
    "theory_test",
    "volunteer_certificate",
    "volunteer_profile",
    "volunteer_service",
];

pub(crate) fn builtin(id: &str) -> Form {
    let (_, source) = FORMS
        .into_iter()
        .find(|(name, _)| *name == id)
        .expect("a built-in form");
    Form::from_markdown(source).unwrap_or_else(|errors| panic!("{id}: {errors:#?}"))
}

/// The defaults and what a person adds.
pub(crate) fn filled<const N: usize>(form: &Form, list: [(&str, Answer); N]) -> Answers {
    let mut all = form.initial_answers(&environment());
    all.extend(answers(list));
    all
}

pub(crate) fn problems(form: &Form, answers: &Answers) -> Vec<(String, ProblemKind)> {
    form.check(answers, &environment())
        .into_iter()
        .map(|problem| (problem.question, problem.kind))
        .collect()
}

pub(crate) fn number(number: i64) -> Answer {
    Answer::Integer(number)
}

pub(crate) fn choice(name: &str) -> Answer {
    Answer::Choice(name.to_owned())
}

#[test]
fn each_is_read_in_both_languages_and_starts_without_complaint_about_its_defaults() {
    for (id, _) in FORMS {
        let form = builtin(id);
        assert_eq!(form.id, id);
        assert!(!form.title.zh.is_empty() && !form.title.en.is_empty());
        assert!(form.settings.done_when.is_some() && form.settings.owner.is_some());
        for question in form
            .questions()
            .filter(|question| !question.kind.is_hidden())
        {
            let name = &question.name;
            assert!(
                !question.label.en.is_empty(),
                "{id}: {name} has no English label"
            );
            assert_ne!(question.label.zh, question.label.en, "{id}: {name}");
            if question.constraint.is_some() {
                let message = question.constraint_message.as_ref().unwrap();
                assert!(
                    !message.zh.is_empty() && !message.en.is_empty(),
                    "{id}: {name}"
                );
            }
            for choice in question.kind.choices() {
                assert!(!choice.label.en.is_empty(), "{id}: {name}: {}", choice.name);
            }
        }
        let initial = form.initial_answers(&environment());
        let wrong = problems(&form, &initial);
        assert!(
            wrong.iter().all(|(_, kind)| *kind == ProblemKind::Missing),
            "{id}: {wrong:?}"
        );
        assert_eq!(form.done(&initial, &environment()), Some(false), "{id}");
    }
}

/// What is about a person without being a photo or a position: by form and question.
const PERSONAL: [(&str, &str); 23] = [
    ("assistance", "handlers"),
    ("honor", "deeds"),
    ("honor", "nominee"),
    ("inspection", "card_numbers"),
    ("meeting", "chair"),
    ("rectification", "leader"),
    ("rectification", "reviewer"),
    ("study_note", "content"),
    ("study_session", "host"),
    ("study_session", "lecturer"),
    ("volunteer_certificate", "handler"),
    ("volunteer_certificate", "person"),
    ("volunteer_profile", "birth_date"),
    ("volunteer_profile", "district"),
    ("volunteer_profile", "full_name"),
    ("volunteer_profile", "gender"),
    ("volunteer_profile", "guardian_consent"),
    ("volunteer_profile", "minor"),
    ("volunteer_profile", "mobile"),
    ("volunteer_profile", "service_kinds"),
    ("volunteer_profile", "skills"),
    ("volunteer_profile", "volunteer_no"),
    ("volunteer_service", "leader"),
];

#[test]
fn photos_and_positions_are_personal_and_photos_are_downscaled_evidence() {
    let mut personal = Vec::new();
    for (id, _) in FORMS {
        for question in builtin(id).questions() {
            match question.kind {
                Kind::Image => {
                    assert_eq!(question.sensitivity, Sensitivity::Personal, "{id}");
                    assert_eq!(question.max_pixels, Some(1600), "{id}");
                    assert_eq!(question.evidence.as_deref(), Some("photo"), "{id}");
                    assert!(
                        question.required.is_none(),
                        "a record without signal still counts"
                    );
                }
                Kind::Geopoint => {
                    assert_eq!(question.sensitivity, Sensitivity::Personal, "{id}");
                    assert!(
                        question.required.is_none(),
                        "{id}: a position is never forced"
                    );
                }
                _ if question.sensitivity > Sensitivity::Internal => {
                    personal.push(format!("{id} {}", question.name));
                }
                _ => {}
            }
        }
    }
    personal.sort();
    let expected = PERSONAL.map(|(id, name)| format!("{id} {name}"));
    assert_eq!(personal, expected);
}

#[test]
fn no_question_asks_for_a_donor() {
    let form = builtin("blood_drive");
    for question in form.questions() {
        for word in ["name", "certificate", "donor_id", "phone", "reason"] {
            assert!(!question.name.contains(word), "{}", question.name);
        }
    }
    assert_eq!(form.settings.frequency, Some(Frequency::Yearly));
    assert_eq!(form.settings.items, ["Ⅳ-3-1", "Ⅳ-3-2"]);
}

fn drive(mobilized: i64, whole: i64, platelets: i64) -> (Form, Answers) {
    let form = builtin("blood_drive");
    let answers = filled(
        &form,
        [
            ("site", text("市中心血站")),
            ("mobilized", number(mobilized)),
            ("whole_blood_donors", number(whole)),
            ("platelet_donors", number(platelets)),
        ],
    );
    (form, answers)
}

#[test]
fn a_blood_drive_needs_plausible_amounts() {
    let (form, base) = drive(30, 12, 0);
    let with_ml = |ml| {
        let mut answers = base.clone();
        answers.insert("whole_blood_ml".to_owned(), number(ml));
        problems(&form, &answers)
    };
    assert!(with_ml(3_600).is_empty());
    assert!(with_ml(2_400).is_empty() && with_ml(4_800).is_empty());
    for ml in [2_300, 4_900, 3_650, -1] {
        assert_eq!(
            with_ml(ml),
            [("whole_blood_ml".to_owned(), ProblemKind::Constraint)],
            "{ml}"
        );
    }
    assert_eq!(
        problems(&form, &base),
        [("whole_blood_ml".to_owned(), ProblemKind::Missing)]
    );
}

#[test]
fn more_donors_than_people_are_refused_and_none_hides_the_amounts() {
    let (form, answers) = drive(10, 11, 0);
    assert!(
        problems(&form, &answers)
            .contains(&("whole_blood_donors".to_owned(), ProblemKind::Constraint))
    );
    let (form, answers) = drive(10, 8, 3);
    assert!(
        problems(&form, &answers)
            .contains(&("platelet_donors".to_owned(), ProblemKind::Constraint))
    );
    let (form, answers) = drive(10, 0, 0);
    assert!(problems(&form, &answers).is_empty());
    let evaluation = form.evaluate(&answers, &environment());
    assert!(!evaluation.is_relevant("amounts") && !evaluation.is_relevant("platelet_units"));
    let (form, mut answers) = drive(10, 0, 2);
    answers.insert("platelet_units".to_owned(), number(5));
    assert_eq!(
        problems(&form, &answers),
        [("platelet_units".to_owned(), ProblemKind::Constraint)]
    );
}

#[test]
fn a_blood_drive_is_done_with_three_photos() {
    let (form, mut answers) = drive(10, 0, 0);
    assert!(
        form.evaluate(&answers, &environment())
            .is_relevant("photos_missing")
    );
    answers.insert("photos".to_owned(), photos(2));
    assert_eq!(form.done(&answers, &environment()), Some(false));
    answers.insert("photos".to_owned(), photos(3));
    assert_eq!(form.done(&answers, &environment()), Some(true));
    assert!(
        !form
            .evaluate(&answers, &environment())
            .is_relevant("photos_missing")
    );
    assert_eq!(
        form.summary_line(&answers, Lang::Zh),
        "2026-11-24 · 市中心血站"
    );
}

#[test]
fn outreach_counts_people_and_asks_which_other_law() {
    let form = builtin("law_outreach");
    let base = filled(
        &form,
        [
            ("venue", text("文三社区")),
            ("audience", choice("community")),
            ("statutes", Answer::Choices(vec!["constitution".to_owned()])),
            ("leaflets", number(200)),
            ("people_reached", number(80)),
            ("consultations", number(15)),
        ],
    );
    assert!(problems(&form, &base).is_empty());
    let mut other = base.clone();
    other.insert(
        "statutes".to_owned(),
        Answer::Choices(vec!["other".to_owned()]),
    );
    assert_eq!(
        problems(&form, &other),
        [("statutes_other".to_owned(), ProblemKind::Missing)]
    );
    let mut many = base.clone();
    many.insert("consultations".to_owned(), number(81));
    assert_eq!(
        problems(&form, &many),
        [("consultations".to_owned(), ProblemKind::Constraint)]
    );
    let mut tomorrow = base;
    tomorrow.insert(
        "event_date".to_owned(),
        Answer::Date("2026-11-25".parse().unwrap()),
    );
    assert_eq!(
        problems(&form, &tomorrow),
        [("event_date".to_owned(), ProblemKind::Constraint)]
    );
}

#[test]
fn a_visit_without_problems_is_done_and_one_with_needs_a_deadline_and_a_result() {
    let form = builtin("enforcement_visit");
    let base = filled(
        &form,
        [
            ("target", text("某某宾馆")),
            ("target_kind", choice("enterprise")),
            ("premises", choice("hotel")),
            ("purpose", choice("inspection")),
            ("official_no", text("2026-0001")),
            ("has_issues", choice("no")),
        ],
    );
    assert!(problems(&form, &base).is_empty());
    assert_eq!(form.done(&base, &environment()), Some(true));
    let mut unnumbered = base.clone();
    unnumbered.remove("official_no");
    assert_eq!(
        problems(&form, &unnumbered),
        [("official_no".to_owned(), ProblemKind::Missing)]
    );

    let mut raised = base.clone();
    raised.insert("has_issues".to_owned(), choice("yes"));
    raised.insert("issues".to_owned(), text("布草间没有分区"));
    raised.insert("handling".to_owned(), choice("take_back"));
    let missing = |name: &str| (name.to_owned(), ProblemKind::Missing);
    assert_eq!(
        problems(&form, &raised),
        [missing("handler_dept"), missing("due_date")]
    );
    raised.insert("handler_dept".to_owned(), choice("public_health"));
    raised.insert(
        "due_date".to_owned(),
        Answer::Date("2026-11-23".parse().unwrap()),
    );
    assert_eq!(
        problems(&form, &raised),
        [("due_date".to_owned(), ProblemKind::Constraint)]
    );
    raised.insert(
        "due_date".to_owned(),
        Answer::Date("2026-11-24".parse().unwrap()),
    );
    assert!(problems(&form, &raised).is_empty());
    assert_eq!(form.done(&raised, &environment()), Some(false));
    raised.insert("result".to_owned(), text("已整改"));
    assert_eq!(form.done(&raised, &environment()), Some(true));
}

#[test]
fn a_rectification_begins_with_what_the_problem_says() {
    let form = builtin("rectification");
    let card: domain::areas::rectifications::Card = serde_json::from_value(serde_json::json!({
        "id": "019aaf00-0000-7000-8000-000000000001",
        "revision": 1,
        "problem": "楼道堆放杂物",
        "place": "桂花苑 3 幢",
        "due_on": "2026-12-05",
        "state": "open",
    }))
    .expect("a card");
    let mut answers = Answers::new();
    card.prefill(&form, &mut answers);
    assert_eq!(answers["problem"], Answer::Text("楼道堆放杂物".to_owned()));
    assert_eq!(answers["place"], Answer::Text("桂花苑 3 幢".to_owned()));
    assert_eq!(answers["due_date"], Answer::Date(card.due_on));
    assert_eq!(answers.len(), 3);
    let mut others = Answers::new();
    card.prefill(&builtin("field_note"), &mut others);
    assert!(others.values().all(|it| *it != Answer::Date(card.due_on)));
}
