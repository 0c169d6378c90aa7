//! What a version means for the evidence, forms and activities of the version before.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use domain::{
    OrganizationId, StandardId,
    api::standards::{Carry, Lost, LostIn, Move, Moves, StandardState},
    areas::{
        activities::ActivityState,
        evidence::{Evidence, Subject},
        rectifications::{Problem, State as Stands},
    },
    permission::Ability,
    standard_moves::matches,
};
use sqlx::AnyConnection;

use crate::{
    AppState, Clock, Error, Result, Tx,
    areas::{
        activities, evidence as ledger, forms, rectifications,
        standards::store::{self, Version},
        tasks,
    },
    audit,
    auth::Member,
    extract::{Json, Path},
    feed, ids,
    office::self_assessment,
};

/// So many problems of a state are looked at.
const PROBLEMS: i64 = 2_000;

pub(super) async fn moves(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<StandardId>,
) -> Result<Json<Moves>> {
    member.require(Ability::Review)?;
    let mut connection = state.db.snapshot().await?;
    let version = store::find(&mut connection, member.organization_id, id).await?;
    let version = version.ok_or(Error::NotFound)?;
    compare(&mut connection, member.organization_id, &version)
        .await
        .map(Json)
}

/// Moves evidence that stayed behind when the version was published.
pub(super) async fn later(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<StandardId>,
    Json(told): Json<Carry>,
) -> Result<Json<Moves>> {
    member.require(Ability::ManageStandards)?;
    let organization = member.organization_id;
    let mut tx = state.db.begin_for(organization).await?;
    feed::lock(&mut tx, organization).await?;
    let version = store::find(&mut tx, organization, id).await?;
    let version = version.ok_or(Error::NotFound)?;
    let Some(before) = before(&mut tx, organization, &version).await? else {
        return Err(Error::NotFound);
    };
    if version.line.state != StandardState::Current {
        return Err(Error::conflict(
            "standard_not_current",
            "佐证只能移到正在使用的测评标准，请刷新页面后重试",
            "Evidence moves to the standard in use only. Please reload and try again",
        ));
    }
    let clock = &state.clock;
    let moved = evidence(
        &mut tx,
        clock,
        organization,
        &before,
        &version,
        &told,
        false,
    )
    .await?;
    let detail = format!("{moved} pieces");
    audit::by(
        &mut tx,
        &member,
        clock.now(),
        "standard_carry",
        None,
        &detail,
    )
    .await?;
    let compared = compare(&mut tx, organization, &version).await?;
    tx.commit().await?;
    Ok(Json(compared))
}

/// The version that this one is compared with.
async fn before(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    version: &Version,
) -> Result<Option<Version>> {
    match (version.line.state, version.previous) {
        (StandardState::Draft, _) => store::current(connection, organization).await,
        (_, Some(previous)) => store::find(connection, organization, previous).await,
        (_, None) => Ok(None),
    }
}

async fn compare(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    version: &Version,
) -> Result<Moves> {
    let before = before(connection, organization, version).await?;
    let lost = lost(connection, organization, version, before.as_ref()).await?;
    let Some(before) = before else {
        return Ok(Moves {
            lost,
            ..Moves::default()
        });
    };
    let proves: BTreeSet<(Subject, i32)> =
        ledger::store::of_standard(connection, organization, version.line.id)
            .await?
            .iter()
            .map(|it| (it.subject, it.year))
            .collect();
    let mut counts: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for piece in ledger::store::of_standard(connection, organization, before.line.id).await? {
        let (all, left) = counts.entry(piece.item).or_default();
        *all += 1;
        *left += i64::from(!proves.contains(&(piece.subject, piece.year)));
    }
    let mut matched = matches(&before.standard, &version.standard);
    let moves = before.standard.items().filter_map(|placed| {
        let (all, left) = counts.remove(&placed.item.code)?;
        Some(Move {
            to: matched.remove(&placed.item.code),
            from: placed.item.code.clone(),
            title: placed.item.title.clone(),
            evidence: all,
            left,
        })
    });
    Ok(Moves {
        previous: Some(before.line.id),
        moves: moves.collect(),
        lost,
    })
}

