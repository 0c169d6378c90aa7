//! Reads an XLSForm and refuses, with sheet, row and column, whatever this version can't honor.
//!
//! `markdown` cuts the text into sheets, `columns` knows the headers, `survey` builds questions and
//! groups; this module reads choices and settings and puts the form together. All errors are found in
//! one go, up to [`ERROR_LIMIT`].
//!
//! Leaves out `.xlsx`, which will yield the same sheets.

mod columns;
mod markdown;
mod survey;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Choice, Expression, Form, Frequency, Settings,
    expression::is_name,
    plan::{Plan, flatten},
};
use crate::text::Text;
use columns::{Language, Translations};

/// Why a form was refused, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormError {
    /// `survey`, `choices` or `settings`; empty when it concerns the whole document.
    pub sheet: String,
    /// Line of the Markdown file (row of the sheet in Excel), from 1; 0 when there is none.
    pub row: usize,
    /// The column's header as written; empty when it concerns the whole row.
    pub column: String,
    pub message: Text,
}

/// Most errors reported at once.
pub const ERROR_LIMIT: usize = 100;
/// Longest document, in bytes.
const DOCUMENT_LIMIT: usize = 1_000_000;
/// Longest cell, in characters.
const CELL_LIMIT: usize = 10_000;
/// Most questions and groups.
const SURVEY_LIMIT: usize = 1_000;
/// Most choices in all lists.
const CHOICE_LIMIT: usize = 5_000;

impl Form {
    /// Reads XLSForm's Markdown notation, as pyxform does: three tables whose first column names the
    /// sheet; lines that start with `#` are comments.
    pub fn from_markdown(text: &str) -> Result<Self, Vec<FormError>> {
        if text.len() > DOCUMENT_LIMIT {
            return Err(vec![FormError {
                sheet: String::new(),
                row: 0,
                column: String::new(),
                message: Text::new(
                    "文件超过 1 MB，不像是表单",
                    "Over 1 MB: this can't be a form.",
                ),
            }]);
        }
        let mut errors = Errors::default();
        let sheets = markdown::sheets(text, &mut errors);
        let form = build(&sheets, &mut errors);
        match form {
            Some(form) if errors.list.is_empty() => Ok(form),
            _ => Err(errors.list),
        }
    }
}

/// One table: headers and rows of cells, trimmed.
struct Sheet {
    name: String,
    header_row: usize,
    headers: Vec<String>,
    rows: Vec<Row>,
}

struct Row {
    number: usize,
    cells: Vec<String>,
}

/// A cell's place, for errors.
#[derive(Clone, Copy)]
struct Place<'a> {
    sheet: &'a str,
    row: usize,
    column: &'a str,
}

#[derive(Default)]
struct Errors {
    list: Vec<FormError>,
}

impl Errors {
    fn add(&mut self, place: Place<'_>, message: Text) {
        if self.list.len() < ERROR_LIMIT {
            self.list.push(FormError {
                sheet: shown(place.sheet),
                row: place.row,
                column: shown(place.column),
                message,
            });
        }
    }

    fn say(&mut self, place: Place<'_>, zh: impl Into<String>, en: impl Into<String>) {
        self.add(place, Text::new(zh, en));
    }

    fn expression(&mut self, place: Place<'_>, source: &str) -> Option<Expression> {
        match Expression::parse(source) {
            Ok(expression) => Some(expression),
            Err(error) => {
                let Text { zh, en } = error.message;
                self.say(
                    place,
                    format!("第 {} 个字符：{zh}", error.at),
                    format!("At character {}: {en}", error.at),
                );
                None
            }
        }
    }
}

/// A `${name}` that was read before all names were known.
struct Use<'a> {
    place: Place<'a>,
    name: String,
}

fn note_uses<'a>(uses: &mut Vec<Use<'a>>, place: Place<'a>, expression: &Expression) {
    uses.extend(expression.references().into_iter().map(|name| Use {
        place,
        name: name.to_owned(),
    }));
}

