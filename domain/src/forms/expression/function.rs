//! The functions that expressions may call, by name.
//!
//! Leaves out what they compute (`evaluate`).

use crate::text::Text;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Abs,
    Area,
    Boolean,
    BooleanFromString,
    Checklist,
    ChoiceName,
    Coalesce,
    Concat,
    Contains,
    Count,
    CountNonEmpty,
    CountSelected,
    Date,
    DateTime,
    DecimalDateTime,
    DecimalTime,
    Digest,
    Distance,
    EndsWith,
    False,
    FormatDate,
    FormatDateTime,
    If,
    IndexedRepeat,
    Int,
    Join,
    Max,
    Min,
    NormalizeSpace,
    Not,
    Now,
    Number,
    Once,
    Position,
    Pow,
    Regex,
    Round,
    Selected,
    SelectedAt,
    StartsWith,
    String,
    StringLength,
    Substr,
    SubstringAfter,
    SubstringBefore,
    Sum,
    Today,
    Translate,
    True,
    Uuid,
    Version,
    WeightedChecklist,
}

/// Each function with its name.
pub(super) const FUNCTIONS: [(&str, Function); 52] = [
    ("abs", Function::Abs),
    ("area", Function::Area),
    ("boolean", Function::Boolean),
    ("boolean-from-string", Function::BooleanFromString),
    ("checklist", Function::Checklist),
    ("coalesce", Function::Coalesce),
    ("concat", Function::Concat),
    ("contains", Function::Contains),
    ("count", Function::Count),
    ("count-non-empty", Function::CountNonEmpty),
    ("count-selected", Function::CountSelected),
    ("date", Function::Date),
    ("date-time", Function::DateTime),
    ("decimal-date-time", Function::DecimalDateTime),
    ("decimal-time", Function::DecimalTime),
    ("digest", Function::Digest),
    ("distance", Function::Distance),
    ("ends-with", Function::EndsWith),
    ("false", Function::False),
    ("format-date", Function::FormatDate),
    ("format-date-time", Function::FormatDateTime),
    ("if", Function::If),
    ("indexed-repeat", Function::IndexedRepeat),
    ("int", Function::Int),
    ("join", Function::Join),
    ("jr:choice-name", Function::ChoiceName),
    ("max", Function::Max),
    ("min", Function::Min),
    ("normalize-space", Function::NormalizeSpace),
    ("not", Function::Not),
    ("now", Function::Now),
    ("number", Function::Number),
    ("once", Function::Once),
    ("position", Function::Position),
    ("pow", Function::Pow),
    ("regex", Function::Regex),
    ("round", Function::Round),
    ("selected", Function::Selected),
    ("selected-at", Function::SelectedAt),
    ("starts-with", Function::StartsWith),
    ("string", Function::String),
    ("string-length", Function::StringLength),
    ("substr", Function::Substr),
    ("substring-after", Function::SubstringAfter),
    ("substring-before", Function::SubstringBefore),
    ("sum", Function::Sum),
    ("today", Function::Today),
    ("translate", Function::Translate),
    ("true", Function::True),
    ("uuid", Function::Uuid),
    ("version", Function::Version),
    ("weighted-checklist", Function::WeightedChecklist),
];

/// ODK's other functions: a form that calls one is told that it isn't supported yet, rather than that
/// there is no such function.
const RESERVED: [&str; 19] = [
    "acos",
    "asin",
    "atan",
    "atan2",
    "cos",
    "exp",
    "exp10",
    "instance",
    "jr:itext",
    "log",
    "log10",
    "pi",
    "pulldata",
    "random",
    "randomize",
    "sin",
    "sqrt",
    "substring",
    "tan",
];

impl Function {
    /// The least and the greatest number of arguments.
    pub(super) fn arity(self) -> (usize, usize) {
        match self {
            Self::False | Self::Now | Self::Today | Self::True | Self::Version => (0, 0),
            Self::NormalizeSpace | Self::Uuid => (0, 1),
            Self::Abs
            | Self::Area
            | Self::Boolean
            | Self::BooleanFromString
            | Self::Count
            | Self::CountNonEmpty
            | Self::CountSelected
            | Self::Date
            | Self::DateTime
            | Self::DecimalDateTime
            | Self::DecimalTime
            | Self::Distance
            | Self::Int
            | Self::Not
            | Self::Number
            | Self::Once
            | Self::Position
            | Self::String
            | Self::StringLength
            | Self::Sum => (1, 1),
            Self::Round => (1, 2),
            Self::Concat | Self::Max | Self::Min => (1, usize::MAX),
            Self::ChoiceName
            | Self::Coalesce
            | Self::Contains
            | Self::EndsWith
            | Self::FormatDate
            | Self::FormatDateTime
            | Self::Pow
            | Self::Regex
            | Self::Selected
            | Self::SelectedAt
            | Self::StartsWith
            | Self::SubstringAfter
            | Self::SubstringBefore => (2, 2),
            Self::Digest | Self::Substr => (2, 3),
            Self::Join => (2, usize::MAX),
            Self::If | Self::Translate => (3, 3),
            Self::IndexedRepeat => (3, 7),
            Self::Checklist => (3, usize::MAX),
            Self::WeightedChecklist => (4, usize::MAX),
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
