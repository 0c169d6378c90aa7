//! Checks, once all rows are read, that what expressions refer to exists, and that nothing depends on
//! itself.

use std::collections::BTreeSet;

use super::{Errors, Place, Sheet, survey::row_of};
use crate::forms::{
    ChoiceFilter, Expression, Form, Node,
    expression::{Path, Reference, Step, Target},
    plan::flatten,
};

/// A reference that was read before all names were known.
pub(super) struct Use<'a> {
    place: Place<'a>,
    /// The question or group to which the cell belongs; without one it belongs to the form.
    from: Option<String>,
    to: To,
    as_node: bool,
}

enum To {
    Name(String),
    Path(Path),
    /// A column of the choices sheet.
    Column(String),
}

pub(super) fn note_uses<'a>(
    uses: &mut Vec<Use<'a>>,
    place: Place<'a>,
    from: Option<&str>,
    expression: &Expression,
) {
    let found = expression.targets().into_iter();
    uses.extend(found.map(
        |Reference {
             target, as_node, ..
         }| Use {
            place,
            from: from.map(str::to_owned),
            to: match target {
                Target::Name(name) => To::Name(name.to_owned()),
                Target::Path(path) => To::Path(path.clone()),
            },
            as_node,
        },
    ));
}

/// Notes a name that stands in a cell without being part of an expression.
pub(super) fn note_name<'a>(uses: &mut Vec<Use<'a>>, place: Place<'a>, from: &str, name: &str) {
    uses.push(Use {
        place,
        from: Some(from.to_owned()),
        to: To::Name(name.to_owned()),
        as_node: false,
    });
}

pub(super) fn note_columns<'a>(
    uses: &mut Vec<Use<'a>>,
    place: Place<'a>,
    from: &str,
    filter: &ChoiceFilter,
) {
    note_uses(uses, place, Some(from), &filter.0);
    uses.extend(filter.columns().into_iter().map(|column| Use {
        place,
        from: Some(from.to_owned()),
        to: To::Column(column.to_owned()),
        as_node: false,
    }));
}

pub(super) fn check(form: &Form, uses: &[Use<'_>], errors: &mut Errors) {
    let entries = flatten(&form.nodes);
    for used in uses {
        let from = used.from.as_deref().and_then(|name| form.plan.find(name));
        let (target, shown) = match &used.to {
            To::Name(name) => (Target::Name(name), name.clone()),
            To::Path(path) => (Target::Path(path), spell(path)),
            To::Column(column) => {
                check_column(form, used, column, errors);
                continue;
            }
        };
        let found = form.plan.resolve(target, from).map(|it| entries[it].node);
        match found {
            Some(Node::Question(_)) => {}
            Some(Node::Repeat(_) | Node::Group(_)) if used.as_node => {}
            Some(Node::Repeat(_) | Node::Group(_)) => errors.say(
                used.place,
                format!("“{shown}” 是分组，不是题目"),
                format!("“{shown}” is a group, not a question."),
            ),
            None => errors.say(
                used.place,
                format!("没有名为 “{shown}” 的题目"),
                format!("There is no question named “{shown}”."),
            ),
        }
    }
}

/// Whether the choices of the question have the column that its filter reads.
fn check_column(form: &Form, used: &Use<'_>, column: &str, errors: &mut Errors) {
    let name = used.from.as_deref().unwrap_or_default();
    let known = matches!(column, "name" | "label")
        || form.question(name).is_some_and(|question| {
            let mut choices = question.kind.choices().iter();
            choices.any(|choice| choice.columns.contains_key(column))
        });
    if !known {
        errors.say(
            used.place,
            format!("choices 表里这个列表没有 “{column}” 列；题目写成 ${{{column}}}"),
            format!(
                "The list has no column “{column}” in the sheet choices; write a question as \
                 ${{{column}}}."
            ),
        );
    }
}

/// Refuses what depends on itself, at the cell that closes the circle.
pub(super) fn check_cycle(form: &Form, survey: &Sheet, uses: &[Use<'_>], errors: &mut Errors) {
    let entries = flatten(&form.nodes);
    let cycle = &form.plan.cycle;
    let Some(&first) = cycle.first() else {
        return;
    };
    let on_it: BTreeSet<usize> = cycle.iter().copied().collect();
    let names: Vec<&str> = cycle
        .iter()
        .take(5)
        .map(|&index| entries[index].name())
        .collect();
    let names = names.join(", ");
    let closing = uses.iter().find(|used| {
        let from = used.from.as_deref().and_then(|name| form.plan.find(name));
        let target = match &used.to {
            To::Name(name) => Target::Name(name),
            To::Path(path) => Target::Path(path),
            To::Column(_) => return false,
        };
        let decides = !matches!(
            used.place.column.to_lowercase().as_str(),
            "required" | "constraint" | "readonly" | "read_only" | "choice_filter" | "trigger"
        );
        decides
            && from.is_some_and(|from| on_it.contains(&from))
            && form
                .plan
                .resolve(target, from)
                .is_some_and(|to| on_it.contains(&to))
    });
    let place = closing.map_or_else(
        || Place {
            sheet: "survey",
            row: row_of(survey, entries[first].name()).unwrap_or_default(),
            column: "",
        },
        |used| used.place,
    );
    errors.say(
        place,
        format!("这些题目互相依赖，无法计算：{names}"),
        format!("These depend on one another in a circle: {names}."),
    );
}

fn spell(path: &Path) -> String {
    let mut text = String::new();
    for (index, step) in path.steps.iter().enumerate() {
        if index > 0 || path.absolute {
            text.push('/');
        }
        text.push_str(match step {
            Step::Parent => "..",
            Step::Child(name) => name,
        });
    }
    super::shown(&text)
}
