//! What a version means for the evidence of the one before: what moves by itself, what a person maps,
//! which forms and activities name items that don't exist.

use std::collections::BTreeMap;

use domain::{
    api::standards::{Carry, Lost, LostIn, Move, Moves},
    areas::standards::Standard,
    standard_moves::By,
};
use leptos::prelude::*;

use crate::{
    components::{
        Tone,
        choice::{Choice, DropDown},
        status::Badge,
        surface::{Card, Section},
    },
    i18n::{t, tf, use_lang},
};

/// What a person chose, by the earlier item's code; empty means that its evidence stays behind.
pub type Chosen = RwSignal<BTreeMap<String, String>>;

pub fn carry(chosen: Chosen) -> Carry {
    let items = chosen.get_untracked().into_iter();
    let items = items.map(|(from, to)| (from, (!to.is_empty()).then_some(to)));
    Carry {
        items: items.collect(),
    }
}

#[component]
pub fn MovesView(moves: Moves, standard: Standard, chosen: Chosen) -> impl IntoView {
    let lang = use_lang();
    let items: Vec<(String, String)> = standard
        .items()
        .map(|it| {
            let title: String = it.item.title.chars().take(30).collect();
            (it.item.code.clone(), format!("{} {title}", it.item.code))
        })
        .collect();
    let choices = Signal::derive(move || {
        let stays = lang
            .get()
            .pick("留在旧版，不带过来", "Stays with the earlier version");
        let mut choices = vec![Choice::new("", stays)];
        choices.extend(items.iter().map(|(code, label)| Choice::new(code, label)));
        choices
    });
    let waiting: Vec<&Move> = moves.moves.iter().filter(|it| it.left > 0).collect();
    let (by_itself, open): (Vec<&Move>, Vec<&Move>) =
        waiting.into_iter().partition(|it| it.to.is_some());
    let pieces: i64 = by_itself.iter().map(|it| it.left).sum();
    let count = by_itself.len();
    let words = tf(move |lang| {
        lang.pick(
            format!("{count} 条的 {pieces} 份佐证能对上新编号或原文，会自动带过来。"),
            format!(
                "{pieces} pieces of {count} items match by words or code and move by themselves."
            ),
        )
    });
    let rows: Vec<AnyView> = open
        .iter()
        .chain(&by_itself)
        .map(|it| row(it, choices, chosen))
        .collect();
    let lost: Vec<AnyView> = moves.lost.iter().map(lost_line).collect();
    let evidence = t("原有佐证放到哪一条", "Where the evidence goes");
    let many = lost.len();
    let unknown = tf(move |lang| {
        lang.pick(
            format!("{many} 处写的编号，这一版里没有，或者已是另一条"),
            format!("{many} places name items that this version doesn’t have or that mean something else now"),
        )
    });
    let hint = t(
        "请在各自的页面里改成新编号，自评请重新核对；记录本身不受影响。",
        "Please put in the new codes where they stand, and look at the self-assessment again; records aren’t affected.",
    );
    view! {
        {(!rows.is_empty())
            .then(|| {
                view! {
                    <Section title=evidence>
                        {(count > 0).then(|| view! { <p class="muted">{words}</p> })}
                        <Card flush=true><ul class="standard-items">{rows}</ul></Card>
                    </Section>
                }
            })}
        {(!lost.is_empty())
            .then(|| {
                view! {
                    <details class="card card-flush">
                        <summary class="standard-summary">{unknown}</summary>
                        <p class="muted standard-remark">{hint}</p>
                        <ul class="standard-items">{lost}</ul>
                    </details>
                }
            })}
    }
    .into_any()
}

fn row(moved: &Move, choices: Signal<Vec<Choice>>, chosen: Chosen) -> AnyView {
    let left = moved.left;
    let pieces = tf(move |lang| lang.pick(format!("{left} 份佐证"), format!("{left} pieces")));
    let (tone, zh, en) = match moved.to.as_ref().map(|it| it.by) {
        Some(By::Words) => (Tone::Success, "原文相同", "Same words"),
        Some(By::Code) => (Tone::Info, "编号相同、文字相近", "Same code, alike"),
        None => (Tone::Warning, "请选择", "Please choose"),
    };
    let label = t(zh, en);
    let by_itself = moved
        .to
        .as_ref()
        .map(|it| it.code.clone())
        .unwrap_or_default();
    let from = moved.from.clone();
    let value = Signal::derive(move || {
        chosen
            .with(|all| all.get(&from).cloned())
            .unwrap_or_else(|| by_itself.clone())
    });
    let from = moved.from.clone();
    let on_change = move |to: String| {
        chosen.update(|all| {
            all.insert(from.clone(), to);
        });
    };
    let from = moved.from.clone();
    let spoken = tf(move |lang| {
        lang.pick(
            format!("{from} 的佐证放到"),
            format!("The evidence of {from} goes to"),
        )
    });
    view! {
        <li class="standard-item">
            <span class="standard-code">{moved.from.clone()}</span>
            <div class="grow stack-tight">
                <span class="standard-title">{moved.title.clone()}</span>
                <span class="cluster">
                    <Badge tone=tone label=label/>
                    <span class="small muted">{pieces}</span>
                </span>
                <DropDown
                    name=format!("move-{}", moved.from)
                    label=spoken
                    choices
                    value
                    on_change
                    compact=true
                />
            </div>
        </li>
    }
    .into_any()
}

fn lost_line(lost: &Lost) -> AnyView {
    let (zh, en) = match lost.area {
        LostIn::Forms => ("表单", "Form"),
        LostIn::Activities => ("活动", "Activity"),
        LostIn::Tasks => ("任务", "Task"),
        LostIn::Rectifications => ("整改", "Problem"),
        LostIn::SelfAssessments => ("自评", "Self-assessment"),
    };
    let area = t(zh, en);
    let codes = |label: TextProp, codes: &[String]| {
        let codes = codes.join("、");
        (!codes.is_empty()).then(|| {
            view! {
                <span class="cluster">
                    <span class="muted small">{move || label.get()}</span>
                    <span class="standard-code">{codes}</span>
                </span>
            }
        })
    };
    let missing = codes(t("没有", "Missing").into(), &lost.codes);
    let reused = codes(t("已是另一条", "Means another item").into(), &lost.reused);
    view! {
        <li class="standard-item">
            <span class="muted small nowrap">{area}</span>
            <span class="grow">{lost.title.clone()}</span>
            <span class="stack-tight">{missing} {reused}</span>
        </li>
    }
    .into_any()
}
