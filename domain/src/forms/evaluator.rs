//! Evaluates a form for given answers, and again after each change: only what depends on it.
//!
//! Leaves out what depends on what (`plan`) and whether an answer has its question's type (`check`).

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::small;

use super::{
    Answer, Answers, Environment, Evaluation, Form, Kind, Node, Problem, Question, REPEAT_LIMIT,
    State, check,
    expression::{Scope, plain_decimal, to_stored},
    input,
    instances::{Instances, Slot, World},
    judge::judge,
    plan::{Edge, Entry, flatten},
};

/// A form being filled in.
///
/// [`Evaluator::update`] takes all answers and finds itself what changed since the last time; its
/// result is always that of [`Form::evaluate`].
#[derive(Clone, Debug)]
pub struct Evaluator {
    form: Arc<Form>,
    engine: Engine,
}

impl Evaluator {
    pub fn new(form: Arc<Form>, answers: &Answers, environment: &Environment) -> Self {
        let engine = Engine::new(&form, answers, environment);
        Self { form, engine }
    }

    /// Takes the answers and the time as they are now.
    pub fn update(&mut self, answers: &Answers, environment: &Environment) -> &Evaluation {
        self.engine.update(&self.form, answers, environment);
        &self.engine.evaluation
    }

    pub fn evaluation(&self) -> &Evaluation {
        &self.engine.evaluation
    }
}

/// How often the number of instances may follow from answers inside instances before it stays.
const ROUNDS: usize = 10;

#[derive(Clone, Debug)]
pub(super) struct Engine {
    pub(super) instances: Instances,
    answers: Answers,
    environment: Environment,
    pub(super) evaluation: Evaluation,
}

impl Engine {
    pub(super) fn new(form: &Form, answers: &Answers, environment: &Environment) -> Self {
        let entries = flatten(&form.nodes);
        let mut counts = BTreeMap::new();
        let mut engine = Self {
            instances: Instances::default(),
            answers: answers.clone(),
            environment: environment.clone(),
            evaluation: Evaluation::default(),
        };
        for _ in 0..ROUNDS {
            engine.instances = Instances::new(form, &entries, answers, &counts);
            let all = small::set(0..engine.instances.slots.len());
            engine.compute(form, &entries, all, false);
            if engine.has_right_counts() {
                break;
            }
            let slots = engine.instances.slots.iter();
            counts = small::map(slots.filter_map(|slot| Some((slot.key.clone(), slot.wanted?))));
        }
        let all = small::set(0..engine.instances.slots.len());
        engine.judge(form, &entries, &all);
        engine
    }

    fn update(&mut self, form: &Form, answers: &Answers, environment: &Environment) {
        let ticked = Environment {
            now_ms: environment.now_ms,
            ..self.environment.clone()
        };
        let mut changed = BTreeSet::new();
        let same_shape = ticked == *environment
            && find_changes(form, &self.instances, &self.answers, answers, &mut changed);
        if !same_shape {
            *self = Self::new(form, answers, environment);
            return;
        }
        for (slot, given) in &changed {
            self.instances.slots[*slot].given.clone_from(given);
        }
        let mut dirty = small::set(changed.into_iter().map(|(slot, _)| slot));
        if self.environment.now_ms != environment.now_ms {
            let clocked = form.plan.clocked.iter();
            dirty.extend(clocked.flat_map(|&entry| &self.instances.of[entry]));
        }
        self.answers.clone_from(answers);
        self.environment.clone_from(environment);
        if dirty.is_empty() {
            return;
        }
        let entries = flatten(&form.nodes);
        let touched = self.compute(form, &entries, dirty, true);
        if self.has_right_counts() {
            self.judge(form, &entries, &touched);
        } else {
            *self = Self::new(form, answers, environment);
        }
    }

    fn has_right_counts(&self) -> bool {
        let mut slots = self.instances.slots.iter();
        self.instances.cut_off.is_some()
            || slots.all(|slot| slot.wanted.is_none_or(|wanted| wanted == slot.count))
    }

