//! Cuts an uploaded workbook (`.xlsx`) into the tables of a form.
//!
//! Here and not in `domain`, so that the client doesn't carry the reader. The bytes come from anybody:
//! they are unpacked once with a limit before the reader sees them, and cells are read one after the
//! other, never as the rectangle around them. Formulas count with the values that Excel kept. Leaves
//! out what the tables mean (`domain::forms::load`).

use std::{
    io::{Cursor, Read},
    panic::catch_unwind,
};

use calamine::{DataRef, Dimensions, Reader as _, Xlsx};
use domain::{
    Text,
    forms::{Form, FormError, load::Table},
    sheet::Merged,
};
use zip::ZipArchive;

/// Largest workbook, in bytes.
pub const WORKBOOK_LIMIT: usize = 2_000_000;
/// Most bytes of a workbook when unpacked; real forms take some hundred kilobytes.
const UNPACKED_LIMIT: u64 = 20_000_000;
/// Where a part of the workbook says what it is, in bytes.
const HEAD: u64 = 1_000_000;
/// Most files in the archive.
const FILE_LIMIT: usize = 1_000;
/// Most sheets.
const SHEET_LIMIT: usize = 50;
/// Most filled rows of a sheet; also the highest row that may be filled.
const ROW_LIMIT: usize = 10_000;
/// Most columns.
const COLUMN_LIMIT: usize = 200;
/// Most bytes of text in all cells.
const TEXT_LIMIT: usize = 5_000_000;

/// Reads a form from a workbook's bytes.
pub fn read_form(bytes: &[u8]) -> Result<Form, Vec<FormError>> {
    Form::from_tables(tables(bytes).map_err(|error| vec![error])?)
}

/// The sheets of a workbook, with what is written in them.
pub fn tables(bytes: &[u8]) -> Result<Vec<Table>, FormError> {
    check_archive(bytes)?;
    // The reader is well kept, but the bytes are a stranger's: should it ever panic, that is an
    // unreadable file and no more.
    catch_unwind(|| cut(bytes)).unwrap_or_else(|_| Err(unreadable()))
}

/// The first sheet that holds anything, of a workbook that is no form, and its cells that are merged
/// downwards; a cell with an error is empty.
pub fn first_sheet(bytes: &[u8]) -> Result<(Rows, Vec<Merged>), FormError> {
    check_archive(bytes)?;
    catch_unwind(|| {
        let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| unreadable())?;
        for name in workbook.sheet_names().into_iter().take(SHEET_LIMIT) {
            let mut room = TEXT_LIMIT;
            let found = rows(&mut workbook, &name, &mut room, false)?;
            if !found.is_empty() {
                let merged = workbook.merge_cells_by_sheet_name(&name);
                return Ok((found, downwards(&merged.map_err(|_| unreadable())?)));
            }
        }
        Ok((Rows::new(), Vec::new()))
    })
    .unwrap_or_else(|_| Err(unreadable()))
}

fn downwards(merged: &[Dimensions]) -> Vec<Merged> {
    let tall = merged.iter().filter(|it| it.end.0 > it.start.0);
    tall.map(|it| Merged {
        column: it.start.1 as usize,
        first: it.start.0 as usize + 1,
        last: it.end.0 as usize + 1,
    })
    .collect()
}

fn cut(bytes: &[u8]) -> Result<Vec<Table>, FormError> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| unreadable())?;
    let names = workbook.sheet_names();
    if names.len() > SHEET_LIMIT {
        return Err(whole(
            format!("工作表超过 {SHEET_LIMIT} 张，不像是表单"),
            format!("More than {SHEET_LIMIT} sheets: this can't be a form."),
        ));
    }
    let mut room = TEXT_LIMIT;
    let mut tables = Vec::with_capacity(names.len());
    for name in names {
        // What isn't the form's own may be of any size and isn't read.
        let own = ["survey", "choices", "settings"];
        let is_own = own.contains(&name.trim().to_lowercase().as_str());
        let rows = if is_own {
            rows(&mut workbook, &name, &mut room, true)?
        } else {
            Vec::new()
        };
        tables.push(Table { name, rows });
    }
    Ok(tables)
}

/// The filled rows of a sheet, from 1, with their cells from column A on.
pub type Rows = Vec<(usize, Vec<String>)>;

fn rows(
    workbook: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    room: &mut usize,
    strict: bool,
) -> Result<Rows, FormError> {
    let mut rows: Rows = Vec::new();
    let mut cells = workbook
        .worksheet_cells_reader(name)
        .map_err(|_| unreadable())?;
    while let Some(cell) = cells.next_cell().map_err(|_| unreadable())? {
        let (row, column) = cell.get_position();
        let (row, column) = (row as usize + 1, column as usize);
        let text = match cell.get_value() {
            DataRef::Error(_) if !strict => continue,
            value => text(value, name, row)?,
        };
        if text.trim().is_empty() {
            continue;
        }
        if row > ROW_LIMIT || column >= COLUMN_LIMIT || text.len() > *room {
            return Err(at(
                name,
                row,
                format!("表太大：最多 {ROW_LIMIT} 行、{COLUMN_LIMIT} 列"),
                format!(
                    "The sheet is too large: {ROW_LIMIT} rows and {COLUMN_LIMIT} columns at most."
                ),
            ));
        }
        *room -= text.len();
        // A file may name a cell twice or in any order; rows are put in order at the end.
        let known = match rows.last() {
            Some((last, _)) if *last == row => Some(rows.len() - 1),
            _ => rows.iter().position(|(other, _)| *other == row),
        };
        let index = known.unwrap_or_else(|| {
            rows.push((row, Vec::new()));
            rows.len() - 1
        });
        let cells = &mut rows[index].1;
        if cells.len() <= column {
            cells.resize(column + 1, String::new());
        }
        cells[column] = text;
    }
    rows.sort_by_key(|(row, _)| *row);
    Ok(rows)
}

