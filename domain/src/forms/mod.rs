//! Field forms as data: XLSForm in, typed answers out.
//!
//! A form is read once ([`Form::from_markdown`]), travels as JSON, and is evaluated on the phone and
//! on the server by the same code. Anything in an uploaded form that this version doesn't understand
//! is refused when it is read, with its sheet, row and column; see [`load`].
//!
//! The vocabulary is that of XLSForm (xlsform.org) and of the ODK XForms specification
//! (getodk.github.io/xforms-spec). Deviations, on purpose:
//! - an `image` question holds several photos; its value in an expression is the space-separated list
//!   of their ids, so that `count-selected(${photos}) >= 3` counts photos and
//!   `count-non-empty(${photos})` says whether there is any;
//! - names of questions, groups and repeats are unique in the whole form, because answers are kept
//!   flat but for repeats;
//! - a repeat starts without an instance;
//! - a reference to a question that is not relevant reads as empty, as in ODK Collect.
//!
//! Leaves out: predicates in paths, choices from files, geotraces, video, reading `.xlsx` (the server
//! cuts a workbook into [`load::Sheet`]s), drawing anything on a screen, and any clock or randomness
//! of its own ([`Environment`]).

mod about;
mod again;
mod answer;
mod check;
mod compare;
mod definition;
mod evaluation;
mod evaluator;
pub mod export;
pub mod expression;
mod fill;
mod input;
mod instances;
mod judge;
mod kind;
pub mod load;
mod media;
mod names;
mod offer;
mod place;
mod plan;
mod stored;

pub use answer::{Answer, Answers, set_answer};
pub use check::{Problem, ProblemKind};
pub use compare::{Aspect, Clash, FormChange, How, What};
pub use definition::{
    DefaultValue, Form, Frequency, Group, Node, Purpose, Question, Repeat, Roster, Settings,
};
pub use evaluation::{Environment, Evaluation, State};
pub use evaluator::Evaluator;
pub use expression::{ChoiceFilter, Expression};
pub use kind::{Choice, Kind, Range, Sensitivity, shuffled};
pub use load::FormError;
pub use names::split_names;
pub use offer::Offer;
pub use stored::StoredForm;

/// Longest answer to a text question, in characters.
pub const TEXT_LIMIT: usize = 10_000;
/// Most photos in one question.
pub const PHOTO_LIMIT: usize = 20;
/// Most instances of a repeat.
pub const REPEAT_LIMIT: usize = 200;

/// A question's name with the instances of the repeats around it, such as `result[2]`: what tells
/// the same question in different instances apart.
pub fn key(name: &str, instance: &[usize]) -> String {
    let mut key = name.to_owned();
    for index in instance {
        key.push('[');
        key.push_str(&index.to_string());
        key.push(']');
    }
    key
}
