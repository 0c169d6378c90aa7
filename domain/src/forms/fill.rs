//! Filling in: what a new record starts with, what a change sets elsewhere, what is sent in the end.
//!
//! Leaves out what the answers mean meanwhile (`evaluator`).

use super::{
    Answer, Answers, DefaultValue, Environment, Form, Kind, Node, Question,
    check::level,
    evaluator::{Engine, calculate},
    expression::{Scope, to_stored, today},
    input,
    instances::{Instances, World},
    key,
    plan::flatten,
};
use crate::small;

impl Form {
    /// The answers that a new record starts with: defaults, and `start`, `today`, `username`,
    /// `deviceid`. Repeats start without an instance.
    pub fn initial_answers(&self, environment: &Environment) -> Answers {
        self.defaults(&Answers::new(), None, environment)
    }

    /// The answers that a new instance of a repeat starts with, at the end of those that there are.
    /// `instance` says in which instances of the repeats around it, `answers` are all of the record.
    pub fn initial_instance(
        &self,
        repeat: &str,
        instance: &[usize],
        answers: &Answers,
        environment: &Environment,
    ) -> Answers {
        let mut answers = answers.clone();
        let Some(index) = self.push_instance(repeat, instance, &mut answers) else {
            return Answers::new();
        };
        let mut path = instance.to_vec();
        path.push(index);
        self.defaults(&answers, Some((repeat, &path)), environment)
    }

    /// Adds an empty instance; `None` when there is no such place.
    fn push_instance(&self, repeat: &str, path: &[usize], answers: &mut Answers) -> Option<usize> {
        let entries = flatten(&self.nodes);
        let around = &self.plan.repeats[self.plan.find(repeat)?];
        if around.len() != path.len() {
            return None;
        }
        let mut level = answers;
        for (&outer, &index) in around.iter().zip(path) {
            let Answer::Repeat(instances) = level.get_mut(entries[outer].name())? else {
                return None;
            };
            level = instances.get_mut(index)?;
        }
        let empty = Answer::Repeat(Vec::new());
        let Answer::Repeat(instances) = level.entry(repeat.to_owned()).or_insert(empty) else {
            return None;
        };
        instances.push(Answers::new());
        Some(instances.len() - 1)
    }

    fn defaults(
        &self,
        answers: &Answers,
        instance: Option<(&str, &[usize])>,
        environment: &Environment,
    ) -> Answers {
        let entries = flatten(&self.nodes);
        let mut instances = Instances::as_given(self, &entries, answers);
        let repeat = instance.and_then(|(name, _)| self.plan.find(name));
        let path = instance.map_or(&[][..], |(_, path)| path);
        let mut found = Answers::new();
        for &index in &self.plan.order {
            let Some(question) = entries[index].question() else {
                continue;
            };
            if self.plan.repeats[index].last().copied() != repeat {
                continue;
            }
            let Some(slot) = instances.at(index, path) else {
                continue;
            };
            let scope = Scope {
                world: World {
                    form: self,
                    entries: &entries,
                    instances: &instances,
                },
                slot: Some(slot),
                current: "",
                environment,
                choice: None,
            };
            if let Some(answer) = default(question, &scope) {
                instances.slots[slot].value = answer.value();
                found.insert(question.name.clone(), answer);
            }
        }
        found
    }

    /// The answers after a change, with what triggers set in consequence: where a question named by a
    /// `trigger` changed, the calculation's result takes the place of the answer.
    pub fn fired(&self, before: &Answers, after: &Answers, environment: &Environment) -> Answers {
        let mut answers = after.clone();
        if self.plan.triggered.is_empty() {
            return answers;
        }
        let entries = flatten(&self.nodes);
        let was = Instances::as_given(self, &entries, before);
        for &index in &self.plan.triggered {
            let Some(question) = entries[index].question() else {
                continue;
            };
            let engine = Engine::new(self, &answers, environment);
            let is = Instances::as_given(self, &entries, &answers);
            for &slot in &engine.instances.of[index] {
                let at = &engine.instances.slots[slot];
                let fired = question.trigger.iter().any(|name| {
                    self.plan.find(name).is_some_and(|trigger| {
                        let common = self.plan.common(trigger, index, false);
                        given(&was, trigger, &at.path, common)
                            != given(&is, trigger, &at.path, common)
                    })
                });
                if !fired || !at.relevant {
                    continue;
                }
                let scope = Scope {
                    world: World {
                        form: self,
                        entries: &entries,
                        instances: &engine.instances,
                    },
                    slot: Some(slot),
                    current: &at.given,
                    environment,
                    choice: None,
                };
                let answer = calculate(question, &scope);
                self.set_answer(&mut answers, &at.key, answer);
            }
        }
        answers
    }

