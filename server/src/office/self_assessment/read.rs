//! A year's self-assessment as it stands.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use axum::extract::State;
use domain::{
    Decimal, OrganizationId, PersonId, Timestamp,
    api::self_assessment::{AssessedItem, AssessedProject, Closed, Opinion, SelfAssessment},
    areas::standards::{Bonus, Item},
    permission::Ability,
    scoring::score,
    self_assessment::{Assessed, Stage, Total, propose},
};
use sqlx::AnyConnection;

use super::{
    OfYear,
    store::{self, Said},
};
use crate::{
    AppState, Result,
    areas::standards::store::{self as standards, Version},
    auth::Member,
    extract::{Json, Query},
    office::{
        evidence::ledger::{self, Filed},
        names, subjects,
    },
};

pub(super) async fn one(
    State(state): State<AppState>,
    member: Member,
    Query(asked): Query<OfYear>,
) -> Result<Json<SelfAssessment>> {
    member.require(Ability::Review)?;
    let year = asked.year(&state)?;
    load(&state, member.organization_id, year).await.map(Json)
}

pub(super) async fn load(
    state: &AppState,
    organization: OrganizationId,
    year: i32,
) -> Result<SelfAssessment> {
    let now = state.clock.now();
    let mut connection = state.db.snapshot().await?;
    let stored = store::year(&mut connection, organization, year).await?;
    let opinions = store::opinions(&mut connection, organization, year).await?;
    let version = version(&mut connection, organization, &stored).await?;
    let mut years = store::years(&mut connection, organization).await?;
    let mut people: BTreeSet<PersonId> = opinions
        .values()
        .flat_map(HashMap::values)
        .map(|said| said.by)
        .collect();
    people.extend(stored.closed.as_ref().map(|it| it.by));
    let people = names::people(&mut connection, organization, &people).await?;
    let name = |id: PersonId| {
        let person = people.iter().find(|it| it.id == id);
        person.map(|it| it.name.clone()).unwrap_or_default()
    };
    let closed = stored.closed.as_ref().map(|it| Closed {
        by: name(it.by),
        at: it.at,
    });
    let Some(version) = version else {
        return Ok(empty(year, stored.revision, closed));
    };
    let this_year = subjects::year(now);
    years.extend(ledger::years(&mut connection, organization, &version, this_year).await?);
    years.extend([year, this_year]);
    years.sort_unstable_by(|a, b| b.cmp(a));
    years.dedup();
    let filed = Filed::load(&mut connection, organization, &version, year, None)
        .await?
        .with_occasions(&mut connection, organization, &version, year)
        .await?;
    let said = Spoken { opinions, name };
    let standard = &version.standard;
    let projects = standard.projects.iter().map(|project| AssessedProject {
        code: project.code.clone(),
        title: project.title.clone(),
        items: project
            .contents
            .iter()
            .flat_map(|content| &content.items)
            .map(|item| said.about(item, &filed, year, now))
            .collect(),
    });
    let projects: Vec<AssessedProject> = projects.collect();
    let points: HashMap<&str, Decimal> = projects
        .iter()
        .flat_map(|project| &project.items)
        .filter_map(|item| Some((item.code.as_str(), item.standing()?.points)))
        .collect();
    Ok(SelfAssessment {
        year,
        years,
        title: standard.title.clone(),
        revision: stored.revision,
        closed,
        total: Total::of(standard, &stored.marks, |item| {
            points.get(item.code.as_str()).copied()
        }),
        left_over: said.left_over(|code| standard.item(code).is_some()),
        projects,
        marks: stored.marks,
        preconditions: standard.preconditions.clone(),
        negative_list: standard.negative_list.clone(),
        bonus: standard.bonus.clone(),
    })
}

/// The standard that the year is assessed by: the one it was closed with, else the current one.
async fn version(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    stored: &store::Year,
) -> Result<Option<Version>> {
    match &stored.closed {
        Some(closed) => standards::find(connection, organization, closed.standard).await,
        None => standards::current(connection, organization).await,
    }
}

