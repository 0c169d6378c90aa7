//! All versions of a form as one, so that their records share one table.
//!
//! A name stands for one kind of answer in every version (`Form::clashes`), so columns can be joined by it.

use std::collections::BTreeSet;

use crate::forms::{Form, Node};

/// The newest version with what only older ones ask behind it. `versions`: the newest first; `None` if
/// there is none.
pub fn merged(versions: &[&Form]) -> Option<Form> {
    let (newest, older) = versions.split_first()?;
    let mut nodes = newest.nodes.clone();
    for form in older {
        let mut known = BTreeSet::new();
        names(&nodes, &mut known);
        for missing in missing(&form.nodes, &known) {
            nodes.push(missing);
        }
        add_within(&mut nodes, &form.nodes, &known);
        join_questions(&mut nodes, form);
    }
    Some(Form::new(
        newest.id.clone(),
        newest.version.clone(),
        newest.title.clone(),
        newest.settings.clone(),
        nodes,
    ))
}

fn names(nodes: &[Node], known: &mut BTreeSet<String>) {
    for node in nodes {
        known.insert(node.name().to_owned());
        names(node.children(), known);
    }
}

/// The questions and repeats of one level that aren't known, without the groups around them.
fn missing(nodes: &[Node], known: &BTreeSet<String>) -> Vec<Node> {
    let mut found = Vec::new();
    for node in nodes {
        match node {
            Node::Group(group) => found.extend(missing(&group.nodes, known)),
            Node::Question(_) | Node::Repeat(_) if known.contains(node.name()) => {}
            Node::Question(_) | Node::Repeat(_) => found.push(node.clone()),
        }
    }
    found
}

/// Adds to the repeats that both have what only the older one asks there.
fn add_within(nodes: &mut [Node], older: &[Node], known: &BTreeSet<String>) {
    for node in nodes {
        match node {
            Node::Question(_) => {}
            Node::Group(group) => add_within(&mut group.nodes, older, known),
            Node::Repeat(repeat) => {
                if let Some(theirs) = find_repeat(older, &repeat.name) {
                    repeat.nodes.extend(missing(theirs, known));
                }
                add_within(&mut repeat.nodes, older, known);
            }
        }
    }
}

fn find_repeat<'a>(nodes: &'a [Node], name: &str) -> Option<&'a [Node]> {
    nodes.iter().find_map(|node| match node {
        Node::Repeat(repeat) if repeat.name == name => Some(&repeat.nodes[..]),
        other => find_repeat(other.children(), name),
    })
}

/// Choices that are no longer offered still have their labels, and what was once sensitive stays so.
fn join_questions(nodes: &mut [Node], older: &Form) {
    for node in nodes {
        match node {
            Node::Group(group) => join_questions(&mut group.nodes, older),
            Node::Repeat(repeat) => join_questions(&mut repeat.nodes, older),
            Node::Question(question) => {
                let Some(theirs) = older.question(&question.name) else {
                    continue;
                };
                question.sensitivity = question.sensitivity.max(theirs.sensitivity);
                let Some(own) = question.kind.choices_mut() else {
                    continue;
                };
                for choice in theirs.kind.choices() {
                    if !own.iter().any(|it| it.name == choice.name) {
                        own.push(choice.clone());
                    }
                }
            }
        }
    }
}
