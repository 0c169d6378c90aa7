//! The types and columns beyond plain questions: ranges, ranks, ticks, filters, triggers, expansions.

use domain::{
    Lang,
    forms::{Answer, DefaultValue, Environment, Form, Kind, ProblemKind, Sensitivity, shuffled},
};

use crate::support::{SETTINGS, answers, environment, errors, form, photos, source, text};

fn problems(form: &Form, name: &str, answer: Answer) -> Vec<ProblemKind> {
    let problems = form.check(&answers([(name, answer)]), &environment());
    problems.into_iter().map(|problem| problem.kind).collect()
}

fn choices(names: &[&str]) -> Answer {
    Answer::Choices(names.iter().map(|&name| name.to_owned()).collect())
}

#[test]
fn every_other_type_is_read_and_answered() {
    let form = form(
        "label | parameters | default",
        &[
            "range | whole | 刻度 | start=0 end=10 step=2 | 4",
            "range | fine | 刻度 | start=0.5,end=5,step=0.1 | ",
            "rank fruit | rank | 排序 | randomize=true | ",
            "file | file | 文件 | | ",
            "audio | audio | 录音 | | ",
            "barcode | code | 条码 | | ",
            "acknowledge | tick | 同意 | | ",
            "hidden | secret | | | 甲",
            "deviceid | device | | | ",
        ],
    );
    assert!(form.is_understood());
    let json = serde_json::to_string(&form).unwrap();
    assert_eq!(serde_json::from_str::<Form>(&json).unwrap(), form);
    assert!(form.question("rank").unwrap().randomize);

    let initial = form.initial_answers(&environment());
    assert_eq!(initial["whole"], Answer::Integer(4));
    assert_eq!(initial["secret"], text("甲"));
    assert_eq!(initial["device"], text("phone-7"));

    assert_eq!(problems(&form, "whole", Answer::Integer(10)), []);
    assert_eq!(
        problems(&form, "whole", Answer::Integer(3)),
        [ProblemKind::OutOfRange]
    );
    assert_eq!(
        problems(&form, "whole", Answer::Integer(12)),
        [ProblemKind::OutOfRange]
    );
    assert_eq!(
        problems(&form, "whole", Answer::Decimal(2.0)),
        [ProblemKind::WrongType]
    );
    assert_eq!(problems(&form, "fine", Answer::Decimal(0.7)), []);
    assert_eq!(
        problems(&form, "fine", Answer::Decimal(0.75)),
        [ProblemKind::OutOfRange]
    );
    assert_eq!(
        problems(&form, "fine", Answer::Decimal(f64::NAN)),
        [ProblemKind::OutOfRange]
    );
    assert_eq!(problems(&form, "rank", choices(&["b", "a"])), []);
    assert_eq!(
        problems(&form, "rank", choices(&["b", "b"])),
        [ProblemKind::UnknownChoice]
    );
    let files = Answer::Files(vec!["0192-1".to_owned()]);
    assert_eq!(problems(&form, "file", files.clone()), []);
    assert_eq!(problems(&form, "audio", files.clone()), []);
    assert_eq!(problems(&form, "file", photos(1)), [ProblemKind::WrongType]);
    assert_eq!(problems(&form, "tick", Answer::Acknowledged), []);
    assert_eq!(
        problems(&form, "tick", text("OK")),
        [ProblemKind::WrongType]
    );
    assert_eq!(problems(&form, "code", text("6901234567892")), []);

    let typed = |name: &str, input: &str| form.parse_answer(name, input, &environment()).ok();
    assert_eq!(typed("whole", "８"), Some(Some(Answer::Integer(8))));
    assert_eq!(typed("fine", "0.6"), Some(Some(Answer::Decimal(0.6))));
    assert_eq!(typed("fine", "9"), None);
    assert_eq!(typed("tick", "OK"), Some(Some(Answer::Acknowledged)));
    assert_eq!(typed("tick", "no"), None);
    assert_eq!(typed("file", "0192-1"), Some(Some(files)));
}

#[test]
fn the_wire_format_of_the_other_answers_is_pinned() {
    let pinned = r#"{"a":{"type":"files","value":["0192"]},"b":{"type":"acknowledged"},"c":{"type":"repeat","value":[{"d":{"type":"integer","value":1}},{}]}}"#;
    let read: domain::forms::Answers = serde_json::from_str(pinned).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), pinned);
}

const TOWNS: &str = "\
| choices |
|         | list_name | name  | label::中文 (zh) | label::English (en) | city | media::image |
|         | city      | hz    | 杭州 | Hangzhou | | hz.png |
|         | city      | nb    | 宁波 | Ningbo   | | |
|         | town      | xihu  | 西湖 | Xihu     | hz | |
|         | town      | yuhang | 余杭 | Yuhang  | hz | |
|         | town      | haishu | 海曙 | Haishu  | nb | |
";

