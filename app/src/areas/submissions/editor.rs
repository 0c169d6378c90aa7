//! A draft being filled in: its answers as signals, evaluated and saved at each change.
//!
//! Leaves out drawing, its photos (`keeping`) and going back (`history`); the questions' rules are
//! `domain::forms`.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use domain::{
    ActivityId, Lang, RecordRef, Text, Timestamp,
    forms::{Answer, Answers, Environment, Evaluation, Evaluator, Form, Problem, ProblemKind},
};
use leptos::{prelude::*, task::spawn_local};
use sync::{CaptureInput, Draft, DraftPhoto};
use uuid::Uuid;

use super::{
    draft::{happened, new_draft, of_draft},
    history::History,
    keeping::list_found,
};
use crate::{device::Device, platform};

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

/// Whether the draft comes to its end.
#[derive(Clone, Copy, Default)]
pub(super) struct Going {
    /// Being sent or thrown away: nothing is written to it any more.
    pub closed: bool,
    /// Recordings, photos and files on their way into it: a submission waits for them.
    pub adding: u32,
}

/// The open draft; copyable, so that every field can hold it.
#[derive(Clone, Copy)]
pub struct Editor {
    pub(super) device: Device,
    form: StoredValue<Arc<Form>>,
    draft: StoredValue<Draft>,
    pub answers: RwSignal<Answers>,
    pub photos: RwSignal<Vec<DraftPhoto>>,
    /// What was typed but can't be read, by question.
    pub(super) unread: RwSignal<BTreeMap<String, Problem>>,
    pub(super) history: RwSignal<History>,
    /// Counts how often the answers were set all at once: fields then show them anew.
    pub redrawn: RwSignal<usize>,
    /// Photos of instances that were removed; they go for good when the page is left.
    pub(super) dropped: StoredValue<Vec<Uuid>>,
    pub evaluation: Memo<Arc<Evaluation>>,
    /// Whether the person tried to submit: from then on missing answers are shown.
    tried: RwSignal<bool>,
    /// Problems that only the full check finds.
    checked: RwSignal<Vec<Problem>>,
    pub kept: RwSignal<Kept>,
    /// Counts changes, so that only the last of several quick ones is saved.
    change: StoredValue<u64>,
    dirty: StoredValue<bool>,
    pub(super) going: StoredValue<Going>,
}

