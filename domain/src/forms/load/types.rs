//! What the `type` column says.

use super::{Errors, Place, choices::Choices, shown};
use crate::forms::{Choice, Kind, Range};

/// What a row's `type` says.
pub(super) enum Type {
    BeginGroup,
    EndGroup,
    BeginRepeat,
    EndRepeat,
    Question {
        kind: Kind,
        /// Whether another answer than the choices can be typed.
        or_other: bool,
    },
}

/// Types of XLSForm that Minglu knows of and doesn't have.
const LATER: [&str; 16] = [
    "video",
    "geotrace",
    "geoshape",
    "start-geopoint",
    "select_one_from_file",
    "select_multiple_from_file",
    "select_one_external",
    "select_multiple_external",
    "rank_from_file",
    "email",
    "phonenumber",
    "subscriberid",
    "simserial",
    "audit",
    "background-audio",
    "xml-external",
];

/// What a range is until its parameters are read; also XLSForm's default.
const RANGE: Range = Range {
    start: 1.0,
    end: 10.0,
    step: 1.0,
};

pub(super) fn read(
    cell: &str,
    choices: &Choices,
    place: Place<'_>,
    errors: &mut Errors,
) -> Option<Type> {
    let words: Vec<&str> = cell.split_whitespace().collect();
    let mut or_other = false;
    let kind = match words.as_slice() {
        ["begin", "group"] | ["begin_group"] => return Some(Type::BeginGroup),
        ["end", "group"] | ["end_group"] => return Some(Type::EndGroup),
        ["begin", "repeat"] | ["begin_repeat"] => return Some(Type::BeginRepeat),
        ["end", "repeat"] | ["end_repeat"] => return Some(Type::EndRepeat),
        ["select_one", name] => Kind::SelectOne(list(name, choices, place, errors)?),
        ["select_multiple", name] => Kind::SelectMultiple(list(name, choices, place, errors)?),
        ["rank", name] => Kind::Rank(list(name, choices, place, errors)?),
        ["select_one", name, "or_other"] => {
            or_other = true;
            Kind::SelectOne(list(name, choices, place, errors)?)
        }
        ["select_multiple", name, "or_other"] => {
            or_other = true;
            Kind::SelectMultiple(list(name, choices, place, errors)?)
        }
        ["select_one" | "select_multiple" | "rank"] => {
            errors.say(
                place,
                "后面要写列表名，如 select_one venue",
                "The list's name is missing, as in select_one venue.",
            );
            return None;
        }
        [word] => match simple(word) {
            Some(kind) => kind,
            None => return unknown(&words, place, errors),
        },
        _ => return unknown(&words, place, errors),
    };
    Some(Type::Question { kind, or_other })
}

fn simple(word: &str) -> Option<Kind> {
    Some(match word {
        "text" => Kind::Text,
        "integer" => Kind::Integer,
        "decimal" => Kind::Decimal,
        "range" => Kind::Range(RANGE),
        "date" => Kind::Date,
        "time" => Kind::Time,
        _ if word.eq_ignore_ascii_case("dateTime") => Kind::DateTime,
        "geopoint" => Kind::Geopoint,
        "image" | "photo" => Kind::Image,
        "file" => Kind::File,
        "audio" => Kind::Audio,
        "barcode" => Kind::Barcode,
        "acknowledge" | "trigger" => Kind::Acknowledge,
        "note" => Kind::Note,
        "calculate" => Kind::Calculate,
        "hidden" => Kind::Hidden,
        "start" => Kind::Start,
        "end" => Kind::End,
        "today" => Kind::Today,
        "username" => Kind::Username,
        "deviceid" => Kind::DeviceId,
        _ => return None,
    })
}

fn list(
    name: &str,
    choices: &Choices,
    place: Place<'_>,
    errors: &mut Errors,
) -> Option<Vec<Choice>> {
    let choices = choices.get(name).cloned();
    if choices.is_none() {
        let name = shown(name);
        errors.say(
            place,
            format!("choices 表里没有列表 “{name}”"),
            format!("The sheet choices has no list “{name}”."),
        );
    }
    choices
}

fn unknown(words: &[&str], place: Place<'_>, errors: &mut Errors) -> Option<Type> {
    let cell = shown(&words.join(" "));
    if LATER.contains(&words.first().copied().unwrap_or_default()) {
        errors.say(
            place,
            format!("暂不支持题型 “{cell}”"),
            format!("The type “{cell}” isn't supported yet."),
        );
    } else {
        errors.say(
            place,
            format!("没有题型 “{cell}”"),
            format!("There is no type “{cell}”."),
        );
    }
    None
}
