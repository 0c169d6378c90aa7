//! From the ledger to what goes into a pack: each item's material with its title, date and marks, and
//! what stays out and why.
//!
//! Holds facts only, no answers and no bytes, so that a year of a large team fits into a few megabytes.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{Datelike as _, NaiveDate};
use domain::{
    ActivityId, EvidenceKind, OrganizationId, SubmissionId, Timestamp,
    api::{
        evidence::NeedLine,
        packs::{Caption, LeftOut, Mark, WhyLeftOut},
    },
    areas::{
        activities::{Activity, ActivityKind, ActivityState},
        attachments::{Attachment, BlobFacts, PhotoSource},
        evidence::{Evidence, File, SubjectArea},
        standards::{Item, Placed},
    },
    self_assessment::Assessed,
    time::UTC_OFFSET_MINUTES,
};
use sqlx::AnyConnection;

use super::{
    records::RecordFacts,
    redact::{file_name, masked},
    sources::Sources,
};
use crate::{
    Result,
    areas::{
        evidence,
        standards::store::{self as standards, Version},
    },
    office::{
        evidence::ledger::{self, Filed},
        organization_name, self_assessment,
    },
};

/// About what the server's own documents weigh.
const RECORD_BYTES: i64 = 5_000;
const SHEET_BYTES: i64 = 60_000;
const LIST_BYTES: i64 = 9_000;

/// A year's material of one organization, or a part of it.
pub(super) struct Gathered {
    pub organization: String,
    pub version: Version,
    pub year: i32,
    /// What the year's self-assessment says, by item.
    pub assessed: BTreeMap<String, Assessed>,
    /// In the standard's order; those without material, too.
    pub items: Vec<Gathering>,
}

/// One item's material.
pub(super) struct Gathering {
    /// What of its requirements is there, as the ledger counts it.
    pub needs: Vec<NeedLine>,
    pub materials: Vec<Material>,
    pub left_out: Vec<LeftOut>,
}

/// One file of the pack, to be.
pub(super) struct Material {
    pub kind: EvidenceKind,
    pub what: What,
    pub title: String,
    pub responsible: String,
    pub document_no: String,
    pub date: Option<NaiveDate>,
    pub passage: String,
    pub marks: Vec<Mark>,
    pub caption: Option<Caption>,
    pub bytes: i64,
    /// Without its number.
    pub file_name: String,
}

pub(super) enum What {
    Record {
        id: SubmissionId,
        activity: Option<String>,
    },
    Photo {
        blob: BlobFacts,
        thumbnail: BlobFacts,
    },
    File {
        sha256: String,
    },
    /// The sign-in list of an activity.
    SignIn(ActivityId),
    /// How many came: of those who gave blood no list leaves.
    Headcount(ActivityId),
}

impl Gathering {
    pub fn bytes(&self) -> i64 {
        SHEET_BYTES + self.materials.iter().map(|it| it.bytes).sum::<i64>()
    }
}

/// Whether an item belongs to a scope: the code of a project, of a content or its own.
pub(super) fn is_in(placed: Placed<'_>, scope: Option<&str>) -> bool {
    scope.is_none_or(|scope| {
        [
            &placed.project.code,
            &placed.content.code,
            &placed.item.code,
        ]
        .into_iter()
        .any(|code| code == scope)
    })
}

/// All that the ledger names for a year; `None` while there is no standard.
pub(super) async fn gather(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    year: i32,
    scope: Option<&str>,
) -> Result<Option<Gathered>> {
    let Some(version) = standards::current(connection, organization).await? else {
        return Ok(None);
    };
    let wanted: HashSet<&str> = version
        .standard
        .items()
        .filter(|placed| is_in(*placed, scope))
        .map(|placed| placed.item.code.as_str())
        .collect();
    let is_wanted = |item: &Item| wanted.contains(item.code.as_str());
    let filed = Filed::load(connection, organization, &version, year, None).await?;
    let mut lines = Vec::new();
    for of_years in ledger::of_year(organization, &version, year, is_wanted) {
        lines.extend(evidence::store::of_years(connection, &of_years).await?);
    }
    let sources = Sources::load(connection, organization, &lines).await?;
    let mut by_item: HashMap<&str, Vec<&Evidence>> = HashMap::new();
    for line in &lines {
        by_item.entry(&line.item).or_default().push(line);
    }
    let mut items = Vec::new();
    for placed in version.standard.items().filter(|it| is_in(*it, scope)) {
        let mut made = Maker {
            sources: &sources,
            seen: HashSet::new(),
            found: Gathering {
                needs: filed.of(placed.item).needs,
                materials: Vec::new(),
                left_out: Vec::new(),
            },
        };
        let mut own = by_item
            .remove(placed.item.code.as_str())
            .unwrap_or_default();
        // As the item asks for it, then by date: what a photo belongs to stands before it.
        let position = |kind: EvidenceKind| {
            let mut needs = placed.item.evidence.iter();
            (
                needs
                    .position(|need| need.kind == kind)
                    .unwrap_or(usize::MAX),
                kind,
            )
        };
        own.sort_by_key(|line| {
            (
                position(line.kind),
                sources.date_of(line),
                line.added_at,
                line.id,
            )
        });
        for line in own {
            made.add(line);
        }
        items.push(made.found);
    }
    let mut assessed = self_assessment::assessed(connection, organization, year).await?;
    for own in assessed.values_mut() {
        own.working = masked(&own.working);
        own.narrative = masked(&own.narrative);
    }
    Ok(Some(Gathered {
        organization: organization_name(connection, organization).await?,
        assessed,
        version,
        year,
        items,
    }))
}

