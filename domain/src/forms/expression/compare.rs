//! Operators between two values (XPath 1.0, sections 3.3 to 3.5).
//!
//! Leaves out functions (`call`).

use super::{
    Expr, Operator, Value,
    evaluate::{Scope, boolean, evaluate, number, to_number},
};

pub(super) fn binary(operator: Operator, left: &Expr, right: &Expr, scope: &Scope<'_>) -> Value {
    match operator {
        Operator::Or => Value::Boolean(boolean(left, scope) || boolean(right, scope)),
        Operator::And => Value::Boolean(boolean(left, scope) && boolean(right, scope)),
        Operator::Equal
        | Operator::NotEqual
        | Operator::Less
        | Operator::LessOrEqual
        | Operator::Greater
        | Operator::GreaterOrEqual => Value::Boolean(compare(
            operator,
            evaluate(left, scope),
            evaluate(right, scope),
            scope,
        )),
        Operator::Add => Value::Number(number(left, scope) + number(right, scope)),
        Operator::Subtract => Value::Number(number(left, scope) - number(right, scope)),
        Operator::Multiply => Value::Number(number(left, scope) * number(right, scope)),
        Operator::Divide => Value::Number(number(left, scope) / number(right, scope)),
        // Rust's remainder has the dividend's sign, as XPath's has.
        Operator::Modulo => Value::Number(number(left, scope) % number(right, scope)),
    }
}

/// A comparison holds for nodes when it holds for one of them (XPath 1.0, 3.4).
fn compare(operator: Operator, left: Value, right: Value, scope: &Scope<'_>) -> bool {
    match (left, right) {
        (Value::Boolean(left), right @ Value::Nodes(_)) => compare_one(
            operator,
            Value::Boolean(left),
            Value::Boolean(right.to_boolean()),
            scope,
        ),
        (left @ Value::Nodes(_), Value::Boolean(right)) => compare_one(
            operator,
            Value::Boolean(left.to_boolean()),
            Value::Boolean(right),
            scope,
        ),
        (Value::Nodes(nodes), right) => nodes
            .into_iter()
            .any(|node| compare(operator, Value::String(node), right.clone(), scope)),
        (left, Value::Nodes(nodes)) => nodes
            .into_iter()
            .any(|node| compare_one(operator, left.clone(), Value::String(node), scope)),
        (left, right) => compare_one(operator, left, right, scope),
    }
}

#[expect(
    clippy::float_cmp,
    reason = "XPath compares numbers exactly (IEEE 754)"
)]
fn compare_one(operator: Operator, left: Value, right: Value, scope: &Scope<'_>) -> bool {
    let equality = matches!(operator, Operator::Equal | Operator::NotEqual);
    let equal = match (&left, &right) {
        (Value::Boolean(_), _) | (_, Value::Boolean(_)) if equality => {
            left.to_boolean() == right.to_boolean()
        }
        (Value::String(left), Value::String(right)) if equality => left == right,
        _ => {
            let (left, right) = (to_number(left, scope), to_number(right, scope));
            return match operator {
                Operator::Equal => left == right,
                Operator::NotEqual => left != right,
                Operator::Less => left < right,
                Operator::LessOrEqual => left <= right,
                Operator::Greater => left > right,
                _ => left >= right,
            };
        }
    };
    equal == (operator == Operator::Equal)
}
