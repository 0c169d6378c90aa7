//! What stands around the items: title, total, preconditions, the negative list, the bonus.

use domain::{
    Decimal, Text,
    areas::standards::{NegativeEffect, Standard},
    standard_lists::{
        bonus, bonus_text, negatives, negatives_text, preconditions, preconditions_text,
    },
};
use leptos::prelude::*;

use crate::{
    components::{
        button::{Button, ButtonKind},
        dialog::Dialog,
        field::{TextArea, TextField, TextKind},
        surface::{Card, Section},
    },
    i18n::{t, tf, use_lang},
    office::{Act, ActProblem},
};

/// The lists as they are read.
pub fn lists(standard: &Standard) -> AnyView {
    let preconditions: Vec<AnyView> = standard
        .preconditions
        .iter()
        .map(|it| {
            line(
                it.code.clone(),
                it.title.clone(),
                String::new(),
                String::new(),
            )
        })
        .collect();
    let negatives: Vec<AnyView> = standard
        .negative_list
        .iter()
        .map(|it| {
            let window = it.window_months;
            let (mut zh, mut en) = match (it.effect, it.points) {
                (NegativeEffect::Veto, _) => ("一票否决".to_owned(), "Veto".to_owned()),
                (NegativeEffect::Deduct, Some(points)) => {
                    (format!("扣 {points} 分"), format!("costs {points}"))
                }
                (NegativeEffect::Deduct, None) => ("扣分".to_owned(), "costs points".to_owned()),
            };
            if let Some(months) = window {
                zh = format!("{zh} · {months} 个月内");
                en = format!("{en} · within {months} months");
            }
            line(it.code.clone(), it.title.clone(), zh, en)
        })
        .collect();
    let bonus: Vec<AnyView> = standard
        .bonus
        .items
        .iter()
        .map(|it| {
            let most = it.max_points;
            line(
                it.code.clone(),
                it.title.clone(),
                format!("最多 {most} 分"),
                format!("up to {most}"),
            )
        })
        .collect();
    let cap = standard.bonus.cap;
    let bonus_title = tf(move |lang| {
        lang.pick(
            format!("加分项（上限 {cap} 分）"),
            format!("Bonus (up to {cap})"),
        )
    });
    view! {
        {part(t("前提条件", "Preconditions"), preconditions)}
        {part(t("负面清单", "Negative list"), negatives)}
        {(!bonus.is_empty())
            .then(|| {
                view! {
                    <Section title=bonus_title>
                        <Card flush=true><ul class="standard-items">{bonus}</ul></Card>
                    </Section>
                }
            })}
    }
    .into_any()
}

fn part(title: impl Into<TextProp>, lines: Vec<AnyView>) -> AnyView {
    if lines.is_empty() {
        return ().into_any();
    }
    let title = title.into();
    view! {
        <Section title>
            <Card flush=true><ul class="standard-items">{lines}</ul></Card>
        </Section>
    }
    .into_any()
}

fn line(code: String, title: String, zh: String, en: String) -> AnyView {
    let words = tf(move |lang| lang.pick(zh.clone(), en.clone()));
    view! {
        <li class="standard-item">
            <span class="standard-code">{code}</span>
            <span class="grow">{title}</span>
            <span class="muted small nowrap">{words}</span>
        </li>
    }
    .into_any()
}

