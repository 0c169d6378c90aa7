//! The functions that only ODK has, against its specification's examples, those of its evaluators'
//! suites (enketo/openrosa-xpath-evaluator, getodk/web-forms) and of ODK's documentation.

use std::time::Instant;

use super::{all, environment, evaluate_at, evaluate_with, holds, refused, text, with};
use crate::forms::{Environment, Expression};

#[test]
fn a_checklist_counts_what_is_true() {
    for source in [
        "checklist(-1, 2, 2>1)",
        "checklist(1, 1, 1=1)",
        "checklist(1, 1, true(), false(), false())",
        "weighted-checklist(-1, 2, 2>1, 2)",
        "weighted-checklist(1, 1, 1=1, 1)",
        "weighted-checklist(2, 2, true(), 2, false(), 5, false(), 6)",
        "weighted-checklist(2, -1, true(), 999, false(), 5, false(), 6)",
    ] {
        assert!(holds(source), "{source}");
    }
    for source in [
        "checklist(-1, 2, 1=1, 2=2, 3=3)",
        "checklist(1, 2, 1=1, 2=2, 3=3)",
        "weighted-checklist(-1, 2, 2>1, 3)",
        "weighted-checklist(-1, 2, 1=1, 1, 2=2, 1, 3=3, 1)",
        "weighted-checklist(1, 2, 1=1, 1, 2=2, 1, 3=3, 1)",
        "weighted-checklist(1, 1, 1=1, 0)",
    ] {
        assert!(!holds(source), "{source}");
    }
    assert!(
        refused("weighted-checklist(1, 2, 1=1)")
            .1
            .contains("arguments")
    );
    assert!(
        refused("weighted-checklist(1, 2, 1=1, 1, 1)")
            .1
            .contains("weight")
    );
}

#[test]
fn strings_are_cut_and_joined() {
    all(&[
        ("substr('hello', 0)", "hello"),
        ("substr('hello', 0, 5)", "hello"),
        ("substr('hello', 1)", "ello"),
        ("substr('hello', 1, 5)", "ello"),
        ("substr('hello', 1, 4)", "ell"),
        ("substr('hello', -2)", "lo"),
        ("substr('hello', 0, -1)", "hell"),
        ("substr('0123456789', 5)", "56789"),
        ("substr('0123456789', 2, 4)", "23"),
        ("substr('文明单位', 1, 3)", "明单"),
        ("substr('a', 5, 1)", ""),
        ("substr('abc', number('x'))", "abc"),
        ("substring-before('1999/04/01', '/')", "1999"),
        ("substring-before('1999', '/')", ""),
        ("substring-after('1999/04/01', '/')", "04/01"),
        ("substring-after('1999/04/01', '19')", "99/04/01"),
        ("substring-after('ab', '')", "ab"),
        ("join(' :: ', 'one', 'two', 'three')", "one :: two :: three"),
        ("join('、', 'a')", "a"),
        ("translate('bar', 'abc', 'ABC')", "BAr"),
        ("translate('--aaa--', 'abc-', 'ABC')", "AAA"),
        ("translate('aa', 'aa', 'bc')", "bb"),
        ("normalize-space('  a \n  b ')", "a b"),
        ("boolean-from-string('true')", "true"),
        ("boolean-from-string('1')", "true"),
        ("boolean-from-string('yes')", "false"),
        ("abs(-10.5)", "10.5"),
    ]);
    let current = evaluate_at("normalize-space()", 0, " x  y ", &[]);
    assert_eq!(current.into_string(), "x y");
}

#[test]
fn selections_are_read_by_place() {
    all(&[
        ("selected-at('zero one two three', '1')", "one"),
        ("selected-at('zero one two three', 4)", ""),
        ("selected-at('zero one two three', -1)", ""),
        ("selected-at('', 0)", ""),
        ("selected-at('apple baby crimson', 2)", "crimson"),
        ("selected-at('ab', 0)", "ab"),
        ("selected-at('ab', number('x'))", ""),
    ]);
}

#[test]
fn powers_and_sums_are_computed() {
    all(&[
        ("pow(3, 0)", "1"),
        ("pow(1, 3)", "1"),
        ("pow(4, 2)", "16"),
        ("pow(2, 0.5)", "1.4142135623730951"),
        ("sum(3)", "3"),
        ("sum('x')", "NaN"),
        ("count(../nowhere)", "0"),
    ]);
    assert_eq!(with("sum(${a}) + ${b}", &[("a", "2"), ("b", "3")]), "5");
    assert_eq!(with("count(${a})", &[("a", "")]), "1");
}

#[test]
fn moments_become_numbers_and_texts() {
    all(&[
        ("decimal-date-time('1970-01-01T00:00:00Z')", "0"),
        ("decimal-date-time('1970-01-02T00:00:00Z')", "1"),
        ("decimal-date-time('1969-12-31T00:00:00Z')", "-1"),
        ("decimal-date-time('nonsense')", "NaN"),
        ("decimal-time('12:00')", "0.5"),
        ("decimal-time('06:00:00.000+08:00')", "0.25"),
        ("decimal-time('x')", "NaN"),
        (
            "date-time('1970-01-01T00:00:00.000Z')",
            "1970-01-01T08:00:00.000+08:00",
        ),
        ("date-time(0)", "1970-01-01T08:00:00.000+08:00"),
        ("date-time('x')", ""),
        ("date-time(1 div 0)", ""),
        (
            "format-date-time('2001-12-31', '%b %e, %Y')",
            "12月 31, 2001",
        ),
        (
            "format-date-time('2026-11-24T09:05:07.089+08:00', '%H:%M:%S.%3 %h')",
            "09:05:07.089 9",
        ),
        ("format-date-time(now(), '%Y%m%d-%H%M')", "20261124-1042"),
        ("format-date-time('', '%H')", ""),
    ]);
    assert!(refused("format-date-time(now(), '%Q')").1.contains("%Q"));
}

