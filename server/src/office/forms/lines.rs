//! Forms as the office's list shows them.

use std::collections::BTreeSet;

use domain::{
    OrganizationId, PersonId,
    api::{
        forms::{FormLine, VersionLine},
        office::PersonLine,
    },
    forms::Form,
    row::form_row_id,
};
use sqlx::AnyConnection;
use uuid::Uuid;

use super::{revision, rows};
use crate::{
    Error, Result,
    areas::forms::store::{self, Version},
    office::names,
};

/// All forms, in the order in which phones offer them.
pub(super) async fn all(
    connection: &mut AnyConnection,
    organization: OrganizationId,
) -> Result<Vec<FormLine>> {
    let versions = store::versions(connection, organization, None).await?;
    let people = publishers(connection, organization, &versions).await?;
    let records = rows::counts(connection, organization).await?;
    let of_one_form = |a: &Version, b: &Version| a.row.form.id == b.row.form.id;
    let mut lines: Vec<FormLine> = versions
        .chunk_by(of_one_form)
        .filter_map(|versions| {
            let form_id = &versions.first()?.row.form.id;
            let records = records.get(form_id).copied().unwrap_or_default();
            line(versions, &people, records)
        })
        .collect();
    lines.sort_by(|a, b| (a.position, &a.form_id).cmp(&(b.position, &b.form_id)));
    Ok(lines)
}

/// The line of one form, all of whose versions are given.
pub(super) async fn one(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    versions: &[Version],
) -> Result<FormLine> {
    let people = publishers(connection, organization, versions).await?;
    let form_id = versions.first().map(|it| it.row.form.id.clone());
    let form_id = form_id.ok_or(Error::NotFound)?;
    let records = rows::count_all(connection, organization, &form_id).await?;
    line(versions, &people, records).ok_or(Error::NotFound)
}

/// All versions of the form of which `id` is one; 404 when there is none of this name.
pub(super) async fn versions_of(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    id: Uuid,
) -> Result<Vec<Version>> {
    let found = store::load(connection, organization, &[id]).await?;
    let row = found.first().ok_or(Error::NotFound)?;
    store::versions(connection, organization, Some(&row.form.id)).await
}

pub(super) fn form_of(versions: &[Version], id: Uuid) -> Result<&Form> {
    let version = versions.iter().find(|it| id_of(it) == id);
    let version = version.ok_or(Error::NotFound)?;
    version.row.form.read().ok_or_else(|| {
        Error::internal(format!(
            "form {} is kept, but can't be read",
            version.row.form.id
        ))
    })
}

pub(super) fn id_of(version: &Version) -> Uuid {
    form_row_id(&version.row.form.id, &version.row.form.version)
}

fn version_line(version: &Version, people: &[PersonLine]) -> VersionLine {
    let by = version.published_by;
    VersionLine {
        id: id_of(version),
        version: version.row.form.version.clone(),
        current: version.row.current,
        built_in: version.built_in,
        published_at: version.published_at,
        published_by: by.map(|id| names::name_of(people, id)).unwrap_or_default(),
    }
}

fn line(versions: &[Version], people: &[PersonLine], records: i64) -> Option<FormLine> {
    let current = versions.iter().find(|it| it.row.current);
    let shown = &current.or(versions.first())?.row;
    Some(FormLine {
        form_id: shown.form.id.clone(),
        title: shown.form.title.clone(),
        revision: revision(versions),
        position: shown.position,
        offer: shown.offer.clone(),
        records,
        versions: versions.iter().map(|it| version_line(it, people)).collect(),
    })
}

async fn publishers(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    versions: &[Version],
) -> Result<Vec<PersonLine>> {
    let ids: BTreeSet<PersonId> = versions.iter().filter_map(|it| it.published_by).collect();
    names::people(connection, organization, &ids).await
}
