//! What the queue showed last, so that a record's page knows its neighbors and the way back finds the
//! list as it was. Gone with the tab.

use std::cell::RefCell;

use domain::{
    SubmissionId,
    api::office::{SubmissionFilter, SubmissionLine},
};

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shown {
    pub filter: SubmissionFilter,
    pub lines: Vec<SubmissionLine>,
    pub next: Option<String>,
    pub selected: Option<SubmissionId>,
}

thread_local! {
    // The browser has one thread; the server never writes here.
    static SHOWN: RefCell<Option<Shown>> = const { RefCell::new(None) };
}

pub fn remember(shown: Shown) {
    SHOWN.with(|memory| memory.replace(Some(shown)));
}

pub fn recall() -> Option<Shown> {
    SHOWN.with(|memory| memory.borrow().clone())
}

/// The record `by` places after this one in the list.
pub fn neighbor(id: SubmissionId, by: isize) -> Option<SubmissionId> {
    let shown = recall()?;
    let at = shown.lines.iter().position(|line| line.id == id)?;
    let next = at.checked_add_signed(by)?;
    shown.lines.get(next).map(|line| line.id)
}

/// Takes a decided record out of the list and answers which one comes next.
pub fn after_decision(id: SubmissionId) -> Option<SubmissionId> {
    let mut shown = recall()?;
    let at = shown.lines.iter().position(|line| line.id == id)?;
    let next = if shown.filter.state.is_some() {
        shown.lines.remove(at);
        shown.lines.get(at)
    } else {
        shown.lines.get(at + 1)
    }
    .map(|line| line.id);
    shown.selected = next;
    remember(shown);
    next
}

#[cfg(test)]
mod tests {
    use domain::{PersonId, Timestamp, areas::submissions::ReviewState};

    use super::*;

    fn id(n: u128) -> SubmissionId {
        SubmissionId(uuid::Uuid::from_u128(n))
    }

    fn line(n: u128) -> SubmissionLine {
        SubmissionLine {
            id: id(n),
            revision: 1,
            form_id: String::new(),
            title: String::new(),
            author_id: PersonId(uuid::Uuid::nil()),
            author_name: String::new(),
            department_name: None,
            state: ReviewState::Submitted,
            occurred_at: Timestamp(0),
            received_at: Timestamp(0),
            photos: 0,
            photos_stored: 0,
            has_conflict: false,
        }
    }

    #[test]
    fn the_next_record_follows_a_decision() {
        remember(Shown {
            filter: super::super::filter::waiting(),
            lines: vec![line(1), line(2), line(3)],
            next: None,
            selected: Some(id(2)),
        });
        assert_eq!(neighbor(id(2), -1), Some(id(1)));
        assert_eq!(after_decision(id(2)), Some(id(3)));
        assert_eq!(neighbor(id(1), 1), Some(id(3)));
        assert_eq!(after_decision(id(3)), None);
    }
}
