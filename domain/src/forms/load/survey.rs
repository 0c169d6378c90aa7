//! Builds questions and groups from the survey sheet.
//!
//! Leaves out whether a `${name}` exists, which is known only when all rows are read.

use std::collections::BTreeSet;

use super::{
    Choices, Errors, Place, Row, SURVEY_LIMIT, Sheet, Use,
    columns::{self, Survey as Column, Translations},
    name_rule, no_current, note_uses, one_of, shown,
};
use crate::forms::{
    DefaultValue, Environment, Expression, Group, Kind, Node, Question, Sensitivity,
    expression::{is_name, looks_dynamic},
    input,
};

/// Deepest group in a group.
const GROUP_LIMIT: usize = 8;

const APPEARANCES: [&str; 4] = ["minimal", "multiline", "numbers", "new"];

/// Types of XLSForm that a later version of Minglu is to support.
const LATER: [&str; 26] = [
    "range",
    "rank",
    "file",
    "audio",
    "video",
    "barcode",
    "acknowledge",
    "trigger",
    "hidden",
    "deviceid",
    "begin_repeat",
    "end_repeat",
    "begin repeat",
    "end repeat",
    "begin",
    "end",
    "geotrace",
    "geoshape",
    "select_one_from_file",
    "select_multiple_from_file",
    "select_one_external",
    "email",
    "phonenumber",
    "audit",
    "background-audio",
    "xml-external",
];

/// A group whose end hasn't come yet.
struct Open<'a> {
    group: Group,
    place: Place<'a>,
    /// The nodes that come before it in the group around it.
    before: Vec<Node>,
}

/// What a row's `type` says.
enum Type {
    Begin,
    End,
    Question(Kind),
}

/// The translated cells of one row.
#[derive(Default)]
struct Cells {
    label: Translations,
    hint: Translations,
    required_message: Translations,
    constraint_message: Translations,
}

