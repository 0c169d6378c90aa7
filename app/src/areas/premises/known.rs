//! What this phone knows of premises: the list, and the visits with its own unsent records among them.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    PremisesId, Row, SubmissionId,
    areas::premises::Premises,
    forms::StoredForm,
    operation::Area,
    visits::{History, Visit},
};

use crate::device::Device;

/// One of the premises with its history.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    pub premises: Premises,
    pub history: Arc<History>,
}

/// All premises that are in use, what presses most first; `None` while they are being read.
pub fn all(device: Device) -> Option<Vec<Known>> {
    let rows = device.rows(Area::Premises)?;
    let mut visits = visits(device)?;
    let mut all: Vec<Known> = rows
        .iter()
        .filter_map(|local| match &local.row {
            Row::Premises(premises) if premises.active => Some(Known {
                history: Arc::new(History::of(visits.remove(&premises.id).unwrap_or_default())),
                premises: (**premises).clone(),
            }),
            _ => None,
        })
        .collect();
    let today = device.today();
    domain::small::sort_by_key(&mut all, |known| {
        (known.history.urgency(today), known.premises.name.clone())
    });
    Some(all)
}

/// One of them, in use or not: `Some(None)` if it isn't on this phone.
pub fn one(device: Device, id: PremisesId) -> Option<Option<Known>> {
    let rows = device.rows(Area::Premises)?;
    let mut visits = visits(device)?;
    Some(rows.iter().find_map(|local| match &local.row {
        Row::Premises(premises) if premises.id == id => Some(Known {
            history: Arc::new(History::of(visits.remove(&id).unwrap_or_default())),
            premises: (**premises).clone(),
        }),
        _ => None,
    }))
}

/// The visits of each of the premises: those of everybody as the server told, and this phone's own that it
/// hasn't heard of yet.
fn visits(device: Device) -> Option<BTreeMap<PremisesId, Vec<Visit>>> {
    let rows = device.rows(Area::Visits)?;
    let mut found: BTreeMap<SubmissionId, Visit> = BTreeMap::new();
    for local in rows.iter() {
        if let Row::Visits(visit) = &local.row {
            found.insert(visit.id, (**visit).clone());
        }
    }
    for (submission, local) in device.submissions()? {
        let told = found.get(&submission.id).map(|visit| visit.revision);
        if submission.premises_id.is_none()
            || (!local.pending && told.is_some_and(|told| told >= submission.revision))
        {
            continue;
        }
        let form = device.form(&submission.form_id, &submission.form_version)?;
        let form = form.as_ref().and_then(StoredForm::read);
        if let Some(visit) = Visit::of(&submission, form) {
            found.insert(visit.id, visit);
        }
    }
    let mut of: BTreeMap<PremisesId, Vec<Visit>> = BTreeMap::new();
    for (_, visit) in found {
        of.entry(visit.premises_id).or_default().push(visit);
    }
    Some(of)
}
