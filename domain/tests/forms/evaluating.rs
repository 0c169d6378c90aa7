//! Relevance, `required`, constraints, defaults and calculations for given answers.

use domain::{
    Lang,
    forms::{Answer, Answers, Environment, Form, ProblemKind},
};

use crate::support::{NOW_MS, answers, environment, form, photos, text};

fn problems(form: &Form, answers: &Answers) -> Vec<(String, ProblemKind)> {
    form.check(answers, &environment())
        .into_iter()
        .map(|problem| (problem.question, problem.kind))
        .collect()
}

fn chain() -> Form {
    form(
        "label | relevant | required",
        &[
            "text | c | 丙 | ${b} = 'yes' | yes",
            "text | b | 乙 | ${a} = 'yes' | ",
            "text | a | 甲 | | ",
        ],
    )
}

#[test]
fn an_irrelevant_question_reads_as_empty_down_the_chain() {
    let form = chain();
    let full = answers([("a", text("yes")), ("b", text("yes")), ("c", text("x"))]);
    assert!(form.evaluate(&full, &environment()).is_relevant("c"));
    let off = answers([("a", text("no")), ("b", text("yes")), ("c", text("x"))]);
    let evaluation = form.evaluate(&off, &environment());
    assert!(!evaluation.is_relevant("b") && !evaluation.is_relevant("c"));
    assert!(evaluation.problems.is_empty());
}

#[test]
fn irrelevant_answers_stay_in_the_draft_and_are_not_sent() {
    let form = chain();
    let draft = answers([("a", text("no")), ("b", text("yes")), ("c", text("x"))]);
    let sent = form.prune(&draft, &environment());
    assert_eq!(sent, answers([("a", text("no"))]));
    assert!(problems(&form, &draft).is_empty());
}

#[test]
fn an_irrelevant_group_hides_everything_in_it() {
    let form = form(
        "label | relevant | required",
        &[
            "text | a | 甲 | | ",
            "begin group | outer | 外 | ${a} != '' | ",
            "begin group | inner | 内 | | ",
            "text | b | 乙 | | yes",
            "end group | | | | ",
            "end group | | | | ",
        ],
    );
    let empty = form.evaluate(&Answers::new(), &environment());
    assert!(!empty.is_relevant("outer") && !empty.is_relevant("inner") && !empty.is_relevant("b"));
    assert!(empty.problems.is_empty());
    let filled = form.evaluate(&answers([("a", text("x"))]), &environment());
    assert!(filled.is_relevant("inner") && filled.is_required("b"));
    assert_eq!(filled.problem("b").unwrap().kind, ProblemKind::Missing);
}

#[test]
fn required_may_depend_on_other_answers_and_says_its_message() {
    let form = form(
        "label | required | required_message::zh | required_message::en",
        &[
            "integer | n | 数 | | | ",
            "text | why | 原因 | ${n} > 10 | 超过 10 要写原因 | Say why.",
            "image | p | 照片 | yes | | ",
        ],
    );
    let few = form.evaluate(&answers([("n", Answer::Integer(3))]), &environment());
    assert!(!few.is_required("why"));
    assert_eq!(few.problem("p").unwrap().message.zh, "请添加照片");
    let many = form.evaluate(&answers([("n", Answer::Integer(11))]), &environment());
    assert_eq!(
        many.problem("why").unwrap().message.get(Lang::Zh),
        "超过 10 要写原因"
    );
    let blank = answers([
        ("n", Answer::Integer(11)),
        ("why", text("  ")),
        ("p", photos(1)),
    ]);
    assert_eq!(
        problems(&form, &blank),
        [("why".to_owned(), ProblemKind::Missing)]
    );
}

#[test]
fn a_constraint_counts_only_when_there_is_an_answer() {
    let form = form(
        "label | constraint | constraint_message",
        &[
            "integer | n | 数 | . > 0 and . <= ${most} | 太多了",
            "integer | most | 上限 | | ",
        ],
    );
    assert!(problems(&form, &Answers::new()).is_empty());
    let bound = |n, most| answers([("n", Answer::Integer(n)), ("most", Answer::Integer(most))]);
    assert!(problems(&form, &bound(3, 3)).is_empty());
    let evaluation = form.evaluate(&bound(4, 3), &environment());
    assert_eq!(evaluation.problem("n").unwrap().message.zh, "太多了");
    assert_eq!(
        evaluation.problem("n").unwrap().kind,
        ProblemKind::Constraint
    );
}

