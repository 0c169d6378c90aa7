//! Takes a workbook's tables as sheets, cleaned as Markdown's are.
//!
//! Leaves out opening the workbook (the server's).

use super::{CELL_LIMIT, Errors, Place, Row, Sheet};

/// A sheet of a workbook: each filled row with its number, from 1, and its cells from column A on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub name: String,
    pub rows: Vec<(usize, Vec<String>)>,
}

const SHEETS: [&str; 3] = ["survey", "choices", "settings"];

/// Sheets of XLSForm that would change what the form asks or stores.
const REFUSED: [&str; 3] = ["external_choices", "entities", "osm"];

pub(super) fn sheets(tables: Vec<Table>, errors: &mut Errors) -> Vec<Sheet> {
    let mut sheets: Vec<Sheet> = Vec::new();
    for table in tables {
        let name = table.name.trim().to_lowercase();
        let place = Place {
            sheet: &table.name,
            row: 0,
            column: "",
        };
        if REFUSED.contains(&name.as_str()) {
            errors.say(
                place,
                "暂不支持这张表，可用 survey、choices、settings",
                "This sheet isn't supported yet; use survey, choices and settings.",
            );
        }
        if !SHEETS.contains(&name.as_str()) {
            continue;
        }
        if sheets.iter().any(|sheet| sheet.name == name) {
            errors.say(place, "这张表出现了两次", "This sheet appears twice.");
            continue;
        }
        sheets.push(sheet(name, table.rows, errors));
    }
    sheets
}

fn sheet(name: String, rows: Vec<(usize, Vec<String>)>, errors: &mut Errors) -> Sheet {
    let mut sheet = Sheet {
        name,
        header_row: 1,
        headers: Vec::new(),
        rows: Vec::new(),
    };
    for (number, cells) in rows {
        let place = Place {
            sheet: &sheet.name,
            row: number,
            column: "",
        };
        let cells: Vec<String> = cells
            .iter()
            .map(|cell| cell.replace("\r\n", "\n").trim().to_owned())
            .collect();
        if cells.iter().all(String::is_empty) {
            continue;
        }
        let too_long = |cell: &String| cell.chars().nth(CELL_LIMIT).is_some();
        let controls = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\t');
        if cells.iter().any(too_long) {
            errors.say(place, "单元格太长", "A cell is too long.");
        } else if cells.iter().any(|cell| cell.contains(controls)) {
            errors.say(place, "含有控制字符", "There is a control character.");
        } else if sheet.headers.is_empty() {
            sheet.headers = cells;
            sheet.header_row = number;
        } else {
            sheet.rows.push(Row { number, cells });
        }
    }
    sheet
}
