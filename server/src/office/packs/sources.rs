//! The facts of everything that lines of the ledger name, read at once.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use domain::{
    ActivityId, OrganizationId,
    areas::{
        activities::Activity,
        attachments::Attachment,
        evidence::{Evidence, File, SubjectArea},
    },
};
use sqlx::AnyConnection;
use uuid::Uuid;

use super::{
    gather::{day, file_day},
    records::{self, RecordFacts},
    store,
};
use crate::{
    Result,
    areas::{activities, attachments},
    office::{names, organization_name},
};

/// Everything that the lines name.
pub(super) struct Sources {
    pub organization: String,
    pub records: HashMap<Uuid, RecordFacts>,
    pub photos: HashMap<Uuid, Attachment>,
    pub photos_of: HashMap<Uuid, Vec<Uuid>>,
    pub files: HashMap<Uuid, File>,
    pub activities: HashMap<Uuid, Activity>,
    /// Blobs of files that are here.
    pub stored: HashSet<String>,
    pub departments: BTreeMap<String, String>,
    pub organizers: HashMap<domain::PersonId, Option<String>>,
}

impl Sources {
    pub async fn load(
        connection: &mut AnyConnection,
        organization: OrganizationId,
        lines: &[Evidence],
    ) -> Result<Self> {
        let named = |area: SubjectArea| -> Vec<Uuid> {
            let ids: BTreeSet<Uuid> = lines
                .iter()
                .filter(|line| line.subject.area == area)
                .map(|line| line.subject.id)
                .collect();
            ids.into_iter().collect()
        };
        let mut records = named(SubjectArea::Submissions);
        let own = store::photos_of(connection, organization, &records).await?;
        let single =
            attachments::store::load(connection, organization, &named(SubjectArea::Attachments))
                .await?;
        // A photo alone is judged by the record that it belongs to.
        records.extend(single.iter().map(|it| it.subject.id));
        records.sort_unstable();
        records.dedup();
        let records = records::facts(connection, organization, &records).await?;
        let mut photos = HashMap::new();
        let mut photos_of: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
        for photo in own {
            photos_of
                .entry(photo.subject.id)
                .or_default()
                .push(photo.id.0);
            photos.insert(photo.id.0, photo);
        }
        photos.extend(single.into_iter().map(|it| (it.id.0, it)));
        let files = store::files(connection, organization, &named(SubjectArea::Files)).await?;
        let blobs: Vec<String> = files.iter().map(|it| it.sha256.clone()).collect();
        let stored = attachments::store::stored_blobs(connection, organization, &blobs).await?;
        let mut wanted: BTreeSet<Uuid> = named(SubjectArea::Activities).into_iter().collect();
        wanted.extend(
            records
                .values()
                .filter_map(|it| it.activity_id)
                .map(|id| id.0),
        );
        let wanted: Vec<ActivityId> = wanted.into_iter().map(ActivityId).collect();
        let activities: HashMap<Uuid, Activity> =
            activities::store::load(connection, organization, &wanted)
                .await?
                .into_iter()
                .map(|it| (it.activity.id.0, it.activity))
                .collect();
        let organizers = activities.values().map(|it| it.organizer_id).collect();
        let organizers = names::people(connection, organization, &organizers).await?;
        Ok(Self {
            organization: organization_name(connection, organization).await?,
            records,
            photos,
            photos_of,
            files: files.into_iter().map(|it| (it.id.0, it)).collect(),
            activities,
            stored: stored.into_iter().collect(),
            departments: store::departments(connection, organization).await?,
            organizers: organizers
                .into_iter()
                .map(|it| (it.id, it.department_name))
                .collect(),
        })
    }

    pub fn department(&self, id: Option<domain::DepartmentId>) -> String {
        id.and_then(|id| self.departments.get(&id.to_string()))
            .unwrap_or(&self.organization)
            .clone()
    }

    pub fn date_of(&self, line: &Evidence) -> Option<NaiveDate> {
        let id = line.subject.id;
        match line.subject.area {
            SubjectArea::Submissions => self.records.get(&id).and_then(|it| day(it.occurred_at)),
            SubjectArea::Attachments => self.photos.get(&id).and_then(|it| self.photo_day(it)),
            SubjectArea::Files => self.files.get(&id).and_then(file_day),
            SubjectArea::Activities => self.activities.get(&id).and_then(|it| day(it.starts_at)),
        }
    }

    pub fn photo_day(&self, photo: &Attachment) -> Option<NaiveDate> {
        let record = self.records.get(&photo.subject.id);
        photo
            .taken_at
            .or(record.map(|it| it.occurred_at))
            .and_then(day)
    }
}
