//! Filled-in forms with painted photos: waiting, returned and approved ones.

use std::collections::{BTreeMap, HashMap};

use domain::{
    AttachmentId, Capture, OrganizationId, PersonId, RecordRef, Row, SubmissionId, Timestamp,
    areas::{
        attachments::{Attachment, BlobFacts, PhotoFacts, PhotoSource, Wordings},
        submissions::{ReviewState, Submission},
    },
    forms::{Answer, Answers, Environment, Form},
    keys,
    operation::Area,
    time::{DAY_MS, HOUR_MS},
};
use object_store::ObjectStoreExt as _;
use serde::Deserialize;

use super::{
    Rows, UTC_OFFSET_MINUTES,
    activities::Made,
    moment,
    people::Members,
    scenes::{self, Picture, Scene},
    unknown,
};
use crate::{
    AppState, Error, Result, Tx,
    areas::{attachments, blobs, submissions::store as submissions},
    ids,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    form: String,
    #[serde(default)]
    activity: Option<String>,
    author: String,
    /// Days from today, with `time`; or `hours_ago`.
    #[serde(default)]
    day: i64,
    #[serde(default)]
    time: Option<String>,
    #[serde(default)]
    hours_ago: i64,
    arrives_minutes_later: i64,
    title: String,
    /// As typed; `$date`, `$moment` and `$week` stand for the record's day, its moment, and a week on.
    answers: BTreeMap<String, String>,
    #[serde(default)]
    photos: Vec<Photo>,
    #[serde(default)]
    review: Option<Review>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Photo {
    scene: Scene,
    caption: String,
    #[serde(default = "camera")]
    source: PhotoSource,
}

fn camera() -> PhotoSource {
    PhotoSource::Camera
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Review {
    by: String,
    hours_later: i64,
    #[serde(default)]
    approve: bool,
    #[serde(rename = "return", default)]
    reason: String,
}

impl Review {
    pub(super) fn approval(by: &str) -> Self {
        Self {
            by: by.to_owned(),
            hours_later: 20,
            approve: true,
            reason: String::new(),
        }
    }
}

pub(super) async fn fill(
    state: &AppState,
    tx: &mut Tx,
    organization: OrganizationId,
    members: &Members,
    made: &Made,
    rows: &mut Rows,
) -> Result<()> {
    let templates: Vec<Template> =
        serde_json::from_str(include_str!("../../../templates/records.json"))?;
    let forms: HashMap<String, Form> = rows
        .iter()
        .filter_map(|row| match row {
            Row::Forms(row) => Some((row.form.id.clone(), row.form.read()?.clone())),
            _ => None,
        })
        .collect();
    let now = state.clock.now();
    let mut variant = 0;
    for template in templates {
        let form = forms
            .get(&template.form)
            .ok_or_else(|| unknown("form", &template.form))?;
        let author = members.get(&template.author)?;
        let activity = match &template.activity {
            Some(key) => Some(made.get(key).ok_or_else(|| unknown("activity", key))?.id),
            None => None,
        };
        let at = match &template.time {
            Some(time) => moment(now, template.day, time)?,
            None => now.plus_ms(-template.hours_ago * HOUR_MS),
        };
        let id: SubmissionId = ids::new(&state.clock);
        let mut photos = Vec::with_capacity(template.photos.len());
        for photo in &template.photos {
            variant += 1;
            photos.push(attach(state, tx, organization, id, author.id, at, photo, variant).await?);
        }
        let submission = Submission {
            id,
            revision: 1,
            form_id: form.id.clone(),
            form_version: form.version.clone(),
            activity_id: activity,
            premises_id: None,
            author_id: author.id,
            department_id: author.department_id,
            answers: answers(form, &template.answers, &photos, at)?,
            title: template.title,
            state: ReviewState::Submitted,
            review_note: String::new(),
            capture: Capture {
                occurred_at: at,
                wall_clock: at,
                utc_offset_minutes: UTC_OFFSET_MINUTES,
                server_offset_ms: Some(0),
                monotonic_since_server_time_ms: None,
            },
            received_at: Some(at.plus_minutes(template.arrives_minutes_later).min(now)),
            conflicts: Vec::new(),
        };
        let submission = keep(
            tx,
            organization,
            members,
            submission,
            template.review.as_ref(),
            now,
        )
        .await?;
        attachments::store::insert(tx, organization, &photos).await?;
        submissions::count_photos(tx, organization, &[id.0]).await?;
        rows.push(Row::Submissions(Box::new(submission)));
        rows.extend(photos.into_iter().map(Row::Attachments));
    }
    Ok(())
}

/// Writes the submission with its history, and returns it as it stands now.
pub(super) async fn keep(
    tx: &mut Tx,
    organization: OrganizationId,
    members: &Members,
    first: Submission,
    review: Option<&Review>,
    now: Timestamp,
) -> Result<Submission> {
    let arrived = first.received_at.unwrap_or(now);
    let mut versions = vec![(
        first.clone(),
        submissions::Version {
            at: arrived,
            by: first.author_id,
            op_id: None,
        },
    )];
    let mut current = first;
    if let Some(review) = review {
        current.revision += 1;
        current.state = if review.approve {
            ReviewState::Approved
        } else {
            ReviewState::Returned
        };
        current.review_note.clone_from(&review.reason);
        versions.push((
            current.clone(),
            submissions::Version {
                at: arrived.plus_ms(review.hours_later * HOUR_MS).min(now),
                by: members.get(&review.by)?.id,
                op_id: None,
            },
        ));
    }
    submissions::insert(tx, organization, &[&current]).await?;
    let versions: Vec<_> = versions
        .iter()
        .map(|(it, version)| (it, *version))
        .collect();
    submissions::keep_versions(tx, organization, &versions).await?;
    let counted = BTreeMap::from([(current.state.as_str(), 1)]);
    submissions::count_states(tx, organization, &counted).await?;
    Ok(current)
}

fn answers(
    form: &Form,
    typed: &BTreeMap<String, String>,
    photos: &[Attachment],
    at: Timestamp,
) -> Result<Answers> {
    let environment = Environment {
        now_ms: at.0,
        utc_offset_minutes: UTC_OFFSET_MINUTES,
        ..Environment::default()
    };
    let civil = |at: Timestamp, format: &str| {
        at.civil(UTC_OFFSET_MINUTES)
            .map(|at| at.format(format).to_string())
            .unwrap_or_default()
    };
    let mut answers = Answers::new();
    for (question, text) in typed {
        let text = match text.as_str() {
            "$date" => civil(at, "%Y-%m-%d"),
            "$moment" => civil(at, "%Y-%m-%dT%H:%M:%S+08:00"),
            "$week" => civil(at.plus_ms(7 * DAY_MS), "%Y-%m-%d"),
            text => text.to_owned(),
        };
        let answer = form
            .parse_answer(question, &text, &environment)
            .map_err(|problem| unfit(form, &problem.question, &problem.message.zh))?;
        if let Some(answer) = answer {
            answers.insert(question.clone(), answer);
        }
    }
    if !photos.is_empty() {
        let ids = photos.iter().map(|it| it.id.to_string()).collect();
        answers.insert(PHOTOS.to_owned(), Answer::Images(ids));
    }
    match form.check(&answers, &environment).first() {
        Some(problem) => Err(unfit(form, &problem.question, &problem.message.zh)),
        None => Ok(answers),
    }
}

/// The built-in forms' question for photos.
const PHOTOS: &str = "photos";

fn unfit(form: &Form, question: &str, message: &str) -> Error {
    Error::internal(format!("a sample {}: {question}: {message}", form.id))
}

#[expect(
    clippy::too_many_arguments,
    reason = "one caller; a struct would only repeat the row"
)]
async fn attach(
    state: &AppState,
    tx: &mut Tx,
    organization: OrganizationId,
    submission: SubmissionId,
    author: PersonId,
    at: Timestamp,
    photo: &Photo,
    variant: u32,
) -> Result<Attachment> {
    let (full, thumbnail) = scenes::take(photo.scene, variant)?;
    let blob = store(state, tx, organization, author, full).await?;
    let thumbnail = store(state, tx, organization, author, thumbnail).await?;
    Ok(Attachment {
        id: ids::new::<AttachmentId>(&state.clock),
        revision: 1,
        subject: RecordRef::new(Area::Submissions, submission),
        question: PHOTOS.to_owned(),
        blob,
        thumbnail,
        source: photo.source,
        taken_at: Some(at.plus_minutes(-5)),
        caption: photo.caption.clone(),
        facts: PhotoFacts::default(),
        added_by: author,
        withdrawn: false,
        stored: true,
        rejected: None,
        others: Wordings::default(),
    })
}

async fn store(
    state: &AppState,
    tx: &mut Tx,
    organization: OrganizationId,
    author: PersonId,
    picture: Picture,
) -> Result<BlobFacts> {
    let facts = BlobFacts {
        sha256: keys::sha256_hex(&picture.bytes),
        size: picture.bytes.len() as i64,
        media_type: "image/jpeg".to_owned(),
        width: i64::from(picture.width),
        height: i64::from(picture.height),
    };
    let path = blobs::path(organization, &facts.sha256);
    state.blobs.put(&path, picture.bytes.into()).await?;
    sqlx::query(
        "insert into blobs (organization_id, sha256, size, media_type, person_id, stored_at)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(organization.to_string())
    .bind(facts.sha256.as_str())
    .bind(facts.size)
    .bind(facts.media_type.as_str())
    .bind(author.to_string())
    .bind(state.clock.now().0)
    .execute(&mut **tx)
    .await?;
    Ok(facts)
}
