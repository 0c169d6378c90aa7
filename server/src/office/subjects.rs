//! What can show that something was done: records, photos, files and activities, each as a line.
//!
//! Read-only; voided records and withdrawn files show nothing.

use std::collections::{BTreeMap, BTreeSet};

use axum::{Router, extract::State, routing::get};
use chrono::{Days, NaiveDate};
use domain::{
    Area, OrganizationId, RecordRef, Timestamp,
    api::tasks::{SubjectFilter, SubjectLine},
    areas::evidence::{Subject, SubjectArea},
    permission::Ability,
    time::{DAY_MS, MINUTE_MS, UTC_OFFSET_MINUTES},
};
use sqlx::{AnyConnection, Row as _, any::AnyRow};
use uuid::Uuid;

use crate::{
    AppState, Error, Result,
    areas::attachments,
    auth::Member,
    bulk,
    extract::{Json, Query},
};

/// Most lines of one area in the answer.
const LINES: i64 = 60;
/// So many records of the span are looked at for a word.
const LOOKED_AT: i64 = 2_000;
/// Most things that show one thing.
const SUBJECTS: usize = 30;
/// Thumbnails of one record.
const PHOTOS: usize = 6;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/api/office/subjects", get(candidates))
}

async fn candidates(
    State(state): State<AppState>,
    member: Member,
    Query(filter): Query<SubjectFilter>,
) -> Result<Json<Vec<SubjectLine>>> {
    member.require(Ability::EditTasks)?;
    let today = today(state.clock.now());
    let from = filter.from.unwrap_or(today - Days::new(60));
    let until = filter.until.unwrap_or(today);
    let (from, until) = (start_of(from), start_of(until).plus_ms(DAY_MS));
    let words: Vec<String> = filter
        .q
        .unwrap_or_default()
        .to_lowercase()
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    let mut connection = state.db.snapshot().await?;
    let queries = [
        (
            SubjectArea::Submissions,
            "select s.id, s.title, s.occurred_at as at, p.name as by_name
             from submissions s left join people p on p.id = s.author_id
             where s.organization_id = $1 and s.occurred_at >= $2 and s.occurred_at < $3
                 and s.state <> 'voided'
             order by s.occurred_at desc, s.id desc limit $4",
        ),
        (
            SubjectArea::Activities,
            "select a.id, a.title, a.starts_at as at, p.name as by_name
             from activities a left join people p on p.id = a.organizer_id
             where a.organization_id = $1 and a.starts_at >= $2 and a.starts_at < $3
             order by a.starts_at desc, a.id desc limit $4",
        ),
        (
            SubjectArea::Files,
            "select f.id, f.title, f.added_at as at, p.name as by_name
             from files f left join people p on p.id = f.added_by
             where f.organization_id = $1 and f.added_at >= $2 and f.added_at < $3
                 and f.withdrawn = 0
             order by f.added_at desc, f.id desc limit $4",
        ),
    ];
    let mut found = Vec::new();
    for (area, query) in queries {
        let rows = sqlx::query(query)
            .bind(member.organization_id.to_string())
            .bind(from.0)
            .bind(until.0)
            .bind(LOOKED_AT)
            .fetch_all(&mut *connection)
            .await?;
        let mut lines = Vec::new();
        for row in &rows {
            let line = line(area, row)?;
            let title = line.title.to_lowercase();
            let fits = words
                .iter()
                .all(|word| title.contains(word) || line.by_name.to_lowercase().contains(word));
            if fits && (lines.len() as i64) < LINES {
                lines.push(line);
            }
        }
        found.append(&mut lines);
    }
    found.sort_by_key(|line| std::cmp::Reverse(line.at));
    Ok(Json(found))
}

