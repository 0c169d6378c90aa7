//! Whatever comes in, parsing and evaluating an expression ends without a panic.

use proptest::prelude::*;

use super::{evaluate_with, with};
use crate::forms::{
    ChoiceFilter, Environment, Expression,
    expression::{looks_dynamic, with_current_named},
};

/// Sources that are nearly right: tokens in any order.
fn tokens() -> impl Strategy<Value = String> {
    let token = prop_oneof![
        Just("${a}"),
        Just("${b}"),
        Just("."),
        Just("1"),
        Just("-2.5"),
        Just("'x'"),
        Just("''"),
        Just("'2026-11-24'"),
        Just("'99999-99-99'"),
        Just("+"),
        Just("-"),
        Just("*"),
        Just("div"),
        Just("mod"),
        Just("and"),
        Just("or"),
        Just("="),
        Just("!="),
        Just("<"),
        Just(">="),
        Just("("),
        Just(")"),
        Just(","),
        Just("round("),
        Just("date("),
        Just("format-date("),
        Just("concat("),
        Just("if("),
        Just("min("),
        Just("selected("),
        Just("substr("),
        Just("pow("),
        Just("regex("),
        Just("'(a*)*b'"),
        Just("indexed-repeat("),
        Just("position(..)"),
        Just("../a"),
        Just("/data/b"),
        Just(".."),
        Just("/"),
        Just("area("),
        Just("weighted-checklist("),
        Just("format-date-time("),
        Just("decimal-time("),
        Just("uuid("),
        Just("join("),
        Just("translate("),
        Just("today()"),
        Just("now()"),
        Just("true()"),
    ];
    prop::collection::vec(token, 0..40).prop_map(|tokens| tokens.join(" "))
}

proptest! {
    #[test]
    fn any_text_parses_or_is_refused(source in any::<String>()) {
        let _ = Expression::parse(&source);
        let _ = ChoiceFilter::parse(&source);
        let _ = looks_dynamic(&source);
        let _ = with_current_named(&source, "a");
    }

    #[test]
    fn whatever_parses_evaluates(
        source in tokens(),
        value in any::<String>(),
        now_ms in any::<i64>(),
        utc_offset_minutes in any::<i32>(),
    ) {
        if let Ok(expression) = Expression::parse(&source) {
            let environment = Environment {
                now_ms,
                utc_offset_minutes,
                ..Environment::default()
            };
            let value = evaluate_with(
                &expression,
                &environment,
                &value,
                &[("a", &value), ("b", "7")],
            );
            let _ = value.to_boolean();
            let _ = value.into_string();
        }
    }

    #[test]
    fn any_number_rounds(number in any::<f64>(), places in any::<f64>(), days in any::<f64>()) {
        let (number, places, days) =
            (number.to_string(), places.to_string(), days.to_string());
        let _ = with("round(${n}, ${p})", &[("n", &number), ("p", &places)]);
        let _ = with("date(${d})", &[("d", &days)]);
    }
}
