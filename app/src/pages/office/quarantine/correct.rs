//! The answers of a held record, to be corrected before it is taken in.

use std::collections::BTreeMap;

use domain::{
    Lang, Text,
    api::office::{Acceptance, QuarantineDetail},
    forms::{Kind, Node, Question},
    refusal::Refusal,
};
use leptos::prelude::*;

use super::{Desk, PATH};
use crate::{
    components::{
        button::{Button, ButtonKind},
        choice::{Choice, DropDown, SelectMany},
        dialog::Dialog,
        field::{TextArea, TextField, TextKind},
        toast::use_toasts,
    },
    i18n::{t, tx, use_lang},
    office::{Act, ActProblem, LoadProblem, Loading, Remote, use_act, use_remote},
};

/// What was typed, by question; only what differs from what came.
type Typed = RwSignal<BTreeMap<String, String>>;

#[component]
pub(super) fn CorrectDialog(desk: Desk) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let act = use_act();
    let opened = desk.correcting;
    let typed: Typed = RwSignal::new(BTreeMap::new());
    Effect::new(move |_| {
        opened.track();
        act.forget_error();
        typed.set(BTreeMap::new());
    });
    let detail: Remote<QuarantineDetail> =
        use_remote(move || Some(format!("{PATH}/{}", opened.read().as_ref()?.op_id)));
    let send = move || {
        let Some(line) = opened.get_untracked() else {
            return;
        };
        let path = format!("{PATH}/{}/accept", line.op_id);
        let acceptance = Acceptance {
            corrections: typed.get_untracked(),
        };
        act.send("POST", path, Some(&acceptance), None, move |answer| {
            if answer.is_ok() {
                opened.set(None);
                desk.lines.reload();
                toasts.success(lang.get_untracked().pick("已采纳入账", "Taken in"));
            }
        });
    };
    let title = t("更正后采纳", "Correct and take in");
    let label = t("更正并采纳", "Correct and take in");
    let footer = move || {
        view! {
            <Button kind=ButtonKind::Primary loading=act.busy() on_click=send>
                {label}
            </Button>
        }
        .into_any()
    };
    let intro = t(
        "改好有问题的回答；手机上的原文仍完整保留，更正会记入历史。",
        "Correct what is wrong. The original stays kept whole, and the history shows the correction.",
    );
    let body = move || {
        let wanted = opened.read().as_ref().map(|line| line.op_id);
        match (detail.get(), detail.error()) {
            (Some(found), _) if Some(found.line.op_id) == wanted => fields(&found, typed, act),
            (_, Some(error)) => {
                view! { <LoadProblem error on_retry=move |()| detail.reload()/> }.into_any()
            }
            _ => view! { <Loading/> }.into_any(),
        }
    };
    view! {
        <Dialog
            open=Signal::derive(move || opened.read().is_some())
            on_close=move || opened.set(None)
            title
            footer
        >
            <p class="muted">{intro}</p>
            <Problem act detail/>
            <div class="form">{body}</div>
        </Dialog>
    }
    .into_any()
}

/// What the server said that belongs to no field on the screen.
#[component]
fn Problem(act: Act, detail: Remote<QuarantineDetail>) -> impl IntoView {
    let error = Signal::derive(move || {
        act.error().filter(|error| {
            let shown = detail.get().is_some_and(|detail| {
                let form = detail.form.as_ref();
                error
                    .field()
                    .is_some_and(|name| form.and_then(|form| form.question(name)).is_some())
            });
            !shown
        })
    });
    view! { <ActProblem error/> }
}

