//! Whom the records of a time name: hosts, lecturers, those who were there.

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::{
    OrganizationId, PersonId, Timestamp,
    forms::{Answers, StoredForm},
};
use sqlx::{AnyConnection, Row as _};

use super::People;
use crate::{Result, areas::forms, bulk};

/// The members whose names stand in records. A name that two of them share says nothing of either.
pub(super) async fn named(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    people: &People,
    from: Timestamp,
    until: Timestamp,
) -> Result<HashSet<PersonId>> {
    let mut by_name: HashMap<&str, Option<PersonId>> = HashMap::new();
    for (person, _) in people {
        let known = by_name.entry(person.name.trim()).or_insert(Some(person.id));
        if *known != Some(person.id) {
            *known = None;
        }
    }
    let versions = forms::store::versions(connection, organization, None).await?;
    let asking: Vec<StoredForm> = versions
        .into_iter()
        .map(|version| version.row.form)
        .filter(|form| form.read().is_some_and(domain::forms::Form::names_people))
        .collect();
    let ids: BTreeSet<String> = asking.iter().map(|form| form.id.clone()).collect();
    let ids: Vec<String> = ids.into_iter().collect();
    let rows = bulk::select(
        connection,
        organization,
        "select form_id, form_version, occurred_at, answers from submissions
         where organization_id = $1 and state <> 'voided' and form_id in",
        &ids,
        "",
    )
    .await?;
    let mut found = HashSet::new();
    for row in &rows {
        let at = Timestamp(row.try_get("occurred_at")?);
        if at < from || at >= until {
            continue;
        }
        let (id, version): (String, String) =
            (row.try_get("form_id")?, row.try_get("form_version")?);
        let form = asking.iter().find(|form| form.is(&id, &version));
        let Some(form) = form.and_then(StoredForm::read) else {
            continue;
        };
        let answers: Answers = serde_json::from_str(&row.try_get::<String, _>("answers")?)?;
        let names = form.named(&answers).into_iter();
        found.extend(names.filter_map(|name| by_name.get(name).copied().flatten()));
    }
    Ok(found)
}
