//! What a form says about given answers: which questions are relevant, required, wrong; what is
//! calculated.
//!
//! Leaves out whether an answer has its question's type (`check`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Answer, Answers, DefaultValue, Form, Kind, Node, Problem, ProblemKind, Question,
    expression::{Scope, to_stored, today},
    plan::{Entry, flatten},
};
use crate::text::Text;

/// What expressions may ask of the world.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub now_ms: i64,
    /// Minutes east of UTC.
    pub utc_offset_minutes: i32,
    pub username: String,
}

/// The form's state for given answers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evaluation {
    /// By the name of each question and group.
    pub states: BTreeMap<String, State>,
    /// Missing and constraint problems of relevant questions, in document order. Show a missing
    /// answer only once the person tries to send; a broken constraint at once.
    pub problems: Vec<Problem>,
    /// The results of relevant calculations.
    pub calculated: Answers,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Whether it is shown and counts; a group's irrelevance holds for everything in it.
    pub relevant: bool,
    pub required: bool,
    pub readonly: bool,
}

impl Evaluation {
    pub fn is_relevant(&self, name: &str) -> bool {
        self.states.get(name).is_some_and(|state| state.relevant)
    }

    pub fn is_required(&self, name: &str) -> bool {
        self.states.get(name).is_some_and(|state| state.required)
    }

    pub fn is_readonly(&self, name: &str) -> bool {
        self.states.get(name).is_some_and(|state| state.readonly)
    }

    /// The first problem of a question.
    pub fn problem(&self, name: &str) -> Option<&Problem> {
        self.problems
            .iter()
            .find(|problem| problem.question == name)
    }
}

impl Form {
    /// The answers that a new record starts with: defaults, and `start`, `today`, `username`.
    pub fn initial_answers(&self, environment: &Environment) -> Answers {
        let mut answers = Answers::new();
        let mut values = BTreeMap::new();
        let entries = flatten(&self.nodes);
        for entry in self
            .plan
            .order
            .iter()
            .filter_map(|&index| entries.get(index))
        {
            let Node::Question(question) = entry.node else {
                continue;
            };
            let answer = match (&question.kind, &question.default) {
                (Kind::Start, _) => Some(now(environment)),
                (Kind::Today, _) => parse_stored(question, &today(environment), environment),
                (Kind::Username, _) if !environment.username.is_empty() => {
                    Some(Answer::Text(environment.username.clone()))
                }
                (_, Some(DefaultValue::Answer(answer))) => Some(answer.clone()),
                (_, Some(DefaultValue::Expression(expression))) => {
                    let scope = Scope {
                        values: &values,
                        current: "",
                        environment,
                    };
                    parse_stored(
                        question,
                        &to_stored(expression.evaluate(&scope), &question.kind, environment),
                        environment,
                    )
                }
                _ => None,
            };
            if let Some(answer) = answer {
                values.insert(question.name.as_str(), answer.value());
                answers.insert(question.name.clone(), answer);
            }
        }
        answers
    }

    /// Evaluates every expression once, each question after those that it depends on.
    pub fn evaluate(&self, answers: &Answers, environment: &Environment) -> Evaluation {
        let entries = flatten(&self.nodes);
        let mut states = vec![State::default(); entries.len()];
        let mut values: BTreeMap<&str, String> = BTreeMap::new();
        let mut calculated = Answers::new();
        for &index in &self.plan.order {
            let Some(&entry) = entries.get(index) else {
                continue;
            };
            let in_group = entry
                .parent
                .and_then(|group| states.get(group))
                .is_none_or(|group| group.relevant);
            let relevant = in_group && holds(entry, &values, environment);
            states[index].relevant = relevant;
            if let (true, Node::Question(question)) = (relevant, entry.node)
                && let Some(answer) =
                    current_answer(question, answers, &values, environment, &mut calculated)
            {
                values.insert(question.name.as_str(), answer);
            }
        }
        let mut problems = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            if let Node::Question(question) = entry.node {
                judge(
                    question,
                    &values,
                    environment,
                    &mut states[index],
                    &mut problems,
                );
            }
        }
        let states = entries
            .iter()
            .zip(states)
            .map(|(entry, state)| (entry.name().to_owned(), state))
            .collect();
        Evaluation {
            states,
            problems,
            calculated,
        }
    }

    /// The answers to send: without empty ones and those of irrelevant questions, with the calculated
    /// ones and `end`. A draft keeps what this drops.
    pub fn prune(&self, answers: &Answers, environment: &Environment) -> Answers {
        let evaluation = self.evaluate(answers, environment);
        let mut sent: Answers = answers
            .iter()
            .filter(|(name, answer)| {
                // What the form doesn't know stays: `check` will say so instead of losing it.
                !answer.is_empty()
                    && evaluation
                        .states
                        .get(*name)
                        .is_none_or(|state| state.relevant)
            })
            .map(|(name, answer)| (name.clone(), answer.clone()))
            .collect();
        for question in self
            .questions()
            .filter(|it| evaluation.is_relevant(&it.name))
        {
            if question.kind == Kind::End {
                sent.insert(question.name.clone(), now(environment));
            } else if question.calculation.is_some() {
                match evaluation.calculated.get(&question.name) {
                    Some(answer) => sent.insert(question.name.clone(), answer.clone()),
                    None => sent.remove(&question.name),
                };
            }
        }
        sent
    }

    /// Whether the record is complete as evidence (`minglu_done_when`); `None` without such a rule.
    pub fn done(&self, answers: &Answers, environment: &Environment) -> Option<bool> {
        let rule = self.settings.done_when.as_ref()?;
        let pruned = self.prune(answers, environment);
        let values = pruned
            .iter()
            .map(|(name, answer)| (name.as_str(), answer.value()))
            .collect();
        let scope = Scope {
            values: &values,
            current: "",
            environment,
        };
        Some(rule.evaluate(&scope).to_boolean())
    }
}

