//! A Pratt parser for expressions.
//!
//! Leaves out whether a `${name}` exists; only the form knows (`load`).

use serde::{Deserialize, Serialize};

use super::{
    DEPTH_LIMIT, Expr, Operator, Path, SOURCE_LIMIT, Step,
    function::{self, Function},
    token::{Placed, Token, tokenize},
};
use crate::text::Text;

/// Why a source isn't an expression that Minglu can evaluate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpressionError {
    /// The character where it was noticed, from 1.
    pub at: usize,
    pub message: Text,
}

pub(super) fn parse(source: &str) -> Result<Expr, ExpressionError> {
    parse_as(source, false)
}

/// As [`parse`], with the columns of choices as bare names.
pub(super) fn parse_filter(source: &str) -> Result<Expr, ExpressionError> {
    parse_as(source, true)
}

fn parse_as(source: &str, filters: bool) -> Result<Expr, ExpressionError> {
    if source.chars().nth(SOURCE_LIMIT).is_some() {
        return Err(error(
            SOURCE_LIMIT,
            "表达式太长",
            "The expression is too long.",
        ));
    }
    let tokens = tokenize(source)?;
    let end = source.chars().count() + 1;
    let mut parser = Parser {
        tokens,
        next: 0,
        end,
        nesting: 0,
        filters,
    };
    let tree = parser.expression(0)?;
    match parser.tokens.get(parser.next) {
        None => Ok(tree.expr),
        Some((at, _)) => Err(error(
            *at,
            "这里缺少运算符，或多了内容",
            "An operator is missing here, or this is too much.",
        )),
    }
}

struct Parser {
    tokens: Vec<Placed>,
    next: usize,
    /// The place after the last character.
    end: usize,
    /// How many calls of `expression` are open: what the parser's own stack holds.
    nesting: usize,
    /// Whether bare names are columns of a choice.
    filters: bool,
}

/// A subtree with its number of levels.
struct Tree {
    expr: Expr,
    depth: usize,
}

/// How tightly unary minus binds; tighter than any operator between two operands (XPath 1.0, 3.5).
const NEGATION: u8 = 13;

impl Parser {
    /// Reads operands joined by operators that bind at least as tightly as `minimum`.
    fn expression(&mut self, minimum: u8) -> Result<Tree, ExpressionError> {
        self.nesting += 1;
        if self.nesting > DEPTH_LIMIT {
            return Err(self.too_deep());
        }
        let mut left = self.operand()?;
        while let Some(operator) = self.peek_operator() {
            let power = operator.power();
            if power < minimum {
                break;
            }
            self.next += 1;
            // One more than its own power, so that equal operators group to the left.
            let right = self.expression(power + 1)?;
            left = self.node(
                left.depth.max(right.depth),
                Expr::Binary(operator, Box::new(left.expr), Box::new(right.expr)),
            )?;
        }
        self.nesting -= 1;
        Ok(left)
    }

    fn operand(&mut self) -> Result<Tree, ExpressionError> {
        let Some((at, token)) = self.tokens.get(self.next).cloned() else {
            return Err(error(
                self.end,
                "表达式不完整",
                "The expression ends too early.",
            ));
        };
        self.next += 1;
        let leaf = |expr| Ok(Tree { expr, depth: 1 });
        match token {
            Token::Number(number) => leaf(Expr::Number(number)),
            Token::Literal(text) => leaf(Expr::Literal(text)),
            Token::Reference(name) => leaf(Expr::Reference(name)),
            Token::Dot if self.peek(&Token::Slash) => self.path(false, Vec::new()),
            Token::Dot => leaf(Expr::Current),
            Token::Up => self.path(false, vec![Step::Parent]),
            Token::Slash => {
                self.next -= 1;
                self.path(true, Vec::new())
            }
            Token::Open => {
                let inner = self.expression(0)?;
                self.close()?;
                Ok(inner)
            }
            Token::Operator(Operator::Subtract) => {
                let inner = self.expression(NEGATION)?;
                self.node(inner.depth, Expr::Negate(Box::new(inner.expr)))
            }
            Token::Name(name) => self.call(at, &name),
            Token::Close | Token::Comma | Token::Operator(_) => {
                Err(error(at, "这里缺少一个值", "A value is missing here."))
            }
        }
    }

    fn call(&mut self, at: usize, name: &str) -> Result<Tree, ExpressionError> {
        if !self.peek(&Token::Open) {
            if self.filters && super::is_name(name) {
                return Ok(Tree {
                    expr: Expr::Column(name.to_owned()),
                    depth: 1,
                });
            }
            return Err(error(
                at,
                &format!("“{name}” 后面缺少括号；题目写成 ${{{name}}}，文字加引号"),
                &format!(
                    "“{name}” needs brackets; write a question as ${{{name}}}, text in quotes."
                ),
            ));
        }
        if name == "current" {
            self.next += 1;
            self.close()?;
            return self.path(false, Vec::new());
        }
        let function = function::find(name).map_err(|message| ExpressionError { at, message })?;
        self.next += 1;
        let mut arguments = Vec::new();
        let mut depth = 0;
        if self.peek(&Token::Close) {
            self.next += 1;
        } else {
            loop {
                let argument = self.expression(0)?;
                depth = depth.max(argument.depth);
                arguments.push(argument.expr);
                if self.peek(&Token::Comma) {
                    self.next += 1;
                } else {
                    self.close()?;
                    break;
                }
            }
        }
        check_arguments(name, function, &arguments)
            .map_err(|message| ExpressionError { at, message })?;
        if function == Function::ChoiceName {
            arguments[1] =
                named_in(&arguments[1]).map_err(|message| ExpressionError { at, message })?;
        }
        self.node(depth, Expr::Call(function, arguments))
    }