/// The sum, if anything was said of the year.
pub(in crate::office) async fn standing(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    year: i32,
) -> Result<Option<Total>> {
    let beside = store::year(connection, organization, year).await?;
    let opinions = store::opinions(connection, organization, year).await?;
    if beside.revision == 0 && opinions.is_empty() {
        return Ok(None);
    }
    let Some(version) = version(connection, organization, &beside).await? else {
        return Ok(None);
    };
    let points = |item: &Item| {
        let said = counts(opinions.get(&item.code)?)?;
        let scored = score(&item.scoring, item.points, &said.facts).ok()?;
        Some(scored.points)
    };
    Ok(Some(Total::of(&version.standard, &beside.marks, points)))
}

/// What a year's assessment says of each item.
pub(in crate::office) async fn assessed(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    year: i32,
) -> Result<BTreeMap<String, Assessed>> {
    let beside = store::year(connection, organization, year).await?;
    let Some(version) = version(connection, organization, &beside).await? else {
        return Ok(BTreeMap::new());
    };
    let opinions = store::opinions(connection, organization, year).await?;
    let mut found = BTreeMap::new();
    for placed in version.standard.items() {
        let item = placed.item;
        let said = opinions.get(&item.code).and_then(counts);
        let scored = said.map(|said| (said, score(&item.scoring, item.points, &said.facts)));
        if let Some((said, Ok(scored))) = scored {
            let assessed = Assessed {
                points: scored.points,
                working: scored.words().zh,
                narrative: said.narrative.clone(),
            };
            found.insert(item.code.clone(), assessed);
        }
    }
    Ok(found)
}

fn counts(said: &HashMap<Stage, Said>) -> Option<&Said> {
    said.get(&Stage::Office)
        .or_else(|| said.get(&Stage::Department))
}

struct Spoken<F> {
    opinions: BTreeMap<String, HashMap<Stage, Said>>,
    name: F,
}

impl<F: Fn(PersonId) -> String> Spoken<F> {
    fn about(&self, item: &Item, filed: &Filed, year: i32, now: Timestamp) -> AssessedItem {
        let line = filed.of(item);
        let lacks: Vec<(&str, i64)> = line
            .needs
            .iter()
            .filter(|need| need.missing() > 0)
            .map(|need| (need.label.as_str(), need.missing()))
            .collect();
        let occasions = filed.occasions(item);
        let proposal = propose(item, &lacks, occasions, year, subjects::today(now));
        let opinion = |stage: Stage| {
            let said = self.opinions.get(&item.code)?.get(&stage)?;
            Some(Opinion {
                revision: said.revision,
                facts: said.facts.clone(),
                narrative: said.narrative.clone(),
                by: (self.name)(said.by),
                at: said.at,
            })
        };
        AssessedItem {
            code: item.code.clone(),
            title: item.title.clone(),
            points: item.points,
            scoring: item.scoring.clone(),
            rule: item.rule(),
            owner: line.owner,
            progress: line.progress,
            needs: line.needs,
            pieces: line.pieces,
            proposal,
            department: opinion(Stage::Department),
            office: opinion(Stage::Office),
        }
    }

    /// What was said about codes that aren't there.
    fn left_over(&self, is_there: impl Fn(&str) -> bool) -> Vec<(String, String)> {
        self.opinions
            .iter()
            .filter(|(code, _)| !is_there(code))
            .filter_map(|(code, said)| Some((code.clone(), counts(said)?.narrative.clone())))
            .collect()
    }
}

fn empty(year: i32, revision: i64, closed: Option<Closed>) -> SelfAssessment {
    SelfAssessment {
        year,
        years: vec![year],
        title: String::new(),
        revision,
        closed,
        total: Total {
            of: Decimal::ZERO,
            points: Decimal::ZERO,
            open: Decimal::ZERO,
            deducted: Decimal::ZERO,
            bonus: Decimal::ZERO,
            total: Decimal::ZERO,
            unmet: Vec::new(),
            vetoes: Vec::new(),
            pass_line: None,
        },
        projects: Vec::new(),
        marks: domain::self_assessment::Marks::default(),
        preconditions: Vec::new(),
        negative_list: Vec::new(),
        bonus: Bonus::default(),
        left_over: Vec::new(),
    }
}
