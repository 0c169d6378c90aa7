//! Headers of files that are taken away.

use axum::http::{HeaderName, header};

pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
pub(super) const CSV: &str = "text/csv; charset=utf-8";
pub(super) const DOCX: &str =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// The headers of a file that is saved under `name`, by old browsers under `plain`, which is ASCII.
pub(super) fn headers(
    media_type: &'static str,
    plain: &str,
    name: &str,
) -> [(HeaderName, String); 3] {
    let encoded = encoded(name);
    [
        (header::CONTENT_TYPE, media_type.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ]
}

/// Percent-encoded, as RFC 8187 wants a name; what no file may be called is a hyphen.
fn encoded(name: &str) -> String {
    use std::fmt::Write as _;
    let mut encoded = String::new();
    for letter in name.chars() {
        let unfit = letter.is_control() || "/\\:*?\"<>|".contains(letter);
        let letter = if unfit { '-' } else { letter };
        if letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_') {
            encoded.push(letter);
            continue;
        }
        let mut bytes = [0; 4];
        for byte in letter.encode_utf8(&mut bytes).bytes() {
            // Writing to a string can't fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_encoded_and_leads_out_of_no_folder() {
        assert_eq!(
            encoded("检查 ../a\n.xlsx"),
            "%E6%A3%80%E6%9F%A5%20..-a-.xlsx"
        );
    }
}