fn build(sheets: &[Sheet], errors: &mut Errors) -> Option<Form> {
    let find = |name: &str| sheets.iter().find(|sheet| sheet.name == name);
    let choices = find("choices")
        .map(|sheet| read_choices(sheet, errors))
        .unwrap_or_default();
    let mut uses = Vec::new();
    let missing = |errors: &mut Errors, sheet: &str| {
        let whole = Place {
            sheet,
            row: 0,
            column: "",
        };
        errors.say(
            whole,
            format!("缺少 {sheet} 表"),
            format!("The sheet {sheet} is missing."),
        );
    };
    let survey = find("survey");
    let nodes = survey.map(|sheet| survey::read(sheet, &choices, &mut uses, errors));
    let head = find("settings").map(|sheet| read_settings(sheet, &mut uses, errors));
    if survey.is_none() {
        missing(errors, "survey");
    }
    if head.is_none() {
        missing(errors, "settings");
    }
    let (nodes, head) = (nodes?, head??);
    let entries = flatten(&nodes);
    for used in &uses {
        let target = entries.iter().find(|entry| entry.name() == used.name);
        match target.map(|entry| entry.node) {
            Some(super::Node::Question(_)) => {}
            Some(super::Node::Group(_)) => errors.say(
                used.place,
                format!("“{}” 是分组，不是题目", used.name),
                format!("“{}” is a group, not a question.", used.name),
            ),
            None => errors.say(
                used.place,
                format!("没有名为 “{}” 的题目", used.name),
                format!("There is no question named “{}”.", used.name),
            ),
        }
    }
    let cycle = Plan::new(&nodes).cycle;
    if !cycle.is_empty() {
        let names: Vec<&str> = cycle
            .iter()
            .take(5)
            .map(|&index| entries[index].name())
            .collect();
        let names = names.join(", ");
        let row = survey
            .and_then(|sheet| survey::row_of(sheet, entries[cycle[0]].name()))
            .unwrap_or_default();
        let place = Place {
            sheet: "survey",
            row,
            column: "",
        };
        errors.say(
            place,
            format!("这些题目互相依赖，无法计算：{names}"),
            format!("These depend on one another in a circle: {names}."),
        );
    }
    Some(Form::new(
        head.id,
        head.version,
        head.title,
        head.settings,
        nodes,
    ))
}

/// The lists of choices by name.
type Choices = BTreeMap<String, Vec<Choice>>;

fn read_choices(sheet: &Sheet, errors: &mut Errors) -> Choices {
    use columns::Choices as Column;
    let columns = columns::read(sheet, columns::choices, errors);
    let mut lists = Choices::new();
    for row in sheet.rows.iter().take(CHOICE_LIMIT) {
        let place = |column| Place {
            sheet: "choices",
            row: row.number,
            column,
        };
        let (mut list, mut name) = ("", "");
        let mut label = Translations::default();
        for (header, column, cell) in columns::cells(&columns, row) {
            match column {
                Column::ListName => list = cell,
                Column::Name => name = cell,
                Column::Label(language) => label.set(language, cell),
            }
            if matches!(column, Column::ListName | Column::Name)
                && (cell.chars().count() > 64 || cell.contains(char::is_whitespace))
            {
                errors.say(
                    place(header),
                    "不能有空格，最多 64 字",
                    "No spaces, and at most 64 characters.",
                );
            }
        }
        if list.is_empty() || name.is_empty() || label.is_empty() {
            errors.say(
                place(""),
                "每个选项都要有 list_name、name 和 label",
                "Each choice needs list_name, name and label.",
            );
            continue;
        }
        let choices = lists.entry(list.to_owned()).or_default();
        if choices.iter().any(|choice| choice.name == name) {
            errors.say(
                place("name"),
                format!("列表 “{list}” 里已有 “{name}”"),
                format!("The list “{list}” already has “{name}”."),
            );
            continue;
        }
        choices.push(Choice {
            name: name.to_owned(),
            label: label.into_text(),
        });
    }
    if let Some(row) = sheet.rows.get(CHOICE_LIMIT) {
        let place = Place {
            sheet: "choices",
            row: row.number,
            column: "",
        };
        errors.say(
            place,
            format!("选项超过 {CHOICE_LIMIT} 个"),
            format!("More than {CHOICE_LIMIT} choices."),
        );
    }
    lists
}