impl Editor {
    pub fn new(device: Device, form: Form, mut draft: Draft) -> Self {
        list_found(&form, &mut draft);
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
            history: RwSignal::default(),
            redrawn: RwSignal::new(0),
            dropped: StoredValue::default(),
            evaluation,
            tried: RwSignal::new(false),
            checked: RwSignal::default(),
            kept: RwSignal::new(Kept::Untouched),
            change: StoredValue::new(0),
            dirty: StoredValue::new(false),
            going: StoredValue::new(Going::default()),
        };
        on_cleanup(move || {
            editor.drop_removed();
            editor.flush();
        });
        editor
    }

    /// For trying out a form: nothing is kept on the device, and nothing can be sent.
    pub fn preview(device: Device, form: Form) -> Self {
        let draft = new_draft(&form, None, Uuid::nil(), &device.environment());
        let editor = Self::new(device, form, draft);
        editor.going.update_value(|it| it.closed = true);
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
            Ok(answer) => self.put(question, answer, true),
            Err(problem) => self.unread.update(|unread| {
                unread.insert(question.to_owned(), problem);
            }),
        }
    }

    /// Sets or clears an answer.
    pub fn set(self, question: &str, answer: Option<Answer>) {
        self.put(question, answer, false);
    }

    fn put(self, question: &str, answer: Option<Answer>, typed: bool) {
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
            self.remember(before, typed.then_some(question));
            self.touch();
        }
    }

    /// Adds an instance of a repeat, at the end.
    pub fn add_instance(self, repeat: &str) {
        let form = self.form();
        let before = self.answers.get_untracked();
        let mut answers = before.clone();
        if form.add_instance(&mut answers, repeat, &self.environment()) {
            self.answers.set(answers);
            self.remember(before, None);
            self.touch();
        }
    }

    /// Removes an instance of a repeat; what was typed there and can't be read goes with it.
    pub fn remove_instance(self, repeat: &str, index: usize) {
        let form = self.form();
        let before = self.answers.get_untracked();
        let mut answers = before.clone();
        if form.remove_instance(&mut answers, repeat, index) {
            // Keys behind it name other instances now.
            self.unread
                .update(|unread| unread.retain(|key, _| !key.contains('[')));
            self.answers.set(answers);
            self.note_dropped(&before);
            self.remember(before, None);
            self.touch();
        }
    }

    /// Takes answers over, each in its question's place; the person can go back at once.
    pub fn take_over(self, taken: Answers) {
        let before = self.answers.get_untracked();
        let mut after = before.clone();
        after.extend(taken);
        self.answers
            .set(self.form().fired(&before, &after, &self.environment()));
        self.remember(before, None);
        self.redraw();
    }

    /// Shows the answers in all fields after they were set without them.
    pub(super) fn redraw(self) {
        self.redrawn.update(|count| *count += 1);
        self.touch();
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

    /// Answered and all questions that need an answer now, in repeats each instance's.
    pub fn progress(self) -> (usize, usize) {
        let evaluation = self.evaluation.get();
        let states = evaluation.states.values();
        let asked = states.filter(|state| state.relevant && state.required);
        let all = asked.count();
        (all.saturating_sub(missing(&evaluation).count()), all)
    }

    /// The keys of the questions that still need an answer, in the form's order.
    pub fn missing(self) -> Vec<String> {
        missing(&self.evaluation.get()).map(Problem::key).collect()
    }

    pub(super) fn touch(self) {
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

    pub(super) fn snapshot(self) -> Draft {
        let mut draft = self.draft.get_value();
        draft.answers = self.answers.get_untracked();
        draft.photos = self.photos.get_untracked();
        let form = self.form();
        let line = |lang| form.summary_line(&draft.answers, lang);
        draft.line = Some(Text::new(line(Lang::Zh), line(Lang::En)));
        if let Some(replica) = self.device.replica() {
            draft.updated_at = replica.best_now();
        }
        draft
    }

    /// Saves now what isn't saved yet; also when the page is left or the phone is put away.
    pub fn flush(self) {
        if self.going.try_get_value().is_none_or(|it| it.closed)
            || self.dirty.try_get_value() != Some(true)
        {
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

    /// Turns the draft into a record. `Ok(None)`: there are problems, and they are shown now.
    /// `saved` hears of it as soon as the store has it for good, before the lists are read again.
    pub async fn submit(
        self,
        lang: Lang,
        saved: impl FnOnce(),
    ) -> Result<Option<RecordRef>, String> {
        let Some(replica) = self.device.replica() else {
            return Err(String::new());
        };
        if self.going.with_value(|it| it.adding > 0) {
            let words = lang.pick(
                "还在录音或保存照片、文件。请先停止录音，稍等再提交",
                "A recording or a file is still being kept. Stop the recording, then submit",
            );
            return Err(words.to_owned());
        }
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
        // The submission takes the answers along; saving them first would make the person wait twice. An
        // autosave that came later would bring the draft back.
        self.going.update_value(|it| it.closed = true);
        let input = CaptureInput {
            // The office reads Chinese first, whatever the author's interface shows.
            title: form.summary_line(&pruned, Lang::Zh),
            occurred_at: happened(&form, &pruned, &environment),
        };
        let sent = match self.drop_removed_now().await {
            Ok(()) => replica.keep_submission(&sent, input).await,
            Err(error) => Err(error.into()),
        };
        match sent {
            Ok(kept) => {
                saved();
                // It is read while the lists are.
                platform::painted().await;
                replica.tell_saved().await;
                Ok(Some(kept.record))
            }
            Err(error) => {
                // What the autosave hasn't got to, with what was typed meanwhile.
                if self
                    .going
                    .try_update_value(|it| it.closed = false)
                    .is_some()
                {
                    self.dirty.set_value(true);
                    self.flush();
                } else {
                    replica.save_draft(&whole).await.ok();
                }
                Err(error.message(lang))
            }
        }
    }

    pub async fn delete(self, lang: Lang) -> Result<(), String> {
        let Some(replica) = self.device.replica() else {
            return Err(String::new());
        };
        self.going.update_value(|it| it.closed = true);
        replica
            .delete_draft(self.draft_id())
            .await
            .map_err(|error| {
                self.going.update_value(|it| it.closed = false);
                error.message(lang)
            })
    }
}

fn missing(evaluation: &Evaluation) -> impl Iterator<Item = &Problem> {
    let problems = evaluation.problems.iter();
    problems.filter(|problem| problem.kind == ProblemKind::Missing)
}
