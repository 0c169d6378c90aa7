//! Tables that the office takes away: as a workbook ready to print, or as CSV.
//!
//! Every cell is a text or a number, never a formula, whatever people put into names and titles.

use chrono::{Datelike as _, NaiveDate};
use domain::{Lang, forms::export};
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use crate::{Error, Result};

/// Tells a spreadsheet that the file is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";
/// What a cell of a workbook can hold.
const CELL_LIMIT: usize = 32_000;

/// One sheet of a workbook.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The sheet's name, and what stands above it.
    pub name: String,
    pub title: String,
    /// Lines between title and head.
    pub notes: Vec<String>,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    pub landscape: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub title: String,
    /// In characters of half width.
    pub width: f64,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Row {
    Cells(Vec<Cell>),
    /// Over the whole width, above what belongs to it.
    Group(String),
    /// What the rows above add up to.
    Total(Vec<Cell>),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Text(String),
    Number(f64),
    Date(NaiveDate),
    Empty,
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub fn count(number: i64) -> Self {
        Self::Number(number as f64)
    }

    fn words(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Date(date) => date.to_string(),
            Self::Empty => String::new(),
        }
    }
}

impl From<Option<NaiveDate>> for Cell {
    fn from(date: Option<NaiveDate>) -> Self {
        date.map_or(Self::Empty, Self::Date)
    }
}

impl Table {
    pub fn new(name: &str, title: &str, columns: &[(&str, f64)]) -> Self {
        Self {
            name: name.to_owned(),
            title: title.to_owned(),
            columns: columns
                .iter()
                .map(|(title, width)| Column {
                    title: (*title).to_owned(),
                    width: *width,
                })
                .collect(),
            ..Self::default()
        }
    }

    pub fn push(&mut self, cells: Vec<Cell>) {
        self.rows.push(Row::Cells(cells));
    }

    /// Comma-separated values with a byte-order mark; a text that a spreadsheet would take for a formula
    /// gets an apostrophe before it.
    pub fn to_csv(&self) -> String {
        let head = self.columns.iter().map(|it| it.title.clone()).collect();
        let mut rows = vec![head];
        for row in &self.rows {
            rows.push(match row {
                Row::Cells(cells) | Row::Total(cells) => cells.iter().map(Cell::words).collect(),
                Row::Group(text) => vec![text.clone()],
            });
        }
        let table = export::Table {
            name: self.name.clone(),
            rows,
        };
        format!("{BYTE_ORDER_MARK}{}", table.to_csv())
    }
}

/// The bytes of a workbook with these sheets: A4, the head on each page, page numbers.
pub fn workbook(tables: &[Table], lang: Lang) -> Result<Vec<u8>> {
    lay_out(tables, lang)
        .and_then(|mut workbook| workbook.save_to_buffer())
        .map_err(Error::internal)
}

fn lay_out(tables: &[Table], lang: Lang) -> std::result::Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    if let Some(first) = tables.first() {
        workbook.set_properties(&DocProperties::new().set_title(&first.title));
    }
    for table in tables {
        let sheet = workbook.add_worksheet();
        sheet.set_name(&table.name)?;
        fill(sheet, table, lang)?;
    }
    Ok(workbook)
}

