//! A file or a corrected table is read into a standard; nothing is written.

use axum::{
    body::Bytes,
    extract::{State, rejection::BytesRejection},
};
use domain::{
    OrganizationId,
    areas::standards::Standard,
    permission::Ability,
    standard_check::check,
    standard_table::{self, Reading, Sheet},
};

use crate::{
    AppState, Result,
    areas::standards::store,
    auth::Member,
    extract::{Json, body_error},
    office::tables::{self, apart, unreadable},
};

pub(super) async fn file(
    State(state): State<AppState>,
    member: Member,
    body: std::result::Result<Bytes, BytesRejection>,
) -> Result<Json<Reading>> {
    member.require(Ability::ManageStandards)?;
    let current = current(&state, member.organization_id).await?;
    let body = body.map_err(|error| body_error(error.status(), &error.body_text()))?;
    apart(move || {
        let starts = body
            .iter()
            .find(|byte| !b"\xef\xbb\xbf \t\r\n".contains(byte));
        if starts == Some(&b'{') {
            return json(&body);
        }
        let (rows, merged) = tables::rows_with_merged(&body)?;
        let sheet = Sheet {
            rows,
            merged,
            ..Sheet::default()
        };
        table(sheet, current.as_ref())
    })
    .await?
    .map(Json)
}

async fn current(state: &AppState, organization: OrganizationId) -> Result<Option<Standard>> {
    let mut connection = state.db.read().acquire().await?;
    let current = store::current(&mut connection, organization).await?;
    Ok(current.map(|version| version.standard))
}

pub(super) async fn sheet(
    State(state): State<AppState>,
    member: Member,
    Json(sheet): Json<Sheet>,
) -> Result<Json<Reading>> {
    member.require(Ability::ManageStandards)?;
    let current = current(&state, member.organization_id).await?;
    apart(move || table(sheet, current.as_ref()))
        .await?
        .map(Json)
}

fn table(sheet: Sheet, current: Option<&Standard>) -> Result<Reading> {
    let reading = standard_table::read(sheet).map_err(|error| {
        let words = error.words();
        unreadable(words.zh, words.en)
    })?;
    Ok(match current {
        Some(current) => reading.beside(current),
        None => reading,
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
