//! Whether answers fit their form: the full validation of the phone before sending and of the
//! server on arrival.
//!
//! Answers may come from anywhere, so nothing is taken for granted here. Leaves out relevance,
//! `required` and `constraint`, which `evaluation` finds and [`Form::check`] adds.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{
    Answer, Answers, Environment, Form, Kind, PHOTO_LIMIT, Question, TEXT_LIMIT, answer::civil,
};
use crate::text::Text;

/// What is wrong with one answer, in words for the person who can mend it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The question's name.
    pub question: String,
    pub message: Text,
    pub kind: ProblemKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// A required question has no answer.
    Missing,
    /// The form's own constraint doesn't hold.
    Constraint,
    /// The form has no such question.
    UnknownQuestion,
    /// The answer is of another type than the question, or can't be read as its type.
    WrongType,
    /// Not among the choices, or chosen twice.
    UnknownChoice,
    TooLong,
    /// A character that can't be kept (NUL or another control character).
    BadCharacter,
    /// A number, date or position outside what can be kept.
    OutOfRange,
}

/// The largest whole number that JavaScript keeps exactly.
const INTEGER_LIMIT: i64 = (1 << 53) - 1;
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2200;

impl Form {
    /// Everything that keeps the answers from being sent, in the order of the questions: first what
    /// can't be kept at all, then what is missing or breaks the form's rules.
    pub fn check(&self, answers: &Answers, environment: &Environment) -> Vec<Problem> {
        let questions: BTreeMap<&str, &Question> = self
            .questions()
            .map(|question| (question.name.as_str(), question))
            .collect();
        let mut problems: Vec<Problem> = answers
            .keys()
            .filter(|name| !questions.contains_key(name.as_str()))
            .map(|name| unknown_question(name))
            .collect();
        let mut sound = Answers::new();
        for question in self.questions() {
            let Some(answer) = answers.get(&question.name) else {
                continue;
            };
            match answer_problem(question, answer) {
                Some(problem) => problems.push(problem),
                None => {
                    sound.insert(question.name.clone(), answer.clone());
                }
            }
        }
        let unsound: BTreeSet<String> = problems
            .iter()
            .map(|problem| problem.question.clone())
            .collect();
        let broken_rules = self.evaluate(&sound, environment).problems;
        problems.extend(
            broken_rules
                .into_iter()
                .filter(|problem| !unsound.contains(&problem.question)),
        );
        problems
    }
}

/// Why an answer can't be kept as this question's, if so.
pub(super) fn answer_problem(question: &Question, answer: &Answer) -> Option<Problem> {
    match (&question.kind, answer) {
        (Kind::Text | Kind::Calculate | Kind::Username, Answer::Text(text)) => {
            text_problem(question, text)
        }
        (Kind::Integer, Answer::Integer(number)) => {
            (number.abs_diff(0) > INTEGER_LIMIT.abs_diff(0)).then(|| out_of_range(question))
        }
        (Kind::Decimal, Answer::Decimal(number)) => {
            (!number.is_finite() || number.abs() > 1e15).then(|| out_of_range(question))
        }
        (Kind::SelectOne(_), Answer::Choice(name)) => choices_problem(question, &[name]),
        (Kind::SelectMultiple(_), Answer::Choices(names)) => {
            choices_problem(question, &names.iter().collect::<Vec<_>>())
        }
        (Kind::Date | Kind::Today, Answer::Date(date)) => date_problem(question, Some(*date)),
        (Kind::Time, Answer::Time(_)) => None,
        (
            Kind::DateTime | Kind::Start | Kind::End,
            Answer::DateTime {
                ms,
                utc_offset_minutes,
            },
        ) => {
            if utc_offset_minutes.abs_diff(0) > 14 * 60 {
                return Some(out_of_range(question));
            }
            date_problem(
                question,
                civil(*ms, *utc_offset_minutes).map(|at| at.date()),
            )
        }
        (
            Kind::Geopoint,
            Answer::Geopoint {
                lat,
                lon,
                altitude,
                accuracy,
            },
        ) => {
            let on_earth = lat.abs() <= 90.0
                && lon.abs() <= 180.0
                && altitude.is_none_or(|metres| metres.abs() <= 100_000.0)
                && accuracy.is_none_or(|metres| (0.0..=40_000_000.0).contains(&metres));
            (!on_earth).then(|| out_of_range(question))
        }
        (Kind::Image, Answer::Images(ids)) => images_problem(question, ids),
        _ => Some(wrong_type(question)),
    }
}

