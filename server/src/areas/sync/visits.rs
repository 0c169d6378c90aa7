//! Visits, drawn from the submissions that name premises and from the forms that these fill in.

use std::collections::{HashMap, HashSet};

use domain::{OrganizationId, forms::Form, row::form_row_id, visits::Visit};
use sqlx::AnyConnection;
use uuid::Uuid;

use crate::{
    areas::{forms, submissions},
    bulk,
    error::Result,
};

/// Loads visits by the ids of their submissions; others are left out.
pub async fn load(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    ids: &[Uuid],
) -> Result<Vec<Visit>> {
    let mut submissions = submissions::store::load(connection, organization, ids).await?;
    submissions.retain(|submission| submission.premises_id.is_some());
    let wanted: HashSet<Uuid> = submissions
        .iter()
        .map(|it| form_row_id(&it.form_id, &it.form_version))
        .collect();
    let wanted: Vec<Uuid> = wanted.into_iter().collect();
    let mut known: HashMap<(String, String), Form> = HashMap::new();
    for piece in wanted.chunks(bulk::CHUNK) {
        for row in forms::store::load(connection, organization, piece).await? {
            if let Some(form) = row.form.read() {
                known.insert(
                    (row.form.id.clone(), row.form.version.clone()),
                    form.clone(),
                );
            }
        }
    }
    Ok(submissions
        .iter()
        .filter_map(|it| {
            let form = known.get(&(it.form_id.clone(), it.form_version.clone()));
            Visit::of(it, form)
        })
        .collect())
}
