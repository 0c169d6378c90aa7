//! Reads an assessment standard out of the table that an office keeps: title rows, merged cells that
//! read as blanks, points inside of group titles, total rows, full-width digits, codes of any kind or
//! none.
//!
//! What was guessed is said in remarks, and a person corrects columns and cells and reads again. Pure;
//! leaves out the file's format.

pub mod cells;
mod coding;
mod columns;
mod rows;
pub mod words;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::columns::Column;
use crate::{
    areas::standards::{Bonus, Standard},
    sheet::{Merged, Rows},
    standard_check::{Remark, Weight, check},
    text::Text,
};

/// Most rows of a table.
pub const ROW_LIMIT: usize = 3_000;
/// Most columns that are read.
pub const COLUMN_LIMIT: usize = 40;
/// Longest cell, in characters.
pub const CELL_LIMIT: usize = 2_000;
/// Most merged cells.
const MERGED_LIMIT: usize = 3_000;
/// Where the heading is looked for, in rows.
const HEADING_ROWS: usize = 30;

/// A table with what its columns hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    pub rows: Rows,
    /// Empty: to be guessed. `None` for a column that is left out.
    #[serde(default)]
    pub columns: Vec<Option<Column>>,
    /// The number of the row of headings; without one, the table begins with its first row.
    #[serde(default)]
    pub heading: Option<usize>,
    /// `None`: the table doesn't tell, as pasted text.
    #[serde(default)]
    pub merged: Option<Vec<Merged>>,
}

/// What was understood of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// The table as it was read; empty if it came as JSON.
    pub sheet: Sheet,
    pub standard: Standard,
    pub remarks: Vec<Remark>,
    /// In which row the project, content or item with this code stands.
    pub places: BTreeMap<String, usize>,
}

impl Reading {
    /// A table has the items only: what stands beside them, and how long a round lasts, comes from the
    /// version in use.
    #[must_use]
    pub fn beside(mut self, current: &Standard) -> Self {
        let (own, theirs) = (&mut self.standard, current.clone());
        let is_bare = own.preconditions.is_empty()
            && own.negative_list.is_empty()
            && own.bonus == Bonus::default();
        if !is_bare {
            return self;
        }
        own.preconditions = theirs.preconditions;
        own.negative_list = theirs.negative_list;
        own.bonus = theirs.bonus;
        own.pass_line = own.pass_line.or(theirs.pass_line);
        own.cycle_years = theirs.cycle_years;
        let counts = [
            own.preconditions.len(),
            own.negative_list.len(),
            own.bonus.items.len(),
        ];
        if counts != [0; 3] {
            let [preconditions, negatives, bonus] = counts;
            self.remarks.push(Remark::new(
                Weight::Look,
                "",
                format!(
                    "表里没有的 {preconditions} 条前置条件、{negatives} 条负面清单、{bonus} 项加分沿用现行标准，保存后可改"
                ),
                format!(
                    "{preconditions} preconditions, {negatives} negatives and {bonus} bonus items are taken over from the current standard; they can be changed once it is saved"
                ),
            ));
        }
        self
    }
}

/// Why a table isn't read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    Empty,
    TooManyRows,
    CellTooLong(usize),
}

impl Unreadable {
    pub fn words(self) -> Text {
        match self {
            Self::Empty => Text::new(
                "表格是空的，请选择有内容的工作表再导入",
                "The table is empty. Please take a sheet with something in it",
            ),
            Self::TooManyRows => Text::new(
                format!("表格太长：最多 {ROW_LIMIT} 行，请只保留测评标准这一张表"),
                format!("{ROW_LIMIT} rows at most. Please keep only the standard’s sheet"),
            ),
            Self::CellTooLong(row) => Text::new(
                format!("第 {row} 行有超过 {CELL_LIMIT} 字的单元格，请缩短后再导入"),
                format!(
                    "Row {row} has a cell of more than {CELL_LIMIT} characters. Please shorten it"
                ),
            ),
        }
    }
}

