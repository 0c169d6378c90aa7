//! What people do on their phones, by the replica's own functions. Each act runs as a task that a crash
//! can end anywhere.

use std::{io::Cursor, rc::Rc, sync::LazyLock};

use domain::{
    Area, AttachmentId, Change, RecordRef, Row,
    areas::{
        attachments::{AttachmentChange, PhotoSource},
        attendances::{AttendanceChange, Direction, Proof},
        sign_ups::{SignUpChange, sign_up_id},
        submissions::{ReviewState, SubmissionChange},
    },
    forms::{Answer, Answers},
};
use sync::{
    CaptureInput, CommitError, Draft, DraftPhoto, LocalRow, NewBlob, NewOperation, NewPhoto,
    NewPicture, Replica, Saved,
};
use uuid::Uuid;

use crate::{
    backend::CODE_WORD,
    gates, guests,
    machine::Owner,
    phone::Phone,
    photo_words,
    plan::Act,
    random::Random,
    simulation::{SENSITIVE, Simulation},
};

/// Starts the act on one of the phone's tabs; does nothing while the app is closed.
pub fn act(simulation: &Rc<Simulation>, phone: &Rc<Phone>, act: Act) {
    phone.works.set(phone.works.get() + 1);
    let work = phone.works.get();
    let mut random = simulation.random(&[3, phone.index as u64, work]);
    let Some((tab, replica)) = phone.replica(random.below(4)) else {
        return;
    };
    let person = Person {
        simulation: simulation.clone(),
        phone: phone.clone(),
        replica,
        name: format!("记录 {}-{work}", phone.index),
    };
    let owner = Owner {
        phone: phone.index,
        tab,
    };
    simulation.machine.spawn(owner, async move {
        let done = person.act(act, &mut random).await;
        let told = match done {
            Ok(Some(saved)) => {
                person.simulation.saved(&saved);
                "saved".to_owned()
            }
            Ok(None) => "nothing to do".to_owned(),
            Err(error) => format!("not saved: {error}"),
        };
        let name = person.phone.name();
        person.simulation.say(&format!("{name}, {act:?}: {told}"));
    });
}

type Done = Result<Option<Saved>, CommitError>;

struct Person {
    simulation: Rc<Simulation>,
    phone: Rc<Phone>,
    replica: Replica,
    /// Of what is made here; tells records apart in the story.
    name: String,
}

impl Person {
    async fn act(&self, act: Act, random: &mut Random) -> Done {
        match act {
            Act::Note => self.note(random, &self.name).await,
            Act::SensitiveNote => {
                let title = format!("{} {SENSITIVE}", self.name);
                self.note(random, &title).await
            }
            Act::Poison(poison) => self.note(random, &poison.marker()).await,
            Act::PhotoNote { photos } => self.photo_note(random, photos).await,
            Act::AddPhoto => self.add_photo(random).await,
            Act::Amend { question } => self.amend(random, Some(question)).await,
            Act::DropPhoto => self.amend(random, None).await,
            Act::Draft => {
                let draft = self.draft(random, &self.name);
                self.replica.save_draft(&draft).await?;
                self.simulation.drafted(self.phone.index, draft.id);
                Ok(None)
            }
            Act::Guest => {
                guests::write_down(&self.simulation, &self.replica, random, &self.name).await
            }
            Act::Describe => {
                photo_words::reword(&self.phone, &self.replica, random, &self.name).await
            }
            Act::EarlyEdit => self.early_edit(random).await,
            Act::ScanPerson | Act::ScanGate | Act::ScanAgain => {
                gates::scan(&self.simulation, &self.phone, &self.replica, random, act).await
            }
            Act::SignUp | Act::Withdraw => self.sign_up(random, act).await,
            Act::Roster => self.roster(random).await,
            Act::CodeWord => {
                let digits = random.pick(&[CODE_WORD, "000000"]).to_owned();
                let me = self.phone.account.person_id;
                self.attend(random, me, Proof::CodeWord { digits }, Vec::new())
                    .await
            }
            _ => Ok(None),
        }
    }

    fn answers(&self, title: &str) -> Answers {
        let occurred_at = Answer::DateTime {
            ms: self.replica.best_now().0,
            utc_offset_minutes: 480,
        };
        Answers::from([
            ("title".to_owned(), Answer::Text(title.to_owned())),
            ("occurred_at".to_owned(), occurred_at),
        ])
    }

    async fn note(&self, random: &mut Random, title: &str) -> Done {
        let operation = NewOperation::new(
            RecordRef::new(Area::Submissions, random.uuid()),
            Change::Submissions(SubmissionChange::Submit {
                form_id: "field_note".to_owned(),
                form_version: "1".to_owned(),
                activity_id: None,
                premises_id: None,
                title: title.to_owned(),
                answers: self.answers(title),
            }),
        );
        self.replica.commit(operation).await.map(Some)
    }