/// A cell as it would be typed: whole numbers without a point, dates as `2026-11-24`.
fn text(value: &DataRef<'_>, sheet: &str, row: usize) -> Result<String, FormError> {
    Ok(match value {
        DataRef::Empty => String::new(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(value) => if *value { "yes" } else { "no" }.to_owned(),
        DataRef::DateTime(moment) => {
            let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
            let date = format!("{year:04}-{month:02}-{day:02}");
            let time = format!("{hour:02}:{minute:02}:{second:02}");
            match (moment.as_f64() < 1.0, time == "00:00:00") {
                (true, _) => time,
                (false, true) => date,
                (false, false) => format!("{date}T{time}"),
            }
        }
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => {
            return Err(at(
                sheet,
                row,
                format!("单元格里是错误值 {error:?}"),
                format!("A cell holds the error {error:?}."),
            ));
        }
    })
}

/// Unpacks every file of the archive once, into nothing, and refuses what is too large, encrypted, or
/// carries macros or links to other files.
fn check_archive(bytes: &[u8]) -> Result<(), FormError> {
    if bytes.len() > WORKBOOK_LIMIT {
        return Err(too_large());
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| unreadable())?;
    if archive.len() > FILE_LIMIT {
        return Err(too_large());
    }
    let mut room = UNPACKED_LIMIT;
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).map_err(|_| unreadable())?;
        let name = file.name().map_err(|_| unreadable())?;
        let name = name.to_ascii_lowercase();
        if name.contains("vbaproject") || name.contains("macrosheets") {
            return Err(whole(
                "文件里有宏，请另存为不带宏的 .xlsx",
                "The file holds macros; save it as .xlsx without them.",
            ));
        }
        if name.contains("externallinks/") {
            return Err(whole(
                "文件里有指向其他文件的链接，请断开链接后再上传",
                "The file links to other files; break the links and upload it again.",
            ));
        }
        let mut head = Vec::new();
        let mut limited = file.by_ref().take(room + 1);
        // The reader takes the announced number of texts for granted and makes room for it.
        limited
            .by_ref()
            .take(HEAD)
            .read_to_end(&mut head)
            .map_err(|_| unreadable())?;
        if announced_texts(&head) > TEXT_LIMIT as u64 {
            return Err(too_large());
        }
        let rest = std::io::copy(&mut limited, &mut std::io::sink()).map_err(|_| unreadable())?;
        let taken = rest + head.len() as u64;
        if taken > room {
            return Err(too_large());
        }
        room -= taken;
    }
    Ok(())
}

/// The greatest number in a `uniqueCount`, in whatever encoding of which ASCII is a part.
fn announced_texts(head: &[u8]) -> u64 {
    let plain: String = head
        .iter()
        .filter(|byte| **byte != 0)
        .map(|byte| char::from(*byte))
        .collect();
    plain
        .split("uniqueCount")
        .skip(1)
        .map(|after| {
            let digits = after
                .trim_start_matches(|letter: char| !letter.is_ascii_alphanumeric())
                .chars()
                .take_while(char::is_ascii_digit);
            digits.fold(0_u64, |number, digit| {
                let digit = digit.to_digit(10).unwrap_or_default();
                number.saturating_mul(10).saturating_add(digit.into())
            })
        })
        .max()
        .unwrap_or_default()
}

fn too_large() -> FormError {
    whole(
        format!(
            "文件太大（展开后超过 {} MB），不像是表单",
            UNPACKED_LIMIT / 1_000_000
        ),
        format!(
            "Over {} MB when unpacked: this can't be a form.",
            UNPACKED_LIMIT / 1_000_000
        ),
    )
}

fn unreadable() -> FormError {
    whole(
        "不是可以读取的 Excel 工作簿；请用 Excel 或 WPS 另存为 .xlsx",
        "This isn't a readable workbook; save it as .xlsx with Excel or WPS.",
    )
}

fn whole(zh: impl Into<String>, en: impl Into<String>) -> FormError {
    at("", 0, zh, en)
}

fn at(sheet: &str, row: usize, zh: impl Into<String>, en: impl Into<String>) -> FormError {
    FormError {
        sheet: sheet
            .chars()
            .filter(|letter| !letter.is_control())
            .take(64)
            .collect(),
        row,
        column: String::new(),
        message: Text::new(zh, en),
    }
}
