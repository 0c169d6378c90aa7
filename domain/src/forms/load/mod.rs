//! Reads an XLSForm and refuses, with sheet, row and column, whatever this version can't honor.
//!
//! `markdown` and `tables` cut the document into sheets, `columns` knows the headers, `survey`, `choices`
//! and `settings` read a sheet each; this module puts the form together. All errors are found in one
//! go, up to [`ERROR_LIMIT`]. `write` is the way back.
//!
//! Leaves out the bytes of a workbook: the server cuts them into [`Table`]s.

mod choices;
mod columns;
mod expand;
mod markdown;
mod parameters;
mod references;
mod row;
mod settings;
mod survey;
mod tables;
mod types;
mod write;

use serde::{Deserialize, Serialize};

use super::{Expression, Form, expression::ExpressionError};
use crate::text::Text;
use references::{Use, note_uses};
pub use tables::Table;

/// Why a form was refused, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormError {
    /// `survey`, `choices` or `settings`; empty when it concerns the whole document.
    pub sheet: String,
    /// Line of the Markdown file, or row of the sheet in Excel, from 1; 0 when there is none.
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
        finish(&sheets, errors)
    }

    /// Reads the sheets of a workbook; those that XLSForm doesn't know are ignored.
    pub fn from_tables(tables: Vec<Table>) -> Result<Self, Vec<FormError>> {
        let mut errors = Errors::default();
        let sheets = tables::sheets(tables, &mut errors);
        finish(&sheets, errors)
    }
}

fn finish(sheets: &[Sheet], mut errors: Errors) -> Result<Form, Vec<FormError>> {
    match build(sheets, &mut errors) {
        Some(form) if errors.list.is_empty() => Ok(form),
        _ => Err(errors.list),
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
        self.parsed(place, Expression::parse(source))
    }

    /// What was parsed, or the error with its place in the cell.
    fn parsed<T>(&mut self, place: Place<'_>, result: Result<T, ExpressionError>) -> Option<T> {
        match result {
            Ok(parsed) => Some(parsed),
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

fn build(sheets: &[Sheet], errors: &mut Errors) -> Option<Form> {
    let find = |name: &str| sheets.iter().find(|sheet| sheet.name == name);
    let choices = find("choices")
        .map(|sheet| choices::read(sheet, errors))
        .unwrap_or_default();
    let mut uses = Vec::new();
    let survey = find("survey");
    let nodes = survey.map(|sheet| survey::read(sheet, &choices, &mut uses, errors));
    let head = find("settings").map(|sheet| settings::read(sheet, &mut uses, errors));
    for (sheet, found) in [("survey", survey.is_some()), ("settings", head.is_some())] {
        if !found {
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
        }
    }
    let (nodes, head) = (nodes?, head??);
    let form = Form::new(head.id, head.version, head.title, head.settings, nodes);
    references::check(&form, &uses, errors);
    if let Some(survey) = survey {
        references::check_cycle(&form, survey, &uses, errors);
    }
    Some(form)
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
