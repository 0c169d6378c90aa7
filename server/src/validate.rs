//! Checks of what people type, with messages that say how to put it right.

use crate::error::{Error, Result};

/// A name of somebody or something: trimmed, 1 to `limit` characters, no control characters.
pub fn name(field: &'static str, text: &str, limit: usize) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::invalid(field, "请填写", "Please fill this in"));
    }
    if text.chars().count() > limit {
        return Err(Error::invalid(
            field,
            format!("最多 {limit} 个字符，请缩短"),
            format!("At most {limit} characters. Please shorten it"),
        ));
    }
    if text.chars().any(is_unfit) {
        return Err(Error::invalid(
            field,
            "含有无法保存的字符，请重新输入",
            "It has a character that can't be kept. Please type it again",
        ));
    }
    Ok(text.to_owned())
}

/// A longer text: no control characters but those of lines.
pub fn prose(field: &'static str, text: &str) -> Result<()> {
    if text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
    {
        return Err(Error::invalid(
            field,
            "含有无法保存的字符，请删去后再试",
            "It holds a character that can't be kept. Please delete it",
        ));
    }
    Ok(())
}

/// A reason that the author of something reads, trimmed; `ask` are the words that ask for it.
pub fn reason(text: &str, ask: (&str, &str)) -> Result<String> {
    const LENGTH: std::ops::RangeInclusive<usize> = 2..=500;
    let (least, most) = (LENGTH.start(), LENGTH.end());
    let text = text.trim();
    if !LENGTH.contains(&text.chars().count()) {
        return Err(Error::invalid(
            "reason",
            format!("{}，{least} 到 {most} 个字", ask.0),
            format!("{}, {least} to {most} characters", ask.1),
        ));
    }
    prose("reason", text)?;
    Ok(text.to_owned())
}

/// Control characters, and those that turn the direction of the text around them.
fn is_unfit(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A mainland mobile number (`^1[3-9]\d{9}$`); spaces, hyphens, `+86` and full-width digits are put
/// right silently.
pub fn mobile(text: &str) -> Result<String> {
    as_mobile(text).ok_or_else(|| {
        Error::invalid(
            "mobile",
            "请填写 11 位手机号码",
            "Please give a mobile number of 11 digits",
        )
    })
}

/// The mobile number that `text` is, if it is one.
pub fn as_mobile(text: &str) -> Option<String> {
    let mut digits = String::with_capacity(11);
    let text = text.trim();
    let text = text.strip_prefix("+86").unwrap_or(text);
    for c in text.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '０'..='９' => digits.push(char::from_digit(u32::from(c) - u32::from('０'), 10)?),
            ' ' | '-' | '\u{3000}' => {}
            _ => return None,
        }
    }
    let bytes = digits.as_bytes();
    (bytes.len() == 11 && bytes[0] == b'1' && (b'3'..=b'9').contains(&bytes[1])).then_some(digits)
}

/// The number with its middle digits hidden.
pub fn masked(mobile: &str) -> String {
    match (mobile.get(..3), mobile.get(7..)) {
        (Some(head), Some(tail)) => format!("{head}****{tail}"),
        _ => String::new(),
    }
}

/// A short description that a device gives of itself: cut and cleaned, never refused.
pub fn label(text: &str, limit: usize) -> String {
    text.chars()
        .filter(|c| !is_unfit(*c))
        .take(limit)
        .collect::<String>()
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mobile_number_is_read_however_it_is_typed() {
        for typed in [
            "13812345678",
            " 138-1234-5678",
            "+86 138 1234 5678",
            "１３８１２３４５６７８",
        ] {
            assert_eq!(as_mobile(typed).as_deref(), Some("13812345678"), "{typed}");
        }
        for typed in [
            "12812345678",
            "1381234567",
            "138123456789",
            "1381234567a",
            "",
        ] {
            assert_eq!(as_mobile(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_name_has_no_control_characters_and_an_end() {
        assert_eq!(name("name", " 张三 ", 40).expect("fits"), "张三");
        for bad in ["", "  ", "张\0三", "a\nb", "\u{202e}abc"] {
            assert!(name("name", bad, 40).is_err(), "{bad:?}");
        }
        assert!(name("name", &"长".repeat(41), 40).is_err());
        assert!(name("name", &"长".repeat(40), 40).is_ok());
    }

    #[test]
    fn the_middle_of_a_number_is_hidden() {
        assert_eq!(masked("13812345678"), "138****5678");
        assert_eq!(masked("1"), "");
    }
}
