//! Builds the tree of questions, groups and repeats from the survey sheet.
//!
//! Leaves out a single row's cells (`row`) and whether a `${name}` exists, which is known only when all
//! rows are read (`references`).

use std::collections::BTreeSet;

use super::{
    Errors, Place, Row, SURVEY_LIMIT, Sheet,
    choices::Choices,
    columns::{self, Survey as Column},
    name_rule,
    references::Use,
    row,
    types::{self, Type},
};
use crate::forms::{Node, Repeat, expression::is_name};

/// Deepest group in a group.
const GROUP_LIMIT: usize = 8;

/// A group or repeat whose end hasn't come yet.
struct Open<'a> {
    /// With nothing in it yet.
    node: Node,
    place: Place<'a>,
    /// The nodes that come before it in the group around it.
    before: Vec<Node>,
}

/// The tree while it grows.
#[derive(Default)]
struct Tree<'a> {
    nodes: Vec<Node>,
    open: Vec<Open<'a>>,
    /// In lower case.
    names: BTreeSet<String>,
}

pub(super) fn read<'a>(
    sheet: &'a Sheet,
    choices: &Choices,
    uses: &mut Vec<Use<'a>>,
    errors: &mut Errors,
) -> Vec<Node> {
    let columns = columns::read(sheet, columns::survey, None, errors);
    let mut tree = Tree::default();
    for row in sheet.rows.iter().take(SURVEY_LIMIT) {
        let place = place(sheet, row, "type");
        let mut cells = columns::cells(&columns, row);
        let Some((_, _, cell)) = cells.find(|(_, column, _)| *column == Column::Type) else {
            errors.say(place, "这一行缺少 type", "This row has no type.");
            continue;
        };
        let Some(kind) = types::read(cell, choices, place, errors) else {
            continue;
        };
        match kind {
            Type::EndGroup => tree.close(place, false, errors),
            Type::EndRepeat => tree.close(place, true, errors),
            Type::BeginGroup => {
                let group = row::read_group(row, &columns, &sheet.name, uses, errors);
                tree.begin(Node::Group(group), sheet, row, errors);
            }
            Type::BeginRepeat => {
                let (group, count) = row::read_repeat(row, &columns, &sheet.name, uses, errors);
                let repeat = Repeat {
                    name: group.name,
                    label: group.label,
                    relevant: group.relevant,
                    appearance: group.appearance,
                    count,
                    nodes: Vec::new(),
                };
                tree.begin(Node::Repeat(repeat), sheet, row, errors);
            }
            Type::Question { kind, or_other } => {
                let read = row::Kinds { kind, or_other };
                for question in row::read_question(row, &columns, read, &sheet.name, uses, errors) {
                    let node = Node::Question(Box::new(question));
                    tree.check_name(&node, sheet, row, errors);
                    tree.nodes.push(node);
                }
            }
        }
    }
    if let Some(row) = sheet.rows.get(SURVEY_LIMIT) {
        errors.say(
            place(sheet, row, ""),
            format!("题目超过 {SURVEY_LIMIT} 行"),
            format!("More than {SURVEY_LIMIT} rows."),
        );
    }
    if let Some(open) = tree.open.first() {
        match &open.node {
            Node::Repeat(_) => errors.say(
                open.place,
                "这个重复组没有 end repeat",
                "This repeat has no end repeat.",
            ),
            _ => errors.say(
                open.place,
                "这个分组没有 end group",
                "This group has no end group.",
            ),
        }
    }
    if tree.nodes.is_empty() && tree.open.is_empty() && errors.list.is_empty() {
        let place = Place {
            sheet: &sheet.name,
            row: sheet.header_row,
            column: "",
        };
        errors.say(place, "表单里没有题目", "The form has no question.");
    }
    tree.nodes
}

fn place<'a>(sheet: &'a Sheet, row: &Row, column: &'a str) -> Place<'a> {
    Place {
        sheet: &sheet.name,
        row: row.number,
        column,
    }
}

impl<'a> Tree<'a> {
    fn begin(&mut self, node: Node, sheet: &'a Sheet, row: &Row, errors: &mut Errors) {
        self.check_name(&node, sheet, row, errors);
        let place = place(sheet, row, "type");
        if self.open.len() == GROUP_LIMIT {
            errors.say(
                place,
                format!("分组最多套 {GROUP_LIMIT} 层"),
                format!("Groups may be nested {GROUP_LIMIT} deep at most."),
            );
        }
        self.open.push(Open {
            node,
            place,
            before: std::mem::take(&mut self.nodes),
        });
    }

    fn close(&mut self, place: Place<'_>, repeat: bool, errors: &mut Errors) {
        let Some(mut open) = self.open.pop() else {
            if repeat {
                errors.say(
                    place,
                    "没有与它配对的 begin repeat",
                    "There is no begin repeat before it.",
                );
            } else {
                errors.say(
                    place,
                    "没有与它配对的 begin group",
                    "There is no begin group before it.",
                );
            }
            return;
        };
        let nodes = std::mem::replace(&mut self.nodes, open.before);
        match &mut open.node {
            Node::Group(group) => group.nodes = nodes,
            Node::Repeat(repeat) => repeat.nodes = nodes,
            Node::Question(_) => {}
        }
        if repeat != matches!(open.node, Node::Repeat(_)) {
            errors.say(
                place,
                "这里的 end 与前面的 begin 不配对：group 对 group，repeat 对 repeat",
                "This end doesn't match its begin: a group ends a group, a repeat a repeat.",
            );
        }
        self.nodes.push(open.node);
    }

    fn check_name(&mut self, node: &Node, sheet: &'a Sheet, row: &Row, errors: &mut Errors) {
        let name = node.name();
        if !is_name(name) {
            errors.add(place(sheet, row, "name"), name_rule());
        } else if !self.names.insert(name.to_lowercase()) {
            errors.say(
                place(sheet, row, "name"),
                format!("name “{name}” 用了两次（不分大小写）"),
                format!("The name “{name}” is used twice (upper and lower case are the same)."),
            );
        }
    }
}

/// The line on which a question or group is defined.
pub(super) fn row_of(sheet: &Sheet, name: &str) -> Option<usize> {
    let column = sheet
        .headers
        .iter()
        .position(|header| header.trim().eq_ignore_ascii_case("name"))?;
    let row = sheet
        .rows
        .iter()
        .find(|row| row.cells.get(column).is_some_and(|it| it == name))?;
    Some(row.number)
}
