//! Evidence packs: a year's material of an item, a project or the whole standard, as an assessor takes
//! it. What would be in one, an item's sheet, and the archive itself.
//!
//! Leaves out who maps what to which item (the evidence ledger) and how a pack is checked
//! (`cli::pack`).

mod archive;
mod catalogue;
mod gather;
mod packets;
mod progress;
mod records;
mod redact;
mod sheet;
mod sources;
mod store;

use std::sync::{Arc, LazyLock};

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use chrono::Datelike as _;
use domain::{
    OrganizationId,
    api::evidence::NeedLine,
    api::packs::{ItemSheet, Mark, PackItem, PackProgress, PackProject, PackSummary},
    areas::standards::Standard,
    permission::Ability,
};
use serde::Deserialize;
use sqlx::AnyConnection;
use tokio::sync::Semaphore;

use gather::{Gathered, Gathering, gather, is_in};
use progress::Progress;

use crate::{
    AppState, Error, Result,
    areas::{evidence, standards::store as standards},
    audit,
    auth::Member,
    extract::{Json, Query},
    office::{download, evidence::ledger::Filed},
};

/// Years for which a pack can be asked.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2100;
/// Packs that one process makes at the same time: each takes a thread for as long as it is read.
const AT_ONCE: usize = 8;
static MAKING: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(AT_ONCE)));

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/office/packs", get(summary))
        .route("/api/office/packs/sheet", get(item_sheet))
        .route("/api/office/packs/pack.zip", get(pack))
        .route("/api/office/packs/progress", get(how_far))
}

#[derive(Deserialize)]
struct OfYear {
    year: Option<i32>,
}

async fn summary(
    State(state): State<AppState>,
    member: Member,
    Query(asked): Query<OfYear>,
) -> Result<Json<PackSummary>> {
    member.require(Ability::Review)?;
    let year = year_of(&state, asked.year)?;
    let mut connection = state.db.snapshot().await?;
    let organization = member.organization_id;
    let Some(gathered) = gather(&mut connection, organization, year, None).await? else {
        return Ok(Json(PackSummary {
            year,
            standard: None,
            years: Vec::new(),
            projects: Vec::new(),
        }));
    };
    let years =
        evidence::store::years(&mut connection, organization, gathered.version.line.id).await?;
    let mut projects: Vec<PackProject> = Vec::new();
    for (placed, own) in gathered.version.standard.items().zip(&gathered.items) {
        let is_new = projects
            .last()
            .is_none_or(|last| last.code != placed.project.code);
        if is_new {
            projects.push(PackProject {
                code: placed.project.code.clone(),
                title: placed.project.title.clone(),
                items: Vec::new(),
            });
        }
        if let Some(project) = projects.last_mut() {
            project.items.push(PackItem {
                code: placed.item.code.clone(),
                title: placed.item.title.clone(),
                points: placed.item.points,
                files: own.materials.len() as i64 + 1,
                bytes: own.bytes(),
                needs: own.needs.clone(),
                other_year: of_another_year(own),
                left_out: own.left_out.clone(),
            });
        }
    }
    Ok(Json(PackSummary {
        year,
        standard: Some(gathered.version.standard.title),
        years,
        projects,
    }))
}

/// How far the material of one project has come.
pub(super) struct OfProject {
    pub title: String,
    pub items: i64,
    pub complete: i64,
    pub missing: i64,
}

/// The current standard's title and its projects, for a year.
pub(super) async fn projects(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    year: i32,
) -> Result<(Option<String>, Vec<OfProject>)> {
    let Some(version) = standards::current(connection, organization).await? else {
        return Ok((None, Vec::new()));
    };
    let filed = Filed::load(connection, organization, &version, year, None).await?;
    let standard = version.standard;
    let projects = standard.projects.iter().map(|project| {
        let items = project.contents.iter().flat_map(|it| &it.items);
        let missing: Vec<i64> = items
            .map(|item| filed.of(item).needs.iter().map(NeedLine::missing).sum())
            .collect();
        OfProject {
            title: sheet::titled(&project.code, &project.title),
            items: missing.len() as i64,
            complete: missing.iter().filter(|it| **it == 0).count() as i64,
            missing: missing.iter().sum(),
        }
    });
    let projects = projects.filter(|it| it.items > 0).collect();
    Ok((Some(standard.title), projects))
}

fn of_another_year(own: &Gathering) -> i64 {
    let is = |marks: &[Mark]| marks.contains(&Mark::OtherYear) || marks.contains(&Mark::Undated);
    own.materials.iter().filter(|it| is(&it.marks)).count() as i64
}

