//! Values of expressions and XPath's conversions between them (XPath 1.0, section 4).
//!
//! Leaves out dates as numbers, which need the place's offset from UTC (`dates`).

/// What an expression yields.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    String(String),
    Number(f64),
    Boolean(bool),
    /// The string values of nodes; one for a reference, several once there are repeats.
    Nodes(Vec<String>),
}

impl Value {
    /// `string()`: of nodes, the first one's value.
    pub fn into_string(self) -> String {
        match self {
            Self::String(text) => text,
            Self::Number(number) => number_to_string(number),
            Self::Boolean(value) => if value { "true" } else { "false" }.to_owned(),
            Self::Nodes(nodes) => nodes.into_iter().next().unwrap_or_default(),
        }
    }

    /// `boolean()`; of nodes, whether the first one's value is not empty, as the ODK XForms
    /// specification has it.
    pub fn to_boolean(&self) -> bool {
        match self {
            Self::String(text) => !text.is_empty(),
            Self::Number(number) => *number != 0.0 && !number.is_nan(),
            Self::Boolean(value) => *value,
            Self::Nodes(nodes) => nodes.first().is_some_and(|text| !text.is_empty()),
        }
    }
}

/// `string()` of a number (XPath 1.0, 4.2): no exponent, no decimal point in whole numbers.
pub fn number_to_string(number: f64) -> String {
    if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        if number > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .to_owned()
    } else if number == 0.0 {
        // Also for negative zero.
        "0".to_owned()
    } else {
        number.to_string()
    }
}

/// XPath's number: digits with at most one point, perhaps a minus before, spaces around.
pub(super) fn parse_number(text: &str) -> Option<f64> {
    let text = text.trim_matches(|letter| matches!(letter, ' ' | '\t' | '\r' | '\n'));
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.')
        && digits.bytes().any(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}
