//! Say something about an item, choose who answers for it, mark what stands beside the items, close a year,
//! open it again.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    api::self_assessment::{Assign, Close, Mark, Reopen, Say, SayForDepartment},
    areas::standards::Standard,
    permission::Ability,
    scoring::score,
    self_assessment::{Marks, NARRATIVE, Stage},
};

use super::{
    OfYear, Whose,
    answering::Answering,
    read,
    store::{self, Chosen, Closed, Said, Year},
};
use crate::{
    AppState, Error, Result, Tx,
    areas::standards::store::{self as standards, Version},
    audit,
    auth::Member,
    extract::{IfMatch, Json, Path, Query, revised},
    feed,
    office::{evidence::ledger::Filed, names},
    validate,
};

pub(super) async fn say(
    State(state): State<AppState>,
    member: Member,
    Path(code): Path<String>,
    Query(asked): Query<OfYear>,
    Json(say): Json<Say>,
) -> Result<Response> {
    member.require(Ability::Review)?;
    let year = asked.year(&state)?;
    let revision = speak(&state, &member, year, &code, say, Whose::All).await?;
    answer(&state, &member, year, revision, Whose::All).await
}

/// Only about what one's own department answers for; of anything else is said that it isn't there.
pub(super) async fn say_for_department(
    State(state): State<AppState>,
    member: Member,
    Path(code): Path<String>,
    Query(asked): Query<OfYear>,
    Json(say): Json<SayForDepartment>,
) -> Result<Response> {
    member.require(Ability::AssessOwn)?;
    let year = asked.year(&state)?;
    let whose = Whose::Department(member.actor.department_id);
    let say = Say {
        stage: Stage::Department,
        revision: say.revision,
        facts: say.facts,
        narrative: say.narrative,
    };
    let revision = speak(&state, &member, year, &code, say, whose).await?;
    answer(&state, &member, year, revision, whose).await
}

/// Writes a word about an item; says its revision.
async fn speak(
    state: &AppState,
    member: &Member,
    year: i32,
    code: &str,
    say: Say,
    whose: Whose,
) -> Result<i64> {
    let narrative = narrative("narrative", &say.narrative)?;
    let organization = member.organization_id;
    let now = state.clock.now();
    let Open {
        mut tx, version, ..
    } = open(state, member, year).await?;
    let item = version.standard.item(code).ok_or(Error::NotFound)?.item;
    if let Whose::Department(department) = whose {
        let department = department.ok_or(Error::NotFound)?;
        let filed = Filed::load(&mut tx, organization, &version, year, Some(code)).await?;
        let answering = Answering::load(&mut tx, organization, year).await?;
        let assigned = answering.of(code, &filed.of(item).owner);
        if !answering.is_of(&assigned, department) {
            return Err(Error::NotFound);
        }
    }
    let scored = score(&item.scoring, item.points, &say.facts).map_err(|unfit| {
        let words = unfit.words();
        Error::invalid("facts", words.zh, words.en)
    })?;
    let opinions = store::opinions(&mut tx, organization, year).await?;
    let before = opinions.get(code).and_then(|it| it.get(&say.stage));
    IfMatch(say.revision).check(before.map_or(0, |it| it.revision))?;
    let said = Said {
        revision: say.revision + 1,
        facts: say.facts,
        narrative,
        by: member.person_id(),
        at: now,
    };
    store::put_opinion(&mut tx, organization, year, (code, say.stage), &said).await?;
    let detail = format!(
        "{year} {code} {}: {}; {}",
        say.stage.as_str(),
        scored.points,
        said.narrative
    );
    audit::by(&mut tx, member, now, "self_assessed", None, &detail).await?;
    tx.commit().await?;
    Ok(said.revision)
}

/// Chooses the department that answers for an item in a year.
pub(super) async fn assign(
    State(state): State<AppState>,
    member: Member,
    Path(code): Path<String>,
    Query(asked): Query<OfYear>,
    Json(assign): Json<Assign>,
) -> Result<Response> {
    member.require(Ability::Review)?;
    let year = asked.year(&state)?;
    let organization = member.organization_id;
    let Open {
        mut tx, version, ..
    } = open(&state, &member, year).await?;
    version.standard.item(&code).ok_or(Error::NotFound)?;
    let name = match assign.department_id {
        Some(id) => {
            let name = names::department(&mut tx, organization, id).await?;
            name.ok_or_else(|| {
                Error::invalid(
                    "department_id",
                    "找不到这个科室，请刷新后重选",
                    "This department isn’t here. Please reload and choose again",
                )
            })?
        }
        None => String::new(),
    };
    let before = store::departments(&mut tx, organization, year).await?;
    let before = before.get(&code).copied().unwrap_or_default();
    IfMatch(assign.revision).check(before.revision)?;
    let next = Chosen {
        revision: before.revision + 1,
        department: assign.department_id,
    };
    store::put_department(&mut tx, organization, year, &code, next).await?;
    let (now, act) = (state.clock.now(), "self_assessment_department");
    let detail = format!("{year} {code} {name}");
    audit::by(&mut tx, &member, now, act, None, &detail).await?;
    tx.commit().await?;
    answer(&state, &member, year, next.revision, Whose::All).await
}

pub(super) async fn mark(
    State(state): State<AppState>,
    member: Member,
    Query(asked): Query<OfYear>,
    Json(Mark { revision, marks }): Json<Mark>,
) -> Result<Response> {
    member.require(Ability::Review)?;
    let year = asked.year(&state)?;
    let Open { tx, old, version } = open(&state, &member, year).await?;
    IfMatch(revision).check(old.revision)?;
    let next = Year {
        revision: old.revision + 1,
        marks: tidy(marks, &version.standard)?,
        closed: None,
    };
    let detail = serde_json::to_string(&next.marks)?;
    let act = "self_assessment_marks";
    write(&state, tx, &member, year, &next, act, &detail).await
}

