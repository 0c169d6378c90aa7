//! The headers that Minglu understands, with the spellings that pyxform accepts.
//!
//! Leaves out what the cells mean (`survey` and the module above).

use super::{Errors, Place, Row, Sheet, shown};
use crate::{forms::expression::is_name, text::Text};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Zh,
    En,
}

/// A label, hint or message while its columns are read.
#[derive(Default)]
pub(super) struct Translations {
    zh: String,
    en: String,
}

impl Translations {
    pub(super) fn set(&mut self, language: Language, text: &str) {
        match language {
            Language::Zh => text.clone_into(&mut self.zh),
            Language::En => text.clone_into(&mut self.en),
        }
    }

    pub(super) fn contains(&self, text: &str) -> bool {
        self.zh.contains(text) || self.en.contains(text)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.zh.is_empty() && self.en.is_empty()
    }

    pub(super) fn into_text(self) -> Text {
        Text::new(self.zh, self.en)
    }

    pub(super) fn into_option(self) -> Option<Text> {
        (!self.is_empty()).then(|| self.into_text())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Survey {
    Type,
    Name,
    Label(Language),
    Hint(Language),
    Required,
    RequiredMessage(Language),
    Relevant,
    Constraint,
    ConstraintMessage(Language),
    Default,
    Calculation,
    Readonly,
    Appearance,
    Parameters,
    ChoiceFilter,
    RepeatCount,
    Trigger,
    Image(Language),
    Sensitivity,
    Evidence,
    Roster,
    PhotoOnFail,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choices {
    ListName,
    Name,
    Label(Language),
    Image(Language),
    /// One of the office's own, which a `choice_filter` may read.
    Own,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Settings {
    FormId,
    Version,
    Title,
    TitleEn,
    DefaultLanguage,
    Style,
    Items,
    Frequency,
    DoneWhen,
    Owner,
    Purpose,
}

pub(super) fn survey(base: &str, language: Option<Language>) -> Option<Survey> {
    let any = language.unwrap_or(Language::Zh);
    match base {
        "label" | "caption" => return Some(Survey::Label(any)),
        "hint" => return Some(Survey::Hint(any)),
        "required_message" | "required message" => return Some(Survey::RequiredMessage(any)),
        "constraint_message" | "constraint message" => {
            return Some(Survey::ConstraintMessage(any));
        }
        "image" | "media::image" => return Some(Survey::Image(any)),
        _ if language.is_some() => return None,
        _ => {}
    }
    Some(match base {
        "type" => Survey::Type,
        "name" => Survey::Name,
        "required" => Survey::Required,
        "relevant" | "relevance" => Survey::Relevant,
        "constraint" => Survey::Constraint,
        "default" => Survey::Default,
        "calculation" | "calculate" => Survey::Calculation,
        "readonly" | "read_only" | "read only" => Survey::Readonly,
        "appearance" => Survey::Appearance,
        "parameters" => Survey::Parameters,
        "choice_filter" => Survey::ChoiceFilter,
        "repeat_count" => Survey::RepeatCount,
        "trigger" => Survey::Trigger,
        "minglu_sensitivity" => Survey::Sensitivity,
        "minglu_evidence" => Survey::Evidence,
        "minglu_roster" => Survey::Roster,
        "minglu_photo_on_fail" => Survey::PhotoOnFail,
        _ => return None,
    })
}

pub(super) fn choices(base: &str, language: Option<Language>) -> Option<Choices> {
    match (base, language) {
        ("label" | "caption", language) => Some(Choices::Label(language.unwrap_or(Language::Zh))),
        ("image" | "media::image", language) => {
            Some(Choices::Image(language.unwrap_or(Language::Zh)))
        }
        ("list_name" | "list name", None) => Some(Choices::ListName),
        ("name" | "value", None) => Some(Choices::Name),
        (own, None) if is_name(own) => Some(Choices::Own),
        _ => None,
    }
}

pub(super) fn settings(base: &str, language: Option<Language>) -> Option<Settings> {
    if language.is_some() {
        return None;
    }
    Some(match base {
        "form_id" => Settings::FormId,
        "version" => Settings::Version,
        "form_title" => Settings::Title,
        "minglu_title_en" => Settings::TitleEn,
        "default_language" => Settings::DefaultLanguage,
        "style" => Settings::Style,
        "minglu_items" => Settings::Items,
        "minglu_frequency" => Settings::Frequency,
        "minglu_done_when" => Settings::DoneWhen,
        "minglu_owner" => Settings::Owner,
        "minglu_purpose" => Settings::Purpose,
        _ => return None,
    })
}

/// The sheet's columns in order: the header as written, and what it means where that is known. `own` is
/// the meaning that several columns may have.
pub(super) fn read<'a, C: Copy + PartialEq>(
    sheet: &'a Sheet,
    meaning: fn(&str, Option<Language>) -> Option<C>,
    own: Option<C>,
    errors: &mut Errors,
) -> Vec<(&'a str, Option<C>)> {
    let mut columns: Vec<(&str, Option<C>)> = Vec::new();
    for header in &sheet.headers {
        let place = Place {
            sheet: &sheet.name,
            row: sheet.header_row,
            column: header,
        };
        let column = understand(header, meaning);
        let twice = columns
            .iter()
            .any(|(other, known)| *known == column && (column != own || other == header));
        if column.is_some() && twice {
            errors.say(place, "这一列出现了两次", "This column appears twice.");
        } else if column.is_none() && !header.is_empty() {
            errors.say(place, "暂不支持这一列", "This column isn't supported yet.");
        }
        columns.push((header, column));
    }
    for row in &sheet.rows {
        let stray = row.cells.iter().enumerate().find(|(index, cell)| {
            !cell.is_empty()
                && columns
                    .get(*index)
                    .is_none_or(|(header, _)| header.is_empty())
        });
        if let Some((_, cell)) = stray {
            let place = Place {
                sheet: &sheet.name,
                row: row.number,
                column: "",
            };
            let cell = shown(cell);
            errors.say(
                place,
                format!("“{cell}” 所在的列没有表头"),
                format!("“{cell}” stands in a column without a header."),
            );
        }
    }
    columns
}

/// The filled cells of a row whose columns are understood.
pub(super) fn cells<'a, C: Copy>(
    columns: &[(&'a str, Option<C>)],
    row: &'a Row,
) -> impl Iterator<Item = (&'a str, C, &'a str)> {
    columns
        .iter()
        .zip(&row.cells)
        .filter(|(_, cell)| !cell.is_empty())
        .filter_map(|((header, column), cell)| Some((*header, (*column)?, cell.as_str())))
}

fn understand<C>(header: &str, meaning: fn(&str, Option<Language>) -> Option<C>) -> Option<C> {
    let lower = header.to_lowercase();
    if let Some(column) = meaning(lower.trim(), None) {
        return Some(column);
    }
    let (base, language) = lower.rsplit_once("::")?;
    let language = language.trim();
    // `中文 (zh)`, `English (en)`, or the bare code.
    let code = language
        .rsplit_once('(')
        .and_then(|(_, code)| code.strip_suffix(')'))
        .unwrap_or(language);
    let language = match code.trim().split('-').next().unwrap_or_default() {
        "zh" => Language::Zh,
        "en" => Language::En,
        _ => return None,
    };
    meaning(base.trim(), Some(language))
}