fn fill(sheet: &mut Worksheet, table: &Table, lang: Lang) -> std::result::Result<(), XlsxError> {
    let last = u16::try_from(table.columns.len().saturating_sub(1)).unwrap_or_default();
    let title = Format::new()
        .set_bold()
        .set_font_size(16)
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter)
        .set_text_wrap();
    let plain = Format::new().set_text_wrap();
    sheet.set_row_height(0, 32)?;
    wide(sheet, 0, last, &table.title, &title)?;
    let mut row = 1;
    for note in &table.notes {
        wide(sheet, row, last, note, &plain)?;
        row += 1;
    }
    // 9 is A4; margins in inches.
    sheet
        .set_paper_size(9)
        .set_margins(0.6, 0.6, 0.7, 0.8, 0.3, 0.4)
        .set_print_fit_to_pages(1, 0)
        .set_print_center_horizontally(true)
        .set_footer(lang.pick("&C第 &P 页，共 &N 页", "&CPage &P of &N"));
    if table.landscape {
        sheet.set_landscape();
    } else {
        sheet.set_portrait();
    }
    sheet.set_repeat_rows(row, row)?;
    sheet.set_freeze_panes(row + 1, 0)?;
    let head = cell()
        .set_bold()
        .set_align(FormatAlign::Center)
        .set_background_color("E8EEF4");
    for (column, own) in (0..).zip(&table.columns) {
        sheet.set_column_width(column, own.width)?;
        sheet.write_string_with_format(row, column, &own.title, &head)?;
    }
    let text = cell().set_text_wrap();
    let (total, group) = (text.clone().set_bold(), cell().set_bold());
    for own in &table.rows {
        row += 1;
        match own {
            Row::Cells(cells) => write(sheet, row, last, cells, &text)?,
            Row::Total(cells) => write(sheet, row, last, cells, &total)?,
            Row::Group(words) => wide(sheet, row, last, words, &group)?,
        }
    }
    Ok(())
}

fn write(
    sheet: &mut Worksheet,
    row: u32,
    last: u16,
    cells: &[Cell],
    format: &Format,
) -> std::result::Result<(), XlsxError> {
    let center = format.clone().set_align(FormatAlign::Center);
    let date = center.clone().set_num_format("yyyy-mm-dd");
    for column in 0..=last {
        match cells.get(usize::from(column)).unwrap_or(&Cell::Empty) {
            Cell::Text(text) => {
                let text: String = text.chars().take(CELL_LIMIT).collect();
                sheet.write_string_with_format(row, column, text, format)?
            }
            Cell::Number(number) => {
                sheet.write_number_with_format(row, column, *number, &center)?
            }
            Cell::Date(day) => match serial(*day) {
                Some(day) => sheet.write_datetime_with_format(row, column, day, &date)?,
                None => sheet.write_string_with_format(row, column, day.to_string(), format)?,
            },
            Cell::Empty => sheet.write_blank(row, column, format)?,
        };
    }
    Ok(())
}

/// The day as a workbook counts it; none before 1900.
fn serial(day: NaiveDate) -> Option<ExcelDateTime> {
    let (year, month, day) = (day.year(), day.month(), day.day());
    ExcelDateTime::from_ymd(u16::try_from(year).ok()?, month as u8, day as u8).ok()
}

/// One text over all columns; a single cell can't be merged.
fn wide(
    sheet: &mut Worksheet,
    row: u32,
    last: u16,
    text: &str,
    format: &Format,
) -> std::result::Result<(), XlsxError> {
    if last == 0 {
        sheet.write_string_with_format(row, 0, text, format)?;
    } else {
        sheet.merge_range(row, 0, row, last, text, format)?;
    }
    Ok(())
}

fn cell() -> Format {
    Format::new()
        .set_border(FormatBorder::Thin)
        .set_align(FormatAlign::VerticalCenter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_a_formula() {
        let mut table = Table::new("表", "=1+1", &[("=cmd()", 10.0), ("数", 6.0)]);
        table.push(vec![Cell::text("=1+1"), Cell::count(-3)]);
        assert_eq!(table.to_csv(), "\u{feff}'=cmd(),数\r\n'=1+1,-3\r\n");
        let bytes = workbook(&[table], Lang::Zh).expect("a workbook");
        let (read, _) = crate::areas::forms::workbook::first_sheet(&bytes).expect("a table");
        let firsts = read.iter().filter_map(|(_, cells)| cells.first());
        // As text: a formula would be read as its value, of which there is none.
        assert_eq!(firsts.filter(|cell| *cell == "=1+1").count(), 2);
    }
}
