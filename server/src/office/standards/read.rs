//! A file or a corrected table is read into a standard; nothing is written.

use axum::{
    body::Bytes,
    extract::{State, rejection::BytesRejection},
};
use domain::{
    areas::standards::Standard,
    permission::Ability,
    standard_check::check,
    standard_table::{self, Reading, Sheet},
};

use crate::{
    AppState, Result,
    auth::Member,
    extract::{Json, body_error},
    office::tables::{self, apart, unreadable},
};

pub(super) async fn file(
    State(_): State<AppState>,
    member: Member,
    body: std::result::Result<Bytes, BytesRejection>,
) -> Result<Json<Reading>> {
    member.require(Ability::ManageStandards)?;
    let body = body.map_err(|error| body_error(error.status(), &error.body_text()))?;
    apart(move || {
        let starts = body
            .iter()
            .find(|byte| !b"\xef\xbb\xbf \t\r\n".contains(byte));
        if starts == Some(&b'{') {
            return json(&body);
        }
        let (rows, merged) = tables::rows_with_merged(&body)?;
        table(Sheet {
            rows,
            merged,
            ..Sheet::default()
        })
    })
    .await?
    .map(Json)
}

pub(super) async fn sheet(
    State(_): State<AppState>,
    member: Member,
    Json(sheet): Json<Sheet>,
) -> Result<Json<Reading>> {
    member.require(Ability::ManageStandards)?;
    apart(move || table(sheet)).await?.map(Json)
}

fn table(sheet: Sheet) -> Result<Reading> {
    standard_table::read(sheet).map_err(|error| {
        let words = error.words();
        unreadable(words.zh, words.en)
    })
}

/// Our own format, in full.
fn json(body: &[u8]) -> Result<Reading> {
    let text = tables::text(body)?;
    let read = serde_json::from_str::<Standard>(text.trim_start_matches('\u{feff}'));
    let standard = read.map_err(|error| {
        let (line, column) = (error.line(), error.column());
        unreadable(
            format!("这份 JSON 不是测评标准：第 {line} 行第 {column} 个字符处读不下去，请核对格式"),
            format!("This JSON is no standard: it can't be read at line {line}, column {column}. Please check it"),
        )
    })?;
    Ok(Reading {
        sheet: Sheet::default(),
        remarks: check(&standard),
        standard,
        places: std::collections::BTreeMap::new(),
    })
}
