//! An activity's bundle: notice, plan, sign-in list, photos, brief, summary. What is there, what is
//! missing, who owes it; and texts to begin with, made from what is known.

mod drafts;
mod prove;

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use domain::{
    ActivityId, EvidenceKind, Lang, OrganizationId, RecordRef,
    api::{
        bundles::{Bundle, PHOTOS, Paper, Part, PartFile, PartRecord, TEXT},
        files::FileInput,
    },
    areas::{
        activities::Activity,
        attachments::Attachment,
        evidence::File,
        submissions::{ReviewState, Submission},
    },
    keys::sha256_hex,
    operation::Area,
    permission::Ability,
};
use serde::Deserialize;
use sqlx::{AnyConnection, Row as _};

use super::{files, gathering, names};
use crate::{
    AppState, Error, Result,
    areas::{activities, attachments, blobs, evidence, guests, standards, submissions},
    auth::Member,
    extract::{Json, Path, Query},
    feed, ids, validate,
};
use drafts::Facts;

/// So many pictures of a record are shown.
const THUMBNAILS: usize = 6;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/office/activities/{id}/bundle", get(bundle).post(keep))
        .route("/api/office/activities/{id}/evidence", post(prove::prove))
}

#[derive(Deserialize)]
struct Language {
    #[serde(default)]
    lang: Lang,
}

async fn bundle(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<ActivityId>,
    Query(Language { lang }): Query<Language>,
) -> Result<Json<Bundle>> {
    member.require(Ability::EditActivities)?;
    let organization = member.organization_id;
    let mut connection = state.db.snapshot().await?;
    let activity = activities::store::find(&mut connection, organization, id)
        .await?
        .ok_or(Error::NotFound)?
        .activity;
    let found = Found::load(&mut connection, organization, activity).await?;
    let bundle = found.bundle(&mut connection, organization, lang).await?;
    Ok(Json(bundle))
}

/// Everything that an activity's papers can be made of.
struct Found {
    activity: Activity,
    organization_name: String,
    organizer: String,
    department: Option<String>,
    arrived: usize,
    files: Vec<File>,
    /// Approved records with their photos.
    records: Vec<(Submission, Vec<Attachment>)>,
}

impl Found {
    async fn load(
        connection: &mut AnyConnection,
        organization: OrganizationId,
        activity: Activity,
    ) -> Result<Self> {
        let rows = sqlx::query(
            "select id from submissions
             where activity_id = $1 and organization_id = $2 and state = $3 order by id",
        )
        .bind(activity.id.to_string())
        .bind(organization.to_string())
        .bind(ReviewState::Approved.as_str())
        .fetch_all(&mut *connection)
        .await?;
        let mut wanted = Vec::with_capacity(rows.len());
        for row in rows {
            wanted.push(row.try_get::<String, _>("id")?.parse()?);
        }
        let mut records = Vec::new();
        for record in submissions::store::load(connection, organization, &wanted).await? {
            let subject = RecordRef::new(Area::Submissions, record.id);
            let mut photos =
                attachments::store::of_record(connection, organization, subject).await?;
            photos.retain(|it| it.is_photo() && !it.withdrawn && it.rejected.is_none());
            records.push((record, photos));
        }
        records.sort_by_key(|(record, _)| record.id);
        let attendances = gathering::attendances(connection, organization, activity.id).await?;
        let arrived: std::collections::BTreeSet<_> =
            attendances.iter().map(|fact| fact.person_id).collect();
        let guests = guests::store::of_activity(connection, organization, activity.id).await?;
        let guests = guests.iter().filter(|it| it.counts()).count();
        let organizer = [activity.organizer_id].into();
        let organizer = names::people(connection, organization, &organizer).await?;
        let own = match activity.department_id {
            Some(department) => names::department(connection, organization, department).await?,
            None => None,
        };
        let department =
            own.or_else(|| organizer.first().and_then(|it| it.department_name.clone()));
        let organization_name = sqlx::query_scalar("select name from organizations where id = $1")
            .bind(organization.to_string())
            .fetch_one(&mut *connection)
            .await?;
        Ok(Self {
            organization_name,
            organizer: names::name_of(&organizer, activity.organizer_id),
            department,
            arrived: arrived.len() + guests,
            files: evidence::files::of_activity(connection, organization, activity.id).await?,
            records,
            activity,
        })
    }

