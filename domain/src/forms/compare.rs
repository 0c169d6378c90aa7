//! What is different between two versions of a form, and which differences can't be.
//!
//! A submission keeps its version, so whatever changes, old records open as they were written. But all
//! versions of a form are counted and exported together: a name stands for one kind of answer for ever
//! ([`Form::clashes`]). Leaves out what is done about it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Choice, DefaultValue, Expression, Form, Kind, Node, Question};
use crate::text::Text;

/// What happened to one question, group or repeat, or to the form as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormChange {
    /// Empty for the form as a whole.
    pub name: String,
    /// As the newer version calls it, if it has it.
    pub label: Text,
    pub how: How,
    /// What is different, when it is in both.
    pub aspects: Vec<Aspect>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    Added,
    Removed,
    Changed,
}

/// One difference, as a person reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aspect {
    pub what: What,
    /// Empty where there was nothing.
    pub before: Text,
    pub after: Text,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    Type,
    /// The group or repeat that it is in.
    Place,
    Label,
    Hint,
    Required,
    Relevant,
    Constraint,
    Message,
    Default,
    Calculation,
    Choice,
    ChoiceFilter,
    Readonly,
    Look,
    Sensitivity,
    Evidence,
    RepeatCount,
    Order,
    Title,
    Items,
    Frequency,
    DoneWhen,
    Owner,
    Purpose,
    Roster,
    Pages,
}

/// A name that stands for another kind of answer than in an earlier version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clash {
    pub name: String,
    pub label: Text,
    /// The earlier version.
    pub version: String,
    pub before: Text,
    pub after: Text,
}

impl Form {
    /// What is different from an older version: the form as a whole first, then what there is in the
    /// order of this version, then what is gone.
    pub fn changes_since(&self, old: &Self) -> Vec<FormChange> {
        let (before, after) = (places(old), places(self));
        let known = index(&before);
        let kept = index(&after);
        let mut changes = Vec::new();
        let mut aspects = settings(old, self);
        let sequence = |of: &[Place<'_>], other: &BTreeMap<&str, usize>| -> Vec<String> {
            let both = of.iter().filter(|it| other.contains_key(it.node.name()));
            both.map(|it| it.node.name().to_owned()).collect()
        };
        if sequence(&before, &kept) != sequence(&after, &known) {
            aspects.push(Aspect {
                what: What::Order,
                before: Text::default(),
                after: Text::default(),
            });
        }
        if !aspects.is_empty() {
            changes.push(FormChange {
                name: String::new(),
                label: self.title.clone(),
                how: How::Changed,
                aspects,
            });
        }
        for place in &after {
            let name = place.node.name();
            let (how, aspects) = match known.get(name).and_then(|at| before.get(*at)) {
                Some(older) => (How::Changed, differences(older, place)),
                None => (How::Added, Vec::new()),
            };
            if how == How::Added || !aspects.is_empty() {
                changes.push(change(place.node, how, aspects));
            }
        }
        let gone = before
            .iter()
            .filter(|it| !kept.contains_key(it.node.name()));
        changes.extend(gone.map(|place| change(place.node, How::Removed, Vec::new())));
        changes
    }

    /// The names whose answers would be of another kind, or in another repeat, than in that version.
    pub fn clashes(&self, earlier: &Self) -> Vec<Clash> {
        let (before, after) = (places(earlier), places(self));
        let known = index(&before);
        let mut clashes = Vec::new();
        for place in &after {
            let older = known.get(place.node.name()).and_then(|at| before.get(*at));
            let Some(older) = older else { continue };
            let (was, is) = (shape(older.node), shape(place.node));
            let differs = was != is || older.repeats != place.repeats;
            if was != Shape::Nothing && is != Shape::Nothing && differs {
                clashes.push(Clash {
                    name: place.node.name().to_owned(),
                    label: label(place.node),
                    version: earlier.version.clone(),
                    before: described(older),
                    after: described(place),
                });
            }
        }
        clashes
    }
}

/// What a name stands for in a record and in its columns; after the data types of the ODK XForms
/// specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// A note or group: no answer.
    Nothing,
    Words,
    Number,
    Several,
    Ranking,
    Day,
    Clock,
    Moment,
    Position,
    Photos,
    Files,
    Tick,
    Instances,
    /// Nobody can say.
    Newer,
}

fn shape(node: &Node) -> Shape {
    match node {
        Node::Group(_) => Shape::Nothing,
        Node::Repeat(_) => Shape::Instances,
        Node::Question(question) => match &question.kind {
            Kind::Note => Shape::Nothing,
            // ODK stores a choice as a text, too.
            Kind::Text
            | Kind::Barcode
            | Kind::SelectOne(_)
            | Kind::Calculate
            | Kind::Hidden
            | Kind::Username
            | Kind::DeviceId => Shape::Words,
            Kind::Integer | Kind::Decimal | Kind::Range(_) => Shape::Number,
            Kind::SelectMultiple(_) => Shape::Several,
            Kind::Rank(_) => Shape::Ranking,
            Kind::Date | Kind::Today => Shape::Day,
            Kind::Time => Shape::Clock,
            Kind::DateTime | Kind::Start | Kind::End => Shape::Moment,
            Kind::Geopoint => Shape::Position,
            Kind::Image => Shape::Photos,
            Kind::File | Kind::Audio => Shape::Files,
            Kind::Acknowledge => Shape::Tick,
            Kind::Unknown(_) => Shape::Newer,
        },
    }
}

