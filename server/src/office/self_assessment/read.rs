//! A year's self-assessment as it stands.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use axum::extract::State;
use domain::{
    Decimal, OrganizationId, PersonId, Timestamp,
    api::{
        office::PersonLine,
        self_assessment::{AssessedItem, AssessedProject, Closed, Opinion, SelfAssessment},
    },
    areas::standards::{Bonus, Item, Standard},
    permission::Ability,
    scoring::{Scored, score},
    self_assessment::{Assessed, Marks, Stage, Total, propose},
};
use sqlx::AnyConnection;

use super::{
    OfYear, Whose,
    answering::Answering,
    store::{self, Opinions, Said},
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
    let found = load(&state, member.organization_id, year, Whose::All).await?;
    Ok(Json(found))
}

/// What the asking person's department answers for.
pub(super) async fn own(
    State(state): State<AppState>,
    member: Member,
    Query(asked): Query<OfYear>,
) -> Result<Json<SelfAssessment>> {
    member.require(Ability::AssessOwn)?;
    let year = asked.year(&state)?;
    let whose = Whose::Department(member.actor.department_id);
    let found = load(&state, member.organization_id, year, whose).await?;
    Ok(Json(found))
}

pub(super) async fn load(
    state: &AppState,
    organization: OrganizationId,
    year: i32,
    whose: Whose,
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
    let closed = stored.closed.as_ref().map(|it| Closed {
        by: names::name_of(&people, it.by),
        at: it.at,
    });
    let answering = Answering::load(&mut connection, organization, year).await?;
    let department = match whose {
        Whose::All => None,
        Whose::Department(id) => {
            let name = id.and_then(|id| answering.name(id));
            Some(name.unwrap_or_default().to_owned())
        }
    };
    let Some(version) = version else {
        return Ok(SelfAssessment {
            department,
            ..empty(year, stored.revision, closed)
        });
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
    let mut standard = version.standard;
    let mut left_over = left_over(&standard, &opinions);
    let mut marks = stored.marks;
    if let Whose::Department(id) = whose {
        left_over.clear();
        marks = Marks::default();
        narrow(&mut standard, |item| {
            let assigned = answering.of(&item.code, &filed.of(item).owner);
            id.is_some_and(|id| answering.is_of(&assigned, id))
        });
    }
    let about = About {
        opinions: &opinions,
        people: &people,
        answering: &answering,
        filed: &filed,
        year,
        now,
    };
    let projects = standard.projects.iter().map(|project| AssessedProject {
        code: project.code.clone(),
        title: project.title.clone(),
        items: project
            .contents
            .iter()
            .flat_map(|content| &content.items)
            .map(|item| about.item(item))
            .collect(),
    });
    Ok(SelfAssessment {
        year,
        years,
        title: standard.title.clone(),
        department,
        revision: stored.revision,
        closed,
        total: total(&standard, &marks, &counting(&standard, &opinions)),
        left_over,
        projects: projects.collect(),
        marks,
        preconditions: standard.preconditions,
        negative_list: standard.negative_list,
        bonus: standard.bonus,
    })
}

/// Leaves what a department answers for, and nothing that stands beside the items.
fn narrow(standard: &mut Standard, is_own: impl Fn(&Item) -> bool) {
    for project in &mut standard.projects {
        for content in &mut project.contents {
            content.items.retain(&is_own);
        }
        project.contents.retain(|content| !content.items.is_empty());
    }
    standard.projects.retain(|it| !it.contents.is_empty());
    standard.preconditions.clear();
    standard.negative_list.clear();
    standard.bonus = Bonus::default();
    standard.pass_line = None;
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
    let stored = store::year(connection, organization, year).await?;
    let opinions = store::opinions(connection, organization, year).await?;
    if stored.revision == 0 && opinions.is_empty() {
        return Ok(None);
    }
    let version = version(connection, organization, &stored).await?;
    Ok(version.map(|version| {
        let standard = &version.standard;
        total(standard, &stored.marks, &counting(standard, &opinions))
    }))
}

/// What a year's assessment says of each item.
pub(in crate::office) async fn assessed(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    year: i32,
) -> Result<BTreeMap<String, Assessed>> {
    let stored = store::year(connection, organization, year).await?;
    let Some(version) = version(connection, organization, &stored).await? else {
        return Ok(BTreeMap::new());
    };
    let opinions = store::opinions(connection, organization, year).await?;
    let counting = counting(&version.standard, &opinions).into_iter();
    let assessed = counting.map(|(item, said, scored)| {
        let assessed = Assessed {
            points: scored.points,
            working: scored.words().zh,
            narrative: said.narrative.clone(),
        };
        (item.code.clone(), assessed)
    });
    Ok(assessed.collect())
}

/// The years that aren't closed, each with the items of which something was said.
pub(in crate::office) async fn open_years(
    connection: &mut AnyConnection,
    organization: OrganizationId,
) -> Result<Vec<(i32, Vec<String>)>> {
    let mut open = Vec::new();
    for year in store::years(connection, organization).await? {
        if store::year(connection, organization, year)
            .await?
            .closed
            .is_none()
        {
            let opinions = store::opinions(connection, organization, year).await?;
            open.push((year, opinions.into_keys().collect()));
        }
    }
    Ok(open)
}

/// The items that are assessed by a rule which still asks for what was said, with the word that counts and
/// what it brings.
fn counting<'a>(
    standard: &'a Standard,
    opinions: &'a Opinions,
) -> Vec<(&'a Item, &'a Said, Scored)> {
    let items = standard.items().map(|placed| placed.item);
    items
        .filter_map(|item| {
            let said = counts(opinions.get(&item.code)?)?;
            let scored = score(&item.scoring, item.points, &said.facts).ok()?;
            Some((item, said, scored))
        })
        .collect()
}

