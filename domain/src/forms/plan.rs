//! In which order a form's questions are evaluated: each after those that it depends on.
//!
//! Found once per form. A question depends on its group and on what its `relevant` and `calculation`
//! refer to; `required`, `readonly` and `constraint` feed no other expression and are evaluated last.
//! Leaves out re-evaluating only what a keystroke touched; the same edges will serve for it.

use std::collections::{BTreeMap, BTreeSet};

use super::{DefaultValue, Expression, Node};

/// The order, as indices into [`flatten`]'s list.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Plan {
    pub(super) order: Vec<usize>,
    /// Where `order` can't keep its promise: what depends on itself through others.
    pub(super) cycle: Vec<usize>,
}

/// A question or group with its place in the tree.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) node: &'a Node,
    /// The index of the group around it.
    pub(super) parent: Option<usize>,
}

impl<'a> Entry<'a> {
    pub(super) fn name(self) -> &'a str {
        match self.node {
            Node::Question(question) => &question.name,
            Node::Group(group) => &group.name,
        }
    }

    pub(super) fn relevant(self) -> Option<&'a Expression> {
        match self.node {
            Node::Question(question) => question.relevant.as_ref(),
            Node::Group(group) => group.relevant.as_ref(),
        }
    }
}

/// All questions and groups in document order; a group comes before what is in it.
pub(super) fn flatten(nodes: &[Node]) -> Vec<Entry<'_>> {
    let mut entries = Vec::new();
    let mut rest: Vec<Entry<'_>> = nodes
        .iter()
        .rev()
        .map(|node| Entry { node, parent: None })
        .collect();
    while let Some(entry) = rest.pop() {
        if let Node::Group(group) = entry.node {
            let parent = Some(entries.len());
            rest.extend(group.nodes.iter().rev().map(|node| Entry { node, parent }));
        }
        entries.push(entry);
    }
    entries
}

impl Plan {
    pub(super) fn new(nodes: &[Node]) -> Self {
        let entries = flatten(nodes);
        let by_name: BTreeMap<&str, usize> = entries
            .iter()
            .enumerate()
            .map(|(index, entry)| (entry.name(), index))
            .collect();
        let mut waits_for = vec![0_usize; entries.len()];
        let mut dependents = vec![Vec::new(); entries.len()];
        for (index, entry) in entries.iter().enumerate() {
            let mut needs: BTreeSet<usize> = entry.parent.into_iter().collect();
            let expressions = match entry.node {
                Node::Group(group) => [group.relevant.as_ref(), None, None],
                Node::Question(question) => [
                    question.relevant.as_ref(),
                    question.calculation.as_ref(),
                    match &question.default {
                        Some(DefaultValue::Expression(expression)) => Some(expression),
                        _ => None,
                    },
                ],
            };
            for expression in expressions.into_iter().flatten() {
                let names = expression.references();
                needs.extend(names.into_iter().filter_map(|name| by_name.get(name)));
            }
            waits_for[index] = needs.len();
            for need in needs {
                dependents[need].push(index);
            }
        }
        let mut ready: BTreeSet<usize> = (0..entries.len())
            .filter(|&index| waits_for[index] == 0)
            .collect();
        let mut order = Vec::with_capacity(entries.len());
        while let Some(index) = ready.pop_first() {
            order.push(index);
            for &dependent in &dependents[index] {
                waits_for[dependent] -= 1;
                if waits_for[dependent] == 0 {
                    ready.insert(dependent);
                }
            }
        }
        // What never became ready lies on a cycle or behind one. Loading refuses it; JSON that says so
        // anyway is evaluated in document order.
        let mut cycle: Vec<usize> = (0..entries.len())
            .filter(|&index| waits_for[index] > 0)
            .collect();
        order.extend(&cycle);
        // What only waits behind a circle is not on it: nothing left waits for it.
        loop {
            let left: BTreeSet<usize> = cycle.iter().copied().collect();
            cycle.retain(|&index| dependents[index].iter().any(|other| left.contains(other)));
            if cycle.len() == left.len() {
                break;
            }
        }
        Self { order, cycle }
    }
}
