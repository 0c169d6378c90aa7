//! The photos and files of an open draft: added, removed, and listed in the answer of their question.
//!
//! To which question and instance a photo belongs, its id in the answers says. Leaves out taking and
//! showing them (`photo_field`).

use domain::{
    Area, Change, Lang, RecordRef, Text,
    areas::attachments::{AttachmentChange, Reworded, Wordings},
    forms::{Answer, Answers, Form, Kind},
};
use leptos::{prelude::*, task::spawn_local};
use sync::{Draft, DraftPhoto, NewFile, NewOperation, NewPhoto, Replica, StorageError};
use uuid::Uuid;

use super::editor::{Editor, Kept};

/// Lists photos that arrived after the page was left, when no editor listed them. In a repeat they go
/// to its last instance.
pub(super) fn list_found(form: &Form, draft: &mut Draft) {
    let unlisted: Vec<(String, String)> = draft
        .photos
        .iter()
        .map(|photo| (photo.id.to_string(), photo.question.clone()))
        .filter(|(id, _)| form.key_of_attachment(&draft.answers, id).is_none())
        .collect();
    for (id, name) in unlisted {
        let lists = form
            .question(&name)
            .is_some_and(|it| matches!(it.kind, Kind::Image | Kind::File | Kind::Audio));
        let key = last_place(form, &draft.answers, &name);
        if let (true, Some(key)) = (lists, key) {
            let mut ids = form.attachments_at(&draft.answers, &key);
            ids.push(id);
            form.put_attachments(&mut draft.answers, &key, ids);
        }
    }
}

/// The question's key in the last instance of the repeat around it.
fn last_place(form: &Form, answers: &Answers, name: &str) -> Option<String> {
    if form.has_place(answers, name) {
        return Some(name.to_owned());
    }
    let keys = (0..domain::forms::REPEAT_LIMIT).map(|index| domain::forms::key(name, &[index]));
    keys.take_while(|key| form.has_place(answers, key)).last()
}

/// Of which question a key is: in a repeat it names the instance, too.
fn question_of(key: &str) -> String {
    key.split_once('[').map_or(key, |(name, _)| name).to_owned()
}

impl Editor {
    /// The photos that the question's answer lists, in its order.
    pub fn photos_of(self, key: &str) -> Vec<DraftPhoto> {
        let ids = match self.answer(key) {
            Some(Answer::Images(ids) | Answer::Files(ids)) => ids,
            _ => Vec::new(),
        };
        let photos = self.photos.read();
        let found = ids.iter().filter_map(|id| {
            let mut photos = photos.iter();
            photos.find(|photo| photo.id.to_string() == *id).cloned()
        });
        found.collect()
    }

    /// Stores a photo for the question that it names by its key; an error's text says why it isn't
    /// kept. The page may be left meanwhile: the photo still goes to the draft, which is why its id is
    /// given.
    pub async fn add_photo(
        self,
        id: Uuid,
        mut photo: NewPhoto,
        lang: Lang,
    ) -> Result<Uuid, String> {
        let replica = self.keeper(id, lang)?;
        let key = photo.question.clone();
        photo.question = question_of(&key);
        self.save_first(&replica, lang).await?;
        let added = replica.add_draft_photo(id, photo).await;
        Ok(self.listed(&key, added.map_err(|error| error.message(lang))?))
    }

    /// As [`Editor::add_photo`], for a recording or document.
    pub async fn add_file(self, id: Uuid, mut file: NewFile, lang: Lang) -> Result<Uuid, String> {
        let replica = self.keeper(id, lang)?;
        let key = file.question.clone();
        file.question = question_of(&key);
        self.save_first(&replica, lang).await?;
        let added = replica.add_draft_file(id, file).await;
        Ok(self.listed(&key, added.map_err(|error| error.message(lang))?))
    }

    /// Makes sure that there is a draft to which something can be added, also when the page was left.
    pub async fn ensure_kept(self, id: Uuid, lang: Lang) -> Result<(), String> {
        let replica = self.keeper(id, lang)?;
        self.save_first(&replica, lang).await
    }

    /// The replica, unless nothing is kept.
    fn keeper(self, id: Uuid, lang: Lang) -> Result<Replica, String> {
        let replica = self.device.replica().ok_or_else(String::new)?;
        if id.is_nil() {
            let words = lang.pick(
                "预览里不保存照片和文件",
                "A preview keeps no photos or files",
            );
            return Err(words.to_owned());
        }
        Ok(replica)
    }

