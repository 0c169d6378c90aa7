//! Judges one answer by its question's own rules: required, read-only, constraint, choice filter.
//!
//! Leaves out relevance and values, which are found before (`evaluator`).

use super::{
    Environment, Kind, Problem, ProblemKind, Question, check, expression::Scope, instances::World,
};
use crate::text::Text;

#[derive(Default)]
pub(super) struct Judgment {
    pub(super) required: bool,
    pub(super) readonly: bool,
    pub(super) problem: Option<Problem>,
    /// The names of the choices that the filter leaves.
    pub(super) offered: Option<Vec<String>>,
}

pub(super) fn judge(world: World<'_>, index: usize, environment: &Environment) -> Judgment {
    let slot = &world.instances.slots[index];
    let Some(question) = world.entries[slot.entry].question() else {
        return Judgment::default();
    };
    if !slot.relevant || question.kind.is_hidden() {
        return Judgment::default();
    }
    let scope = Scope {
        world,
        slot: Some(index),
        current: &slot.value,
        environment,
        choice: None,
    };
    let readonly = question.is_calculated()
        || question
            .readonly
            .as_ref()
            .is_some_and(|expression| expression.evaluate(&scope).to_boolean());
    let required = question.kind != Kind::Note
        && question
            .required
            .as_ref()
            .is_some_and(|expression| expression.evaluate(&scope).to_boolean());
    let offered = question.choice_filter.as_ref().map(|filter| {
        let choices = question.kind.choices().iter();
        choices
            .filter(|choice| {
                let scope = Scope {
                    choice: Some(choice),
                    ..scope
                };
                filter.0.evaluate(&scope).to_boolean()
            })
            .map(|choice| choice.name.clone())
            .collect::<Vec<_>>()
    });
    let problem = problem(question, &scope, required, offered.as_deref());
    Judgment {
        required,
        readonly,
        problem: problem.map(|problem| problem.at(&slot.path)),
        offered,
    }
}

fn problem(
    question: &Question,
    scope: &Scope<'_>,
    required: bool,
    offered: Option<&[String]>,
) -> Option<Problem> {
    if scope.current.trim().is_empty() {
        return required.then(|| missing(question));
    }
    let gone = offered.is_some_and(|offered| {
        let mut chosen = scope.current.split_whitespace();
        chosen.any(|name| !offered.iter().any(|other| other == name))
    });
    if gone {
        return Some(check::problem(
            question,
            ProblemKind::UnknownChoice,
            Text::new(
                "前面的回答变了，这个选项不再适用，请重新选择",
                "An earlier answer changed and this choice no longer applies; please choose again.",
            ),
        ));
    }
    let constraint = question.constraint.as_ref()?;
    if constraint.evaluate(scope).to_boolean() {
        return None;
    }
    let message = question.constraint_message.clone().unwrap_or_else(|| {
        Text::new(
            "填写的内容不符合要求，请核对",
            "This answer doesn't meet the form's rule; please check it.",
        )
    });
    Some(check::problem(question, ProblemKind::Constraint, message))
}

fn missing(question: &Question) -> Problem {
    let message = question.required_message.clone().unwrap_or_else(|| {
        let (zh, en) = match question.kind {
            Kind::Image => ("请添加照片", "Please add a photo."),
            Kind::File => ("请添加文件", "Please add a file."),
            Kind::Audio => ("请录音", "Please record something."),
            Kind::SelectOne(_) | Kind::SelectMultiple(_) => ("请选择", "Please choose."),
            Kind::Rank(_) => ("请排序", "Please put these in order."),
            Kind::Acknowledge => ("请勾选确认", "Please tick this."),
            Kind::Geopoint => ("请记录位置", "Please record the position."),
            _ => ("请填写", "Please fill this in."),
        };
        Text::new(zh, en)
    });
    check::problem(question, ProblemKind::Missing, message)
}
