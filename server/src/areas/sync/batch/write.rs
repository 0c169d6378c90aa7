//! Writes a decided batch: rows, versions, counters and the inbox, with few statements.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Area, RecordRef, Row,
    areas::{evidence::SubjectArea, sign_ups::SignUp, submissions::Submission},
    row::form_row_id,
};
use sqlx::AnyConnection;
use uuid::Uuid;

use super::{Batch, Done, Item, inbox, throttle};
use crate::{
    areas::{attachments, attendances, guests, sign_ups, submissions, submissions::store::Version},
    error::Result,
    search::{self, Document},
};

impl Batch {
    pub(super) async fn write(
        &mut self,
        connection: &mut AnyConnection,
        items: &[Item<'_>],
        done: &[Done],
    ) -> Result<()> {
        let organization = self.organization;
        self.write_submissions(connection).await?;
        let mut new = Vec::new();
        let mut subjects: BTreeSet<Uuid> = BTreeSet::new();
        for (is_new, attachment) in self.attachments.values() {
            subjects.insert(attachment.subject.id);
            if *is_new {
                new.push(attachment.clone());
            } else {
                attachments::store::update(connection, organization, attachment).await?;
            }
        }
        attachments::store::insert(connection, organization, &new).await?;
        attachments::store::keep_words(connection, organization, &self.words).await?;
        self.write_captions(connection).await?;
        let subjects: Vec<Uuid> = subjects.into_iter().collect();
        submissions::store::count_photos(connection, organization, &subjects).await?;
        let sign_ups: Vec<SignUp> = self.sign_ups.values().cloned().collect();
        sign_ups::store::put(connection, organization, &sign_ups).await?;
        attendances::store::insert(connection, organization, &self.attendances).await?;
        guests::store::insert(connection, organization, &self.guests).await?;
        guests::store::leave(connection, organization, self.left.values()).await?;
        for ((activity, person), more) in &self.wrong_code_words {
            throttle::count_wrong_code_words(connection, *activity, *person, *more, self.now)
                .await?;
        }
        let entries: Vec<inbox::Entry<'_>> = self
            .entries
            .iter()
            .map(|(index, key)| {
                let Item {
                    envelope, sender, ..
                } = items[*index];
                inbox::Entry {
                    key: *key,
                    person_id: sender.person_id,
                    device_id: sender.device_id,
                    envelope,
                    outcome: &done[*index].outcome,
                    received_at: self.now,
                }
            })
            .collect();
        inbox::insert(connection, organization, &entries).await
    }

    /// The records' words, for the search. A form that isn't at hand belongs to an operation that changed
    /// no answer.
    async fn write_words(&self, connection: &mut AnyConnection) -> Result<()> {
        for fresh in [true, false] {
            let documents: Vec<Document> = self
                .submissions
                .values()
                .filter(|changed| changed.before.is_none() == fresh)
                .filter_map(|changed| {
                    let record = &changed.latest;
                    let id = form_row_id(&record.form_id, &record.form_version);
                    match self.world.row(RecordRef::new(Area::Forms, id)) {
                        Some(Row::Forms(row)) => {
                            Some(Document::of_record(row.form.read()?, record))
                        }
                        _ => None,
                    }
                })
                .collect();
            search::put(connection, self.organization, &documents, fresh).await?;
        }
        Ok(())
    }

    async fn write_captions(&self, connection: &mut AnyConnection) -> Result<()> {
        let organization = self.organization;
        let (mut documents, mut changed) = (Vec::new(), Vec::new());
        let mut gone = Vec::new();
        for (is_new, photo) in self.attachments.values() {
            match Document::of_photo(photo, self.now) {
                Some(document) if *is_new => documents.push(document),
                Some(document) if self.words.iter().any(|it| it.before.id == photo.id) => {
                    changed.push(document);
                }
                None if !*is_new => gone.push((SubjectArea::Attachments, photo.id.0)),
                _ => {}
            }
        }
        search::put(connection, organization, &documents, true).await?;
        search::put(connection, organization, &changed, false).await?;
        search::remove(connection, organization, &gone).await
    }

    async fn write_submissions(&self, connection: &mut AnyConnection) -> Result<()> {
        let organization = self.organization;
        let mut states: BTreeMap<&'static str, i64> = BTreeMap::new();
        let mut new = Vec::new();
        for changed in self.submissions.values() {
            *states.entry(changed.latest.state.as_str()).or_insert(0) += 1;
            if let Some((revision, state)) = changed.before {
                *states.entry(state.as_str()).or_insert(0) -= 1;
                submissions::store::update(connection, organization, &changed.latest, revision)
                    .await?;
            } else {
                new.push(&changed.latest);
            }
        }
        submissions::store::insert(connection, organization, &new).await?;
        self.write_words(connection).await?;
        let versions: Vec<(&Submission, Version)> = self
            .versions
            .iter()
            .map(|(submission, version)| (submission, *version))
            .collect();
        submissions::store::keep_versions(connection, organization, &versions).await?;
        submissions::store::count_states(connection, organization, &states).await
    }
}