#[derive(Deserialize)]
struct OfItem {
    year: Option<i32>,
    #[serde(default)]
    item: String,
}

async fn item_sheet(
    State(state): State<AppState>,
    member: Member,
    Query(OfItem { year, item }): Query<OfItem>,
) -> Result<Json<ItemSheet>> {
    member.require(Ability::Review)?;
    let year = year_of(&state, year)?;
    let mut connection = state.db.snapshot().await?;
    let gathered = gather(&mut connection, member.organization_id, year, Some(&item))
        .await?
        .ok_or(Error::NotFound)?;
    let standard = &gathered.version.standard;
    let placed = standard.item(&item).ok_or(Error::NotFound)?;
    let own = gathered.items.first().ok_or(Error::NotFound)?;
    Ok(Json(sheet::sheet(&gathered, placed, own)))
}

#[derive(Deserialize)]
struct Asked {
    year: Option<i32>,
    /// The code of a project, a content or an item.
    #[serde(default)]
    scope: Option<String>,
    ticket: Option<i64>,
}

#[derive(Deserialize)]
struct OfTicket {
    #[serde(default)]
    ticket: i64,
}

async fn how_far(
    member: Member,
    Query(OfTicket { ticket }): Query<OfTicket>,
) -> Result<Json<Option<PackProgress>>> {
    member.require(Ability::Review)?;
    let key = (member.organization_id, member.person_id(), ticket);
    Ok(Json(Progress::find(key)))
}

async fn pack(
    State(state): State<AppState>,
    member: Member,
    Query(Asked {
        year,
        scope,
        ticket,
    }): Query<Asked>,
) -> Result<Response> {
    member.require(Ability::Review)?;
    let year = year_of(&state, year)?;
    let scope = scope.filter(|scope| !scope.is_empty());
    let organization = member.organization_id;
    let Ok(permit) = Arc::clone(&MAKING).try_acquire_owned() else {
        return Err(Error::refused(
            StatusCode::SERVICE_UNAVAILABLE,
            "packs_busy",
            "正在制作的材料包较多，请等前面的下载完成后再试",
            "Several packs are being made. Please try again when one of them is done",
        ));
    };
    let gathered = {
        let mut connection = state.db.snapshot().await?;
        gather(&mut connection, organization, year, scope.as_deref()).await?
    };
    let gathered = gathered.ok_or_else(no_standard)?;
    check_scope(&gathered.version.standard, scope.as_deref())?;
    let now = state.clock.now();
    let files = files(&gathered);
    let bytes = gathered.items.iter().map(Gathering::bytes).sum();
    let key = ticket.map(|ticket| (organization, member.person_id(), ticket));
    let mut tx = state.db.begin_for(organization).await?;
    // Records and photos leave the system with this file: who took them is kept.
    let detail = format!("{year} {} {files} files", scope.as_deref().unwrap_or("*"));
    audit::by(&mut tx, &member, now, "pack_export", None, &detail).await?;
    tx.commit().await?;
    let of = scope
        .as_deref()
        .map(|it| format!(" {it}"))
        .unwrap_or_default();
    let name = format!("{} {year}年度材料包{of}.zip", gathered.organization);
    let plain = format!("pack-{year}.zip");
    let headers = download::headers("application/zip", &plain, &name);
    let body = archive::body(archive::Order {
        state,
        organization,
        scope,
        gathered,
        now,
        progress: Progress::begin(key, bytes),
        permit,
    });
    Ok((headers, body).into_response())
}

fn files(gathered: &Gathered) -> usize {
    gathered.items.iter().map(|it| it.materials.len() + 1).sum()
}

/// The year that was asked for; this one, if none was.
fn year_of(state: &AppState, year: Option<i32>) -> Result<i32> {
    let today = || gather::day(state.clock.now()).unwrap_or_default();
    let year = year.unwrap_or_else(|| today().year());
    if YEARS.contains(&year) {
        return Ok(year);
    }
    Err(Error::invalid(
        "year",
        "请选择 2000 到 2100 之间的年度",
        "Please choose a year from 2000 to 2100",
    ))
}

fn check_scope(standard: &Standard, scope: Option<&str>) -> Result<()> {
    if standard.items().any(|placed| is_in(placed, scope)) {
        Ok(())
    } else {
        Err(Error::NotFound)
    }
}

fn no_standard() -> Error {
    Error::conflict(
        "no_standard",
        "还没有测评标准，请先导入并启用一份标准",
        "There is no standard yet. Please import one and make it the current one",
    )
}
