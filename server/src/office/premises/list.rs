//! The list of premises with what is open there, and one of them with its whole history.

use std::collections::{BTreeSet, HashMap};

use axum::{
    Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use chrono::NaiveDate;
use domain::{
    Lang, OrganizationId, PremisesId, Timestamp,
    api::premises::{PremisesDetail, PremisesFilter, PremisesLine, PremisesShow},
    areas::premises::{Premises, half_width},
    permission::Ability,
    row::form_row_id,
    time::UTC_OFFSET_MINUTES,
    visits::{History, Visit},
};
use serde::Deserialize;
use sqlx::{AnyConnection, Row as _};
use uuid::Uuid;

use super::workbook;
use crate::{
    AppState, Error, Result,
    areas::{forms, premises::store, sync::visits},
    audit,
    auth::Member,
    extract::{Json, Path, Query, revised},
    office::names,
};

/// So many records are read at once.
const VISITS: usize = 500;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/office/premises", get(list))
        .route("/api/office/premises/list.xlsx", get(download))
        .route("/api/office/premises/{id}", get(detail))
}

async fn list(
    State(state): State<AppState>,
    member: Member,
    Query(filter): Query<PremisesFilter>,
) -> Result<Json<Vec<PremisesLine>>> {
    member.require(Ability::EditPremises)?;
    let today = today(state.clock.now());
    let mut connection = state.db.snapshot().await?;
    lines(&mut connection, member.organization_id, &filter, today)
        .await
        .map(Json)
}

#[derive(Deserialize)]
struct Language {
    #[serde(default)]
    lang: Lang,
}

async fn download(
    State(state): State<AppState>,
    member: Member,
    Query(filter): Query<PremisesFilter>,
    Query(Language { lang }): Query<Language>,
) -> Result<Response> {
    member.require(Ability::EditPremises)?;
    let now = state.clock.now();
    // Read before the turn to write, which others wait for.
    let mut connection = state.db.snapshot().await?;
    let lines = lines(&mut connection, member.organization_id, &filter, today(now)).await?;
    drop(connection);
    let mut tx = state.db.begin_for(member.organization_id).await?;
    // The list leaves the system with this file: who took it is kept.
    let detail = format!("{} rows", lines.len());
    audit::by(&mut tx, &member, now, "premises_export", None, &detail).await?;
    tx.commit().await?;
    let bytes = workbook::write(&lines, lang).map_err(Error::internal)?;
    let headers = [
        (
            header::CONTENT_TYPE,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"premises.xlsx\"; filename*=UTF-8''%E7%9B%91%E7%AE%A1%E5%8D%95%E4%BD%8D.xlsx",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, bytes).into_response())
}

async fn detail(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<PremisesId>,
) -> Result<Response> {
    member.require(Ability::EditPremises)?;
    let organization = member.organization_id;
    let mut connection = state.db.snapshot().await?;
    let premises = store::find(&mut connection, organization, id)
        .await?
        .ok_or(Error::NotFound)?;
    let history = History::of(visits_of(&mut connection, organization, Some(id)).await?);
    let wanted: BTreeSet<Uuid> = history
        .visits
        .iter()
        .map(|visit| form_row_id(&visit.form_id, &visit.form_version))
        .collect();
    let wanted: Vec<Uuid> = wanted.into_iter().collect();
    let rows = forms::store::load(&mut connection, organization, &wanted).await?;
    let authors = history.visits.iter().map(|visit| visit.author_id).collect();
    let people = names::people(&mut connection, organization, &authors).await?;
    Ok(revised(
        premises.revision,
        PremisesDetail {
            premises,
            history,
            forms: rows.into_iter().map(|row| row.form).collect(),
            people,
        },
    ))
}

/// The visits of one of the premises, or of all.
async fn visits_of(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    id: Option<PremisesId>,
) -> Result<Vec<Visit>> {
    let rows = match id {
        Some(id) => {
            sqlx::query(
                "select id from submissions where organization_id = $1 and premises_id = $2",
            )
            .bind(organization.to_string())
            .bind(id.to_string())
            .fetch_all(&mut *connection)
            .await?
        }
        None => {
            sqlx::query(
                "select id from submissions
                 where organization_id = $1 and premises_id is not null",
            )
            .bind(organization.to_string())
            .fetch_all(&mut *connection)
            .await?
        }
    };
    let mut ids: Vec<Uuid> = Vec::with_capacity(rows.len());
    for row in rows {
        ids.push(row.try_get::<String, _>("id")?.parse()?);
    }
    // In pieces: of a record with all its answers, what stays is small.
    let mut visits = Vec::with_capacity(ids.len());
    for piece in ids.chunks(VISITS) {
        visits.extend(visits::load(&mut *connection, organization, piece).await?);
    }
    Ok(visits)
}

async fn lines(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    filter: &PremisesFilter,
    today: NaiveDate,
) -> Result<Vec<PremisesLine>> {
    let all = store::list(connection, organization).await?;
    let mut visits: HashMap<PremisesId, Vec<Visit>> = HashMap::new();
    for visit in visits_of(connection, organization, None).await? {
        visits.entry(visit.premises_id).or_default().push(visit);
    }
    let mut lines: Vec<PremisesLine> = all
        .into_iter()
        .filter(|premises| matches(premises, filter))
        .map(|premises| {
            let history = History::of(visits.remove(&premises.id).unwrap_or_default());
            PremisesLine {
                last_visit: history.last_visit().map(|visit| visit.at),
                visits: history.visits.len() as i64,
                open: history.open().count() as i64,
                due: history.next_due(),
                overdue: history.is_overdue(today),
                premises,
            }
        })
        .filter(|line| is_shown(line, filter.show))
        .collect();
    // The most pressing first: overdue, then by deadline; the rest keep their order by name.
    lines.sort_by_key(|line| {
        (
            !line.overdue,
            line.open == 0,
            line.due.unwrap_or(NaiveDate::MAX),
        )
    });
    Ok(lines)
}

fn matches(premises: &Premises, filter: &PremisesFilter) -> bool {
    if filter.kind.is_some_and(|kind| kind != premises.kind) {
        return false;
    }
    if premises.active == (filter.show == Some(PremisesShow::Inactive)) {
        return false;
    }
    let wanted = half_width(filter.q.as_deref().unwrap_or_default()).to_lowercase();
    let texts = [
        &premises.name,
        &premises.address,
        &premises.credit_code,
        &premises.official_no,
        &premises.phone,
    ];
    wanted
        .split_whitespace()
        .all(|word| texts.iter().any(|text| text.to_lowercase().contains(word)))
}

fn is_shown(line: &PremisesLine, show: Option<PremisesShow>) -> bool {
    match show {
        None | Some(PremisesShow::Inactive) => true,
        Some(PremisesShow::Open) => line.open > 0,
        Some(PremisesShow::Overdue) => line.overdue,
        Some(PremisesShow::Unvisited) => line.visits == 0,
    }
}

fn today(now: Timestamp) -> NaiveDate {
    now.civil(UTC_OFFSET_MINUTES)
        .map(|at| at.date())
        .unwrap_or_default()
}
