//! Tables that an office brings: a workbook's first sheet, or text with tabs or commas in UTF-8 or in GBK,
//! which is what Excel writes as CSV in China.

use axum::{body::Bytes, extract::rejection::BytesRejection, http::StatusCode};
use domain::sheet::{Merged, Rows, pasted};
use tokio::sync::Semaphore;

use crate::{Error, Result, areas::forms::workbook::first_sheet, extract::body_error};

/// Most rows of one table.
pub(super) const ROW_LIMIT: usize = 5_000;

/// So many files are read at once; each may take tens of megabytes for a moment.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// Reads a request's body and hands its rows to `understand`.
pub(super) async fn read<T: Send + 'static>(
    body: std::result::Result<Bytes, BytesRejection>,
    understand: impl FnOnce(&Rows) -> Result<T> + Send + 'static,
) -> Result<T> {
    let body = body.map_err(|error| body_error(error.status(), &error.body_text()))?;
    apart(move || {
        let (mut rows, merged) = rows_with_merged(&body)?;
        fill_down(&mut rows, &merged.unwrap_or_default());
        if rows.len() > ROW_LIMIT {
            return Err(unreadable(
                format!("一次最多 {ROW_LIMIT} 行，请分几次导入"),
                format!("{ROW_LIMIT} rows at once at most. Please import it in parts"),
            ));
        }
        understand(&rows)
    })
    .await?
}

/// Reads a file beside the requests, because unpacking a workbook takes its time.
pub(super) async fn apart<T: Send + 'static>(
    read: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    let _turn = AT_ONCE.acquire().await.map_err(Error::internal)?;
    tokio::task::spawn_blocking(read)
        .await
        .map_err(Error::internal)
}

/// What stands in a merged cell holds for all of its rows.
fn fill_down(rows: &mut Rows, merged: &[Merged]) {
    for cells in merged {
        let first = rows.iter().find(|(number, _)| *number == cells.first);
        let Some(text) = first.and_then(|(_, row)| row.get(cells.column)).cloned() else {
            continue;
        };
        for (number, row) in rows.iter_mut() {
            if !cells.covers(*number, cells.column) {
                continue;
            }
            // A row ends with its last filled cell.
            if row.len() <= cells.column {
                row.resize(cells.column + 1, String::new());
            }
            if row[cells.column].trim().is_empty() {
                row[cells.column].clone_from(&text);
            }
        }
    }
}

/// The filled rows with the cells that are merged, which only a workbook tells.
pub(super) fn rows_with_merged(body: &[u8]) -> Result<(Rows, Option<Vec<Merged>>)> {
    if !body.starts_with(b"PK") {
        return Ok((pasted(&text(body)?), None));
    }
    let read = first_sheet(body);
    let (rows, merged) = read.map_err(|error| unreadable(error.message.zh, error.message.en))?;
    Ok((rows, Some(merged)))
}

/// Text in UTF-8, with a byte-order mark or without, else in UTF-16 with one, else in GBK.
pub(super) fn text(body: &[u8]) -> Result<String> {
    if let Ok(text) = std::str::from_utf8(body) {
        return Ok(text.to_owned());
    }
    let encoding = match body {
        [0xff, 0xfe, ..] => encoding_rs::UTF_16LE,
        [0xfe, 0xff, ..] => encoding_rs::UTF_16BE,
        _ => encoding_rs::GB18030,
    };
    let (text, _, has_errors) = encoding.decode(body);
    if has_errors || text.contains('\0') {
        return Err(unreadable(
            "文件不是 .xlsx，文字编码也认不出；请用 Excel 或 WPS 另存为 .xlsx",
            "This is no .xlsx, and its text can't be read. Please save it as .xlsx",
        ));
    }
    Ok(text.into_owned())
}

/// A table that can't be read, and what to do.
pub(super) fn unreadable(zh: impl Into<String>, en: impl Into<String>) -> Error {
    Error::refused(StatusCode::UNPROCESSABLE_ENTITY, "table_unreadable", zh, en)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_is_read_in_the_encodings_that_excel_writes() {
        let text = "测评标准,分值\r\n有机构,1\r\n";
        let wanted = pasted(text);
        let (gbk, _, _) = encoding_rs::GBK.encode(text);
        let mut utf16 = vec![0xff, 0xfe];
        utf16.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        let marked = format!("\u{feff}{text}");
        for body in [text.as_bytes(), &gbk, &utf16, marked.as_bytes()] {
            assert_eq!(rows_with_merged(body).expect("a table").0, wanted);
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        for body in [
            &b"\x89PNG\r\n\x1a\n\0\0"[..],
            b"\xff\xff\xff",
            b"PK\x03\x04",
        ] {
            assert!(rows_with_merged(body).is_err());
        }
    }

    #[test]
    fn what_is_merged_holds_for_all_of_its_rows() {
        let mut rows = pasted("任务\t科室\n一\t办公室\n二\n三\t工会\n四\t\n");
        let merged = Merged {
            column: 1,
            first: 2,
            last: 3,
        };
        fill_down(&mut rows, &[merged]);
        let second: Vec<&str> = rows.iter().map(|(_, row)| row[1].as_str()).collect();
        assert_eq!(second, ["科室", "办公室", "办公室", "工会", ""]);
    }
}