    /// The answers to send: without empty ones and those of irrelevant questions, with the calculated
    /// ones and `end`. A draft keeps what this drops.
    pub fn prune(&self, answers: &Answers, environment: &Environment) -> Answers {
        let engine = Engine::new(self, answers, environment);
        prune(&self.nodes, answers, &mut Vec::new(), &engine, environment)
    }
}

/// The default of a question, or what is filled in without the person.
fn default(question: &Question, scope: &Scope<'_>) -> Option<Answer> {
    let environment = scope.environment;
    let stored = |value: &str| input::parse(question, value, environment).ok().flatten();
    match (&question.kind, &question.default) {
        (Kind::Start, _) => Some(now(environment)),
        (Kind::Today, _) => stored(&today(environment)),
        (Kind::Username, _) => stored(&environment.username),
        (Kind::DeviceId, _) => stored(&environment.device_id),
        (_, Some(DefaultValue::Answer(answer))) => Some(answer.clone()),
        (_, Some(DefaultValue::Expression(expression))) => stored(&to_stored(
            expression.evaluate(scope),
            &question.kind,
            environment,
        )),
        _ => None,
    }
}

/// The values of an entry's slots that share the path's beginning, whether they count or not.
fn given<'a>(
    instances: &'a Instances,
    entry: usize,
    path: &[usize],
    common: usize,
) -> Vec<&'a str> {
    let slots = instances.sharing(entry, path, common).iter();
    slots
        .map(|&slot| instances.slots[slot].given.as_str())
        .collect()
}

fn prune(
    nodes: &[Node],
    answers: &Answers,
    path: &mut Vec<usize>,
    engine: &Engine,
    environment: &Environment,
) -> Answers {
    let level = level(nodes);
    // What the form doesn't know stays: `check` will say so instead of losing it.
    let unknown = answers
        .iter()
        .filter(|(name, answer)| !level.contains_key(name) && !answer.is_empty());
    let mut sent = small::map(unknown.map(|(name, answer)| (name.clone(), answer.clone())));
    for node in level.in_order() {
        let key = key(node.name(), path);
        if !engine.evaluation.is_relevant(&key) {
            continue;
        }
        let given = answers.get(node.name());
        let answer = match node {
            Node::Question(question) if question.kind == Kind::End => Some(now(environment)),
            Node::Question(question) if question.is_calculated() => {
                engine.evaluation.calculated.get(&key).cloned()
            }
            Node::Repeat(repeat) if matches!(given, None | Some(Answer::Repeat(_))) => {
                let given: &[Answers] = match given {
                    Some(Answer::Repeat(instances)) => instances,
                    _ => &[],
                };
                // Instances that found no room stay, for `check` to refuse rather than lose them.
                let count = match (&repeat.count, engine.evaluation.instances.get(&key)) {
                    (Some(_), Some(&count)) => count,
                    _ => given.len(),
                };
                let empty = Answers::new();
                let instances = (0..count).map(|index| {
                    path.push(index);
                    let answers = given.get(index).unwrap_or(&empty);
                    let sent = prune(&repeat.nodes, answers, path, engine, environment);
                    path.pop();
                    sent
                });
                Some(Answer::Repeat(instances.collect()))
            }
            _ => given.cloned(),
        };
        if let Some(answer) = answer.filter(|answer| !answer.is_empty()) {
            sent.insert(node.name().to_owned(), answer);
        }
    }
    sent
}

fn now(environment: &Environment) -> Answer {
    Answer::DateTime {
        ms: environment.now_ms,
        utc_offset_minutes: environment.utc_offset_minutes,
    }
}
