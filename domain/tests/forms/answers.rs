//! Answers from anywhere: what fits its question, what doesn't, and what people type.

use domain::{
    Lang,
    forms::{Answer, Answers, Form, ProblemKind, TEXT_LIMIT},
};

use crate::support::{answers, environment, form, photos, text};

fn every_type() -> Form {
    form(
        "label",
        &[
            "text | text | 文字",
            "integer | integer | 整数",
            "decimal | decimal | 小数",
            "select_one fruit | one | 单选",
            "select_multiple fruit | many | 多选",
            "date | date | 日期",
            "time | time | 时间",
            "dateTime | moment | 时刻",
            "geopoint | position | 位置",
            "image | photos | 照片",
            "note | note | 说明",
        ],
    )
}

fn check(name: &str, answer: Answer) -> Option<ProblemKind> {
    let problems = every_type().check(&answers([(name, answer)]), &environment());
    assert!(problems.len() <= 1, "{problems:?}");
    problems.first().map(|problem| {
        assert!(!problem.message.zh.is_empty() && !problem.message.en.is_empty());
        problem.kind
    })
}

fn typed(name: &str, input: &str) -> Result<Option<Answer>, ProblemKind> {
    every_type()
        .parse_answer(name, input, &environment())
        .map_err(|problem| problem.kind)
}

fn moment(ms: i64) -> Answer {
    Answer::DateTime {
        ms,
        utc_offset_minutes: 480,
    }
}

fn position(lat: f64, lon: f64) -> Answer {
    Answer::Geopoint {
        lat,
        lon,
        altitude: None,
        accuracy: None,
    }
}

#[test]
fn answers_that_fit_are_kept() {
    let all = answers([
        ("text", text("多行\n文字\t🙂")),
        ("integer", Answer::Integer(-3)),
        ("decimal", Answer::Decimal(2.5)),
        ("one", Answer::Choice("a".to_owned())),
        (
            "many",
            Answer::Choices(vec!["b".to_owned(), "a".to_owned()]),
        ),
        ("date", Answer::Date("2026-11-24".parse().unwrap())),
        ("time", Answer::Time("09:30:00".parse().unwrap())),
        ("moment", moment(1_795_488_120_000)),
        ("position", position(30.25, 120.16)),
        ("photos", photos(20)),
    ]);
    assert_eq!(every_type().check(&all, &environment()), []);
    let json = serde_json::to_string(&all).unwrap();
    assert_eq!(serde_json::from_str::<Answers>(&json).unwrap(), all);
}

#[test]
fn the_wire_format_of_answers_is_pinned() {
    let pinned = r#"{"a":{"type":"text","value":"x"},"b":{"type":"integer","value":3},"c":{"type":"decimal","value":2.5},"d":{"type":"choice","value":"a"},"e":{"type":"choices","value":["a","b"]},"f":{"type":"date","value":"2026-11-24"},"g":{"type":"time","value":"09:30:00"},"h":{"type":"date_time","value":{"ms":1795488120000,"utc_offset_minutes":480}},"i":{"type":"geopoint","value":{"lat":30.25,"lon":120.16,"accuracy":8.0}},"j":{"type":"images","value":["0192"]}}"#;
    let read: Answers = serde_json::from_str(pinned).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), pinned);
}

#[test]
fn another_type_than_the_questions_is_refused() {
    assert_eq!(check("integer", text("3")), Some(ProblemKind::WrongType));
    assert_eq!(
        check("decimal", Answer::Integer(3)),
        Some(ProblemKind::WrongType)
    );
    assert_eq!(check("one", text("a")), Some(ProblemKind::WrongType));
    assert_eq!(check("note", text("a")), Some(ProblemKind::WrongType));
    assert_eq!(
        check("date", text("2026-11-24")),
        Some(ProblemKind::WrongType)
    );
    assert_eq!(
        check("nowhere", text("a")),
        Some(ProblemKind::UnknownQuestion)
    );
}

