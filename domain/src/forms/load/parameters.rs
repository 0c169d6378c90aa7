//! What the `parameters` column says: `max-pixels` of an image, `max-seconds` of a recording, a range's scale, `randomize`.

use super::{Errors, Place, shown};
use crate::forms::{Kind, Question};

/// An hour of speech stays below what the server takes.
const MAX_SECONDS: u32 = 3_600;

pub(super) fn read(question: &mut Question, cell: &str, place: Place<'_>, errors: &mut Errors) {
    for parameter in cell
        .split([' ', ',', ';'])
        .filter(|parameter| !parameter.is_empty())
    {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        match (name, &mut question.kind) {
            ("max-pixels", Kind::Image) => match value.parse() {
                Ok(pixels @ 100..=10_000) => question.max_pixels = Some(pixels),
                _ => errors.say(
                    place,
                    "max-pixels 应在 100 到 10000 之间",
                    "max-pixels must be between 100 and 10000.",
                ),
            },
            ("max-seconds", Kind::Audio) => match value.parse() {
                Ok(seconds @ 5..=MAX_SECONDS) => question.max_seconds = Some(seconds),
                _ => errors.say(
                    place,
                    format!("max-seconds 应在 5 到 {MAX_SECONDS} 之间"),
                    format!("max-seconds must be between 5 and {MAX_SECONDS}."),
                ),
            },
            // What ODK Collect records in; a browser records speech in the same size anyway.
            ("quality", Kind::Audio) => {}
            ("start" | "end" | "step", Kind::Range(range)) => {
                let number = value.parse().ok().filter(|it: &f64| it.abs() <= 1e9);
                match (name, number) {
                    ("start", Some(number)) => range.start = number,
                    ("end", Some(number)) => range.end = number,
                    ("step", Some(number)) if number > 0.0 => range.step = number,
                    _ => errors.say(
                        place,
                        format!("{name} 要是数字，step 要大于 0"),
                        format!("{name} must be a number, and step greater than 0."),
                    ),
                }
            }
            ("randomize", Kind::SelectOne(_) | Kind::SelectMultiple(_) | Kind::Rank(_))
                if matches!(value, "true" | "false") =>
            {
                question.randomize = value == "true";
            }
            _ => {
                let parameter = shown(parameter);
                errors.say(
                    place,
                    format!(
                        "这种题型不支持参数 “{parameter}”；图片题可用 max-pixels=1600，录音题可用 max-seconds=180，range 可用 \
                         start=、end=、step=，选择题可用 randomize=true"
                    ),
                    format!(
                        "“{parameter}” isn't supported here; images take max-pixels=1600, recordings max-seconds=180, ranges \
                         start=, end= and step=, selects randomize=true."
                    ),
                );
            }
        }
    }
    if let Kind::Range(range) = &question.kind
        && (range.end <= range.start || !range.holds(range.end))
    {
        errors.say(
            place,
            "end 要大于 start，并落在一格上",
            "end must be greater than start and lie on a step.",
        );
    }
}