/// Edits all of them at once, as lines of text.
#[component]
pub fn ListsDialog(
    standard: Standard,
    act: Act,
    on_close: Callback<()>,
    on_done: Callback<Standard>,
) -> impl IntoView {
    let lang = use_lang();
    let title = RwSignal::new(standard.title.clone());
    let total = RwSignal::new(standard.total_points.to_string());
    let pass = RwSignal::new(
        standard
            .pass_line
            .map(|it| it.to_string())
            .unwrap_or_default(),
    );
    let years = RwSignal::new(standard.cycle_years.to_string());
    let cap = RwSignal::new(standard.bonus.cap.to_string());
    let before = RwSignal::new(preconditions_text(&standard.preconditions));
    let against = RwSignal::new(negatives_text(&standard.negative_list));
    let plus = RwSignal::new(bonus_text(&standard.bonus.items));
    let standard = StoredValue::new(standard);
    let error = move |found: Option<Text>| found.map(|it| it.get(lang.get()).to_owned());
    let before_error = Signal::derive(move || {
        error(standard.with_value(|it| preconditions(&before.get(), &it.preconditions).err()))
    });
    let against_error = Signal::derive(move || {
        error(standard.with_value(|it| negatives(&against.get(), &it.negative_list).err()))
    });
    let plus_error = Signal::derive(move || {
        error(standard.with_value(|it| bonus(&plus.get(), &it.bonus.items).err()))
    });
    let number = |text: RwSignal<String>| text.get().trim().parse::<Decimal>().ok();
    let changed = move || -> Option<Standard> {
        let mut changed = standard.get_value();
        changed.preconditions = preconditions(&before.get(), &changed.preconditions).ok()?;
        changed.negative_list = negatives(&against.get(), &changed.negative_list).ok()?;
        changed.bonus.items = bonus(&plus.get(), &changed.bonus.items).ok()?;
        changed.bonus.cap = number(cap)?;
        changed.total_points = number(total)?;
        changed.pass_line = match pass.get().trim() {
            "" => None,
            _ => Some(number(pass)?),
        };
        changed.cycle_years = years
            .get()
            .trim()
            .parse()
            .ok()
            .filter(|it| (1..=10).contains(it))?;
        title.get().trim().clone_into(&mut changed.title);
        (!changed.title.is_empty()).then_some(changed)
    };
    let blocked = Memo::new(move |_| changed().is_none());
    let keep = Callback::new(move |()| {
        if let Some(changed) = untrack(changed) {
            on_done.run(changed);
        }
    });
    let save = t("保存", "Save");
    let footer = move || {
        view! { <Button kind=ButtonKind::Primary disabled=blocked loading=act.busy() on_click=keep>{save}</Button> }
            .into_any()
    };
    let labels = (
        t("名称", "Title"),
        t("总分", "Total"),
        t("合格线（可不填）", "Passes from (optional)"),
        t("一届几年", "Years of a round"),
        t("前提条件，一行一条", "Preconditions, one a line"),
        t("负面清单，一行一条", "Negative list, one a line"),
        t("加分项，一行一条", "Bonus, one a line"),
        t("加分上限", "Most bonus points"),
    );
    let hints = (
        t("编号 | 内容", "code | words"),
        t(
            "编号 | 一票否决或扣几分 | 几个月内（可空） | 内容",
            "code | 一票否决 or 扣 5 分 | months (may be empty) | words",
        ),
        t("编号 | 最多几分 | 内容", "code | most points | words"),
    );
    let heading = t(
        "总分、前提、负面清单和加分项",
        "Total, preconditions, negative list, bonus",
    );
    view! {
        <Dialog open=Signal::stored(true) on_close title=heading footer=footer wide=true>
            <ActProblem error=Signal::derive(move || act.error())/>
            <div class="form">
                <TextField name="standard-title" label=labels.0 value=title on_input=move |it| title.set(it)/>
                <div class="form-row">
                    <TextField name="total" label=labels.1 kind=TextKind::Decimal value=total on_input=move |it| total.set(it)/>
                    <TextField name="pass" label=labels.2 kind=TextKind::Decimal value=pass on_input=move |it| pass.set(it)/>
                </div>
                <div class="form-row">
                    <TextField name="years" label=labels.3 kind=TextKind::Decimal value=years on_input=move |it| years.set(it)/>
                    <TextField name="cap" label=labels.7 kind=TextKind::Decimal value=cap on_input=move |it| cap.set(it)/>
                </div>
                <TextArea
                    name="preconditions"
                    label=labels.4
                    hint=hints.0
                    value=before
                    error=before_error
                    on_input=move |it| before.set(it)
                />
                <TextArea
                    name="negatives"
                    label=labels.5
                    hint=hints.1
                    value=against
                    error=against_error
                    on_input=move |it| against.set(it)
                />
                <TextArea
                    name="bonus"
                    label=labels.6
                    hint=hints.2
                    value=plus
                    error=plus_error
                    on_input=move |it| plus.set(it)
                />
            </div>
        </Dialog>
    }
    .into_any()
}