/// What the table says.
pub fn read(sheet: Sheet) -> Result<Reading, Unreadable> {
    let sheet = limited(sheet)?;
    let sheet = understood(sheet);
    let raw = rows::read(&sheet);
    let (standard, mut remarks, places) = coding::build(raw);
    for remark in check(&standard) {
        let row = places.get(&remark.code).copied();
        remarks.push(Remark { row, ..remark });
    }
    remarks.sort_by_key(|remark| (remark.weight, remark.row));
    if sheet.heading.is_none() {
        let told = Remark::new(
            Weight::Look,
            "",
            "没有找到表头，列的含义是猜的，请逐列核对",
            "No row of headings was found; please check what each column holds",
        );
        remarks.insert(0, told);
    }
    Ok(Reading {
        sheet,
        standard,
        remarks,
        places,
    })
}

fn limited(mut sheet: Sheet) -> Result<Sheet, Unreadable> {
    for (number, cells) in &mut sheet.rows {
        cells.truncate(COLUMN_LIMIT);
        if cells.iter().any(|cell| cell.chars().count() > CELL_LIMIT) {
            return Err(Unreadable::CellTooLong(*number));
        }
    }
    if let Some(merged) = &mut sheet.merged {
        merged.truncate(MERGED_LIMIT);
    }
    sheet
        .rows
        .retain(|(_, cells)| cells.iter().any(|cell| !cells::plain(cell).is_empty()));
    match sheet.rows.len() {
        0 => Err(Unreadable::Empty),
        ROW_LIMIT.. => Err(Unreadable::TooManyRows),
        _ => Ok(sheet),
    }
}

/// The table with its heading and its columns.
fn understood(sheet: Sheet) -> Sheet {
    if !sheet.columns.is_empty() {
        return sheet;
    }
    let width = sheet.rows.iter().map(|(_, cells)| cells.len()).max();
    let mut columns = Vec::new();
    let mut heading = None;
    for (at, (number, cells)) in sheet.rows.iter().enumerate().take(HEADING_ROWS) {
        let guessed = columns::guess(cells);
        let found = guessed.iter().flatten().count();
        if found < 2 || !guessed.contains(&Some(Column::Item)) {
            continue;
        }
        heading = Some(*number);
        columns = guessed;
        // A heading of two rows: the second one names what the first one leaves open.
        if let Some((second, below)) = sheet.rows.get(at + 1) {
            let lower = columns::guess(below);
            let fits = below.iter().enumerate().all(|(column, cell)| {
                cells::plain(cell).is_empty()
                    || lower.get(column).copied().flatten().is_some()
                    || below.get(column) == cells.get(column)
            });
            if fits {
                heading = Some(*second);
                columns.resize(columns.len().max(lower.len()), None);
                for (column, meaning) in lower.into_iter().enumerate() {
                    let is_new = meaning.is_some() && !columns.contains(&meaning);
                    if columns[column].is_none() && is_new {
                        columns[column] = meaning;
                    }
                }
            }
        }
        break;
    }
    if heading.is_none() {
        columns = by_content(&sheet);
    }
    columns.resize(width.unwrap_or_default().max(columns.len()), None);
    Sheet {
        columns,
        heading,
        ..sheet
    }
}

/// Without headings: the column with most text holds the items, the last one with numbers only their
/// points.
fn by_content(sheet: &Sheet) -> Vec<Option<Column>> {
    let width = sheet.rows.iter().map(|(_, cells)| cells.len()).max();
    let mut columns = vec![None; width.unwrap_or_default()];
    let texts = |column: usize| {
        let cells = sheet
            .rows
            .iter()
            .filter_map(move |(_, cells)| cells.get(column));
        cells.filter(|cell| !cells::plain(cell).is_empty())
    };
    let longest = (0..columns.len()).max_by_key(|column| {
        texts(*column)
            .map(|cell| cell.chars().count())
            .sum::<usize>()
    });
    let is_number = |cell: &String| cells::plain(cell).parse::<crate::Decimal>().is_ok();
    let numbers = (0..columns.len()).rev().find(|column| {
        let numbers = texts(*column).filter(|cell| is_number(cell)).count();
        numbers > 0 && numbers * 4 >= texts(*column).count() * 3
    });
    if let Some(at) = longest {
        columns[at] = Some(Column::Item);
    }
    if let Some(at) = numbers.filter(|at| Some(*at) != longest) {
        columns[at] = Some(Column::Points);
    }
    columns
}
