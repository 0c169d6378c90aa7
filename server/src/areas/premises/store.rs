//! SQL for premises.

use domain::{OrganizationId, PremisesId, areas::premises::Premises};
use sqlx::{AnyConnection, Row as _, any::AnyRow};
use uuid::Uuid;

use crate::{Error, Result, Tx, bulk};

/// Loads premises by id; ids that aren't known here are left out.
pub async fn load(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    ids: &[Uuid],
) -> Result<Vec<Premises>> {
    let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    bulk::by_ids(
        connection,
        organization,
        "select id, revision, name, kind, address, phone, credit_code, official_no, note, active
         from premises where organization_id = $1 and id in",
        &ids,
        "",
    )
    .await?
    .iter()
    .map(decode)
    .collect()
}

pub async fn find(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    id: PremisesId,
) -> Result<Option<Premises>> {
    Ok(load(connection, organization, &[id.0]).await?.pop())
}

/// All of them, by name.
pub async fn list(
    connection: &mut AnyConnection,
    organization: OrganizationId,
) -> Result<Vec<Premises>> {
    sqlx::query(
        "select id, revision, name, kind, address, phone, credit_code, official_no, note, active
         from premises where organization_id = $1 order by name, id",
    )
    .bind(organization.to_string())
    .fetch_all(connection)
    .await?
    .iter()
    .map(decode)
    .collect()
}

/// Writes new premises (revision 1) or the next revision; 412 when that isn't the next one, 409 when
/// others have the credit code. The caller publishes the row.
pub async fn put(tx: &mut Tx, organization: OrganizationId, premises: &Premises) -> Result<()> {
    let written = sqlx::query(
        "insert into premises
             (id, organization_id, revision, name, kind, address, phone, credit_code, official_no,
              note, active)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict (id) do update set
             revision = excluded.revision, name = excluded.name, kind = excluded.kind,
             address = excluded.address, phone = excluded.phone,
             credit_code = excluded.credit_code, official_no = excluded.official_no,
             note = excluded.note, active = excluded.active
         where premises.organization_id = excluded.organization_id
             and premises.revision = excluded.revision - 1",
    )
    .bind(premises.id.to_string())
    .bind(organization.to_string())
    .bind(premises.revision)
    .bind(premises.name.as_str())
    .bind(premises.kind.as_str())
    .bind(premises.address.as_str())
    .bind(premises.phone.as_str())
    .bind(premises.credit_code.as_str())
    .bind(premises.official_no.as_str())
    .bind(premises.note.as_str())
    .bind(i64::from(premises.active))
    .execute(&mut **tx)
    .await
    .map_err(|error| match error {
        sqlx::Error::Database(inner) if inner.is_unique_violation() => taken(),
        other => other.into(),
    })?;
    if written.rows_affected() == 1 {
        Ok(())
    } else {
        Err(Error::Stale)
    }
}

fn taken() -> Error {
    Error::conflict(
        "premises_exist",
        "名录里已有这个统一社会信用代码的单位，请先搜索核对",
        "The list has premises with this credit code already. Please search for them first",
    )
}

fn decode(row: &AnyRow) -> Result<Premises> {
    Ok(Premises {
        id: row.try_get::<String, _>("id")?.parse()?,
        revision: row.try_get("revision")?,
        name: row.try_get("name")?,
        kind: bulk::variant(row.try_get("kind")?)?,
        address: row.try_get("address")?,
        phone: row.try_get("phone")?,
        credit_code: row.try_get("credit_code")?,
        official_no: row.try_get("official_no")?,
        note: row.try_get("note")?,
        active: row.try_get::<i64, _>("active")? != 0,
    })
}
