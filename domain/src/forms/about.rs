//! What can be said about a form without answers, and about answers in one line.
//!
//! Leaves out evaluating it (`evaluation`).

use super::{Answers, DefaultValue, Expression, Form, Kind, Node, Sensitivity};
use crate::text::Lang;

impl Form {
    /// Whether this version of Minglu understands all of it; if not, the app has to be updated
    /// before the form can be filled in.
    pub fn is_understood(&self) -> bool {
        let done_when = self.settings.done_when.as_ref();
        done_when.is_none_or(Expression::is_understood) && self.nodes.iter().all(is_understood)
    }

    /// One line for lists: the first answers that tell records apart, without personal data.
    pub fn summary_line(&self, answers: &Answers, lang: Lang) -> String {
        let parts: Vec<String> = self
            .questions()
            .filter(|question| question.sensitivity <= Sensitivity::Internal)
            .filter(|question| {
                matches!(
                    question.kind,
                    Kind::Text
                        | Kind::SelectOne(_)
                        | Kind::SelectMultiple(_)
                        | Kind::Date
                        | Kind::DateTime
                )
            })
            .filter_map(|question| {
                let text = answers.get(&question.name)?.display(question, lang);
                let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
                (!text.is_empty()).then(|| shorten(&text, SUMMARY_PART))
            })
            .take(SUMMARY_PARTS)
            .collect();
        if parts.is_empty() {
            self.title.get(lang).to_owned()
        } else {
            parts.join(" · ")
        }
    }
}

const SUMMARY_PARTS: usize = 3;
/// Longest part of a summary line, in characters.
const SUMMARY_PART: usize = 40;

fn shorten(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(limit.saturating_sub(1)).collect();
    short.push('…');
    short
}

fn is_understood(node: &Node) -> bool {
    let relevant = node.relevant().is_none_or(Expression::is_understood);
    let own = match node {
        Node::Group(_) => true,
        Node::Repeat(repeat) => repeat.count.as_ref().is_none_or(Expression::is_understood),
        Node::Question(question) => {
            let default = match &question.default {
                Some(DefaultValue::Expression(expression)) => Some(expression),
                _ => None,
            };
            !matches!(question.kind, Kind::Unknown(_))
                && [
                    question.required.as_ref(),
                    question.constraint.as_ref(),
                    question.calculation.as_ref(),
                    question.readonly.as_ref(),
                    question.choice_filter.as_ref().map(|it| &it.0),
                    default,
                ]
                .into_iter()
                .flatten()
                .all(Expression::is_understood)
        }
    };
    relevant && own && node.children().iter().all(is_understood)
}
