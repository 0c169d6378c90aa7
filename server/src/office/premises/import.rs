//! The import of premises from a workbook or a pasted table: first what would come of it, row by row,
//! then the rows that are right.

use std::collections::HashMap;

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State, rejection::BytesRejection},
    routing::post,
};
use domain::{
    PremisesId, Row,
    api::premises::{Import, ImportPreview, Imported, PremisesInput},
    areas::premises::Premises,
    permission::Ability,
    sheet::Rows,
};

use super::table::{self, keys};
use crate::{
    AppState, Error, Result,
    areas::{
        forms::workbook::WORKBOOK_LIMIT,
        premises::{input, store},
    },
    audit,
    auth::Member,
    extract::Json,
    feed, ids,
    office::tables::{self, ROW_LIMIT, unreadable},
};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/office/premises/preview", post(preview))
        .layer(DefaultBodyLimit::max(WORKBOOK_LIMIT))
        .route("/api/office/premises/import", post(import))
}

async fn preview(
    State(state): State<AppState>,
    member: Member,
    body: std::result::Result<Bytes, BytesRejection>,
) -> Result<Json<ImportPreview>> {
    member.require(Ability::EditPremises)?;
    let mut preview = tables::read(body, read).await?;
    let mut connection = state.db.read().acquire().await?;
    let known = known(&store::list(&mut connection, member.organization_id).await?);
    for row in &mut preview.rows {
        row.known = find(&known, &row.input);
    }
    Ok(Json(preview))
}

fn read(rows: &Rows) -> Result<ImportPreview> {
    table::read(rows).ok_or_else(|| {
        unreadable(
            "找不到表头：需要一行写有“单位名称”和“地址”“类别”等列名，请补上后再导入",
            "No heading was found: one row must name the columns, such as name, kind and address. Please add it and import again",
        )
    })
}

async fn import(
    State(state): State<AppState>,
    member: Member,
    Json(import): Json<Import>,
) -> Result<Json<Imported>> {
    member.require(Ability::EditPremises)?;
    if import.rows.is_empty() {
        return Err(Error::invalid(
            "rows",
            "没有可以导入的行，请先检查表格",
            "There is nothing to import. Please look at the table first",
        ));
    }
    if import.rows.len() > ROW_LIMIT {
        return Err(Error::invalid(
            "rows",
            format!("一次最多 {ROW_LIMIT} 行"),
            format!("{ROW_LIMIT} rows at once at most"),
        ));
    }
    let organization = member.organization_id;
    let mut tx = state.db.begin_for(organization).await?;
    feed::lock(&mut tx, organization).await?;
    let mut known = known(&store::list(&mut tx, organization).await?);
    let mut rows = Vec::new();
    let mut left_out = 0;
    for typed in import.rows {
        let typed = input::tidy(typed);
        if !input::wrong(&typed).is_empty() || find(&known, &typed).is_some() {
            left_out += 1;
            continue;
        }
        let id: PremisesId = ids::new(&state.clock);
        known.extend(keys(&typed).into_iter().map(|key| (key, id)));
        let premises = input::apply(id, 0, typed);
        store::put(&mut tx, organization, &premises).await?;
        rows.push(Row::Premises(Box::new(premises)));
    }
    let added = rows.len() as i64;
    let detail = format!("{added} rows");
    audit::by(
        &mut tx,
        &member,
        state.clock.now(),
        "premises_import",
        None,
        &detail,
    )
    .await?;
    feed::publish(&mut tx, organization, &rows).await?;
    tx.commit().await?;
    Ok(Json(Imported { added, left_out }))
}

/// Premises by what makes them the same as a row.
fn known(list: &[Premises]) -> HashMap<String, PremisesId> {
    let mut known = HashMap::new();
    for premises in list {
        known.insert(
            format!("{}\n{}", premises.name, premises.address),
            premises.id,
        );
        if !premises.credit_code.is_empty() {
            known.insert(premises.credit_code.clone(), premises.id);
        }
    }
    known
}

fn find(known: &HashMap<String, PremisesId>, input: &PremisesInput) -> Option<PremisesId> {
    keys(input).iter().find_map(|key| known.get(key)).copied()
}
