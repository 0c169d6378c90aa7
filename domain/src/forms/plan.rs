//! What in a form depends on what, found once per form.
//!
//! The value and relevance of a question depend on its group and on what its `relevant` and
//! `calculation` refer to; they decide the order of evaluation, and a circle among them is refused.
//! `required`, `readonly`, `constraint` and `choice_filter` feed no other expression and are judged
//! last. Leaves out values (`instances`, `evaluator`).

use std::collections::{BTreeMap, BTreeSet};

use crate::small;

use super::{
    DefaultValue, Expression, Node, Question,
    expression::{Path, Step, Target},
};

/// The form's tree as lists of indices into [`flatten`]'s list, and its edges.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Plan {
    /// Each entry after those that it depends on.
    pub(super) order: Vec<usize>,
    /// Of each entry, its place in `order`.
    pub(super) rank: Vec<usize>,
    /// Of each entry, whose value or relevance depends on it.
    pub(super) feeds: Vec<Vec<Edge>>,
    /// Of each entry, whose rules have to be judged anew when it changes.
    pub(super) rules: Vec<Vec<Edge>>,
    /// Whose expressions ask for the time.
    pub(super) clocked: Vec<usize>,
    /// What a trigger sets.
    pub(super) triggered: Vec<usize>,
    /// Where `order` can't keep its promise: what depends on itself through others.
    pub(super) cycle: Vec<usize>,
    pub(super) parents: Vec<Option<usize>>,
    pub(super) children: Vec<Vec<usize>>,
    pub(super) roots: Vec<usize>,
    /// Of each entry, the repeats around it, the outermost first; a repeat isn't around itself.
    pub(super) repeats: Vec<Vec<usize>>,
    names: BTreeMap<String, usize>,
}

/// A dependency between two entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    /// What depends.
    pub(super) to: usize,
    /// How many repeats both share: only instances that agree in these depend on one another.
    pub(super) common: usize,
}

/// A question, group or repeat with its place in the tree.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) node: &'a Node,
    /// The index of the group or repeat around it.
    pub(super) parent: Option<usize>,
}

impl<'a> Entry<'a> {
    pub(super) fn name(self) -> &'a str {
        self.node.name()
    }

    pub(super) fn question(self) -> Option<&'a Question> {
        match self.node {
            Node::Question(question) => Some(question),
            Node::Group(_) | Node::Repeat(_) => None,
        }
    }

    /// What decides its relevance, its value or its number of instances.
    fn decisive(self) -> Vec<&'a Expression> {
        let own = match self.node {
            Node::Group(_) => [None, None],
            Node::Repeat(repeat) => [repeat.count.as_ref(), None],
            Node::Question(question) => [
                question
                    .calculation
                    .as_ref()
                    .filter(|_| question.is_calculated()),
                match &question.default {
                    Some(DefaultValue::Expression(expression)) => Some(expression),
                    _ => None,
                },
            ],
        };
        let relevant = self.node.relevant().into_iter();
        relevant.chain(own.into_iter().flatten()).collect()
    }

    /// What judges its answer.
    fn judging(self) -> Vec<&'a Expression> {
        let Some(question) = self.question() else {
            return Vec::new();
        };
        [
            question.required.as_ref(),
            question.readonly.as_ref(),
            question.constraint.as_ref(),
            question.choice_filter.as_ref().map(|filter| &filter.0),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// All questions, groups and repeats in document order; a group comes before what is in it.
pub(super) fn flatten(nodes: &[Node]) -> Vec<Entry<'_>> {
    let mut entries = Vec::new();
    let mut rest: Vec<Entry<'_>> = nodes
        .iter()
        .rev()
        .map(|node| Entry { node, parent: None })
        .collect();
    while let Some(entry) = rest.pop() {
        let parent = Some(entries.len());
        let children = entry.node.children().iter().rev();
        rest.extend(children.map(|node| Entry { node, parent }));
        entries.push(entry);
    }
    entries
}

