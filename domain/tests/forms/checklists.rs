//! The built-in checklists and ledgers: what each asks, when it is done, and that it says no more of a
//! person than it must.

use domain::forms::{Answer, Answers, Form, Kind, Node, ProblemKind};

use crate::{
    builtin::{FORMS, builtin, choice, filled, number, problems},
    support::{answers, environment, photos, text},
};

/// Lines of each checklist, and how many are key lines (★), as the source says.
const CHECKLISTS: [(&str, usize, usize); 8] = [
    ("bathhouse", 15, 6),
    ("entertainment", 14, 5),
    ("hair_beauty", 15, 6),
    ("medical_epidemic", 13, 7),
    ("office_inspection", 11, 3),
    ("school_health", 15, 6),
    ("secondary_water", 12, 6),
    ("small_hotel", 16, 6),
];

/// All lines answered with `pass`, or with what counts as passed.
fn passed(id: &str) -> (Form, Answers) {
    let form = builtin(id);
    let mut all = filled(
        &form,
        [
            ("subject_name", text("某某宾馆")),
            ("address", text("文三路 100 号")),
            ("mode", choice("daily")),
            ("official_no", text("2026-0001")),
        ],
    );
    for name in ["room", "duty_dept"] {
        if let Some(question) = form.question(name) {
            let answer = match question.kind {
                Kind::Text => text("302"),
                _ => choice("legal"),
            };
            all.insert(name.to_owned(), answer);
        }
    }
    for question in form.questions() {
        if !question.name.starts_with('l') {
            continue;
        }
        let answer = match &question.kind {
            Kind::SelectOne(_) => choice("pass"),
            Kind::Integer => number(10),
            Kind::Range(range) => number(range.end as i64),
            _ => continue,
        };
        all.insert(question.name.clone(), answer);
    }
    all.retain(|name, _| form.question(name).is_some());
    let pruned = form.prune(&all, &environment());
    (form, pruned)
}

#[test]
fn each_checklist_has_its_lines_and_key_lines() {
    for (id, lines, key_lines) in CHECKLISTS {
        let form = builtin(id);
        let labels: Vec<&str> = form
            .questions()
            .filter(|question| question.name.starts_with('l') && question.kind != Kind::Image)
            .map(|question| question.label.zh.as_str())
            .collect();
        let numbered = |number: usize| {
            let head = format!("{number}. ");
            labels.iter().any(|label| label.starts_with(&head))
        };
        assert!((1..=lines).all(numbered) && !numbered(lines + 1), "{id}");
        let key = (1..=lines)
            .filter(|number| {
                let head = format!("{number}. ★");
                labels.iter().any(|label| label.starts_with(&head))
            })
            .count();
        assert_eq!(key, key_lines, "{id}");
    }
}

#[test]
fn a_checklist_without_a_failed_line_is_done_and_asks_for_nothing_more() {
    for (id, _, _) in CHECKLISTS {
        let (form, answers) = passed(id);
        assert_eq!(problems(&form, &answers), [], "{id}");
        assert_eq!(form.done(&answers, &environment()), Some(true), "{id}");
        let evaluation = form.evaluate(&answers, &environment());
        assert!(!evaluation.is_relevant("follow_up"), "{id}");
        let photos = form
            .questions()
            .filter(|question| question.name.ends_with("_photo"));
        for photo in photos {
            assert!(!evaluation.is_relevant(&photo.name), "{id}: {}", photo.name);
        }
    }
}

#[test]
fn a_failed_line_asks_for_its_photo_an_opinion_and_a_deadline() {
    let (form, mut all) = passed("small_hotel");
    all.insert("l07".to_owned(), choice("fail"));
    all.insert("l02_passed".to_owned(), number(8));
    let evaluation = form.evaluate(&all, &environment());
    assert!(evaluation.is_relevant("l07_photo") && evaluation.is_relevant("l02_passed_photo"));
    assert!(!evaluation.is_relevant("l08_photo"));
    let pruned = form.prune(&all, &environment());
    assert_eq!(pruned["failed"], text("2"));
    assert_eq!(pruned["key_failed"], text("2"));
    let missing = |name: &str| (name.to_owned(), ProblemKind::Missing);
    assert_eq!(
        problems(&form, &all),
        [missing("opinion"), missing("due_date")]
    );
    assert_eq!(form.done(&all, &environment()), Some(false));
    all.extend(answers([
        ("opinion", text("消毒柜未通电")),
        ("due_date", Answer::Date("2026-12-01".parse().unwrap())),
        ("l07_photo", photos(1)),
    ]));
    assert_eq!(problems(&form, &all), []);
    assert_eq!(form.done(&all, &environment()), Some(true));
    all.insert("l02_passed".to_owned(), number(11));
    assert!(problems(&form, &all).contains(&("l02_passed".to_owned(), ProblemKind::Constraint)));
    all.insert("inspectors".to_owned(), number(1));
    assert!(problems(&form, &all).contains(&("inspectors".to_owned(), ProblemKind::Constraint)));
}

