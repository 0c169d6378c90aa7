//! Cuts an expression's source into tokens.
//!
//! Leaves out what the order of tokens means (`parse`).

use super::{Operator, parse::ExpressionError};
use crate::text::Text;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Number(f64),
    Literal(String),
    Reference(String),
    /// A function's name, or `and`, `or`, `div`, `mod`.
    Name(String),
    Dot,
    /// `..`
    Up,
    Slash,
    Open,
    Close,
    Comma,
    Operator(Operator),
}

/// A token with the place of its first character, from 1.
pub(super) type Placed = (usize, Token);

pub(super) fn tokenize(source: &str) -> Result<Vec<Placed>, ExpressionError> {
    let letters: Vec<char> = source.chars().map(straighten).collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&letter) = letters.get(at) {
        let next = letters.get(at + 1).copied();
        let start = at;
        let token = match letter {
            _ if letter.is_whitespace() => {
                at += 1;
                continue;
            }
            '(' => Token::Open,
            ')' => Token::Close,
            ',' => Token::Comma,
            '+' => Token::Operator(Operator::Add),
            '-' => Token::Operator(Operator::Subtract),
            '*' => Token::Operator(Operator::Multiply),
            '=' => Token::Operator(Operator::Equal),
            '!' if next == Some('=') => {
                at += 1;
                Token::Operator(Operator::NotEqual)
            }
            '<' if next == Some('=') => {
                at += 1;
                Token::Operator(Operator::LessOrEqual)
            }
            '>' if next == Some('=') => {
                at += 1;
                Token::Operator(Operator::GreaterOrEqual)
            }
            '<' => Token::Operator(Operator::Less),
            '>' => Token::Operator(Operator::Greater),
            '\'' | '"' => {
                let length = letters[start + 1..]
                    .iter()
                    .position(|&other| other == letter);
                let Some(length) = length else {
                    return Err(error(start, "引号没有配对", "This quote is never closed."));
                };
                at = start + 1 + length;
                Token::Literal(letters[start + 1..at].iter().collect())
            }
            '$' if next == Some('{') => {
                let length = letters[start + 2..].iter().position(|&other| other == '}');
                let Some(length) = length else {
                    return Err(error(start, "“${” 缺少 “}”", "“${” has no closing “}”."));
                };
                at = start + 2 + length;
                let name: String = letters[start + 2..at].iter().collect();
                let name = name.trim();
                if !is_name(name) {
                    return Err(error(
                        start,
                        "“${ }” 里应是题目的 name",
                        "“${ }” must hold a question's name.",
                    ));
                }
                Token::Reference(name.to_owned())
            }
            '.' if next == Some('.') => {
                at += 1;
                Token::Up
            }
            '/' if next == Some('/') => return Err(path(start)),
            '/' => Token::Slash,
            '0'..='9' | '.' => {
                let length = letters[start..]
                    .iter()
                    .take_while(|other| other.is_ascii_digit() || **other == '.')
                    .count();
                at = start + length - 1;
                if length == 1 && letter == '.' {
                    Token::Dot
                } else {
                    let text: String = letters[start..=at].iter().collect();
                    let number = super::value::parse_number(&text);
                    Token::Number(
                        number
                            .ok_or_else(|| error(start, "数字写法不对", "This isn't a number."))?,
                    )
                }
            }
            'a'..='z' | 'A'..='Z' | '_' => {
                let length = letters[start..]
                    .iter()
                    .take_while(|other| {
                        other.is_ascii_alphanumeric() || matches!(other, '_' | '-' | '.' | ':')
                    })
                    .count();
                at = start + length - 1;
                Token::Name(letters[start..=at].iter().collect())
            }
            '[' | ']' | '@' | '|' => return Err(path(start)),
            _ => return Err(unexpected(start, letter)),
        };
        tokens.push((start + 1, token));
        at += 1;
    }
    Ok(tokens)
}

/// The source with `${name}` in the place of each `.` that stands for the question's own value.
pub(in crate::forms) fn with_current_named(source: &str, name: &str) -> String {
    let dots: Vec<usize> = tokenize(source)
        .unwrap_or_default()
        .into_iter()
        .filter(|(_, token)| *token == Token::Dot)
        .map(|(at, _)| at)
        .collect();
    let mut named = String::new();
    for (index, letter) in source.chars().enumerate() {
        if dots.contains(&(index + 1)) {
            named.push_str("${");
            named.push_str(name);
            named.push('}');
        } else {
            named.push(letter);
        }
    }
    named
}

/// Whether it can name a question, a group or a form.
pub(in crate::forms) fn is_name(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.'))
}

fn straighten(letter: char) -> char {
    match letter {
        '‘' | '’' => '\'',
        '“' | '”' => '"',
        _ => letter,
    }
}

fn error(start: usize, zh: &str, en: &str) -> ExpressionError {
    ExpressionError {
        at: start + 1,
        message: Text::new(zh, en),
    }
}

fn path(start: usize) -> ExpressionError {
    error(
        start,
        "路径里不支持 //、[ ]、@、|，请用 ${题目的 name}",
        "Paths with //, [ ], @ or | aren't supported; write ${name of the question}.",
    )
}

fn unexpected(start: usize, letter: char) -> ExpressionError {
    // The full-width forms of ASCII stand at a fixed distance from it.
    let half = u32::from(letter)
        .checked_sub(0xfee0)
        .filter(|code| (0x21..0x7f).contains(code))
        .and_then(char::from_u32);
    let shown = letter.escape_default();
    let shown = if letter.is_control() {
        shown.to_string()
    } else {
        letter.to_string()
    };
    match half {
        Some(half) => error(
            start,
            &format!("“{shown}” 是全角符号，请改成半角 “{half}”"),
            &format!("“{shown}” is a full-width character; write “{half}”."),
        ),
        None => error(
            start,
            &format!("这里不能有 “{shown}”"),
            &format!("“{shown}” can't stand here."),
        ),
    }
}
