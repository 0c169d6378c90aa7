//! What an expression refers to: the edges of a form's graph of dependencies.
//!
//! Leaves out to which question that leads (`plan`).

use super::{Expr, Expression, Path, function::Function};

/// A `${name}` or a path in an expression.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::forms) struct Reference<'a> {
    pub(in crate::forms) target: Target<'a>,
    /// Whether it stands where a group or repeat has a meaning: in `count()`, `position()`.
    pub(in crate::forms) as_node: bool,
    /// Whether it may mean any instance, not only those that share the question's own.
    pub(in crate::forms) anywhere: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::forms) enum Target<'a> {
    Name(&'a str),
    Path(&'a Path),
}

impl Expr {
    pub(super) fn target(&self) -> Option<Target<'_>> {
        match self {
            Self::Reference(name) => Some(Target::Name(name)),
            Self::Path(path) => Some(Target::Path(path)),
            _ => None,
        }
    }
}

impl Expression {
    /// All that it refers to, in no particular order.
    pub(in crate::forms) fn targets(&self) -> Vec<Reference<'_>> {
        let mut found = Vec::new();
        let mut rest: Vec<(&Expr, bool, bool)> =
            self.tree.iter().map(|tree| (tree, false, false)).collect();
        while let Some((expr, as_node, anywhere)) = rest.pop() {
            if let Some(target) = expr.target() {
                found.push(Reference {
                    target,
                    as_node,
                    anywhere,
                });
            }
            match expr {
                Expr::Negate(inner) => rest.push((inner, false, anywhere)),
                Expr::Binary(_, left, right) => {
                    rest.extend([(&**left, false, anywhere), (&**right, false, anywhere)]);
                }
                Expr::Call(function, arguments) => {
                    for (index, argument) in arguments.iter().enumerate() {
                        let as_node = match function {
                            Function::Count | Function::CountNonEmpty | Function::Position => true,
                            Function::IndexedRepeat => index % 2 == 1,
                            _ => false,
                        };
                        let anywhere =
                            anywhere || (*function == Function::IndexedRepeat && index == 0);
                        rest.push((argument, as_node, anywhere));
                    }
                }
                _ => {}
            }
        }
        found
    }
}
