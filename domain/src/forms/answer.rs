//! Typed answers, their value inside expressions, and how they read to a person.
//!
//! Leaves out whether an answer fits its question (`check`) and reading what was typed (`input`).

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Timelike};

use super::definition::Question;
use crate::text::Lang;

/// The answers of one submission or draft by the question's name; unanswered questions are absent.
pub type Answers = BTreeMap<String, Answer>;

/// Puts an answer in the place of the one before; `None` clears it.
pub fn set_answer(answers: &mut Answers, question: &str, answer: Option<Answer>) {
    match answer {
        Some(answer) => drop(answers.insert(question.to_owned(), answer)),
        None => drop(answers.remove(question)),
    }
}

crate::tagged! {
    "Answer", tag = "type", content = "value";
    /// One answer; a public wire format, so variants and fields are never re-purposed.
    #[derive(Clone, Debug, PartialEq)]
    pub enum Answer {
        Text(String),
        Integer(i64),
        Decimal(f64),
        /// The name of the chosen choice.
        Choice(String),
        /// The names of the chosen choices, in the order in which they were chosen.
        Choices(Vec<String>),
        Date(NaiveDate),
        /// Time of day where the form was filled in.
        Time(NaiveTime),
        /// A moment, with the offset of the place where it was entered.
        DateTime {
            /// Milliseconds since 1970-01-01T00:00:00Z.
            ms: i64,
            /// Minutes east of UTC.
            utc_offset_minutes: i32,
        },
        /// WGS 84.
        Geopoint {
            /// Degrees.
            lat: f64,
            /// Degrees.
            lon: f64,
            /// Metres.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            altitude: Option<f64>,
            /// Radius in metres.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            accuracy: Option<f64>,
        },
        /// The ids of the attachments, in the order in which they were added.
        Images(Vec<String>),
        /// As `Images`, for other files and recordings.
        Files(Vec<String>),
        /// Ticked; an unticked box is no answer.
        Acknowledged,
        /// The instances of a repeat, each with its own answers.
        Repeat(Vec<Answers>),
    }
}

/// What ODK stores for a ticked `acknowledge`.
pub(super) const OK: &str = "OK";

impl Answer {
    /// The value in an expression: a string, as the ODK XForms specification stores it.
    pub fn value(&self) -> String {
        match self {
            Self::Text(text) | Self::Choice(text) => text.clone(),
            Self::Integer(number) => number.to_string(),
            Self::Decimal(number) => super::expression::number_to_string(*number),
            Self::Choices(names) | Self::Images(names) | Self::Files(names) => names.join(" "),
            Self::Acknowledged => OK.to_owned(),
            // A repeat has no value of its own; its instances' questions have.
            Self::Repeat(_) => String::new(),
            Self::Date(date) => date.to_string(),
            Self::Time(time) => exact_clock(*time),
            Self::DateTime {
                ms,
                utc_offset_minutes,
            } => date_time_to_string(*ms, *utc_offset_minutes),
            Self::Geopoint {
                lat,
                lon,
                altitude,
                accuracy,
            } => format!(
                "{lat} {lon} {} {}",
                altitude.unwrap_or_default(),
                accuracy.unwrap_or_default()
            ),
        }
    }

    /// The text for an input field of HTML; what [`Form::parse_answer`](super::Form::parse_answer)
    /// reads back.
    pub fn input(&self) -> String {
        match self {
            Self::Time(time) => clock(*time),
            Self::DateTime {
                ms,
                utc_offset_minutes,
            } => civil(*ms, *utc_offset_minutes)
                .map(|at| format!("{}T{}", at.date(), clock(at.time())))
                .unwrap_or_default(),
            _ => self.value(),
        }
    }

    /// The answer as a person reads it: labels instead of names, no seconds.
    pub fn display(&self, question: &Question, lang: Lang) -> String {
        match self {
            Self::Choice(name) => label(question, name, lang),
            Self::Choices(names) => {
                let labels: Vec<String> = names
                    .iter()
                    .map(|name| label(question, name, lang))
                    .collect();
                labels.join(lang.pick("、", ", "))
            }
            Self::Time(time) => clock(*time),
            Self::DateTime {
                ms,
                utc_offset_minutes,
            } => civil(*ms, *utc_offset_minutes)
                .map(|at| format!("{} {}", at.date(), clock(at.time())))
                .unwrap_or_default(),
            Self::Geopoint {
                lat, lon, accuracy, ..
            } => {
                let precision = accuracy.map_or(String::new(), |metres| format!(" ±{metres:.0} m"));
                format!("{lat:.5}, {lon:.5}{precision}")
            }
            Self::Images(ids) => lang.pick(
                format!("{} 张照片", ids.len()),
                counted(ids.len(), "photo", "photos"),
            ),
            Self::Files(ids) => lang.pick(
                format!("{} 个文件", ids.len()),
                counted(ids.len(), "file", "files"),
            ),
            Self::Acknowledged => lang.pick("已确认", "Confirmed").to_owned(),
            Self::Repeat(instances) => lang.pick(
                format!("{} 条", instances.len()),
                counted(instances.len(), "entry", "entries"),
            ),
            _ => self.value(),
        }
    }

    /// Whether it says nothing: an empty text or list.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) | Self::Choice(text) => text.is_empty(),
            Self::Choices(names) | Self::Images(names) | Self::Files(names) => names.is_empty(),
            Self::Repeat(instances) => instances.is_empty(),
            _ => false,
        }
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn label(question: &Question, name: &str, lang: Lang) -> String {
    question
        .kind
        .choices()
        .iter()
        .find(|choice| choice.name == name)
        .map_or(name, |choice| choice.label.get(lang))
        .to_owned()
}

/// Date and time on the wall at `utc_offset_minutes`, or `None` outside the calendar's range.
pub(super) fn civil(ms: i64, utc_offset_minutes: i32) -> Option<NaiveDateTime> {
    crate::time::Timestamp(ms).civil(utc_offset_minutes)
}

// By hand: chrono's formats bring a parser of formats and Unicode's tables of lower case into the
// client.

/// Such as `10:42`.
pub fn clock(time: NaiveTime) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// Such as `10:42:00.000`.
fn exact_clock(time: NaiveTime) -> String {
    let ms = time.nanosecond() / 1_000_000;
    format!("{}:{:02}.{ms:03}", clock(time), time.second())
}

/// ISO 8601 with milliseconds and offset, such as `2026-11-24T10:42:00.000+08:00`.
pub(super) fn date_time_to_string(ms: i64, utc_offset_minutes: i32) -> String {
    // What no clock shows is no moment.
    if utc_offset_minutes.unsigned_abs() >= 24 * 60 {
        return String::new();
    }
    civil(ms, utc_offset_minutes).map_or(String::new(), |at| {
        let sign = if utc_offset_minutes < 0 { '-' } else { '+' };
        let offset = utc_offset_minutes.unsigned_abs();
        let (hours, minutes) = (offset / 60, offset % 60);
        let time = exact_clock(at.time());
        format!("{}T{time}{sign}{hours:02}:{minutes:02}", at.date())
    })
}
