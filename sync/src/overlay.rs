//! Rows as the person should see them: what the server sent, with the outbox laid over it.
//!
//! `domain::decide` says what each unsent operation does, in the order of capture. Operations that
//! the server received but no pull has brought back yet are laid over as well, so that nothing
//! vanishes from the screen between push and pull.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use domain::{
    Area, Change, Operation, Outcome, RecordRef, Row, Timestamp,
    areas::{attachments::AttachmentChange, sign_ups::SignUpState},
    decide::{self, Decision, Facts},
    permission::Actor,
    small,
};

use crate::{
    records::{self, Entry, Sent, SyncedRow, Tx, Upload, meta},
    shelf::Shelf,
    storage::{StorageError, Store},
    types::{Account, LocalRow},
};

/// What decides an operation: with its form, or as it was decided before.
pub(crate) type Decide = fn(&Operation, &Facts) -> Decision;

pub(crate) struct Overlay {
    actor: Actor,
    now: Timestamp,
    known: BTreeMap<RecordRef, Option<Row>>,
    whole: BTreeSet<Area>,
    pending: BTreeSet<RecordRef>,
}

impl Overlay {
    pub(crate) async fn load(
        tx: &Tx,
        account: &Account,
        now: Timestamp,
    ) -> Result<Self, StorageError> {
        Self::load_for(tx, account, now, BTreeSet::new()).await
    }

    /// The same, with whole areas: from the shelf, or else read in the same round.
    pub(crate) async fn load_areas(
        tx: &Tx,
        account: &Account,
        now: Timestamp,
        areas: &[Area],
        shelf: &RefCell<Shelf>,
    ) -> Result<Self, StorageError> {
        let lacking = shelf.borrow().lacks(areas);
        let (mut overlay, stand, found) = futures::try_join!(
            Self::load(tx, account, now),
            tx.get(Store::Meta, meta::PULL),
            whole_areas(tx, lacking),
        )?;
        let stand = stand.as_deref();
        shelf.borrow_mut().keep(stand, found);
        let lacking = shelf.borrow().lacks_at(stand, areas);
        let found = whole_areas(tx, lacking).await?;
        let mut shelf = shelf.borrow_mut();
        shelf.keep(stand, found);
        for area in areas {
            if shelf.lay_under(&mut overlay.known, *area) {
                overlay.whole.insert(*area);
            }
        }
        Ok(overlay)
    }

    /// The same, with rows that will be asked for: `IndexedDB` answers many requests about as fast as one.
    pub(crate) async fn load_for(
        tx: &Tx,
        account: &Account,
        now: Timestamp,
        ahead: BTreeSet<RecordRef>,
    ) -> Result<Self, StorageError> {
        let mut overlay = Self {
            actor: Actor {
                person_id: account.person_id,
                role: account.role,
                department_id: account.department_id,
            },
            now,
            known: BTreeMap::new(),
            whole: BTreeSet::new(),
            pending: BTreeSet::new(),
        };
        let (mut sent, entries, ()) = futures::try_join!(
            records::list::<Sent>(tx, Store::Sent, Sent::UNSETTLED),
            records::list::<Entry>(tx, Store::Outbox, ""),
            overlay.fetch(tx, ahead),
        )?;
        let unsent: Vec<Operation> = entries.iter().filter_map(Entry::operation).collect();
        let needed = unsent.iter().flat_map(|it| decide::needs(it).records);
        let mut needed = small::set(needed);
        needed.extend(sent.iter().filter_map(|sent| sent.record.record()));
        overlay.fetch(tx, needed).await?;
        sent.retain(|sent| overlay.lacks(sent));
        small::sort_by_key(&mut sent, |sent| sent.order);
        for operation in sent.iter().filter_map(Sent::operation) {
            overlay.lay(tx, &operation, decide::replay).await?;
        }
        let pending = entries.iter().filter_map(|entry| entry.record.record());
        overlay.pending.extend(pending);
        for operation in unsent {
            overlay.lay(tx, &operation, decide::replay).await?;
        }
        Ok(overlay)
    }

