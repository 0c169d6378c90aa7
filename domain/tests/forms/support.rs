//! Small forms and the clock that the tests share.

use domain::forms::{Answer, Answers, Environment, Form, FormError};

/// 2026-11-24 10:42 in Hangzhou, a Tuesday.
pub(crate) const NOW_MS: i64 = 1_795_488_120_000;

pub(crate) fn environment() -> Environment {
    Environment {
        now_ms: NOW_MS,
        utc_offset_minutes: 480,
        username: "王芳".to_owned(),
        device_id: "phone-7".to_owned(),
        seed: 42,
        lang: domain::Lang::Zh,
    }
}

pub(crate) const CHOICES: &str = "\
| choices  |
|          | list_name | name | label::中文 (zh) | label::English (en) |
|          | fruit     | a    | 苹果 | Apple |
|          | fruit     | b    | 梨   | Pear  |
";

pub(crate) const SETTINGS: &str = "\
| settings |
|          | form_id | version | form_title | minglu_title_en |
|          | test    | 1       | 测试       | Test            |
";

/// A form with these survey rows, each `type | name | …` under the header's columns; line 2 is the
/// header, line 3 the first row.
pub(crate) fn source(header: &str, rows: &[&str]) -> String {
    let rows = rows.join(" |\n| | ");
    format!("| survey |\n| | type | name | {header} |\n| | {rows} |\n{CHOICES}{SETTINGS}")
}

pub(crate) fn form(header: &str, rows: &[&str]) -> Form {
    let text = source(header, rows);
    Form::from_markdown(&text).unwrap_or_else(|errors| panic!("{text}\n{errors:#?}"))
}

pub(crate) fn errors(header: &str, rows: &[&str]) -> Vec<FormError> {
    Form::from_markdown(&source(header, rows)).expect_err("the form should be refused")
}

pub(crate) fn text(text: &str) -> Answer {
    Answer::Text(text.to_owned())
}

pub(crate) fn answers<const N: usize>(list: [(&str, Answer); N]) -> Answers {
    list.into_iter()
        .map(|(name, answer)| (name.to_owned(), answer))
        .collect()
}

pub(crate) fn photos(count: usize) -> Answer {
    Answer::Images((0..count).map(|index| format!("0192-{index}")).collect())
}
