//! Whether answers fit their form: the full validation of the phone before sending and of the
//! server on arrival.
//!
//! Answers may come from anywhere, so nothing is taken for granted here. Leaves out relevance,
//! `required` and `constraint`, which `evaluation` finds and [`Form::check`] adds.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{
    Answer, Answers, Environment, Form, Kind, Node, PHOTO_LIMIT, Question, REPEAT_LIMIT, Range,
    TEXT_LIMIT, answer::civil, key,
};
use crate::{small, text::Text};

/// What is wrong with one answer, in words for the person who can mend it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The question's name.
    pub question: String,
    pub message: Text,
    pub kind: ProblemKind,
    /// In which instance of the repeats around the question, from 0, the outermost repeat first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub instance: Vec<usize>,
}

impl Problem {
    /// What tells the question in this instance from the others; see [`key`].
    pub fn key(&self) -> String {
        key(&self.question, &self.instance)
    }

    pub(super) fn at(mut self, instance: &[usize]) -> Self {
        self.instance = instance.to_vec();
        self
    }
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
        let mut problems = Vec::new();
        let sound = sound(&self.nodes, answers, &[], &mut problems);
        let unsound = small::set(problems.iter().map(Problem::key));
        let broken_rules = self.evaluate(&sound, environment).problems;
        problems.extend(
            broken_rules
                .into_iter()
                .filter(|problem| !unsound.contains(&problem.key())),
        );
        problems
    }
}

/// The answers that can be kept, level by level; what is wrong with the others goes to `problems`.
fn sound(
    nodes: &[Node],
    answers: &Answers,
    instance: &[usize],
    problems: &mut Vec<Problem>,
) -> Answers {
    let level = level(nodes);
    let unknown = answers
        .keys()
        .filter(|name| !level.contains_key(name.as_str()))
        .map(|name| unknown_question(name));
    problems.extend(unknown.map(|problem| problem.at(instance)));
    let mut sound = Answers::new();
    for node in level.in_order() {
        let Some(answer) = answers.get(node.name()) else {
            continue;
        };
        let kept = match (node, answer) {
            (Node::Question(question), answer) => match answer_problem(question, answer) {
                Some(problem) => {
                    problems.push(problem.at(instance));
                    continue;
                }
                None => answer.clone(),
            },
            (Node::Repeat(repeat), Answer::Repeat(instances)) => {
                if instances.len() > REPEAT_LIMIT {
                    problems.push(too_many(&repeat.name).at(instance));
                    continue;
                }
                let mut path = instance.to_vec();
                let kept = instances.iter().enumerate().map(|(index, answers)| {
                    path.push(index);
                    let kept = self::sound(&repeat.nodes, answers, &path, problems);
                    path.pop();
                    kept
                });
                Answer::Repeat(kept.collect())
            }
            (other, _) => {
                problems.push(not_a_list(other.name()).at(instance));
                continue;
            }
        };
        sound.insert(node.name().to_owned(), kept);
    }
    sound
}

/// The questions and repeats whose answers stand side by side: those in groups too, those in repeats
/// not.
pub(super) struct Level<'a> {
    nodes: Vec<&'a Node>,
    by_name: BTreeMap<&'a str, usize>,
}

pub(super) fn level(nodes: &[Node]) -> Level<'_> {
    let mut found = Vec::new();
    let mut rest: Vec<&Node> = nodes.iter().rev().collect();
    while let Some(node) = rest.pop() {
        match node {
            Node::Group(group) => rest.extend(group.nodes.iter().rev()),
            Node::Question(_) | Node::Repeat(_) => found.push(node),
        }
    }
    let places = found.iter().enumerate();
    let by_name = small::map(places.map(|(index, node)| (node.name(), index)));
    Level {
        nodes: found,
        by_name,
    }
}

impl<'a> Level<'a> {
    pub(super) fn in_order(&self) -> impl Iterator<Item = &'a Node> {
        self.nodes.iter().copied()
    }

    pub(super) fn contains_key(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }
}

/// Why an answer can't be kept as this question's, if so.
pub(super) fn answer_problem(question: &Question, answer: &Answer) -> Option<Problem> {
    match (&question.kind, answer) {
        (
            Kind::Text
            | Kind::Barcode
            | Kind::Calculate
            | Kind::Hidden
            | Kind::Username
            | Kind::DeviceId,
            Answer::Text(text),
        ) => text_problem(question, text),
        (Kind::Range(range), Answer::Integer(number)) if range.is_whole() => {
            range_problem(question, *range, *number as f64)
        }
        (Kind::Range(range), Answer::Decimal(number)) if !range.is_whole() => {
            range_problem(question, *range, *number)
        }
        (Kind::Acknowledge, Answer::Acknowledged) => None,
        (Kind::Integer, Answer::Integer(number)) => {
            (number.abs_diff(0) > INTEGER_LIMIT.abs_diff(0)).then(|| out_of_range(question))
        }
        (Kind::Decimal, Answer::Decimal(number)) => {
            (!number.is_finite() || number.abs() > 1e15).then(|| out_of_range(question))
        }
        (Kind::SelectOne(_), Answer::Choice(name)) => choices_problem(question, &[name]),
        (Kind::SelectMultiple(_) | Kind::Rank(_), Answer::Choices(names)) => {
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
        (Kind::Image, Answer::Images(ids)) | (Kind::File | Kind::Audio, Answer::Files(ids)) => {
            attachments_problem(question, ids)
        }
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
    let choices = question.kind.choices().iter();
    let mut left = small::set(choices.map(|choice| choice.name.as_str()));
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

fn range_problem(question: &Question, range: Range, number: f64) -> Option<Problem> {
    (!range.holds(number)).then(|| {
        let Range { start, end, step } = range;
        problem(
            question,
            ProblemKind::OutOfRange,
            Text::new(
                format!("应在 {start} 到 {end} 之间，每格 {step}"),
                format!("This goes from {start} to {end} in steps of {step}."),
            ),
        )
    })
}

fn attachments_problem(question: &Question, ids: &[String]) -> Option<Problem> {
    if ids.len() > PHOTO_LIMIT {
        return Some(problem(
            question,
            ProblemKind::TooLong,
            Text::new(
                format!("最多 {PHOTO_LIMIT} 个，请删减"),
                format!("At most {PHOTO_LIMIT}; please remove some."),
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
        instance: Vec::new(),
    }
}

fn not_a_list(name: &str) -> Problem {
    Problem {
        question: shown(name),
        message: Text::new(
            "这里应是一条一条的记录，请更新应用后重试",
            "This should be a list of entries; please update the app and try again.",
        ),
        kind: ProblemKind::WrongType,
        instance: Vec::new(),
    }
}

pub(super) fn too_many(name: &str) -> Problem {
    Problem {
        question: shown(name),
        message: Text::new(
            format!("最多 {REPEAT_LIMIT} 条，请分成几份记录"),
            format!("At most {REPEAT_LIMIT} entries; please split it into several records."),
        ),
        kind: ProblemKind::TooLong,
        instance: Vec::new(),
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
        instance: Vec::new(),
    }
}

/// Foreign text short and harmless enough to repeat in a message.
fn shown(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_control())
        .take(64)
        .collect()
}
