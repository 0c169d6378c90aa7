//! Cuts XLSForm's Markdown notation into sheets, as pyxform does.
//!
//! Stricter than pyxform where it would drop text in silence: a line that is neither a table's row nor
//! a comment, a cell without a header, and a sheet that Minglu doesn't know are errors.

use super::{CELL_LIMIT, Errors, Place, Row, Sheet};

const SHEETS: [&str; 3] = ["survey", "choices", "settings"];

pub(super) fn sheets(text: &str, errors: &mut Errors) -> Vec<Sheet> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut sheets: Vec<Sheet> = Vec::new();
    // Rows of a refused sheet are skipped, so that one error doesn't bring a hundred.
    let mut skipping = false;
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') || is_separator(line) {
            continue;
        }
        let sheet = sheets
            .last()
            .map_or_else(String::new, |sheet| sheet.name.clone());
        let place = Place {
            sheet: &sheet,
            row: number,
            column: "",
        };
        let mut cells = match cells(line) {
            Ok(cells) => cells,
            Err((zh, en)) => {
                errors.say(place, zh, en);
                continue;
            }
        };
        if cells
            .iter()
            .any(|cell| cell.chars().nth(CELL_LIMIT).is_some())
        {
            errors.say(place, "单元格太长", "A cell is too long.");
            continue;
        }
        if line.contains(|letter: char| letter.is_control() && letter != '\t') {
            errors.say(place, "含有控制字符", "There is a control character.");
            continue;
        }
        let first = cells.remove(0);
        if !first.is_empty() {
            skipping = !start(&mut sheets, &first, number, errors);
        } else if sheets.is_empty() && !skipping {
            skipping = true;
            errors.say(
                place,
                "表格的第一格要写表名：survey、choices 或 settings",
                "The first cell must name the sheet: survey, choices or settings.",
            );
        }
        if skipping {
            continue;
        }
        if cells.iter().all(String::is_empty) {
            continue;
        }
        let Some(sheet) = sheets.last_mut() else {
            continue;
        };
        if sheet.headers.is_empty() {
            sheet.headers = cells;
            sheet.header_row = number;
        } else {
            sheet.rows.push(Row { number, cells });
        }
    }
    sheets
}

/// Starts a sheet; false when it is refused.
fn start(sheets: &mut Vec<Sheet>, name: &str, row: usize, errors: &mut Errors) -> bool {
    let lower = name.to_lowercase();
    let place = Place {
        sheet: name,
        row,
        column: "",
    };
    if !SHEETS.contains(&lower.as_str()) {
        errors.say(
            place,
            "暂不支持这张表，可用 survey、choices、settings",
            "This sheet isn't supported yet; use survey, choices and settings.",
        );
        return false;
    }
    if sheets.iter().any(|sheet| sheet.name == lower) {
        errors.say(place, "这张表出现了两次", "This sheet appears twice.");
        return false;
    }
    sheets.push(Sheet {
        name: lower,
        header_row: row,
        headers: Vec::new(),
        rows: Vec::new(),
    });
    true
}

fn is_separator(line: &str) -> bool {
    line.contains('-')
        && line
            .chars()
            .all(|letter| matches!(letter, '|' | '-' | ':' | ' '))
}

/// The cells of `| a | b |`, trimmed, with `\|` as `|`; a comment may follow the last pipe.
fn cells(line: &str) -> Result<Vec<String>, (&'static str, &'static str)> {
    let Some(rest) = line.strip_prefix('|') else {
        return Err(if line.contains('｜') {
            (
                "这一行用了全角 “｜”，请改成半角 “|”",
                "This line uses the full-width “｜”; write “|”.",
            )
        } else {
            (
                "每行要以 “|” 开头；注释以 “#” 开头",
                "Each line starts with “|”, a comment with “#”.",
            )
        });
    };
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut letters = rest.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if letters.peek() == Some(&'|') => {
                letters.next();
                cell.push('|');
            }
            '|' => cells.push(std::mem::take(&mut cell).trim().to_owned()),
            _ => cell.push(letter),
        }
    }
    let after = cell.trim();
    if cells.is_empty() || !(after.is_empty() || after.starts_with('#')) {
        return Err(("这一行末尾缺少 “|”", "This line lacks its closing “|”."));
    }
    Ok(cells)
}
