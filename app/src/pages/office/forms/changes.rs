//! What is different between two versions, and what keeps one from being published.

use domain::{
    Lang, Text,
    forms::{Aspect, Clash, FormChange, How, What},
};
use leptos::prelude::*;

use super::words;
use crate::{
    components::{
        Tone,
        status::{Badge, Banner},
    },
    i18n::{t, use_lang},
};

/// The questions that are added, changed and removed.
#[component]
pub fn Changes(changes: Vec<FormChange>) -> impl IntoView {
    let lang = use_lang();
    let same = t(
        "题目和规则都没有变化",
        "No question and no rule is different",
    );
    let caption = t("与现用版本的差别", "Differences from the current version");
    if changes.is_empty() {
        return view! { <p class="muted">{same}</p> }.into_any();
    }
    let changes = StoredValue::new(changes);
    let rows = move || {
        let lang = lang.get();
        changes.with_value(|changes| changes.iter().map(|it| row(lang, it)).collect_view())
    };
    view! {
        <ul class="form-changes" aria-label=caption>
            {rows}
        </ul>
    }
    .into_any()
}

/// How many are added, changed and removed, in one line.
pub fn summary(lang: Lang, changes: &[FormChange]) -> String {
    let count = |how: How| changes.iter().filter(|it| it.how == how).count();
    let (new, other, gone) = (count(How::Added), count(How::Changed), count(How::Removed));
    lang.pick(
        format!("新增 {new} · 修改 {other} · 删除 {gone}"),
        format!("{new} added · {other} changed · {gone} removed"),
    )
}

fn row(lang: Lang, change: &FormChange) -> AnyView {
    let (tone, word) = match change.how {
        How::Added => (Tone::Success, lang.pick("新增", "Added")),
        How::Removed => (Tone::Danger, lang.pick("删除", "Removed")),
        How::Changed => (Tone::Info, lang.pick("修改", "Changed")),
    };
    let label = match change.name.as_str() {
        "" => lang.pick("整张表单", "The form as a whole").to_owned(),
        name if change.label == Text::default() => name.to_owned(),
        _ => change.label.get(lang).to_owned(),
    };
    let aspects: Vec<AnyView> = change.aspects.iter().map(|it| aspect(lang, it)).collect();
    view! {
        <li class="form-change">
            <Badge tone label=word/>
            <div class="form-change-text">
                <p class="strong">
                    {label} " " <code class="muted small">{change.name.clone()}</code>
                </p>
                {(!aspects.is_empty()).then(|| view! { <dl class="form-aspects">{aspects}</dl> })}
            </div>
        </li>
    }
    .into_any()
}

fn aspect(lang: Lang, aspect: &Aspect) -> AnyView {
    let name = words::what(lang, aspect.what);
    if aspect.what == What::Order {
        return view! { <dt>{name}</dt> }.into_any();
    }
    let (before, after) = (aspect.before.get(lang), aspect.after.get(lang));
    // What only the other language says differently.
    let (before, after) = if before == after {
        let other = lang.pick(Lang::En, Lang::Zh);
        (aspect.before.get(other), aspect.after.get(other))
    } else {
        (before, after)
    };
    let none = lang.pick("无", "none");
    let shown = |text: &str| {
        if text.is_empty() {
            none.to_owned()
        } else {
            text.to_owned()
        }
    };
    let arrow = lang.pick("改为", "becomes");
    view! {
        <dt>{name}</dt>
        <dd>
            <del class:muted=before.is_empty()>{shown(before)}</del>
            <span class="sr-only">{arrow}</span>
            <span aria-hidden="true">" → "</span>
            <ins class:muted=after.is_empty()>{shown(after)}</ins>
        </dd>
    }
    .into_any()
}

/// Why a version can't be published as it is.
#[component]
pub fn Clashes(clashes: Vec<Clash>) -> impl IntoView {
    let lang = use_lang();
    let title = t(
        "有题目换了类型，不能这样发布",
        "A question has another type: this can’t be published",
    );
    let why = t(
        "同一个 name 在各个版本里要填同一类内容，已有记录才能一起统计和导出。请把下面的题目改成新的 name（例如在后面加 _2）再上传；旧题目可以删去，已有记录不受影响。",
        "A name stands for the same kind of answer in every version, so that records can be counted and exported together. Give these questions new names (such as with _2 behind) and upload again. The old ones may go: existing records keep them.",
    );
    if clashes.is_empty() {
        return ().into_any();
    }
    let clashes = StoredValue::new(clashes);
    let lines = move || {
        let lang = lang.get();
        clashes.with_value(|clashes| {
            let lines = clashes.iter().map(|it| {
                let (before, after) = (it.before.get(lang), it.after.get(lang));
                let label = it.label.get(lang).to_owned();
                let words = lang.pick(
                    format!("{before}（版本 {}）→ {after}", it.version),
                    format!("{before} (version {}) → {after}", it.version),
                );
                view! { <li><code>{it.name.clone()}</code> " " {label} ": " {words}</li> }
            });
            lines.collect_view()
        })
    };
    view! {
        <Banner tone=Tone::Danger title>
            <p>{why}</p>
            <ul class="prose">{lines}</ul>
        </Banner>
    }
    .into_any()
}
