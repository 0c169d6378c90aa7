//! Reads the built-in tables: comma-separated, quotes where a cell holds a comma, first line names.
//!
//! Leaves out what other people's files need (encodings, separators, merged cells).

use std::collections::HashMap;

/// One line of a table.
pub(super) struct Record<'a> {
    columns: &'a HashMap<String, usize>,
    cells: &'a [String],
}

impl<'a> Record<'a> {
    /// The cell in the named column; empty where there is none.
    pub(super) fn get(&self, column: &str) -> &'a str {
        self.columns
            .get(column)
            .and_then(|index| self.cells.get(*index))
            .map_or("", String::as_str)
    }

    /// The cell, or `None` where it is empty.
    pub(super) fn optional(&self, column: &str) -> Option<&'a str> {
        Some(self.get(column)).filter(|cell| !cell.is_empty())
    }
}

pub(super) struct Table {
    columns: HashMap<String, usize>,
    lines: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn read(text: &str) -> Self {
        let mut lines = text
            .trim_start_matches('\u{feff}')
            .lines()
            .filter(|line| !line.is_empty())
            .map(cells);
        let columns = lines
            .next()
            .unwrap_or_default()
            .into_iter()
            .zip(0..)
            .collect();
        Self {
            columns,
            lines: lines.collect(),
        }
    }

    pub(super) fn records(&self) -> impl Iterator<Item = Record<'_>> {
        self.lines.iter().map(|cells| Record {
            columns: &self.columns,
            cells,
        })
    }
}

fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                push(&mut cells, '"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            other => push(&mut cells, other),
        }
    }
    cells
}

fn push(cells: &mut [String], character: char) {
    if let Some(cell) = cells.last_mut() {
        cell.push(character);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_cell_keeps_its_commas_and_quotes() {
        let table = Table::read("a,b\n\"1,2\",\"say \"\"hi\"\"\"\n,x\n");
        let read: Vec<(&str, &str)> = table
            .records()
            .map(|record| (record.get("a"), record.get("b")))
            .collect();
        assert_eq!(read, [("1,2", "say \"hi\""), ("", "x")]);
    }
}
