//! A `choice_filter`: an expression that is asked of each choice, with the columns of the choices
//! sheet as bare names.
//!
//! Leaves out whether a column exists; only the form knows (`load`).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Expr, Expression, ExpressionError, parse};

/// A parsed filter; its JSON is its source, like an [`Expression`]'s.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct ChoiceFilter(pub(in crate::forms) Expression);

impl ChoiceFilter {
    /// Parses a source; the error says at which character, and what to do.
    pub fn parse(source: &str) -> Result<Self, ExpressionError> {
        Ok(Self(Expression {
            source: source.trim().to_owned(),
            tree: Some(parse::parse_filter(source)?),
        }))
    }

    /// The columns of the choices sheet that it reads, `name` and `label` among them.
    pub fn columns(&self) -> BTreeSet<&str> {
        let mut columns = BTreeSet::new();
        self.0.visit(&mut |expr| {
            if let Expr::Column(name) = expr {
                columns.insert(name.as_str());
            }
        });
        columns
    }
}

impl From<String> for ChoiceFilter {
    fn from(source: String) -> Self {
        let tree = parse::parse_filter(&source).ok();
        Self(Expression { source, tree })
    }
}

impl From<ChoiceFilter> for String {
    fn from(filter: ChoiceFilter) -> Self {
        filter.0.source
    }
}