fn total(standard: &Standard, marks: &Marks, counting: &[(&Item, &Said, Scored)]) -> Total {
    let points: HashMap<&str, Decimal> = counting
        .iter()
        .map(|(item, _, scored)| (item.code.as_str(), scored.points))
        .collect();
    Total::of(standard, marks, |item| {
        points.get(item.code.as_str()).copied()
    })
}

fn counts(said: &HashMap<Stage, Said>) -> Option<&Said> {
    said.get(&Stage::Office)
        .or_else(|| said.get(&Stage::Department))
}

/// What was said about items that the standard doesn't have.
fn left_over(standard: &Standard, opinions: &Opinions) -> Vec<(String, String)> {
    opinions
        .iter()
        .filter(|(code, _)| standard.item(code).is_none())
        .filter_map(|(code, said)| Some((code.clone(), counts(said)?.narrative.clone())))
        .collect()
}

/// What is known about a year's items.
struct About<'a> {
    opinions: &'a Opinions,
    people: &'a [PersonLine],
    answering: &'a Answering,
    filed: &'a Filed,
    year: i32,
    now: Timestamp,
}

impl About<'_> {
    fn item(&self, item: &Item) -> AssessedItem {
        let line = self.filed.of(item);
        let lacks: Vec<(&str, i64)> = line
            .needs
            .iter()
            .filter(|need| need.missing() > 0)
            .map(|need| (need.label.as_str(), need.missing()))
            .collect();
        let occasions = self.filed.occasions(item);
        let today = subjects::today(self.now);
        let proposal = propose(item, &lacks, occasions, self.year, today);
        let opinion = |stage: Stage| {
            let said = self.opinions.get(&item.code)?.get(&stage)?;
            Some(Opinion {
                revision: said.revision,
                facts: said.facts.clone(),
                narrative: said.narrative.clone(),
                by: names::name_of(self.people, said.by),
                at: said.at,
            })
        };
        let assigned = self.answering.of(&item.code, &line.owner);
        AssessedItem {
            code: item.code.clone(),
            title: item.title.clone(),
            points: item.points,
            scoring: item.scoring.clone(),
            rule: item.rule(),
            owner: self.answering.owner(&assigned).to_owned(),
            assigned,
            progress: line.progress,
            needs: line.needs,
            pieces: line.pieces,
            proposal,
            department: opinion(Stage::Department),
            office: opinion(Stage::Office),
        }
    }
}

fn empty(year: i32, revision: i64, closed: Option<Closed>) -> SelfAssessment {
    SelfAssessment {
        year,
        years: vec![year],
        title: String::new(),
        department: None,
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
        marks: Marks::default(),
        preconditions: Vec::new(),
        negative_list: Vec::new(),
        bonus: Bonus::default(),
        left_over: Vec::new(),
    }
}
