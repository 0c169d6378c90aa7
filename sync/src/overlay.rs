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
    decide::{self, Decision, Facts, Needs},
    permission::Actor,
    small,
};

use crate::{
    records::{self, Sent, SyncedRow, Tx, Upload, meta},
    shelf::Shelf,
    storage::{StorageError, Store},
    types::{Account, LocalRow},
};

/// What decides an operation: with its form, or as it was decided before.
pub(crate) type Decide = fn(&Operation, &Facts) -> Decision;

/// What will be asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ahead {
    records: BTreeSet<RecordRef>,
    areas: Vec<Area>,
}

impl Ahead {
    pub(crate) fn areas(areas: &[Area]) -> Self {
        Self {
            records: BTreeSet::new(),
            areas: areas.to_vec(),
        }
    }

    pub(crate) fn add(&mut self, needs: Needs) {
        self.records.extend(needs.records);
        if needs.attendances_of.is_some() {
            self.add_area(Area::Attendances);
        }
        if needs.sign_ups_of.is_some() {
            self.add_area(Area::SignUps);
        }
    }

    fn add_area(&mut self, area: Area) {
        if !self.areas.contains(&area) {
            self.areas.push(area);
        }
    }
}

pub(crate) struct Overlay {
    actor: Actor,
    now: Timestamp,
    known: BTreeMap<RecordRef, Option<Row>>,
    whole: BTreeSet<Area>,
    pending: BTreeSet<RecordRef>,
}

impl Overlay {
    /// With what is unsent and unsettled laid over it.
    pub(crate) async fn load(
        tx: &Tx,
        account: &Account,
        now: Timestamp,
        shelf: &RefCell<Shelf>,
    ) -> Result<Self, StorageError> {
        Self::load_with(tx, account, now, &Ahead::default(), shelf).await
    }

    /// The same, with what will be asked for: `IndexedDB` answers many requests about as fast as one, and whole
    /// areas may lie on the shelf.
    pub(crate) async fn load_with(
        tx: &Tx,
        account: &Account,
        now: Timestamp,
        ahead: &Ahead,
        shelf: &RefCell<Shelf>,
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
        let lacking = shelf.borrow().lacks(&ahead.areas);
        let (mut sent, outbox, stand, found, ()) = futures::try_join!(
            records::list::<Sent>(tx, Store::Sent, Sent::UNSETTLED),
            tx.list(Store::Outbox, ""),
            tx.get(Store::Meta, meta::PULL),
            whole_areas(tx, lacking),
            overlay.fetch(tx, ahead.records.clone()),
        )?;
        shelf.borrow_mut().keep(stand.as_deref(), found);
        let unsent = shelf.borrow_mut().unsent(outbox);
        let operations = || unsent.iter().filter_map(|it| it.operation.as_ref());
        let mut needed = Ahead::default();
        for operation in operations() {
            needed.add(decide::needs(operation));
        }
        let sent_records = sent.iter().filter_map(|sent| sent.record.record());
        needed.records.extend(sent_records);
        for area in &ahead.areas {
            needed.add_area(*area);
        }
        overlay
            .take_areas(tx, stand.as_deref(), &needed.areas, shelf)
            .await?;
        overlay.fetch(tx, needed.records).await?;
        sent.retain(|sent| overlay.lacks(sent));
        small::sort_by_key(&mut sent, |sent| sent.order);
        for operation in sent.iter().filter_map(Sent::operation) {
            overlay.lay(tx, &operation, decide::replay).await?;
        }
        let pending = unsent.iter().filter_map(|it| it.entry.record.record());
        overlay.pending.extend(pending);
        for operation in operations() {
            overlay.lay(tx, operation, decide::replay).await?;
        }
        Ok(overlay)
    }

    /// Whole areas from the shelf, where the store stands so; what doesn't lie there is put there.
    async fn take_areas(
        &mut self,
        tx: &Tx,
        stand: Option<&str>,
        areas: &[Area],
        rows: &RefCell<Shelf>,
    ) -> Result<(), StorageError> {
        let lacking = rows.borrow().lacks_at(stand, areas);
        let found = whole_areas(tx, lacking).await?;
        let mut lying = rows.borrow_mut();
        lying.keep(stand, found);
        for area in areas {
            if lying.lay_under(&mut self.known, *area) {
                self.whole.insert(*area);
            }
        }
        Ok(())
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
        let unknown: Vec<RecordRef> = unknown.filter(|record| !self.is_known(*record)).collect();
        let reading = unknown.iter().map(|record| records::synced(tx, *record));
        let rows = futures::future::try_join_all(reading).await?;
        self.known.extend(unknown.into_iter().zip(rows));
        Ok(())
    }

    /// Whether the store needn't be asked: of a whole area, what isn't known isn't there.
    fn is_known(&self, record: RecordRef) -> bool {
        self.known.contains_key(&record) || self.whole.contains(&record.area)
    }

    /// What is known of an area.
    fn of(&self, area: Area) -> impl Iterator<Item = &Row> {
        self.known
            .range(RecordRef::new(area, uuid::Uuid::nil())..)
            .take_while(move |(record, _)| record.area == area)
            .filter_map(|(_, row)| row.as_ref())
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
            let facts = self.of(Area::Attendances);
            attendances.extend(facts.filter_map(|row| match row {
                Row::Attendances(fact)
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
            let comes = |row: &&Row| matches!(row, Row::SignUps(sign_up) if sign_up.activity_id == activity && sign_up.state == SignUpState::Coming);
            coming = self.of(Area::SignUps).filter(comes).count() as i64;
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
        if self.is_known(record) {
            return Ok(self.known.get(&record).cloned().flatten());
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
        let found = self.of(area);
        Ok(found
            .map(|row| LocalRow {
                row: row.clone(),
                pending: self.pending.contains(&row.record()),
                photos_pending: photos.get(&row.record()).copied().unwrap_or(0),
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
