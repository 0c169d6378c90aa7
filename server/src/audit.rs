//! Who did what: a line for every act that changes something. Kept six months at least.

use domain::{DeviceId, OrganizationId, PersonId, RecordRef, Timestamp};
use uuid::Uuid;

use crate::{Tx, auth::Member, error::Result, ids};

/// Notes what a member did just now; `detail` is short text for people, without secrets.
pub async fn by(
    tx: &mut Tx,
    member: &Member,
    at: Timestamp,
    act: &str,
    subject: Option<RecordRef>,
    detail: &str,
) -> Result<()> {
    let (person, device) = (Some(member.person_id()), Some(member.device_id));
    let organization = member.organization_id;
    note(tx, organization, at, person, device, act, subject, detail).await
}

/// Notes one act; `detail` is short text for people, without secrets.
#[expect(
    clippy::too_many_arguments,
    reason = "each is one column of the line; a struct would only repeat them"
)]
pub async fn note(
    tx: &mut Tx,
    organization: OrganizationId,
    at: Timestamp,
    person: Option<PersonId>,
    device: Option<DeviceId>,
    act: &str,
    subject: Option<RecordRef>,
    detail: &str,
) -> Result<()> {
    sqlx::query(
        "insert into audit
             (id, organization_id, at, person_id, device_id, act, subject_area, subject_id, detail)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(ids::at::<Uuid>(at).to_string())
    .bind(organization.to_string())
    .bind(at.0)
    .bind(person.map(|id| id.to_string()))
    .bind(device.map(|id| id.to_string()))
    .bind(act)
    .bind(subject.map(|subject| subject.area.as_str()))
    .bind(subject.map(|subject| subject.id.to_string()))
    .bind(detail)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
