//! Lists to choose from that several office pages offer.

use std::sync::Arc;

use domain::{
    DepartmentId,
    api::office::Member,
    areas::people::{Department, Role},
};
use leptos::prelude::*;

use crate::{components::choice::Choice, i18n::use_lang, office::Remote};

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
