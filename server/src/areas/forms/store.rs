//! SQL for forms. A form is kept whole, as JSON, in `body`.

use domain::{
    OrganizationId,
    forms::StoredForm,
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
    let rows = bulk::select(
        connection,
        organization,
        "select revision, current, position, body from forms where organization_id = $1 and id in",
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

/// Writes one version; a version's content never changes, only whether and where it is offered.
pub async fn put(tx: &mut Tx, organization: OrganizationId, row: &FormRow) -> Result<()> {
    sqlx::query(
        "insert into forms
             (id, organization_id, form_id, version, revision, current, position, body)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (organization_id, id) do update set
             revision = excluded.revision, current = excluded.current, position = excluded.position",
    )
    .bind(form_row_id(&row.form.id, &row.form.version).to_string())
    .bind(organization.to_string())
    .bind(row.form.id.as_str())
    .bind(row.form.version.as_str())
    .bind(row.revision)
    .bind(i64::from(row.current))
    .bind(row.position)
    .bind(row.form.json())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn decode(row: &AnyRow) -> Result<FormRow> {
    Ok(FormRow {
        revision: row.try_get("revision")?,
        current: row.try_get::<i64, _>("current")? != 0,
        position: row.try_get("position")?,
        form: StoredForm::from_json(RawValue::from_string(row.try_get("body")?)?)?,
    })
}
