//! What the lines of the ledger name: title, date, whether it counts.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use domain::{
    OrganizationId, Timestamp,
    api::evidence::{Doubt, What},
    areas::{
        evidence::{Subject, SubjectArea},
        submissions::ReviewState,
    },
    time::UTC_OFFSET_MINUTES,
};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use super::files;
use crate::{Error, Result, bulk};

#[derive(Clone, Debug)]
pub struct Material {
    pub title: String,
    pub date: Option<NaiveDate>,
    pub department: Option<String>,
    pub what: What,
    /// Why it doesn't count, if it doesn't.
    pub excluded: Option<Doubt>,
}

impl Material {
    fn gone() -> Self {
        Self {
            title: String::new(),
            date: None,
            department: None,
            what: What::Gone,
            excluded: Some(Doubt::Gone),
        }
    }

    /// What an assessor would refuse, if it is filed for this year.
    pub fn doubts(&self, year: i32) -> Vec<Doubt> {
        use chrono::Datelike as _;
        let mut doubts: Vec<Doubt> = self.excluded.iter().cloned().collect();
        match self.date {
            Some(date) if date.year() != year => {
                doubts.push(Doubt::OtherYear { year: date.year() });
            }
            None if self.excluded != Some(Doubt::Gone) => doubts.push(Doubt::Undated),
            _ => {}
        }
        doubts
    }
}

/// What is known of things.
#[derive(Default)]
pub struct Materials(HashMap<Subject, Material>);

impl Materials {
    pub fn get(&self, subject: Subject) -> Material {
        self.0.get(&subject).cloned().unwrap_or_else(Material::gone)
    }

    pub fn has(&self, subject: Subject) -> bool {
        self.0.contains_key(&subject)
    }
}

/// Reads what the subjects are; a stranger's is left out as one that isn't there.
pub async fn load(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    subjects: impl Iterator<Item = Subject>,
) -> Result<Materials> {
    let subjects: BTreeSet<Subject> = subjects.collect();
    let ids = |area: SubjectArea| -> Vec<String> {
        subjects
            .iter()
            .filter(|subject| subject.area == area)
            .map(|subject| subject.id.to_string())
            .collect()
    };
    let mut found = HashMap::new();
    let rows = bulk::by_ids(
        connection,
        organization,
        "select s.id, s.title, s.state, s.occurred_at, s.photos, d.name as department_name
         from submissions s left join departments d on d.id = s.department_id
         where s.organization_id = $1 and s.id in",
        &ids(SubjectArea::Submissions),
        "",
    )
    .await?;
    for row in rows {
        put(&mut found, SubjectArea::Submissions, record(&row)?);
    }
    let rows = bulk::by_ids(
        connection,
        organization,
        "select a.id, a.subject_id, a.blob, a.thumbnail, a.source, a.taken_at, a.caption,
             a.withdrawn, s.title, s.state, s.occurred_at, d.name as department_name
         from attachments a
         join submissions s on s.id = a.subject_id and s.organization_id = a.organization_id
         left join departments d on d.id = s.department_id
         where a.organization_id = $1 and a.subject_area = 'submissions' and a.id in",
        &ids(SubjectArea::Attachments),
        "",
    )
    .await?;
    for row in rows {
        put(&mut found, SubjectArea::Attachments, photo(&row)?);
    }
    let rows = bulk::by_ids(
        connection,
        organization,
        "select a.id, a.title, a.state, a.starts_at, d.name as department_name
         from activities a left join departments d on d.id = a.department_id
         where a.organization_id = $1 and a.id in",
        &ids(SubjectArea::Activities),
        "",
    )
    .await?;
    for row in rows {
        put(&mut found, SubjectArea::Activities, activity(&row)?);
    }
    documents(
        connection,
        organization,
        &ids(SubjectArea::Files),
        &mut found,
    )
    .await?;
    Ok(Materials(found))
}

type Found = (uuid::Uuid, Material);

