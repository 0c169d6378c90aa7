//! A table as offices hand it over: the filled rows of a sheet, or what was pasted out of one.
//!
//! Leaves out workbooks (the server reads them) and what the table means.

use serde::{Deserialize, Serialize};

/// Most columns; what stands further right is left out.
pub const COLUMN_LIMIT: usize = 200;

/// The filled rows of a table with their numbers, from 1.
pub type Rows = Vec<(usize, Vec<String>)>;

/// Cells of a column that are merged: what the first row says holds for all rows up to the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merged {
    /// From 0.
    pub column: usize,
    pub first: usize,
    pub last: usize,
}

impl Merged {
    /// Whether the cell reads as blank because of this.
    pub fn covers(&self, row: usize, column: usize) -> bool {
        self.column == column && self.first < row && row <= self.last
    }
}

/// The rows of pasted text: cells between tabs as Excel copies them, else between commas; quoted cells
/// may hold lines.
pub fn pasted(text: &str) -> Rows {
    let text = text.trim_start_matches('\u{feff}');
    let separator = if text.contains('\t') { '\t' } else { ',' };
    let mut rows = Rows::new();
    let mut cells: Vec<String> = Vec::new();
    let mut cell = String::new();
    let mut quoted = false;
    let mut number = 1;
    let mut letters = text.chars().peekable();
    let mut end = |cells: &mut Vec<String>, number: &mut usize| {
        let row = std::mem::take(cells);
        if row.iter().any(|cell| !cell.trim().is_empty()) {
            rows.push((*number, row));
        }
        *number += 1;
    };
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                cell.push('"');
                letters.next();
            }
            '"' if quoted => quoted = false,
            '"' if cell.is_empty() => quoted = true,
            '\r' if !quoted => {}
            '\n' if !quoted => {
                cells.push(std::mem::take(&mut cell));
                end(&mut cells, &mut number);
            }
            letter if letter == separator && !quoted => {
                let cell = std::mem::take(&mut cell);
                if cells.len() < COLUMN_LIMIT {
                    cells.push(cell);
                }
            }
            letter => cell.push(letter),
        }
    }
    cells.push(cell);
    end(&mut cells, &mut number);
    rows
}
