//! The questions of a form as often as they are asked: once, or once in each instance of a repeat.
//!
//! Leaves out how their values come about (`evaluator`).

use std::{cmp::Ordering, collections::BTreeMap};

use super::{
    Answer, Answers, Form, Node, Problem, Question, REPEAT_LIMIT,
    expression::Target,
    key,
    plan::{Entry, Plan},
};

/// Most slots of one record: what a form with repeats in repeats may take of the memory.
const SLOT_LIMIT: usize = 10_000;

/// A question, group or repeat in one instance of the repeats around it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Slot {
    /// Index into the form's entries.
    pub(super) entry: usize,
    /// Which instance of each repeat around it, the outermost first.
    pub(super) path: Vec<usize>,
    /// The group or repeat around it.
    pub(super) parent: Option<usize>,
    pub(super) key: String,
    /// The value of the answer that was given, whether it counts or not.
    pub(super) given: String,
    pub(super) relevant: bool,
    pub(super) required: bool,
    pub(super) readonly: bool,
    /// The value that counts; empty when there is none.
    pub(super) value: String,
    pub(super) calculated: Option<Answer>,
    pub(super) problem: Option<Problem>,
    /// The names of the choices that the filter leaves.
    pub(super) offered: Option<Vec<String>>,
    /// Of a repeat, its instances.
    pub(super) count: usize,
    /// Of a repeat, how many there should be.
    pub(super) wanted: Option<usize>,
}

/// All slots in document order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Instances {
    pub(super) slots: Vec<Slot>,
    /// Of each entry, its slots, ordered by their paths.
    pub(super) of: Vec<Vec<usize>>,
    /// The first repeat whose instances found no room.
    pub(super) cut_off: Option<usize>,
}

impl Instances {
    /// Lays out the slots: as many instances as `counts` says by the repeat's key, otherwise as many as
    /// were answered.
    pub(super) fn new(
        form: &Form,
        entries: &[Entry<'_>],
        answers: &Answers,
        counts: &BTreeMap<String, usize>,
    ) -> Self {
        let mut layout = Layout {
            plan: &form.plan,
            entries,
            counts,
            path: Vec::new(),
            instances: Self {
                of: vec![Vec::new(); entries.len()],
                ..Self::default()
            },
        };
        layout.add(&form.plan.roots, None, Some(answers));
        layout.instances
    }

    /// As [`Instances::new`], with every answer counting as it was given.
    pub(super) fn as_given(form: &Form, entries: &[Entry<'_>], answers: &Answers) -> Self {
        let mut instances = Self::new(form, entries, answers, &BTreeMap::new());
        for slot in &mut instances.slots {
            slot.relevant = true;
            slot.value.clone_from(&slot.given);
        }
        instances
    }

    /// The slots of an entry whose paths begin with the first `common` steps of `path`.
    pub(super) fn sharing(&self, entry: usize, path: &[usize], common: usize) -> &[usize] {
        let Some(slots) = self.of.get(entry) else {
            return &[];
        };
        let Some(prefix) = path.get(..common) else {
            return &[];
        };
        let compare = |slot: &usize| -> Ordering {
            let own = &self.slots[*slot].path;
            own[..common.min(own.len())].cmp(prefix)
        };
        let start = slots.partition_point(|slot| compare(slot) == Ordering::Less);
        let end = slots.partition_point(|slot| compare(slot) != Ordering::Greater);
        &slots[start..end]
    }

    pub(super) fn at(&self, entry: usize, path: &[usize]) -> Option<usize> {
        self.sharing(entry, path, path.len()).first().copied()
    }
}

struct Layout<'a> {
    plan: &'a Plan,
    entries: &'a [Entry<'a>],
    counts: &'a BTreeMap<String, usize>,
    path: Vec<usize>,
    instances: Instances,
}

impl Layout<'_> {
    fn add(&mut self, entries: &[usize], parent: Option<usize>, answers: Option<&Answers>) {
        let plan = self.plan;
        for &entry in entries {
            let node = self.entries[entry].node;
            let answer = answers.and_then(|answers| answers.get(node.name()));
            let slot = self.instances.slots.len();
            let key = key(node.name(), &self.path);
            let given = match node {
                Node::Question(_) => answer.map(Answer::value).unwrap_or_default(),
                Node::Group(_) | Node::Repeat(_) => String::new(),
            };
            let instances: &[Answers] = match (node, answer) {
                (Node::Repeat(_), Some(Answer::Repeat(instances))) => instances,
                _ => &[],
            };
            let wanted = self.counts.get(&key).copied();
            let count = wanted.unwrap_or(instances.len()).min(REPEAT_LIMIT);
            self.instances.of[entry].push(slot);
            self.instances.slots.push(Slot {
                entry,
                path: self.path.clone(),
                parent,
                key,
                given,
                relevant: false,
                required: false,
                readonly: false,
                value: String::new(),
                calculated: None,
                problem: None,
                offered: None,
                count: 0,
                wanted: None,
            });
            match node {
                Node::Question(_) => {}
                Node::Group(_) => self.add(&plan.children[entry], Some(slot), answers),
                Node::Repeat(_) => {
                    for index in 0..count {
                        if self.instances.slots.len() > SLOT_LIMIT {
                            self.instances.cut_off.get_or_insert(slot);
                            break;
                        }
                        self.path.push(index);
                        self.add(&plan.children[entry], Some(slot), instances.get(index));
                        self.path.pop();
                        self.instances.slots[slot].count = index + 1;
                    }
                }
            }
        }
    }
}

