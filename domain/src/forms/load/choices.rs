//! Builds the lists of choices from their sheet.
//!
//! Leaves out which question uses which list (`types`).

use std::collections::{BTreeMap, BTreeSet};

use super::{
    CHOICE_LIMIT, Errors, Place, Sheet,
    columns::{self, Choices as Column, Translations},
};
use crate::forms::Choice;

/// The lists of choices by name.
pub(super) type Choices = BTreeMap<String, Vec<Choice>>;

pub(super) fn read(sheet: &Sheet, errors: &mut Errors) -> Choices {
    let columns = columns::read(sheet, columns::choices, Some(Column::Own), errors);
    let mut lists = Choices::new();
    let mut names = BTreeSet::new();
    for row in sheet.rows.iter().take(CHOICE_LIMIT) {
        let place = |column| Place {
            sheet: "choices",
            row: row.number,
            column,
        };
        let (mut list, mut name) = ("", "");
        let (mut label, mut image) = (Translations::default(), Translations::default());
        let mut own = BTreeMap::new();
        for (header, column, cell) in columns::cells(&columns, row) {
            match column {
                Column::ListName => list = cell,
                Column::Name => name = cell,
                Column::Label(language) => label.set(language, cell),
                Column::Image(language) => image.set(language, cell),
                Column::Own => {
                    own.insert(header.to_owned(), cell.to_owned());
                }
            }
            if matches!(column, Column::ListName | Column::Name)
                && (cell.chars().count() > 64 || cell.contains(char::is_whitespace))
            {
                errors.say(
                    place(header),
                    "不能有空格，最多 64 字",
                    "No spaces, and at most 64 characters.",
                );
            }
        }
        if list.is_empty() || name.is_empty() || label.is_empty() {
            errors.say(
                place(""),
                "每个选项都要有 list_name、name 和 label",
                "Each choice needs list_name, name and label.",
            );
            continue;
        }
        let choices = lists.entry(list.to_owned()).or_default();
        if !names.insert((list, name)) {
            errors.say(
                place("name"),
                format!("列表 “{list}” 里已有 “{name}”"),
                format!("The list “{list}” already has “{name}”."),
            );
            continue;
        }
        choices.push(Choice {
            name: name.to_owned(),
            label: label.into_text(),
            image: image.into_option(),
            columns: own,
        });
    }
    if let Some(row) = sheet.rows.get(CHOICE_LIMIT) {
        let place = Place {
            sheet: "choices",
            row: row.number,
            column: "",
        };
        errors.say(
            place,
            format!("选项超过 {CHOICE_LIMIT} 个"),
            format!("More than {CHOICE_LIMIT} choices."),
        );
    }
    lists
}
