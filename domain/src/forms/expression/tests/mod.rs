//! The language against the examples of XPath 1.0, of ODK's XForms specification and of the suites of
//! its two evaluators (enketo/openrosa-xpath-evaluator, getodk/web-forms).

mod odk;
mod properties;

use super::{Expression, Scope, Value, looks_dynamic};
use crate::{
    forms::{
        Answer, Answers, Environment, Form, Kind, Node, Question, Settings,
        instances::{Instances, World},
        plan::flatten,
    },
    text::Text,
};

/// 2026-11-24, a Tuesday, 10:42 in Hangzhou.
const NOW_MS: i64 = 1_795_488_120_000;

fn environment(utc_offset_minutes: i32) -> Environment {
    Environment {
        now_ms: NOW_MS,
        utc_offset_minutes,
        username: "wangfang".to_owned(),
        ..Environment::default()
    }
}

/// A form of text questions with these answers.
fn answered(values: &[(&str, &str)]) -> (Form, Answers) {
    let nodes = values.iter().map(|(name, _)| {
        let question = Question::blank((*name).to_owned(), Kind::Text);
        Node::Question(Box::new(question))
    });
    let form = Form::new(
        "test".to_owned(),
        "2026.1".to_owned(),
        Text::default(),
        Settings::default(),
        nodes.collect(),
    );
    let answers = values.iter().map(|(name, value)| {
        let answer = Answer::Text((*value).to_owned());
        ((*name).to_owned(), answer)
    });
    (form, answers.collect())
}

fn evaluate_with(
    expression: &Expression,
    environment: &Environment,
    current: &str,
    values: &[(&str, &str)],
) -> Value {
    let (form, answers) = answered(values);
    let entries = flatten(&form.nodes);
    let instances = Instances::as_given(&form, &entries, &answers);
    expression.evaluate(&Scope {
        world: World {
            form: &form,
            entries: &entries,
            instances: &instances,
        },
        slot: None,
        current,
        environment,
        choice: None,
    })
}

fn evaluate_at(source: &str, offset: i32, current: &str, values: &[(&str, &str)]) -> Value {
    let expression =
        Expression::parse(source).unwrap_or_else(|error| panic!("{source}: {error:?}"));
    evaluate_with(&expression, &environment(offset), current, values)
}

fn text(source: &str) -> String {
    evaluate_at(source, 480, "", &[]).into_string()
}

fn holds(source: &str) -> bool {
    evaluate_at(source, 480, "", &[]).to_boolean()
}

fn with(source: &str, values: &[(&str, &str)]) -> String {
    evaluate_at(source, 480, "", values).into_string()
}

fn refused(source: &str) -> (usize, String) {
    let error = Expression::parse(source).expect_err(source);
    assert!(!error.message.zh.is_empty(), "{source}");
    (error.at, error.message.en)
}

fn all(cases: &[(&str, &str)]) {
    for (source, expected) in cases {
        assert_eq!(text(source), *expected, "{source}");
    }
}

#[test]
fn arithmetic_follows_xpath() {
    all(&[
        ("1+1", "2"),
        ("0+-0", "0"),
        ("-1 +-1", "-2"),
        ("1.05+2.05", "3.0999999999999996"),
        (".5   \n +.5+.3", "1.3"),
        ("5+4+1+-1+-4", "5"),
        ("'1'+'1'", "2"),
        ("true()+true()", "2"),
        ("(1 div 0) + 1", "Infinity"),
        ("1 + (-1 div 0)", "-Infinity"),
        ("number('a') + 0", "NaN"),
        ("1 -1", "0"),
        ("-1 --1", "0"),
        ("5- 4-1--1--4", "5"),
        ("true()  \n\r\t -true()", "0"),
        ("5 mod 2", "1"),
        ("5 mod -2 ", "1"),
        ("-5 mod 2", "-1"),
        (" -5 mod -2 ", "-1"),
        ("5 mod 1.5", "0.5"),
        ("10 mod (1 div 0)", "10"),
        ("1 mod 0", "NaN"),
        (".5 div .5 div .3", "3.3333333333333335"),
        ("5 div 4 div 1 div -1 div -4", "0.3125"),
        ("0 div 0", "NaN"),
        ("-10 *-11", "110"),
        ("-15.*1.5", "-22.5"),
        ("1+2*3", "7"),
        ("1-10 mod 3 div 3", "0.6666666666666667"),
        ("4-3*4+5-1", "-4"),
        ("(4-3)*4+5-1", "8"),
        ("-2 * 3", "-6"),
        ("'1'mod'1'", "0"),
    ]);
}