pub(super) fn read<'a>(
    sheet: &'a Sheet,
    choices: &Choices,
    uses: &mut Vec<Use<'a>>,
    errors: &mut Errors,
) -> Vec<Node> {
    let columns = columns::read(sheet, columns::survey, errors);
    let mut names = BTreeSet::new();
    let mut nodes = Vec::new();
    let mut open: Vec<Open<'a>> = Vec::new();
    for row in sheet.rows.iter().take(SURVEY_LIMIT) {
        let place = |column| Place {
            sheet: &sheet.name,
            row: row.number,
            column,
        };
        let Some(kind) = columns::cells(&columns, row)
            .find(|(_, column, _)| *column == Column::Type)
            .map(|(_, _, cell)| cell)
        else {
            errors.say(place("type"), "这一行缺少 type", "This row has no type.");
            continue;
        };
        let Some(kind) = read_type(kind, choices, place("type"), errors) else {
            continue;
        };
        if matches!(kind, Type::End) {
            match open.pop() {
                Some(Open {
                    mut group, before, ..
                }) => {
                    group.nodes = std::mem::replace(&mut nodes, before);
                    nodes.push(Node::Group(group));
                }
                None => errors.say(
                    place("type"),
                    "没有与它配对的 begin group",
                    "There is no begin group before it.",
                ),
            }
            continue;
        }
        let node = read_row(row, &columns, kind, &sheet.name, uses, errors);
        let name = match &node {
            Node::Question(question) => &question.name,
            Node::Group(group) => &group.name,
        };
        if !is_name(name) {
            errors.add(place("name"), name_rule());
        } else if !names.insert(name.to_lowercase()) {
            errors.say(
                place("name"),
                format!("name “{name}” 用了两次（不分大小写）"),
                format!("The name “{name}” is used twice (upper and lower case are the same)."),
            );
        }
        match node {
            Node::Group(group) => {
                if open.len() == GROUP_LIMIT {
                    errors.say(
                        place("type"),
                        format!("分组最多套 {GROUP_LIMIT} 层"),
                        format!("Groups may be nested {GROUP_LIMIT} deep at most."),
                    );
                }
                open.push(Open {
                    group,
                    place: place("type"),
                    before: std::mem::take(&mut nodes),
                });
            }
            Node::Question(_) => nodes.push(node),
        }
    }
    if let Some(row) = sheet.rows.get(SURVEY_LIMIT) {
        let place = Place {
            sheet: &sheet.name,
            row: row.number,
            column: "",
        };
        errors.say(
            place,
            format!("题目超过 {SURVEY_LIMIT} 行"),
            format!("More than {SURVEY_LIMIT} rows."),
        );
    }
    if let Some(Open { place, .. }) = open.first() {
        errors.say(
            *place,
            "这个分组没有 end group",
            "This group has no end group.",
        );
    }
    if nodes.is_empty() && open.is_empty() && errors.list.is_empty() {
        let place = Place {
            sheet: &sheet.name,
            row: sheet.header_row,
            column: "",
        };
        errors.say(place, "表单里没有题目", "The form has no question.");
    }
    nodes
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

fn read_type(cell: &str, choices: &Choices, place: Place<'_>, errors: &mut Errors) -> Option<Type> {
    let words: Vec<&str> = cell.split_whitespace().collect();
    let list = |errors: &mut Errors, name: &str| {
        let choices = choices.get(name).cloned();
        if choices.is_none() {
            let name = shown(name);
            errors.say(
                place,
                format!("choices 表里没有列表 “{name}”"),
                format!("The sheet choices has no list “{name}”."),
            );
        }
        choices
    };
    let kind = match words.as_slice() {
        ["begin", "group"] | ["begin_group"] => return Some(Type::Begin),
        ["end", "group"] | ["end_group"] => return Some(Type::End),
        ["select_one", name] => Kind::SelectOne(list(errors, name)?),
        ["select_multiple", name] => Kind::SelectMultiple(list(errors, name)?),
        ["select_one" | "select_multiple", _, "or_other"] => {
            errors.say(
                place,
                "暂不支持 or_other；请加一个“其他”选项和一道填空题",
                "or_other isn't supported yet; add a choice “other” and a text question.",
            );
            return None;
        }
        ["select_one" | "select_multiple"] => {
            errors.say(
                place,
                "后面要写列表名，如 select_one venue",
                "The list's name is missing, as in select_one venue.",
            );
            return None;
        }
        ["text"] => Kind::Text,
        ["integer"] => Kind::Integer,
        ["decimal"] => Kind::Decimal,
        ["date"] => Kind::Date,
        ["time"] => Kind::Time,
        [word] if word.eq_ignore_ascii_case("dateTime") => Kind::DateTime,
        ["geopoint"] => Kind::Geopoint,
        ["image" | "photo"] => Kind::Image,
        ["note"] => Kind::Note,
        ["calculate"] => Kind::Calculate,
        ["start"] => Kind::Start,
        ["end"] => Kind::End,
        ["today"] => Kind::Today,
        ["username"] => Kind::Username,
        _ => {
            let cell = shown(&words.join(" "));
            if LATER.contains(&words.first().copied().unwrap_or_default())
                || LATER.contains(&cell.as_str())
            {
                errors.say(
                    place,
                    format!("暂不支持题型 “{cell}”"),
                    format!("The type “{cell}” isn't supported yet."),
                );
            } else {
                errors.say(
                    place,
                    format!("没有题型 “{cell}”"),
                    format!("There is no type “{cell}”."),
                );
            }
            return None;
        }
    };
    Some(Type::Question(kind))
}

fn read_row<'a>(
    row: &'a Row,
    columns: &[(&'a str, Option<Column>)],
    kind: Type,
    sheet: &'a str,
    uses: &mut Vec<Use<'a>>,
    errors: &mut Errors,
) -> Node {
    let (kind, is_group) = match kind {
        Type::Question(kind) => (kind, false),
        Type::Begin | Type::End => (Kind::Note, true),
    };
    let mut question = blank(kind);
    let mut cells = Cells::default();
    for (header, column, cell) in columns::cells(columns, row) {
        let place = Place {
            sheet,
            row: row.number,
            column: header,
        };
        let for_groups = matches!(
            column,
            Column::Type | Column::Name | Column::Label(_) | Column::Relevant | Column::Appearance
        );
        if is_group && !for_groups {
            errors.say(place, "分组不能有这一列", "A group can't have this.");
        } else {
            read_cell(&mut question, &mut cells, column, cell, place, uses, errors);
        }
    }
    let place = |column| Place {
        sheet,
        row: row.number,
        column,
    };
    question.label = cells.label.into_text();
    if is_group {
        return Node::Group(Group {
            name: question.name,
            label: question.label,
            relevant: question.relevant,
            appearance: question.appearance,
            nodes: Vec::new(),
        });
    }
    question.hint = cells.hint.into_option();
    question.required_message = cells.required_message.into_option();
    question.constraint_message = cells.constraint_message.into_option();
    let unlabeled = question.label.zh.is_empty() && question.label.en.is_empty();
    if unlabeled && !question.kind.is_hidden() {
        errors.say(
            place("label"),
            "题目要有 label",
            "A question needs a label.",
        );
    }
    if question.kind == Kind::Calculate && question.calculation.is_none() {
        errors.say(
            place("calculation"),
            "calculate 要有 calculation",
            "A calculate needs its calculation.",
        );
    }
    if question.calculation.is_some()
        && question.kind != Kind::Calculate
        && question.readonly.is_none()
    {
        errors.say(
            place("calculation"),
            "带 calculation 的题目要设 readonly 为 yes，或改用 calculate",
            "A question with a calculation must be readonly, or a calculate.",
        );
    }
    Node::Question(Box::new(question))
}

fn blank(kind: Kind) -> Question {
    Question {
        name: String::new(),
        kind,
        label: crate::text::Text::default(),
        hint: None,
        required: None,
        required_message: None,
        relevant: None,
        constraint: None,
        constraint_message: None,
        default: None,
        calculation: None,
        readonly: None,
        appearance: Vec::new(),
        sensitivity: Sensitivity::default(),
        evidence: None,
        max_pixels: None,
    }
}

fn read_cell<'a>(
    question: &mut Question,
    cells: &mut Cells,
    column: Column,
    cell: &str,
    place: Place<'a>,
    uses: &mut Vec<Use<'a>>,
    errors: &mut Errors,
) {
    let mut expression = |own_value: bool, errors: &mut Errors| {
        let expression = errors.expression(place, cell)?;
        if !own_value && expression.reads_current() {
            errors.add(place, no_current());
        }
        note_uses(uses, place, &expression);
        Some(expression)
    };
    match column {
        Column::Type => {}
        Column::Name => cell.clone_into(&mut question.name),
        Column::Label(language) => cells.label.set(language, cell),
        Column::Hint(language) => cells.hint.set(language, cell),
        Column::RequiredMessage(language) => cells.required_message.set(language, cell),
        Column::ConstraintMessage(language) => cells.constraint_message.set(language, cell),
        Column::Required => {
            question.required = match yes_or_no(cell) {
                Some(yes) => yes.then(Expression::always),
                None => expression(true, errors),
            };
        }
        Column::Readonly => {
            question.readonly = match yes_or_no(cell) {
                Some(yes) => yes.then(Expression::always),
                None => expression(true, errors),
            };
        }
        Column::Relevant => question.relevant = expression(false, errors),
        Column::Constraint => question.constraint = expression(true, errors),
        Column::Calculation => question.calculation = expression(true, errors),
        Column::Default if looks_dynamic(cell) => {
            question.default = expression(true, errors).map(DefaultValue::Expression);
        }
        Column::Default => question.default = read_default(question, cell, place, errors),
        Column::Appearance => {
            for word in cell.split_whitespace() {
                if APPEARANCES.contains(&word) {
                    question.appearance.push(word.to_owned());
                } else {
                    errors.add(place, one_of(word, &APPEARANCES));
                }
            }
        }
        Column::Parameters => read_parameters(question, cell, place, errors),
        Column::Sensitivity => {
            let mut names = Sensitivity::NAMES.into_iter();
            if let Some((_, sensitivity)) = names.find(|(name, _)| *name == cell) {
                question.sensitivity = sensitivity;
            } else {
                let known: Vec<&str> = Sensitivity::NAMES.iter().map(|it| it.0).collect();
                errors.add(place, one_of(cell, &known));
            }
        }
        Column::Evidence => {
            if !is_name(cell) {
                errors.add(place, name_rule());
            }
            question.evidence = Some(cell.to_owned());
        }
    }
}

/// `yes` and `no` as XLSForm spells them; `None` for an expression.
fn yes_or_no(cell: &str) -> Option<bool> {
    match cell.to_lowercase().as_str() {
        "yes" | "true" | "true()" | "是" => Some(true),
        "no" | "false" | "false()" | "否" => Some(false),
        _ => None,
    }
}

fn read_default(
    question: &Question,
    cell: &str,
    place: Place<'_>,
    errors: &mut Errors,
) -> Option<DefaultValue> {
    if question.kind.is_hidden() || matches!(question.kind, Kind::Image | Kind::Note) {
        errors.say(place, "这种题型不能有默认值", "This type takes no default.");
        return None;
    }
    match input::parse(question, cell, &Environment::default()) {
        Ok(answer) => answer.map(DefaultValue::Answer),
        Err(problem) => {
            errors.add(place, problem.message);
            None
        }
    }
}

fn read_parameters(question: &mut Question, cell: &str, place: Place<'_>, errors: &mut Errors) {
    for parameter in cell
        .split([' ', ',', ';'])
        .filter(|parameter| !parameter.is_empty())
    {
        let value = match parameter.split_once('=') {
            Some(("max-pixels", value)) if question.kind == Kind::Image => value.parse().ok(),
            _ => {
                let parameter = shown(parameter);
                errors.say(
                    place,
                    format!("暂不支持参数 “{parameter}”；图片题可用 max-pixels=1600"),
                    format!("“{parameter}” isn't supported yet; images take max-pixels=1600."),
                );
                continue;
            }
        };
        match value {
            Some(pixels @ 100..=10_000) => question.max_pixels = Some(pixels),
            _ => errors.say(
                place,
                "max-pixels 应在 100 到 10000 之间",
                "max-pixels must be between 100 and 10000.",
            ),
        }
    }
}
