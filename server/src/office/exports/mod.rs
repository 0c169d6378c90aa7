//! The office's tables as they are taken away: one address for each, a workbook ready to print or CSV.
//!
//! Leaves out tables that need more than a year to be asked for: service hours, self-assessments, rosters,
//! premises, the records of one form.

mod lists;
mod material;

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use chrono::NaiveDate;
use domain::{Lang, OrganizationId, Timestamp, permission::Ability};
use serde::Deserialize;
use sqlx::AnyConnection;

use super::{
    download,
    evidence::check_year,
    organization_name,
    subjects::{self, start_of, today},
};
use crate::{
    AppState, Error, Result, audit,
    auth::Member,
    extract::Query,
    reports::table::{Table, workbook},
};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/office/table.xlsx", get(as_workbook))
        .route("/api/office/table.csv", get(as_csv))
}

#[derive(Deserialize)]
struct Asked {
    /// `tasks`, `records`, …
    #[serde(default)]
    of: String,
    year: Option<i32>,
    #[serde(default)]
    lang: Lang,
}

/// What a table is made for.
struct Wanted {
    organization: OrganizationId,
    unit: String,
    year: i32,
    today: NaiveDate,
    lang: Lang,
}

impl Wanted {
    fn pick<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.lang.pick(zh, en)
    }

    /// A table under this name, with the unit before it.
    fn table(&self, name: (&str, &str), columns: &[(&str, f64)]) -> Table {
        let name = self.pick(name.0, name.1);
        let mut table = Table::new(name, &format!("{} {name}", self.unit), columns);
        table.landscape = true;
        table
    }

    /// The moments between which the year lies.
    fn span(&self) -> (Timestamp, Timestamp) {
        let first = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
        (start_of(first(self.year)), start_of(first(self.year + 1)))
    }
}

async fn as_workbook(
    State(state): State<AppState>,
    member: Member,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let (wanted, table) = begin(&state, &member, &asked).await?;
    let bytes = workbook(std::slice::from_ref(&table), wanted.lang)?;
    let title = format!("{} {}.xlsx", wanted.unit, table.name);
    let plain = format!("{}.xlsx", asked.of);
    Ok((download::headers(download::XLSX, &plain, &title), bytes).into_response())
}

async fn as_csv(
    State(state): State<AppState>,
    member: Member,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let (wanted, table) = begin(&state, &member, &asked).await?;
    let title = format!("{} {}.csv", wanted.unit, table.name);
    let plain = format!("{}.csv", asked.of);
    let headers = download::headers(download::CSV, &plain, &title);
    Ok((headers, table.to_csv()).into_response())
}

/// The table, and a line in the audit: it leaves the system, and who took it is kept.
async fn begin(state: &AppState, member: &Member, asked: &Asked) -> Result<(Wanted, Table)> {
    let name = asked.of.as_str();
    member.require(match name {
        "activities" => Ability::EditActivities,
        "tasks" | "rectifications" => Ability::EditTasks,
        _ => Ability::Review,
    })?;
    let now = state.clock.now();
    let year = asked
        .year
        .map_or_else(|| Ok(subjects::year(now)), check_year)?;
    let organization = member.organization_id;
    let mut connection = state.db.snapshot().await?;
    let wanted = Wanted {
        organization,
        unit: organization_name(&mut connection, organization).await?,
        year,
        today: today(now),
        lang: asked.lang,
    };
    let table = make(&mut connection, &wanted, name).await?;
    drop(connection);
    let mut tx = state.db.begin_for(organization).await?;
    let detail = format!("{name} {year} {} rows", table.rows.len());
    audit::by(&mut tx, member, now, "table_export", None, &detail).await?;
    tx.commit().await?;
    Ok((wanted, table))
}

async fn make(connection: &mut AnyConnection, wanted: &Wanted, name: &str) -> Result<Table> {
    match name {
        "activities" => lists::activities(connection, wanted).await,
        "evidence" => material::ledger(connection, wanted).await,
        "files" => material::files(connection, wanted).await,
        "people" => lists::people(connection, wanted).await,
        "records" => material::records(connection, wanted).await,
        "rectifications" => lists::rectifications(connection, wanted).await,
        "standard" => material::standard(connection, wanted).await,
        "tasks" => lists::tasks(connection, wanted).await,
        _ => Err(Error::NotFound),
    }
}