    async fn bundle(
        &self,
        connection: &mut AnyConnection,
        organization: OrganizationId,
        lang: Lang,
    ) -> Result<Bundle> {
        let standard = standards::store::current(connection, organization).await?;
        let proves = match standard {
            Some(version) => {
                let (standard, own) = (version.line.id, self.activity.id);
                evidence::store::items_of_activity(connection, organization, standard, own).await?
            }
            None => Vec::new(),
        };
        let facts = Facts {
            activity: &self.activity,
            organization: &self.organization_name,
            department: self.department.as_deref(),
            organizer: &self.organizer,
            arrived: self.arrived,
            records: self.records.iter().map(|(record, _)| record).collect(),
            photos: self.records.iter().map(|(_, photos)| photos.len()).sum(),
            lang,
        };
        let photos = self.records.iter().filter(|(_, photos)| !photos.is_empty());
        let parts = [
            (EvidenceKind::Notice, facts.notice()),
            (EvidenceKind::Plan, facts.plan()),
            (EvidenceKind::SignIn, String::new()),
            (EvidenceKind::Photo, String::new()),
            (EvidenceKind::Brief, facts.brief()),
            (EvidenceKind::Summary, facts.summary()),
        ]
        .into_iter()
        .map(|(kind, draft)| {
            let files: Vec<PartFile> = self
                .files
                .iter()
                .filter(|file| file.kind == kind)
                .map(|file| PartFile {
                    id: file.id,
                    title: file.title.clone(),
                })
                .collect();
            let records: Vec<PartRecord> = match kind {
                EvidenceKind::Photo => photos.clone().map(part_record).collect(),
                // A record about publicity is the brief, or links to it.
                EvidenceKind::Brief => self
                    .records
                    .iter()
                    .filter(|(record, _)| record.form_id == "publicity")
                    .map(part_record)
                    .collect(),
                _ => Vec::new(),
            };
            let more = match kind {
                // Whoever checked in makes the list.
                EvidenceKind::SignIn => i64::from(self.arrived > 0),
                EvidenceKind::Photo => facts.photos as i64,
                _ => records.len() as i64,
            };
            Part {
                kind,
                there: files.len() as i64 + more,
                min: if kind == EvidenceKind::Photo {
                    PHOTOS
                } else {
                    1
                },
                files,
                records,
                draft,
            }
        })
        .collect();
        Ok(Bundle {
            parts,
            owes: self
                .department
                .clone()
                .unwrap_or_else(|| self.organizer.clone()),
            proves,
        })
    }
}

fn part_record((record, photos): &(Submission, Vec<Attachment>)) -> PartRecord {
    PartRecord {
        id: record.id,
        title: record.title.clone(),
        thumbnails: photos
            .iter()
            .take(THUMBNAILS)
            .map(|photo| photo.thumbnail.sha256.clone())
            .collect(),
    }
}

/// Keeps a text as one of the activity's papers.
async fn keep(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<ActivityId>,
    Json(paper): Json<Paper>,
) -> Result<Response> {
    member.require(Ability::EditActivities)?;
    let organization = member.organization_id;
    let text = paper.text.trim();
    if text.is_empty() || text.chars().count() > TEXT {
        return Err(Error::invalid(
            "text",
            format!("正文应有 1 到 {TEXT} 个字"),
            format!("The text should have 1 to {TEXT} characters"),
        ));
    }
    validate::prose("text", text)?;
    let like_a_page = || {
        Error::invalid(
            "text",
            "这段文字像网页或程序代码，不能存为文件，请改成普通文字",
            "This reads as a page or a program and can’t be kept. Please make it plain text",
        )
    };
    if text.starts_with('<') {
        return Err(like_a_page());
    }
    let title = validate::name("title", &paper.title, 120)?;
    let mut connection = state.db.read().acquire().await?;
    let activity = activities::store::find(&mut connection, organization, id)
        .await?
        .ok_or(Error::NotFound)?
        .activity;
    drop(connection);
    // The mark by which Windows knows the encoding.
    let bytes = Bytes::from(format!("\u{feff}{text}\n").replace('\n', "\r\n"));
    let brought = blobs::Brought {
        organization_id: organization,
        person_id: member.person_id(),
        device_id: member.device_id,
        sha256: sha256_hex(&bytes),
        media_type: domain::media::TEXT.to_owned(),
    };
    let (sha256, size) = (brought.sha256.clone(), bytes.len() as i64);
    if blobs::take_in(&state, brought, bytes).await? != blobs::Finished::Stored {
        return Err(like_a_page());
    }
    let now = state.clock.now();
    let mut tx = state.db.begin_for(organization).await?;
    // The sweep of unnamed bytes holds it too; it may have been there in between.
    feed::lock(&mut tx, organization).await?;
    blobs::stored(&mut tx, organization, &sha256)
        .await?
        .ok_or_else(|| Error::internal("the text was swept up before it was named"))?;
    let file = File {
        id: ids::new(&state.clock),
        revision: 1,
        sha256,
        bytes: size,
        media_type: domain::media::TEXT.to_owned(),
        file_name: format!("{}.txt", title.replace(['/', '\\'], "-")),
        title: title.clone(),
        kind: paper.kind,
        dated_on: None,
        document_no: String::new(),
        department_id: None,
        activity_id: None,
        added_by: member.person_id(),
        added_at: now,
        withdrawn: false,
    };
    let about = FileInput {
        title,
        kind: Some(paper.kind),
        dated_on: drafts::day(now).map(|day| day.to_string()),
        document_no: String::new(),
        department_id: activity.department_id,
        activity_id: Some(id),
    };
    let file = files::described(&mut tx, &member, file, &about).await?;
    files::insert(&mut tx, &member, &file).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(file)).into_response())
}
