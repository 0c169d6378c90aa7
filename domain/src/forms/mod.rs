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
//! - names of questions and groups are unique in the whole form, because answers are kept flat;
//! - a reference to a question that is not relevant reads as empty, as in ODK Collect.
//!
//! Leaves out: repeats, ranges, cascading selects, `regex()`, `.xlsx`, drawing anything on a screen,
//! and any clock of its own ([`Environment`]).

mod answer;
mod check;
mod definition;
mod evaluation;
pub mod expression;
mod input;
pub mod load;
mod plan;

pub use answer::{Answer, Answers};
pub use check::{Problem, ProblemKind};
pub use definition::{
    Choice, DefaultValue, Form, Frequency, Group, Kind, Node, Question, Sensitivity, Settings,
};
pub use evaluation::{Environment, Evaluation, State};
pub use expression::Expression;
pub use load::FormError;

/// Longest answer to a text question, in characters.
pub const TEXT_LIMIT: usize = 10_000;
/// Most photos in one question.
pub const PHOTO_LIMIT: usize = 20;
