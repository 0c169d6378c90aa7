//! An activity's own papers as evidence: the list of those who came and the documents, filed together.
//!
//! Leaves out its records, which are filed one by one when they are reviewed.

use axum::extract::State;
use chrono::Datelike as _;
use domain::{
    ActivityId, EvidenceKind,
    api::bundles::{Bundle, ProveActivity},
    areas::evidence::{Evidence, Subject, SubjectArea},
    permission::Ability,
};

use super::{Found, Language};
use crate::{
    AppState, Error, Result,
    areas::{activities, evidence::store},
    audit,
    auth::Member,
    extract::{Json, Path, Query},
    ids,
    office::{
        evidence::{check_passage, detail, standard_with},
        subjects,
    },
};

pub(super) async fn prove(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<ActivityId>,
    Query(Language { lang }): Query<Language>,
    Json(input): Json<ProveActivity>,
) -> Result<Json<Bundle>> {
    member.require(Ability::Review)?;
    let organization = member.organization_id;
    let passage = check_passage(&input.passage)?;
    let mut tx = state.db.begin_for(organization).await?;
    let activity = activities::store::find(&mut tx, organization, id)
        .await?
        .ok_or(Error::NotFound)?
        .activity;
    let (standard_id, _) = standard_with(&mut tx, &member, &input.item).await?;
    let year = subjects::year(activity.starts_at);
    let found = Found::load(&mut tx, organization, activity).await?;
    let now = state.clock.now();
    let line = |kind: EvidenceKind, area: SubjectArea, id: uuid::Uuid, year: i32| Evidence {
        id: ids::new(&state.clock),
        standard_id,
        item: input.item.clone(),
        kind,
        subject: Subject { area, id },
        year,
        passage: String::new(),
        added_by: member.person_id(),
        added_at: now,
    };
    let list = (found.arrived > 0)
        .then(|| line(EvidenceKind::SignIn, SubjectArea::Activities, id.0, year));
    let files = found.files.iter().map(|file| {
        let dated = file.dated_on.as_deref();
        let dated = dated.and_then(|day| day.parse::<chrono::NaiveDate>().ok());
        let year = dated.map_or(year, |day| day.year());
        line(file.kind, SubjectArea::Files, file.id.0, year)
    });
    let mut lines: Vec<Evidence> = list.into_iter().chain(files).collect();
    let Some(first) = lines.first_mut() else {
        return Err(Error::conflict(
            "nothing_to_file",
            "这个活动还没有人签到，也没有文件；有了签到或文件再归档",
            "Nobody came to this activity yet, and it has no documents. File it once there is something",
        ));
    };
    first.passage = passage;
    for line in &lines {
        // Filed anew: what is said now counts.
        if !line.passage.is_empty() {
            store::delete_same(&mut tx, organization, line).await?;
        }
        if store::insert(&mut tx, organization, std::slice::from_ref(line)).await? > 0 {
            audit::by(&mut tx, &member, now, "evidence_add", None, &detail(line)).await?;
        }
    }
    let bundle = found.bundle(&mut tx, organization, lang).await?;
    tx.commit().await?;
    Ok(Json(bundle))
}