/// Writes the earlier version's evidence under this one's items; says how many lines are new.
pub(super) async fn evidence(
    tx: &mut Tx,
    clock: &Clock,
    organization: OrganizationId,
    before: &Version,
    version: &Version,
    told: &Carry,
    by_itself: bool,
) -> Result<usize> {
    let mut to: BTreeMap<String, String> = BTreeMap::new();
    if by_itself {
        for (from, found) in matches(&before.standard, &version.standard) {
            to.insert(from, found.code);
        }
    }
    for (from, code) in &told.items {
        match code {
            None => {
                to.remove(from);
            }
            Some(code) if version.standard.item(code).is_some() => {
                to.insert(from.clone(), code.clone());
            }
            Some(code) => {
                let code: String = code.chars().take(40).collect();
                return Err(Error::invalid(
                    "items",
                    format!("新标准里没有编号“{code}”，请重新选择"),
                    format!("The new standard has no item “{code}”. Please choose again"),
                ));
            }
        }
    }
    let mut carried = Vec::new();
    for piece in ledger::store::of_standard(tx, organization, before.line.id).await? {
        let Some(item) = to.get(&piece.item) else {
            continue;
        };
        carried.push(Evidence {
            id: ids::new(clock),
            standard_id: version.line.id,
            item: item.clone(),
            ..piece
        });
    }
    ledger::store::insert(tx, organization, &carried).await
}

/// What is in use and names items that the version doesn't have or means otherwise: forms, planned
/// activities, tasks, open problems, and years that are still assessed.
async fn lost(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    version: &Version,
    before: Option<&Version>,
) -> Result<Vec<Lost>> {
    let reused = reused(version, before);
    let mut lost = Vec::new();
    let mut look = |area: LostIn, title: &str, named: &[String]| {
        let of = |is: &dyn Fn(&str) -> bool| -> Vec<String> {
            named.iter().filter(|code| is(code)).cloned().collect()
        };
        let codes = of(&|code| version.standard.item(code).is_none());
        let reused = of(&|code| reused.contains(code));
        if !codes.is_empty() || !reused.is_empty() {
            lost.push(Lost {
                area,
                title: title.to_owned(),
                codes,
                reused,
            });
        }
    };
    for stored in forms::store::versions(connection, organization, None).await? {
        let row = stored.row;
        if let Some(form) = row.form.read().filter(|_| row.current) {
            look(LostIn::Forms, &form.title.zh, &form.settings.items);
        }
    }
    for activity in activities::store::with_items(connection, organization).await? {
        if activity.state == ActivityState::Planned {
            look(LostIn::Activities, &activity.title, &activity.items);
        }
    }
    for task in tasks::store::list(connection, organization).await? {
        if task.plan.active {
            look(LostIn::Tasks, &task.plan.title, &task.plan.items);
        }
    }
    for state in [Stands::Open, Stands::Rectified] {
        let problems =
            rectifications::store::in_state(connection, organization, state, PROBLEMS).await?;
        for Problem { problem, items, .. } in problems.iter().map(|it| &it.problem) {
            look(LostIn::Rectifications, problem, items);
        }
    }
    for (year, codes) in self_assessment::open_years(connection, organization).await? {
        look(LostIn::SelfAssessments, &year.to_string(), &codes);
    }
    Ok(lost)
}

/// Codes of a draft that stand for another item than in the version in use.
fn reused<'a>(version: &'a Version, before: Option<&Version>) -> BTreeSet<&'a str> {
    let Some(before) = before.filter(|_| version.line.state == StandardState::Draft) else {
        return BTreeSet::new();
    };
    let matched = matches(&before.standard, &version.standard);
    let codes = version.standard.items();
    let codes = codes.map(|placed| placed.item.code.as_str());
    codes
        .filter(|code| before.standard.item(code).is_some())
        .filter(|code| matched.get(*code).is_none_or(|to| to.code != *code))
        .collect()
}