#[test]
fn what_cannot_be_kept_is_refused() {
    assert_eq!(check("text", text(&"字".repeat(TEXT_LIMIT))), None);
    assert_eq!(
        check("text", text(&"字".repeat(TEXT_LIMIT + 1))),
        Some(ProblemKind::TooLong)
    );
    assert_eq!(
        check("text", text(&"x".repeat(10 << 20))),
        Some(ProblemKind::TooLong)
    );
    for bad in ["a\0b", "\u{1b}[31m", "\u{85}", "\u{7f}"] {
        assert_eq!(
            check("text", text(bad)),
            Some(ProblemKind::BadCharacter),
            "{bad:?}"
        );
    }
    assert_eq!(
        check("integer", Answer::Integer(i64::MIN)),
        Some(ProblemKind::OutOfRange)
    );
    for bad in [f64::NAN, f64::INFINITY, -1e300] {
        assert_eq!(
            check("decimal", Answer::Decimal(bad)),
            Some(ProblemKind::OutOfRange)
        );
        assert_eq!(
            check("position", position(bad, 0.0)),
            Some(ProblemKind::OutOfRange)
        );
    }
    assert_eq!(
        check("position", position(0.0, 180.1)),
        Some(ProblemKind::OutOfRange)
    );
    let choices = |names: &[&str]| Answer::Choices(names.iter().map(|&it| it.to_owned()).collect());
    assert_eq!(
        check("one", Answer::Choice("c".to_owned())),
        Some(ProblemKind::UnknownChoice)
    );
    assert_eq!(
        check("many", choices(&["a", "c"])),
        Some(ProblemKind::UnknownChoice)
    );
    assert_eq!(
        check("many", choices(&["a", "a"])),
        Some(ProblemKind::UnknownChoice)
    );
    let year = |year| Answer::Date(chrono::NaiveDate::from_ymd_opt(year, 1, 1).unwrap());
    assert_eq!(check("date", year(1899)), Some(ProblemKind::OutOfRange));
    assert_eq!(check("date", year(99_999)), Some(ProblemKind::OutOfRange));
    for ms in [i64::MIN, i64::MAX, -1 << 50] {
        assert_eq!(check("moment", moment(ms)), Some(ProblemKind::OutOfRange));
    }
    let far = Answer::DateTime {
        ms: 0,
        utc_offset_minutes: i32::MIN,
    };
    assert_eq!(check("moment", far), Some(ProblemKind::OutOfRange));
    assert_eq!(check("photos", photos(21)), Some(ProblemKind::TooLong));
    for ids in [
        vec!["a".to_owned(), "a".to_owned()],
        vec!["../x".to_owned()],
        vec![String::new()],
    ] {
        assert_eq!(
            check("photos", Answer::Images(ids)),
            Some(ProblemKind::WrongType)
        );
    }
}

#[test]
fn a_foreign_name_is_repeated_only_in_part() {
    let name = format!("\u{202e}{}\0", "x".repeat(1_000_000));
    let problems = every_type().check(&answers([(&name, text("a"))]), &environment());
    assert_eq!(problems[0].question.chars().count(), 64);
    assert!(!problems[0].message.en.contains('\0'));
}

#[test]
fn numbers_are_read_as_people_type_them() {
    for (input, number) in [
        ("30", 30),
        (" ３０ ", 30),
        ("－5", -5),
        ("1,200", 1200),
        ("１，２００", 1200),
        ("+7", 7),
    ] {
        assert_eq!(
            typed("integer", input),
            Ok(Some(Answer::Integer(number))),
            "{input}"
        );
    }
    for input in ["3.5", "三十", "30人", "1,20", "-", "1e3", "1 2"] {
        assert_eq!(
            typed("integer", input),
            Err(ProblemKind::WrongType),
            "{input}"
        );
    }
    assert_eq!(
        typed("integer", "99999999999999999999"),
        Err(ProblemKind::OutOfRange)
    );
    for (input, number) in [
        ("2.5", 2.5),
        ("２．５", 2.5),
        ("2。5", 2.5),
        ("-.5", -0.5),
        ("1,200.5", 1200.5),
    ] {
        assert_eq!(
            typed("decimal", input),
            Ok(Some(Answer::Decimal(number))),
            "{input}"
        );
    }
    for input in ["inf", "NaN", "1e400", "1.2.3", "."] {
        assert_eq!(
            typed("decimal", input),
            Err(ProblemKind::WrongType),
            "{input}"
        );
    }
}

