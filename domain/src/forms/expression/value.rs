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
    // A plain decimal may bear a plus as well.
    plain_decimal(text).filter(|_| !text.starts_with('+'))
}

/// Digits with at most one point and at least one digit, perhaps a sign before.
///
/// By the reader of JSON, which is in the client anyway: the standard library's brings a table of 10 KB.
/// Up to 15 digits they agree; beyond, the last bit may differ.
pub fn plain_decimal(text: &str) -> Option<f64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !is_number(whole) || !is_number(fraction) {
        return None;
    }
    // JSON knows neither zeros in front nor an empty side of the point.
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let fraction = if fraction.is_empty() { "0" } else { fraction };
    serde_json::from_str(&format!("{sign}{whole}.{fraction}")).ok()
}

#[cfg(test)]
mod tests {
    use super::plain_decimal;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn up_to_fifteen_digits_it_reads_as_the_standard_library_does(
            text in r"-?(0{0,3}[0-9]{1,9}(\.[0-9]{0,6})?|\.[0-9]{1,15})",
        ) {
            prop_assert_eq!(plain_decimal(&text), text.parse().ok());
        }
    }

    #[test]
    fn what_is_no_plain_number_is_none() {
        for text in [
            "", "-", ".", "+.", "1e5", "0x1", "1.2.3", "--1", "1 ", "inf", "NaN", "１",
        ] {
            assert_eq!(plain_decimal(text), None, "{text:?}");
        }
    }
}
