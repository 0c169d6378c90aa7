//! Evaluates a parsed expression (XPath 1.0, sections 3.4, 3.5 and 4; ODK XForms, XPath functions).
//!
//! Leaves out in which order a form's expressions are evaluated (`evaluation`).

use std::collections::BTreeMap;

use super::{
    Expr, Operator, Value, dates,
    function::Function,
    value::{number_to_string, parse_number},
};
use crate::{
    forms::{Kind, answer::date_time_to_string, evaluation::Environment},
    time::DAY_MS,
};

/// What an expression can see.
pub(in crate::forms) struct Scope<'a> {
    /// The values of relevant, answered questions by name; what is absent is empty.
    pub(in crate::forms) values: &'a BTreeMap<&'a str, String>,
    /// The value of the question that the expression belongs to: `.`.
    pub(in crate::forms) current: &'a str,
    pub(in crate::forms) environment: &'a Environment,
}

/// Longest string that an expression builds, in bytes: calculations that double one another must not
/// fill the memory.
const STRING_LIMIT: usize = 32_768;

pub(super) fn evaluate(expr: &Expr, scope: &Scope<'_>) -> Value {
    match expr {
        Expr::Number(number) => Value::Number(*number),
        Expr::Literal(text) => Value::String(text.clone()),
        Expr::Reference(name) => Value::Nodes(vec![
            scope.values.get(name.as_str()).cloned().unwrap_or_default(),
        ]),
        Expr::Current => Value::Nodes(vec![scope.current.to_owned()]),
        Expr::Negate(inner) => Value::Number(-number(inner, scope)),
        Expr::Binary(operator, left, right) => binary(*operator, left, right, scope),
        Expr::Call(function, arguments) => call(*function, arguments, scope),
    }
}

fn binary(operator: Operator, left: &Expr, right: &Expr, scope: &Scope<'_>) -> Value {
    match operator {
        Operator::Or => Value::Boolean(boolean(left, scope) || boolean(right, scope)),
        Operator::And => Value::Boolean(boolean(left, scope) && boolean(right, scope)),
        Operator::Equal
        | Operator::NotEqual
        | Operator::Less
        | Operator::LessOrEqual
        | Operator::Greater
        | Operator::GreaterOrEqual => Value::Boolean(compare(
            operator,
            evaluate(left, scope),
            evaluate(right, scope),
            scope,
        )),
        Operator::Add => Value::Number(number(left, scope) + number(right, scope)),
        Operator::Subtract => Value::Number(number(left, scope) - number(right, scope)),
        Operator::Multiply => Value::Number(number(left, scope) * number(right, scope)),
        Operator::Divide => Value::Number(number(left, scope) / number(right, scope)),
        // Rust's remainder has the dividend's sign, as XPath's has.
        Operator::Modulo => Value::Number(number(left, scope) % number(right, scope)),
    }
}

/// A comparison holds for nodes when it holds for one of them (XPath 1.0, 3.4).
fn compare(operator: Operator, left: Value, right: Value, scope: &Scope<'_>) -> bool {
    match (left, right) {
        (Value::Boolean(left), right @ Value::Nodes(_)) => compare_one(
            operator,
            Value::Boolean(left),
            Value::Boolean(right.to_boolean()),
            scope,
        ),
        (left @ Value::Nodes(_), Value::Boolean(right)) => compare_one(
            operator,
            Value::Boolean(left.to_boolean()),
            Value::Boolean(right),
            scope,
        ),
        (Value::Nodes(nodes), right) => nodes
            .into_iter()
            .any(|node| compare(operator, Value::String(node), right.clone(), scope)),
        (left, Value::Nodes(nodes)) => nodes
            .into_iter()
            .any(|node| compare_one(operator, left.clone(), Value::String(node), scope)),
        (left, right) => compare_one(operator, left, right, scope),
    }
}

#[expect(
    clippy::float_cmp,
    reason = "XPath compares numbers exactly (IEEE 754)"
)]
fn compare_one(operator: Operator, left: Value, right: Value, scope: &Scope<'_>) -> bool {
    let equality = matches!(operator, Operator::Equal | Operator::NotEqual);
    let equal = match (&left, &right) {
        (Value::Boolean(_), _) | (_, Value::Boolean(_)) if equality => {
            left.to_boolean() == right.to_boolean()
        }
        (Value::String(left), Value::String(right)) if equality => left == right,
        _ => {
            let (left, right) = (to_number(left, scope), to_number(right, scope));
            return match operator {
                Operator::Equal => left == right,
                Operator::NotEqual => left != right,
                Operator::Less => left < right,
                Operator::LessOrEqual => left <= right,
                Operator::Greater => left > right,
                _ => left >= right,
            };
        }
    };
    equal == (operator == Operator::Equal)
}