#[test]
fn dates_and_times_are_read_as_people_type_them() {
    let day = Answer::Date("2026-11-04".parse().unwrap());
    for input in [
        "2026-11-04",
        "2026/11/4",
        "2026.11.04",
        "20261104",
        "2026年11月4日",
        "２０２６－１１－０４",
    ] {
        assert_eq!(typed("date", input), Ok(Some(day.clone())), "{input}");
    }
    for input in ["2026-02-30", "26-11-04", "11/04/2026", "昨天"] {
        assert_eq!(typed("date", input), Err(ProblemKind::WrongType), "{input}");
    }
    let half_past = Answer::Time("09:30:00".parse().unwrap());
    for input in [
        "9:30",
        "09:30",
        "09:30:00",
        "９：３０",
        "9点30分",
        "9时30分",
    ] {
        assert_eq!(typed("time", input), Ok(Some(half_past.clone())), "{input}");
    }
    assert_eq!(
        typed("time", "9点"),
        Ok(Some(Answer::Time("09:00:00".parse().unwrap())))
    );
    assert_eq!(typed("time", "25:00"), Err(ProblemKind::WrongType));
    // 2026-11-24T10:42 at UTC+8.
    let moment = moment(1_795_488_120_000);
    for input in [
        "2026-11-24T10:42",
        "2026-11-24 10:42",
        "2026年11月24日 10：42",
        "2026-11-24T10:42:00.000+08:00",
    ] {
        assert_eq!(typed("moment", input), Ok(Some(moment.clone())), "{input}");
    }
    assert_eq!(typed("moment", "2026-11-24"), Err(ProblemKind::WrongType));
}

#[test]
fn choices_are_read_by_name_or_label() {
    let pear = Ok(Some(Answer::Choice("b".to_owned())));
    assert_eq!(typed("one", "b"), pear);
    assert_eq!(typed("one", "梨"), pear);
    assert_eq!(typed("one", "Pear"), pear);
    assert_eq!(typed("one", "c"), Err(ProblemKind::UnknownChoice));
    let both = Answer::Choices(vec!["b".to_owned(), "a".to_owned()]);
    assert_eq!(typed("many", "b a"), Ok(Some(both)));
}

#[test]
fn empty_input_is_no_answer_and_unknown_questions_are_refused() {
    for name in ["text", "integer", "many", "photos", "moment"] {
        assert_eq!(typed(name, " \u{3000} "), Ok(None), "{name}");
    }
    assert_eq!(typed("nowhere", "x"), Err(ProblemKind::UnknownQuestion));
    assert_eq!(typed("note", "x"), Err(ProblemKind::WrongType));
    assert_eq!(typed("text", " 留着空格 "), Ok(Some(text(" 留着空格 "))));
}

#[test]
fn what_a_field_shows_is_read_back() {
    let form = every_type();
    let all = [
        ("text", text("多行\n文字")),
        ("integer", Answer::Integer(-3)),
        ("decimal", Answer::Decimal(0.1)),
        (
            "many",
            Answer::Choices(vec!["b".to_owned(), "a".to_owned()]),
        ),
        ("date", Answer::Date("2026-11-24".parse().unwrap())),
        ("time", Answer::Time("09:30:00".parse().unwrap())),
        ("moment", moment(1_795_488_120_000)),
        ("photos", photos(2)),
    ];
    for (name, answer) in all {
        assert_eq!(typed(name, &answer.input()), Ok(Some(answer.clone())));
        let shown = answer.display(form.question(name).unwrap(), Lang::En);
        assert!(!shown.is_empty());
    }
    let many = Answer::Choices(vec!["b".to_owned(), "a".to_owned()]);
    assert_eq!(
        many.display(form.question("many").unwrap(), Lang::Zh),
        "梨、苹果"
    );
    let time = moment(1_795_488_120_000).display(form.question("moment").unwrap(), Lang::Zh);
    assert_eq!(time, "2026-11-24 10:42");
    assert_eq!(
        photos(1).display(form.question("photos").unwrap(), Lang::En),
        "1 photo"
    );
}
