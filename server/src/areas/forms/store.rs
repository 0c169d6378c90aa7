//! SQL for forms. A form is kept whole, as JSON, in `body`.

use domain::{
    OrganizationId, PersonId, Timestamp,
    forms::{Offer, StoredForm},
    row::{FormRow, form_row_id},
};
use serde_json::value::RawValue;
use sqlx::{AnyConnection, Row as _, any::AnyRow};
use uuid::Uuid;

use crate::{Result, Tx, bulk};

/// Loads versions by the ids under which they travel; ids that aren't known are left out.
pub async fn load(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    ids: &[Uuid],
) -> Result<Vec<FormRow>> {
    let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    let rows = bulk::by_ids(
        connection,
        organization,
        "select revision, current, position, offer, body from forms
         where organization_id = $1 and id in",
        &ids,
        "",
    )
    .await?;
    rows.iter().map(decode).collect()
}

/// One version of a form.
pub async fn find(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    form_id: &str,
    version: &str,
) -> Result<Option<FormRow>> {
    let rows = load(connection, organization, &[form_row_id(form_id, version)]).await?;
    Ok(rows.into_iter().next())
}

/// A version with what only the office sees of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    pub row: FormRow,
    /// Whether it came with Minglu.
    pub built_in: bool,
    /// When the office last published or offered it; `None` if it never did.
    pub published_at: Option<Timestamp>,
    pub published_by: Option<PersonId>,
}

/// All versions of the form, or of all forms: form by form, the newest version first.
pub async fn versions(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    form_id: Option<&str>,
) -> Result<Vec<Version>> {
    let rows = sqlx::query(
        "select revision, current, position, offer, body, origin, published_at, published_by
         from forms where organization_id = $1 and (form_id = $2 or $2 = '')
         order by form_id, coalesce(published_at, 0) desc, version desc",
    )
    .bind(organization.to_string())
    .bind(form_id.unwrap_or_default())
    .fetch_all(connection)
    .await?;
    let mut versions = Vec::with_capacity(rows.len());
    for row in &rows {
        let by: Option<String> = row.try_get("published_by")?;
        versions.push(Version {
            row: decode(row)?,
            built_in: row.try_get::<String, _>("origin")? == BUILT_IN,
            published_at: row
                .try_get::<Option<i64>, _>("published_at")?
                .map(Timestamp),
            published_by: by.map(|id| id.parse()).transpose()?,
        });
    }
    Ok(versions)
}

/// How a version that came with Minglu is marked; the office's own are marked otherwise.
const BUILT_IN: &str = "builtin";

/// Which versions there are, without their content.
pub async fn known(
    connection: &mut AnyConnection,
    organization: OrganizationId,
) -> Result<Vec<Known>> {
    let rows = sqlx::query(
        "select form_id, version, current, origin, published_at from forms
         where organization_id = $1",
    )
    .bind(organization.to_string())
    .fetch_all(connection)
    .await?;
    let mut known = Vec::with_capacity(rows.len());
    for row in rows {
        let by_office = row.try_get::<Option<i64>, _>("published_at")?.is_some();
        known.push(Known {
            form_id: row.try_get("form_id")?,
            version: row.try_get("version")?,
            current: row.try_get::<i64, _>("current")? != 0,
            chosen: by_office || row.try_get::<String, _>("origin")? != BUILT_IN,
        });
    }
    Ok(known)
}

/// See [`known`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub form_id: String,
    pub version: String,
    pub current: bool,
    /// Whether the office wrote it or chose it.
    pub chosen: bool,
}

/// The place of the last form in the list; 0 when there is none.
pub async fn last_position(
    connection: &mut AnyConnection,
    organization: OrganizationId,
) -> Result<i64> {
    let position = sqlx::query_scalar(
        "select coalesce(max(position), 0) from forms where organization_id = $1",
    )
    .bind(organization.to_string())
    .fetch_one(connection)
    .await?;
    Ok(position)
}

/// Notes that the office published a version, and whether it wrote it.
pub async fn note_published(
    tx: &mut Tx,
    organization: OrganizationId,
    id: Uuid,
    at: Timestamp,
    by: PersonId,
    own: bool,
) -> Result<()> {
    sqlx::query(
        "update forms set published_at = $1, published_by = $2,
             origin = case when $3 = 1 then 'office' else origin end
         where organization_id = $4 and id = $5",
    )
    .bind(at.0)
    .bind(by.to_string())
    .bind(i64::from(own))
    .bind(organization.to_string())
    .bind(id.to_string())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Writes one version; a version's content never changes, only whether, where and to whom it is offered.
pub async fn put(tx: &mut Tx, organization: OrganizationId, row: &FormRow) -> Result<()> {
    sqlx::query(
        "insert into forms
             (id, organization_id, form_id, version, revision, current, position, offer, body)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (organization_id, id) do update set
             revision = excluded.revision, current = excluded.current, position = excluded.position,
             offer = excluded.offer",
    )
    .bind(form_row_id(&row.form.id, &row.form.version).to_string())
    .bind(organization.to_string())
    .bind(row.form.id.as_str())
    .bind(row.form.version.as_str())
    .bind(row.revision)
    .bind(i64::from(row.current))
    .bind(row.position)
    .bind(offer_text(&row.offer)?)
    .bind(row.form.json())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn offer_text(offer: &Offer) -> Result<String> {
    if offer.is_everybody() {
        return Ok(String::new());
    }
    Ok(serde_json::to_string(offer)?)
}

fn decode(row: &AnyRow) -> Result<FormRow> {
    let offer: String = row.try_get("offer")?;
    Ok(FormRow {
        revision: row.try_get("revision")?,
        current: row.try_get::<i64, _>("current")? != 0,
        position: row.try_get("position")?,
        offer: match offer.as_str() {
            "" => Offer::default(),
            text => serde_json::from_str(text)?,
        },
        form: StoredForm::from_json(RawValue::from_string(row.try_get("body")?)?)?,
    })
}