fn text_problem(question: &Question, text: &str) -> Option<Problem> {
    if text.chars().nth(TEXT_LIMIT).is_some() {
        return Some(problem(
            question,
            ProblemKind::TooLong,
            Text::new(
                format!("最多 {TEXT_LIMIT} 字，请删减"),
                format!("At most {TEXT_LIMIT} characters; please shorten it."),
            ),
        ));
    }
    let bad = text
        .chars()
        .any(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t'));
    bad.then(|| {
        problem(
            question,
            ProblemKind::BadCharacter,
            Text::new(
                "含有无法保存的控制字符，请重新输入",
                "It holds a control character that can't be kept; please type it again.",
            ),
        )
    })
}

fn choices_problem(question: &Question, names: &[&String]) -> Option<Problem> {
    let mut left: BTreeSet<&str> = question
        .kind
        .choices()
        .iter()
        .map(|choice| choice.name.as_str())
        .collect();
    let stray = names.iter().find(|name| !left.remove(name.as_str()))?;
    let stray = shown(stray);
    Some(problem(
        question,
        ProblemKind::UnknownChoice,
        Text::new(
            format!("“{stray}” 不是可选项，或选了两次，请重新选择"),
            format!("“{stray}” is no choice here or was chosen twice; please choose again."),
        ),
    ))
}

fn date_problem(question: &Question, date: Option<NaiveDate>) -> Option<Problem> {
    let kept = date.is_some_and(|date| YEARS.contains(&date.year()));
    (!kept).then(|| out_of_range(question))
}

fn images_problem(question: &Question, ids: &[String]) -> Option<Problem> {
    if ids.len() > PHOTO_LIMIT {
        return Some(problem(
            question,
            ProblemKind::TooLong,
            Text::new(
                format!("最多 {PHOTO_LIMIT} 张照片，请删减"),
                format!("At most {PHOTO_LIMIT} photos; please remove some."),
            ),
        ));
    }
    let mut seen = BTreeSet::new();
    let ids_hold = ids.iter().all(|id| {
        (1..=64).contains(&id.len())
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && seen.insert(id)
    });
    (!ids_hold).then(|| wrong_type(question))
}

pub(super) fn unknown_question(name: &str) -> Problem {
    let shown = shown(name);
    Problem {
        message: Text::new(
            format!("表单里没有 “{shown}” 这道题，请更新应用后重试"),
            format!("This form has no question “{shown}”; please update the app and try again."),
        ),
        question: shown,
        kind: ProblemKind::UnknownQuestion,
    }
}

pub(super) fn wrong_type(question: &Question) -> Problem {
    let kind = question.kind.describe();
    problem(
        question,
        ProblemKind::WrongType,
        Text::new(
            format!("这里应填{}，请重新填写", kind.zh),
            format!("This should be {}; please answer again.", kind.en),
        ),
    )
}

pub(super) fn out_of_range(question: &Question) -> Problem {
    problem(
        question,
        ProblemKind::OutOfRange,
        Text::new(
            "超出可填范围，请核对",
            "This is outside what can be kept; please check it.",
        ),
    )
}

pub(super) fn problem(question: &Question, kind: ProblemKind, message: Text) -> Problem {
    Problem {
        question: question.name.clone(),
        message,
        kind,
    }
}

/// Foreign text short and harmless enough to repeat in a message.
fn shown(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_control())
        .take(64)
        .collect()
}
