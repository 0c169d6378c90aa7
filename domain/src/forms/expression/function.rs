//! The functions that expressions may call, by name.
//!
//! Leaves out what they compute (`evaluate`).

use crate::text::Text;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Boolean,
    Coalesce,
    Concat,
    Contains,
    CountNonEmpty,
    CountSelected,
    Date,
    EndsWith,
    False,
    FormatDate,
    If,
    Int,
    Max,
    Min,
    Not,
    Now,
    Number,
    Once,
    Round,
    Selected,
    StartsWith,
    String,
    StringLength,
    Today,
    True,
}

/// Each function with its name.
pub(super) const FUNCTIONS: [(&str, Function); 25] = [
    ("boolean", Function::Boolean),
    ("coalesce", Function::Coalesce),
    ("concat", Function::Concat),
    ("contains", Function::Contains),
    ("count-non-empty", Function::CountNonEmpty),
    ("count-selected", Function::CountSelected),
    ("date", Function::Date),
    ("ends-with", Function::EndsWith),
    ("false", Function::False),
    ("format-date", Function::FormatDate),
    ("if", Function::If),
    ("int", Function::Int),
    ("max", Function::Max),
    ("min", Function::Min),
    ("not", Function::Not),
    ("now", Function::Now),
    ("number", Function::Number),
    ("once", Function::Once),
    ("round", Function::Round),
    ("selected", Function::Selected),
    ("starts-with", Function::StartsWith),
    ("string", Function::String),
    ("string-length", Function::StringLength),
    ("today", Function::Today),
    ("true", Function::True),
];

/// ODK's other functions: a form that calls one is told that it isn't supported yet, rather than that
/// there is no such function.
const RESERVED: [&str; 47] = [
    "abs",
    "acos",
    "area",
    "asin",
    "atan",
    "atan2",
    "boolean-from-string",
    "checklist",
    "cos",
    "count",
    "current",
    "date-time",
    "decimal-date-time",
    "decimal-time",
    "digest",
    "distance",
    "exp",
    "exp10",
    "format-date-time",
    "indexed-repeat",
    "instance",
    "join",
    "jr:choice-name",
    "jr:itext",
    "log",
    "log10",
    "normalize-space",
    "pi",
    "position",
    "pow",
    "pulldata",
    "random",
    "randomize",
    "regex",
    "selected-at",
    "sin",
    "sqrt",
    "substr",
    "substring",
    "substring-after",
    "substring-before",
    "sum",
    "tan",
    "translate",
    "uuid",
    "version",
    "weighted-checklist",
];

impl Function {
    /// The least and the greatest number of arguments.
    pub(super) fn arity(self) -> (usize, usize) {
        match self {
            Self::False | Self::Now | Self::Today | Self::True => (0, 0),
            Self::Boolean
            | Self::CountNonEmpty
            | Self::CountSelected
            | Self::Date
            | Self::Int
            | Self::Not
            | Self::Number
            | Self::Once
            | Self::String
            | Self::StringLength => (1, 1),
            Self::Round => (1, 2),
            Self::Coalesce
            | Self::Contains
            | Self::EndsWith
            | Self::FormatDate
            | Self::Selected
            | Self::StartsWith => (2, 2),
            Self::If => (3, 3),
            Self::Concat | Self::Max | Self::Min => (1, usize::MAX),
        }
    }
}

pub(super) fn find(name: &str) -> Result<Function, Text> {
    if let Some((_, function)) = FUNCTIONS.iter().find(|(own, _)| *own == name) {
        return Ok(*function);
    }
    Err(if RESERVED.contains(&name) {
        Text::new(
            format!("暂不支持函数 {name}()"),
            format!("The function {name}() isn't supported yet."),
        )
    } else {
        Text::new(
            format!("没有函数 {name}()"),
            format!("There is no function {name}()."),
        )
    })
}

/// Whether ODK knows a function of this name, supported here or not.
pub(super) fn is_name(name: &str) -> bool {
    FUNCTIONS.iter().any(|(own, _)| *own == name) || RESERVED.contains(&name)
}
