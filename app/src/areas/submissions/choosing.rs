//! One or several of a question's choices: few side by side, more below each other, many with a search.

use domain::{
    Lang,
    forms::{Answer, Question, shuffled},
};
use leptos::prelude::*;

use super::{
    editor::Editor,
    fields::{error_of, hint_of},
    picking::{Search, merged},
};
use crate::{
    components::choice::{Choice, ChoiceLook, DropDown, SelectMany, SelectOne},
    i18n::{tx, use_lang},
};

/// Choices longer than this, in characters, stand below each other.
const CHIP: usize = 10;
/// So do more than this many, with a search.
const CHIPS: usize = 8;

/// The choices that are offered, how they look, and their search where there are many.
fn choices_of(
    editor: Editor,
    question: &Question,
) -> (Signal<Vec<Choice>>, ChoiceLook, Option<Search>) {
    let lang = use_lang();
    let mut all = question.kind.choices().to_vec();
    if question.randomize {
        all = shuffled(&all, editor.environment().seed);
    }
    let name = question.name.clone();
    let search = (all.len() > CHIPS).then(Search::new);
    let listed = all.len() > CHIPS
        || all.iter().any(|choice| {
            choice.image.is_some() || choice.label.get(Lang::Zh).chars().count() > CHIP
        });
    let form = editor.form();
    let choices = Signal::derive(move || {
        let lang = lang.get();
        let evaluation = editor.evaluation.get();
        let offered = evaluation.offered.get(&name);
        all.iter()
            .filter(|choice| offered.is_none_or(|names| names.contains(&choice.name)))
            .map(|choice| {
                let picture = form
                    .picture(choice.image.as_ref(), lang)
                    .unwrap_or_default();
                Choice::new(choice.name.clone(), choice.label.get(lang)).picture(picture)
            })
            .collect()
    });
    let look = if listed {
        ChoiceLook::List
    } else {
        ChoiceLook::Chips
    };
    (choices, look, search)
}

pub fn select_one(
    editor: Editor,
    question: &Question,
    required: bool,
    look: Option<ChoiceLook>,
) -> AnyView {
    let name = question.name.clone();
    let (choices, usual, search) = choices_of(editor, question);
    let look = look.unwrap_or(usual);
    let asked = name.clone();
    let value = Signal::derive(move || {
        editor
            .answer(&asked)
            .map(|answer| answer.value())
            .unwrap_or_default()
    });
    let asked = name.clone();
    let on_change =
        Callback::new(move |chosen: String| editor.set(&asked, Some(Answer::Choice(chosen))));
    let (label, error) = (tx(question.label.clone()), error_of(editor, question));
    let hint = hint_of(question).unwrap_or_else(|| TextProp::from(""));
    let hinted = question.hint.is_some();
    if search.is_none() && question.has_appearance("minimal") {
        let lang = use_lang();
        let choices = Signal::derive(move || {
            let none = Choice::new("", lang.get().pick("请选择", "Please choose"));
            let mut all = vec![none];
            all.extend(choices.get());
            all
        });
        return if hinted {
            view! { <DropDown name label choices value on_change error required hint/> }.into_any()
        } else {
            view! { <DropDown name label choices value on_change error required/> }.into_any()
        };
    }
    let Some(search) = search else {
        return if hinted {
            view! { <SelectOne name label choices value on_change look error required hint/> }
                .into_any()
        } else {
            view! { <SelectOne name label choices value on_change look error required/> }.into_any()
        };
    };
    let chosen = Signal::derive(move || vec![value.get()]);
    let shown = search.shown(choices, chosen);
    let above = move || search.view(choices, shown);
    let choices = shown;
    if hinted {
        view! { <SelectOne name label choices value on_change look error required hint above/> }
            .into_any()
    } else {
        view! { <SelectOne name label choices value on_change look error required above/> }
            .into_any()
    }
}

pub fn select_many(
    editor: Editor,
    question: &Question,
    required: bool,
    look: Option<ChoiceLook>,
) -> AnyView {
    let name = question.name.clone();
    let (choices, usual, search) = choices_of(editor, question);
    let look = look.unwrap_or(usual);
    let asked = name.clone();
    let value = Signal::derive(move || match editor.answer(&asked) {
        Some(Answer::Choices(names)) => names,
        _ => Vec::new(),
    });
    let shown = search.map_or(choices, |search| search.shown(choices, value));
    let asked = name.clone();
    let on_change = Callback::new(move |chosen: Vec<String>| {
        let before = value.get_untracked();
        let chosen = choices.with_untracked(|choices| {
            shown.with_untracked(|shown| merged(choices, shown, &before, &chosen))
        });
        editor.set(&asked, Some(Answer::Choices(chosen)));
    });
    let (label, error) = (tx(question.label.clone()), error_of(editor, question));
    let hinted = question.hint.is_some();
    let hint = hint_of(question).unwrap_or_else(|| TextProp::from(""));
    let above = move || search.map(|search| search.view(choices, shown));
    let choices = shown;
    if hinted {
        view! { <SelectMany name label choices value on_change look error required hint above/> }
            .into_any()
    } else {
        view! { <SelectMany name label choices value on_change look error required above/> }
            .into_any()
    }
}