fn call(function: Function, arguments: &[Expr], scope: &Scope<'_>) -> Value {
    // The parser has checked how many there are.
    let text = |index: usize| {
        arguments
            .get(index)
            .map(|it| string(it, scope))
            .unwrap_or_default()
    };
    let count = |index: usize| {
        arguments
            .get(index)
            .map_or(f64::NAN, |it| number(it, scope))
    };
    let holds = |index: usize| arguments.get(index).is_some_and(|it| boolean(it, scope));
    let value = |index: usize| match arguments.get(index) {
        Some(argument) => evaluate(argument, scope),
        None => Value::String(String::new()),
    };
    match function {
        Function::Boolean => Value::Boolean(holds(0)),
        Function::Coalesce => {
            let first = text(0);
            Value::String(if first.is_empty() { text(1) } else { first })
        }
        Function::Concat => Value::String(concat(arguments, scope)),
        Function::Contains => Value::Boolean(text(0).contains(&text(1))),
        Function::CountNonEmpty => {
            let filled = match value(0) {
                Value::Nodes(nodes) => nodes.iter().filter(|node| !node.is_empty()).count(),
                other => usize::from(!other.into_string().is_empty()),
            };
            Value::Number(filled as f64)
        }
        Function::CountSelected => Value::Number(text(0).split_whitespace().count() as f64),
        Function::Date => Value::String(
            to_date(value(0), scope)
                .map(|date| date.to_string())
                .unwrap_or_default(),
        ),
        Function::EndsWith => Value::Boolean(text(0).ends_with(&text(1))),
        Function::False => Value::Boolean(false),
        Function::FormatDate => Value::String(
            to_date(value(0), scope)
                .map(|date| dates::format_date(date, &text(1)))
                .unwrap_or_default(),
        ),
        Function::If => value(if holds(0) { 1 } else { 2 }),
        Function::Int => Value::Number(count(0).trunc()),
        Function::Max => Value::Number(extreme(arguments, scope, f64::max)),
        Function::Min => Value::Number(extreme(arguments, scope, f64::min)),
        Function::Not => Value::Boolean(!holds(0)),
        Function::Now => Value::String(date_time_to_string(
            scope.environment.now_ms,
            scope.environment.utc_offset_minutes,
        )),
        Function::Number => Value::Number(count(0)),
        Function::Once => {
            if scope.current.is_empty() {
                value(0)
            } else {
                Value::String(scope.current.to_owned())
            }
        }
        Function::Round => Value::Number(round(
            count(0),
            if arguments.len() > 1 { count(1) } else { 0.0 },
        )),
        Function::Selected => {
            let wanted = text(1);
            Value::Boolean(text(0).split_whitespace().any(|item| item == wanted.trim()))
        }
        Function::StartsWith => Value::Boolean(text(0).starts_with(&text(1))),
        Function::String => Value::String(text(0)),
        Function::StringLength => Value::Number(text(0).chars().count() as f64),
        Function::Today => Value::String(today(scope.environment)),
        Function::True => Value::Boolean(true),
    }
}

/// The local date, or empty when the clock is outside the calendar.
pub(in crate::forms) fn today(environment: &Environment) -> String {
    crate::forms::answer::civil(environment.now_ms, environment.utc_offset_minutes)
        .map(|at| at.date().to_string())
        .unwrap_or_default()
}

fn concat(arguments: &[Expr], scope: &Scope<'_>) -> String {
    let mut text = String::new();
    for argument in arguments {
        let parts = match evaluate(argument, scope) {
            Value::Nodes(nodes) => nodes,
            other => vec![other.into_string()],
        };
        for part in parts {
            let room = STRING_LIMIT.saturating_sub(text.len());
            text.push_str(&part[..part.floor_char_boundary(room)]);
        }
    }
    text
}

/// XPath 3.0's `min` and `max`: of everything that the arguments hold; one that is no number makes
/// the result none.
fn extreme(arguments: &[Expr], scope: &Scope<'_>, pick: fn(f64, f64) -> f64) -> f64 {
    let mut result: Option<f64> = None;
    for argument in arguments {
        let values = match evaluate(argument, scope) {
            Value::Nodes(nodes) => nodes.into_iter().map(Value::String).collect(),
            other => vec![other],
        };
        for value in values {
            let number = to_number(value, scope);
            if number.is_nan() {
                return f64::NAN;
            }
            result = Some(result.map_or(number, |so_far| pick(so_far, number)));
        }
    }
    result.unwrap_or(f64::NAN)
}

/// Rounds halves away from zero in decimal digits: 2.15 to one place is 2.2, although the nearest
/// binary number is below 2.15.
fn round(number: f64, places: f64) -> f64 {
    if !number.is_finite() || places.is_nan() {
        return if places.is_nan() { f64::NAN } else { number };
    }
    let places = places.trunc().clamp(-30.0, 30.0) as i32;
    let shift = |number: f64, places: i32| format!("{number}e{places}").parse::<f64>();
    match shift(number, places).map(|shifted| shift(shifted.round(), -places)) {
        Ok(Ok(rounded)) => rounded,
        _ => number,
    }
}

fn string(expr: &Expr, scope: &Scope<'_>) -> String {
    evaluate(expr, scope).into_string()
}

fn number(expr: &Expr, scope: &Scope<'_>) -> f64 {
    to_number(evaluate(expr, scope), scope)
}

fn boolean(expr: &Expr, scope: &Scope<'_>) -> bool {
    evaluate(expr, scope).to_boolean()
}

/// `number()`, extended to dates and times as ODK does.
fn to_number(value: Value, scope: &Scope<'_>) -> f64 {
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

fn to_date(value: Value, scope: &Scope<'_>) -> Option<chrono::NaiveDate> {
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
        (Value::Number(number), _) => number_to_string(number),
        (other, _) => other.into_string(),
    }
}
