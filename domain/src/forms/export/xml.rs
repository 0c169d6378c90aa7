//! A submission as the primary instance of the ODK XForms specification.

use crate::forms::{Answer, Answers, Environment, Evaluation, Form, Kind, Node, Question, key};

/// The XML document of one submission. `id` becomes its `instanceID`; what isn't relevant at the
/// environment's time, or may not leave, has no element, what isn't answered an empty one.
pub fn instance(
    form: &Form,
    id: &str,
    answers: &Answers,
    environment: &Environment,
    may_leave: &dyn Fn(&Question) -> bool,
) -> String {
    let evaluation = form.evaluate(answers, environment);
    let mut xml = String::from(r#"<?xml version="1.0" encoding="UTF-8"?>"#);
    xml.push_str(r#"<data xmlns:orx="http://openrosa.org/xforms" id=""#);
    push_escaped(&mut xml, &form.id);
    xml.push_str(r#"" version=""#);
    push_escaped(&mut xml, &form.version);
    xml.push_str(r#"">"#);
    let mut writer = Writer {
        xml,
        evaluation: &evaluation,
        may_leave,
        path: Vec::new(),
    };
    writer.nodes(&form.nodes, answers);
    let mut xml = writer.xml;
    xml.push_str("<orx:meta><orx:instanceID>uuid:");
    push_escaped(&mut xml, id);
    xml.push_str("</orx:instanceID></orx:meta></data>");
    xml
}

struct Writer<'a> {
    xml: String,
    evaluation: &'a Evaluation,
    may_leave: &'a dyn Fn(&Question) -> bool,
    path: Vec<usize>,
}

impl Writer<'_> {
    fn nodes(&mut self, nodes: &[Node], answers: &Answers) {
        for node in nodes {
            let name = node.name();
            let key = key(name, &self.path);
            if !self.evaluation.is_relevant(&key) {
                continue;
            }
            match node {
                Node::Question(question) if !(self.may_leave)(question) => {}
                Node::Question(question) => {
                    let calculated = self.evaluation.calculated.get(&key);
                    let answer = calculated.or_else(|| answers.get(name));
                    let value = answer
                        .filter(|_| question.kind != Kind::Note)
                        .map(Answer::value)
                        .unwrap_or_default();
                    if value.is_empty() {
                        push_tag(&mut self.xml, "<", name, "/>");
                    } else {
                        push_tag(&mut self.xml, "<", name, ">");
                        push_escaped(&mut self.xml, &value);
                        push_tag(&mut self.xml, "</", name, ">");
                    }
                }
                Node::Group(group) => {
                    push_tag(&mut self.xml, "<", name, ">");
                    self.nodes(&group.nodes, answers);
                    push_tag(&mut self.xml, "</", name, ">");
                }
                Node::Repeat(repeat) => {
                    let given: &[Answers] = match answers.get(name) {
                        Some(Answer::Repeat(given)) => given,
                        _ => &[],
                    };
                    let empty = Answers::new();
                    let count = self.evaluation.instances.get(&key).copied();
                    for index in 0..count.unwrap_or_default() {
                        self.path.push(index);
                        push_tag(&mut self.xml, "<", name, ">");
                        self.nodes(&repeat.nodes, given.get(index).unwrap_or(&empty));
                        push_tag(&mut self.xml, "</", name, ">");
                        self.path.pop();
                    }
                }
            }
        }
    }
}

fn push_tag(xml: &mut String, open: &str, name: &str, close: &str) {
    for piece in [open, name, close] {
        xml.push_str(piece);
    }
}

/// Text as XML holds it; the characters that XML 1.0 can't hold are left out.
fn push_escaped(xml: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '&' => xml.push_str("&amp;"),
            '"' => xml.push_str("&quot;"),
            // Kept through XML's normalization of line ends.
            '\r' => xml.push_str("&#13;"),
            '\n' | '\t' => xml.push(letter),
            _ if letter < ' ' || matches!(letter, '\u{fffe}' | '\u{ffff}') => {}
            _ => xml.push(letter),
        }
    }
}
