//! What one record proves: said once, at review, for the record and each of its photos.

use std::collections::BTreeMap;

use axum::{Router, extract::State, routing::get};
use domain::{
    EvidenceKind, OrganizationId, RecordRef, SubmissionId,
    api::evidence::{ItemName, Prove, Proves, RecordEvidence},
    areas::{
        attachments::Attachment,
        evidence::{Evidence, Subject, SubjectArea},
        submissions::{ReviewState, Submission},
    },
    forms::Form,
    operation::Area,
    permission::Ability,
    suggestions::{kind_for, suggest},
    time::Timestamp,
};
use serde::Deserialize;
use sqlx::AnyConnection;

use super::{check_passage, check_year, standard_with, year_of};
use crate::{
    AppState, Error, Result, Tx,
    areas::{
        activities, attachments, evidence::store, forms, standards::store as standards, submissions,
    },
    audit,
    auth::Member,
    extract::{Json, Path, Query},
    ids, search,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route(
        "/api/office/submissions/{id}/evidence",
        get(ask).post(prove).delete(take_back),
    )
}

async fn ask(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<SubmissionId>,
) -> Result<Json<RecordEvidence>> {
    member.require(Ability::Review)?;
    let mut connection = state.db.snapshot().await?;
    let record = Record::load(&mut connection, member.organization_id, id).await?;
    record
        .evidence(&mut connection, member.organization_id)
        .await
        .map(Json)
}

