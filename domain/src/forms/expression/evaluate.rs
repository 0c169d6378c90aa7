//! Evaluates a parsed expression (XPath 1.0, sections 3.4, 3.5 and 4; ODK XForms, XPath functions).
//!
//! Leaves out operators (`compare`), functions (`call`), and in which order a form's expressions are
//! evaluated (`evaluator`).

use super::{
    Expr, Value,
    call::call,
    compare::binary,
    dates,
    value::{number_to_string, parse_number},
};
use crate::{
    forms::{
        Choice, Kind, Range, answer::date_time_to_string, evaluation::Environment, instances::World,
    },
    time::DAY_MS,
};

/// What an expression can see.
#[derive(Clone, Copy)]
pub(in crate::forms) struct Scope<'a> {
    /// The form and the values of its questions.
    pub(in crate::forms) world: World<'a>,
    /// The question that the expression belongs to, as a slot of the world; without one it belongs to
    /// the form.
    pub(in crate::forms) slot: Option<usize>,
    /// The value of that question: `.`.
    pub(in crate::forms) current: &'a str,
    pub(in crate::forms) environment: &'a Environment,
    /// The choice that a filter is asked of.
    pub(in crate::forms) choice: Option<&'a Choice>,
}

pub(super) fn evaluate(expr: &Expr, scope: &Scope<'_>) -> Value {
    match expr {
        Expr::Number(number) => Value::Number(*number),
        Expr::Literal(text) => Value::String(text.clone()),
        Expr::Reference(_) | Expr::Path(_) => {
            let target = expr.target();
            let nodes = target.map(|target| scope.world.values(target, scope.slot));
            Value::Nodes(nodes.unwrap_or_default())
        }
        Expr::Current => Value::Nodes(vec![scope.current.to_owned()]),
        Expr::Column(name) => Value::String(
            scope
                .choice
                .map(|choice| column(choice, name, scope.environment).to_owned())
                .unwrap_or_default(),
        ),
        Expr::Negate(inner) => Value::Number(-number(inner, scope)),
        Expr::Binary(operator, left, right) => binary(*operator, left, right, scope),
        Expr::Call(function, arguments) => call(*function, arguments, scope),
    }
}

fn column<'a>(choice: &'a Choice, name: &str, environment: &Environment) -> &'a str {
    match name {
        "name" => &choice.name,
        "label" => choice.label.get(environment.lang),
        _ => choice.columns.get(name).map_or("", String::as_str),
    }
}

/// The local date, or empty when the clock is outside the calendar.
pub(in crate::forms) fn today(environment: &Environment) -> String {
    crate::forms::answer::civil(environment.now_ms, environment.utc_offset_minutes)
        .map(|at| at.date().to_string())
        .unwrap_or_default()
}

pub(super) fn string(expr: &Expr, scope: &Scope<'_>) -> String {
    evaluate(expr, scope).into_string()
}

pub(super) fn number(expr: &Expr, scope: &Scope<'_>) -> f64 {
    to_number(evaluate(expr, scope), scope)
}

pub(super) fn boolean(expr: &Expr, scope: &Scope<'_>) -> bool {
    evaluate(expr, scope).to_boolean()
}

/// `number()`, extended to dates and times as ODK does.
pub(super) fn to_number(value: Value, scope: &Scope<'_>) -> f64 {
    match value {
        Value::Number(number) => number,
        Value::Boolean(value) => f64::from(u8::from(value)),
        text => {
            let text = text.into_string();
            parse_number(&text)
                .or_else(|| dates::text_to_days(&text, scope.environment.utc_offset_minutes))
                .unwrap_or(f64::NAN)
        }
    }
}

/// The day of a date, a moment or a number of days since 1970.
pub(super) fn to_date(value: Value, scope: &Scope<'_>) -> Option<chrono::NaiveDate> {
    let offset = scope.environment.utc_offset_minutes;
    match value {
        Value::Number(days) => dates::days_to_date(days, offset),
        Value::Boolean(_) => None,
        text => {
            let text = text.into_string();
            match parse_number(&text) {
                Some(days) => dates::days_to_date(days, offset),
                None => dates::text_to_date(&text, offset),
            }
        }
    }
}

/// The moment of a date (its midnight), a moment or a number of days since 1970, in ms.
pub(super) fn to_moment(value: Value, scope: &Scope<'_>) -> Option<i64> {
    let offset = scope.environment.utc_offset_minutes;
    let days = match value {
        Value::Number(days) => days,
        Value::Boolean(_) => return None,
        text => {
            let text = text.into_string();
            parse_number(&text).or_else(|| dates::text_to_days(&text, offset))?
        }
    };
    // As for dates: beyond a few thousand years the calendar's arithmetic overflows.
    (days.abs() <= 3_000_000.0).then(|| (days * DAY_MS as f64).round() as i64)
}

/// The value to keep as an answer: what is no number is nothing; for a question about a day or a
/// moment, a number is days since 1970.
pub(in crate::forms) fn to_stored(value: Value, kind: &Kind, environment: &Environment) -> String {
    let offset = environment.utc_offset_minutes;
    match (value, kind) {
        (Value::Number(number), _) if !number.is_finite() => String::new(),
        (Value::Number(days), Kind::Date) => dates::days_to_date(days, offset)
            .map(|date| date.to_string())
            .unwrap_or_default(),
        (Value::Number(days), Kind::DateTime) => {
            date_time_to_string((days * DAY_MS as f64).round() as i64, offset)
        }
        // A slider's numbers are decimal; what binary arithmetic adds far behind the point isn't meant.
        (Value::Number(number), Kind::Range(Range { step, .. })) if step.fract() != 0.0 => {
            number_to_string((number * 1e9).round() / 1e9)
        }
        (Value::Number(number), _) => number_to_string(number),
        (other, _) => other.into_string(),
    }
}