impl Plan {
    pub(super) fn new(nodes: &[Node]) -> Self {
        let entries = flatten(nodes);
        let mut plan = Self::tree(&entries);
        let mut waits_for = vec![0_usize; entries.len()];
        for (index, entry) in entries.iter().enumerate() {
            let mut needs: BTreeSet<(usize, usize)> = entry
                .parent
                .map(|parent| (parent, plan.common(parent, index, false)))
                .into_iter()
                .collect();
            let mut asks_the_clock = false;
            for expression in entry.decisive() {
                asks_the_clock |= expression.asks_the_clock();
                plan.collect(expression, index, &mut needs);
            }
            let sources = small::set(needs.iter().map(|(need, _)| *need));
            waits_for[index] = sources.len();
            for (need, common) in needs {
                plan.feeds[need].push(Edge { to: index, common });
            }
            let mut rules = BTreeSet::new();
            for expression in entry.judging() {
                asks_the_clock |= expression.asks_the_clock();
                plan.collect(expression, index, &mut rules);
            }
            for (need, common) in rules {
                plan.rules[need].push(Edge { to: index, common });
            }
            if asks_the_clock {
                plan.clocked.push(index);
            }
            if entry.question().is_some_and(|it| !it.trigger.is_empty()) {
                plan.triggered.push(index);
            }
        }
        plan.sort(waits_for);
        plan
    }

    fn tree(entries: &[Entry<'_>]) -> Self {
        let count = entries.len();
        let mut plan = Self {
            feeds: vec![Vec::new(); count],
            rules: vec![Vec::new(); count],
            children: vec![Vec::new(); count],
            ..Self::default()
        };
        for (index, entry) in entries.iter().enumerate() {
            plan.parents.push(entry.parent);
            let around = entry.parent.map_or_else(Vec::new, |parent| {
                let mut around = plan.repeats[parent].clone();
                if matches!(entries[parent].node, Node::Repeat(_)) {
                    around.push(parent);
                }
                around
            });
            plan.repeats.push(around);
            match entry.parent {
                Some(parent) => plan.children[parent].push(index),
                None => plan.roots.push(index),
            }
            plan.names.insert(entry.name().to_owned(), index);
        }
        plan
    }

    fn collect(&self, expression: &Expression, from: usize, needs: &mut BTreeSet<(usize, usize)>) {
        for reference in expression.targets() {
            if let Some(to) = self.resolve(reference.target, Some(from)) {
                needs.insert((to, self.common(to, from, reference.anywhere)));
            }
        }
    }

    /// How many repeats both entries are in.
    pub(super) fn common(&self, one: usize, other: usize, anywhere: bool) -> usize {
        if anywhere {
            return 0;
        }
        let pairs = self.repeats[one].iter().zip(&self.repeats[other]);
        pairs.take_while(|(one, other)| one == other).count()
    }

    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.names.get(name).copied()
    }

    /// The entry that a reference leads to, seen from an entry or, without one, from the form.
    pub(super) fn resolve(&self, target: Target<'_>, from: Option<usize>) -> Option<usize> {
        match target {
            Target::Name(name) => self.find(name),
            Target::Path(Path { absolute, steps }) => {
                let mut steps = steps.iter();
                let mut at = if *absolute {
                    // The first step names the form itself, whatever it is called.
                    steps.next();
                    None
                } else {
                    Some(from?)
                };
                for step in steps {
                    at = match step {
                        Step::Parent => self.parents[at?],
                        Step::Child(name) => {
                            let child = self.find(name)?;
                            if self.parents[child] != at {
                                return None;
                            }
                            Some(child)
                        }
                    };
                }
                at
            }
        }
    }

    /// Kahn's algorithm; among those that are ready, the first in the document comes first.
    fn sort(&mut self, mut waits_for: Vec<usize>) {
        let count = waits_for.len();
        let mut ready = small::set((0..count).filter(|&index| waits_for[index] == 0));
        while let Some(index) = ready.pop_first() {
            self.order.push(index);
            let dependents = small::set(self.feeds[index].iter().map(|edge| edge.to));
            for dependent in dependents {
                waits_for[dependent] -= 1;
                if waits_for[dependent] == 0 {
                    ready.insert(dependent);
                }
            }
        }
        // What never became ready lies on a cycle or behind one. Loading refuses it; JSON that says so
        // anyway is evaluated in document order.
        let mut cycle: Vec<usize> = (0..count).filter(|&index| waits_for[index] > 0).collect();
        self.order.extend(&cycle);
        // What only waits behind a circle is not on it: nothing left waits for it.
        loop {
            let left = small::set(cycle.iter().copied());
            cycle.retain(|&index| {
                let mut edges = self.feeds[index].iter();
                edges.any(|edge| left.contains(&edge.to))
            });
            if cycle.len() == left.len() {
                break;
            }
        }
        self.cycle = cycle;
        self.rank = vec![0; count];
        for (rank, &index) in self.order.iter().enumerate() {
            self.rank[index] = rank;
        }
    }
}