fn towns(filter: &str) -> Result<Form, Vec<domain::forms::FormError>> {
    Form::from_markdown(&format!(
        "| survey |\n| | type | name | label | choice_filter | calculation | appearance |\n\
         | | select_one city | city | 市 | | | likert |\n\
         | | select_multiple town | town | 区 | {filter} | | |\n\
         | | calculate | label_of | | | jr:choice-name(${{city}}, '${{city}}') | |\n\
         {TOWNS}{SETTINGS}"
    ))
}

#[test]
fn a_filter_leaves_the_choices_that_fit_an_earlier_answer() {
    let form = towns("city = ${city} and name != 'yuhang'").unwrap();
    let chosen = |city: &str| answers([("city", Answer::Choice(city.to_owned()))]);
    let offered = |city: &str| form.evaluate(&chosen(city), &environment()).offered["town"].clone();
    assert_eq!(offered("hz"), ["xihu"]);
    assert_eq!(offered("nb"), ["haishu"]);
    let mut moved = chosen("nb");
    moved.insert("town".to_owned(), choices(&["xihu"]));
    let found = form.check(&moved, &environment());
    assert_eq!(found[0].kind, ProblemKind::UnknownChoice);
    assert_eq!(found[0].question, "town");
    let json = serde_json::to_string(&form).unwrap();
    assert_eq!(serde_json::from_str::<Form>(&json).unwrap(), form);
    let picture = &form.question("city").unwrap().kind.choices()[0];
    assert_eq!(
        picture.image.as_ref().map(|it| it.zh.as_str()),
        Some("hz.png")
    );
}

#[test]
fn a_filter_that_reads_no_column_is_refused() {
    let message = |filter: &str| {
        let errors = towns(filter).unwrap_err();
        assert_eq!(
            (errors[0].row, errors[0].column.as_str()),
            (4, "choice_filter")
        );
        errors[0].message.en.clone()
    };
    assert!(message("county = ${city}").contains("no column “county”"));
    assert!(message("city = ${county}").contains("no question named “county”"));
    assert!(message("city = ").contains("ends too early"));
}

#[test]
fn the_label_of_a_choice_is_read_in_the_persons_language() {
    let form = towns("city = ${city}").unwrap();
    let all = answers([("city", Answer::Choice("hz".to_owned()))]);
    let label = |lang| {
        let environment = Environment {
            lang,
            ..environment()
        };
        form.evaluate(&all, &environment).calculated["label_of"].value()
    };
    assert_eq!(
        (label(Lang::Zh), label(Lang::En)),
        ("杭州".into(), "Hangzhou".into())
    );
}

#[test]
fn or_other_brings_a_choice_and_a_question() {
    let form = form(
        "label | minglu_sensitivity",
        &["select_multiple fruit or_other | fruits | 水果 | public"],
    );
    let names: Vec<&str> = form.questions().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["fruits", "fruits_other"]);
    assert_eq!(form.question("fruits").unwrap().kind.choices().len(), 3);
    let other = form.question("fruits_other").unwrap();
    assert_eq!(other.sensitivity, Sensitivity::Public);
    let with = |names: &[&str]| answers([("fruits", choices(names))]);
    let relevant = |names| {
        form.evaluate(&with(names), &environment())
            .is_relevant("fruits_other")
    };
    assert!(!relevant(&["a"]) && relevant(&["a", "other"]));
    let twice = errors(
        "label",
        &[
            "select_one fruit or_other | f | 水果",
            "text | f_other | 其他",
        ],
    );
    assert!(twice[0].message.en.contains("used twice"));
}

#[test]
fn a_failed_line_brings_a_question_for_its_photo() {
    let form = form(
        "label::中文 (zh) | label::English (en) | minglu_photo_on_fail",
        &[
            "select_one fruit | a | 甲 | A | . = 'b'",
            "integer | n | 数 | N | . < 3 and . != 0.5",
            "text | plain | 字 | T | no",
        ],
    );
    let names: Vec<&str> = form.questions().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["a", "a_photo", "n", "n_photo", "plain"]);
    let photo = form.question("n_photo").unwrap();
    assert_eq!(
        (photo.kind.clone(), photo.max_pixels),
        (Kind::Image, Some(1600))
    );
    assert_eq!(photo.sensitivity, Sensitivity::Personal);
    assert_eq!(
        photo.relevant.as_ref().unwrap().source(),
        "${n} < 3 and ${n} != 0.5"
    );
    let evaluation = form.evaluate(
        &answers([
            ("a", Answer::Choice("b".to_owned())),
            ("n", Answer::Integer(3)),
        ]),
        &environment(),
    );
    assert!(evaluation.is_relevant("a_photo") && !evaluation.is_relevant("n_photo"));
}

