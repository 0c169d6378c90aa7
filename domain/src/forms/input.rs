//! Reads what a person typed or picked in a field.
//!
//! Tolerant where the meaning is plain: full-width digits and signs, `2026/11/24`, `2026年11月24日`,
//! `1,200`. Leaves out the form's own constraints (`evaluation`).

use chrono::{NaiveDate, NaiveTime};

use super::{
    Answer, Environment, Form, Kind, Problem, ProblemKind, Question,
    answer::OK,
    check::{self, problem},
    expression::{parse_date, parse_date_time, parse_time, plain_decimal},
};
use crate::text::Text;

impl Form {
    /// Reads the text of a field; empty text is no answer.
    ///
    /// Selects take the choice's name (several separated by spaces), a tick `OK`, positions
    /// `latitude longitude [altitude [accuracy]]`, images their ids separated by spaces. A date with a
    /// time but without an offset is taken at the environment's.
    pub fn parse_answer(
        &self,
        question: &str,
        input: &str,
        environment: &Environment,
    ) -> Result<Option<Answer>, Problem> {
        match self.question(question) {
            Some(question) => parse(question, input, environment),
            None => Err(check::unknown_question(question)),
        }
    }
}

pub(super) fn parse(
    question: &Question,
    input: &str,
    environment: &Environment,
) -> Result<Option<Answer>, Problem> {
    if input.trim().is_empty() {
        return Ok(None);
    }
    let plain = || half_width(input);
    let answer = match &question.kind {
        Kind::Text
        | Kind::Barcode
        | Kind::Calculate
        | Kind::Hidden
        | Kind::Username
        | Kind::DeviceId => Answer::Text(input.to_owned()),
        Kind::Range(range) if range.is_whole() => integer(question, &plain())?,
        Kind::Range(_) => decimal(question, &plain())?,
        Kind::Acknowledge if input.trim() == OK => Answer::Acknowledged,
        Kind::Acknowledge => return Err(check::wrong_type(question)),
        Kind::Integer => integer(question, &plain())?,
        Kind::Decimal => decimal(question, &plain())?,
        Kind::SelectOne(_) => Answer::Choice(choice(question, input.trim())),
        Kind::SelectMultiple(_) | Kind::Rank(_) => Answer::Choices(
            input
                .split_whitespace()
                .map(|word| choice(question, word))
                .collect(),
        ),
        Kind::Date | Kind::Today => date(&plain())
            .map(Answer::Date)
            .ok_or_else(|| unreadable(question, "2026-11-24"))?,
        Kind::Time => time(&plain())
            .map(Answer::Time)
            .ok_or_else(|| unreadable(question, "09:30"))?,
        Kind::DateTime | Kind::Start | Kind::End => date_time(&plain(), environment)
            .ok_or_else(|| unreadable(question, "2026-11-24 09:30"))?,
        Kind::Geopoint => geopoint(&plain()).ok_or_else(|| unreadable(question, "30.25 120.16"))?,
        Kind::Image => Answer::Images(input.split_whitespace().map(str::to_owned).collect()),
        Kind::File | Kind::Audio => {
            Answer::Files(input.split_whitespace().map(str::to_owned).collect())
        }
        Kind::Note | Kind::Unknown(_) => return Err(check::wrong_type(question)),
    };
    match check::answer_problem(question, &answer) {
        None => Ok(Some(answer)),
        Some(problem) => Err(problem),
    }
}

fn integer(question: &Question, text: &str) -> Result<Answer, Problem> {
    let text = without_thousands(text);
    let digits = text.strip_prefix(['-', '+']).unwrap_or(&text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(unreadable(question, "30"));
    }
    let number = text.parse().map(Answer::Integer);
    number.map_err(|_| check::out_of_range(question))
}

fn decimal(question: &Question, text: &str) -> Result<Answer, Problem> {
    let text = without_thousands(text);
    plain_decimal(&text)
        .map(Answer::Decimal)
        .ok_or_else(|| unreadable(question, "2.5"))
}

/// A choice by its name, or by one of its labels.
fn choice(question: &Question, word: &str) -> String {
    let choices = question.kind.choices();
    choices
        .iter()
        .find(|choice| choice.name == word)
        .or_else(|| {
            choices
                .iter()
                .find(|it| it.label.zh == word || it.label.en == word)
        })
        .map_or(word, |choice| &choice.name)
        .to_owned()
}

fn date(text: &str) -> Option<NaiveDate> {
    let text = text.strip_suffix('日').unwrap_or(text);
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return parse_date(&format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]));
    }
    parse_date(&text.replace(['/', '.', '年', '月'], "-"))
}

fn time(text: &str) -> Option<NaiveTime> {
    let text = text
        .strip_suffix('分')
        .unwrap_or(text)
        .replace(['时', '点'], ":");
    parse_time(
        text.strip_suffix(':')
            .map_or(text.clone(), |hour| format!("{hour}:00"))
            .as_str(),
    )
}

fn date_time(text: &str, environment: &Environment) -> Option<Answer> {
    let exact = parse_date_time(text, environment.utc_offset_minutes);
    let (ms, utc_offset_minutes) = exact.or_else(|| {
        let (day, clock) = text.split_once([' ', 'T', '日'])?;
        let moment = format!("{}T{}", date(day)?, time(clock.trim())?);
        parse_date_time(&moment, environment.utc_offset_minutes)
    })?;
    Some(Answer::DateTime {
        ms,
        utc_offset_minutes,
    })
}

fn geopoint(text: &str) -> Option<Answer> {
    let parts: Vec<f64> = text
        .split([' ', ',', '\t'])
        .filter(|part| !part.is_empty())
        .map(plain_decimal)
        .collect::<Option<_>>()?;
    let (&lat, &lon) = (parts.first()?, parts.get(1)?);
    (parts.len() <= 4).then(|| Answer::Geopoint {
        lat,
        lon,
        altitude: parts.get(2).copied(),
        accuracy: parts.get(3).copied(),
    })
}

/// `1,200` without its commas, if they stand where thousands end.
fn without_thousands(text: &str) -> String {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut groups = whole.split(',');
    let first = groups
        .next()
        .unwrap_or_default()
        .trim_start_matches(['-', '+']);
    let grouped = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    if grouped && !fraction.contains(',') {
        text.replace(',', "")
    } else {
        text.to_owned()
    }
}

/// Full-width digits, signs and spaces as their half-width forms, without spaces around.
fn half_width(text: &str) -> String {
    let half = text.chars().map(|letter| match letter {
        '\u{3000}' => ' ',
        '。' => '.',
        '－' | '—' | '–' | '−' => '-',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        _ => letter,
    });
    half.collect::<String>().trim().to_owned()
}

fn unreadable(question: &Question, example: &str) -> Problem {
    let kind = question.kind.describe();
    problem(
        question,
        ProblemKind::WrongType,
        Text::new(
            format!("请填{}，例如 {example}", kind.zh),
            format!("Please enter {}, such as {example}.", kind.en),
        ),
    )
}