    fn draft(&self, random: &mut Random, title: &str) -> Draft {
        Draft {
            id: random.uuid(),
            form_id: "field_note".to_owned(),
            form_version: "1".to_owned(),
            activity_id: None,
            premises_id: None,
            answers: self.answers(title),
            photos: Vec::new(),
            updated_at: self.replica.best_now(),
            amends: None,
            line: None,
        }
    }

    async fn photo_note(&self, random: &mut Random, photos: usize) -> Done {
        let draft = self.draft(random, &self.name);
        self.replica.save_draft(&draft).await?;
        self.simulation.drafted(self.phone.index, draft.id);
        for _ in 0..photos {
            self.pause(random).await;
            self.replica
                .add_draft_photo(draft.id, photo(random))
                .await?;
        }
        self.pause(random).await;
        self.submit(draft.id).await
    }

    async fn submit(&self, draft: Uuid) -> Done {
        let input = CaptureInput {
            title: self.name.clone(),
            occurred_at: None,
        };
        let Some(kept) = self.replica.draft(draft).await? else {
            return Err(CommitError::NoDraft);
        };
        let saved = self.replica.submit_draft(&kept, input).await?;
        self.simulation.submitted(self.phone.index, draft);
        Ok(Some(saved))
    }

    async fn pause(&self, random: &mut Random) {
        let over = crate::machine::Promise::new();
        let bell = over.clone();
        self.simulation
            .machine
            .after(random.range(50, 3_000), move || bell.give(()));
        over.await;
    }

    /// One of one's own records that may still be corrected.
    async fn own_record(&self, random: &mut Random) -> Result<Option<LocalRow>, CommitError> {
        let rows = self.replica.rows(Area::Submissions).await?;
        let open: Vec<LocalRow> = rows
            .into_iter()
            .filter(|local| match &local.row {
                Row::Submissions(row) => {
                    row.author_id == self.phone.account.person_id
                        && !matches!(row.state, ReviewState::Approved | ReviewState::Voided)
                }
                _ => false,
            })
            .collect();
        Ok((!open.is_empty()).then(|| open[random.below(open.len())].clone()))
    }

    /// Corrects one question, or takes a photo out.
    async fn amend(&self, random: &mut Random, question: Option<&str>) -> Done {
        let Some(local) = self.own_record(random).await? else {
            return Ok(None);
        };
        let Row::Submissions(row) = local.row else {
            return Ok(None);
        };
        let mut draft = Draft {
            id: row.id.0,
            form_id: row.form_id.clone(),
            form_version: row.form_version.clone(),
            activity_id: None,
            premises_id: None,
            answers: row.answers.clone(),
            photos: self.photos_of(row.id.0).await?,
            updated_at: self.replica.best_now(),
            amends: Some(row.revision),
            line: None,
        };
        match question {
            Some(question) => {
                let text = format!("{} 改", self.name);
                draft
                    .answers
                    .insert(question.to_owned(), Answer::Text(text));
            }
            None if draft.photos.is_empty() => return Ok(None),
            None => {
                draft.photos.remove(random.below(draft.photos.len()));
            }
        }
        self.replica.save_draft(&draft).await?;
        self.simulation.drafted(self.phone.index, draft.id);
        self.pause(random).await;
        self.submit(draft.id).await
    }

    /// Corrects a record that another phone of the same person made: it was seen there, or in a chat.
    async fn early_edit(&self, random: &mut Random) -> Done {
        let me = self.phone.account.person_id.to_string();
        let records: Vec<RecordRef> = {
            let ledger = self.simulation.ledger.borrow();
            let others = ledger.promised.values().filter(|promised| {
                !promised.phones.contains(&self.phone.index) && promised.raw.contains(&me)
            });
            let records = others.filter_map(|promised| promised.record);
            records
                .filter(|record| record.area == Area::Submissions)
                .collect()
        };
        if records.is_empty() {
            return Ok(None);
        }
        let record = records[random.below(records.len())];
        let text = Answer::Text(format!("{} 早", self.name));
        let change = SubmissionChange::Amend {
            title: self.name.clone(),
            changed: [("note".to_owned(), Some(text))].into(),
            was: [("note".to_owned(), None)].into(),
        };
        let operation = NewOperation {
            base_revision: Some(1),
            ..NewOperation::new(record, Change::Submissions(change))
        };
        self.replica.commit(operation).await.map(Some)
    }

