//! Where a record's photos were before: the same bytes or nearly the same picture in any record of the
//! organization.

use std::collections::BTreeMap;

use domain::{
    OrganizationId, Timestamp, api::office::SeenBefore, areas::attachments::Attachment,
    photos::Resemblance,
};
use sqlx::{AnyConnection, Row as _};

use crate::{Result, areas::attachments::likenesses, bulk};

/// For one photo, the most that is said.
const MOST: usize = 5;

pub(super) async fn of(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    attachments: &[Attachment],
) -> Result<Vec<SeenBefore>> {
    let mut seen = Vec::new();
    let photos: Vec<&Attachment> = attachments.iter().filter(|it| !it.withdrawn).collect();
    let names: Vec<String> = photos.iter().map(|it| it.blob.sha256.clone()).collect();
    let known = likenesses::load(connection, organization, &names).await?;
    for photo in photos {
        let own = &photo.blob.sha256;
        let mut near = BTreeMap::from([(own.clone(), 0)]);
        if let Some(likeness) = known.get(own) {
            near.extend(likenesses::near(connection, organization, likeness).await?);
        }
        let names: Vec<String> = near.keys().cloned().collect();
        let mut found = others(connection, organization, photo, &names).await?;
        found.sort_by_key(|(name, other)| {
            let distance = near.get(name).copied();
            (
                other.resemblance,
                distance,
                other.occurred_at,
                other.record.0,
            )
        });
        seen.extend(found.into_iter().take(MOST).map(|(_, other)| other));
    }
    Ok(seen)
}

/// The other photos with these bytes, each with its record. Within the same record, shots of the same
/// moment look alike: only the same bytes count there.
async fn others(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    photo: &Attachment,
    names: &[String],
) -> Result<Vec<(String, SeenBefore)>> {
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
    let mut found = Vec::new();
    for row in rows {
        let id: domain::AttachmentId = row.try_get::<String, _>("id")?.parse()?;
        let name: String = row.try_get("blob")?;
        let record: domain::SubmissionId = row.try_get::<String, _>("record")?.parse()?;
        let same = name == photo.blob.sha256;
        if id == photo.id || (record.0 == photo.subject.id && !same) {
            continue;
        }
        let other = SeenBefore {
            photo: photo.id,
            resemblance: if same {
                Resemblance::Same
            } else {
                Resemblance::NearlySame
            },
            record,
            title: row.try_get("title")?,
            occurred_at: Timestamp(row.try_get("occurred_at")?),
            thumbnail: row.try_get("thumbnail")?,
        };
        found.push((name, other));
    }
    Ok(found)
}
