//! Whom a record names: the people in the answers of questions that take them from the roster.
//!
//! They are names, not accounts; who is meant is the reader's business.

use super::{Answer, Answers, Form, Question, Roster};

/// The names in a text that separates them by `、` or a comma.
pub fn split_names(text: &str) -> impl Iterator<Item = &str> {
    text.split(['、', ',', '，'])
        .map(str::trim)
        .filter(|name| !name.is_empty())
}

impl Question {
    /// Whether its text names people who were there; not those who are excused.
    fn names_people(&self) -> bool {
        let is_roster = matches!(self.roster, Some(Roster::Person | Roster::People));
        let excused = ["缺席", "请假", "未到"];
        is_roster && !excused.iter().any(|word| self.label.zh.contains(word))
    }
}

impl Form {
    pub fn names_people(&self) -> bool {
        self.questions().any(Question::names_people)
    }

    /// Everybody whom the answers name, in no order; somebody may stand there twice.
    pub fn named<'a>(&self, answers: &'a Answers) -> Vec<&'a str> {
        let mut names = Vec::new();
        for (name, answer) in answers {
            match answer {
                Answer::Repeat(instances) => {
                    names.extend(instances.iter().flat_map(|it| self.named(it)));
                }
                Answer::Text(text) if self.question(name).is_some_and(Question::names_people) => {
                    names.extend(split_names(text));
                }
                _ => {}
            }
        }
        names
    }
}
