//! Tables that an office brings: a workbook's first sheet, or pasted text.

use axum::{body::Bytes, extract::rejection::BytesRejection, http::StatusCode};
use tokio::sync::Semaphore;

use crate::{Error, Result, areas::forms::workbook::first_sheet, extract::body_error};

/// Most rows of one table.
pub(super) const ROW_LIMIT: usize = 5_000;
/// Most columns; what stands further right is left out.
const COLUMN_LIMIT: usize = 200;

/// So many files are read at once; each may take tens of megabytes for a moment.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// The filled rows of a table with their numbers, from 1.
pub(super) type Rows = Vec<(usize, Vec<String>)>;

/// Reads a request's body and hands its rows to `understand`; beside the requests, because unpacking a
/// workbook takes its time.
pub(super) async fn read<T: Send + 'static>(
    body: std::result::Result<Bytes, BytesRejection>,
    understand: impl FnOnce(&Rows) -> Result<T> + Send + 'static,
) -> Result<T> {
    let body = body.map_err(|error| body_error(error.status(), &error.body_text()))?;
    let _turn = AT_ONCE.acquire().await.map_err(Error::internal)?;
    let read = tokio::task::spawn_blocking(move || understand(&rows(&body)?));
    read.await.map_err(Error::internal)?
}

/// A table that can't be read, and what to do.
pub(super) fn unreadable(zh: impl Into<String>, en: impl Into<String>) -> Error {
    Error::refused(StatusCode::UNPROCESSABLE_ENTITY, "table_unreadable", zh, en)
}

fn rows(body: &[u8]) -> Result<Rows> {
    let rows = if body.starts_with(b"PK") {
        first_sheet(body).map_err(|error| unreadable(error.message.zh, error.message.en))?
    } else {
        let text = std::str::from_utf8(body).map_err(|_| {
            unreadable(
                "文件不是 .xlsx，文字编码也认不出；请用 Excel 或 WPS 另存为 .xlsx",
                "This is no .xlsx, and its text can't be read. Please save it as .xlsx",
            )
        })?;
        pasted(text)
    };
    if rows.len() > ROW_LIMIT {
        return Err(unreadable(
            format!("一次最多 {ROW_LIMIT} 行，请分几次导入"),
            format!("{ROW_LIMIT} rows at once at most. Please import it in parts"),
        ));
    }
    Ok(rows)
}

/// The rows of pasted text: cells between tabs as Excel copies them, else between commas; quoted cells
/// may hold lines.
pub(super) fn pasted(text: &str) -> Rows {
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
