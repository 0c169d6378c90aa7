//! What the functions compute (XPath 1.0, section 4; ODK XForms, XPath functions).
//!
//! Leaves out their names and how many arguments they take (`function`).

use std::collections::BTreeMap;

use chrono::DateTime;
use regex_lite::{Regex, RegexBuilder};

use super::{
    Expr, Value, dates,
    digest::{digest, uuid},
    evaluate::{Scope, boolean, evaluate, number, string, to_date, to_moment, to_number, today},
    function::Function,
    geo,
    value::{number_to_string, parse_number},
};
use crate::{forms::answer::date_time_to_string, text::Text, time::DAY_MS};

/// Longest string that an expression builds, in bytes: calculations that double one another must not
/// fill the memory.
const STRING_LIMIT: usize = 32_768;
/// Longest pattern, in characters.
const PATTERN_LIMIT: usize = 500;
/// Most memory of a compiled pattern, in bytes; what it takes to match grows with it.
const PATTERN_SIZE: usize = 40_000;
/// Longest identifier that `uuid(length)` makes.
const IDENTIFIER_LIMIT: f64 = 1_000.0;

pub(super) fn call(function: Function, arguments: &[Expr], scope: &Scope<'_>) -> Value {
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
    let target = |index: usize| arguments.get(index).and_then(Expr::target);
    let environment = scope.environment;
    let offset = environment.utc_offset_minutes;
    match function {
        Function::Abs => Value::Number(count(0).abs()),
        Function::Area => Value::Number(geo::area(&nodes(value(0)))),
        Function::Boolean => Value::Boolean(holds(0)),
        Function::BooleanFromString => Value::Boolean(matches!(text(0).as_str(), "true" | "1")),
        Function::Checklist => {
            let ticked = arguments
                .iter()
                .skip(2)
                .flat_map(|it| values(evaluate(it, scope)))
                .filter(|value| to_number(value.clone(), scope) > 0.0)
                .count();
            Value::Boolean(within(ticked as f64, count(0), count(1)))
        }
        Function::ChoiceName => Value::String(
            target(1)
                .and_then(|target| scope.world.question(target, scope.slot))
                .and_then(|question| {
                    let name = text(0);
                    let mut choices = question.kind.choices().iter();
                    choices.find(|choice| choice.name == name)
                })
                .map(|choice| choice.label.get(environment.lang).to_owned())
                .unwrap_or_default(),
        ),
        Function::Coalesce => {
            let first = text(0);
            Value::String(if first.is_empty() { text(1) } else { first })
        }
        Function::Concat => Value::String(join("", arguments, scope)),
        Function::Contains => Value::Boolean(text(0).contains(&text(1))),
        Function::Count => Value::Number(match target(0) {
            Some(target) => scope.world.count(target, scope.slot) as f64,
            None => nodes(value(0)).len() as f64,
        }),
        Function::CountNonEmpty => {
            let filled = nodes(value(0))
                .iter()
                .filter(|node| !node.is_empty())
                .count();
            Value::Number(filled as f64)
        }
        Function::CountSelected => Value::Number(text(0).split_whitespace().count() as f64),
        Function::Date => Value::String(
            to_date(value(0), scope)
                .map(|date| date.to_string())
                .unwrap_or_default(),
        ),
        Function::DateTime => Value::String(
            to_moment(value(0), scope)
                .map(|ms| date_time_to_string(ms, offset))
                .unwrap_or_default(),
        ),
        Function::DecimalDateTime => Value::Number(
            to_moment(value(0), scope).map_or(f64::NAN, |ms| ms as f64 / DAY_MS as f64),
        ),
        Function::DecimalTime => {
            let text = text(0);
            let time = dates::parse_time(&text)
                .or_else(|| dates::text_to_date_time(&text, offset).map(|at| at.time()));
            Value::Number(time.map_or(f64::NAN, |time| {
                let since = time.signed_duration_since(chrono::NaiveTime::MIN);
                since.num_milliseconds() as f64 / DAY_MS as f64
            }))
        }
        Function::Digest => Value::String(digest(&text(0), &text(1), &text(2))),
        Function::Distance => Value::Number(geo::distance(&nodes(value(0)))),
        Function::EndsWith => Value::Boolean(text(0).ends_with(&text(1))),
        Function::False => Value::Boolean(false),
        Function::FormatDate | Function::FormatDateTime => {
            let with_time = function == Function::FormatDateTime;
            Value::String(
                to_local(value(0), scope)
                    .map(|at| dates::format_date(at, &text(1), with_time))
                    .unwrap_or_default(),
            )
        }
        Function::If => value(if holds(0) { 1 } else { 2 }),
        Function::IndexedRepeat => Value::String(indexed(arguments, scope)),
        Function::Int => Value::Number(count(0).trunc()),
        Function::Join => Value::String(join(&text(0), &arguments[1..], scope)),
        Function::Max => Value::Number(extreme(arguments, scope, f64::max)),
        Function::Min => Value::Number(extreme(arguments, scope, f64::min)),
        Function::NormalizeSpace => {
            let text = if arguments.is_empty() {
                scope.current.to_owned()
            } else {
                text(0)
            };
            Value::String(text.split_ascii_whitespace().collect::<Vec<_>>().join(" "))
        }
        Function::Not => Value::Boolean(!holds(0)),
        Function::Now => Value::String(date_time_to_string(environment.now_ms, offset)),
        Function::Number => Value::Number(count(0)),
        Function::Once => {
            if scope.current.is_empty() {
                value(0)
            } else {
                Value::String(scope.current.to_owned())
            }
        }
        Function::Position => Value::Number(target(0).map_or(f64::NAN, |target| {
            scope.world.position(target, scope.slot) as f64
        })),
        Function::Pow => Value::Number(count(0).powf(count(1))),
        Function::Regex => {
            let pattern = compile(&text(1)).ok();
            Value::Boolean(pattern.is_some_and(|pattern| pattern.is_match(&text(0))))
        }
        Function::Round => Value::Number(round(
            count(0),
            if arguments.len() > 1 { count(1) } else { 0.0 },
        )),
        Function::Selected => {
            let wanted = text(1);
            Value::Boolean(text(0).split_whitespace().any(|item| item == wanted.trim()))
        }
        Function::SelectedAt => {
            let index = count(1);
            let list = text(0);
            let item = (index >= 0.0)
                .then(|| list.split_whitespace().nth(index as usize))
                .flatten();
            Value::String(item.unwrap_or_default().to_owned())
        }
        Function::StartsWith => Value::Boolean(text(0).starts_with(&text(1))),
        Function::String => Value::String(text(0)),
        Function::StringLength => Value::Number(text(0).chars().count() as f64),
        Function::Substr => {
            let end = (arguments.len() > 2).then(|| count(2));
            Value::String(substr(&text(0), count(1), end))
        }
        Function::SubstringAfter => Value::String(
            text(0)
                .split_once(&text(1))
                .map(|(_, after)| after.to_owned())
                .unwrap_or_default(),
        ),
        Function::SubstringBefore => Value::String(
            text(0)
                .split_once(&text(1))
                .map(|(before, _)| before.to_owned())
                .unwrap_or_default(),
        ),
        Function::Sum => {
            let numbers = values(value(0)).into_iter();
            Value::Number(numbers.map(|value| to_number(value, scope)).sum())
        }
        Function::Today => Value::String(today(environment)),
        Function::Translate => Value::String(translate(&text(0), &text(1), &text(2))),
        Function::True => Value::Boolean(true),
        Function::Uuid => {
            let length = count(0).clamp(1.0, IDENTIFIER_LIMIT);
            let length = (!arguments.is_empty()).then_some(length as usize);
            Value::String(uuid(environment, &scope.world.key(scope.slot), length))
        }
        Function::Version => Value::String(scope.world.version().to_owned()),
        Function::WeightedChecklist => {
            let weight: f64 = arguments[2..]
                .chunks(2)
                .filter(|pair| number(&pair[0], scope) > 0.0)
                .map(|pair| number(&pair[1], scope))
                .sum();
            Value::Boolean(within(weight, count(0), count(1)))
        }
    }
}