    /// The draft must exist before its photos do.
    async fn save_first(self, replica: &Replica, lang: Lang) -> Result<(), String> {
        if self.going.try_get_value().is_none_or(|it| it.closed) {
            return Ok(());
        }
        let draft = self.snapshot();
        let saved = replica.save_draft(&draft).await;
        saved.map_err(|error| error.message(lang))
    }

    /// Lists what the draft keeps now in the question's answer, unless the page was left.
    fn listed(self, key: &str, added: DraftPhoto) -> Uuid {
        let photo = added.id;
        if self.going.try_get_value().is_some_and(|it| !it.closed) {
            self.photos.update(|photos| photos.push(added));
            self.list(key, |ids| ids.push(photo.to_string()));
        }
        photo
    }

    /// Keeps what is said of a photo: its caption, who is on it, what its file says.
    pub fn describe_photo(self, photo: Uuid, change: impl FnOnce(&mut DraftPhoto)) {
        let Some(replica) = self.device.replica() else {
            return;
        };
        let described = self.photos.try_update(|photos| {
            let one = photos.iter_mut().find(|one| one.id == photo)?;
            change(one);
            Some(one.clone())
        });
        let (Some(Some(one)), draft, kept) = (described, self.draft_id(), self.kept) else {
            return;
        };
        spawn_local(async move {
            let outcome = replica
                .describe_draft_photo(draft, one.id, &one.caption, &one.facts)
                .await;
            if let Err(error) = outcome {
                kept.try_set(Kept::Failed(error.text()));
            }
        });
    }

    /// Says something else of a photo that was sent: an operation of its own, merged like an answer.
    pub fn reword_photo(self, photo: &DraftPhoto, beside: &Wordings, caption: &str, people: &str) {
        let Some(replica) = self.device.replica() else {
            return;
        };
        let reworded = Reworded::new(&photo.caption, caption, &beside.caption);
        let named = Reworded::new(&photo.facts.people, people, &beside.people);
        if reworded.is_none() && named.is_none() {
            return;
        }
        let change = AttachmentChange::Describe {
            subject: RecordRef::new(Area::Submissions, self.draft_id()),
            caption: reworded,
            people: named,
        };
        let record = RecordRef::new(Area::Attachments, photo.id);
        let id = photo.id;
        let (caption, people, kept) = (caption.to_owned(), people.to_owned(), self.kept);
        spawn_local(async move {
            let saved = replica
                .commit(NewOperation::new(record, Change::Attachments(change)))
                .await;
            match saved {
                Ok(_) => self.describe_photo(id, |photo| {
                    photo.caption = caption;
                    photo.facts.people = people;
                }),
                Err(error) => {
                    let text = Text::new(error.message(Lang::Zh), error.message(Lang::En));
                    let _ = kept.try_set(Kept::Failed(text));
                }
            }
        });
    }

    pub async fn remove_photo(self, photo: Uuid, lang: Lang) -> Result<(), String> {
        let Some(replica) = self.device.replica() else {
            return Err(String::new());
        };
        replica
            .remove_draft_photo(self.draft_id(), photo)
            .await
            .map_err(|error| error.message(lang))?;
        if self.going.try_get_value().is_none_or(|it| it.closed) {
            return Ok(());
        }
        let id = photo.to_string();
        let key = self
            .answers
            .with_untracked(|answers| self.form().key_of_attachment(answers, &id));
        self.photos
            .update(|photos| photos.retain(|kept| kept.id != photo));
        if let Some(key) = key {
            self.list(&key, |ids| ids.retain(|own| *own != id));
        }
        Ok(())
    }

    /// Changes which photos or files a question lists; no step to take back.
    fn list(self, key: &str, change: impl FnOnce(&mut Vec<String>)) {
        let form = self.form();
        let before = self.answers.get_untracked();
        let mut ids = form.attachments_at(&before, key);
        change(&mut ids);
        let mut after = before.clone();
        if form.has_place(&before, key) && form.put_attachments(&mut after, key, ids) {
            self.answers
                .set(form.fired(&before, &after, &self.environment()));
            self.touch();
        }
    }