#[test]
fn comparisons_convert_as_xpath_says() {
    for source in [
        "1 = '1'",
        "1 = true()",
        "0 = false()",
        "true() != ''",
        "false() = ''",
        "'1a' = '1a'",
        "'' != '0'",
        "1 < 2",
        "'2' > 1",
        "2 >= true()",
        "'1' > '0'",
        "true() and not(false())",
        "0 or 1 and 0+1",
        "true() or true() and false()",
        "(-1 div 0) or 1",
        "1 < 2 = true()",
    ] {
        assert!(holds(source), "{source}");
    }
    for source in [
        "true() >= ''",
        "'' < 1",
        "'' >= 0",
        "'a' = 'A'",
        "0 or 1 and 0",
        "number('') or 0",
        "-1 and 0",
        "'1a' <= '1a'",
        "3 > 2 > 1",
    ] {
        assert!(!holds(source), "{source}");
    }
}

#[test]
fn an_unanswered_question_is_empty_and_compares_with_nothing() {
    assert_eq!(with("${a} = ''", &[]), "true");
    assert_eq!(with("${a} >= 0", &[]), "false");
    assert_eq!(with("${a} + 1", &[]), "NaN");
    assert_eq!(with("coalesce(${a}, 0) + 1", &[]), "1");
    assert_eq!(with("boolean(${a})", &[]), "false");
    assert_eq!(with("boolean(${a})", &[("a", "false")]), "true");
    assert_eq!(with("${a} = true()", &[("a", "x")]), "true");
    assert_eq!(with("${ a }-${b}", &[("a", "5"), ("b", "3")]), "2");
    assert_eq!(with("${a}*${b}", &[("a", "5"), ("b", "3")]), "15");
}

#[test]
fn rounding_and_extremes_agree_with_odk() {
    all(&[
        ("round(1.5)", "2"),
        ("round(-1.5)", "-2"),
        ("round(-1.05)", "-1"),
        ("round(0.001)", "0"),
        ("round('23.7825', '2')", "23.78"),
        ("round('23.7825', '1')", "23.8"),
        ("round('2.15', '1')", "2.2"),
        ("round('2.149', '1')", "2.1"),
        ("round('-1.475', '2')", "-1.48"),
        ("round('23.7825', '-1')", "20"),
        ("round('1', '-2')", "0"),
        ("round('626.3', '-3')", "1000"),
        ("round('-50.55', '-2')", "-100"),
        ("round(1 div 47999799999)", "0"),
        ("round('a')", "NaN"),
        ("round(1 div 0, 2)", "Infinity"),
        ("int(123.456)", "123"),
        ("int(-3.8)", "-3"),
        ("int('')", "NaN"),
        ("min(3, -17, 32)", "-17"),
        ("max(3, '17')", "17"),
        ("min(3, 'cheese')", "NaN"),
        ("max('')", "NaN"),
    ]);
}

#[test]
fn numbers_are_read_as_xpath_reads_them() {
    all(&[
        ("number(true())", "1"),
        ("number(1 = 2)", "0"),
        ("number('-1.0')", "-1"),
        ("number('.112')", "0.112"),
        ("number('0.')", "0"),
        ("number('  1.1 \n\r\n  ')", "1.1"),
        ("number(0.)", "0"),
        ("number(- 0.199999)", "-0.199999"),
        ("number('1asdf')", "NaN"),
        ("number(' . ')", "NaN"),
        ("number('1e3')", "NaN"),
        ("number('inf')", "NaN"),
        ("string(1000000000000)", "1000000000000"),
        ("string(1 div 0)", "Infinity"),
        ("string(-0)", "0"),
        ("string(1 = 1)", "true"),
    ]);
}