    /// Whether the synced rows don't show yet what the server received.
    fn lacks(&self, sent: &Sent) -> bool {
        let Some(record) = sent.record.record() else {
            return false;
        };
        match sent.outcome.first() {
            Outcome::Applied { revision }
            | Outcome::Merged { revision }
            | Outcome::Conflict { revision } => {
                let synced = self.known.get(&record).and_then(Option::as_ref);
                synced.is_none_or(|row| row.revision() < *revision)
            }
            Outcome::Held { .. } => true,
            Outcome::Duplicate { .. } | Outcome::Quarantined { .. } | Outcome::Retry { .. } => {
                false
            }
        }
    }

    /// Reads rows that will be asked for, all at once.
    pub(crate) async fn fetch(
        &mut self,
        tx: &Tx,
        wanted: BTreeSet<RecordRef>,
    ) -> Result<(), StorageError> {
        let unknown = wanted.into_iter();
        let unknown: Vec<RecordRef> = unknown
            .filter(|record| !self.known.contains_key(record))
            .collect();
        let reading = unknown.iter().map(|record| records::synced(tx, *record));
        let rows = futures::future::try_join_all(reading).await?;
        self.known.extend(unknown.into_iter().zip(rows));
        Ok(())
    }

    /// Decides an operation with all that is known here and lays its row over the others.
    pub(crate) async fn lay(
        &mut self,
        tx: &Tx,
        operation: &Operation,
        decide: Decide,
    ) -> Result<Decision, StorageError> {
        let facts = self.facts(tx, operation).await?;
        let decision = decide(operation, &facts);
        if let Some(row) = decision.row() {
            self.known.insert(row.record(), Some(row.clone()));
        }
        if let Change::Attachments(AttachmentChange::Add { subject, .. }) = &operation.change
            && self.pending.contains(&operation.record)
        {
            self.pending.insert(*subject);
        }
        Ok(decision)
    }

    async fn facts(&mut self, tx: &Tx, operation: &Operation) -> Result<Facts, StorageError> {
        let needs = decide::needs(operation);
        let mut wanted = needs.records;
        self.fetch(tx, small::set(wanted.clone())).await?;
        if let Some(Row::Submissions(submission)) = self.row(tx, operation.record).await? {
            wanted.push(decide::form_of(&submission));
        }
        let mut rows = Vec::new();
        for record in wanted {
            rows.extend(self.row(tx, record).await?);
        }
        let mut attendances = Vec::new();
        if let Some((activity, person)) = needs.attendances_of {
            self.load_area(tx, Area::Attendances).await?;
            attendances.extend(self.known.values().filter_map(|row| match row {
                Some(Row::Attendances(fact))
                    if fact.activity_id == activity && fact.person_id == person =>
                {
                    Some(fact.clone())
                }
                _ => None,
            }));
        }
        let mut coming = 0;
        if let Some(activity) = needs.sign_ups_of {
            self.load_area(tx, Area::SignUps).await?;
            let comes = |row: &&Option<Row>| matches!(row, Some(Row::SignUps(sign_up)) if sign_up.activity_id == activity && sign_up.state == SignUpState::Coming);
            coming = self.known.values().filter(comes).count() as i64;
        }
        Ok(Facts {
            by_office: false,
            actor: self.actor,
            rows,
            attendances,
            coming,
            gate: None,
            now: self.now,
        })
    }

    /// The record as it stands with all that was laid over it.
    pub(crate) async fn row(
        &mut self,
        tx: &Tx,
        record: RecordRef,
    ) -> Result<Option<Row>, StorageError> {
        if let Some(row) = self.known.get(&record) {
            return Ok(row.clone());
        }
        let row = records::synced(tx, record).await?;
        self.known.insert(record, row.clone());
        Ok(row)
    }

    async fn load_area(&mut self, tx: &Tx, area: Area) -> Result<(), StorageError> {
        if !self.whole.contains(&area) {
            let rows = synced_of(tx, area).await?;
            self.add_area(area, rows);
        }
        Ok(())
    }

    /// What is known of a row already has more laid over it than the store's.
    fn add_area(&mut self, area: Area, rows: Vec<SyncedRow>) {
        self.whole.insert(area);
        for found in rows {
            let record = found.row.record();
            self.known.entry(record).or_insert(Some(found.row));
        }
    }