#[test]
fn digests_are_those_of_xforms() {
    all(&[
        (
            "digest('abc', 'MD5', 'hex')",
            "900150983cd24fb0d6963f7d28e17f72",
        ),
        (
            "digest('abc', 'SHA-1', 'hex')",
            "a9993e364706816aba3e25717850c26c9cd0d89d",
        ),
        (
            "digest('abc', 'SHA-256', 'hex')",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ),
        (
            "digest('abc', 'SHA-256')",
            "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
        ),
        ("digest('', 'MD5', 'base64')", "1B2M2Y8AsgTpgAmY7PhCfg=="),
        ("string-length(digest('abc', 'SHA-384', 'hex'))", "96"),
        ("string-length(digest('abc', 'SHA-512', 'hex'))", "128"),
    ]);
    assert!(refused("digest('abc', 'CRC32')").1.contains("SHA-256"));
}

#[test]
fn distances_and_areas_are_those_of_odks_clients() {
    const SHAPE: &str = "7.9377 -11.5845 0 0;7.9324 -11.5902 0 0;7.927 -11.5857 0 0;7.925 -11.578 0 0;7.9267 -11.5722 0 0;7.9325 -11.5708 0 0;7.9372 -11.5737 0 0;7.9393 -11.579 0 0;7.9377 -11.5845 0 0";
    const TRACE: &str = "38.253094215699576 21.756382658677467;38.25021274773806 21.756382658677467;38.25007793942195 21.763892843919166;38.25290886154963 21.763935759263404;38.25146813817506 21.758421137528785";
    for (points, area, distance) in [
        (SHAPE, "2333220.77", "5724.36"),
        (TRACE, "151451.76", "1800.69"),
        ("7.9377 -11.5845 0 0;7.9324 -11.5902 0 0", "0", "861.99"),
        ("7.9377 -11.5845 0 0;7.9377 -11.5845 0 0", "0", "0"),
        ("0 0;0 1", "0", "111318.85"),
        ("0 0;0 90", "0", "10018696.05"),
        ("90 0;90 1", "0", "0"),
        ("5000 5000; 5000 5000", "NaN", "NaN"),
        ("a", "NaN", "NaN"),
        ("", "NaN", "NaN"),
    ] {
        assert_eq!(with("area(${p})", &[("p", points)]), area, "{points}");
        assert_eq!(
            with("distance(${p})", &[("p", points)]),
            distance,
            "{points}"
        );
    }
}

#[test]
fn a_regex_is_searched_for_in_linear_time() {
    // As the specification's /[0-9]+/ and Enketo's suite have it: anywhere in the value.
    for (value, pattern, expected) in [
        ("123", "[0-9]{3}", "true"),
        ("1234", "[0-9]{3}", "true"),
        ("1234", "^[0-9]{3}$", "false"),
        ("13812345678", r"^1[3-9]\d{9}$", "true"),
        ("文明", r"^[\u4e00-\u9fa5]+$", "true"),
        ("", "x?", "true"),
    ] {
        let source = format!("regex(${{v}}, '{pattern}')");
        assert_eq!(with(&source, &[("v", value)]), expected, "{pattern}");
    }
    let (_, message) = refused("regex(., '[0-9')");
    assert!(message.contains("can't be read"), "{message}");
    assert!(
        refused(&format!("regex(., '{}')", "a".repeat(501)))
            .1
            .contains("> 500")
    );
    assert!(
        refused("regex(., '((a{100}){100}){100}')")
            .1
            .contains("can't be read")
    );
    // A pattern made at run time that can't be read never matches.
    assert_eq!(with("regex('x', ${v})", &[("v", "(")]), "false");
    let started = Instant::now();
    let long = "a".repeat(10_000);
    for pattern in ["(a*)*b", "(a|a)*b", "^(a+)+$b", "(.*)(.*)(.*)(.*)x"] {
        let source = format!("regex(${{v}}, '{pattern}')");
        assert_eq!(with(&source, &[("v", &long)]), "false");
    }
    assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
}

#[test]
fn an_identifier_stays_with_its_record() {
    let make = |seed, source: &str| {
        let environment = Environment {
            seed,
            ..environment(480)
        };
        evaluate_with(&Expression::parse(source).unwrap(), &environment, "", &[]).into_string()
    };
    let first = make(1, "uuid()");
    assert_eq!(first, make(1, "uuid()"));
    assert_ne!(first, make(2, "uuid()"));
    assert_eq!(uuid::Uuid::parse_str(&first).unwrap().get_version_num(), 4);
    assert_eq!(make(1, "uuid(6)").len(), 6);
    assert_eq!(make(1, "uuid(1 div 0)").len(), 1_000);
    assert_eq!(text("version()"), "2026.1");
}

#[test]
fn functions_of_nodes_want_nodes() {
    assert!(refused("position(1)").1.contains("position(..)"));
    assert!(
        refused("indexed-repeat(${a}, ${b})")
            .1
            .contains("arguments")
    );
    assert!(
        refused("indexed-repeat(${a}, ${b}, 1, ${c})")
            .1
            .contains("index")
    );
    assert!(refused("jr:choice-name(${a}, ${a})").1.contains("quotes"));
    assert!(refused("../").1.contains("must follow"));
    assert!(
        refused(&format!("..{}", "/..".repeat(200)))
            .1
            .contains("too complex")
    );
}