/// A node with the groups and repeats around it.
struct Place<'a> {
    node: &'a Node,
    around: Vec<&'a Node>,
    repeats: Vec<&'a str>,
}

fn places(form: &Form) -> Vec<Place<'_>> {
    fn collect<'a>(nodes: &'a [Node], around: &[&'a Node], found: &mut Vec<Place<'a>>) {
        for node in nodes {
            let repeats = around.iter().filter(|it| matches!(it, Node::Repeat(_)));
            found.push(Place {
                node,
                around: around.to_vec(),
                repeats: repeats.map(|it| it.name()).collect(),
            });
            let mut inner = around.to_vec();
            inner.push(node);
            collect(node.children(), &inner, found);
        }
    }
    let mut found = Vec::new();
    collect(&form.nodes, &[], &mut found);
    found
}

fn index<'a>(places: &[Place<'a>]) -> BTreeMap<&'a str, usize> {
    let names = places.iter().enumerate();
    names.map(|(at, place)| (place.node.name(), at)).collect()
}

fn change(node: &Node, how: How, aspects: Vec<Aspect>) -> FormChange {
    FormChange {
        name: node.name().to_owned(),
        label: label(node),
        how,
        aspects,
    }
}

fn label(node: &Node) -> Text {
    match node {
        Node::Question(question) => question.label.clone(),
        Node::Group(group) => group.label.clone(),
        Node::Repeat(repeat) => repeat.label.clone(),
    }
}

fn described(place: &Place<'_>) -> Text {
    let own = match place.node {
        Node::Question(question) => question.kind.describe(),
        Node::Group(_) => Text::new("分组", "a group"),
        Node::Repeat(_) => Text::new("重复组", "a repeat"),
    };
    match place.repeats.last() {
        Some(repeat) => Text::new(
            format!("{}（在重复组 {repeat} 里）", own.zh),
            format!("{} (in the repeat {repeat})", own.en),
        ),
        None => own,
    }
}

/// Collects what is different.
#[derive(Default)]
struct Differences(Vec<Aspect>);

impl Differences {
    fn text(&mut self, what: What, before: Option<&Text>, after: Option<&Text>) {
        if before != after {
            self.0.push(Aspect {
                what,
                before: before.cloned().unwrap_or_default(),
                after: after.cloned().unwrap_or_default(),
            });
        }
    }

    /// What reads the same in both languages.
    fn plain(&mut self, what: What, before: &str, after: &str) {
        let text = |it: &str| Text::new(it, "");
        self.text(what, Some(&text(before)), Some(&text(after)));
    }

    fn rule(&mut self, what: What, before: Option<&Expression>, after: Option<&Expression>) {
        let source = |it: Option<&Expression>| match it.map(Expression::source) {
            Some("true()") => Text::new("是", "yes"),
            Some(source) => Text::new(source, ""),
            None => Text::default(),
        };
        self.text(what, Some(&source(before)), Some(&source(after)));
    }
}

fn differences(before: &Place<'_>, after: &Place<'_>) -> Vec<Aspect> {
    let mut found = Differences::default();
    let around = |place: &Place<'_>| -> Vec<String> {
        place.around.iter().map(|it| it.name().to_owned()).collect()
    };
    if around(before) != around(after) {
        let path = |place: &Place<'_>| around(place).join(" / ");
        found.plain(What::Place, &path(before), &path(after));
    }
    match (before.node, after.node) {
        (Node::Question(before), Node::Question(after)) => questions(before, after, &mut found),
        (Node::Group(_), Node::Group(_)) | (Node::Repeat(_), Node::Repeat(_)) => {}
        _ => found.text(
            What::Type,
            Some(&described(before)),
            Some(&described(after)),
        ),
    }
    if !matches!(
        (before.node, after.node),
        (Node::Question(_), Node::Question(_))
    ) {
        let (old, new) = (label(before.node), label(after.node));
        found.text(What::Label, Some(&old), Some(&new));
    }
    found.rule(
        What::Relevant,
        before.node.relevant(),
        after.node.relevant(),
    );
    if let (Node::Repeat(before), Node::Repeat(after)) = (before.node, after.node) {
        found.rule(
            What::RepeatCount,
            before.count.as_ref(),
            after.count.as_ref(),
        );
    }
    let look = |node: &Node| match node {
        Node::Question(question) => question.appearance.join(" "),
        Node::Group(group) => group.appearance.join(" "),
        Node::Repeat(repeat) => repeat.appearance.join(" "),
    };
    found.plain(What::Look, &look(before.node), &look(after.node));
    found.0
}

