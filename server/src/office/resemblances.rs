//! Where a record's photos were before: the same bytes or nearly the same picture in any record of the
//! organization.

use std::collections::{BTreeSet, HashMap};

use domain::{
    AttachmentId, OrganizationId, SubmissionId, Timestamp, api::office::SeenBefore,
    areas::attachments::Attachment, photos::Resemblance,
};
use sqlx::{AnyConnection, Row as _};

use crate::{Result, areas::attachments::likenesses, bulk};

/// For one photo, the most that is said.
const MOST: usize = 5;

/// The same bytes are found at once, what looks alike after both were looked at.
pub(super) async fn of(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    attachments: &[Attachment],
) -> Result<Vec<SeenBefore>> {
    let photos: Vec<&Attachment> = attachments.iter().filter(|it| !it.withdrawn).collect();
    let own: BTreeSet<String> = photos.iter().map(|it| it.blob.sha256.clone()).collect();
    let own: Vec<String> = own.into_iter().collect();
    let near = likenesses::near(connection, organization, &own).await?;
    let others = near.values().flatten().map(|(other, _)| other.clone());
    let wanted: BTreeSet<String> = own.iter().cloned().chain(others).collect();
    let wanted: Vec<String> = wanted.into_iter().collect();
    let uses = uses(connection, organization, &wanted).await?;
    let mut seen = Vec::new();
    for photo in photos {
        let name = &photo.blob.sha256;
        let same = uses.get(name).into_iter().flatten();
        let mut found: Vec<(i64, SeenBefore)> = same
            .filter(|other| other.id != photo.id)
            .map(|other| (0, other.seen(photo, Resemblance::Same)))
            .collect();
        for (other, distance) in near.get(name).into_iter().flatten() {
            // Within one record, shots of the same moment look alike: only the same bytes count there.
            let elsewhere = uses
                .get(other)
                .into_iter()
                .flatten()
                .filter(|other| other.record.0 != photo.subject.id);
            let seen = elsewhere.map(|other| other.seen(photo, Resemblance::NearlySame));
            found.extend(seen.map(|seen| (*distance, seen)));
        }
        found.sort_by_key(|(distance, other)| {
            (
                other.resemblance,
                *distance,
                other.occurred_at,
                other.record.0,
            )
        });
        seen.extend(found.into_iter().take(MOST).map(|(_, other)| other));
    }
    Ok(seen)
}

/// A photo of a record.
struct Use {
    id: AttachmentId,
    record: SubmissionId,
    title: String,
    occurred_at: Timestamp,
    thumbnail: String,
}

impl Use {
    fn seen(&self, photo: &Attachment, resemblance: Resemblance) -> SeenBefore {
        SeenBefore {
            photo: photo.id,
            resemblance,
            record: self.record,
            title: self.title.clone(),
            occurred_at: self.occurred_at,
            thumbnail: self.thumbnail.clone(),
        }
    }
}

/// By the name of the bytes, the photos with them.
async fn uses(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    names: &[String],
) -> Result<HashMap<String, Vec<Use>>> {
    let rows = bulk::select(
        connection,
        organization,
        "select a.id, a.blob, a.thumbnail, s.id as record, s.title, s.occurred_at
         from attachments a
         join submissions s on s.id = a.subject_id and s.organization_id = a.organization_id
         where a.organization_id = $1 and a.withdrawn = 0 and a.subject_area = 'submissions'
             and a.blob in",
        names,
        "",
    )
    .await?;
    let mut uses: HashMap<String, Vec<Use>> = HashMap::new();
    for row in rows {
        uses.entry(row.try_get("blob")?).or_default().push(Use {
            id: row.try_get::<String, _>("id")?.parse()?,
            record: row.try_get::<String, _>("record")?.parse()?,
            title: row.try_get("title")?,
            occurred_at: Timestamp(row.try_get("occurred_at")?),
            thumbnail: row.try_get("thumbnail")?,
        });
    }
    Ok(uses)
}
