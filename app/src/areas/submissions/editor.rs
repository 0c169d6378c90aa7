//! A draft being filled in: its answers as signals, evaluated and saved at each change.
//!
//! Leaves out drawing; the questions' rules are `domain::forms`.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use domain::{
    ActivityId, Lang, RecordRef, Text, Timestamp,
    forms::{
        Answer, Answers, Environment, Evaluation, Evaluator, Form, Kind, Problem, ProblemKind,
    },
};
use leptos::{prelude::*, task::spawn_local};
use sync::{CaptureInput, Draft, DraftPhoto, NewPhoto};
use uuid::Uuid;

use super::draft::{happened, of_draft};
use crate::device::Device;

/// How long typing may go on before it is saved, in ms.
const AUTOSAVE_MS: u64 = 300;

/// Where the draft is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// As it was opened.
    Untouched,
    Saving,
    /// All of it is on this device since then.
    Saved(Timestamp),
    /// The last change isn't kept, and why.
    Failed(Text),
}

/// The open draft; copyable, so that every field can hold it.
#[derive(Clone, Copy)]
pub struct Editor {
    device: Device,
    form: StoredValue<Arc<Form>>,
    draft: StoredValue<Draft>,
    pub answers: RwSignal<Answers>,
    pub photos: RwSignal<Vec<DraftPhoto>>,
    /// What was typed but can't be read, by question.
    unread: RwSignal<BTreeMap<String, Problem>>,
    pub evaluation: Memo<Arc<Evaluation>>,
    /// Whether the person tried to submit: from then on missing answers are shown.
    tried: RwSignal<bool>,
    /// Problems that only the full check finds.
    checked: RwSignal<Vec<Problem>>,
    pub kept: RwSignal<Kept>,
    /// Counts changes, so that only the last of several quick ones is saved.
    change: StoredValue<u64>,
    dirty: StoredValue<bool>,
    closed: StoredValue<bool>,
}

impl Editor {
    pub fn new(device: Device, form: Form, mut draft: Draft) -> Self {
        // A photo may have arrived after the page was left, when no editor listed it.
        for question in form.questions().filter(|one| one.kind == Kind::Image) {
            let ids = photo_ids(&draft.photos, &question.name);
            if !ids.is_empty() {
                let listed = Answer::Images(ids);
                draft.answers.insert(question.name.clone(), listed);
            }
        }
        let form = Arc::new(form);
        let answers = RwSignal::new(draft.answers.clone());
        let id = draft.id;
        let environment = move || of_draft(device.environment(), id);
        // Finds itself what changed, so that a keystroke evaluates only what depends on it.
        let evaluator =
            StoredValue::new(Evaluator::new(form.clone(), &draft.answers, &environment()));
        let evaluation = Memo::new(move |_| {
            answers.with(|answers| {
                evaluator
                    .try_update_value(|it| it.update(answers, &environment()).clone())
                    .map(Arc::new)
                    .unwrap_or_default()
            })
        });
        let editor = Self {
            device,
            form: StoredValue::new(form),
            answers,
            photos: RwSignal::new(draft.photos.clone()),
            draft: StoredValue::new(draft),
            unread: RwSignal::default(),
            evaluation,
            tried: RwSignal::new(false),
            checked: RwSignal::default(),
            kept: RwSignal::new(Kept::Untouched),
            change: StoredValue::new(0),
            dirty: StoredValue::new(false),
            closed: StoredValue::new(false),
        };
        on_cleanup(move || editor.flush());
        editor
    }

    pub fn form(self) -> Arc<Form> {
        self.form.get_value()
    }

    pub fn draft_id(self) -> Uuid {
        self.draft.with_value(|draft| draft.id)
    }

    /// Whether it corrects a record that was sent before.
    pub fn is_correction(self) -> bool {
        self.draft.with_value(|draft| draft.amends.is_some())
    }

    pub fn environment(self) -> Environment {
        of_draft(self.device.environment(), self.draft_id())
    }

    /// The answer of a question by its key: its name, in a repeat with the instance.
    pub fn answer(self, key: &str) -> Option<Answer> {
        self.form.with_value(|form| {
            self.answers
                .with(|answers| form.answer(answers, key).cloned())
        })
    }

    /// Takes what was typed into a field.
    pub fn type_in(self, question: &str, input: &str) {
        let read = self.form.with_value(|form| {
            let name = form.question_at(question).map_or(question, |it| &it.name);
            form.parse_answer(name, input, &self.environment())
        });
        match read {
            Ok(answer) => self.set(question, answer),
            Err(problem) => self.unread.update(|unread| {
                unread.insert(question.to_owned(), problem);
            }),
        }
    }

