//! Drafts are made and changed, and one becomes the version that everybody works by.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    RecordRef, Row, StandardId, Timestamp,
    api::standards::{Carry, StandardLine, StandardState},
    areas::standards::{SCHEMA_VERSION, Standard},
    operation::Area,
    permission::Ability,
    standard_check::first_wrong,
};

use super::{carry, shown};
use crate::{
    AppState, Error, Result,
    areas::standards::store::{self, Version},
    audit,
    auth::Member,
    extract::{IfMatch, Json, Path},
    feed, ids, validate,
};

pub(super) async fn create(
    State(state): State<AppState>,
    member: Member,
    Json(standard): Json<Standard>,
) -> Result<Response> {
    member.require(Ability::ManageStandards)?;
    accept(&standard)?;
    let now = state.clock.now();
    let version = Version {
        line: StandardLine {
            id: ids::new(&state.clock),
            revision: 1,
            state: StandardState::Draft,
            title: standard.title.clone(),
            created_at: now,
            published_at: None,
        },
        previous: None,
        standard,
    };
    let mut tx = state.db.begin_for(member.organization_id).await?;
    store::insert(&mut tx, member.organization_id, &version).await?;
    note(&mut tx, &member, now, "standard_draft", &version).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, shown(version)).into_response())
}

pub(super) async fn edit(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<StandardId>,
    seen: IfMatch,
    Json(standard): Json<Standard>,
) -> Result<Response> {
    member.require(Ability::ManageStandards)?;
    accept(&standard)?;
    let organization = member.organization_id;
    let mut tx = state.db.begin_for(organization).await?;
    feed::lock(&mut tx, organization).await?;
    let old = store::find(&mut tx, organization, id).await?;
    let old = old.ok_or(Error::NotFound)?;
    seen.check(old.line.revision)?;
    if old.line.state != StandardState::Draft {
        return Err(published());
    }
    let version = Version {
        line: StandardLine {
            revision: old.line.revision + 1,
            title: standard.title.clone(),
            ..old.line
        },
        previous: old.previous,
        standard,
    };
    store::update(&mut tx, organization, &version).await?;
    note(
        &mut tx,
        &member,
        state.clock.now(),
        "standard_edit",
        &version,
    )
    .await?;
    tx.commit().await?;
    Ok(shown(version))
}

pub(super) async fn publish(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<StandardId>,
    seen: IfMatch,
    Json(told): Json<Carry>,
) -> Result<Response> {
    member.require(Ability::ManageStandards)?;
    let organization = member.organization_id;
    let now = state.clock.now();
    let mut tx = state.db.begin_for(organization).await?;
    feed::lock(&mut tx, organization).await?;
    let draft = store::find(&mut tx, organization, id).await?;
    let draft = draft.ok_or(Error::NotFound)?;
    seen.check(draft.line.revision)?;
    if draft.line.state != StandardState::Draft {
        return Err(published());
    }
    accept(&draft.standard)?;
    let before = store::current(&mut tx, organization).await?;
    let retired = before.map(|before| Version {
        line: StandardLine {
            revision: before.line.revision + 1,
            state: StandardState::Retired,
            ..before.line
        },
        ..before
    });
    if let Some(retired) = &retired {
        store::update(&mut tx, organization, retired).await?;
    }
    let version = Version {
        line: StandardLine {
            revision: draft.line.revision + 1,
            state: StandardState::Current,
            published_at: Some(now),
            ..draft.line
        },
        previous: retired.as_ref().map(|it| it.line.id),
        standard: draft.standard,
    };
    store::update(&mut tx, organization, &version).await?;
    if let Some(retired) = &retired {
        carry::evidence(
            &mut tx,
            &state.clock,
            organization,
            retired,
            &version,
            &told,
            true,
        )
        .await?;
    }
    note(&mut tx, &member, now, "standard_publish", &version).await?;
    if let Some(retired) = &retired {
        feed::retract(&mut tx, organization, &[row(retired)]).await?;
    }
    feed::publish(&mut tx, organization, &[row(&version)]).await?;
    tx.commit().await?;
    Ok(shown(version))
}

/// The row that phones hold of a version.
fn row(version: &Version) -> Row {
    let line = &version.line;
    Row::Standards(Box::new(version.standard.wanted(line.id, line.revision)))
}

fn published() -> Error {
    Error::conflict(
        "standard_published",
        "已发布的测评标准不能直接修改，请另存为草稿，改好后再发布",
        "A standard that was published isn't changed. Please copy it as a draft and publish that",
    )
}

/// Refuses what can't be kept; points that don't add up can.
fn accept(standard: &Standard) -> Result<()> {
    if standard.schema_version != SCHEMA_VERSION {
        return Err(Error::invalid(
            "schema_version",
            format!("只认得第 {SCHEMA_VERSION} 版格式，请先更新服务器"),
            format!(
                "Only version {SCHEMA_VERSION} of the format is known. Please update the server first"
            ),
        ));
    }
    if let Some(wrong) = first_wrong(standard) {
        return Err(Error::invalid("standard", wrong.text.zh, wrong.text.en));
    }
    validate::prose("title", &standard.title)?;
    // One look at all texts: JSON writes what no table should hold as an escape.
    if serde_json::to_string(standard)?.contains("\\u00") {
        validate::prose("standard", "\0")?;
    }
    Ok(())
}

async fn note(
    tx: &mut crate::Tx,
    member: &Member,
    now: Timestamp,
    act: &str,
    version: &Version,
) -> Result<()> {
    let subject = Some(RecordRef::new(Area::Standards, version.line.id));
    audit::by(tx, member, now, act, subject, &version.line.title).await
}