#[test]
fn strings_are_counted_in_characters() {
    all(&[
        ("string-length('文明单位')", "4"),
        ("concat('a', 1, true())", "a1true"),
        ("concat('只有一个')", "只有一个"),
        ("contains('普法宣传', '宣')", "true"),
        ("contains('abc', '')", "true"),
        ("starts-with('abc', 'ab')", "true"),
        ("ends-with('abc', 'bc')", "true"),
        ("ends-with('abc', 'ab')", "false"),
        ("if(1 = 1, 'a', 'b')", "a"),
        ("if(false(), 'a', 'b')", "b"),
        ("coalesce('', 'b')", "b"),
        ("coalesce('a', 'b')", "a"),
        (r#""it's""#, "it's"),
        ("“typographic” = 'typographic'", "true"),
    ]);
}

#[test]
fn selections_are_lists_separated_by_spaces() {
    all(&[
        ("selected('a b c', 'b')", "true"),
        ("selected('ab', 'a')", "false"),
        ("selected('', '')", "false"),
        ("count-selected('a b c')", "3"),
        ("count-selected('')", "0"),
        ("count-selected('  a  b ')", "2"),
        ("count-non-empty('')", "0"),
    ]);
    let photos = [("photos", "id-1 id-2 id-3")];
    assert_eq!(with("count-selected(${photos}) >= 3", &photos), "true");
    assert_eq!(with("count-non-empty(${photos})", &photos), "1");
}

#[test]
fn dates_compare_and_count_in_days() {
    all(&[
        ("date('1970-01-01')", "1970-01-01"),
        ("date('1970-1-2')", "1970-01-02"),
        ("date(0)", "1970-01-01"),
        ("date(1.5)", "1970-01-02"),
        ("date(-1)", "1969-12-31"),
        ("date(14127) = date('2008-09-05')", "true"),
        ("date(-10252)", "1941-12-07"),
        ("date('nonsense')", ""),
        ("date('2026-02-30')", ""),
        ("date(1 div 0)", ""),
        ("date(date('2001-12-26') + 5)", "2001-12-31"),
        ("date(3 + date('2001-12-26') - 5)", "2001-12-24"),
        ("date('2001-12-26') > date('2001-12-25')", "true"),
        ("'string' != date('1999-09-09')", "true"),
        ("date('2012-01-01') < today()", "true"),
        ("date('2100-01-02') < today()", "false"),
        ("today()", "2026-11-24"),
        ("now()", "2026-11-24T10:42:00.000+08:00"),
        ("today() < now()", "true"),
        ("date(now()) = today()", "true"),
        ("date(today() - 7)", "2026-11-17"),
        ("'2026-11-24T00:30:00.000+08:00' > '2026-11-24'", "true"),
        ("'09:30:00.000' < '17:00'", "true"),
        ("number('1970-01-02T00:00:00Z')", "1"),
        ("number('1969-12-31T00:00:00Z')", "-1"),
        (
            "format-date('2001-12-31', '%e/%n/%Y %y-%m-%d')",
            "31/12/2001 01-12-31",
        ),
        ("format-date('2026-11-24', '%b%e日 %a')", "11月24日 周二"),
        ("format-date('', '%Y')", ""),
    ]);
    // As web-forms' suite has it for Phoenix, at UTC-7: the local midnight.
    let phoenix = evaluate_at("round(number('1970-01-01'), 2)", -420, "", &[]);
    assert_eq!(phoenix.into_string(), "0.29");
    let phoenix = evaluate_at("round(number('1941-12-07'), 2)", -420, "", &[]);
    assert_eq!(phoenix.into_string(), "-10251.71");
    for offset in [-720, -420, 0, 345, 480, 840] {
        assert_eq!(
            evaluate_at("date(today() + 1) > today()", offset, "", &[]),
            Value::Boolean(true)
        );
        let same = evaluate_at("date(number('2026-11-24'))", offset, "", &[]);
        assert_eq!(same.into_string(), "2026-11-24", "{offset}");
    }
}

#[test]
fn the_own_value_is_a_dot_and_once_keeps_it() {
    assert_eq!(evaluate_at(". > 10", 0, "12", &[]), Value::Boolean(true));
    assert_eq!(evaluate_at("once('aa')", 0, "", &[]).into_string(), "aa");
    assert_eq!(evaluate_at("once('aa')", 0, "ab", &[]).into_string(), "ab");
}

#[test]
fn an_error_says_at_which_character() {
    assert_eq!(refused("").0, 1);
    assert_eq!(refused("1 +").0, 4);
    assert_eq!(refused("(1").0, 3);
    assert_eq!(refused("1)").0, 2);
    assert_eq!(refused("'abc").0, 1);
    assert_eq!(refused("${a").0, 1);
    assert_eq!(refused("${1a}").0, 1);
    assert_eq!(refused("${a} ${b}").0, 6);
    assert_eq!(refused("1.2.3").0, 1);
    assert_eq!(refused("当前").0, 1);
    assert_eq!(refused("true() And false()").0, 8);
    assert!(refused("${a} ＞ 1").1.contains("“>”"));
    assert!(refused("selected（${a}, 'x')").1.contains("full-width"));
    for path in ["${a}[1]", "${a} | ${b}", "//a", "@id", "../a[1]"] {
        assert!(refused(path).1.contains("Paths"), "{path}");
    }
}

#[test]
fn an_unknown_function_is_told_from_one_that_comes_later() {
    assert!(refused("random()").1.contains("isn't supported yet"));
    assert!(
        refused("pulldata('a', 'b', 'c', 'd')")
            .1
            .contains("isn't supported yet")
    );
    assert!(refused("frobnicate(1)").1.contains("There is no function"));
    assert!(refused("age > 3").1.contains("${age}"));
}

#[test]
fn functions_take_the_right_number_of_arguments() {
    for source in [
        "round()",
        "round(1, 2, 3)",
        "today(1)",
        "if(1, 2)",
        "coalesce('a')",
        "min()",
    ] {
        assert!(refused(source).1.contains("arguments"), "{source}");
    }
    assert!(refused("format-date(today(), '%H')").1.contains("%H"));
}

#[test]
fn depth_and_length_are_limited() {
    let nested = |depth: usize| format!("{}1{}", "(".repeat(depth), ")".repeat(depth));
    assert!(Expression::parse(&nested(90)).is_ok());
    assert!(Expression::parse(&nested(1_000)).is_err());
    assert!(Expression::parse(&format!("{}1", "-".repeat(1_000))).is_err());
    assert!(Expression::parse(&format!("1{}", "+1".repeat(90))).is_ok());
    assert!(Expression::parse(&format!("1{}", "+1".repeat(1_000))).is_err());
    assert!(Expression::parse(&format!("'{}'", "a".repeat(100_000))).is_err());
    assert!(Expression::parse(&"not(".repeat(900)).is_err());
}

#[test]
fn a_string_that_doubles_itself_stays_bounded() {
    let long = "文".repeat(20_000);
    let doubled = with("concat(${a}, ${a})", &[("a", &long)]);
    assert!(doubled.len() <= 32_768);
}

#[test]
fn json_is_the_source_and_a_newer_one_is_kept() {
    let expression = Expression::parse(" ${a} > 1 ").unwrap();
    let json = serde_json::to_string(&expression).unwrap();
    assert_eq!(json, r#""${a} > 1""#);
    assert_eq!(
        serde_json::from_str::<Expression>(&json).unwrap(),
        expression
    );
    let newer: Expression = serde_json::from_str(r#""hologram(., 'x')""#).unwrap();
    assert!(!newer.is_understood());
    assert_eq!(
        serde_json::to_string(&newer).unwrap(),
        r#""hologram(., 'x')""#
    );
}

#[test]
fn a_default_is_dynamic_when_it_calls_a_function_or_names_a_question() {
    for source in [
        "today()",
        "${a}",
        "concat('a', 'b')",
        "1 + int(2.5)",
        "uuid()",
    ] {
        assert!(looks_dynamic(source), "{source}");
    }
    for source in ["附件(1)", "2026-01-01", "a-b", "(无)", "见todays(3)", "yes"] {
        assert!(!looks_dynamic(source), "{source}");
    }
}