/// Refuses a pattern that can't be compiled.
pub(super) fn check_pattern(pattern: &str) -> Result<(), Text> {
    compile(pattern).map(|_| ()).map_err(|reason| {
        Text::new(
            format!("正则表达式写法不对：{reason}"),
            format!("This regular expression can't be read: {reason}"),
        )
    })
}

fn compile(pattern: &str) -> Result<Regex, String> {
    if pattern.chars().nth(PATTERN_LIMIT).is_some() {
        return Err(format!("> {PATTERN_LIMIT}"));
    }
    RegexBuilder::new(pattern)
        .size_limit(PATTERN_SIZE)
        .build()
        .map_err(|error| error.to_string())
}

fn nodes(value: Value) -> Vec<String> {
    match value {
        Value::Nodes(nodes) => nodes,
        other => vec![other.into_string()],
    }
}

/// Each node on its own, or the value as it is.
fn values(value: Value) -> Vec<Value> {
    match value {
        Value::Nodes(nodes) => nodes.into_iter().map(Value::String).collect(),
        other => vec![other],
    }
}

/// Whether a count is within limits of which -1 means none.
#[expect(clippy::float_cmp, reason = "-1 is exact")]
fn within(count: f64, least: f64, most: f64) -> bool {
    (least == -1.0 || count >= least) && (most == -1.0 || count <= most)
}

