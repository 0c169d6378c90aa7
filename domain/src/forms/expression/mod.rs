//! The expression language of forms: the part of XPath 1.0 and of ODK's functions that field forms
//! use.
//!
//! A source is tokenized and parsed once (`token`, `parse`); it is evaluated against values that are
//! strings, as in the ODK XForms specification (`evaluate`). Both are bounded: a source has at most
//! [`SOURCE_LIMIT`] characters and a tree [`DEPTH_LIMIT`] levels, and there are no loops, so that no
//! input can exhaust the stack or run for long.
//!
//! Deviations from the specification, on purpose:
//! - `round` rounds halves away from zero, as spreadsheets, Enketo and JavaRosa do;
//! - a time of day counts as a fraction of a day when a number is wanted, so that times compare;
//! - `date` of something that is no date is empty rather than an error;
//! - `%b` and `%a` of `format-date` give `11月` and `周二`, whatever the interface's language;
//! - typographic quotes are read as straight ones, as pyxform does;
//! - `regex` knows ASCII's `\\d` and `\\w` and Unicode's characters, and takes time linear in the text
//!   for any pattern, so that none can hang a phone;
//! - `uuid` is made of the environment's seed: the same record gives the same identifier again.
//!
//! A `${name}` inside a repeat means the question of the same instance, seen from outside of it all
//! instances, as pyxform writes paths.
//!
//! Leaves out: predicates, unions, attributes, `//`, and all functions not in
//! [`function::FUNCTIONS`]; a form that uses them is refused.

mod call;
mod compare;
mod dates;
mod digest;
mod evaluate;
mod filter;
mod function;
mod geo;
mod parse;
mod references;
#[cfg(test)]
mod tests;
mod token;
mod value;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub(super) use dates::{parse_date, parse_date_time, parse_time};
pub(super) use evaluate::{Scope, to_stored, today};
pub use filter::ChoiceFilter;
pub use parse::ExpressionError;
pub(super) use references::{Reference, Target};
pub(super) use token::{is_name, with_current_named};
pub use value::{Value, number_to_string, plain_decimal};

use function::Function;

/// Longest source, in characters.
pub const SOURCE_LIMIT: usize = 4_000;
/// Deepest tree, in levels; a chain of operators counts one level for each.
pub const DEPTH_LIMIT: usize = 100;

/// A parsed expression with its source; its JSON is the source.
///
/// JSON from a newer version may hold a source that this one can't read: it evaluates to the empty
/// string, and [`Expression::is_understood`] says so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Expression {
    source: String,
    tree: Option<Expr>,
}

/// A node of the parsed tree.
#[derive(Clone, Debug, PartialEq)]
enum Expr {
    Number(f64),
    Literal(String),
    /// `${name}`
    Reference(String),
    /// `.`
    Current,
    /// `..`, `../name`, `/data/group/name`
    Path(Path),
    /// A column of the choice that a filter looks at.
    Column(String),
    Negate(Box<Expr>),
    Binary(Operator, Box<Expr>, Box<Expr>),
    Call(Function, Vec<Expr>),
}

/// A way through the form's tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path {
    /// Whether it starts at the form instead of the question.
    pub(super) absolute: bool,
    pub(super) steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Parent,
    Child(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

impl Expression {
    /// Parses a source; the error says at which character, and what to do.
    pub fn parse(source: &str) -> Result<Self, ExpressionError> {
        Ok(Self {
            source: source.trim().to_owned(),
            tree: Some(parse::parse(source)?),
        })
    }

    /// Always true; what `required` means by `yes`.
    pub(super) fn always() -> Self {
        Self {
            source: "true()".to_owned(),
            tree: Some(Expr::Call(Function::True, Vec::new())),
        }
    }

    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether this version could parse it.
    pub fn is_understood(&self) -> bool {
        self.tree.is_some()
    }

    /// Whether its result changes with the clock alone.
    pub(super) fn asks_the_clock(&self) -> bool {
        let mut found = false;
        self.visit(&mut |expr| {
            found |= matches!(expr, Expr::Call(Function::Now | Function::Today, _));
        });
        found
    }

    /// The names that it refers to by `${name}`.
    pub fn references(&self) -> BTreeSet<&str> {
        let mut names = BTreeSet::new();
        self.visit(&mut |expr| {
            if let Expr::Reference(name) = expr {
                names.insert(name.as_str());
            }
        });
        names
    }

    /// Whether it reads the question's own value, by `.` or `once()`.
    pub(super) fn reads_current(&self) -> bool {
        let mut found = false;
        self.visit(&mut |expr| {
            found |= matches!(expr, Expr::Current | Expr::Call(Function::Once, _));
        });
        found
    }

    pub(super) fn evaluate(&self, scope: &Scope<'_>) -> Value {
        match &self.tree {
            Some(tree) => evaluate::evaluate(tree, scope),
            None => Value::String(String::new()),
        }
    }

    fn visit<'a>(&'a self, see: &mut impl FnMut(&'a Expr)) {
        let mut rest: Vec<&Expr> = self.tree.iter().collect();
        while let Some(expr) = rest.pop() {
            see(expr);
            match expr {
                Expr::Negate(inner) => rest.push(inner),
                Expr::Binary(_, left, right) => rest.extend([&**left, &**right]),
                Expr::Call(_, arguments) => rest.extend(arguments),
                Expr::Number(_)
                | Expr::Literal(_)
                | Expr::Reference(_)
                | Expr::Path(_)
                | Expr::Column(_)
                | Expr::Current => {}
            }
        }
    }
}

impl From<String> for Expression {
    fn from(source: String) -> Self {
        let tree = parse::parse(&source).ok();
        Self { source, tree }
    }
}

impl From<Expression> for String {
    fn from(expression: Expression) -> Self {
        expression.source
    }
}

/// Whether a cell that may hold plain text or an expression looks like an expression: it refers to a
/// question or calls a function that ODK knows.
pub(super) fn looks_dynamic(source: &str) -> bool {
    if source.contains("${") {
        return true;
    }
    source.match_indices('(').any(|(at, _)| {
        let before = source[..at].trim_end();
        let start = before
            .rfind(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '-' | ':')))
            .map_or(0, |last| {
                last + before[last..].chars().next().map_or(1, char::len_utf8)
            });
        function::is_name(&before[start..])
    })
}