#[test]
fn housekeeping_adds_up_its_points_to_a_grade() {
    let (form, mut all) = passed("office_inspection");
    let graded = |all: &Answers| {
        let pruned = form.prune(all, &environment());
        (pruned["total"].value(), pruned["grade"].value())
    };
    assert_eq!(graded(&all), ("100".to_owned(), "优秀".to_owned()));
    all.insert("l01".to_owned(), number(2));
    assert_eq!(graded(&all), ("90".to_owned(), "良好".to_owned()));
    let evaluation = form.evaluate(&all, &environment());
    assert!(evaluation.is_relevant("l01_photo") && evaluation.is_relevant("opinion"));
    all.insert("l05".to_owned(), number(13));
    assert!(problems(&form, &all).contains(&("l05".to_owned(), ProblemKind::OutOfRange)));
}

#[test]
fn every_line_that_needs_a_photo_on_failure_has_its_question() {
    let photos: usize = CHECKLISTS
        .iter()
        .map(|(id, _, _)| {
            let form = builtin(id);
            form.questions()
                .filter(|question| question.name.ends_with("_photo"))
                .count()
        })
        .sum();
    assert_eq!(photos, 82);
}

#[test]
fn a_study_session_is_done_when_nine_of_ten_came_and_the_others_made_up() {
    let form = builtin("study_session");
    let mut all = filled(
        &form,
        [
            ("topic", text("学习贯彻全会精神")),
            ("form", choice("offline")),
            ("materials", text("全会公报")),
            ("host", text("支部书记")),
            ("expected", number(20)),
            ("present", number(20)),
        ],
    );
    assert_eq!(problems(&form, &all), []);
    assert_eq!(form.done(&all, &environment()), Some(true));
    all.insert("present".to_owned(), number(18));
    assert_eq!(
        problems(&form, &all),
        [("make_up_due".to_owned(), ProblemKind::Missing)]
    );
    let due = |day: &str| Answer::Date(day.parse().unwrap());
    all.insert("make_up_due".to_owned(), due("2026-12-09"));
    assert_eq!(
        problems(&form, &all),
        [("make_up_due".to_owned(), ProblemKind::Constraint)]
    );
    all.insert("make_up_due".to_owned(), due("2026-12-08"));
    assert_eq!(problems(&form, &all), []);
    assert_eq!(form.done(&all, &environment()), Some(false));
    all.insert("made_up".to_owned(), number(2));
    assert_eq!(form.done(&all, &environment()), Some(true));
    all.insert("present".to_owned(), number(17));
    all.insert("made_up".to_owned(), number(3));
    assert_eq!(
        form.done(&all, &environment()),
        Some(false),
        "85 % are too few"
    );
}

#[test]
fn a_rectification_is_closed_by_somebody_else_with_a_photo() {
    let form = builtin("rectification");
    let mut all = filled(
        &form,
        [
            ("problem", text("走廊堆放杂物")),
            ("found_by", choice("inspection")),
            ("standard_item", text("Ⅶ-1-1")),
            ("measure", text("清理并张贴标识")),
            ("leader", text("甲")),
            ("department", choice("office")),
            ("due_date", Answer::Date("2026-12-01".parse().unwrap())),
            ("closed", choice("yes")),
            ("reviewer", text("甲")),
            ("closed_on", Answer::Date("2026-11-24".parse().unwrap())),
        ],
    );
    assert_eq!(
        problems(&form, &all),
        [("reviewer".to_owned(), ProblemKind::Constraint)]
    );
    all.insert("reviewer".to_owned(), text("乙"));
    assert_eq!(problems(&form, &all), []);
    assert_eq!(form.done(&all, &environment()), Some(false));
    all.insert("photos".to_owned(), photos(1));
    assert_eq!(form.done(&all, &environment()), Some(true));
}

#[test]
fn a_round_asks_only_for_its_own_lines() {
    let form = builtin("patrol");
    let mut all = filled(
        &form,
        [
            ("patrol_type", choice("front_three")),
            ("route", text("大门东侧")),
            ("duty_dept", choice("legal")),
            ("front_three_1", choice("pass")),
            ("front_three_2", choice("fail")),
            ("front_three_3", choice("na")),
        ],
    );
    let missing = |name: &str| (name.to_owned(), ProblemKind::Missing);
    assert_eq!(
        problems(&form, &all),
        [missing("issues"), missing("same_day")]
    );
    let evaluation = form.evaluate(&all, &environment());
    assert!(evaluation.is_relevant("front_three_2_photo") && !evaluation.is_relevant("fire"));
    all.insert("issues".to_owned(), text("电动车占道，已移走"));
    all.insert("same_day".to_owned(), choice("yes"));
    assert_eq!(form.done(&all, &environment()), Some(true));
}

#[test]
fn no_form_asks_for_what_must_not_be_asked() {
    for (id, source) in FORMS {
        for word in [
            "id_number",
            "id_card",
            "decline_reason",
            "certificate_no",
            "ranking",
        ] {
            assert!(!source.contains(word), "{id}: {word}");
        }
        let form = builtin(id);
        // A draft can't yet tell the photos of a repeat's instances apart: no repeat has any.
        let photo = |node: &Node| match node {
            Node::Question(question) => question.kind == Kind::Image,
            Node::Group(_) | Node::Repeat(_) => true,
        };
        for node in &form.nodes {
            if let Node::Repeat(repeat) = node {
                assert!(!repeat.nodes.iter().any(photo), "{id}");
            }
        }
        assert!(
            !form
                .questions()
                .any(|it| matches!(it.kind, Kind::File | Kind::Audio)),
            "{id}"
        );
    }
}
