//! Answers by their keys: a question's name, in a repeat with the instance (see [`key`](super::key)).
//!
//! Leaves out what a change means for others (`evaluator`, `fill`).

use super::{Answer, Answers, Environment, Form, Node, Question, REPEAT_LIMIT, plan::flatten};

impl Form {
    /// The question of a key such as `result[2]`.
    pub fn question_at(&self, key: &str) -> Option<&Question> {
        self.question(split(key)?.0)
    }

    pub fn answer<'a>(&self, answers: &'a Answers, key: &str) -> Option<&'a Answer> {
        let (name, path) = split(key)?;
        let mut level = answers;
        for (repeat, index) in self.repeats_around(name)?.iter().zip(&path) {
            let Answer::Repeat(instances) = level.get(repeat)? else {
                return None;
            };
            level = instances.get(*index)?;
        }
        level.get(name)
    }

    /// Sets or clears an answer; false when there is no such place.
    pub fn set_answer(&self, answers: &mut Answers, key: &str, answer: Option<Answer>) -> bool {
        let Some((name, path)) = split(key) else {
            return false;
        };
        let Some(level) = self.level(answers, name, &path) else {
            return false;
        };
        match answer {
            Some(answer) => level.insert(name.to_owned(), answer),
            None => level.remove(name),
        };
        true
    }

    /// Adds an instance of a repeat, with its defaults; false when there is no room or no such place.
    pub fn add_instance(
        &self,
        answers: &mut Answers,
        repeat_key: &str,
        environment: &Environment,
    ) -> bool {
        let Some((name, path)) = split(repeat_key) else {
            return false;
        };
        let is_full = matches!(self.answer(answers, repeat_key),
            Some(Answer::Repeat(instances)) if instances.len() >= REPEAT_LIMIT);
        if is_full || !self.is_repeat(name) {
            return false;
        }
        let new = self.initial_instance(name, &path, answers, environment);
        let Some(level) = self.level(answers, name, &path) else {
            return false;
        };
        let empty = Answer::Repeat(Vec::new());
        match level.entry(name.to_owned()).or_insert(empty) {
            Answer::Repeat(instances) => instances.push(new),
            _ => return false,
        }
        true
    }

    /// Removes an instance of a repeat; those behind it move up.
    pub fn remove_instance(&self, answers: &mut Answers, repeat_key: &str, index: usize) -> bool {
        let found = split(repeat_key)
            .and_then(|(name, path)| self.level(answers, name, &path)?.get_mut(name));
        match found {
            Some(Answer::Repeat(instances)) if index < instances.len() => {
                instances.remove(index);
                true
            }
            _ => false,
        }
    }

    /// The answers in the form's order, each with its question and, in repeats, its instances.
    pub fn answered<'a>(
        &'a self,
        answers: &'a Answers,
    ) -> Vec<(&'a Question, Vec<usize>, &'a Answer)> {
        let mut found = Vec::new();
        answered(&self.nodes, answers, &[], &mut found);
        found
    }

    fn is_repeat(&self, name: &str) -> bool {
        let entry = self.plan.find(name);
        entry.is_some_and(|it| matches!(flatten(&self.nodes)[it].node, Node::Repeat(_)))
    }

    /// The names of the repeats around a question or repeat, the outermost first.
    pub(super) fn repeats_around(&self, name: &str) -> Option<Vec<String>> {
        let around = &self.plan.repeats[self.plan.find(name)?];
        let entries = flatten(&self.nodes);
        let names = around.iter().map(|&repeat| entries[repeat].name());
        Some(names.map(str::to_owned).collect())
    }

    /// The answers among which a question's stands. A `repeat_count` may ask for instances that have no
    /// answers yet; they are made.
    fn level<'a>(
        &self,
        answers: &'a mut Answers,
        name: &str,
        path: &[usize],
    ) -> Option<&'a mut Answers> {
        let around = self.repeats_around(name)?;
        if around.len() != path.len() {
            return None;
        }
        let mut level = answers;
        for (repeat, &index) in around.into_iter().zip(path) {
            let empty = Answer::Repeat(Vec::new());
            let Answer::Repeat(instances) = level.entry(repeat).or_insert(empty) else {
                return None;
            };
            if index >= REPEAT_LIMIT {
                return None;
            }
            while instances.len() <= index {
                instances.push(Answers::new());
            }
            level = &mut instances[index];
        }
        Some(level)
    }
}

fn answered<'a>(
    nodes: &'a [Node],
    answers: &'a Answers,
    instance: &[usize],
    found: &mut Vec<(&'a Question, Vec<usize>, &'a Answer)>,
) {
    for node in nodes {
        match (node, answers.get(node.name())) {
            (Node::Question(question), Some(answer)) => {
                found.push((question, instance.to_vec(), answer));
            }
            (Node::Group(group), _) => answered(&group.nodes, answers, instance, found),
            (Node::Repeat(repeat), Some(Answer::Repeat(list))) => {
                for (index, answers) in list.iter().enumerate() {
                    let mut own = instance.to_vec();
                    own.push(index);
                    answered(&repeat.nodes, answers, &own, found);
                }
            }
            _ => {}
        }
    }
}

/// A key's name and instances.
pub(super) fn split(key: &str) -> Option<(&str, Vec<usize>)> {
    let mut parts = key.split('[');
    let name = parts.next()?;
    let path = parts.map(|part| part.strip_suffix(']')?.parse().ok());
    Some((name, path.collect::<Option<_>>()?))
}