    /// As [`Overlay::local_rows`] of several areas, when nothing else will be asked.
    pub(crate) async fn into_rows(
        mut self,
        tx: &Tx,
        areas: &[Area],
    ) -> Result<Vec<Vec<LocalRow>>, StorageError> {
        let mut photos = Vec::new();
        for area in areas {
            self.load_area(tx, *area).await?;
            photos.push(self.pending_photos(tx, *area).await?);
        }
        let mut lists: Vec<Vec<LocalRow>> = areas.iter().map(|_| Vec::new()).collect();
        for (record, row) in self.known {
            let place = areas.iter().position(|area| *area == record.area);
            if let (Some(place), Some(row)) = (place, row) {
                lists[place].push(LocalRow {
                    row,
                    pending: self.pending.contains(&record),
                    photos_pending: photos[place].get(&record).copied().unwrap_or(0),
                });
            }
        }
        Ok(lists)
    }

    pub(crate) async fn local_rows(
        &mut self,
        tx: &Tx,
        area: Area,
    ) -> Result<Vec<LocalRow>, StorageError> {
        self.load_area(tx, area).await?;
        let photos = self.pending_photos(tx, area).await?;
        let found = self.known.iter().filter(|(record, _)| record.area == area);
        Ok(found
            .filter_map(|(record, row)| Some((record, row.clone()?)))
            .map(|(record, row)| LocalRow {
                row,
                pending: self.pending.contains(record),
                photos_pending: photos.get(record).copied().unwrap_or(0),
            })
            .collect())
    }

    pub(crate) async fn local_row(
        &mut self,
        tx: &Tx,
        record: RecordRef,
    ) -> Result<Option<LocalRow>, StorageError> {
        let Some(row) = self.row(tx, record).await? else {
            return Ok(None);
        };
        let photos = self.pending_photos(tx, record.area).await?;
        Ok(Some(LocalRow {
            row,
            pending: self.pending.contains(&record),
            photos_pending: photos.get(&record).copied().unwrap_or(0),
        }))
    }

    /// How many photos of each record the server doesn't hold yet.
    async fn pending_photos(
        &mut self,
        tx: &Tx,
        area: Area,
    ) -> Result<BTreeMap<RecordRef, usize>, StorageError> {
        let mut counts = BTreeMap::new();
        if !matches!(
            area,
            Area::Submissions | Area::Attachments | Area::Attendances | Area::Guests
        ) {
            return Ok(counts);
        }
        let uploads: Vec<Upload> = records::list(tx, Store::Uploads, "").await?;
        let pending = uploads.into_iter().filter(Upload::is_pending);
        let pending = small::set(pending.map(|upload| upload.sha256));
        if pending.is_empty() {
            return Ok(counts);
        }
        self.load_area(tx, Area::Attachments).await?;
        for row in self.known.values().flatten() {
            match row {
                Row::Attachments(attachment)
                    if !attachment.withdrawn
                        && (pending.contains(&attachment.blob.sha256)
                            || pending.contains(&attachment.thumbnail.sha256)) =>
                {
                    *counts.entry(attachment.subject).or_default() += 1;
                    *counts.entry(row.record()).or_default() += 1;
                }
                Row::Attendances(fact)
                    if fact
                        .signature
                        .as_ref()
                        .is_some_and(|name| pending.contains(name)) =>
                {
                    *counts.entry(row.record()).or_default() += 1;
                }
                Row::Guests(guest)
                    if guest
                        .signature
                        .as_ref()
                        .is_some_and(|name| pending.contains(name)) =>
                {
                    *counts.entry(row.record()).or_default() += 1;
                }
                _ => {}
            }
        }
        Ok(counts)
    }
}

async fn whole_areas(tx: &Tx, areas: Vec<Area>) -> Result<Vec<(Area, Vec<Row>)>, StorageError> {
    let reading = areas.iter().map(|area| synced_of(tx, *area));
    let found = futures::future::try_join_all(reading).await?.into_iter();
    let rows = found.map(|rows| rows.into_iter().map(|found| found.row).collect());
    Ok(areas.into_iter().zip(rows).collect())
}

async fn synced_of(tx: &Tx, area: Area) -> Result<Vec<SyncedRow>, StorageError> {
    let prefix = format!("{}/", area.as_str());
    records::list(tx, Store::Synced, &prefix).await
}