fn fields(detail: &QuarantineDetail, typed: Typed, act: Act) -> AnyView {
    let Some(form) = &detail.form else {
        let unknown = t(
            "这一版表单未知，无法更正",
            "The form isn’t known, so that nothing can be corrected",
        );
        return view! { <p>{unknown}</p> }.into_any();
    };
    let mut found = Vec::new();
    answerable(&form.nodes, &mut found);
    let fields: Vec<AnyView> = found
        .into_iter()
        .map(|question| {
            let answer = detail.answers.get(&question.name);
            let came = answer.map(domain::forms::Answer::input).unwrap_or_default();
            let wrong = match &detail.line.refusal {
                Some(Refusal::InvalidAnswer {
                    question: named,
                    message,
                }) if *named == question.name => Some(message.clone()),
                _ => None,
            };
            field(question, came, wrong, typed, act)
        })
        .collect();
    fields.into_any()
}

/// The questions that a person answers by typing or choosing; not those in repeats.
fn answerable<'a>(nodes: &'a [Node], found: &mut Vec<&'a Question>) {
    for node in nodes {
        match node {
            Node::Group(group) => answerable(&group.nodes, found),
            Node::Question(question) if is_answerable(&question.kind) => found.push(question),
            Node::Question(_) | Node::Repeat(_) => {}
        }
    }
}

fn is_answerable(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Text
            | Kind::Integer
            | Kind::Decimal
            | Kind::Range(_)
            | Kind::SelectOne(_)
            | Kind::SelectMultiple(_)
            | Kind::Date
            | Kind::Time
            | Kind::DateTime
            | Kind::Geopoint
            | Kind::Barcode
    )
}

/// `wrong` is what the rule said about this question when the record came.
fn field(
    question: &Question,
    came: String,
    wrong: Option<Text>,
    typed: Typed,
    act: Act,
) -> AnyView {
    let lang = use_lang();
    let name = question.name.clone();
    let id = format!("correct-{name}");
    let label: TextProp = tx(question.label.clone()).into();
    let own = name.clone();
    let first = came.clone();
    let value = Signal::derive(move || typed.read().get(&own).cloned().unwrap_or(first.clone()));
    let own = name.clone();
    let set = move |text: String| {
        typed.update(|typed| {
            if text == came {
                typed.remove(&own);
            } else {
                typed.insert(own.clone(), text);
            }
        });
    };
    let error = Signal::derive(move || {
        let lang = lang.get();
        match act.error() {
            Some(error) => (error.field() == Some(&name)).then(|| error.message(lang)),
            None => wrong.as_ref().map(|wrong| wrong.get(lang).to_owned()),
        }
    });
    let offered = |choices: &[domain::forms::Choice]| {
        let choices: Vec<(String, Text)> = choices
            .iter()
            .map(|choice| (choice.name.clone(), choice.label.clone()))
            .collect();
        move |lang: Lang| -> Vec<Choice> {
            let named = choices.iter();
            named
                .map(|(name, label)| Choice::new(name.clone(), label.get(lang).to_owned()))
                .collect()
        }
    };
    match &question.kind {
        Kind::SelectOne(choices) => {
            let offered = offered(choices);
            let choices = Signal::derive(move || {
                let mut all = vec![Choice::new("", lang.get().pick("（未选）", "(none)"))];
                all.extend(offered(lang.get()));
                all
            });
            view! { <DropDown name=id label choices value on_change=set error/> }.into_any()
        }
        Kind::SelectMultiple(choices) => {
            let offered = offered(choices);
            let choices = Signal::derive(move || offered(lang.get()));
            let chosen = Signal::derive(move || {
                let value = value.read();
                value
                    .split_whitespace()
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            });
            let set = move |chosen: Vec<String>| set(chosen.join(" "));
            view! { <SelectMany name=id label choices value=chosen on_change=set error/> }
                .into_any()
        }
        Kind::Text if question.has_appearance("multiline") => {
            view! { <TextArea name=id label value on_input=set error/> }.into_any()
        }
        kind => {
            let kind = match kind {
                Kind::Integer => TextKind::Integer,
                Kind::Decimal => TextKind::Decimal,
                Kind::Date => TextKind::Date,
                Kind::Time => TextKind::Time,
                Kind::DateTime => TextKind::DateTime,
                _ => TextKind::Text,
            };
            view! { <TextField name=id label value on_input=set kind error/> }.into_any()
        }
    }
}