fn holds(entry: Entry<'_>, values: &BTreeMap<&str, String>, environment: &Environment) -> bool {
    entry.relevant().is_none_or(|expression| {
        let scope = Scope {
            values,
            current: "",
            environment,
        };
        expression.evaluate(&scope).to_boolean()
    })
}

/// The value of a relevant question: its calculation's result, or what was answered.
fn current_answer(
    question: &Question,
    answers: &Answers,
    values: &BTreeMap<&str, String>,
    environment: &Environment,
    calculated: &mut Answers,
) -> Option<String> {
    let given = answers.get(&question.name).map(Answer::value);
    let Some(calculation) = &question.calculation else {
        return given.filter(|value| !value.is_empty());
    };
    let scope = Scope {
        values,
        current: given.as_deref().unwrap_or_default(),
        environment,
    };
    let result = to_stored(calculation.evaluate(&scope), &question.kind, environment);
    let answer = parse_stored(question, &result, environment)?;
    let value = answer.value();
    calculated.insert(question.name.clone(), answer);
    Some(value)
}

fn judge(
    question: &Question,
    values: &BTreeMap<&str, String>,
    environment: &Environment,
    state: &mut State,
    problems: &mut Vec<Problem>,
) {
    if !state.relevant || question.kind.is_hidden() {
        return;
    }
    let current = values
        .get(question.name.as_str())
        .map_or("", String::as_str);
    let scope = Scope {
        values,
        current,
        environment,
    };
    state.readonly = question.calculation.is_some()
        || question
            .readonly
            .as_ref()
            .is_some_and(|expression| expression.evaluate(&scope).to_boolean());
    state.required = question.kind != Kind::Note
        && question
            .required
            .as_ref()
            .is_some_and(|expression| expression.evaluate(&scope).to_boolean());
    if current.trim().is_empty() {
        if state.required {
            problems.push(missing(question));
        }
    } else if let Some(constraint) = &question.constraint
        && !constraint.evaluate(&scope).to_boolean()
    {
        problems.push(Problem {
            question: question.name.clone(),
            message: question.constraint_message.clone().unwrap_or_else(|| {
                Text::new(
                    "填写的内容不符合要求，请核对",
                    "This answer doesn't meet the form's rule; please check it.",
                )
            }),
            kind: ProblemKind::Constraint,
        });
    }
}

fn missing(question: &Question) -> Problem {
    let message = question.required_message.clone().unwrap_or_else(|| {
        let (zh, en) = match question.kind {
            Kind::Image => ("请添加照片", "Please add a photo."),
            Kind::SelectOne(_) | Kind::SelectMultiple(_) => ("请选择", "Please choose."),
            Kind::Geopoint => ("请记录位置", "Please record the position."),
            _ => ("请填写", "Please fill this in."),
        };
        Text::new(zh, en)
    });
    Problem {
        question: question.name.clone(),
        message,
        kind: ProblemKind::Missing,
    }
}

fn now(environment: &Environment) -> Answer {
    Answer::DateTime {
        ms: environment.now_ms,
        utc_offset_minutes: environment.utc_offset_minutes,
    }
}

/// The answer that an expression's result stands for; what doesn't fit the type is no answer.
fn parse_stored(question: &Question, value: &str, environment: &Environment) -> Option<Answer> {
    super::input::parse(question, value, environment)
        .ok()
        .flatten()
}