fn questions(before: &Question, after: &Question, found: &mut Differences) {
    let kind = |question: &Question| match &question.kind {
        Kind::Range(range) => {
            let described = question.kind.describe();
            let scale = format!("{}–{} / {}", range.start, range.end, range.step);
            Text::new(
                format!("{} {scale}", described.zh),
                format!("{} {scale}", described.en),
            )
        }
        kind => kind.describe(),
    };
    found.text(What::Type, Some(&kind(before)), Some(&kind(after)));
    found.text(What::Label, Some(&before.label), Some(&after.label));
    found.text(What::Hint, before.hint.as_ref(), after.hint.as_ref());
    choices(before.kind.choices(), after.kind.choices(), found);
    for (what, old, new) in [
        (What::Required, &before.required, &after.required),
        (What::Constraint, &before.constraint, &after.constraint),
        (What::Calculation, &before.calculation, &after.calculation),
        (What::Readonly, &before.readonly, &after.readonly),
    ] {
        found.rule(what, old.as_ref(), new.as_ref());
    }
    let filter = |question: &Question| question.choice_filter.clone().map(|it| it.0);
    found.rule(
        What::ChoiceFilter,
        filter(before).as_ref(),
        filter(after).as_ref(),
    );
    for (old, new) in [
        (&before.required_message, &after.required_message),
        (&before.constraint_message, &after.constraint_message),
    ] {
        found.text(What::Message, old.as_ref(), new.as_ref());
    }
    found.plain(What::Default, &default(before), &default(after));
    found.plain(What::Calculation, &trigger(before), &trigger(after));
    let sensitivity = |question: &Question| question.sensitivity.describe();
    found.text(
        What::Sensitivity,
        Some(&sensitivity(before)),
        Some(&sensitivity(after)),
    );
    let evidence = |question: &Question| question.evidence.clone().unwrap_or_default();
    found.plain(What::Evidence, &evidence(before), &evidence(after));
    let roster = |question: &Question| question.roster.map(super::Roster::describe);
    let (was, is) = (roster(before), roster(after));
    found.text(What::Roster, was.as_ref(), is.as_ref());
    let look = |question: &Question| {
        let mut parts = Vec::new();
        parts.extend(question.max_pixels.map(|it| format!("max-pixels={it}")));
        parts.extend(question.max_seconds.map(|it| format!("max-seconds={it}")));
        parts.extend(question.randomize.then(|| "randomize".to_owned()));
        parts.extend(question.image.as_ref().map(|it| it.zh.clone()));
        parts.join(" ")
    };
    found.plain(What::Look, &look(before), &look(after));
}

fn default(question: &Question) -> String {
    match &question.default {
        Some(DefaultValue::Answer(answer)) => answer.value(),
        Some(DefaultValue::Expression(expression)) => expression.source().to_owned(),
        None => String::new(),
    }
}

fn trigger(question: &Question) -> String {
    question.trigger.join(", ")
}

fn choices(before: &[Choice], after: &[Choice], found: &mut Differences) {
    let find = |list: &[Choice], name: &str| list.iter().find(|it| it.name == name).cloned();
    for new in after {
        let old = find(before, &new.name);
        found.text(
            What::Choice,
            old.as_ref().map(|it| &it.label),
            Some(&new.label),
        );
    }
    for old in before {
        if find(after, &old.name).is_none() {
            found.text(What::Choice, Some(&old.label), None);
        }
    }
}

fn settings(before: &Form, after: &Form) -> Vec<Aspect> {
    let mut found = Differences::default();
    found.text(What::Title, Some(&before.title), Some(&after.title));
    let (old, new) = (&before.settings, &after.settings);
    found.plain(What::Items, &old.items.join("、"), &new.items.join("、"));
    let frequency = |it: Option<super::Frequency>| it.map(super::Frequency::describe);
    let (was, is) = (frequency(old.frequency), frequency(new.frequency));
    found.text(What::Frequency, was.as_ref(), is.as_ref());
    found.rule(
        What::DoneWhen,
        old.done_when.as_ref(),
        new.done_when.as_ref(),
    );
    let owner = |it: &super::Settings| it.owner.clone().unwrap_or_default();
    found.plain(What::Owner, &owner(old), &owner(new));
    let purpose = |it: &super::Settings| it.purpose.map(super::Purpose::describe);
    let (was, is) = (purpose(old), purpose(new));
    found.text(What::Purpose, was.as_ref(), is.as_ref());
    let pages = |it: &super::Settings| if it.pages { "pages" } else { "" };
    found.plain(What::Pages, pages(old), pages(new));
    // Another picture may have the name of the one before.
    for (name, picture) in &new.pictures {
        let was = old.pictures.get(name);
        if was.is_some_and(|was| was != picture) {
            found.0.push(Aspect {
                what: What::Look,
                before: Text::new(name, name),
                after: Text::new(
                    format!("{name}（换了图片）"),
                    format!("{name} (another picture)"),
                ),
            });
        }
    }
    found.0
}
