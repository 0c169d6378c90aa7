//! Say something about an item, mark what stands beside the items, close a year, open it again.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    OrganizationId,
    api::self_assessment::{Close, Mark, Reopen, Say},
    areas::standards::Standard,
    permission::Ability,
    scoring::score,
    self_assessment::{Marks, NARRATIVE},
};
use sqlx::AnyConnection;

use super::{
    OfYear, read,
    store::{self, Closed, Said, Year},
};
use crate::{
    AppState, Error, Result, Tx,
    areas::standards::store::{self as standards, Version},
    audit,
    auth::Member,
    extract::{IfMatch, Json, Path, Query, revised},
    feed, validate,
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
    let narrative = narrative("narrative", &say.narrative)?;
    let organization = member.organization_id;
    let now = state.clock.now();
    let mut tx = state.db.begin_for(organization).await?;
    feed::lock(&mut tx, organization).await?;
    let (_, version) = open(&mut tx, organization, year).await?;
    let item = version.standard.item(&code).ok_or(Error::NotFound)?.item;
    let scored = score(&item.scoring, item.points, &say.facts).map_err(|unfit| {
        let words = unfit.words();
        Error::invalid("facts", words.zh, words.en)
    })?;
    let opinions = store::opinions(&mut tx, organization, year).await?;
    let before = opinions.get(&code).and_then(|it| it.get(&say.stage));
    IfMatch(say.revision).check(before.map_or(0, |it| it.revision))?;
    let said = Said {
        revision: say.revision + 1,
        facts: say.facts,
        narrative,
        by: member.person_id(),
        at: now,
    };
    store::put_opinion(&mut tx, organization, year, (&code, say.stage), &said).await?;
    let detail = format!(
        "{year} {code} {}: {}; {}",
        say.stage.as_str(),
        scored.points,
        said.narrative
    );
    audit::by(&mut tx, &member, now, "self_assessed", None, &detail).await?;
    tx.commit().await?;
    let now = read::load(&state, organization, year).await?;
    Ok(revised(said.revision, now).into_response())
}

pub(super) async fn mark(
    State(state): State<AppState>,
    member: Member,
    Query(asked): Query<OfYear>,
    Json(Mark { revision, marks }): Json<Mark>,
) -> Result<Response> {
    member.require(Ability::Review)?;
    let year = asked.year(&state)?;
    let mut tx = state.db.begin_for(member.organization_id).await?;
    feed::lock(&mut tx, member.organization_id).await?;
    let (old, version) = open(&mut tx, member.organization_id, year).await?;
    IfMatch(revision).check(old.revision)?;
    let marks = tidy(marks, &version.standard)?;
    let next = Year {
        revision: old.revision + 1,
        marks,
        closed: None,
    };
    let detail = serde_json::to_string(&next.marks)?;
    write(
        &state,
        tx,
        &member,
        year,
        &next,
        "self_assessment_marks",
        &detail,
    )
    .await
}

pub(super) async fn close(
    State(state): State<AppState>,
    member: Member,
    Query(asked): Query<OfYear>,
    Json(Close { revision }): Json<Close>,
) -> Result<Response> {
    member.require(Ability::ManageStandards)?;
    let year = asked.year(&state)?;
    let mut tx = state.db.begin_for(member.organization_id).await?;
    feed::lock(&mut tx, member.organization_id).await?;
    let (old, version) = open(&mut tx, member.organization_id, year).await?;
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
    write(
        &state,
        tx,
        &member,
        year,
        &next,
        "self_assessment_close",
        "",
    )
    .await
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
    let organization = member.organization_id;
    let mut tx = state.db.begin_for(organization).await?;
    feed::lock(&mut tx, organization).await?;
    let old = store::year(&mut tx, organization, year).await?;
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

/// The year and its standard, unless it is closed.
async fn open(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    year: i32,
) -> Result<(Year, Version)> {
    let stored = store::year(connection, organization, year).await?;
    if stored.closed.is_some() {
        return Err(Error::conflict(
            "closed",
            "这一年的自评已定稿，要修改请先由管理员重新打开",
            "This year is closed. An administrator can open it again",
        ));
    }
    let version = standards::current(connection, organization).await?;
    let version = version.ok_or_else(|| {
        Error::conflict(
            "no_standard",
            "还没有启用测评标准，请先导入并启用",
            "There is no standard in use. Please import and publish one first",
        )
    })?;
    Ok((stored, version))
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
    let now = read::load(state, member.organization_id, year).await?;
    Ok(revised(next.revision, now).into_response())
}

/// What the standard knows, with numbers that can be; a line that says nothing is left out.
fn tidy(marks: Marks, standard: &Standard) -> Result<Marks> {
    let mut tidied = Marks::default();
    for (code, met) in marks.preconditions {
        if standard.preconditions.iter().any(|it| it.code == code) {
            tidied.preconditions.insert(code, met);
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