/// What expressions see of a form.
#[derive(Clone, Copy)]
pub(super) struct World<'a> {
    pub(super) form: &'a Form,
    pub(super) entries: &'a [Entry<'a>],
    pub(super) instances: &'a Instances,
}

impl<'a> World<'a> {
    /// The values of what a reference means at a slot: one, or all instances' when it leads into a
    /// repeat. Those that aren't relevant read as empty, and among several as nothing.
    pub(super) fn values(self, target: Target<'_>, slot: Option<usize>) -> Vec<String> {
        let Some(entry) = self.resolve(target, slot) else {
            return vec![String::new()];
        };
        let slots = &self.instances.slots;
        match self.entries[entry].node {
            Node::Group(_) => vec![String::new()],
            Node::Repeat(_) => vec!["1".to_owned(); self.count(target, slot)],
            Node::Question(_) => {
                let (found, single) = self.meant(entry, slot);
                let relevant = found.iter().filter(|&&it| single || slots[it].relevant);
                relevant.map(|&it| slots[it].value.clone()).collect()
            }
        }
    }

    /// How many nodes a reference means: of a repeat, its instances.
    pub(super) fn count(self, target: Target<'_>, slot: Option<usize>) -> usize {
        let Some(entry) = self.resolve(target, slot) else {
            return 0;
        };
        let is_repeat = matches!(self.entries[entry].node, Node::Repeat(_));
        let (found, _) = self.meant(entry, slot);
        let slots = found.iter().map(|&it| &self.instances.slots[it]);
        slots
            .filter(|slot| slot.relevant)
            .map(|slot| if is_repeat { slot.count } else { 1 })
            .sum()
    }

    /// From 1: which instance of the repeat the slot is in; anything else is alone of its name.
    pub(super) fn position(self, target: Target<'_>, slot: Option<usize>) -> usize {
        let position = self.resolve(target, slot).and_then(|entry| {
            let slot = &self.instances.slots[slot?];
            let around = &self.form.plan.repeats[slot.entry];
            let level = around.iter().position(|&repeat| repeat == entry)?;
            slot.path.get(level)
        });
        position.map_or(1, |index| index + 1)
    }

    /// The value of a question in chosen instances, from 0, of the repeats around it.
    pub(super) fn indexed(
        self,
        target: Target<'_>,
        chosen: &[(Target<'_>, usize)],
        slot: Option<usize>,
    ) -> String {
        let found = self.resolve(target, slot).and_then(|entry| {
            let own = slot.map_or(&[][..], |slot| &self.instances.slots[slot].path);
            let common = self.common(entry, slot);
            let mut path = Vec::new();
            for (level, &repeat) in self.form.plan.repeats[entry].iter().enumerate() {
                let choice = chosen
                    .iter()
                    .find(|(target, _)| self.resolve(*target, slot) == Some(repeat))
                    .map(|(_, index)| *index);
                let shared = own.get(level).copied().filter(|_| level < common);
                path.push(choice.or(shared).unwrap_or_default());
            }
            self.instances.at(entry, &path)
        });
        found.map_or_else(String::new, |slot| self.instances.slots[slot].value.clone())
    }

    pub(super) fn question(self, target: Target<'_>, slot: Option<usize>) -> Option<&'a Question> {
        self.entries[self.resolve(target, slot)?].question()
    }

    pub(super) fn key(self, slot: Option<usize>) -> String {
        slot.map_or_else(String::new, |slot| self.instances.slots[slot].key.clone())
    }

    pub(super) fn version(self) -> &'a str {
        &self.form.version
    }

    fn resolve(self, target: Target<'_>, slot: Option<usize>) -> Option<usize> {
        let from = slot.map(|slot| self.instances.slots[slot].entry);
        self.form.plan.resolve(target, from)
    }

    fn common(self, entry: usize, slot: Option<usize>) -> usize {
        slot.map_or(0, |slot| {
            let from = self.instances.slots[slot].entry;
            self.form.plan.common(entry, from, false)
        })
    }

    /// The slots of an entry that a slot means, and whether there can be only one.
    fn meant(self, entry: usize, slot: Option<usize>) -> (&'a [usize], bool) {
        let common = self.common(entry, slot);
        let path = slot.map_or(&[][..], |slot| &self.instances.slots[slot].path);
        let found = self.instances.sharing(entry, path, common);
        (found, common == self.form.plan.repeats[entry].len())
    }
}
