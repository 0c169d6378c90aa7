//! “Same as last time”: which answers of an earlier record a new one of the same form may begin with.
//!
//! Only what describes the usual circumstances: choices, and short texts without a number, of questions
//! that everybody is asked. Never a photo, a date, a place on the map, a count, a line of a checklist
//! (each is to be looked at anew), nor what is personal or sensitive.

use std::collections::BTreeMap;

use super::{Answer, Answers, Form, Kind, Node, Purpose, Question, Sensitivity};

/// Longest text that is taken over, in characters.
const TEXT: usize = 60;
/// So many digits in a row are a document's or a person's number, which no two records share.
const DIGITS: usize = 4;
/// So many questions with the same choices are a checklist.
const LINES: usize = 3;

impl Form {
    /// The answers of `last` that a record with the answers `now` can take over: of questions that
    /// have none yet.
    /// An inspection takes over no text: the next one is of another place.
    pub fn again(&self, last: &Answers, now: &Answers) -> Answers {
        let texts = self.settings.purpose != Some(Purpose::Inspection);
        let mut asked = Vec::new();
        usual(&self.nodes, &mut asked);
        let mut lists = BTreeMap::<String, usize>::new();
        for question in self.questions() {
            *lists.entry(list_of(question)).or_default() += 1;
        }
        let mut taken = Answers::new();
        for question in asked {
            let is_line = !question.kind.choices().is_empty()
                && lists.get(&list_of(question)).is_some_and(|n| *n >= LINES);
            if is_line || now.contains_key(&question.name) {
                continue;
            }
            if let Some(answer) = last.get(&question.name)
                && (texts || question.kind != Kind::Text)
                && is_usual(question, answer)
            {
                taken.insert(question.name.clone(), answer.clone());
            }
        }
        taken
    }
}

/// The questions that are asked in every record, outside of repeats.
fn usual<'a>(nodes: &'a [Node], found: &mut Vec<&'a Question>) {
    for node in nodes {
        match node {
            Node::Question(question) if question.relevant.is_none() => found.push(question),
            Node::Group(group) if group.relevant.is_none() && !is_lines(&group.appearance) => {
                usual(&group.nodes, found);
            }
            _ => {}
        }
    }
}

fn is_lines(appearance: &[String]) -> bool {
    appearance.iter().any(|word| word == "table-list")
}

fn list_of(question: &Question) -> String {
    let names = question.kind.choices().iter().map(|it| it.name.as_str());
    names.collect::<Vec<_>>().join(" ")
}

fn is_usual(question: &Question, answer: &Answer) -> bool {
    let offers = |name: &String| question.kind.choices().iter().any(|it| it.name == *name);
    let own = question.sensitivity <= Sensitivity::Internal
        && question.calculation.is_none()
        && question.readonly.is_none()
        && question.choice_filter.is_none()
        && !question.has_appearance("likert");
    own && match (&question.kind, answer) {
        (Kind::SelectOne(_), Answer::Choice(name)) => offers(name),
        (Kind::SelectMultiple(_), Answer::Choices(names)) => names.iter().all(offers),
        (Kind::Text, Answer::Text(text)) => {
            !question.has_appearance("multiline")
                && text.chars().count() <= TEXT
                && !text.contains("://")
                && !has_number(text)
        }
        _ => false,
    }
}

fn has_number(text: &str) -> bool {
    let mut row = 0;
    text.chars().any(|letter| {
        row = if letter.is_numeric() { row + 1 } else { 0 };
        row >= DIGITS
    })
}
