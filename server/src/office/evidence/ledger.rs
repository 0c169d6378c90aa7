//! The ledger of one year: by project and item, what is asked for, what is there, what is missing.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use axum::{Router, extract::State, routing::get};
use chrono::{Datelike as _, NaiveDate};
use domain::{
    EvidenceKind, OrganizationId,
    api::evidence::{ItemLedger, Ledger, NeedLine, ProjectLedger},
    areas::{
        evidence::{Evidence, SubjectArea},
        standards::{Frequency, Item},
    },
    coverage::{Proof, Proven},
    permission::Ability,
};
use serde::Deserialize;
use sqlx::AnyConnection;

use super::{check_year, material, material::Materials, year_of};
use crate::{
    AppState, Result,
    areas::{
        evidence::store,
        standards::store::{self as standards, Version},
    },
    auth::Member,
    extract::{Json, Query},
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/api/office/evidence", get(ledger))
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    pub year: Option<i32>,
}

impl Wanted {
    pub fn year(&self, state: &AppState) -> Result<i32> {
        self.year
            .map_or_else(|| Ok(year_of(state.clock.now())), check_year)
    }
}

async fn ledger(
    State(state): State<AppState>,
    member: Member,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Ledger>> {
    member.require(Ability::Review)?;
    let year = wanted.year(&state)?;
    let mut connection = state.db.snapshot().await?;
    let organization = member.organization_id;
    let Some(version) = standards::current(&mut connection, organization).await? else {
        return Ok(Json(Ledger {
            title: String::new(),
            year,
            years: vec![year],
            projects: Vec::new(),
            months: vec![0; 12],
            undated: 0,
        }));
    };
    let this_year = year_of(state.clock.now());
    let years = years(&mut connection, organization, &version, this_year).await?;
    let filed = Filed::load(&mut connection, organization, &version, year, None).await?;
    let projects = version
        .standard
        .projects
        .iter()
        .map(|project| ProjectLedger {
            code: project.code.clone(),
            title: project.title.clone(),
            items: project
                .contents
                .iter()
                .flat_map(|content| &content.items)
                .map(|item| filed.of(item))
                .collect(),
        })
        .collect();
    let (months, undated) = filed.months();
    Ok(Json(Ledger {
        title: version.standard.title,
        year,
        years,
        projects,
        months,
        undated,
    }))
}

/// The years that can be looked at: those of a round until now, and those with material.
pub(in crate::office) async fn years(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    version: &Version,
    this_year: i32,
) -> Result<Vec<i32>> {
    let mut years: BTreeSet<i32> = round(this_year, version).collect();
    years.extend(store::years(connection, organization, version.line.id).await?);
    Ok(years.into_iter().rev().collect())
}

/// The years of a round that ends with `year`.
fn round(year: i32, version: &Version) -> std::ops::RangeInclusive<i32> {
    year - i32::from(version.standard.cycle_years.max(1)) + 1..=year
}

/// What is filed for a year, and in the round before it for what is done once.
pub(in crate::office) struct Filed {
    year: i32,
    pub lines: Vec<Evidence>,
    /// Where each item's lines stand among them.
    by_item: HashMap<String, Vec<usize>>,
    pub(super) materials: Materials,
}

impl Filed {
    /// `only`: of one item.
    pub async fn load(
        connection: &mut AnyConnection,
        organization: OrganizationId,
        version: &Version,
        year: i32,
        only: Option<&str>,
    ) -> Result<Self> {
        let years = round(year, version);
        let once: BTreeSet<&str> = version
            .standard
            .items()
            .filter(|placed| placed.item.frequency == Frequency::Once)
            .map(|placed| placed.item.code.as_str())
            .collect();
        let mut lines = store::of_years(connection, organization, version.line.id, years).await?;
        lines.retain(|line| {
            only.is_none_or(|item| line.item == item)
                && (line.year == year || once.contains(line.item.as_str()))
        });
        let mut by_item: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, line) in lines.iter().enumerate() {
            by_item.entry(line.item.clone()).or_default().push(at);
        }
        let subjects = lines.iter().map(|line| line.subject);
        let materials = material::load(connection, organization, subjects).await?;
        Ok(Self {
            year,
            lines,
            by_item,
            materials,
        })
    }

    /// The days of what stands at an item and counts; photos are of occasions that stand there too.
    pub fn occasions(&self, item: &Item) -> Vec<NaiveDate> {
        let own = self.by_item.get(&item.code).into_iter().flatten();
        own.filter_map(|at| self.lines.get(*at))
            .filter(|line| line.subject.area != SubjectArea::Attachments)
            .filter(|line| self.materials.standing(line).0)
            .filter_map(|line| self.materials.get(line.subject).date)
            .collect()
    }

    /// How an item stands.
    pub fn of(&self, item: &Item) -> ItemLedger {
        let (mut pieces, mut doubtful, mut idle) = (0, 0, 0);
        let mut counts: BTreeMap<EvidenceKind, i64> = BTreeMap::new();
        let own = self.by_item.get(&item.code).into_iter().flatten();
        for line in own.filter_map(|at| self.lines.get(*at)) {
            match self.materials.standing(line) {
                (false, _) => idle += 1,
                (true, doubt) => {
                    pieces += 1;
                    doubtful += i64::from(doubt);
                    *counts.entry(line.kind).or_insert(0) += 1;
                }
            }
        }
        let proven: Proven<'_> = counts
            .into_iter()
            .map(|(kind, count)| Proof {
                item: &item.code,
                kind,
                count,
            })
            .collect();
        let coverage = proven.of(item);
        ItemLedger {
            code: item.code.clone(),
            title: item.title.clone(),
            owner: owner_name(&item.owner).to_owned(),
            frequency: item.frequency,
            needs: coverage
                .needs
                .iter()
                .map(|need| NeedLine {
                    kind: need.requirement.kind,
                    label: need.requirement.label.clone(),
                    min: need.requirement.min,
                    there: need.there,
                })
                .collect(),
            pieces,
            doubtful,
            idle,
            progress: coverage.progress(),
        }
    }

    /// Pieces by the month that they bear, and those that bear none; each thing once.
    fn months(&self) -> (Vec<i64>, i64) {
        let mut months = vec![0; 12];
        let mut undated = 0;
        let mut seen = BTreeSet::new();
        for line in &self.lines {
            let counts = self.materials.standing(line).0;
            if !counts || line.year != self.year || !seen.insert(line.subject) {
                continue;
            }
            match self.materials.get(line.subject).date {
                None => undated += 1,
                Some(date) if date.year() == self.year => {
                    if let Some(month) = months.get_mut(date.month0() as usize) {
                        *month += 1;
                    }
                }
                Some(_) => {}
            }
        }
        (months, undated)
    }
}

/// The department's name where the standard gives a code of the built-in one.
fn owner_name(owner: &str) -> &str {
    match owner {
        "office" => "办公室",
        "party" => "党支部",
        "union" => "工会",
        "legal" => "政策法规科",
        "public_health" => "公共卫生执法科",
        "medical" => "医疗卫生执法科",
        "occupational" => "职业放射执法科",
        "maternal" => "妇幼与计生执法科",
        other => other,
    }
}
