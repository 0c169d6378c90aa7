//! The ledger of one year: by project and item, what is asked for, what is there, what is missing.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::RangeInclusive,
};

use axum::{Router, extract::State, routing::get};
use chrono::NaiveDate;
use domain::{
    EvidenceKind, OrganizationId,
    api::evidence::{ItemLedger, Ledger, NeedLine, ProjectLedger},
    areas::standards::{Frequency, Item, Scoring},
    coverage::{Proof, Proven},
    permission::Ability,
};
use serde::Deserialize;
use sqlx::AnyConnection;

use super::{check_year, year_of};
use crate::{
    AppState, Result,
    areas::{
        evidence::{
            count::{self, Counted, Lines},
            store,
        },
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

/// The year that is wanted: this one, unless another is.
pub(super) fn wanted_year(state: &AppState, year: Option<i32>) -> Result<i32> {
    year.map_or_else(|| Ok(year_of(state.clock.now())), check_year)
}

async fn ledger(
    State(state): State<AppState>,
    member: Member,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Ledger>> {
    member.require(Ability::Review)?;
    let year = wanted_year(&state, wanted.year)?;
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
    let (months, undated) =
        count::months(&mut connection, organization, version.line.id, year).await?;
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
fn round(year: i32, version: &Version) -> RangeInclusive<i32> {
    year - i32::from(version.standard.cycle_years.max(1)) + 1..=year
}

/// What is filed for a year, and in the round before it for what is done once.
pub(in crate::office) struct Filed {
    by_item: HashMap<String, Vec<Counted>>,
    occasions: HashMap<String, Vec<NaiveDate>>,
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
        let mut by_item: HashMap<String, Vec<Counted>> = HashMap::new();
        for lines in of_year(organization, version, year, |item| {
            only.is_none_or(|only| item.code == only)
        }) {
            for counted in count::by_kind(connection, &lines).await? {
                let of_item = by_item.entry(counted.item.clone()).or_default();
                of_item.push(counted);
            }
        }
        Ok(Self {
            by_item,
            occasions: HashMap::new(),
        })
    }

    /// Also on which days it was, for the items that are scored by how often.
    pub async fn with_occasions(
        mut self,
        connection: &mut AnyConnection,
        organization: OrganizationId,
        version: &Version,
        year: i32,
    ) -> Result<Self> {
        let counted = |item: &Item| matches!(item.scoring, Scoring::CountInPeriod { .. });
        for lines in of_year(organization, version, year, counted) {
            for (item, day) in count::days(connection, &lines).await? {
                self.occasions.entry(item).or_default().push(day);
            }
        }
        Ok(self)
    }

    /// The days of what stands at an item and counts.
    pub fn occasions(&self, item: &Item) -> &[NaiveDate] {
        self.occasions.get(&item.code).map_or(&[], Vec::as_slice)
    }

    /// How an item stands.
    pub fn of(&self, item: &Item) -> ItemLedger {
        let (mut pieces, mut doubtful, mut idle) = (0, 0, 0);
        let mut counts: BTreeMap<EvidenceKind, i64> = BTreeMap::new();
        for counted in self.by_item.get(&item.code).into_iter().flatten() {
            pieces += counted.pieces;
            doubtful += counted.doubtful;
            idle += counted.idle;
            *counts.entry(counted.kind).or_insert(0) += counted.pieces;
        }
        let proven: Proven<'_> = counts
            .into_iter()
            .filter(|(_, count)| *count > 0)
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
}

/// The years whose material stands at an item: for what is done once, those of the whole round.
pub(super) fn years_of(version: &Version, year: i32, item: &Item) -> RangeInclusive<i32> {
    match item.frequency {
        Frequency::Once => *round(year, version).start()..=year,
        _ => year..=year,
    }
}

/// The lines of a year's ledger for some items: those of the year, and of what is done once those of the
/// years of the round before it.
pub(in crate::office) fn of_year<'a>(
    organization: OrganizationId,
    version: &'a Version,
    year: i32,
    wanted: impl Fn(&Item) -> bool,
) -> [Lines<'a>; 2] {
    let items = |also: &dyn Fn(&Item) -> bool| -> Vec<&'a str> {
        let items = version.standard.items().map(|placed| placed.item);
        items
            .filter(|item| wanted(item) && also(item))
            .map(|item| item.code.as_str())
            .collect()
    };
    let standard = version.line.id;
    [
        Lines {
            organization,
            standard,
            years: year..=year,
            items: items(&|_| true),
        },
        Lines {
            organization,
            standard,
            years: *round(year, version).start()..=year - 1,
            items: items(&|item| item.frequency == Frequency::Once),
        },
    ]
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