fn join(separator: &str, arguments: &[Expr], scope: &Scope<'_>) -> String {
    let mut text = String::new();
    let mut first = true;
    for part in arguments
        .iter()
        .flat_map(|argument| nodes(evaluate(argument, scope)))
    {
        let between = if first { "" } else { separator };
        first = false;
        for piece in [between, &part] {
            let room = STRING_LIMIT.saturating_sub(text.len());
            text.push_str(&piece[..piece.floor_char_boundary(room)]);
        }
    }
    text
}

/// XPath 3.0's `min` and `max`: of everything that the arguments hold; one that is no number makes
/// the result none.
fn extreme(arguments: &[Expr], scope: &Scope<'_>, pick: fn(f64, f64) -> f64) -> f64 {
    let mut result: Option<f64> = None;
    for argument in arguments {
        for value in values(evaluate(argument, scope)) {
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
    let shift =
        |number: f64, places: i32| serde_json::from_str::<f64>(&format!("{number}e{places}")).ok();
    let rounded = shift(number, places).and_then(|shifted| shift(shifted.round(), -places));
    rounded.unwrap_or(number)
}

/// From character `start` to before `end`, from 0; negative places count from the end.
fn substr(text: &str, start: f64, end: Option<f64>) -> String {
    let length = text.chars().count() as f64;
    let place = |at: f64| {
        let at = if at < 0.0 { length + at } else { at };
        // No number counts as 0.
        at.clamp(0.0, length) as usize
    };
    let (start, end) = (place(start), end.map_or(length as usize, place));
    text.chars()
        .skip(start)
        .take(end.saturating_sub(start))
        .collect()
}

/// Each character of `from` becomes the one at its place in `to`, or nothing.
fn translate(text: &str, from: &str, to: &str) -> String {
    let mut table: BTreeMap<char, Option<char>> = BTreeMap::new();
    let mut to = to.chars();
    for letter in from.chars() {
        let other = to.next();
        table.entry(letter).or_insert(other);
    }
    text.chars()
        .filter_map(|letter| match table.get(&letter) {
            Some(other) => *other,
            None => Some(letter),
        })
        .collect()
}

fn to_local(value: Value, scope: &Scope<'_>) -> Option<chrono::NaiveDateTime> {
    let offset = scope.environment.utc_offset_minutes;
    match value {
        Value::Number(days) => local(days, scope),
        Value::Boolean(_) => None,
        text => {
            let text = text.into_string();
            match parse_number(&text) {
                Some(days) => local(days, scope),
                None => dates::text_to_date_time(&text, offset),
            }
        }
    }
}

/// A number of days; a whole one is the day's own midnight, at any offset.
fn local(days: f64, scope: &Scope<'_>) -> Option<chrono::NaiveDateTime> {
    if days.fract() == 0.0 {
        let date = dates::days_to_date(days, scope.environment.utc_offset_minutes)?;
        return Some(date.and_time(chrono::NaiveTime::MIN));
    }
    let ms = to_moment(Value::Number(days), scope)?
        + i64::from(scope.environment.utc_offset_minutes) * 60_000;
    Some(DateTime::from_timestamp_millis(ms)?.naive_utc())
}

/// `indexed-repeat(node, repeat, index, …)`
fn indexed(arguments: &[Expr], scope: &Scope<'_>) -> String {
    let Some(target) = arguments.first().and_then(Expr::target) else {
        return String::new();
    };
    let mut chosen = Vec::new();
    for pair in arguments[1..].chunks(2) {
        let (Some(repeat), index) = (pair[0].target(), number(&pair[1], scope)) else {
            return String::new();
        };
        // From 1; what isn't a whole number finds nothing.
        if index.is_nan() || index < 1.0 || number_to_string(index).contains('.') {
            return String::new();
        }
        chosen.push((repeat, index as usize - 1));
    }
    scope.world.indexed(target, &chosen, scope.slot)
}
