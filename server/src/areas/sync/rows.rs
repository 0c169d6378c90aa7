//! Loads rows of any area by reference, each area with one query: what a pull sends and what a
//! decision reads.

use std::collections::HashMap;

use domain::{
    ActivityId, Area, OrganizationId, RecordRef, Row, forms::StoredForm, row::form_row_id,
};
use sqlx::AnyConnection;
use uuid::Uuid;

use super::{inbox, visits};
use crate::{
    AppState,
    areas::{
        activities, attachments, attendances, departments, forms, guests, people, premises,
        rectifications, sign_ups, standards, submissions, tasks,
    },
    bulk,
    error::{Error, Result},
};

/// Loads the records that exist; the others are left out.
pub async fn load(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    records: &[RecordRef],
) -> Result<HashMap<RecordRef, Row>> {
    let mut ids: HashMap<Area, Vec<Uuid>> = HashMap::new();
    for record in records {
        ids.entry(record.area).or_default().push(record.id);
    }
    let mut found: Vec<Row> = Vec::with_capacity(records.len());
    // An activity and its gate are two records of one table row.
    let mut activity_ids: Vec<ActivityId> = Vec::new();
    for area in [Area::Activities, Area::Gates] {
        activity_ids.extend(
            ids.get(&area)
                .into_iter()
                .flatten()
                .copied()
                .map(ActivityId),
        );
    }
    activity_ids.sort_unstable();
    activity_ids.dedup();
    for piece in activity_ids.chunks(bulk::CHUNK) {
        for stored in activities::store::load(connection, organization, piece).await? {
            let id = stored.activity.id.0;
            if ids.get(&Area::Gates).is_some_and(|ids| ids.contains(&id)) {
                found.push(Row::Gates(stored.gate()));
            }
            if ids
                .get(&Area::Activities)
                .is_some_and(|ids| ids.contains(&id))
            {
                found.push(Row::Activities(stored.activity));
            }
        }
    }
    for (area, ids) in &ids {
        match area {
            Area::Activities | Area::Gates => {}
            Area::SignUps => found.extend(
                sign_ups::store::load(connection, organization, ids)
                    .await?
                    .into_iter()
                    .map(Row::SignUps),
            ),
            Area::Attendances => found.extend(
                attendances::store::load(connection, organization, ids)
                    .await?
                    .into_iter()
                    .map(Row::Attendances),
            ),
            Area::Submissions => found.extend(
                submissions::store::load(connection, organization, ids)
                    .await?
                    .into_iter()
                    .map(|submission| Row::Submissions(Box::new(submission))),
            ),
            Area::Attachments => found.extend(
                attachments::store::load(connection, organization, ids)
                    .await?
                    .into_iter()
                    .map(Row::Attachments),
            ),
            Area::People => found.extend(
                people::store::load(connection, organization, ids)
                    .await?
                    .into_iter()
                    .map(Row::People),
            ),
            Area::Departments => found.extend(
                departments::store::load(connection, organization, ids)
                    .await?
                    .into_iter()
                    .map(Row::Departments),
            ),
            Area::LaterVerdicts => found.extend(
                inbox::later_verdicts(connection, organization, ids)
                    .await?
                    .into_iter()
                    .map(|row| Row::LaterVerdicts(Box::new(row))),
            ),
            Area::Premises => found.extend(
                premises::store::load(connection, organization, ids)
                    .await?
                    .into_iter()
                    .map(|row| Row::Premises(Box::new(row))),
            ),
            Area::Visits => found.extend(
                visits::load(connection, organization, ids)
                    .await?
                    .into_iter()
                    .map(|row| Row::Visits(Box::new(row))),
            ),
            Area::Standards => found.extend(
                standards::store::wanted(connection, organization, ids)
                    .await?
                    .into_iter()
                    .map(|row| Row::Standards(Box::new(row))),
            ),
            Area::Tasks => found.extend(
                tasks::store::cards(connection, organization, ids)
                    .await?
                    .into_iter()
                    .map(|row| Row::Tasks(Box::new(row))),
            ),
            Area::Rectifications => found.extend(
                rectifications::store::cards(connection, organization, ids)
                    .await?
                    .into_iter()
                    .map(|row| Row::Rectifications(Box::new(row))),
            ),
            Area::Guests => found.extend(
                guests::store::load(connection, organization, ids)
                    .await?
                    .into_iter()
                    .map(|row| Row::Guests(Box::new(row))),
            ),
            Area::Forms => {
                for piece in ids.chunks(bulk::CHUNK) {
                    found.extend(
                        forms::store::load(connection, organization, piece)
                            .await?
                            .into_iter()
                            .map(|row| Row::Forms(Box::new(row))),
                    );
                }
            }
        }
    }
    Ok(found.into_iter().map(|row| (row.record(), row)).collect())
}

/// One version of a form, kept in memory once it was read.
pub async fn form(
    connection: &mut AnyConnection,
    state: &AppState,
    organization: OrganizationId,
    id: &str,
    version: &str,
) -> Result<Option<StoredForm>> {
    let key = (organization, id.to_owned(), version.to_owned());
    let poisoned = |_| Error::internal("the cache of forms is poisoned");
    if let Some(form) = state.forms.read().map_err(poisoned)?.get(&key) {
        return Ok(Some(form.clone()));
    }
    let record = form_row_id(id, version);
    let Some(row) = forms::store::load(connection, organization, &[record])
        .await?
        .pop()
    else {
        return Ok(None);
    };
    let form = row.form;
    let poisoned = |_| Error::internal("the cache of forms is poisoned");
    state
        .forms
        .write()
        .map_err(poisoned)?
        .insert(key, form.clone());
    Ok(Some(form))
}