pub(super) async fn close(
    State(state): State<AppState>,
    member: Member,
    Query(asked): Query<OfYear>,
    Json(Close { revision }): Json<Close>,
) -> Result<Response> {
    member.require(Ability::ManageStandards)?;
    let year = asked.year(&state)?;
    let Open { tx, old, version } = open(&state, &member, year).await?;
    IfMatch(revision).check(old.revision)?;
    let next = Year {
        revision: old.revision + 1,
        closed: Some(Closed {
            standard: version.line.id,
            by: member.person_id(),
            at: state.clock.now(),
        }),
        ..old
    };
    let act = "self_assessment_close";
    write(&state, tx, &member, year, &next, act, "").await
}

pub(super) async fn reopen(
    State(state): State<AppState>,
    member: Member,
    Query(asked): Query<OfYear>,
    Json(Reopen { revision, reason }): Json<Reopen>,
) -> Result<Response> {
    member.require(Ability::ManageStandards)?;
    let year = asked.year(&state)?;
    let ask = ("请写明为什么重新打开", "Please say why it is opened again");
    let reason = validate::reason(&reason, ask)?;
    let (tx, old) = begin(&state, &member, year).await?;
    IfMatch(revision).check(old.revision)?;
    if old.closed.is_none() {
        return Err(Error::conflict(
            "not_closed",
            "这一年的自评没有定稿，请刷新查看",
            "This year isn’t closed. Please reload",
        ));
    }
    let next = Year {
        revision: old.revision + 1,
        closed: None,
        ..old
    };
    let act = "self_assessment_reopen";
    write(&state, tx, &member, year, &next, act, &reason).await
}

/// Begins to write a year, one after the other.
async fn begin(state: &AppState, member: &Member, year: i32) -> Result<(Tx, Year)> {
    let organization = member.organization_id;
    let mut tx = state.db.begin_for(organization).await?;
    feed::lock(&mut tx, organization).await?;
    let old = store::year(&mut tx, organization, year).await?;
    Ok((tx, old))
}

/// A year that can be changed, and the standard by which it is assessed.
struct Open {
    tx: Tx,
    old: Year,
    version: Version,
}

/// Begins to write a year, unless it is closed.
async fn open(state: &AppState, member: &Member, year: i32) -> Result<Open> {
    let (mut tx, old) = begin(state, member, year).await?;
    if old.closed.is_some() {
        return Err(Error::conflict(
            "closed",
            "这一年的自评已定稿，要修改请先由管理员重新打开",
            "This year is closed. An administrator can open it again",
        ));
    }
    let version = standards::current(&mut tx, member.organization_id).await?;
    let version = version.ok_or_else(|| {
        Error::conflict(
            "no_standard",
            "还没有启用测评标准，请先导入并启用",
            "There is no standard in use. Please import and publish one first",
        )
    })?;
    Ok(Open { tx, old, version })
}

async fn write(
    state: &AppState,
    mut tx: Tx,
    member: &Member,
    year: i32,
    next: &Year,
    act: &str,
    detail: &str,
) -> Result<Response> {
    store::put_year(&mut tx, member.organization_id, year, next).await?;
    let detail = format!("{year} {detail}");
    audit::by(&mut tx, member, state.clock.now(), act, None, &detail).await?;
    tx.commit().await?;
    answer(state, member, year, next.revision, Whose::All).await
}

/// The year as it stands now.
async fn answer(
    state: &AppState,
    member: &Member,
    year: i32,
    revision: i64,
    whose: Whose,
) -> Result<Response> {
    let now = read::load(state, member.organization_id, year, whose).await?;
    Ok(revised(revision, now).into_response())
}

/// What the standard knows, with numbers that can be; a line that says nothing is left out.
fn tidy(marks: Marks, standard: &Standard) -> Result<Marks> {
    let mut tidied = Marks::default();
    for (code, mut said) in marks.preconditions {
        said.note = narrative("note", &said.note)?;
        let is_known = standard.preconditions.iter().any(|it| it.code == code);
        if is_known && (said.met.is_some() || !said.note.is_empty()) {
            tidied.preconditions.insert(code, said);
        }
    }
    for (code, mut happened) in marks.negatives {
        if !(0..=99).contains(&happened.times) {
            return Err(Error::invalid(
                "times",
                "次数请填 0 到 99",
                "Please give 0 to 99 times",
            ));
        }
        happened.note = narrative("note", &happened.note)?;
        let is_known = standard.negative_list.iter().any(|it| it.code == code);
        if is_known && (happened.times > 0 || !happened.note.is_empty()) {
            tidied.negatives.insert(code, happened);
        }
    }
    for (code, mut claim) in marks.bonus {
        claim.note = narrative("note", &claim.note)?;
        let Some(item) = standard.bonus.items.iter().find(|it| it.code == code) else {
            continue;
        };
        if claim.points < domain::Decimal::ZERO || claim.points > item.max_points {
            let most = item.max_points;
            return Err(Error::invalid(
                "points",
                format!("{code} 的加分请填 0 到 {most}"),
                format!("{code} brings 0 to {most} points"),
            ));
        }
        if claim.points > domain::Decimal::ZERO || !claim.note.is_empty() {
            tidied.bonus.insert(code, claim);
        }
    }
    Ok(tidied)
}

fn narrative(field: &'static str, text: &str) -> Result<String> {
    let text = text.trim();
    validate::prose(field, text)?;
    if text.chars().count() > NARRATIVE {
        return Err(Error::invalid(
            field,
            "最多 500 个字，请写要点",
            "At most 500 characters. Please keep to the point",
        ));
    }
    Ok(text.to_owned())
}
