//! What differs between two versions of a record.

use domain::{
    areas::submissions::{ReviewState, Submission},
    forms::{Answer, Answers, Form},
};

/// One question whose answer differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub question: String,
    pub before: Option<Answer>,
    pub after: Option<Answer>,
}

/// What a version did, compared to the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    First,
    /// Sent again with other answers, or answers added while it waited.
    Amended,
    /// Sent again with the same answers.
    Resubmitted,
    Approved,
    Returned,
    Voided,
}

/// In the form's order; hidden questions don't count, answers that the form doesn't know do.
pub fn changes(form: &Form, before: &Answers, after: &Answers) -> Vec<Change> {
    let known = form.questions().map(|question| question.name.as_str());
    let strange = before
        .keys()
        .chain(after.keys())
        .map(String::as_str)
        .filter(|name| form.question(name).is_none());
    let mut found: Vec<Change> = Vec::new();
    for name in known.chain(strange) {
        let hidden = form
            .question(name)
            .is_some_and(|question| question.kind.is_hidden());
        let (old, new) = (before.get(name), after.get(name));
        if hidden || old == new || found.iter().any(|change| change.question == name) {
            continue;
        }
        found.push(Change {
            question: name.to_owned(),
            before: old.cloned(),
            after: new.cloned(),
        });
    }
    found
}

/// What happened from `before` to `after`.
pub fn step(before: Option<&Submission>, after: &Submission) -> Step {
    let Some(before) = before else {
        return Step::First;
    };
    match after.state {
        ReviewState::Approved if before.state != ReviewState::Approved => Step::Approved,
        ReviewState::Voided if before.state != ReviewState::Voided => Step::Voided,
        ReviewState::Returned if before.answers == after.answers => Step::Returned,
        _ if before.answers == after.answers && before.conflicts.len() == after.conflicts.len() => {
            Step::Resubmitted
        }
        _ => Step::Amended,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> Form {
        Form::from_markdown(
            "| survey |\n\
             | | type | name | label::中文 (zh) | label::English (en) |\n\
             | | start | started_at | | |\n\
             | | text | place | 地点 | Place |\n\
             | | integer | people | 人数 | People |\n\n\
             | settings |\n\
             | | form_id | version | form_title |\n\
             | | walk | 1 | 走访 |\n",
        )
        .expect("the form reads")
    }

    fn answers(pairs: &[(&str, Answer)]) -> Answers {
        pairs
            .iter()
            .map(|(name, answer)| ((*name).to_owned(), answer.clone()))
            .collect()
    }

    #[test]
    fn changes_stand_in_the_forms_order_and_leave_out_hidden_questions() {
        let before = answers(&[
            ("people", Answer::Integer(3)),
            ("started_at", Answer::Text("a".to_owned())),
        ]);
        let after = answers(&[
            ("people", Answer::Integer(5)),
            ("place", Answer::Text("文三路".to_owned())),
            ("started_at", Answer::Text("b".to_owned())),
        ]);
        let names: Vec<String> = changes(&form(), &before, &after)
            .into_iter()
            .map(|change| change.question)
            .collect();
        assert_eq!(names, ["place", "people"]);
    }

    #[test]
    fn an_answer_that_the_form_does_not_know_is_shown_too() {
        let before = answers(&[]);
        let after = answers(&[("old_name", Answer::Integer(1))]);
        assert_eq!(changes(&form(), &before, &after).len(), 1);
    }

    #[test]
    fn equal_versions_have_no_changes() {
        let same = answers(&[("people", Answer::Integer(3))]);
        assert!(changes(&form(), &same, &same).is_empty());
    }
}
