//! What a form says about given answers: which questions are relevant, required, wrong; what is
//! calculated.
//!
//! Leaves out how that is found (`evaluator`) and whether an answer has its question's type (`check`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Answers, Form, Problem, evaluator::Engine, expression::Scope, instances::World, plan::flatten,
};
use crate::{text::Lang, time::Capture};

/// What expressions may ask of the world.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub now_ms: i64,
    /// Minutes east of UTC.
    pub utc_offset_minutes: i32,
    pub username: String,
    /// Identifies the device; for `deviceid`.
    pub device_id: String,
    /// Makes `uuid()` another one for each record: a random number that stays with the record.
    pub seed: u64,
    /// In which language `jr:choice-name()` answers.
    pub lang: Lang,
}

impl Environment {
    /// As of a capture, for answers that nobody is filling in any more.
    pub fn of(capture: &Capture) -> Self {
        Self {
            now_ms: capture.captured_at().0,
            utc_offset_minutes: capture.utc_offset_minutes,
            ..Self::default()
        }
    }
}

/// The form's state for given answers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evaluation {
    /// By the key of each question, group and repeat: its name, in a repeat with the instance (see
    /// [`key`](super::key)).
    pub states: BTreeMap<String, State>,
    /// Missing and constraint problems of relevant questions, in document order. Show a missing
    /// answer only once the person tries to send; a broken constraint at once.
    pub problems: Vec<Problem>,
    /// The results of relevant calculations, by the questions' keys.
    pub calculated: Answers,
    /// The names of the choices that are offered, by the keys of the questions with a choice filter.
    pub offered: BTreeMap<String, Vec<String>>,
    /// How many instances each repeat has, by its key.
    pub instances: BTreeMap<String, usize>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Whether it is shown and counts; a group's irrelevance holds for everything in it.
    pub relevant: bool,
    pub required: bool,
    pub readonly: bool,
}

impl Evaluation {
    pub fn is_relevant(&self, key: &str) -> bool {
        self.states.get(key).is_some_and(|state| state.relevant)
    }

    pub fn is_required(&self, key: &str) -> bool {
        self.states.get(key).is_some_and(|state| state.required)
    }

    pub fn is_readonly(&self, key: &str) -> bool {
        self.states.get(key).is_some_and(|state| state.readonly)
    }

    /// The first problem of a question.
    pub fn problem(&self, key: &str) -> Option<&Problem> {
        self.problems.iter().find(|problem| {
            // Most questions are in no repeat: their key is their name.
            if problem.instance.is_empty() {
                problem.question == key
            } else {
                problem.key() == key
            }
        })
    }
}

impl Form {
    /// Evaluates every expression once, each question after those that it depends on. While a form is
    /// being filled in, an [`Evaluator`](super::Evaluator) gives the same for less.
    pub fn evaluate(&self, answers: &Answers, environment: &Environment) -> Evaluation {
        Engine::new(self, answers, environment).evaluation
    }

    /// Whether the record is complete as evidence (`minglu_done_when`); `None` without such a rule.
    pub fn done(&self, answers: &Answers, environment: &Environment) -> Option<bool> {
        let rule = self.settings.done_when.as_ref()?;
        let engine = Engine::new(self, answers, environment);
        let entries = flatten(&self.nodes);
        let scope = Scope {
            world: World {
                form: self,
                entries: &entries,
                instances: &engine.instances,
            },
            slot: None,
            current: "",
            environment,
            choice: None,
        };
        Some(rule.evaluate(&scope).to_boolean())
    }
}