#[test]
fn a_trigger_sets_an_answer_once_and_the_person_may_change_it() {
    let form = form(
        "label | trigger | calculation",
        &[
            "integer | n | 数 | | ",
            "text | copy | 抄 | ${n} | concat('n=', ${n})",
            "hidden | at | | ${n}, ${copy} | now()",
            "begin repeat | r | 组 | | ",
            "integer | m | 数 | | ",
            "text | double | 倍 | ${m} | ${m} * 2",
            "end repeat | | | | ",
        ],
    );
    let before = answers([("n", Answer::Integer(1)), ("copy", text("mine"))]);
    let mut after = before.clone();
    after.insert("n".to_owned(), Answer::Integer(2));
    let fired = form.fired(&before, &after, &environment());
    assert_eq!(fired["copy"], text("n=2"));
    assert_eq!(fired["at"], text("2026-11-24T10:42:00.000+08:00"));
    let mut edited = fired.clone();
    edited.insert("copy".to_owned(), text("mine again"));
    assert_eq!(
        form.fired(&fired, &edited, &environment())["copy"],
        text("mine again")
    );
    let evaluation = form.evaluate(&edited, &environment());
    assert!(!evaluation.is_readonly("copy"));
    assert_eq!(
        form.prune(&edited, &environment())["copy"],
        text("mine again")
    );

    let rows = |first, second| {
        let row = |m| answers([("m", Answer::Integer(m))]);
        answers([("r", Answer::Repeat(vec![row(first), row(second)]))])
    };
    let fired = form.fired(&rows(1, 1), &rows(1, 5), &environment());
    let Answer::Repeat(list) = &fired["r"] else {
        panic!("a repeat");
    };
    assert!(!list[0].contains_key("double"));
    assert_eq!(list[1]["double"], text("10"));
    assert!(
        errors(
            "label | trigger",
            &["integer | n | 数 | ", "text | a | 甲 | ${n}"]
        )[0]
        .message
        .en
        .contains("needs a calculation")
    );
}

#[test]
fn texts_of_the_columns_are_kept() {
    let form = form(
        "label | media::image::中文 (zh) | media::image::English (en) | appearance",
        &[
            "begin group | g | 组 | | | field-list table-list",
            "text | a | 甲 | a.png | a-en.png | signature",
            "end group | | | | | ",
        ],
    );
    let image = form.question("a").unwrap().image.clone().unwrap();
    assert_eq!(
        (image.zh.as_str(), image.en.as_str()),
        ("a.png", "a-en.png")
    );
    let with = |label: &str| errors("label", &[&format!("text | a | {label}")])[0].clone();
    assert!(
        with("你好 ${a}")
            .message
            .en
            .contains("aren't supported yet")
    );
}

#[test]
fn parameters_are_checked() {
    let cases = [
        ("range", "start=x", "must be a number"),
        ("range", "step=0", "greater than 0"),
        ("range", "start=5 end=3", "greater than start"),
        ("range", "start=0 end=10 step=3", "lie on a step"),
        ("image", "max-pixels=5", "between"),
        ("audio", "max-seconds=2", "between"),
        ("text", "max-seconds=60", "isn't supported"),
        ("text", "randomize=true", "isn't supported here"),
        (
            "select_one fruit",
            "randomize=maybe",
            "isn't supported here",
        ),
        ("select_one fruit", "seed=3", "isn't supported here"),
    ];
    for (kind, cell, expected) in cases {
        let found = errors(
            "label | parameters",
            &[&format!("{kind} | a | 甲 | {cell}")],
        );
        assert_eq!(
            (found[0].row, found[0].column.as_str()),
            (3, "parameters"),
            "{cell}"
        );
        assert!(found[0].message.en.contains(expected), "{cell}: {found:?}");
    }
}

#[test]
fn the_style_asks_for_pages() {
    let text = source("label", &["text | a | 甲"]);
    let paged = text
        .replace("minglu_title_en |", "minglu_title_en | style |")
        .replace("| Test            |", "| Test            | pages |");
    assert!(Form::from_markdown(&paged).unwrap().settings.pages);
    let odd = paged.replace("| pages |", "| theme-grid |");
    assert_eq!(Form::from_markdown(&odd).unwrap_err()[0].column, "style");
}

#[test]
fn a_shuffle_is_the_same_for_the_same_seed_and_keeps_every_choice() {
    let list: Vec<u32> = (0..20).collect();
    for seed in [0, 1, 42, u64::MAX] {
        let order = shuffled(&list, seed);
        assert_eq!(order, shuffled(&list, seed));
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, list);
    }
    assert_ne!(shuffled(&list, 1), shuffled(&list, 2));
    assert!(shuffled::<u32>(&[], 1).is_empty());
}

#[test]
fn a_default_may_be_an_expression_of_any_type() {
    let form = form(
        "label | default",
        &["text | a | 甲 | uuid()", "acknowledge | t | 钩 | OK"],
    );
    assert!(matches!(
        form.question("a").unwrap().default,
        Some(DefaultValue::Expression(_))
    ));
    let initial = form.initial_answers(&environment());
    assert_eq!(initial["t"], Answer::Acknowledged);
    assert_eq!(initial["a"].value().len(), 36);
}