/// Makes one item's material.
struct Maker<'a> {
    sources: &'a Sources,
    /// What is in already, by subject and by the bytes of photos and files.
    seen: HashSet<String>,
    found: Gathering,
}

impl Maker<'_> {
    fn add(&mut self, line: &Evidence) {
        let id = line.subject.id;
        match line.subject.area {
            SubjectArea::Submissions => match self.sources.records.get(&id) {
                Some(record) => self.add_record(line, record),
                None => self.leave(line.kind, "", WhyLeftOut::Gone),
            },
            SubjectArea::Attachments => match self.sources.photos.get(&id) {
                Some(photo) => self.add_photo(line, photo, false),
                None => self.leave(line.kind, "", WhyLeftOut::Gone),
            },
            SubjectArea::Files => match self.sources.files.get(&id) {
                Some(file) => self.add_file(line, file),
                None => self.leave(line.kind, "", WhyLeftOut::Gone),
            },
            SubjectArea::Activities => match self.sources.activities.get(&id) {
                Some(activity) => self.add_activity(line, activity),
                None => self.leave(line.kind, "", WhyLeftOut::Gone),
            },
        }
    }

    fn leave(&mut self, kind: EvidenceKind, title: &str, why: WhyLeftOut) {
        self.found.left_out.push(LeftOut {
            kind,
            title: masked(title),
            why,
        });
    }

    fn add_record(&mut self, line: &Evidence, record: &RecordFacts) {
        if let Some(why) = record.why_not() {
            return self.leave(line.kind, &record.title, why);
        }
        // The same record as another kind of evidence of the same item is one file.
        if self.seen.insert(format!("record {}", record.id)) {
            let date = day(record.occurred_at);
            let mut marks = marks(line.year, date);
            if record.late {
                marks.push(Mark::Late);
            }
            let title = masked(&format!("{}：{}", record.form_title, record.title));
            self.push(Material {
                kind: if line.kind == EvidenceKind::Photo {
                    EvidenceKind::CheckForm
                } else {
                    line.kind
                },
                what: What::Record {
                    id: record.id,
                    activity: record
                        .activity_id
                        .and_then(|id| self.sources.activities.get(&id.0))
                        .map(|it| masked(&it.title)),
                },
                responsible: self.sources.department(record.department_id),
                document_no: String::new(),
                date,
                passage: masked(&line.passage),
                marks,
                caption: None,
                bytes: RECORD_BYTES,
                file_name: format!("{}.docx", file_name(&title, 40)),
                title,
            });
        }
        let sources = self.sources;
        for photo in sources.photos_of.get(&record.id.0).into_iter().flatten() {
            if let Some(photo) = sources.photos.get(photo) {
                self.add_photo(line, photo, true);
            }
        }
    }

    /// `along`: with its record, which needn't say that a photo was withdrawn.
    fn add_photo(&mut self, line: &Evidence, photo: &Attachment, along: bool) {
        // Nobody can see what is said in a recording or stands in a document before it leaves.
        if along && !photo.is_photo() {
            return;
        }
        let (kind, passage) = if along {
            (EvidenceKind::Photo, "")
        } else {
            (line.kind, line.passage.as_str())
        };
        let record = self.sources.records.get(&photo.subject.id);
        let title = record.map(|it| it.title.clone()).unwrap_or_default();
        let why = if photo.withdrawn {
            Some(WhyLeftOut::Withdrawn)
        } else if !photo.is_photo() {
            Some(WhyLeftOut::Sensitive)
        } else if !photo.stored || photo.rejected.is_some() {
            Some(WhyLeftOut::NotStored)
        } else {
            match record {
                None => Some(WhyLeftOut::Gone),
                Some(record) => record.why_not().or_else(|| record.why_no_photo(photo)),
            }
        };
        if along && why == Some(WhyLeftOut::Withdrawn) {
            return;
        }
        // A photo that is filed beside its record is there already, or said to be left out.
        if !self.seen.insert(format!("photo {}", photo.id)) {
            return;
        }
        if let Some(why) = why {
            return self.leave(kind, &title, why);
        }
        let (Some(record), true) = (record, self.seen.insert(photo.blob.sha256.clone())) else {
            if !along {
                self.leave(kind, &title, WhyLeftOut::Repeated);
            }
            return;
        };
        let date = self.sources.photo_day(photo);
        let mut marks = marks(line.year, date);
        if photo.source == PhotoSource::Album {
            marks.push(Mark::Album);
        }
        if record.late {
            marks.push(Mark::Late);
        }
        if photo.facts.days_off(record.occurred_at).is_some() {
            marks.push(Mark::TimeDiffers);
        }
        let activity = record
            .activity_id
            .and_then(|id| self.sources.activities.get(&id.0));
        let place = match activity {
            Some(activity) if record.place.is_empty() => activity.place.clone(),
            _ => record.place.clone(),
        };
        let topic = if photo.caption.trim().is_empty() {
            &record.title
        } else {
            &photo.caption
        };
        let caption = Caption {
            time: moment(photo.taken_at.unwrap_or(record.occurred_at)),
            place: masked(&place),
            people: masked(&photo.facts.people),
            topic: masked(topic),
        };
        let ending = match photo.blob.media_type.as_str() {
            "image/png" => "png",
            "image/webp" => "webp",
            _ => "jpg",
        };
        self.push(Material {
            kind,
            title: caption.topic.clone(),
            responsible: self.sources.department(record.department_id),
            document_no: String::new(),
            date,
            passage: masked(passage),
            marks,
            bytes: photo.blob.size,
            file_name: format!("照片 {}.{ending}", file_name(&caption.topic, 30)),
            caption: Some(caption),
            what: What::Photo {
                blob: photo.blob.clone(),
                thumbnail: photo.thumbnail.clone(),
            },
        });
    }

    fn add_file(&mut self, line: &Evidence, file: &File) {
        if !self.seen.insert(format!("file {}", file.id)) {
            return;
        }
        if file.withdrawn {
            return self.leave(line.kind, &file.title, WhyLeftOut::Withdrawn);
        }
        if !self.sources.stored.contains(&file.sha256) {
            return self.leave(line.kind, &file.title, WhyLeftOut::NotStored);
        }
        if !self.seen.insert(file.sha256.clone()) {
            return self.leave(line.kind, &file.title, WhyLeftOut::Repeated);
        }
        let date = file_day(file);
        let ending = file.file_name.rsplit_once('.').map(|(_, ending)| ending);
        let ending = ending.map_or_else(|| "bin".to_owned(), |it| file_name(it, 8));
        let title = masked(&file.title);
        self.push(Material {
            kind: line.kind,
            what: What::File {
                sha256: file.sha256.clone(),
            },
            responsible: self.sources.department(file.department_id),
            document_no: file.document_no.clone(),
            date,
            passage: masked(&line.passage),
            marks: marks(line.year, date),
            caption: None,
            bytes: file.bytes,
            file_name: format!("{}.{ending}", file_name(&title, 40)),
            title,
        });
    }

    fn add_activity(&mut self, line: &Evidence, activity: &Activity) {
        if activity.state == ActivityState::Cancelled {
            return self.leave(line.kind, &activity.title, WhyLeftOut::Cancelled);
        }
        if !self.seen.insert(format!("activity {}", activity.id)) {
            return;
        }
        let date = day(activity.starts_at);
        let mut marks = marks(line.year, date);
        let gave_blood = activity.kind == ActivityKind::BloodDonation;
        let title = masked(&activity.title);
        let (what, word, ending) = if gave_blood {
            marks.push(Mark::Headcount);
            (What::Headcount(activity.id), "参加人数", "docx")
        } else {
            (What::SignIn(activity.id), "签到表", "xlsx")
        };
        let organizer = self.sources.organizers.get(&activity.organizer_id);
        let responsible = match activity.department_id {
            Some(id) => self.sources.department(Some(id)),
            None => organizer
                .cloned()
                .flatten()
                .unwrap_or_else(|| self.sources.organization.clone()),
        };
        self.push(Material {
            kind: line.kind,
            what,
            responsible,
            document_no: String::new(),
            date,
            passage: masked(&line.passage),
            marks,
            caption: None,
            bytes: LIST_BYTES,
            file_name: format!("{word} {}.{ending}", file_name(&title, 36)),
            title: format!("{title}{word}"),
        });
    }

    fn push(&mut self, material: Material) {
        self.found.materials.push(material);
    }
}

/// What its date says of a piece that was filed for a year.
fn marks(year: i32, date: Option<NaiveDate>) -> Vec<Mark> {
    match date {
        None => vec![Mark::Undated],
        Some(date) if date.year() != year => vec![Mark::OtherYear],
        Some(_) => Vec::new(),
    }
}

pub(super) fn day(at: Timestamp) -> Option<NaiveDate> {
    at.civil(UTC_OFFSET_MINUTES).map(|at| at.date())
}

pub(super) fn file_day(file: &File) -> Option<NaiveDate> {
    file.dated_on.as_deref()?.parse().ok()
}

/// Such as `2026年3月5日 09:12`.
pub(super) fn moment(at: Timestamp) -> String {
    at.civil(UTC_OFFSET_MINUTES)
        .map(|at| at.format("%Y年%-m月%-d日 %H:%M").to_string())
        .unwrap_or_default()
}