    /// Finds relevance and values of the dirty slots and, when asked to spread, of what depends on those
    /// that changed. Answers with the slots whose rules have to be judged.
    fn compute(
        &mut self,
        form: &Form,
        entries: &[Entry<'_>],
        dirty: BTreeSet<usize>,
        spread: bool,
    ) -> BTreeSet<usize> {
        let plan = &form.plan;
        let rank = |instances: &Instances, slot: usize| plan.rank[instances.slots[slot].entry];
        let ranked = dirty
            .iter()
            .map(|&slot| (rank(&self.instances, slot), slot));
        let mut queue = small::set(ranked);
        let mut touched = dirty;
        while let Some((current, index)) = queue.pop_first() {
            let world = World {
                form,
                entries,
                instances: &self.instances,
            };
            let found = value_of(world, index, &self.environment);
            let slot = &mut self.instances.slots[index];
            let same = found.relevant == slot.relevant
                && found.value == slot.value
                && found.wanted == slot.wanted;
            slot.relevant = found.relevant;
            slot.value = found.value;
            slot.wanted = found.wanted;
            slot.calculated = found.calculated;
            if same || !spread {
                continue;
            }
            touched.insert(index);
            let (entry, path) = (slot.entry, slot.path.clone());
            let reached = |edge: &Edge| self.instances.sharing(edge.to, &path, edge.common);
            touched.extend(plan.rules[entry].iter().flat_map(reached));
            for &next in plan.feeds[entry].iter().flat_map(reached) {
                touched.insert(next);
                let place = (rank(&self.instances, next), next);
                // Only forwards: a form in circles, which only foreign JSON can hold, ends too.
                if place.0 > current {
                    queue.insert(place);
                }
            }
        }
        touched
    }

    /// Judges the slots and brings the evaluation up to date.
    fn judge(&mut self, form: &Form, entries: &[Entry<'_>], touched: &BTreeSet<usize>) {
        for &index in touched {
            let world = World {
                form,
                entries,
                instances: &self.instances,
            };
            let judgment = judge(world, index, &self.environment);
            let slot = &mut self.instances.slots[index];
            slot.required = judgment.required;
            slot.readonly = judgment.readonly;
            slot.problem = judgment.problem;
            slot.offered = judgment.offered;
            self.evaluation.take(slot, entries[slot.entry].node);
        }
        let cut_off = self
            .instances
            .cut_off
            .map(|slot| cut_off(&self.instances.slots[slot], entries));
        let problems = self.instances.slots.iter();
        self.evaluation.problems = problems
            .filter_map(|slot| slot.problem.clone())
            .chain(cut_off)
            .collect();
    }
}

impl Evaluation {
    fn take(&mut self, slot: &Slot, node: &Node) {
        let state = State {
            relevant: slot.relevant,
            required: slot.required,
            readonly: slot.readonly,
        };
        match self.states.get_mut(&slot.key) {
            Some(old) => *old = state,
            None => {
                self.states.insert(slot.key.clone(), state);
            }
        }
        match &slot.calculated {
            Some(answer) => {
                self.calculated.insert(slot.key.clone(), answer.clone());
            }
            None => {
                self.calculated.remove(&slot.key);
            }
        }
        match &slot.offered {
            Some(names) => {
                self.offered.insert(slot.key.clone(), names.clone());
            }
            None => {
                self.offered.remove(&slot.key);
            }
        }
        if matches!(node, Node::Repeat(_)) {
            self.instances.insert(slot.key.clone(), slot.count);
        }
    }
}

/// Finds the slots whose given answers differ, with their new values; false when the number of
/// instances differs.
fn find_changes(
    form: &Form,
    instances: &Instances,
    old: &Answers,
    new: &Answers,
    changed: &mut BTreeSet<(usize, String)>,
) -> bool {
    let mut rest: Vec<(&Answers, &Answers, Vec<usize>)> = vec![(old, new, Vec::new())];
    while let Some((old, new, path)) = rest.pop() {
        let gone = old.keys().filter(|name| !new.contains_key(*name));
        for name in new.keys().chain(gone) {
            let (before, after) = (old.get(name), new.get(name));
            if before == after {
                continue;
            }
            match (before, after) {
                (Some(Answer::Repeat(before)), Some(Answer::Repeat(after)))
                    if before.len() == after.len() =>
                {
                    for (index, (before, after)) in before.iter().zip(after).enumerate() {
                        let mut path = path.clone();
                        path.push(index);
                        rest.push((before, after, path));
                    }
                }
                (Some(Answer::Repeat(_)), _) | (_, Some(Answer::Repeat(_))) => return false,
                _ => {
                    let slot = form.plan.find(name);
                    let slot = slot.and_then(|entry| instances.at(entry, &path));
                    if let Some(slot) = slot {
                        let value = after.map(Answer::value).unwrap_or_default();
                        changed.insert((slot, value));
                    }
                }
            }
        }
    }
    true
}

struct Found {
    relevant: bool,
    value: String,
    calculated: Option<Answer>,
    wanted: Option<usize>,
}

fn value_of(world: World<'_>, index: usize, environment: &Environment) -> Found {
    let slot = &world.instances.slots[index];
    let node = world.entries[slot.entry].node;
    let scope = Scope {
        world,
        slot: Some(index),
        current: "",
        environment,
        choice: None,
    };
    let in_group = slot
        .parent
        .is_none_or(|parent| world.instances.slots[parent].relevant);
    let relevant = in_group
        && node
            .relevant()
            .is_none_or(|expression| expression.evaluate(&scope).to_boolean());
    let mut found = Found {
        relevant,
        value: String::new(),
        calculated: None,
        // A count asks for nothing where its repeat isn't asked.
        wanted: match node {
            Node::Repeat(repeat) if repeat.count.is_some() => Some(0),
            _ => None,
        },
    };
    if !relevant {
        return found;
    }
    match node {
        Node::Group(_) => {}
        Node::Repeat(repeat) => {
            found.wanted = repeat.count.as_ref().map(|count| {
                let count = to_stored(count.evaluate(&scope), &Kind::Decimal, environment);
                let count = plain_decimal(&count).unwrap_or_default();
                count.clamp(0.0, REPEAT_LIMIT as f64) as usize
            });
        }
        Node::Question(question) if question.is_calculated() => {
            let scope = Scope {
                current: &slot.given,
                ..scope
            };
            found.calculated = calculate(question, &scope);
            found.value = found
                .calculated
                .as_ref()
                .map(Answer::value)
                .unwrap_or_default();
        }
        Node::Question(_) => found.value.clone_from(&slot.given),
    }
    found
}

/// The answer that a question's calculation gives; what doesn't fit its type is none.
pub(super) fn calculate(question: &Question, scope: &Scope<'_>) -> Option<Answer> {
    let result = question.calculation.as_ref()?.evaluate(scope);
    let result = to_stored(result, &question.kind, scope.environment);
    input::parse(question, &result, scope.environment)
        .ok()
        .flatten()
}

fn cut_off(slot: &Slot, entries: &[Entry<'_>]) -> Problem {
    check::too_many(entries[slot.entry].name()).at(&slot.path)
}