/// The subjects that exist here, in their order.
pub(super) async fn lines(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    subjects: &[Subject],
) -> Result<Vec<SubjectLine>> {
    let mut found: BTreeMap<Subject, SubjectLine> = BTreeMap::new();
    for area in SubjectArea::ALL {
        let ids: BTreeSet<String> = subjects
            .iter()
            .filter(|subject| subject.area == area)
            .map(|subject| subject.id.to_string())
            .collect();
        let ids: Vec<String> = ids.into_iter().collect();
        let query = match area {
            SubjectArea::Submissions => {
                "select s.id, s.title, s.occurred_at as at, p.name as by_name
                 from submissions s left join people p on p.id = s.author_id
                 where s.organization_id = $1 and s.id in"
            }
            SubjectArea::Attachments => {
                "select a.id, a.caption as title, a.taken_at as at, p.name as by_name
                 from attachments a left join people p on p.id = a.added_by
                 where a.organization_id = $1 and a.id in"
            }
            SubjectArea::Files => {
                "select f.id, f.title, f.added_at as at, p.name as by_name
                 from files f left join people p on p.id = f.added_by
                 where f.organization_id = $1 and f.id in"
            }
            SubjectArea::Activities => {
                "select a.id, a.title, a.starts_at as at, p.name as by_name
                 from activities a left join people p on p.id = a.organizer_id
                 where a.organization_id = $1 and a.id in"
            }
        };
        for row in bulk::by_ids(connection, organization, query, &ids, "").await? {
            let line = line(area, &row)?;
            found.insert(line.subject, line);
        }
    }
    let mut lines: Vec<SubjectLine> = Vec::with_capacity(subjects.len());
    for subject in subjects {
        if let Some(mut line) = found.remove(subject) {
            line.photos = photos(connection, organization, *subject).await?;
            lines.push(line);
        }
    }
    Ok(lines)
}

/// Thumbnails that are here already.
async fn photos(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    subject: Subject,
) -> Result<Vec<String>> {
    let attachments = match subject.area {
        SubjectArea::Submissions => {
            let record = RecordRef::new(Area::Submissions, subject.id);
            attachments::store::of_record(connection, organization, record).await?
        }
        SubjectArea::Attachments => {
            attachments::store::load(connection, organization, &[subject.id]).await?
        }
        SubjectArea::Files | SubjectArea::Activities => Vec::new(),
    };
    Ok(attachments
        .into_iter()
        .filter(|one| one.stored && !one.withdrawn)
        .map(|one| one.thumbnail.sha256)
        .take(PHOTOS)
        .collect())
}

/// How many of these are here and show anything: what is voided, withdrawn or called off doesn't.
async fn shown(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    subjects: &[Subject],
) -> Result<usize> {
    let mut found = 0;
    for area in SubjectArea::ALL {
        let ids: BTreeSet<String> = subjects
            .iter()
            .filter(|subject| subject.area == area)
            .map(|subject| subject.id.to_string())
            .collect();
        let ids: Vec<String> = ids.into_iter().collect();
        let query = match area {
            SubjectArea::Submissions => {
                "select id from submissions
                 where organization_id = $1 and state <> 'voided' and id in"
            }
            SubjectArea::Attachments => {
                "select id from attachments where organization_id = $1 and withdrawn = 0 and id in"
            }
            SubjectArea::Files => {
                "select id from files where organization_id = $1 and withdrawn = 0 and id in"
            }
            SubjectArea::Activities => {
                "select id from activities
                 where organization_id = $1 and state <> 'cancelled' and id in"
            }
        };
        found += bulk::by_ids(connection, organization, query, &ids, "")
            .await?
            .len();
    }
    Ok(found)
}

/// Refuses what isn't here or shows nothing any more, names it twice, or is too much.
pub(super) async fn check(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    subjects: &[Subject],
) -> Result<()> {
    if subjects.len() > SUBJECTS {
        return Err(Error::invalid(
            "subjects",
            format!("最多选 {SUBJECTS} 项"),
            format!("{SUBJECTS} at most"),
        ));
    }
    if shown(connection, organization, subjects).await? == subjects.len() {
        return Ok(());
    }
    Err(Error::invalid(
        "subjects",
        "所选的记录或文件找不到了，请重新选择",
        "A record or file that you chose isn't here any more. Please choose again",
    ))
}

fn line(area: SubjectArea, row: &AnyRow) -> Result<SubjectLine> {
    let id: Uuid = row.try_get::<String, _>("id")?.parse()?;
    Ok(SubjectLine {
        subject: Subject { area, id },
        title: row.try_get("title")?,
        at: row.try_get::<Option<i64>, _>("at")?.map(Timestamp),
        by_name: row
            .try_get::<Option<String>, _>("by_name")?
            .unwrap_or_default(),
        photos: Vec::new(),
    })
}

/// The day in China.
pub(super) fn today(now: Timestamp) -> NaiveDate {
    now.civil(UTC_OFFSET_MINUTES)
        .map(|at| at.date())
        .unwrap_or_default()
}

/// The year in China.
pub(super) fn year(now: Timestamp) -> i32 {
    use chrono::Datelike as _;
    today(now).year()
}

/// The moment at which a day begins in China.
pub(super) fn start_of(day: NaiveDate) -> Timestamp {
    let midnight = day.and_time(chrono::NaiveTime::MIN).and_utc();
    Timestamp(midnight.timestamp_millis() - i64::from(UTC_OFFSET_MINUTES) * MINUTE_MS)
}
