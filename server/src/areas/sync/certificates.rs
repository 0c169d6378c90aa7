//! Certificates: the server's word that a device's key stands for a gate or for a person.
//!
//! Leaves out taking them back.

use axum::extract::State;
use domain::{
    ActivityId, OrganizationId, Timestamp,
    api::sync::{CertificateRequest, CertificateResponse},
    keys,
    permission::Ability,
    proofs::{Certificate, CertificateSubject, SLOT_TOLERANCE_MS},
    time::{DAY_MS, HOUR_MS},
};
use sqlx::{AnyConnection, Row as _, any::AnyRow};
use uuid::Uuid;

use crate::{
    AppState,
    areas::activities,
    auth::Member,
    error::{Error, Result},
    extract::Json,
    feed,
};

/// A gate's certificate is valid so long before the activity and after it.
const MARGIN_MS: i64 = 12 * HOUR_MS;
/// A personal certificate is valid so long.
const PERSONAL_MS: i64 = 90 * DAY_MS;
/// A personal certificate that ends sooner than this is replaced when its device asks.
const RENEW_MS: i64 = 30 * DAY_MS;

/// `POST /api/certificates`
pub async fn issue(
    State(state): State<AppState>,
    member: Member,
    Json(request): Json<CertificateRequest>,
) -> Result<Json<CertificateResponse>> {
    check_key(&request.public_key)?;
    let organization = member.organization_id;
    let now = state.clock.now();
    let mut tx = state.db.begin_for(organization).await?;
    feed::lock(&mut tx, organization).await?;
    let (not_before, not_after) = match request.subject {
        CertificateSubject::Display { activity_id } => {
            window_of(&mut tx, &member, activity_id).await?
        }
        CertificateSubject::Personal { person_id } => {
            if person_id != member.person_id() {
                return Err(Error::Forbidden);
            }
            // A code's moment is the beginning of its slot, and clocks differ: a code that is
            // shown at once would else come before its certificate.
            (now.plus_ms(-SLOT_TOLERANCE_MS), now.plus_ms(PERSONAL_MS))
        }
    };
    for known in of_key(&mut tx, organization, &request).await? {
        let fits = match known.subject {
            CertificateSubject::Display { .. } => {
                known.not_before == not_before && known.not_after == not_after
            }
            CertificateSubject::Personal { .. } => known.not_after.since(now) >= RENEW_MS,
        };
        if fits {
            return Ok(Json(known));
        }
    }
    let certificate = state.keys.sign_certificate(
        &state.clock,
        request.subject,
        &request.public_key,
        not_before,
        not_after,
    );
    insert(&mut tx, &member, &certificate).await?;
    tx.commit().await?;
    Ok(Json(certificate))
}

fn check_key(public_key: &str) -> Result<()> {
    let good = keys::from_base64url(public_key)
        .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
        .is_some_and(|bytes| ed25519_dalek::VerifyingKey::from_bytes(&bytes).is_ok());
    if good {
        Ok(())
    } else {
        Err(Error::invalid(
            "public_key",
            "设备密钥无法识别，请刷新应用后重试",
            "The device's key can't be read. Please reload the app and try again",
        ))
    }
}

async fn window_of(
    connection: &mut AnyConnection,
    member: &Member,
    activity_id: ActivityId,
) -> Result<(Timestamp, Timestamp)> {
    let stored = activities::store::load(connection, member.organization_id, &[activity_id])
        .await?
        .pop()
        .ok_or(Error::NotFound)?;
    if stored.activity.organizer_id != member.person_id() {
        member.require(Ability::RecordAttendance)?;
    }
    Ok((
        stored.activity.starts_at.plus_ms(-MARGIN_MS),
        stored.activity.ends_at.plus_ms(MARGIN_MS),
    ))
}

fn kind_and_id(subject: CertificateSubject) -> (&'static str, String) {
    match subject {
        CertificateSubject::Display { activity_id } => ("display", activity_id.to_string()),
        CertificateSubject::Personal { person_id } => ("personal", person_id.to_string()),
    }
}

/// The certificates of this key for this subject that weren't taken back, newest first.
async fn of_key(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    request: &CertificateRequest,
) -> Result<Vec<Certificate>> {
    let (kind, subject) = kind_and_id(request.subject);
    let rows = sqlx::query(
        "select id, kind, subject_id, public_key, not_before, not_after, key_id, signature
         from certificates
         where organization_id = $1 and kind = $2 and subject_id = $3 and public_key = $4
           and revoked_at is null
         order by not_after desc, id desc",
    )
    .bind(organization.to_string())
    .bind(kind)
    .bind(subject)
    .bind(request.public_key.as_str())
    .fetch_all(connection)
    .await?;
    rows.iter().map(decode).collect()
}

/// A certificate by id, also one that was taken back: the trust says which those are.
pub async fn find(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    id: Uuid,
) -> Result<Option<Certificate>> {
    let row = sqlx::query(
        "select id, kind, subject_id, public_key, not_before, not_after, key_id, signature
         from certificates where organization_id = $1 and id = $2",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(decode).transpose()
}

/// The certificates that were taken back and would still be valid at `now`.
pub async fn revoked(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    now: Timestamp,
) -> Result<Vec<Uuid>> {
    // A check-in may arrive days after its certificate's end.
    let rows = sqlx::query(
        "select id from certificates
         where organization_id = $1 and revoked_at is not null and not_after > $2 order by id",
    )
    .bind(organization.to_string())
    .bind(now.plus_days(-REVOKED_DAYS).0)
    .fetch_all(connection)
    .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        found.push(row.try_get::<String, _>("id")?.parse()?);
    }
    Ok(found)
}

/// A certificate that was taken back is named for so many days after its end.
const REVOKED_DAYS: i64 = 90;

async fn insert(
    connection: &mut AnyConnection,
    member: &Member,
    certificate: &Certificate,
) -> Result<()> {
    let (kind, subject) = kind_and_id(certificate.subject);
    sqlx::query(
        "insert into certificates
             (id, organization_id, kind, subject_id, device_id, public_key, not_before, not_after,
              key_id, signature)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(certificate.id.to_string())
    .bind(member.organization_id.to_string())
    .bind(kind)
    .bind(subject)
    .bind(member.device_id.to_string())
    .bind(certificate.public_key.as_str())
    .bind(certificate.not_before.0)
    .bind(certificate.not_after.0)
    .bind(certificate.key_id.as_str())
    .bind(certificate.signature.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

fn decode(row: &AnyRow) -> Result<Certificate> {
    let kind: String = row.try_get("kind")?;
    let subject: Uuid = row.try_get::<String, _>("subject_id")?.parse()?;
    Ok(Certificate {
        id: row.try_get::<String, _>("id")?.parse()?,
        subject: match kind.as_str() {
            "display" => CertificateSubject::Display {
                activity_id: ActivityId(subject),
            },
            "personal" => CertificateSubject::Personal {
                person_id: domain::PersonId(subject),
            },
            other => return Err(Error::internal(format!("unknown certificate kind {other}"))),
        },
        public_key: row.try_get("public_key")?,
        not_before: Timestamp(row.try_get("not_before")?),
        not_after: Timestamp(row.try_get("not_after")?),
        key_id: row.try_get("key_id")?,
        signature: row.try_get("signature")?,
    })
}
