//! Words inside of an address, written with percent signs as RFC 3986 says.

use std::fmt::Write as _;

/// The text as one part of a path, or a value of a query.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            escaped.push(char::from(byte));
        } else {
            // Writing to a string can't fail.
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

/// Reads it back; what isn't escaped in the right way stays as it is.
pub fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let digits = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match digits.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_escaped_reads_back_and_the_rest_stays() {
        for text in ["Ⅳ-3-1", "100% / 献血?", "", "a b+c"] {
            assert_eq!(unescape(&escape(text)), text);
        }
        assert_eq!(escape("Ⅰ-1"), "%E2%85%A0-1");
        for odd in ["%", "%G1", "100%", "%FF"] {
            assert_eq!(unescape(odd), odd);
        }
    }
}
