//! Lists to choose from that several office pages offer.

use std::{collections::BTreeSet, sync::Arc};

use domain::{
    DepartmentId,
    api::office::Member,
    areas::people::{Department, Role},
};
use leptos::prelude::*;

use crate::{components::choice::Choice, i18n::use_lang, office::Remote};

/// A value, and its name in Chinese and English.
pub type Word = (&'static str, &'static str, &'static str);

/// What never changes, in the current language.
pub fn words(words: Vec<Word>) -> Signal<Vec<Choice>> {
    let lang = use_lang();
    Signal::derive(move || {
        let lang = lang.get();
        let choice = |(value, zh, en): &Word| Choice::new(*value, lang.pick(*zh, *en));
        words.iter().map(choice).collect()
    })
}

/// Names as they are written, each once, after `all` of them.
pub fn names(
    names: impl Iterator<Item = String>,
    all: (&'static str, &'static str),
) -> Signal<Vec<Choice>> {
    let lang = use_lang();
    let names: BTreeSet<String> = names.filter(|name| !name.is_empty()).collect();
    Signal::derive(move || {
        let mut choices = vec![Choice::new("", lang.get().pick(all.0, all.1))];
        choices.extend(names.iter().map(|it| Choice::new(it.clone(), it.clone())));
        choices
    })
}

/// What all lists of departments begin with.
pub const ALL_DEPARTMENTS: (&str, &str) = ("全部科室", "All departments");

/// The roles, in the current language.
pub fn roles() -> Signal<Vec<Choice>> {
    let lang = use_lang();
    Signal::derive(move || {
        let choice = |role: Role| {
            let (zh, en) = role.name();
            Choice::new(role.as_str(), lang.get().pick(zh, en))
        };
        Role::ALL.into_iter().map(choice).collect()
    })
}

/// The departments, after `none` for no department.
pub fn departments(
    departments: Remote<Vec<Department>>,
    none: (&'static str, &'static str),
) -> Signal<Vec<Choice>> {
    let lang = use_lang();
    Signal::derive(move || {
        let mut choices = vec![Choice::new("", lang.get().pick(none.0, none.1))];
        for department in all(departments).iter() {
            choices.push(Choice::new(
                department.id.to_string(),
                department.name.clone(),
            ));
        }
        choices
    })
}

/// The name of a department, or a dash.
pub fn department_name(departments: Remote<Vec<Department>>, id: Option<DepartmentId>) -> String {
    all(departments)
        .iter()
        .find(|department| Some(department.id) == id)
        .map_or_else(|| "–".to_owned(), |department| department.name.clone())
}

/// Those who have an account in use, after nobody.
pub fn people(people: Remote<Vec<Member>>) -> Signal<Vec<Choice>> {
    let lang = use_lang();
    Signal::derive(move || {
        let nobody = lang.get().pick("（不指定到人）", "(nobody in person)");
        let mut choices = vec![Choice::new("", nobody)];
        let people = people.get().unwrap_or_default();
        let members = people.iter().filter(|member| member.active);
        choices.extend(members.map(|it| Choice::new(it.id.to_string(), it.name.clone())));
        choices
    })
}

fn all(departments: Remote<Vec<Department>>) -> Arc<Vec<Department>> {
    departments.get().unwrap_or_default()
}
