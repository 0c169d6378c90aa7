//! Whom the records of a time name: hosts, lecturers, those who were there.

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::{
    OrganizationId, PersonId, Timestamp,
    forms::{Answers, StoredForm},
};
use sqlx::{AnyConnection, Row as _};

use super::People;
use crate::{Result, areas::forms};

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
    let ids: BTreeSet<&str> = asking.iter().map(|form| form.id.as_str()).collect();
    let mut found = HashSet::new();
    for id in ids {
        let rows = sqlx::query(
            "select form_version, answers from submissions
             where organization_id = $1 and form_id = $2 and occurred_at >= $3 and occurred_at < $4
                 and state <> 'voided'",
        )
        .bind(organization.to_string())
        .bind(id)
        .bind(from.0)
        .bind(until.0)
        .fetch_all(&mut *connection)
        .await?;
        for row in &rows {
            let version: String = row.try_get("form_version")?;
            let form = asking.iter().find(|form| form.is(id, &version));
            let Some(form) = form.and_then(StoredForm::read) else {
                continue;
            };
            let answers: Answers = serde_json::from_str(&row.try_get::<String, _>("answers")?)?;
            let names = form.named(&answers).into_iter();
            found.extend(names.filter_map(|name| by_name.get(name).copied().flatten()));
        }
    }
    Ok(found)
}
