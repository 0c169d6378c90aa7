//! SQL for uploads in progress, their pieces, and the blobs that are stored or were rejected.

use std::collections::HashSet;

use domain::{DeviceId, OrganizationId, PersonId, Refusal, Timestamp, keys};
use sqlx::{AnyConnection, Row as _, any::AnyRow};
use uuid::Uuid;

use crate::error::Result;

/// An upload in progress.
#[derive(Clone, Debug)]
pub struct Upload {
    pub id: Uuid,
    pub organization_id: OrganizationId,
    pub device_id: DeviceId,
    pub person_id: PersonId,
    pub sha256: String,
    pub size: i64,
    pub media_type: String,
    /// Durable bytes.
    pub stored_bytes: i64,
    pub pieces: i64,
    pub expires_at: Timestamp,
}

/// A blob that is stored whole.
#[derive(Clone, Debug)]
pub struct Blob {
    pub size: i64,
    pub media_type: String,
    pub person_id: PersonId,
}

/// A piece of an upload, an object of its own.
#[derive(Clone, Debug)]
pub struct Piece {
    pub object: String,
    pub size: i64,
}

/// Begins an upload unless the device has one for the same bytes.
pub async fn begin(connection: &mut AnyConnection, upload: &Upload, now: Timestamp) -> Result<()> {
    sqlx::query(
        "insert into uploads
             (id, organization_id, device_id, person_id, sha256, size, media_type, stored_bytes,
              pieces, lock_holder, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, 0, 0, '', $8, $9)
         on conflict (device_id, sha256) do nothing",
    )
    .bind(upload.id.to_string())
    .bind(upload.organization_id.to_string())
    .bind(upload.device_id.to_string())
    .bind(upload.person_id.to_string())
    .bind(upload.sha256.as_str())
    .bind(upload.size)
    .bind(upload.media_type.as_str())
    .bind(now.0)
    .bind(upload.expires_at.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// The upload that a device began for these bytes.
pub async fn of_device(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    device: DeviceId,
    sha256: &str,
) -> Result<Option<Upload>> {
    let row = sqlx::query(
        "select id, organization_id, device_id, person_id, sha256, size, media_type, stored_bytes,
                pieces, expires_at
         from uploads where organization_id = $1 and device_id = $2 and sha256 = $3",
    )
    .bind(organization.to_string())
    .bind(device.to_string())
    .bind(sha256)
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(decode).transpose()
}

pub async fn find(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    id: Uuid,
) -> Result<Option<Upload>> {
    let row = sqlx::query(
        "select id, organization_id, device_id, person_id, sha256, size, media_type, stored_bytes,
                pieces, expires_at
         from uploads where organization_id = $1 and id = $2",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(decode).transpose()
}

/// How many uploads a device has begun and not ended.
pub async fn count_of_device(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    device: DeviceId,
) -> Result<i64> {
    let row = sqlx::query(
        "select cast(count(*) as bigint) as n from uploads
         where organization_id = $1 and device_id = $2",
    )
    .bind(organization.to_string())
    .bind(device.to_string())
    .fetch_one(connection)
    .await?;
    Ok(row.try_get("n")?)
}

/// Uploads that nobody may go on with, of whatever organization.
pub async fn expired(connection: &mut AnyConnection, now: Timestamp) -> Result<Vec<Upload>> {
    let rows = sqlx::query(
        "select id, organization_id, device_id, person_id, sha256, size, media_type, stored_bytes,
                pieces, expires_at
         from uploads where expires_at <= $1 order by expires_at limit 500",
    )
    .bind(now.0)
    .fetch_all(connection)
    .await?;
    rows.iter().map(decode).collect()
}

/// Makes `holder` the one who may append, whoever was it before; false when the upload is gone or
/// doesn't stand at `offset`.
pub async fn take(
    connection: &mut AnyConnection,
    upload: &Upload,
    offset: i64,
    holder: &str,
) -> Result<bool> {
    let done = sqlx::query(
        "update uploads set lock_holder = $1
         where organization_id = $2 and id = $3 and stored_bytes = $4",
    )
    .bind(holder)
    .bind(upload.organization_id.to_string())
    .bind(upload.id.to_string())
    .bind(offset)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Counts durable pieces; false when somebody else took the upload meanwhile.
pub async fn append(
    connection: &mut AnyConnection,
    upload: &Upload,
    holder: &str,
    first: i64,
    pieces: &[Piece],
) -> Result<bool> {
    let bytes: i64 = pieces.iter().map(|piece| piece.size).sum();
    let done = sqlx::query(
        "update uploads set stored_bytes = stored_bytes + $1, pieces = pieces + $2
         where organization_id = $3 and id = $4 and lock_holder = $5 and pieces = $6
           and stored_bytes + $1 <= size",
    )
    .bind(bytes)
    .bind(pieces.len() as i64)
    .bind(upload.organization_id.to_string())
    .bind(upload.id.to_string())
    .bind(holder)
    .bind(first)
    .execute(&mut *connection)
    .await?;
    if done.rows_affected() != 1 {
        return Ok(false);
    }
    for (number, piece) in (first..).zip(pieces) {
        sqlx::query(
            "insert into upload_pieces (upload_id, number, object, size) values ($1, $2, $3, $4)",
        )
        .bind(upload.id.to_string())
        .bind(number)
        .bind(piece.object.as_str())
        .bind(piece.size)
        .execute(&mut *connection)
        .await?;
    }
    Ok(true)
}

/// The pieces of an upload in order.
pub async fn pieces(connection: &mut AnyConnection, upload: &Upload) -> Result<Vec<Piece>> {
    let rows =
        sqlx::query("select object, size from upload_pieces where upload_id = $1 order by number")
            .bind(upload.id.to_string())
            .fetch_all(connection)
            .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        found.push(Piece {
            object: row.try_get("object")?,
            size: row.try_get("size")?,
        });
    }
    Ok(found)
}

/// Sets the upload back to its first byte and takes it from whoever appends.
pub async fn restart(connection: &mut AnyConnection, upload: &Upload) -> Result<()> {
    forget_pieces(connection, upload).await?;
    sqlx::query(
        "update uploads set stored_bytes = 0, pieces = 0, lock_holder = ''
         where organization_id = $1 and id = $2",
    )
    .bind(upload.organization_id.to_string())
    .bind(upload.id.to_string())
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets the upload; the objects of its pieces are the caller's.
pub async fn end(connection: &mut AnyConnection, upload: &Upload) -> Result<()> {
    forget_pieces(connection, upload).await?;
    sqlx::query("delete from uploads where organization_id = $1 and id = $2")
        .bind(upload.organization_id.to_string())
        .bind(upload.id.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

async fn forget_pieces(connection: &mut AnyConnection, upload: &Upload) -> Result<()> {
    sqlx::query("delete from upload_pieces where upload_id = $1")
        .bind(upload.id.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn blob(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    sha256: &str,
) -> Result<Option<Blob>> {
    // No other text can name bytes, and not every text can be asked of a database.
    if !keys::is_sha256_hex(sha256) {
        return Ok(None);
    }
    let row = sqlx::query(
        "select size, media_type, person_id from blobs
         where organization_id = $1 and sha256 = $2",
    )
    .bind(organization.to_string())
    .bind(sha256)
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        Ok(Blob {
            size: row.try_get("size")?,
            media_type: row.try_get("media_type")?,
            person_id: row.try_get::<String, _>("person_id")?.parse()?,
        })
    })
    .transpose()
}

/// Notes that the bytes of the upload are stored under their name.
pub async fn keep(connection: &mut AnyConnection, upload: &Upload, now: Timestamp) -> Result<()> {
    sqlx::query(
        "insert into blobs (organization_id, sha256, size, media_type, person_id, stored_at)
         values ($1, $2, $3, $4, $5, $6) on conflict (organization_id, sha256) do nothing",
    )
    .bind(upload.organization_id.to_string())
    .bind(upload.sha256.as_str())
    .bind(upload.size)
    .bind(upload.media_type.as_str())
    .bind(upload.person_id.to_string())
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes that the bytes of the upload aren't the photo that they were said to be.
pub async fn reject(
    connection: &mut AnyConnection,
    upload: &Upload,
    refusal: &Refusal,
    now: Timestamp,
) -> Result<()> {
    sqlx::query(
        "insert into rejected_blobs (organization_id, sha256, media_type, refusal, at)
         values ($1, $2, $3, $4, $5) on conflict (organization_id, sha256, media_type) do nothing",
    )
    .bind(upload.organization_id.to_string())
    .bind(upload.sha256.as_str())
    .bind(upload.media_type.as_str())
    .bind(serde_json::to_string(refusal)?)
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether the person may see the blob by what it belongs to: their own record, photo or arrival.
pub async fn belongs_to(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    sha256: &str,
    person: PersonId,
) -> Result<bool> {
    let row = sqlx::query(
        "select 1 as one from attachments a
         left join submissions s
             on s.id = a.subject_id and s.organization_id = a.organization_id
         where a.organization_id = $1 and (a.blob = $2 or a.thumbnail = $2)
           and (a.added_by = $3 or s.author_id = $3)
         union all
         select 1 as one from attendances
         where organization_id = $1 and person_id = $3 and signature = $2
         limit 1",
    )
    .bind(organization.to_string())
    .bind(sha256)
    .bind(person.to_string())
    .fetch_optional(connection)
    .await?;
    Ok(row.is_some())
}

/// The names of all pieces that uploads in progress count, of whatever organization.
pub async fn counted(connection: &mut AnyConnection) -> Result<HashSet<String>> {
    let names: Vec<String> = sqlx::query_scalar("select object from upload_pieces")
        .fetch_all(connection)
        .await?;
    Ok(names.into_iter().collect())
}

fn decode(row: &AnyRow) -> Result<Upload> {
    Ok(Upload {
        id: row.try_get::<String, _>("id")?.parse()?,
        organization_id: row.try_get::<String, _>("organization_id")?.parse()?,
        device_id: row.try_get::<String, _>("device_id")?.parse()?,
        person_id: row.try_get::<String, _>("person_id")?.parse()?,
        sha256: row.try_get("sha256")?,
        size: row.try_get("size")?,
        media_type: row.try_get("media_type")?,
        stored_bytes: row.try_get("stored_bytes")?,
        pieces: row.try_get("pieces")?,
        expires_at: Timestamp(row.try_get("expires_at")?),
    })
}