async fn prove(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<SubmissionId>,
    Json(input): Json<Prove>,
) -> Result<Json<RecordEvidence>> {
    member.require(Ability::Review)?;
    let organization = member.organization_id;
    let now = state.clock.now();
    let passage = check_passage(&input.passage)?;
    let mut tx = state.db.begin_for(organization).await?;
    let record = Record::load(&mut tx, organization, id).await?;
    if matches!(
        record.submission.state,
        ReviewState::Returned | ReviewState::Voided
    ) {
        return Err(Error::conflict(
            "record_does_not_count",
            "已退回或作废的记录不能作为佐证；作者改好、审核通过后再归档",
            "A record that was returned or voided proves nothing. File it once it is corrected and approved",
        ));
    }
    let (standard_id, standard) = standard_with(&mut tx, &member, &input.item).await?;
    let year = check_year(input.year.unwrap_or_else(|| record.year()))?;
    let kind = input.kind.or_else(|| {
        let placed = standard.item(&input.item)?;
        Some(kind_for(&record.form, placed.item))
    });
    let line = |area: SubjectArea, id: uuid::Uuid, kind: EvidenceKind| Evidence {
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
    // Filed anew: what it proved of this item in this year makes room, and nothing else.
    let before = forget(&mut tx, organization, &record, &input.item, Some(year)).await?;
    let own = Evidence {
        passage,
        ..line(
            SubjectArea::Submissions,
            id.0,
            kind.unwrap_or(EvidenceKind::Ledger),
        )
    };
    let said = super::lines::detail(&own);
    let photos = record.photos().map(|photo| {
        let area = SubjectArea::Attachments;
        line(area, photo.id.0, EvidenceKind::Photo)
    });
    let lines: Vec<Evidence> = std::iter::once(own).chain(photos).collect();
    store::insert(&mut tx, organization, &lines).await?;
    note_removed(&mut tx, &member, now, id, &before).await?;
    let subject = Some(RecordRef::new(Area::Submissions, id));
    audit::by(&mut tx, &member, now, "evidence_add", subject, &said).await?;
    let evidence = record.evidence(&mut tx, organization).await?;
    tx.commit().await?;
    Ok(Json(evidence))
}

#[derive(Deserialize)]
struct From {
    #[serde(default)]
    item: String,
}

async fn take_back(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<SubmissionId>,
    Query(From { item }): Query<From>,
) -> Result<Json<RecordEvidence>> {
    member.require(Ability::Review)?;
    let organization = member.organization_id;
    let mut tx = state.db.begin_for(organization).await?;
    let record = Record::load(&mut tx, organization, id).await?;
    let removed = forget(&mut tx, organization, &record, &item, None).await?;
    note_removed(&mut tx, &member, state.clock.now(), id, &removed).await?;
    let evidence = record.evidence(&mut tx, organization).await?;
    tx.commit().await?;
    Ok(Json(evidence))
}

/// Says in the audit what was taken out, line by line; the photos go with their record.
async fn note_removed(
    tx: &mut Tx,
    member: &Member,
    now: Timestamp,
    id: SubmissionId,
    removed: &[Evidence],
) -> Result<()> {
    let subject = Some(RecordRef::new(Area::Submissions, id));
    let own = removed
        .iter()
        .filter(|line| line.subject.area == SubjectArea::Submissions);
    for line in own {
        let said = super::lines::detail(line);
        audit::by(tx, member, now, "evidence_remove", subject, &said).await?;
    }
    Ok(())
}

/// Takes out what the record and its photos prove of an item, in one year or in all.
async fn forget(
    tx: &mut Tx,
    organization: OrganizationId,
    record: &Record,
    item: &str,
    year: Option<i32>,
) -> Result<Vec<Evidence>> {
    let Some(version) = standards::current(tx, organization).await? else {
        return Ok(Vec::new());
    };
    let id = record.submission.id;
    let mut lines = store::of_record(tx, organization, version.line.id, id).await?;
    lines.retain(|line| line.item == item && year.is_none_or(|year| line.year == year));
    for line in &lines {
        store::delete(tx, organization, line.id).await?;
    }
    Ok(lines)
}

struct Record {
    submission: Submission,
    form: Form,
    attachments: Vec<Attachment>,
    /// The items that its activity is for.
    activity: Vec<String>,
}

impl Record {
    async fn load(
        connection: &mut AnyConnection,
        organization: OrganizationId,
        id: SubmissionId,
    ) -> Result<Self> {
        let submission = submissions::store::find(connection, organization, id)
            .await?
            .ok_or(Error::NotFound)?;
        let (form_id, version) = (&submission.form_id, &submission.form_version);
        let form = forms::store::find(connection, organization, form_id, version)
            .await?
            .and_then(|row| row.form.read().cloned())
            .ok_or_else(|| Error::internal(format!("form {form_id} is missing")))?;
        let subject = RecordRef::new(Area::Submissions, id);
        let attachments = attachments::store::of_record(connection, organization, subject).await?;
        let activity = match submission.activity_id {
            Some(activity) => activities::store::find(connection, organization, activity).await?,
            None => None,
        };
        Ok(Self {
            submission,
            form,
            attachments,
            activity: activity.map_or_else(Vec::new, |stored| stored.activity.items),
        })
    }

    fn year(&self) -> i32 {
        year_of(self.submission.capture.occurred_at)
    }

    fn photos(&self) -> impl Iterator<Item = &Attachment> {
        self.attachments
            .iter()
            .filter(|it| it.is_photo() && !it.withdrawn && it.rejected.is_none())
    }

    async fn evidence(
        &self,
        connection: &mut AnyConnection,
        organization: OrganizationId,
    ) -> Result<RecordEvidence> {
        let photos = self.photos().count() as i64;
        let Some(version) = standards::current(connection, organization).await? else {
            return Ok(RecordEvidence {
                year: self.year(),
                photos,
                proves: Vec::new(),
                suggestions: Vec::new(),
                items: Vec::new(),
            });
        };
        let id = self.submission.id;
        let lines = store::of_record(connection, organization, version.line.id, id).await?;
        let text = format!(
            "{} {}",
            self.submission.title,
            search::words_of(&self.form, &self.submission.answers)
        );
        let form = &self.form.settings.items;
        Ok(RecordEvidence {
            year: self.year(),
            photos,
            proves: proves(&lines),
            suggestions: suggest(&version.standard, form, &self.activity, &text),
            items: version
                .standard
                .items()
                .map(|placed| ItemName {
                    code: placed.item.code.clone(),
                    title: placed.item.title.clone(),
                    group: placed.content.title.clone(),
                    kind: kind_for(&self.form, placed.item),
                })
                .collect(),
        })
    }
}

/// The lines of one record by item and year.
fn proves(lines: &[Evidence]) -> Vec<Proves> {
    let mut found: BTreeMap<(&str, i32), Proves> = BTreeMap::new();
    for line in lines {
        let entry = found
            .entry((&line.item, line.year))
            .or_insert_with(|| Proves {
                item: line.item.clone(),
                year: line.year,
                kind: None,
                photos: 0,
                passage: String::new(),
            });
        if line.subject.area == SubjectArea::Attachments {
            entry.photos += 1;
        } else {
            entry.kind = Some(line.kind);
            entry.passage.clone_from(&line.passage);
        }
    }
    found.into_values().collect()
}