    /// Sets or clears an answer.
    pub fn set(self, question: &str, answer: Option<Answer>) {
        if self
            .unread
            .with_untracked(|unread| unread.contains_key(question))
        {
            self.unread.update(|unread| {
                unread.remove(question);
            });
        }
        let answer = answer.filter(|answer| !answer.is_empty());
        let form = self.form();
        let before = self.answers.get_untracked();
        if form.answer(&before, question) == answer.as_ref() {
            return;
        }
        let mut after = before.clone();
        if form.set_answer(&mut after, question, answer) {
            self.answers
                .set(form.fired(&before, &after, &self.environment()));
            self.touch();
        }
    }

    /// Adds an instance of a repeat, at the end.
    pub fn add_instance(self, repeat: &str) {
        let form = self.form();
        let mut answers = self.answers.get_untracked();
        if form.add_instance(&mut answers, repeat, &self.environment()) {
            self.answers.set(answers);
            self.touch();
        }
    }

    /// Removes an instance of a repeat; what was typed there and can't be read goes with it.
    pub fn remove_instance(self, repeat: &str, index: usize) {
        let form = self.form();
        let mut answers = self.answers.get_untracked();
        if form.remove_instance(&mut answers, repeat, index) {
            // Keys behind it name other instances now.
            self.unread
                .update(|unread| unread.retain(|key, _| !key.contains('[')));
            self.answers.set(answers);
            self.touch();
        }
    }

    /// Connects the record with an activity, or with none.
    pub fn set_activity(self, activity: Option<ActivityId>) {
        self.draft
            .update_value(|draft| draft.activity_id = activity);
        self.touch();
    }

    pub fn activity(self) -> Option<ActivityId> {
        self.draft.with_value(|draft| draft.activity_id)
    }

    /// What is wrong with a question, if the person should see it now: what can't be read and what
    /// breaks a rule at once, what is missing only after the first try to submit.
    pub fn problem(self, question: &str) -> Option<Problem> {
        if let Some(problem) = self.unread.with(|unread| unread.get(question).cloned()) {
            return Some(problem);
        }
        let evaluation = self.evaluation.get();
        let found = evaluation
            .problem(question)
            .filter(|problem| problem.kind != ProblemKind::Missing || self.tried.get());
        found.cloned().or_else(|| {
            // The evaluation knows better whether these two still hold.
            let lasting = |problem: &&Problem| {
                problem.key() == question
                    && !matches!(problem.kind, ProblemKind::Missing | ProblemKind::Constraint)
            };
            self.checked
                .with(|checked| checked.iter().find(lasting).cloned())
        })
    }

    /// All that keeps it from being submitted, in the form's order; empty before the first try.
    pub fn problems(self) -> Vec<Problem> {
        if !self.tried.get() {
            return Vec::new();
        }
        let evaluation = self.evaluation.get();
        let form = self.form();
        let mut keys: Vec<String> = form.questions().map(|it| it.name.clone()).collect();
        // Those in repeats stand behind the others, each with its instance.
        keys.extend(
            evaluation
                .states
                .keys()
                .filter(|key| key.contains('['))
                .cloned(),
        );
        keys.iter().filter_map(|key| self.problem(key)).collect()
    }

    /// Answered and all questions that need an answer now, for the progress bar.
    pub fn progress(self) -> (usize, usize) {
        let evaluation = self.evaluation.get();
        let form = self.form();
        self.answers.with(|answers| {
            let asked = form.questions().filter(|question| {
                !question.kind.is_hidden()
                    && !matches!(question.kind, Kind::Note)
                    && evaluation.is_relevant(&question.name)
                    && evaluation.is_required(&question.name)
            });
            asked.fold((0, 0), |(done, all), question| {
                let answered = usize::from(answers.contains_key(&question.name));
                (done + answered, all + 1)
            })
        })
    }

    fn touch(self) {
        self.dirty.set_value(true);
        self.kept.set(Kept::Saving);
        let mine = self.change.get_value().wrapping_add(1);
        self.change.set_value(mine);
        set_timeout(
            move || {
                if self.change.try_get_value() == Some(mine) {
                    self.flush();
                }
            },
            Duration::from_millis(AUTOSAVE_MS),
        );
    }

    fn snapshot(self) -> Draft {
        let mut draft = self.draft.get_value();
        draft.answers = self.answers.get_untracked();
        draft.photos = self.photos.get_untracked();
        if let Some(replica) = self.device.replica() {
            draft.updated_at = replica.best_now();
        }
        draft
    }