fn put(found: &mut HashMap<Subject, Material>, area: SubjectArea, (id, material): Found) {
    found.insert(Subject { area, id }, material);
}

fn record(row: &AnyRow) -> Result<Found> {
    let id = row.try_get::<String, _>("id")?.parse()?;
    let material = Material {
        title: row.try_get("title")?,
        date: date(Timestamp(row.try_get("occurred_at")?)),
        department: row.try_get("department_name")?,
        what: What::Record {
            id: domain::SubmissionId(id),
            photos: row.try_get("photos")?,
        },
        excluded: unapproved(row)?,
    };
    Ok((id, material))
}

fn photo(row: &AnyRow) -> Result<Found> {
    let taken: Option<i64> = row.try_get("taken_at")?;
    let at = match taken {
        Some(at) => at,
        None => row.try_get("occurred_at")?,
    };
    let caption: String = row.try_get("caption")?;
    let title = if caption.is_empty() {
        row.try_get("title")?
    } else {
        caption
    };
    let excluded = if row.try_get::<i64, _>("withdrawn")? == 0 {
        unapproved(row)?
    } else {
        Some(Doubt::Withdrawn)
    };
    let material = Material {
        title,
        date: date(Timestamp(at)),
        department: row.try_get("department_name")?,
        what: What::Photo {
            record: row.try_get::<String, _>("subject_id")?.parse()?,
            photo: row.try_get("blob")?,
            thumbnail: row.try_get("thumbnail")?,
            source: bulk::variant(row.try_get("source")?)?,
        },
        excluded,
    };
    Ok((row.try_get::<String, _>("id")?.parse()?, material))
}

fn activity(row: &AnyRow) -> Result<Found> {
    let id = row.try_get::<String, _>("id")?.parse()?;
    let cancelled = row.try_get::<String, _>("state")? == "cancelled";
    let material = Material {
        title: row.try_get("title")?,
        date: date(Timestamp(row.try_get("starts_at")?)),
        department: row.try_get("department_name")?,
        what: What::Activity {
            id: domain::ActivityId(id),
        },
        excluded: cancelled.then_some(Doubt::Withdrawn),
    };
    Ok((id, material))
}

async fn documents(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    ids: &[String],
    found: &mut HashMap<Subject, Material>,
) -> Result<()> {
    let files = files::load(connection, organization, ids).await?;
    let departments: BTreeSet<String> = files
        .iter()
        .filter_map(|file| file.department_id)
        .map(|id| id.to_string())
        .collect();
    let departments: Vec<String> = departments.into_iter().collect();
    let mut names: HashMap<String, String> = HashMap::new();
    let rows = bulk::by_ids(
        connection,
        organization,
        "select id, name from departments where organization_id = $1 and id in",
        &departments,
        "",
    )
    .await?;
    for row in rows {
        names.insert(row.try_get("id")?, row.try_get("name")?);
    }
    for file in files {
        let material = Material {
            title: file.title,
            date: file.dated_on.and_then(|day| day.parse().ok()),
            department: file
                .department_id
                .and_then(|id| names.get(&id.to_string()).cloned()),
            what: What::File {
                id: file.id,
                file_name: file.file_name,
                media_type: file.media_type,
                bytes: file.bytes,
            },
            excluded: file.withdrawn.then_some(Doubt::Withdrawn),
        };
        put(found, SubjectArea::Files, (file.id.0, material));
    }
    Ok(())
}

fn date(at: Timestamp) -> Option<NaiveDate> {
    at.civil(UTC_OFFSET_MINUTES).map(|at| at.date())
}

fn unapproved(row: &AnyRow) -> Result<Option<Doubt>> {
    let state: String = row.try_get("state")?;
    let state = ReviewState::parse(&state)
        .ok_or_else(|| Error::internal(format!("unknown review state {state}")))?;
    Ok((state != ReviewState::Approved).then_some(Doubt::NotApproved { state }))
}
