//! Going back: the answers as they were before each change.
//!
//! What is typed into one field without a pause is one change. Photos stand outside: taking and
//! removing one asks and answers for itself.

use domain::forms::Answers;
use leptos::prelude::*;

use super::editor::Editor;
use crate::platform;

/// So many changes can be taken back.
const DEPTH: usize = 40;
/// Typing goes on for as long as no pause is longer than this, in ms.
const PAUSE_MS: i64 = 4_000;

/// The states before the last changes, the latest last.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq)]
struct Step {
    before: Answers,
    /// The field that is typed into, while it is.
    field: Option<String>,
    at_ms: i64,
}

impl History {
    /// Keeps the state before a change at the moment; `field` where it was typed.
    pub fn push(&mut self, before: Answers, field: Option<&str>, at_ms: i64) {
        if let Some(last) = self.steps.last_mut()
            && field.is_some()
            && last.field.as_deref() == field
            && at_ms - last.at_ms <= PAUSE_MS
        {
            last.at_ms = at_ms;
            return;
        }
        if self.steps.len() >= DEPTH {
            self.steps.remove(0);
        }
        self.steps.push(Step {
            before,
            field: field.map(str::to_owned),
            at_ms,
        });
    }

    pub fn pop(&mut self) -> Option<Answers> {
        self.steps.pop().map(|step| step.before)
    }

    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}

impl Editor {
    pub(super) fn remember(self, before: Answers, field: Option<&str>) {
        self.history
            .update(|history| history.push(before, field, platform::now_ms()));
    }

    pub fn can_undo(self) -> bool {
        !self.history.read().is_empty()
    }

    /// Takes the last change back.
    pub fn undo(self) {
        let earlier = self.history.try_update(History::pop).flatten();
        let Some(earlier) = earlier else { return };
        let now = self.answers.get_untracked();
        let photos = self.photos.get_untracked();
        let answers = self.form().with_attachments(&earlier, &now, |id| {
            photos.iter().any(|photo| photo.id.to_string() == id)
        });
        self.unread.update(std::collections::BTreeMap::clear);
        self.answers.set(answers);
        self.redraw();
    }
}

#[cfg(test)]
mod tests {
    use domain::forms::Answer;

    use super::*;

    fn state(n: i64) -> Answers {
        Answers::from([("n".to_owned(), Answer::Integer(n))])
    }

    #[test]
    fn changes_are_taken_back_one_by_one() {
        let mut history = History::default();
        history.push(state(1), None, 0);
        history.push(state(2), None, 1);
        assert_eq!(history.pop(), Some(state(2)));
        assert_eq!(history.pop(), Some(state(1)));
        assert_eq!((history.pop(), history.is_empty()), (None, true));
    }

    #[test]
    fn a_word_that_is_typed_is_one_change() {
        let mut history = History::default();
        history.push(state(1), Some("a"), 0);
        history.push(state(2), Some("a"), PAUSE_MS);
        history.push(state(3), Some("a"), 2 * PAUSE_MS);
        assert_eq!(history.pop(), Some(state(1)));
    }

    #[test]
    fn a_pause_or_another_field_begins_a_change() {
        let mut history = History::default();
        history.push(state(1), Some("a"), 0);
        history.push(state(2), Some("b"), 1);
        history.push(state(3), Some("b"), PAUSE_MS + 2);
        history.push(state(4), None, PAUSE_MS + 3);
        history.push(state(5), None, PAUSE_MS + 3);
        for n in (1..=5).rev() {
            assert_eq!(history.pop(), Some(state(n)));
        }
    }

    #[test]
    fn only_the_last_changes_are_kept() {
        let mut history = History::default();
        for n in 0..100 {
            history.push(state(n), None, n);
        }
        let kept = std::iter::from_fn(|| history.pop()).count();
        assert_eq!(kept, DEPTH);
    }
}