    async fn photos_of(&self, subject: Uuid) -> Result<Vec<DraftPhoto>, CommitError> {
        let rows = self.replica.rows(Area::Attachments).await?;
        Ok(rows
            .into_iter()
            .filter_map(|local| match local.row {
                Row::Attachments(row) if row.subject.id == subject && !row.withdrawn => {
                    Some(DraftPhoto {
                        id: row.id.0,
                        question: row.question,
                        blob: row.blob,
                        thumbnail: row.thumbnail,
                        source: row.source,
                        taken_at: row.taken_at,
                        caption: row.caption,
                        facts: row.facts,
                        existing: true,
                    })
                }
                _ => None,
            })
            .collect())
    }

    /// Adds a photo to a record without touching the record.
    async fn add_photo(&self, random: &mut Random) -> Done {
        let Some(local) = self.own_record(random).await? else {
            return Ok(None);
        };
        let photo = photo(random);
        let facts = |picture: &NewPicture| domain::areas::attachments::BlobFacts {
            sha256: domain::keys::sha256_hex(&picture.bytes),
            size: picture.bytes.len() as i64,
            media_type: picture.media_type.clone(),
            width: 8,
            height: 8,
        };
        let change = AttachmentChange::Add {
            subject: local.row.record(),
            question: "photos".to_owned(),
            blob: facts(&photo.full),
            thumbnail: facts(&photo.thumbnail),
            source: PhotoSource::Album,
            taken_at: None,
            caption: String::new(),
            facts: domain::areas::attachments::PhotoFacts::default(),
        };
        let id = AttachmentId(random.uuid());
        let blobs = [photo.full, photo.thumbnail].map(|picture| NewBlob {
            bytes: picture.bytes,
            media_type: picture.media_type,
        });
        let operation = NewOperation {
            blobs: blobs.to_vec(),
            ..NewOperation::new(
                RecordRef::new(Area::Attachments, id),
                Change::Attachments(change),
            )
        };
        self.replica.commit(operation).await.map(Some)
    }

    async fn sign_up(&self, random: &mut Random, act: Act) -> Done {
        let activity = self.simulation.activity(random.below(2));
        let person = self.phone.account.person_id;
        let change = if act == Act::SignUp {
            SignUpChange::SignUp {
                activity_id: activity,
            }
        } else {
            SignUpChange::Withdraw {
                activity_id: activity,
            }
        };
        let record = RecordRef::new(Area::SignUps, sign_up_id(activity, person));
        let operation = NewOperation::new(record, Change::SignUps(change));
        self.replica.commit(operation).await.map(Some)
    }

    /// Ticks somebody on the roster, sometimes with a signature.
    async fn roster(&self, random: &mut Random) -> Done {
        let person = self.simulation.person(1 + random.below(3));
        let signature = random.chance(400).then(|| picture(random, 900));
        let blobs: Vec<NewBlob> = signature
            .into_iter()
            .map(|picture| NewBlob {
                bytes: picture.bytes,
                media_type: picture.media_type,
            })
            .collect();
        let name = blobs
            .first()
            .map(|blob| domain::keys::sha256_hex(&blob.bytes));
        let proof = Proof::Roster { signature: name };
        self.attend(random, person, proof, blobs).await
    }

    async fn attend(
        &self,
        random: &mut Random,
        person_id: domain::PersonId,
        proof: Proof,
        blobs: Vec<NewBlob>,
    ) -> Done {
        let change = AttendanceChange::Record {
            activity_id: self.simulation.activity(random.below(2)),
            person_id,
            direction: random.pick(&[Direction::In, Direction::Out]),
            proof,
        };
        let operation = NewOperation {
            blobs,
            ..NewOperation::new(
                RecordRef::new(Area::Attendances, random.uuid()),
                Change::Attendances(change),
            )
        };
        self.replica.commit(operation).await.map(Some)
    }
}

/// The smallest photo that is one, made different by what follows its end.
pub fn picture(random: &mut Random, most: usize) -> NewPicture {
    static JPEG: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let mut bytes = Cursor::new(Vec::new());
        image::DynamicImage::new_rgb8(8, 8)
            .write_to(&mut bytes, image::ImageFormat::Jpeg)
            .expect("a photo");
        bytes.into_inner()
    });
    let mut bytes = JPEG.clone();
    let mut tail = vec![0; 16 + random.below(most)];
    random.fill(&mut tail);
    bytes.extend(tail);
    NewPicture {
        bytes,
        media_type: "image/jpeg".to_owned(),
        width: 8,
        height: 8,
    }
}

fn photo(random: &mut Random) -> NewPhoto {
    NewPhoto {
        question: "photos".to_owned(),
        full: picture(random, 6_000),
        thumbnail: picture(random, 600),
        source: PhotoSource::Camera,
        taken_at: None,
        caption: String::new(),
        facts: domain::areas::attachments::PhotoFacts::default(),
    }
}