/// What the settings sheet says.
struct Head {
    id: String,
    version: String,
    title: Text,
    settings: Settings,
}

fn read_settings<'a>(
    sheet: &'a Sheet,
    uses: &mut Vec<Use<'a>>,
    errors: &mut Errors,
) -> Option<Head> {
    use columns::Settings as Column;
    let columns = columns::read(sheet, columns::settings, errors);
    let mut settings = Settings::default();
    let (mut id, mut version) = (String::new(), String::new());
    let mut title = Translations::default();
    let [row] = sheet.rows.as_slice() else {
        let place = Place {
            sheet: "settings",
            row: sheet.rows.get(1).map_or(sheet.header_row, |row| row.number),
            column: "",
        };
        errors.say(
            place,
            "settings 表要有且只有一行",
            "Settings must have exactly one row.",
        );
        return None;
    };
    for (header, column, cell) in columns::cells(&columns, row) {
        let place = Place {
            sheet: "settings",
            row: row.number,
            column: header,
        };
        match column {
            Column::FormId => {
                if !is_name(cell) {
                    errors.add(place, name_rule());
                }
                cell.clone_into(&mut id);
            }
            Column::Version => {
                if cell.chars().count() > 64 || cell.contains(char::is_whitespace) {
                    errors.say(
                        place,
                        "版本不能有空格，最多 64 字",
                        "A version has no spaces and at most 64 characters.",
                    );
                }
                cell.clone_into(&mut version);
            }
            Column::Title => title.set(Language::Zh, cell),
            Column::TitleEn => title.set(Language::En, cell),
            // Each person chooses the language in Minglu itself; ODK's tools need it.
            Column::DefaultLanguage => {}
            Column::Items => {
                settings.items = cell
                    .split([' ', ',', '、', '，', ';', '；'])
                    .filter(|code| !code.is_empty())
                    .map(str::to_owned)
                    .collect();
            }
            Column::Frequency => match Frequency::from(cell.to_owned()) {
                Frequency::Unknown => {
                    let known: Vec<&str> = Frequency::NAMES.iter().map(|it| it.0).collect();
                    errors.add(place, one_of(cell, &known));
                }
                frequency => settings.frequency = Some(frequency),
            },
            Column::DoneWhen => {
                if let Some(expression) = errors.expression(place, cell) {
                    if expression.reads_current() {
                        errors.add(place, no_current());
                    }
                    note_uses(uses, place, &expression);
                    settings.done_when = Some(expression);
                }
            }
            Column::Owner => {
                if !is_name(cell) {
                    errors.add(place, name_rule());
                }
                settings.owner = Some(cell.to_owned());
            }
        }
    }
    let title = title.into_text();
    for (name, empty) in [
        ("form_id", id.is_empty()),
        ("version", version.is_empty()),
        ("form_title", title.zh.is_empty()),
    ] {
        if empty {
            let place = Place {
                sheet: "settings",
                row: row.number,
                column: name,
            };
            errors.say(place, "不能为空", "This can't be empty.");
        }
    }
    Some(Head {
        id,
        version,
        title,
        settings,
    })
}

fn name_rule() -> Text {
    Text::new(
        "name 用英文字母开头，只含字母、数字、_、-、.，最多 64 字",
        "A name starts with a letter and holds letters, digits, _, - and . only, at most 64.",
    )
}

fn no_current() -> Text {
    Text::new(
        "这里不能用 “.” 或 once()，请写 ${name}",
        "“.” and once() mean nothing here; write ${name}.",
    )
}

fn one_of(cell: &str, known: &[&str]) -> Text {
    let (cell, known) = (shown(cell), known.join(", "));
    Text::new(
        format!("不认识 “{cell}”，可用：{known}"),
        format!("“{cell}” isn't known; use one of {known}."),
    )
}

/// Foreign text short and harmless enough to repeat in a message.
fn shown(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_control())
        .take(64)
        .collect()
}
