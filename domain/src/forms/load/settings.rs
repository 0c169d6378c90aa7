//! Reads the settings sheet: what the form is called, and what Minglu adds to it as a whole.

use super::{
    Errors, Place, Sheet, Use,
    columns::{self, Language, Settings as Column, Translations},
    name_rule, no_current, note_uses, one_of,
};
use crate::{
    forms::{Frequency, Purpose, Settings, expression::is_name},
    text::Text,
};

/// What the settings sheet says.
pub(super) struct Head {
    pub(super) id: String,
    pub(super) version: String,
    pub(super) title: Text,
    pub(super) settings: Settings,
}

pub(super) fn read<'a>(
    sheet: &'a Sheet,
    uses: &mut Vec<Use<'a>>,
    errors: &mut Errors,
) -> Option<Head> {
    let columns = columns::read(sheet, columns::settings, None, errors);
    let mut settings = Settings::default();
    let (mut id, mut version) = (String::new(), String::new());
    let mut title = Translations::default();
    let [row] = sheet.rows.as_slice() else {
        let place = Place {
            sheet: "settings",
            row: sheet.rows.get(1).map_or(sheet.header_row, |row| row.number),
            column: "",
        };
        errors.say(
            place,
            "settings 表要有且只有一行",
            "Settings must have exactly one row.",
        );
        return None;
    };
    for (header, column, cell) in columns::cells(&columns, row) {
        let place = Place {
            sheet: "settings",
            row: row.number,
            column: header,
        };
        match column {
            Column::FormId => {
                if !is_name(cell) {
                    errors.add(place, name_rule());
                }
                cell.clone_into(&mut id);
            }
            Column::Version => {
                if cell.chars().count() > 64 || cell.contains(char::is_whitespace) {
                    errors.say(
                        place,
                        "版本不能有空格，最多 64 字",
                        "A version has no spaces and at most 64 characters.",
                    );
                }
                cell.clone_into(&mut version);
            }
            Column::Title => title.set(Language::Zh, cell),
            Column::TitleEn => title.set(Language::En, cell),
            // Each person chooses the language in Minglu itself; ODK's tools need it.
            Column::DefaultLanguage => {}
            Column::Style => match cell {
                "pages" => settings.pages = true,
                _ => errors.add(place, one_of(cell, &["pages"])),
            },
            Column::Items => {
                settings.items = cell
                    .split([' ', ',', '、', '，', ';', '；'])
                    .filter(|code| !code.is_empty())
                    .map(str::to_owned)
                    .collect();
            }
            Column::Frequency => match Frequency::from(cell.to_owned()) {
                Frequency::Unknown => {
                    let known: Vec<&str> = Frequency::NAMES.iter().map(|it| it.0).collect();
                    errors.add(place, one_of(cell, &known));
                }
                frequency => settings.frequency = Some(frequency),
            },
            Column::Purpose => match Purpose::from(cell.to_owned()) {
                Purpose::Unknown => {
                    let known: Vec<&str> = Purpose::NAMES.iter().map(|it| it.0).collect();
                    errors.add(place, one_of(cell, &known));
                }
                purpose => settings.purpose = Some(purpose),
            },
            Column::DoneWhen => {
                if let Some(expression) = errors.expression(place, cell) {
                    if expression.reads_current() {
                        errors.add(place, no_current());
                    }
                    note_uses(uses, place, None, &expression);
                    settings.done_when = Some(expression);
                }
            }
            Column::Owner => {
                if !is_name(cell) {
                    errors.add(place, name_rule());
                }
                settings.owner = Some(cell.to_owned());
            }
        }
    }
    let title = title.into_text();
    for (name, empty) in [
        ("form_id", id.is_empty()),
        ("version", version.is_empty()),
        ("form_title", title.zh.is_empty()),
    ] {
        if empty {
            let place = Place {
                sheet: "settings",
                row: row.number,
                column: name,
            };
            errors.say(place, "不能为空", "This can't be empty.");
        }
    }
    Some(Head {
        id,
        version,
        title,
        settings,
    })
}