#[test]
fn defaults_are_typed_and_may_build_on_one_another() {
    let form = form(
        "label | default",
        &[
            "date | next_week | 下周 | ${day} + 7",
            "date | day | 日期 | today()",
            "dateTime | at | 时间 | now()",
            "select_one fruit | fruit | 水果 | b",
            "select_multiple fruit | more | 水果 | a b",
            "decimal | half | 一半 | 0.5",
            "integer | broken | 整数 | 'abc' = concat('a', 'b')",
            "text | who | 谁 | 值班室",
            "start | opened | | ",
            "today | opened_on | | ",
            "username | by | | ",
        ],
    );
    let initial = form.initial_answers(&environment());
    let date = |text: &str| Answer::Date(text.parse().unwrap());
    let now = Answer::DateTime {
        ms: NOW_MS,
        utc_offset_minutes: 480,
    };
    assert_eq!(initial["day"], date("2026-11-24"));
    assert_eq!(initial["at"], now);
    assert_eq!(initial["fruit"], Answer::Choice("b".to_owned()));
    assert_eq!(
        initial["more"],
        Answer::Choices(vec!["a".to_owned(), "b".to_owned()])
    );
    assert_eq!(initial["half"], Answer::Decimal(0.5));
    assert_eq!(initial["who"], text("值班室"));
    assert_eq!(initial["opened"], now);
    assert_eq!(initial["opened_on"], date("2026-11-24"));
    assert_eq!(initial["by"], text("王芳"));
    assert!(!initial.contains_key("broken"));
    assert_eq!(initial["next_week"], date("2026-12-01"));
    assert!(problems(&form, &initial).is_empty());
}

#[test]
fn calculations_are_sent_and_cannot_be_forged() {
    let form = form(
        "label | calculation | readonly | relevant",
        &[
            "integer | a | 甲 | | | ",
            "calculate | twice | | ${a} * 2 | | ",
            "integer | four_times | 四倍 | ${twice} * 2 | yes | ",
            "calculate | never | | 'x' | | ${a} > 100",
            "calculate | nothing | | ${missing} + 1 | | ",
            "integer | missing | 无 | | | ",
        ],
    );
    let given = answers([
        ("a", Answer::Integer(3)),
        ("four_times", Answer::Integer(99)),
    ]);
    let evaluation = form.evaluate(&given, &environment());
    assert!(evaluation.is_readonly("four_times") && !evaluation.is_readonly("a"));
    let sent = form.prune(&given, &environment());
    let expected = answers([
        ("a", Answer::Integer(3)),
        ("twice", text("6")),
        ("four_times", Answer::Integer(12)),
    ]);
    assert_eq!(sent, expected);
}

#[test]
fn the_end_is_stamped_when_the_record_is_finished() {
    let form = form("label", &["text | a | 甲", "end | finished | "]);
    let later = Environment {
        now_ms: NOW_MS + 60_000,
        ..environment()
    };
    let sent = form.prune(&Answers::new(), &later);
    assert_eq!(
        sent["finished"],
        Answer::DateTime {
            ms: NOW_MS + 60_000,
            utc_offset_minutes: 480
        }
    );
}

#[test]
fn photos_count_towards_done() {
    let source = include_str!("../../../forms/field_note.md").replace(
        "string-length(${note}) > 0 or count-selected(${photos}) >= 1",
        "count-selected(${photos}) >= 3",
    );
    let form = Form::from_markdown(&source).unwrap();
    let done = |count| form.done(&answers([("photos", photos(count))]), &environment());
    assert_eq!(
        (done(0), done(2), done(3)),
        (Some(false), Some(false), Some(true))
    );
    assert_eq!(chain().done(&Answers::new(), &environment()), None);
}

#[test]
fn a_form_whose_json_goes_in_circles_is_still_evaluated() {
    let json = r#"{"id":"x","version":"1","title":{"zh":"题"},"nodes":[
        {"node":"question","name":"a","kind":"text","relevant":"${b} = 'x'"},
        {"node":"question","name":"b","kind":"text","relevant":"${a} = 'x'"}]}"#;
    let form: Form = serde_json::from_str(json).unwrap();
    let evaluation = form.evaluate(
        &answers([("a", text("x")), ("b", text("x"))]),
        &environment(),
    );
    assert_eq!(evaluation.states.len(), 2);
}

#[test]
fn a_summary_names_what_tells_records_apart() {
    let form = form(
        "label | minglu_sensitivity",
        &[
            "date | day | 日期 | public",
            "text | secret | 姓名 | personal",
            "integer | n | 数 | ",
            "select_multiple fruit | fruit | 水果 | ",
            "text | place | 地点 | ",
            "text | more | 其他 | ",
        ],
    );
    let given = answers([
        ("day", Answer::Date("2026-11-24".parse().unwrap())),
        ("secret", text("张三")),
        ("n", Answer::Integer(3)),
        (
            "fruit",
            Answer::Choices(vec!["a".to_owned(), "b".to_owned()]),
        ),
        ("place", text(&format!("文三路\n{}", "长".repeat(100)))),
        ("more", text("还有")),
    ]);
    let line = form.summary_line(&given, Lang::En);
    assert!(
        line.starts_with("2026-11-24 · Apple, Pear · 文三路 长长"),
        "{line}"
    );
    assert!(
        line.ends_with('…') && !line.contains("张三") && !line.contains("还有"),
        "{line}"
    );
    assert_eq!(form.summary_line(&Answers::new(), Lang::Zh), "测试");
}
