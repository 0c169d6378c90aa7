//! What was understood of a table: sums, remarks, columns, the tree; and saving it as a draft.

use std::sync::Arc;

use domain::{
    api::standards::StandardDetail,
    standard_check::{Remark, Weight},
    standard_table::{Reading, Sheet},
};
use icondata_lu as lu;
use leptos::prelude::*;

use super::{PATH, rows::SheetTable};
use crate::{
    areas::standards::tree::{OnItem, StandardTree, remark_tone},
    components::{
        Tone,
        button::{Button, ButtonKind},
        field::TextField,
        status::{Badge, Banner},
        surface::{ActionBar, Card, Section},
        toast::use_toasts,
    },
    http::{self, CallError},
    i18n::{t, tf, tx, use_lang},
    office::{ActProblem, use_act},
    routing::{Page, use_go},
};

/// So many remarks are shown in the list; all of them stand in the tree.
const REMARKS: usize = 40;

#[component]
pub fn ReadingView(reading: RwSignal<Option<Reading>>) -> impl IntoView {
    let act = use_act();
    let (toasts, go, lang) = (use_toasts(), use_go(), use_lang());
    let title = RwSignal::new(
        reading
            .with_untracked(|it| it.as_ref().map(|it| it.standard.title.clone()))
            .unwrap_or_default(),
    );
    let reread = Callback::new(move |sheet: Sheet| {
        let path = format!("{PATH}/reread");
        act.send(
            "POST",
            path,
            Some(&sheet),
            None,
            move |answer: Result<String, CallError>| {
                if let Ok(found) = answer.and_then(|body| http::read::<Reading>(&body)) {
                    reading.set(Some(found));
                }
            },
        );
    });
    let save = Callback::new(move |()| {
        let Some(mut standard) =
            reading.with_untracked(|it| it.as_ref().map(|it| it.standard.clone()))
        else {
            return;
        };
        title.get_untracked().trim().clone_into(&mut standard.title);
        let go = go.clone();
        let words = lang.get_untracked();
        act.send(
            "POST",
            PATH.to_owned(),
            Some(&standard),
            None,
            move |answer| {
                if let Ok(made) = answer.and_then(|body| http::read::<StandardDetail>(&body)) {
                    toasts.success(words.pick("已存为草稿", "Saved as a draft"));
                    go(Page::StandardVersion(made.line.id));
                }
            },
        );
    });
    let again = t("换一个文件", "Another file");
    let save_label = t("存为草稿", "Save as a draft");
    let name = t("名称", "Title");
    let blocked = Signal::derive(move || {
        reading.with(|it| {
            it.as_ref()
                .is_none_or(|it| it.remarks.iter().any(|it| it.weight == Weight::Wrong))
        })
    });
    let has_table =
        move || reading.with(|it| it.as_ref().is_some_and(|it| !it.sheet.rows.is_empty()));
    let has_table = Memo::new(move |_| has_table());
    let table_title = t(
        "核对表格：每一列是什么",
        "The table: what each column holds",
    );
    let tree_title = t("读成的测评标准", "The standard as it was understood");
    view! {
        <div class="stack">
            {move || reading.get().map(|found| summary(&found))}
            <ActProblem error=Signal::derive(move || act.error())/>
            <Card>
                <TextField name="title" label=name value=title on_input=move |text| title.set(text)/>
            </Card>
            {move || reading.get().map(|found| remarks(found.remarks))}
            {move || {
                has_table
                    .get()
                    .then(|| {
                        view! {
                            <Section title=table_title>
                                <SheetTable reading on_change=reread busy=act.busy()/>
                            </Section>
                        }
                    })
            }}
            <Section title=tree_title>
                {move || {
                    reading
                        .get()
                        .map(|found| {
                            let standard = Arc::new(found.standard);
                            view! {
                                <StandardTree
                                    standard
                                    remarks=found.remarks
                                    search=Signal::stored(String::new())
                                    on_item=OnItem::Nothing
                                />
                            }
                        })
                }}
            </Section>
        </div>
        <ActionBar>
            <Button kind=ButtonKind::Ghost on_click=move || reading.set(None)>{again}</Button>
            <Button
                kind=ButtonKind::Primary
                icon=lu::LuSave
                loading=act.busy()
                disabled=blocked
                on_click=save
            >
                {save_label}
            </Button>
        </ActionBar>
    }
    .into_any()
}

/// How many of what were read, and whether it adds up.
fn summary(found: &Reading) -> AnyView {
    let count = |weight| {
        found
            .remarks
            .iter()
            .filter(|it| it.weight == weight)
            .count()
    };
    let (wrong, differ, look) = (
        count(Weight::Wrong),
        count(Weight::Difference),
        count(Weight::Look),
    );
    let projects = found.standard.projects.len();
    let contents: usize = found
        .standard
        .projects
        .iter()
        .map(|it| it.contents.len())
        .sum();
    let items = found.standard.items().count();
    let total = found.standard.total_points;
    let title = tf(move |lang| {
        lang.pick(
            format!("读到 {projects} 个项目、{contents} 项内容、{items} 条标准，共 {total} 分"),
            format!("{projects} projects, {contents} contents, {items} items, {total} points"),
        )
    });
    let words = tf(move |lang| {
        match (wrong, differ, look) {
        (0, 0, 0) => lang
            .pick("分值逐级相加一致，规则都看懂了。", "All points add up, and each rule is understood.")
            .to_owned(),
        (0, _, _) => lang.pick(
            format!("分值有 {differ} 处对不上，{look} 处是猜的，请对照原文核对；草稿里还能改。"),
            format!("{differ} sums differ and {look} things are guessed: please compare them with the document. A draft can still be changed."),
        ),
        _ => lang.pick(
            format!("有 {wrong} 处必须先改：在下面的表格里改列或改那一行。"),
            format!("{wrong} things must be corrected first, in the table below."),
        ),
    }
    });
    let tone = match (wrong, differ + look) {
        (0, 0) => Tone::Success,
        (0, _) => Tone::Warning,
        _ => Tone::Danger,
    };
    view! { <Banner tone title><p>{words}</p></Banner> }.into_any()
}

fn remarks(remarks: Vec<Remark>) -> AnyView {
    if remarks.is_empty() {
        return ().into_any();
    }
    let more = remarks.len().saturating_sub(REMARKS);
    let rows: Vec<AnyView> = remarks.into_iter().take(REMARKS).map(remark).collect();
    let more_words =
        tf(move |lang| lang.pick(format!("还有 {more} 处"), format!("and {more} more")));
    let title = t("请核对", "Please check");
    view! {
        <Section title>
            <ul class="standard-remarks">{rows}</ul>
            {(more > 0).then(|| view! { <p class="muted small">{more_words}</p> })}
        </Section>
    }
    .into_any()
}

fn remark(remark: Remark) -> AnyView {
    let (row, code) = (remark.row, remark.code);
    let place = tf(move |lang| {
        let row = row.map(|row| lang.pick(format!("第 {row} 行"), format!("Row {row}")));
        [row.unwrap_or_default(), code.clone()]
            .join(" ")
            .trim()
            .to_owned()
    });
    let tone = remark_tone(remark.weight);
    let (zh, en) = match remark.weight {
        Weight::Wrong => ("要改", "Correct"),
        Weight::Difference => ("对不上", "Differs"),
        Weight::Look => ("请看", "Look"),
    };
    let label = t(zh, en);
    let text = tx(remark.text);
    view! {
        <li>
            <Badge tone label/>
            <span class="nowrap muted small">{place}</span>
            <span class="grow">{text}</span>
        </li>
    }
    .into_any()
}
