//! Which attachments the answers name, and where.
//!
//! An attachment belongs to the question in whose answer its id stands: in a repeat that is the only
//! thing that says to which instance.

use super::{Answer, Answers, Form, key, place::split};

impl Form {
    /// The keys of the answered questions with attachments, each with their ids, in the form's order.
    pub fn attachments<'a>(&'a self, answers: &'a Answers) -> Vec<(String, &'a [String])> {
        let all = self.answered(answers).into_iter();
        all.filter_map(|(question, instance, answer)| match answer {
            Answer::Images(ids) | Answer::Files(ids) => {
                Some((key(&question.name, &instance), ids.as_slice()))
            }
            _ => None,
        })
        .collect()
    }

    /// The key of the question that names the attachment.
    pub fn key_of_attachment(&self, answers: &Answers, id: &str) -> Option<String> {
        let mut found = self.attachments(answers).into_iter();
        found.find_map(|(key, ids)| ids.iter().any(|own| own == id).then_some(key))
    }

    /// Whether the instances that the key names are there.
    pub fn has_place(&self, answers: &Answers, key: &str) -> bool {
        let Some((name, path)) = split(key) else {
            return false;
        };
        let Some(around) = self.repeats_around(name) else {
            return false;
        };
        let mut level = answers;
        for (repeat, index) in around.iter().zip(&path) {
            let Some(Answer::Repeat(instances)) = level.get(repeat) else {
                return false;
            };
            let Some(instance) = instances.get(*index) else {
                return false;
            };
            level = instance;
        }
        around.len() == path.len()
    }

    /// An earlier state of the answers with the attachments that there are now: of those that it names
    /// the ones that still exist, and behind them those that were added since, where their place is
    /// there. Attachments are kept outside of the answers, so going back must not lose or revive one.
    pub fn with_attachments(
        &self,
        earlier: &Answers,
        now: &Answers,
        exists: impl Fn(&str) -> bool,
    ) -> Answers {
        let mut answers = earlier.clone();
        for (key, ids) in self.attachments(earlier) {
            let left: Vec<String> = ids.iter().filter(|id| exists(id)).cloned().collect();
            if left.len() != ids.len() {
                self.put_attachments(&mut answers, &key, left);
            }
        }
        for (key, ids) in self.attachments(now) {
            if !self.has_place(&answers, &key) {
                continue;
            }
            for id in ids {
                if exists(id) && self.key_of_attachment(&answers, id).is_none() {
                    let mut own = self.attachments_at(&answers, &key);
                    own.push(id.clone());
                    self.put_attachments(&mut answers, &key, own);
                }
            }
        }
        answers
    }

    /// The ids that the question's answer names.
    pub fn attachments_at(&self, answers: &Answers, key: &str) -> Vec<String> {
        match self.answer(answers, key) {
            Some(Answer::Images(ids) | Answer::Files(ids)) => ids.clone(),
            _ => Vec::new(),
        }
    }

    /// Names these attachments in the question's answer; `false` when its place isn't there.
    pub fn put_attachments(&self, answers: &mut Answers, key: &str, ids: Vec<String>) -> bool {
        let is_image = self
            .question_at(key)
            .is_some_and(|question| question.kind == super::Kind::Image);
        let listed = if is_image {
            Answer::Images(ids)
        } else {
            Answer::Files(ids)
        };
        let answer = Some(listed).filter(|listed| !listed.is_empty());
        self.set_answer(answers, key, answer)
    }
}