    /// Reads what follows a path's beginning: `/name` and `/..`, again and again.
    fn path(&mut self, absolute: bool, mut steps: Vec<Step>) -> Result<Tree, ExpressionError> {
        while self.peek(&Token::Slash) {
            self.next += 1;
            match self.tokens.get(self.next) {
                Some((_, Token::Name(name))) => steps.push(Step::Child(name.clone())),
                Some((_, Token::Up)) => steps.push(Step::Parent),
                Some((_, Token::Dot)) => {}
                other => {
                    let at = other.map_or(self.end, |(at, _)| *at);
                    return Err(error(
                        at,
                        "“/” 后面应是题目或分组的 name",
                        "The name of a question or group must follow the “/”.",
                    ));
                }
            }
            self.next += 1;
        }
        if steps.len() > DEPTH_LIMIT {
            return Err(self.too_deep());
        }
        let expr = if !absolute && steps.is_empty() {
            Expr::Current
        } else {
            Expr::Path(Path { absolute, steps })
        };
        Ok(Tree { expr, depth: 1 })
    }

    fn peek(&self, token: &Token) -> bool {
        self.tokens
            .get(self.next)
            .is_some_and(|(_, next)| next == token)
    }

    fn close(&mut self) -> Result<(), ExpressionError> {
        match self.tokens.get(self.next) {
            Some((_, Token::Close)) => {
                self.next += 1;
                Ok(())
            }
            other => Err(error(
                other.map_or(self.end, |(at, _)| *at),
                "括号没有配对",
                "A closing bracket is missing.",
            )),
        }
    }

    /// The operator at the next place, if there is one; names such as `and` are operators only here,
    /// after an operand.
    fn peek_operator(&self) -> Option<Operator> {
        match &self.tokens.get(self.next)?.1 {
            Token::Operator(operator) => Some(*operator),
            Token::Name(name) => match name.as_str() {
                "or" => Some(Operator::Or),
                "and" => Some(Operator::And),
                "div" => Some(Operator::Divide),
                "mod" => Some(Operator::Modulo),
                _ => None,
            },
            _ => None,
        }
    }

    fn node(&self, below: usize, expr: Expr) -> Result<Tree, ExpressionError> {
        let depth = below + 1;
        if depth > DEPTH_LIMIT {
            return Err(self.too_deep());
        }
        Ok(Tree { expr, depth })
    }

    fn too_deep(&self) -> ExpressionError {
        error(
            self.tokens.get(self.next).map_or(self.end, |(at, _)| *at),
            "表达式太复杂，请拆成几个 calculate",
            "The expression is too complex; split it into calculates.",
        )
    }
}

impl Operator {
    fn power(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 3,
            Self::Equal | Self::NotEqual => 5,
            Self::Less | Self::LessOrEqual | Self::Greater | Self::GreaterOrEqual => 7,
            Self::Add | Self::Subtract => 9,
            Self::Multiply | Self::Divide | Self::Modulo => 11,
        }
    }
}

fn check_arguments(name: &str, function: Function, arguments: &[Expr]) -> Result<(), Text> {
    let (least, most) = function.arity();
    if arguments.len() < least || arguments.len() > most {
        let expected = if least == most {
            least.to_string()
        } else if most == usize::MAX {
            format!("≥ {least}")
        } else {
            format!("{least}–{most}")
        };
        return Err(Text::new(
            format!(
                "{name}() 要 {expected} 个参数，这里有 {} 个",
                arguments.len()
            ),
            format!(
                "{name}() takes {expected} arguments, not {}.",
                arguments.len()
            ),
        ));
    }
    match (function, arguments.get(1)) {
        (Function::FormatDate, Some(Expr::Literal(format))) => {
            super::dates::check_format(format, false)
        }
        (Function::FormatDateTime, Some(Expr::Literal(format))) => {
            super::dates::check_format(format, true)
        }
        (Function::Regex, Some(Expr::Literal(pattern))) => super::call::check_pattern(pattern),
        (Function::Digest, Some(Expr::Literal(algorithm))) => super::digest::check(algorithm),
        (Function::WeightedChecklist, _) if arguments.len() % 2 == 1 => Err(Text::new(
            "weighted-checklist() 里每个值后面要有它的权重",
            "In weighted-checklist() each value needs its weight behind it.",
        )),
        (Function::IndexedRepeat, _) if arguments.len().is_multiple_of(2) => Err(Text::new(
            "indexed-repeat() 里每个重复组后面要有它的序号",
            "In indexed-repeat() each repeat needs its index behind it.",
        )),
        (Function::Position, _) if arguments.first().and_then(Expr::target).is_none() => {
            Err(Text::new(
                "position() 里应写 “..” 或重复组，如 position(..)",
                "position() takes “..” or a repeat, as in position(..).",
            ))
        }
        _ => Ok(()),
    }
}

/// The question that the second argument of `jr:choice-name()` names in quotes.
fn named_in(argument: &Expr) -> Result<Expr, Text> {
    if let Expr::Literal(quoted) = argument
        && let Ok(inner @ (Expr::Reference(_) | Expr::Path(_))) = parse(quoted)
    {
        return Ok(inner);
    }
    Err(Text::new(
        "jr:choice-name() 的第二个参数是加引号的题目，如 '${venue}'",
        "The second argument of jr:choice-name() is a question in quotes, such as '${venue}'.",
    ))
}

fn error(at: usize, zh: &str, en: &str) -> ExpressionError {
    ExpressionError {
        at,
        message: Text::new(zh, en),
    }
}