    /// Saves now what isn't saved yet; also when the page is left or the phone is put away.
    pub fn flush(self) {
        if self.closed.try_get_value() != Some(false) || self.dirty.try_get_value() != Some(true) {
            return;
        }
        let Some(replica) = self.device.replica() else {
            return;
        };
        self.dirty.set_value(false);
        let draft = self.snapshot();
        let at = draft.updated_at;
        let (kept, dirty) = (self.kept, self.dirty);
        spawn_local(async move {
            let outcome = match replica.save_draft(&draft).await {
                Ok(()) if dirty.try_get_value() == Some(true) => Kept::Saving,
                Ok(()) => Kept::Saved(at),
                Err(error) => {
                    dirty.try_update_value(|dirty| *dirty = true);
                    Kept::Failed(error.text())
                }
            };
            // The page may have been left meanwhile; the draft is saved all the same.
            kept.try_set(outcome);
        });
    }

    /// Stores a photo; an error's text says why it isn't kept. The page may be left meanwhile: the
    /// photo still goes to the draft, which is why its id is given.
    pub async fn add_photo(self, id: Uuid, photo: NewPhoto, lang: Lang) -> Result<Uuid, String> {
        let Some(replica) = self.device.replica() else {
            return Err(String::new());
        };
        let question = photo.question.clone();
        // The draft must exist before its photos do.
        if self.closed.try_get_value() == Some(false) {
            let draft = self.snapshot();
            replica
                .save_draft(&draft)
                .await
                .map_err(|error| error.message(lang))?;
        }
        let added = replica
            .add_draft_photo(id, photo)
            .await
            .map_err(|error| error.message(lang))?;
        let photo = added.id;
        if self.closed.try_get_value() == Some(false) {
            self.photos.update(|photos| photos.push(added));
            self.list_photos(&question);
        }
        Ok(photo)
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

    pub async fn remove_photo(self, photo: Uuid, lang: Lang) -> Result<(), String> {
        let Some(replica) = self.device.replica() else {
            return Err(String::new());
        };
        replica
            .remove_draft_photo(self.draft_id(), photo)
            .await
            .map_err(|error| error.message(lang))?;
        let question = self.photos.with_untracked(|photos| {
            let one = photos.iter().find(|kept| kept.id == photo);
            one.map(|one| one.question.clone())
        });
        self.photos
            .update(|photos| photos.retain(|kept| kept.id != photo));
        if let Some(question) = question {
            self.list_photos(&question);
        }
        Ok(())
    }

    /// The answer of an image question is the list of its photos.
    fn list_photos(self, question: &str) {
        let ids = self
            .photos
            .with_untracked(|photos| photo_ids(photos, question));
        self.set(question, Some(Answer::Images(ids)));
    }

    /// Turns the draft into a record. `Ok(None)`: there are problems, and they are shown now.
    pub async fn submit(self, lang: Lang) -> Result<Option<RecordRef>, String> {
        let Some(replica) = self.device.replica() else {
            return Err(String::new());
        };
        let environment = self.environment();
        let form = self.form();
        let whole = self.snapshot();
        let pruned = form.prune(&whole.answers, &environment);
        let problems = form.check(&pruned, &environment);
        let unread = self.unread.with_untracked(|unread| !unread.is_empty());
        if unread || !problems.is_empty() {
            self.checked.set(problems);
            self.tried.set(true);
            return Ok(None);
        }
        let sent = Draft {
            answers: pruned.clone(),
            ..whole.clone()
        };
        // The submission takes the answers along; saving them first would make the person wait twice.
        self.dirty.set_value(false);
        let input = CaptureInput {
            // The office reads Chinese first, whatever the author's interface shows.
            title: form.summary_line(&pruned, Lang::Zh),
            occurred_at: happened(&form, &pruned, &environment),
        };
        match replica.submit_draft(&sent, input).await {
            Ok(saved) => {
                self.closed.set_value(true);
                Ok(Some(saved.record))
            }
            Err(error) => {
                // What the autosave hasn't got to.
                replica.save_draft(&whole).await.ok();
                Err(error.message(lang))
            }
        }
    }

    pub async fn delete(self, lang: Lang) -> Result<(), String> {
        let Some(replica) = self.device.replica() else {
            return Err(String::new());
        };
        self.closed.set_value(true);
        replica
            .delete_draft(self.draft_id())
            .await
            .map_err(|error| {
                self.closed.set_value(false);
                error.message(lang)
            })
    }
}

fn photo_ids(photos: &[DraftPhoto], question: &str) -> Vec<String> {
    let own = photos.iter().filter(|photo| photo.question == question);
    own.map(|photo| photo.id.to_string()).collect()
}