    /// Notes the photos that the answers listed before and don't any more.
    pub(super) fn note_dropped(self, before: &Answers) {
        let form = self.form();
        let lists = form.attachments(before);
        let ids = lists.iter().flat_map(|(_, ids)| ids.iter());
        let now = self.answers.get_untracked();
        let gone = ids.filter(|id| form.key_of_attachment(&now, id).is_none());
        let gone: Vec<Uuid> = gone.filter_map(|id| id.parse().ok()).collect();
        self.dropped.update_value(|dropped| dropped.extend(gone));
    }

    /// The photos of removed instances that no going back has listed again.
    fn removed(self) -> Vec<Uuid> {
        let form = self.form();
        let Some(mut dropped) = self.dropped.try_update_value(std::mem::take) else {
            return Vec::new();
        };
        self.answers.with_untracked(|answers| {
            dropped.retain(|id| form.key_of_attachment(answers, &id.to_string()).is_none());
        });
        dropped
    }

    /// Removes them for good, when the page is left.
    pub(super) fn drop_removed(self) {
        let removed = self.removed();
        if let (false, Some(replica)) = (removed.is_empty(), self.device.replica()) {
            let draft = self.draft_id();
            spawn_local(async move {
                for photo in removed {
                    // Otherwise the draft lists it again when it is opened.
                    replica.remove_draft_photo(draft, photo).await.ok();
                }
            });
        }
    }

    /// As `drop_removed`, before the draft is sent.
    pub(super) async fn drop_removed_now(self) -> Result<(), StorageError> {
        let Some(replica) = self.device.replica() else {
            return Ok(());
        };
        let draft = self.draft_id();
        let mut removed = self.removed();
        while let Some(photo) = removed.last().copied() {
            if let Err(error) = replica.remove_draft_photo(draft, photo).await {
                self.dropped
                    .try_update_value(|dropped| dropped.append(&mut removed));
                return Err(error);
            }
            removed.pop();
            // Going back must not list it any more.
            self.photos
                .try_update(|photos| photos.retain(|kept| kept.id != photo));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        Timestamp,
        areas::attachments::{BlobFacts, PhotoFacts, PhotoSource},
    };

    use super::*;

    const FORM: &str = "\
| survey |
|  | type         | name   | label::中文 (zh) |
|  | image        | photos | 照片 |
|  | begin repeat | finds  | 问题 |
|  | image        | shots  | 照片 |
|  | end repeat   |        |      |
| settings |
|  | form_id | version | form_title |
|  | f       | 1       | 表 |
";

    fn photo(n: u128, question: &str) -> DraftPhoto {
        let blob = BlobFacts {
            sha256: String::new(),
            size: 1,
            media_type: "image/jpeg".to_owned(),
            width: 1,
            height: 1,
        };
        DraftPhoto {
            id: Uuid::from_u128(n),
            question: question.to_owned(),
            blob: blob.clone(),
            thumbnail: blob,
            source: PhotoSource::Camera,
            taken_at: None,
            caption: String::new(),
            existing: false,
            facts: PhotoFacts::default(),
        }
    }

    #[test]
    fn photos_that_arrived_late_are_listed_once_and_where_there_is_a_place() {
        let form = Form::from_markdown(FORM).expect("a form");
        let listed = Answer::Images(vec![Uuid::from_u128(1).to_string()]);
        let one = |answers: [(&str, Answer); 1]| answers.map(|(k, v)| (k.to_owned(), v)).into();
        let finds = Answer::Repeat(vec![Answers::new(), Answers::new()]);
        let mut answers: Answers = one([("photos", listed)]);
        answers.insert("finds".to_owned(), finds);
        let mut draft = Draft {
            id: Uuid::nil(),
            form_id: "f".to_owned(),
            form_version: "1".to_owned(),
            activity_id: None,
            premises_id: None,
            answers,
            photos: vec![
                photo(1, "photos"),
                photo(2, "photos"),
                photo(3, "shots"),
                photo(4, "gone"),
            ],
            updated_at: Timestamp(0),
            amends: None,
            line: None,
        };
        list_found(&form, &mut draft);
        let ids = |key: &str| form.attachments_at(&draft.answers, key);
        let id = |n| Uuid::from_u128(n).to_string();
        assert_eq!(ids("photos"), [id(1), id(2)]);
        assert_eq!(ids("shots[1]"), [id(3)]);
        assert_eq!(ids("shots[0]"), Vec::<String>::new());
    }
}
